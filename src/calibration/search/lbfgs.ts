/** Search by gradients alone, for many unknowns: limited-memory quasi-Newton steps within bounds. */
import type { Termination } from "../calibrated.ts";
import { type Along, strongWolfe } from "./line-search.ts";
import type { Smooth } from "./smooth.ts";
import type { SearchOptions, SearchResult } from "./trust-region.ts";

/** Where a search stands between two steps, beside its point. */
export interface LbfgsState {
  readonly method: "lbfgs";
  /** Steps and changes of the gradient, oldest first, shape (q) each. */
  readonly steps: readonly Float64Array[];
  readonly changes: readonly Float64Array[];
  /** The last merits, oldest first. */
  readonly merits: readonly number[];
  readonly iterations: number;
  readonly evaluations: number;
}

/** Largest change of a search coordinate in the first trial of a step: without memory, where the gradient says nothing about lengths, and with it. */
const [firstStep, longestStep] = [0.1, 2];
/** Pairs of steps and changes that are remembered. */
const memory = 20;
/** Iterations over which the merit must have fallen by more than its resolution. */
const stretch = 10;
/** Share of the predicted fall that a step along the bounds must bring. */
const fall = 1e-4;

/**
 * Bounds are kept to the last digit: a coordinate at its bound stays there while the gradient points outwards, steps of the others are cut at
 * their bounds. A point that cannot be evaluated is never accepted: the step shrinks.
 *
 * @see R. H. Byrd, P. Lu, J. Nocedal, C. Zhu, SIAM J. Sci. Comput. 16 (1995) 1190–1208, for bounds and limited memory; D. P. Bertsekas, SIAM
 *   J. Control Optim. 20 (1982) 221–246, for steps along the projected path, which are taken here instead of a generalised Cauchy point.
 */
export function* lbfgs(
  problem: Smooth,
  start: Float64Array,
  options: SearchOptions,
  resume?: LbfgsState,
): Generator<SearchResult, SearchResult, void> {
  const { size: q, lower, upper, scale } = problem;
  const x = Float64Array.from(start, (value, j) => Math.min(Math.max(value, lower[j]!), upper[j]!));
  let iterations = resume?.iterations ?? 0;
  let evaluations = 1 + (resume?.evaluations ?? 0);
  let gradient = new Float64Array(q);
  let trialGradient = new Float64Array(q);
  const trial = new Float64Array(q);
  const direction = new Float64Array(q);
  const failed: Termination = { kind: "solve-failed", ok: false };
  const first = problem.evaluate(x, gradient);
  if (first === undefined) return { x, merit: undefined, iterations, evaluations, termination: failed };
  let merit = first;
  const steps: Float64Array[] = [...(resume?.steps ?? [])];
  const changes: Float64Array[] = [...(resume?.changes ?? [])];
  let merits: number[] = [...(resume?.merits ?? [])];
  const result = (termination: Termination): SearchResult => ({ x: Float64Array.from(x), merit, iterations, evaluations, termination });
  let promised = 0;
  const paused: Termination = { kind: "max-iterations", ok: false };

  /** Evaluates the projected point at a step along the direction. */
  const evaluate = (step: number): number | undefined => {
    for (let j = 0; j < q; j++) trial[j] = Math.min(Math.max(x[j]! + step * direction[j]!, lower[j]!), upper[j]!);
    evaluations++;
    return problem.evaluate(trial, trialGradient);
  };

  for (;;) {
    const slope = descend(problem, x, gradient, steps, changes, direction);
    if (-slope / 2 <= options.cost * scale) return result({ kind: "gradient", ok: true });
    if (iterations >= options.maxIterations) return result(paused);
    yield {
      ...result(paused),
      resume: { method: "lbfgs", steps: [...steps], changes: [...changes], merits: [...merits], iterations, evaluations },
    };
    iterations++;

    let longest = 0;
    let room = Infinity;
    for (let j = 0; j < q; j++) {
      const d = direction[j]!;
      if (d === 0) continue;
      longest = Math.max(longest, Math.abs(d));
      room = Math.min(room, ((d < 0 ? lower[j]! : upper[j]!) - x[j]!) / d);
    }
    // Without memory a direction has the length of the gradient, which says nothing.
    const whole = Math.min(1, (steps.length === 0 ? firstStep : longestStep) / longest);
    let [found, next] = [undefined as number | undefined, 0];
    if (room >= whole) {
      const along: Along = (step) => {
        const value = evaluate(step);
        [found, next] = [value, step];
        return value === undefined ? undefined : { value, slope: dot(trialGradient, direction) };
      };
      const step = strongWolfe(along, merit, slope, whole, Math.min(room, (10 * longestStep) / longest));
      if (step > 0 && step !== next) found = evaluate(step);
      if (step === 0) found = undefined;
    } else {
      for (let step = whole; step * longest > options.step; step *= 0.4) {
        const value = evaluate(step);
        let gained = 0;
        for (let j = 0; j < q; j++) gained += gradient[j]! * (trial[j]! - x[j]!);
        if (value === undefined || !(value <= merit + fall * gained)) continue;
        found = value;
        break;
      }
    }
    if (found === undefined || !(found <= merit)) {
      // Where much was promised and nothing kept, what is computed is too rough, and this is not the end of the way.
      if (steps.length === 0) return result(promised <= 1e-3 * scale ? { kind: "cost", ok: true } : paused);
      promised = -slope / 2;
      // The memory may mislead; the steepest descent does not.
      steps.length = 0;
      changes.length = 0;
      continue;
    }
    const s = Float64Array.from(trial, (value, j) => value - x[j]!);
    const y = Float64Array.from(trialGradient, (value, j) => value - gradient[j]!);
    if (dot(s, y) > 1e-10 * Math.sqrt(dot(s, s) * dot(y, y))) {
      steps.push(s);
      changes.push(y);
      if (steps.length > memory) {
        steps.shift();
        changes.shift();
      }
    }
    x.set(trial);
    merit = found;
    [gradient, trialGradient] = [trialGradient, gradient];
    merits = [...merits, merit].slice(-stretch - 1);
    if (merits.length > stretch && merits[0]! - merit <= options.resolution * scale) return result({ kind: "cost", ok: true });
  }
}

