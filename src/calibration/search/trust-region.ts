/**
 * Bounded trust-region Gauss–Newton (Levenberg–Marquardt) with exact derivatives, and with noise levels estimated as it goes.
 *
 * Unknown σ are frozen during a step and re-estimated after it. Because ln s ≤ s − 1, a step that lowers the frozen sum of squares
 * lowers the likelihood criterion too, so each accepted step is a descent step of both.
 */
import { foldRows } from "../../core/index.ts";
import type { Termination } from "../calibrated.ts";
import { boundedStep, gradientOf, type Step, type StepProblem } from "./bounded-step.ts";
import type { GlobalState } from "./global/global.ts";
import type { LbfgsState } from "./lbfgs.ts";
import type { MethodName } from "./method.ts";
import { halfChiSquare, type LeastSquares, merit, sigmas } from "./problem.ts";

export interface SearchOptions {
  /** Default: by the number of unknowns; see `method` of the answer. */
  readonly method: MethodName | "auto";
  /** Evaluations for each unknown that a global search ("cma-es", "scatter") takes, before a trust region ends it. */
  readonly budget: number;
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
  /** Largest change of a logarithm in one step: what is linearised hardly holds over more than a decade. */
  readonly reach: number;
}

/** A cost of 1e-12 leaves an estimate at most about 1e-6·√n of its standard error from the optimum, n measured values. */
export const searchDefaults: SearchOptions = {
  method: "auto",
  budget: 1000,
  maxIterations: 500,
  gradient: 1e-12,
  cost: 1e-12,
  step: 1e-13,
  firstStep: 1,
  resolution: 1e-8,
  reach: Math.LN10,
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
  readonly derivativesAtOnce: boolean;
  readonly stalled: number;
  /** Least gradient of late, where steps are too small to be judged by the cost. */
  readonly least: number;
  readonly iterations: number;
  readonly evaluations: number;
}

/** Least share of the predicted fall that a step must bring. */
const accept = 1e-4;
/** A step too small to be judged by the cost must bring the gradient below the least so far, by this factor. */
const closer = 0.9;
/** So many such steps in a row may fail to: the gradient goes to and fro on its way down. */
const patience = 3;
/** Column norms of earlier points count less and less for the scale of a step. */
const forget = 0.9;

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
  /** Half the squared length of the residuals: what changes of the cost are small against. The cost itself, for Gaussian errors. */
  let size = 0;

  /** Takes over what `problem` holds for x. */
  const adopt = (grow = true): void => {
    best = merit(groups, problem.sums);
    sigmas(groups, problem.sums, sigma);
    cost = halfChiSquare(problem.sums, sigma);
    size = halfChiSquare(problem.squares ?? problem.sums, sigma);
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
    if (stalled === 0) least = Math.min(least, steepest(triangle, q, low, high, size));
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
  let derivativesAtOnce = resume?.derivativesAtOnce ?? true;
  let stalled = resume?.stalled ?? 0;
  let least = resume?.least ?? Number.MAX_VALUE;
  const state = (): TrustRegionState => ({
    radius,
    scale: Float64Array.from(scale),
    firstSigma: Float64Array.from(first),
    derivativesAtOnce,
    stalled,
    least,
    iterations,
    evaluations,
  });

  for (;;) {
    if (steepest(triangle, q, low, high, size) <= options.gradient) return done("gradient");
    if (iterations >= options.maxIterations) return result({ kind: "max-iterations", ok: false });
    yield { ...result({ kind: "max-iterations", ok: false }), resume: state() };

    const near = within(options.reach, problem.logarithmic, low, high, room);
    const { p, predicted, length } = nextStep({ size: q, triangle, scale, radius, ...near }, options.resolution * size);
    let largest = 0;
    for (let j = 0; j < q; j++) {
      trial[j] = Math.min(Math.max(x[j]! + p[j]!, lower[j]!), upper[j]!);
      largest = Math.max(largest, Math.abs(p[j]!));
    }
    if (!(predicted > 0) || largest === 0) return done("gradient");
    iterations++;
    evaluations++;
    const evaluated = problem.evaluate(trial, derivativesAtOnce);
    const fall = evaluated ? cost - halfChiSquare(problem.sums, sigma) : Number.NaN;
    const ratio = fall / predicted;

    if (ratio > accept && (derivativesAtOnce || problem.evaluate(trial, true))) {
      derivativesAtOnce = true;
      const tiny = predicted <= options.resolution * size;
      if (!tiny) [stalled, least] = [0, Number.MAX_VALUE];
      else if (isStalled()) return done("cost");
      x.set(trial);
      const small = predicted <= options.cost * size && fall <= options.cost * size;
      adopt();
      if (small) return done("cost");
      if (ratio > 0.75) radius = Math.max(radius, 2 * length);
      else if (ratio < 0.25) radius = 0.5 * length;
      if (largest <= options.step) return done("step");
    } else if (evaluated && predicted <= options.resolution * size) {
      const usable = fall >= -options.resolution * size && (derivativesAtOnce || problem.evaluate(trial, true));
      if (!usable) return done("cost");
      if (isStalled()) return done("cost");
      derivativesAtOnce = true;
      x.set(trial);
      adopt();
    } else {
      derivativesAtOnce = false;
      radius = (Number.isFinite(ratio) ? shrink(ratio) : 0.25) * Math.min(radius, length);
      if (largest <= options.step) return evaluated ? done("step") : result(failed);
    }
  }
}

