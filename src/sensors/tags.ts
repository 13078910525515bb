/**
 * The first rungs of the ladder: for each tag the newest usable reading, then the last one for a while, then a substitute.
 *
 * A tag is an input of the model or a measured observable. Values are kept in model units; ages in seconds.
 */
import { type Conversion, severity, status } from "../core/index.ts";
import { type Point, readingOf } from "./point.ts";
import type { PredictionReason } from "./prediction.ts";

/** What is agreed about one tag. Plain data. */
export interface TagAgreement {
  readonly name: string;
  /** From the unit of the point to the unit of the model. */
  readonly conversion: Conversion;
  /** Readings outside, in model units, are no measurements. */
  readonly range: readonly [number, number] | undefined;
  /** How long [s] silence means "unchanged" (reporting by exception). */
  readonly heartbeat: number;
  /** How long [s] the last usable reading may stand in. */
  readonly maxAge: number;
  /** In model units: used when even the last usable reading is too old. */
  readonly substitute: number | undefined;
}

/** A value that may be used now. */
export interface Usable {
  /** In the unit of the model. */
  readonly value: number;
  readonly status: number;
  /** [s]; 0 for a substitute. */
  readonly age: number;
  /** True only for a reading that this very point brought. */
  readonly fresh: boolean;
}

/** What a tag has told so far. Plain data. */
export interface TagState {
  readonly last: { readonly value: number; readonly status: number; readonly time: number } | undefined;
  readonly trouble: PredictionReason | undefined;
  readonly newest: number;
}

export interface TagReader {
  /** Takes in what a point says about the tag. */
  accept(point: Point): void;
  /** The best value at `time`, and why it is not a Good one. */
  read(time: number): { readonly usable: Usable | undefined; readonly reasons: readonly PredictionReason[] };
  /** Seconds without a usable reading; Infinity where there never was one. */
  idle(time: number): number;
  /** The last usable reading however old it is, in model units. */
  readonly lastValue: number | undefined;
  state(): TagState;
  restore(state: TagState): void;
}

/** Follows one tag through the stream. */
export function tagReader(tag: TagAgreement): TagReader {
  const { name, conversion, range, heartbeat, maxAge, substitute } = tag;
  let last: TagState["last"];
  /** Why the newest reading could not be used; undefined while it can. */
  let trouble: PredictionReason | undefined;
  let newest = Number.NEGATIVE_INFINITY;

  return {
    idle: (time) => (last ? Math.max(0, time - last.time) : Number.POSITIVE_INFINITY),
    get lastValue() {
      return last?.value;
    },
    state: () => ({ last, trouble, newest }),
    restore(state) {
      ({ last, trouble, newest } = state);
    },
    accept(point) {
      const reading = readingOf(point[name], point.time);
      if (!reading) return;
      newest = point.time;
      const value = reading.value === null ? Number.NaN : reading.value * conversion.factor + conversion.shift;
      if (!Number.isFinite(value) || !Number.isFinite(reading.time)) {
        trouble = { code: "input-missing", on: name, text: `${name}: the reading has no value.` };
      } else if (severity(reading.status) === "bad") {
        trouble = { code: "input-missing", on: name, text: `${name}: the source marks the reading Bad.` };
      } else if (range && (value < range[0] || value > range[1])) {
        trouble = {
          code: "input-out-of-range",
          on: name,
          text: `${name}: ${Number(value.toPrecision(6))} is outside its range ${range[0]} to ${range[1]}, so not a measurement.`,
        };
      } else if (last === undefined || reading.time >= last.time) {
        trouble = undefined;
        // A clock ahead of ours must not block the readings that follow.
        last = { value, status: reading.status, time: Math.min(reading.time, point.time) };
      }
    },

    read(time) {
      const reasons: PredictionReason[] = trouble ? [trouble] : [];
      const age = this.idle(time);
      if (last && age <= maxAge) {
        const spoken = !trouble && (newest === time || age <= heartbeat);
        if (spoken) {
          if (severity(last.status) === "uncertain") {
            reasons.push({ code: "input-uncertain", on: name, text: `${name}: the source marks the reading Uncertain.` });
          }
          return { usable: { value: last.value, status: last.status, age, fresh: newest === time }, reasons };
        }
        reasons.push({ code: "input-held", on: name, text: `${name}: the last usable reading, ${age} s old, stands in.` });
        const usable = { value: last.value, status: status.uncertainLastUsableValue, age, fresh: false };
        return { usable, reasons };
      }
      if (substitute !== undefined) {
        reasons.push({
          code: "input-substituted",
          on: name,
          text: `${name}: no usable reading for ${since(age)}; the configured ${substitute} stands in.`,
        });
        return { usable: { value: substitute, status: status.uncertainSubstituteValue, age: 0, fresh: false }, reasons };
      }
      if (!trouble || last) reasons.push({ code: "input-missing", on: name, text: `${name}: no usable reading for ${since(age)}.` });
      return { usable: undefined, reasons };
    },
  };
}

function since(age: number): string {
  return Number.isFinite(age) ? `${age} s` : "the whole stream";
}
