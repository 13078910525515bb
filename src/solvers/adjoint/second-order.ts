/**
 * Products of second derivatives with a direction. The derivative of a run along a direction is a run of the doubled system (x, s), step by
 * step the same arithmetic; its gradient, found on the way back, is the second derivative times the direction. Derived in
 * `docs/notes/0037-second-derivatives.md`.
 */
import { GreyboxError, type Outcome, type System } from "../../core/index.ts";
import { checkProblem } from "../check.ts";
import type { Problem } from "../problem.ts";
import type { AdjointOptions, AdjointSolver } from "./adjoint-solver.ts";
import type { WeightedGradient } from "./weighted-gradient.ts";

/** A direction in the space of what can change. */
export interface Direction {
  /** Change of the active parameters, shape (a). */
  readonly p: Float64Array;
  /** Change of the initial states beside what follows from the parameters, shape (n). Absent: none. */
  readonly x0?: Float64Array | undefined;
}

/** What a run reported, and how it changes along the direction. */
export interface Course {
  readonly times: Float64Array;
  /** Shape (m, n). */
  readonly states: Float64Array;
  /** Derivative of the states along the direction, shape (m, n). Zeros where it is taken by differences. */
  readonly tangents: Float64Array;
}

/** First and second derivatives of a number made of the states. */
export interface WeightsAlong {
  /** ∂/∂states, shape (m, n). */
  readonly states: Float64Array;
  /** How `states` changes along `tangents`: the Hessian of the number times them, shape (m, n). Absent: the number is linear in the states. */
  readonly change?: Float64Array | undefined;
}

export interface SecondOrder {
  readonly outcome: Outcome;
  readonly gradient: WeightedGradient;
  /** The Hessian times the direction. */
  readonly product: WeightedGradient;
  /** "exact" for the steps that were made; "differences" of gradients where an event or condition interfered, or the system knows no better. */
  readonly by: "exact" | "differences";
}

export const secondOrderDefaults = {
  /** Half-width of the coarser of two central differences of the gradient, relative to the direction's size, for a relative tolerance of 1. */
  increment: 0.5,
} as const;

