/**
 * A stream as plain data: everything that a sensor has become by what it was told, so that a restarted one goes on with the same bits.
 *
 * A snapshot belongs to one bundle: states, bias and memory mean nothing to another model. Like a bundle it carries a hash, which finds
 * damage and careless edits.
 */
import { contentHash, fromPlain, GreyboxError, toPlain } from "../core/index.ts";
import type { LiveState } from "./live.ts";

export const snapshotFormat = { format: "greybox/sensor-state", version: 1 } as const;

/** Plain JSON data. */
export interface SensorSnapshot {
  readonly format: typeof snapshotFormat.format;
  readonly version: typeof snapshotFormat.version;
  /** Hash of the bundle whose stream this is. */
  readonly bundle: string;
  /** SHA-256 of `state`. */
  readonly hash: string;
  readonly state: unknown;
}

export function snapshotOf(state: LiveState, bundle: string): SensorSnapshot {
  const plain: unknown = toPlain(state);
  return { ...snapshotFormat, bundle, hash: contentHash(plain), state: plain };
}

/** @throws GreyboxError `sensor/snapshot` when it is none, is damaged, or belongs to another bundle */
export function stateFrom(snapshot: unknown, sensor: string, bundle: string): LiveState {
  const refuse = (why: string): never => {
    throw new GreyboxError("sensor/snapshot", { sensor, why });
  };
  const given = (typeof snapshot === "object" && snapshot !== null ? snapshot : {}) as Partial<Record<keyof SensorSnapshot, unknown>>;
  if (given.format !== snapshotFormat.format) refuse(`its format is not "${snapshotFormat.format}"`);
  if (given.version !== snapshotFormat.version) {
    refuse(`it is of version ${String(given.version)}; this Greybox reads version ${snapshotFormat.version}`);
  }
  if (given.bundle !== bundle) {
    refuse(`it belongs to the bundle ${String(given.bundle).slice(0, 12)}…, this sensor was made from ${bundle.slice(0, 12)}…`);
  }
  if (typeof given.state !== "object" || given.state === null || contentHash(given.state) !== given.hash) {
    refuse("its content is not what was written");
  }
  // The hash says that the content is what `snapshotOf` wrote for this very bundle.
  return fromPlain(given.state) as LiveState;
}
