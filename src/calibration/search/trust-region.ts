/**
 * Bounded trust-region Gauss–Newton (Levenberg–Marquardt) with exact derivatives, and with noise levels estimated as it goes.
 *
 * Unknown σ are frozen during a step and re-estimated after it. Because ln s ≤ s − 1, a step that lowers the frozen sum of squares
 * lowers the likelihood criterion too, so each accepted step is a descent step of both.
 */
import { foldRows } from "../../core/index.ts";
import type { Termination } from "../calibrated.ts";
import type { StepProblem } from "./bounded-step.ts";
import type { GlobalState } from "./global/global.ts";
import type { LbfgsState } from "./lbfgs.ts";
import type { MethodName } from "./method.ts";
import { nextStep } from "./next-step.ts";
import { halfChiSquare, type LeastSquares, merit, sigmas } from "./problem.ts";
import { growScale, steepest } from "./scaling.ts";

export interface SearchOptions {
  /** Default: by the number of unknowns; see `method` of the answer. */
  readonly method: MethodName | "auto";
  /** Evaluations for each unknown that a global search ("cma-es", "scatter") takes, before a trust region ends it. */
  readonly budget: number;
  /**
   * Which starts are looked at again where they have ended: one unknown at a time is moved far along its range, and all are searched from
   * there, until nothing better is found. Default: the best one of twenty starts or more. "every": a start is then worth many, and costs as
   * much. Never with "lbfgs".
   */
  readonly again: "auto" | "best" | "every" | "never";
  /** Trial steps at most. */
  readonly maxIterations: number;
  /** Largest cosine between the residuals and a column of the Jacobian at which the search may stop. */
  readonly gradient: number;
  /** Relative fall of the cost, predicted by the linear model, below which the search stops. */
  readonly cost: number;
  /** Largest change of a search coordinate (1 is a factor e, or 100 % of a nominal value) below which the search stops. */
  readonly step: number;
  /** Radius of the first step in search coordinates. */
  readonly firstStep: number;
  /** Share of the cost below which its changes may be integration error: steps so small are judged by the gradient instead. */
  readonly resolution: number;
  /**
   * Largest change of a logarithm in the first step; later ones may be larger where the linear model holds. An unknown that hardly acts
   * where the search is would else go decades away on a guess.
   */
  readonly reach: number;
}

/** A cost of 1e-12 leaves an estimate at most about 1e-6·√n of its standard error from the optimum, n measured values. */
export const searchDefaults: SearchOptions = {
  method: "auto",
  budget: 1000,
  again: "auto",
  maxIterations: 500,
  gradient: 1e-12,
  cost: 1e-12,
  step: 1e-13,
  firstStep: 1,
  resolution: 1e-8,
  reach: 1,
};

export interface SearchResult {
  /** Best point found, shape (q). */
  readonly x: Float64Array;
  /** See `merit`. Undefined: no point could be evaluated. */
  readonly merit: number | undefined;
  readonly iterations: number;
  readonly evaluations: number;
  readonly termination: Termination;
  /** Of a search that pauses: what it takes to go on from here. */
  readonly resume?: SearchState | undefined;
}

/** Where a search stands between two steps, beside its point. Plain data: a search may go on elsewhere, with the same bits. */
export type SearchState = TrustRegionState | LbfgsState | GlobalState;

/** As far as a trust region has come. */
export interface TrustRegionResult extends SearchResult {
  readonly resume?: TrustRegionState | undefined;
}

export interface TrustRegionState {
  readonly method?: undefined;
  readonly radius: number;
  /** Shape (q). */
  readonly scale: Float64Array;
  /** σ of each group where the search began. */
  readonly firstSigma: Float64Array;
  readonly reach: number;
  readonly derivativesAtOnce: boolean;
  readonly wholeAllowed: boolean;
  readonly stalled: number;
  /** Least gradient of late, where steps are too small to be judged by the cost. */
  readonly least: number;
  /** Least merit so far. */
  readonly lowest: number;
  readonly iterations: number;
  readonly evaluations: number;
}

/** Least share of the predicted fall that a step must bring. */
const accept = 1e-4;
/** A step too small to be judged by the cost must bring the gradient below the least so far, by this factor. */
const closer = 0.9;
/** So many such steps in a row may fail to: the gradient goes to and fro on its way down. */
const patience = 3;