/** The room to the bounds, no more than `reach` for logarithms. */
function within(
  reach: number,
  logarithmic: Uint8Array | undefined,
  low: Float64Array,
  high: Float64Array,
  room: { readonly low: Float64Array; readonly high: Float64Array },
): { readonly low: Float64Array; readonly high: Float64Array } {
  if (!logarithmic) return { low, high };
  for (let j = 0; j < low.length; j++) {
    const most = logarithmic[j] === 1 ? reach : Infinity;
    room.low[j] = Math.max(low[j]!, -most);
    room.high[j] = Math.min(high[j]!, most);
  }
  return room;
}

/** Within the radius; but where the whole linear problem has no more to give than the resolution of the cost, its solution. */
function nextStep(problem: StepProblem, resolution: number): Step {
  const step = boundedStep(problem);
  if (step.predicted > resolution || step.length < 0.9 * problem.radius) return step;
  const whole = boundedStep({ ...problem, radius: Infinity });
  return whole.predicted <= resolution ? whole : step;
}

/** Factor for the radius after a refused step: least of the parabola through the old cost, the old slope and the new cost. */
function shrink(ratio: number): number {
  return Math.min(Math.max(1 / (2 - ratio), 0.1), 0.5);
}

/** Largest cosine between the residual vector and a column of the Jacobian, over the directions that the bounds leave open. */
function steepest(triangle: Float64Array, q: number, low: Float64Array, high: Float64Array, half: number): number {
  const gradient = gradientOf(triangle, q);
  let largest = 0;
  for (let j = 0; j < q; j++) {
    if ((gradient[j]! > 0 && low[j]! >= 0) || (gradient[j]! < 0 && high[j]! <= 0)) continue;
    const size = columnNorm(triangle, q, j) * Math.sqrt(2 * half);
    if (size > 0) largest = Math.max(largest, Math.abs(gradient[j]!) / size);
  }
  return largest;
}

function columnNorm(triangle: Float64Array, q: number, j: number): number {
  let sum = 0;
  for (let i = 0; i <= j; i++) sum += triangle[i * (q + 1) + j]! ** 2;
  return Math.sqrt(sum);
}

/** D: the largest column norms seen of late, all measured with the σ of the start, so that a falling σ does not shrink steps. */
function growScale({ size: q, triangles }: LeastSquares, sigma: Float64Array, scale: Float64Array): void {
  for (let j = 0; j < q; j++) {
    let sum = 0;
    for (const [g, r] of triangles.entries()) sum += (columnNorm(r, q, j) / sigma[g]!) ** 2;
    scale[j] = Math.max(forget * scale[j]!, Math.sqrt(sum)) || 1;
  }
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
