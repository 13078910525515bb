/**
 * What all filters do alike: keep the belief, gate each value, weigh it in.
 *
 * A filter is what moves the belief and what it says an observable should read; that is all the kinds differ in.
 */
import { GreyboxError, type Outcome, type Signal, signal } from "../../core/index.ts";
import type { Estimate, Setting } from "./estimate.ts";
import type { FilterStart, Innovation, RunningFilter } from "./filter.ts";
import { linearise, makeConsistent } from "./linearise.ts";
import { congruence } from "./process-noise.ts";

/** What a filter expects to read. */
export interface Expected {
  readonly value: number;
  /** Of the observable, without measurement error. */
  readonly variance: number;
  /** Covariance with each differential state, shape (d). */
  readonly cross: Float64Array;
  /** Derivative with respect to each, where the filter has one, shape (d): it keeps the covariance definite. */
  readonly slope: Float64Array | undefined;
}

export interface Kind {
  /** The belief at `to`, or why it cannot be had. */
  move(from: Estimate, to: number, inputs: readonly Signal[]): { readonly outcome: Outcome; readonly estimate: Estimate };
  expect(estimate: Estimate, observable: number): Expected;
}

export function runFilter(setting: Setting, start: Estimate, at: FilterStart, kind: Kind): RunningFilter {
  const { system, split, p } = setting;
  let estimate = start;
  const refused = new Map(Object.entries(at.refused ?? {}));

  const observableAt = (name: string): number => {
    const index = system.observables.indexOf(name);
    if (index < 0) throw new GreyboxError("filter/name", { name, known: system.observables });
    return index;
  };

  return {
    advance(to, inputs) {
      if (!(to >= estimate.time)) throw new GreyboxError("filter/backward", { time: estimate.time, to });
      if (inputs.length !== system.inputs.length) {
        throw new GreyboxError("filter/shape", { argument: "inputs", expected: system.inputs.length, actual: inputs.length });
      }
      const values = inputs instanceof Float64Array ? inputs : undefined;
      if (to === estimate.time) {
        if (values) estimate = atNewInputs(setting, estimate, values);
        return { kind: "success" };
      }
      const signals = values ? Array.from(values, (value) => signal([estimate.time, to], [value, value])) : (inputs as readonly Signal[]);
      const { outcome, estimate: moved } = kind.move(estimate, to, signals);
      if (outcome.kind !== "success") return outcome;
      const lost = lostState(setting, moved);
      if (lost !== undefined) return { kind: "non-finite", at: to, state: lost };
      makeConsistent(system, split, moved.time, moved.x, moved.inputs, p);
      estimate = moved;
      return outcome;
    },

    update(observable, value, sigma): Innovation {
      if (!(sigma > 0 && sigma < Infinity)) throw new GreyboxError("filter/sigma", { observable, sigma });
      const expected = kind.expect(estimate, observableAt(observable));
      const variance = expected.variance + sigma * sigma;
      const standardised = Number.isFinite(value) ? (value - expected.value) / Math.sqrt(variance) : Infinity;
      const report = { observable, value, predicted: expected.value, sigma: Math.sqrt(variance), standardised };
      const count = Math.abs(standardised) > setting.gate ? (refused.get(observable) ?? 0) + 1 : 0;
      refused.set(observable, count);
      const tooCertain = count >= setting.patience && expected.variance > 0 && Number.isFinite(value);
      if (count > 0 && !tooCertain) return { ...report, accepted: false, refused: count };
      // Refused too often: the filter is too sure of itself, by as much as lets this value just pass the gate.
      const doubt = tooCertain ? (((value - expected.value) / setting.gate) ** 2 - sigma * sigma) / expected.variance : 1;
      estimate = weighIn(setting, estimate, expected, value, sigma, doubt);
      refused.set(observable, 0);
      return { ...report, accepted: true, refused: 0 };
    },

    state() {
      const lift = linearise(system, split, estimate.time, estimate.x, estimate.inputs, p)?.lift;
      const density = new Float64Array(system.states.length);
      for (const [k, i] of split.differential.entries()) density[i] = setting.density[k]!;
      return {
        time: estimate.time,
        x: Float64Array.from(estimate.x),
        covariance: lifted(estimate.covariance, lift ?? new Float64Array(0), system.states.length, split.differential),
        inputs: Float64Array.from(estimate.inputs),
        density,
        refused: Object.fromEntries([...refused].filter(([, count]) => count > 0)),
      };
    },

    observe(observable) {
      const { value, variance } = kind.expect(estimate, observableAt(observable));
      return { value, sigma: Math.sqrt(Math.max(0, variance)) };
    },
  };
}

/** x ← x + K·(y − ŷ), P ← (I − K·h)·P·(I − K·h)ᵀ + K·σ²·Kᵀ (Joseph's form), or P − K·S·Kᵀ where no slope is known. */
function weighIn(setting: Setting, from: Estimate, expected: Expected, value: number, sigma: number, doubt: number): Estimate {
  const { system, split, p } = setting;
  const d = split.differential.length;
  const covariance = from.covariance.map((entry) => entry * doubt);
  const variance = expected.variance * doubt + sigma * sigma;
  const gain = expected.cross.map((entry) => (entry * doubt) / variance);
  const x = Float64Array.from(from.x);
  for (const [k, i] of split.differential.entries()) {
    x[i] = Math.max(system.lower[i]!, x[i]! + gain[k]! * (value - expected.value));
  }
  let after: Float64Array;
  if (expected.slope) {
    const rest = new Float64Array(d * d);
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) rest[i * d + j] = (i === j ? 1 : 0) - gain[i]! * expected.slope[j]!;
    after = congruence(rest, covariance, d).map((entry, i) => entry + gain[Math.floor(i / d)]! * sigma * sigma * gain[i % d]!);
  } else {
    after = covariance.map((entry, i) => entry - gain[Math.floor(i / d)]! * variance * gain[i % d]!);
    for (let i = 0; i < d; i++) after[i * d + i] = Math.max(0, after[i * d + i]!);
  }
  makeConsistent(system, split, from.time, x, from.inputs, p);
  return { ...from, x, covariance: after };
}

/** The same time under other inputs: the algebraic states follow at once. */
function atNewInputs({ system, split, p }: Setting, estimate: Estimate, values: Float64Array): Estimate {
  const [inputs, x] = [Float64Array.from(values), Float64Array.from(estimate.x)];
  makeConsistent(system, split, estimate.time, x, inputs, p);
  return { ...estimate, x, inputs };
}

/** The first state of which the estimate or its variance is no longer a number. */
function lostState({ system, split }: Setting, { x, covariance }: Estimate): string | undefined {
  const d = split.differential.length;
  const lost = split.differential.findIndex(
    (i, k) => !Number.isFinite(x[i]!) || !covariance.subarray(k * d, (k + 1) * d).every((entry) => Number.isFinite(entry)),
  );
  return lost < 0 ? undefined : system.states[split.differential[lost]!];
}

/** Covariance of all states. Without a lift (algebraic equations singular) that of the algebraic states is 0. */
function lifted(covariance: Float64Array, lift: Float64Array, n: number, differential: Int32Array): Float64Array {
  const d = differential.length;
  const out = new Float64Array(n * n);
  const row = (i: number, k: number) => (lift.length > 0 ? lift[i * d + k]! : differential[k] === i ? 1 : 0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) for (let l = 0; l < d; l++) sum += row(i, k) * covariance[k * d + l]! * row(j, l);
      out[i * n + j] = sum;
      out[j * n + i] = sum;
    }
  }
  return out;
}