export function secondOrder(
  system: System,
  options: AdjointOptions,
  plain: Pick<AdjointSolver, "solve">,
  create: (system: System, options: AdjointOptions) => AdjointSolver,
): AdjointSolver["product"] {
  const [n, a] = [system.states.length, system.active.length];
  let made: AdjointSolver | undefined;
  const doubled = (): AdjointSolver | undefined => {
    if (!made && system.doubled) made = create(system.doubled(), { ...options, atol: twice(options.atol) });
    return made;
  };

  /** Undefined where an event or condition interfered. */
  function exactly(problem: Problem, p: Float64Array, direction: Direction, scale: number, weigh: Weigh): SecondOrder | undefined {
    const solver = doubled();
    if (!solver) return undefined;
    const all = new Float64Array(p.length + a + n);
    all.set(p);
    const [change, start] = [all.subarray(p.length, p.length + a), all.subarray(p.length + a)];
    for (let j = 0; j < a; j++) change[j] = direction.p[j]! / scale;
    for (let i = 0; direction.x0 && i < n; i++) start[i] = direction.x0[i]! / scale;
    const given = (i: number): number => (problem.x0 ? (problem.x0Given?.[i % n] ?? 1) : 0);
    const run = solver.solve({
      ...problem,
      p: all,
      x0: Float64Array.from({ length: 2 * n }, (_, i) => (i < n ? (problem.x0?.[i] ?? 0) : start[i - n]!)),
      x0Given: Uint8Array.from({ length: 2 * n }, (_, i) => given(i)),
    });
    if (run.events.length > 0 || run.conditions > 0) return undefined;
    const m = run.times.length;
    const course: Course = { times: run.times, states: new Float64Array(m * n), tangents: new Float64Array(m * n) };
    for (let row = 0; row < m; row++) {
      course.states.set(run.states.subarray(2 * row * n, (2 * row + 1) * n), row * n);
      for (let i = 0; i < n; i++) course.tangents[row * n + i] = scale * run.states[(2 * row + 1) * n + i]!;
    }
    const weights = checked(weigh(course), m * n);
    const ofGradient = new Float64Array(2 * m * n);
    const ofProduct = new Float64Array(2 * m * n);
    for (let row = 0; row < m; row++) {
      for (let i = 0; i < n; i++) {
        const at = row * n + i;
        ofGradient[2 * row * n + i] = weights.states[at]!;
        ofProduct[2 * row * n + i] = (weights.change?.[at] ?? 0) / scale;
        ofProduct[(2 * row + 1) * n + i] = weights.states[at]!;
      }
    }
    const [gradient, product] = [run.gradient({ states: ofGradient }), run.gradient({ states: ofProduct })];
    if (!gradient || !product) return undefined;
    return {
      outcome: run.outcome,
      gradient: { p: gradient.p, x0: gradient.x0.slice(0, n) },
      product: { p: product.p.map((value) => scale * value), x0: product.x0.slice(0, n).map((value) => scale * value) },
      by: "exact",
    };
  }

  /** Richardson extrapolation of central differences of gradients. */
  function byDifferences(problem: Problem, p: Float64Array, direction: Direction, scale: number, weigh: Weigh): SecondOrder | undefined {
    const start = plain.solve(problem);
    const still = new Float64Array(start.states.length);
    const gradientOf = ({ times, states, gradient }: typeof start): WeightedGradient | undefined =>
      gradient({ states: checked(weigh({ times, states, tangents: still }), states.length).states });
    const at = (step: number): WeightedGradient | undefined => {
      const moved = p.slice();
      for (let j = 0; j < a; j++) moved[system.active[j]!]! += step * direction.p[j]!;
      if (!direction.x0) return gradientOf(plain.solve({ ...problem, p: moved }));
      const from = plain.solve({ ...problem, p: moved, samples: Float64Array.of(problem.span[0]) }).states;
      return gradientOf(
        plain.solve({ ...problem, p: moved, x0: from.map((value, i) => value + step * direction.x0![i]!), x0Given: undefined }),
      );
    };
    const gradient = gradientOf(start);
    const step = (secondOrderDefaults.increment * (options.rtol ?? 1e-6) ** 0.2) / scale;
    const [up, down, nearUp, nearDown] = [at(step), at(-step), at(step / 2), at(-step / 2)];
    if (!gradient || !up || !down || !nearUp || !nearDown) return undefined;
    const extrapolated = (of: (one: WeightedGradient) => Float64Array): Float64Array =>
      of(up).map((value, i) => {
        const coarse = (value - of(down)[i]!) / (2 * step);
        const fine = (of(nearUp)[i]! - of(nearDown)[i]!) / step;
        return fine + (fine - coarse) / 3;
      });
    return {
      outcome: start.outcome,
      gradient,
      product: { p: extrapolated(({ p }) => p), x0: extrapolated(({ x0 }) => x0) },
      by: "differences",
    };
  }

  return (problem, direction, weigh) => {
    checkProblem(system, problem);
    shape("direction.p", direction.p, a, "one for each active parameter");
    if (direction.x0) shape("direction.x0", direction.x0, n, "one for each state");
    const p = problem.p ?? system.p;
    const scale = sizeOf(system, p, direction) || 1;
    return exactly(problem, p, direction, scale, weigh) ?? byDifferences(problem, p, direction, scale, weigh);
  };
}

type Weigh = (course: Course) => WeightsAlong;

/** The largest relative change. */
function sizeOf({ active, nominal }: System, p: Float64Array, direction: Direction): number {
  let most = 0;
  for (const [j, index] of active.entries()) most = Math.max(most, Math.abs(direction.p[j]!) / (Math.abs(p[index]!) || 1));
  for (const [i, value] of direction.x0?.entries() ?? []) most = Math.max(most, Math.abs(value) / nominal[i]!);
  return most;
}

function twice(atol: number | Float64Array | undefined): number | Float64Array | undefined {
  return typeof atol === "object" ? Float64Array.from({ length: 2 * atol.length }, (_, i) => atol[i % atol.length]!) : atol;
}

function checked(weights: WeightsAlong, length: number): WeightsAlong {
  shape("weights.states", weights.states, length, "one row of states for each time");
  if (weights.change) shape("weights.change", weights.change, length, "one row of states for each time");
  return weights;
}

function shape(argument: string, values: Float64Array, expected: number, per: string): void {
  if (values.length !== expected) throw new GreyboxError("solver/shape", { argument, expected, actual: values.length, per });
}
