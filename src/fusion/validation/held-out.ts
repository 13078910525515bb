/** How a finished hybrid does on windows that were kept apart from its training. */
import { GreyboxError } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import { lastKnown, usablePoints } from "../features/last-known.ts";
import { momentsOf } from "../features/moment.ts";
import { valuesOf } from "../features/values.ts";
import type { Hybrid, Rivals as Trained } from "../hybrid.ts";
import type { MechanismRun } from "../mechanism/run.ts";
import { compare, type Rivals } from "./score.ts";
import type { Comparison } from "./validation.ts";

export interface HeldOut extends Comparison {
  /** Share of the measured values inside the interval. */
  readonly coverage: number;
  /** Shares of the points inside the trained domain, at its edge and outside. */
  readonly domain: Readonly<Record<"inside" | "edge" | "outside", number>>;
  /** Of persistence, in the time unit of the model. */
  readonly horizon: number;
}

/**
 * Predicts windows that neither fit nor hybrid have seen, and scores all rivals on the same points.
 *
 * Persistence predicts with the last value known `horizon` before, in the same window, and with the mean of the training before that.
 * Data-only predicts that mean where it lacks a feature; after storage the hybrid no longer holds it, and its score is undefined.
 *
 * @param options  `horizon`, default that of the hybrid's validation, in the time unit of the model
 * @throws GreyboxError `fusion/no-data` when none of the windows has a usable measured value of the target, `fusion/mechanism`
 *
 * @example
 * const { mechanism, hybrid: fused, coverage } = validate(hybrid, windows);
 */
export function validate(hybrid: Hybrid, windows: readonly Window[], options: { readonly horizon?: number | undefined } = {}): HeldOut {
  const { on, rivals } = hybrid;
  const horizon = options.horizon ?? hybrid.validation.horizon;
  const parts = windows.flatMap((window) => {
    const target = Object.hasOwn(window.measured, on) ? window.measured[on]! : undefined;
    const points = target ? usablePoints(target) : [];
    if (!target || points.length === 0) return [];
    const prediction = hybrid.predict(window);
    const known = lastKnown(target, "before");
    const before = rivals?.fallback ?? target.value[points[0]!]!;
    return [
      {
        measured: Float64Array.from(points, (index) => target.value[index]!),
        prediction,
        persistence: prediction.time.map((t) => known(t - horizon)?.value ?? before),
        dataOnly: rivals && dataOnlyOf(rivals, window, prediction.time),
      },
    ];
  });
  if (parts.length === 0) {
    const names = windows.map(({ name }) => name);
    throw new GreyboxError("fusion/no-data", { target: on, windows: names, why: "no window has a usable measured value of it" });
  }
  const measured = joined(parts.map((part) => part.measured));
  const [lo, hi] = [joined(parts.map(({ prediction }) => prediction.lo)), joined(parts.map(({ prediction }) => prediction.hi))];
  const columns: Rivals = {
    measured,
    mechanism: joined(parts.map(({ prediction }) => prediction.physics)),
    hybrid: joined(parts.map(({ prediction }) => prediction.value)),
    persistence: joined(parts.map(({ persistence }) => persistence)),
    dataOnly: rivals && joined(parts.map((part) => part.dataOnly!)),
  };
  const verdicts = parts.flatMap(({ prediction }) => prediction.domain.map(({ verdict }) => verdict));
  const share = (of: string) => verdicts.filter((verdict) => verdict === of).length / verdicts.length;
  return {
    ...compare(columns),
    coverage: measured.reduce((count, value, i) => count + (value >= lo[i]! && value <= hi[i]! ? 1 : 0), 0) / measured.length,
    domain: { inside: share("inside"), edge: share("edge"), outside: share("outside") },
    horizon,
  };
}

function dataOnlyOf({ features, dataOnly, fallback }: Trained, window: Window, time: Float64Array): Float64Array {
  const moment = momentsOf(window, nothing);
  return time.map((t) => {
    const { values, missing } = valuesOf(features, moment(t));
    return missing.length > 0 ? fallback : dataOnly.predict({ rows: 1, columns: values.length, data: values })[0]!;
  });
}

/** Data-only does not know the mechanism. */
const nothing: MechanismRun = { time: new Float64Array(0), observables: [], values: new Float64Array(0), sensitivity: undefined };

function joined(columns: readonly Float64Array[]): Float64Array {
  return Float64Array.from(columns.flatMap((column) => [...column]));
}