/**
 * Searches from `start` (moved into the bounds). A point that cannot be evaluated is never accepted: the radius shrinks instead.
 *
 * A generator that pauses before each trial step with the best so far, so that the caller decides about progress and cancellation. A paused
 * search goes on from its point and `resume`, at the price of one evaluation.
 *
 * @see J. J. Moré (1978), as in `bounded-step.ts`; A. R. Conn, N. I. M. Gould, Ph. L. Toint, *Trust-Region Methods*, SIAM 2000, ch. 6.
 */
export function* search(
  problem: LeastSquares,
  start: Float64Array,
  options: SearchOptions,
  resume?: TrustRegionState,
): Generator<TrustRegionResult, TrustRegionResult, void> {
  const { size: q, groups, lower, upper } = problem;
  const x = Float64Array.from(start, (value, j) => Math.min(Math.max(value, lower[j]!), upper[j]!));
  let iterations = resume?.iterations ?? 0;
  let evaluations = 1 + (resume?.evaluations ?? 0);
  const failed: Termination = { kind: "solve-failed", ok: false };
  if (!problem.evaluate(x, true)) return { x, merit: undefined, iterations, evaluations, termination: failed };

  const sigma = sigmas(groups, problem.sums, new Float64Array(groups.length));
  const first = Float64Array.from(resume?.firstSigma ?? sigma);
  const triangle = new Float64Array((q + 1) * (q + 1));
  const scale = Float64Array.from(resume?.scale ?? new Float64Array(q));
  const work = new Float64Array(q + 1);
  const rows = new Float64Array((q + 1) * (q + 1));
  const trial = new Float64Array(q);
  const low = new Float64Array(q);
  const high = new Float64Array(q);
  const trialTriangle = new Float64Array((q + 1) * (q + 1));
  const room = { low: new Float64Array(q), high: new Float64Array(q) };
  let cost = 0;
  let best = 0;
  /** Half the squared length of the residuals; the cost itself, for Gaussian errors. */
  let half = 0;
  /** What changes of the cost are small against. Residuals about the size of errors grow as z⁴ far from the solution, the cost as z². */
  let size = 0;
  const points = groups.reduce((sum, { count }) => sum + count, 0);

  /** Takes over what `problem` holds for x. */
  const adopt = (grow = true): void => {
    best = merit(groups, problem.sums);
    sigmas(groups, problem.sums, sigma);
    cost = halfChiSquare(problem.sums, sigma);
    half = halfChiSquare(problem.squares ?? problem.sums, sigma);
    size = Math.min(half, Math.abs(cost) + points / 2);
    if (grow) growScale(problem, first, scale);
    combine(problem, sigma, triangle, rows, work);
    for (let j = 0; j < q; j++) {
      low[j] = lower[j]! - x[j]!;
      high[j] = upper[j]! - x[j]!;
    }
  };
  /** Whether steps too small to be judged by the cost have ceased to bring the gradient at the trial point down. */
  const isStalled = (): boolean => {
    combine(problem, sigma, trialTriangle, rows, work);
    for (let j = 0; j < q; j++) {
      room.low[j] = lower[j]! - trial[j]!;
      room.high[j] = upper[j]! - trial[j]!;
    }
    if (stalled === 0) least = Math.min(least, steepest(triangle, q, low, high, half));
    const there = steepest(trialTriangle, q, room.low, room.high, halfChiSquare(problem.squares ?? problem.sums, sigma));
    stalled = there <= closer * least ? 0 : stalled + 1;
    least = Math.min(least, there);
    return stalled > patience;
  };
  const result = (termination: Termination): TrustRegionResult => ({
    x: Float64Array.from(x),
    merit: best,
    iterations,
    evaluations,
    termination,
  });
  const done = (kind: "gradient" | "step" | "cost"): TrustRegionResult => result({ kind, ok: true });

  adopt(!resume);
  let radius = 0;
  for (let j = 0; j < q; j++) radius += scale[j]! * scale[j]!;
  radius = resume?.radius ?? options.firstStep * Math.sqrt(radius);
  let reach = resume?.reach ?? options.reach;
  // A run with derivatives costs several without: where a step may well be refused it is tried without.
  let derivativesAtOnce = resume?.derivativesAtOnce ?? true;
  let wholeAllowed = resume?.wholeAllowed ?? true;
  let stalled = resume?.stalled ?? 0;
  let least = resume?.least ?? Number.MAX_VALUE;
  let lowest = resume?.lowest ?? best;
  const state = (): TrustRegionState => ({
    radius,
    scale: Float64Array.from(scale),
    firstSigma: Float64Array.from(first),
    reach,
    derivativesAtOnce,
    wholeAllowed,
    stalled,
    least,
    lowest,
    iterations,
    evaluations,
  });

  const derived = (at: Float64Array): boolean => {
    evaluations++;
    return problem.evaluate(at, true);
  };

  for (;;) {
    if (steepest(triangle, q, low, high, half) <= options.gradient) return done("gradient");
    if (iterations >= options.maxIterations) return result({ kind: "max-iterations", ok: false });
    yield { ...result({ kind: "max-iterations", ok: false }), resume: state() };

    const tiny = options.resolution * size;
    const linear: StepProblem = { size: q, triangle, scale, radius, low, high };
    const { step, whole } = nextStep(linear, problem.logarithmic, reach, room, wholeAllowed ? tiny : 0);
    const { p, predicted, length } = step;
    let [largest, farthest] = [0, 0];
    for (let j = 0; j < q; j++) {
      trial[j] = Math.min(Math.max(x[j]! + p[j]!, lower[j]!), upper[j]!);
      largest = Math.max(largest, Math.abs(p[j]!));
      if (problem.logarithmic?.[j] === 1) farthest = Math.max(farthest, Math.abs(p[j]!));
    }
    if (!(predicted > 0) || largest === 0) return done("gradient");
    iterations++;
    evaluations++;
    const evaluated = problem.evaluate(trial, derivativesAtOnce);
    const fall = evaluated ? cost - halfChiSquare(problem.sums, sigma) : Number.NaN;
    const ratio = fall / predicted;

    if (ratio > accept && (derivativesAtOnce || derived(trial))) {
      // To and fro about the resolution of the cost is no progress.
      const lower = merit(groups, problem.sums) < lowest - 0.01 * tiny;
      if (predicted > tiny && lower) [stalled, least] = [0, Number.MAX_VALUE];
      else if (isStalled()) return done("cost");
      if (lower) lowest = merit(groups, problem.sums);
      x.set(trial);
      const small = whole && predicted <= options.cost * size && fall <= options.cost * size;
      adopt();
      if (small) return done("cost");
      derivativesAtOnce = ratio > 0.75;
      wholeAllowed = true;
      if (ratio > 0.75) {
        radius = Math.max(radius, 2 * length);
        reach = Math.max(reach, 2 * farthest);
      } else if (ratio < 0.25) radius = 0.5 * length;
      if (largest <= options.step) return done("step");
    } else if (Math.abs(fall) <= tiny && predicted <= tiny && (derivativesAtOnce || derived(trial))) {
      if (isStalled()) return done("cost");
      x.set(trial);
      adopt();
      derivativesAtOnce = true;
    } else {
      derivativesAtOnce = false;
      if (whole && predicted <= tiny) wholeAllowed = false;
      const share = Number.isFinite(ratio) ? shrink(ratio) : 0.25;
      radius = share * Math.min(radius, length);
      if (farthest > 0) reach = share * Math.min(reach, farthest);
      if (evaluated && predicted <= options.cost * size) return done("cost");
      if (largest <= options.step) return evaluated ? done("step") : result(failed);
    }
  }
}

/** Factor for the radius after a refused step: least of the parabola through the old cost, the old slope and the new cost. */
function shrink(ratio: number): number {
  return Math.min(Math.max(1 / (2 - ratio), 0.1), 0.5);
}

/** The triangle of all groups together, each divided by its σ. */
export function combine(problem: LeastSquares, sigma: Float64Array, out: Float64Array, rows: Float64Array, work: Float64Array): void {
  const n = problem.size + 1;
  out.fill(0);
  for (const [g, r] of problem.triangles.entries()) {
    for (let i = 0; i < n * n; i++) rows[i] = r[i]! / sigma[g]!;
    foldRows(out, n, rows, n, work);
  }
}
