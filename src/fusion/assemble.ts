/** Puts the parts of a hybrid together: the same function serves one just learned and one that comes from storage. */
import type { Calibrated } from "../calibration/index.ts";
import type { AnySource } from "../core/index.ts";
import type { Window } from "../historian/index.ts";
import { usablePoints } from "./features/last-known.ts";
import { momentsOf } from "./features/moment.ts";
import { timesNeeded, valuesOf } from "./features/values.ts";
import { halfWidthAt, readDomain, unknownDomain } from "./guard/domain.ts";
import type { Corrected, Hybrid, HybridPrediction, HybridState, Moment } from "./hybrid.ts";
import type { Learned } from "./learner.ts";
import type { Mechanism } from "./mechanism/mechanism.ts";

export interface Parts<M extends AnySource> extends Omit<HybridState, "format" | "learned"> {
  readonly fit: Calibrated<M>;
  readonly learned: Learned;
  readonly rivals: Hybrid["rivals"];
}

export function assemble<M extends AnySource>(parts: Parts<M>, mechanism: Mechanism): Hybrid<M> {
  const { fit, learned, rivals, ...rest } = parts;

  const correct = (moment: Moment, physics: number): Corrected => {
    const { values, missing } = valuesOf(parts.features, moment);
    if (missing.length > 0) return corrected(parts, physics, 0, unknownDomain(missing));
    const row = { rows: 1, columns: values.length, data: values };
    const domain = readDomain(parts.guard, values, learned.reconstructionError?.(row)[0]);
    // Nothing is learned where nothing is trusted: not a small number, nor −0.
    const added = domain.trust > 0 ? parts.share * domain.trust * learned.predict(row)[0]! : 0;
    return corrected(parts, physics, added, domain);
  };

  return {
    ...rest,
    fit,
    learned,
    rivals,
    correct,
    predict(window, options = {}) {
      const time = options.at ?? measuredTimes(window, parts.on);
      const run = mechanism.run(window, runTimes(window, parts, time));
      const moment = momentsOf(window, run);
      const answers = Array.from(time, (t) => {
        const now = moment(t);
        return correct(now, now.computed(parts.on, t)!);
      });
      return columnsOf(time, answers);
    },
    toState: () => ({ format: "greybox/hybrid/1", ...rest, learned: { kind: learned.kind, state: learned.state } }),
  };
}

function corrected(parts: Pick<HybridState, "guard">, physics: number, learned: number, domain: Corrected["domain"]): Corrected {
  const value = physics + learned;
  const half = halfWidthAt(parts.guard, domain);
  return { value, physics, learned, lo: value - half, hi: value + half, domain };
}

/** Times at which the mechanism is read: those asked for, those the lags reach back to, and those of the target's own past. */
export function runTimes(window: Window, { on, features }: Pick<HybridState, "on" | "features">, at: Float64Array): Float64Array {
  const times = new Set(at);
  for (const t of at) for (const earlier of timesNeeded(features, t)) times.add(earlier);
  if (features.some(({ kind }) => kind === "residual")) for (const t of measuredTimes(window, on)) times.add(t);
  return Float64Array.from(times).sort();
}

/** Times of the usable measured values of an observable; none where the window does not have it. */
export function measuredTimes(window: Window, on: string): Float64Array {
  const measured = Object.hasOwn(window.measured, on) ? window.measured[on] : undefined;
  return measured ? Float64Array.from(usablePoints(measured), (index) => measured.time[index]!) : new Float64Array(0);
}

function columnsOf(time: Float64Array, answers: readonly Corrected[]): HybridPrediction {
  const column = (of: (answer: Corrected) => number) => Float64Array.from(answers, of);
  return {
    time: Float64Array.from(time),
    value: column((answer) => answer.value),
    physics: column((answer) => answer.physics),
    learned: column((answer) => answer.learned),
    lo: column((answer) => answer.lo),
    hi: column((answer) => answer.hi),
    domain: answers.map(({ domain }) => domain),
  };
}
