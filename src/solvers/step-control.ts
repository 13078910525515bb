/** How long the next step is: weighted error norm, PI control, and the first step. */
import type { Iterate } from "./stepper.ts";

export const controlDefaults = {
  /** Step length aimed at, as a fraction of the one at which the error would just pass. */
  safety: 0.9,
  /** Exponents of the proportional–integral controller are these over the order of the error estimate plus one. */
  integral: 0.9,
  proportional: 0.2,
  leastFactor: 0.2,
  mostFactor: 6,
  /** After an error that is not a number. */
  blindFactor: 0.1,
  /** Errors below this do not let the step grow further. */
  leastError: 1e-10,
  /** Memory of the controller before its first step, and the least it remembers. */
  leastMemory: 1e-4,
} as const;

/** Root mean square of error/(atol + rtol·max(|x|, |xNext|)); NaN where any of them is. */
export function errorNorm(iterate: Iterate, atol: Float64Array, rtol: number): number {
  const { x, xNext, error } = iterate;
  const n = x.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const before = Math.abs(x[i]!);
    const after = Math.abs(xNext[i]!);
    const weighted = error[i]! / (atol[i]! + rtol * Math.max(before, after));
    sum += weighted * weighted;
  }
  return Math.sqrt(sum / Math.max(n, 1));
}

/**
 * Root mean square of the errors of the derivatives, the largest of all directions, each in its natural unit: a state's absolute
 * tolerance for a change of the parameter by its own size.
 */
export function tangentErrorNorm({ x, count, s, sNext, scale }: Iterate, error: Float64Array, atol: Float64Array, rtol: number): number {
  const n = x.length;
  let most = 0;
  for (let k = 0; k < count; k++) {
    // A direction in which nothing changes has derivatives that are exactly zero.
    if (scale[k] === 0) continue;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const at = k * n + i;
      const weighted = error[at]! / (atol[i]! * scale[k]! + rtol * Math.max(Math.abs(s[at]!), Math.abs(sNext[at]!)));
      sum += weighted * weighted;
    }
    if (!(sum <= most)) most = sum;
  }
  return Math.sqrt(most / Math.max(n, 1));
}

/** Index of the state with the largest weighted error, or the first that is not finite. */
export function worstState(iterate: Iterate, atol: Float64Array, rtol: number): number {
  const { x, xNext, error } = iterate;
  let [worst, most] = [0, -1];
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(xNext[i]!) || !Number.isFinite(error[i]!)) return i;
    const weighted = Math.abs(error[i]!) / (atol[i]! + rtol * Math.max(Math.abs(x[i]!), Math.abs(xNext[i]!)));
    if (weighted > most) [worst, most] = [i, weighted];
  }
  return worst;
}

/**
 * Factor for the step after an accepted one.
 *
 * @param logError  logarithm of its error, of `leastError` at least
 * @param logMemory  logarithm of the error of the accepted step before, of `leastMemory` at least
 *
 * @see E. Hairer, G. Wanner, *Solving ODEs II*, 2nd ed., Springer 1996, §IV.2 (PI control).
 */
export function growth(logError: number, logMemory: number, order: number): number {
  const { safety, integral, proportional, leastFactor, mostFactor } = controlDefaults;
  const factor = safety * Math.exp((proportional * logMemory - integral * logError) / order);
  return factor > mostFactor ? mostFactor : Math.max(factor, leastFactor);
}

/** Factor for another try after a rejected step. */
export function shrinkage(error: number, order: number): number {
  const { safety, blindFactor, leastFactor } = controlDefaults;
  if (!(error < Infinity)) return blindFactor;
  const factor = safety * Math.exp(-Math.log(error) / order);
  return Math.max(factor, leastFactor);
}

/**
 * A first step from sizes of the state, its rate and its second derivative. Never longer than the span.
 *
 * @see E. Hairer, S. P. Nørsett, G. Wanner, *Solving ODEs I*, 2nd ed., Springer 1993, §II.4, "Starting step size"; here with times
 *   relative to the size of the state over its rate (or to the span, where there is nothing to go by), so that the answer does not
 *   depend on the unit of time.
 */
export function firstStep(iterate: Iterate, t: number, span: number, atol: Float64Array, rtol: number, order: number): number {
  const { system, inputs, x, xNext, error, p, statistics } = iterate;
  const n = x.length;
  const first = new Float64Array(n);
  inputs.at(t);
  system.rhs.evaluate(t, x, inputs.u, p, first);
  const size = differentialNorm(iterate, x, atol, rtol);
  const rate = differentialNorm(iterate, first, atol, rtol);
  const nothing = 1e-6 * span;
  let h = size < 1e-5 || rate < 1e-5 ? nothing : Math.min((0.01 * size) / rate, span);
  if (!(h > 0)) h = nothing;
  for (let i = 0; i < n; i++) xNext[i] = x[i]! + (system.mass?.[i] === 0 ? 0 : h * first[i]!);
  inputs.at(t + h);
  system.rhs.evaluate(t + h, xNext, inputs.u, p, error);
  statistics.rhs += 2;
  for (let i = 0; i < n; i++) error[i] = (error[i]! - first[i]!) / h;
  const bend = differentialNorm(iterate, error, atol, rtol);
  const scale = 100 * h;
  const curved = Math.max(scale * rate, scale * scale * bend);
  const step = Math.min(scale, curved > 0 ? scale * (0.01 / curved) ** (1 / order) : scale, span);
  return step > 0 ? step : h;
}

/** Root mean square of values/(atol + rtol·|x|) over the differential states. */
function differentialNorm({ system, x }: Iterate, values: Float64Array, atol: Float64Array, rtol: number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    if (system.mass?.[i] === 0) continue;
    sum += (values[i]! / (atol[i]! + rtol * Math.abs(x[i]!))) ** 2;
    count++;
  }
  return count > 0 ? Math.sqrt(sum / count) : 0;
}