/** Writes −H·gradient over the coordinates that are free to move. @returns the slope along it, ≤ 0 */
function descend(
  { size: q, lower, upper }: Smooth,
  x: Float64Array,
  gradient: Float64Array,
  steps: readonly Float64Array[],
  changes: readonly Float64Array[],
  direction: Float64Array,
): number {
  const free = new Uint8Array(q);
  for (let j = 0; j < q; j++) {
    const g = gradient[j]!;
    free[j] = (g > 0 && x[j]! <= lower[j]!) || (g < 0 && x[j]! >= upper[j]!) ? 0 : 1;
    direction[j] = free[j] === 1 ? -g : 0;
  }
  const product = (a: Float64Array, b: Float64Array): number => {
    let sum = 0;
    for (let j = 0; j < q; j++) if (free[j] === 1) sum += a[j]! * b[j]!;
    return sum;
  };
  // Curvature within the free coordinates; a pair that has none there says nothing.
  const curvature = steps.map((s, k) => product(s, changes[k]!));
  const share = new Float64Array(steps.length);
  const used = (k: number): boolean => curvature[k]! > 1e-12 * product(changes[k]!, changes[k]!);
  let last = -1;
  for (let k = steps.length - 1; k >= 0; k--) {
    if (!used(k)) continue;
    if (last < 0) last = k;
    share[k] = product(steps[k]!, direction) / curvature[k]!;
    for (let j = 0; j < q; j++) if (free[j] === 1) direction[j]! -= share[k]! * changes[k]![j]!;
  }
  if (last >= 0) {
    const size = curvature[last]! / product(changes[last]!, changes[last]!);
    for (let j = 0; j < q; j++) direction[j]! *= size;
  }
  for (let k = 0; k < steps.length; k++) {
    if (!used(k)) continue;
    const more = share[k]! - product(changes[k]!, direction) / curvature[k]!;
    for (let j = 0; j < q; j++) if (free[j] === 1) direction[j]! += more * steps[k]![j]!;
  }
  for (let j = 0; j < q; j++) {
    if ((direction[j]! < 0 && x[j]! <= lower[j]!) || (direction[j]! > 0 && x[j]! >= upper[j]!)) direction[j] = 0;
  }
  const slope = dot(gradient, direction);
  if (slope < 0) return slope;
  for (let j = 0; j < q; j++) direction[j] = free[j] === 1 ? -gradient[j]! : 0;
  return dot(gradient, direction);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}
