/**
 * A Gaussian process: smooth, no shape to choose, returns to the mean where it has seen nothing.
 *
 * Exact, so its cost grows with the cube of the rows: of more than `points` rows a seeded draw is learned from. The hyperparameters are
 * those of largest marginal likelihood on a smaller draw still.
 */
import { GreyboxError, random } from "../../core/index.ts";
import { solveLower, solveUpper } from "../cholesky.ts";
import type { Learned, Learner } from "../learner.ts";
import { factorOf, type Hyperparameters, negativeLogLikelihood, type ProcessData } from "./marginal-likelihood.ts";
import { minimise } from "./minimise.ts";
import { type Prepared, prepare, type Scaling, scaled } from "./prepared.ts";

export interface GaussianProcessOptions {
  /** Most rows that are learned from. Default 1 000. */
  readonly points?: number | undefined;
  /** Most rows on which the hyperparameters are chosen. Default 200. */
  readonly search?: number | undefined;
}

export interface GaussianProcessState extends Scaling {
  /** Of the scaled columns: how far one must go along each for the value to be another. */
  readonly length: readonly number[];
  /** Of the scaled target. */
  readonly amplitude: number;
  readonly noise: number;
  /** Rows learned from, scaled, row-major, shape (points, columns). */
  readonly rows: readonly number[];
  /** What each of them adds, shape (points). */
  readonly alpha: readonly number[];
}

export const gaussianProcessDefaults = { points: 1000, search: 200, first: 80, iterations: 40, refinements: 15, tolerance: 1e-3 } as const;

/** In scaled units. The floor of the noise keeps the covariance definite in double precision. */
const limits = { length: [0.05, 100], amplitude: [1e-3, 1e2], noise: [1e-4, 10] } as const;

/**
 * A Gaussian-process learner with a squared exponential kernel, one length for each feature, and noise.
 *
 * @throws GreyboxError `learner/option`
 *
 * @see C. E. Rasmussen & C. K. I. Williams, *Gaussian Processes for Machine Learning*, MIT Press 2006, algorithm 2.1 and §5.4.1.
 */
export function gaussianProcess(options: GaussianProcessOptions = {}): Learner {
  for (const option of ["points", "search"] as const) {
    const value = options[option];
    if (value !== undefined && !(Number.isInteger(value) && value >= 2)) {
      throw new GreyboxError("learner/option", { learner: "gaussian-process", option, value, needed: "a whole number ≥ 2" });
    }
  }
  const { points, search, iterations, refinements, tolerance } = { ...gaussianProcessDefaults, ...options };
  return {
    kind: "gaussian-process",
    options: { ...options },
    async learn(features, target, context) {
      const prepared = prepare("gaussian-process", features, target, context);
      const data = drawn(prepared, points ?? gaussianProcessDefaults.points, context.seed);
      const bounds = boundsOf(data.columns);
      const searched = (rows: number, start: Float64Array, turns: number) => {
        const few = drawn(prepared, Math.min(rows, data.rows), context.seed);
        const objective = (theta: Float64Array, gradient: Float64Array) => {
          context.signal?.throwIfAborted();
          return negativeLogLikelihood(few, theta, gradient);
        };
        return minimise(objective, start, bounds, turns, tolerance);
      };
      // Two beginnings on few rows: a bent function with little noise, and a nearly straight one with much. The better goes on with more.
      const found = [
        [Math.log(2), 0, Math.log(0.3)],
        [Math.log(10), Math.log(3), Math.log(0.7)],
      ].map(([length, amplitude, noise]) => {
        const start = new Float64Array(data.columns + 2).fill(length!);
        start[data.columns] = amplitude!;
        start[data.columns + 1] = noise!;
        return searched(gaussianProcessDefaults.first, start, iterations);
      });
      const rough = found.reduce((best, other) => (other.value < best.value ? other : best));
      const { x: theta } = searched(search ?? gaussianProcessDefaults.search, rough.x, refinements);
      return restoreGaussianProcess({ ...prepared.scaling, ...conditioned(data, theta) });
    },
  };
}

export function restoreGaussianProcess(state: GaussianProcessState): Learned {
  const rows = Float64Array.from(state.rows);
  const alpha = Float64Array.from(state.alpha);
  const inverse = Float64Array.from(state.length, (length) => 1 / length);
  const power = state.amplitude ** 2;
  const columns = inverse.length;
  return {
    kind: "gaussian-process",
    state,
    predict(features) {
      const x = scaled(features, state);
      return Float64Array.from({ length: features.rows }, (_, row) => {
        let sum = 0;
        for (let i = 0; i < alpha.length; i++) {
          let distance = 0;
          for (let c = 0; c < columns; c++) distance += ((x[row * columns + c]! - rows[i * columns + c]!) * inverse[c]!) ** 2;
          sum += alpha[i]! * Math.exp(-distance / 2);
        }
        return state.targetMean + state.targetScale * power * sum;
      });
    },
  };
}

/** The weights of the rows in a prediction: (K + noise)⁻¹·y. More noise than was found is assumed only where rounding demands it. */
function conditioned(
  data: ProcessData,
  theta: Hyperparameters,
): Pick<GaussianProcessState, "length" | "amplitude" | "noise" | "rows" | "alpha"> {
  const { columns } = data;
  const sure = Float64Array.from(theta);
  let factor = factorOf(data, sure);
  for (; !factor; factor = factorOf(data, sure)) sure[columns + 1]! += Math.LN2;
  const alpha = Float64Array.from(data.y);
  solveLower(factor, data.rows, alpha);
  solveUpper(factor, data.rows, alpha);
  return {
    length: Array.from(sure.subarray(0, columns), Math.exp),
    amplitude: Math.exp(sure[columns]!),
    noise: Math.exp(sure[columns + 1]!),
    rows: [...data.x],
    alpha: [...alpha],
  };
}

/** At most `count` rows, drawn by the seed, in their order. */
function drawn({ rows, columns, x, y, weight }: Prepared, count: number, seed: number): ProcessData {
  if (rows <= count) return { rows, columns, x, y, weight };
  const source = random(seed).fork("rows");
  const order = Array.from({ length: rows }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const other = i + source.integer(rows - i);
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  const kept = Int32Array.from(order.slice(0, count)).sort();
  const data = new Float64Array(count * columns);
  for (const [i, row] of kept.entries()) data.set(x.subarray(row * columns, (row + 1) * columns), i * columns);
  return {
    rows: count,
    columns,
    x: data,
    y: Float64Array.from(kept, (row) => y[row]!),
    weight: Float64Array.from(kept, (row) => weight[row]!),
  };
}

function boundsOf(columns: number): { lower: Float64Array; upper: Float64Array } {
  const side = (end: 0 | 1) => {
    const out = new Float64Array(columns + 2).fill(Math.log(limits.length[end]));
    out[columns] = Math.log(limits.amplitude[end]);
    out[columns + 1] = Math.log(limits.noise[end]);
    return out;
  };
  return { lower: side(0), upper: side(1) };
}
