/** One chain of draws from the posterior of a calibration, as a task that runs anywhere. */
import { type TaskContext, task } from "../../compute/index.ts";
import { random } from "../../core/index.ts";
import type { Plan } from "../question/plan.ts";
import { fromSearch } from "../question/unknown.ts";
import { type LeastSquares, merit, sigmas } from "../search/problem.ts";
import { combine } from "../search/trust-region.ts";
import { objectiveFor } from "../starts/start.ts";
import { nuts, type Target } from "./nuts.ts";
import { type OpenSpace, openSpace } from "./open-space.ts";

export interface ChainInput {
  readonly chain: number;
  readonly seed: number;
  /** In search coordinates. */
  readonly best: Float64Array;
  readonly warmup: number;
  readonly draws: number;
}

export interface Chain {
  /** In model units, shape (draws, q). */
  readonly values: Float64Array;
  /** Logarithm of the posterior density, up to a constant. Shape (draws). */
  readonly density: Float64Array;
  readonly diverged: number;
  readonly evaluations: number;
}

/** How far from the best point chains begin, in standard deviations. */
const scatter = 1;
/** Standard deviation assumed of what the data does not fix, in open coordinates. */
const vague = 2;

export async function runChain(input: ChainInput, { shared: plan, signal }: TaskContext<Plan>): Promise<Chain> {
  const objective = objectiveFor(plan);
  const q = objective.size;
  const space = openSpace(objective.lower, objective.upper);
  const draw = random(input.seed).fork("chain").fork(input.chain);
  const centre = space.open(input.best);
  const root = rootOf(objective, space, centre);
  const start = begin(objective, space, centre, root, draw.fork("start"));
  const chain = nuts(posterior(objective, space), start, root, input.warmup, draw);
  const values = new Float64Array(input.draws * q);
  const density = new Float64Array(input.draws);
  const x = new Float64Array(q);
  let [diverged, evaluations, last] = [0, 0, performance.now()];
  for (let i = -input.warmup; i < input.draws; i++) {
    const { value } = chain.next();
    evaluations += value.evaluations;
    if (performance.now() - last > 20) {
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      last = performance.now();
    }
    if (i < 0) continue;
    if (value.diverged) diverged++;
    space.closed(value.z, x);
    for (let j = 0; j < q; j++) values[i * q + j] = fromSearch(plan.unknowns[j]!, x[j]!);
    density[i] = value.density;
  }
  return { values, density, diverged, evaluations };
}

export const runChainTask = task<ChainInput, Chain, Plan>(import.meta.url, "runChain");

/** Minus the merit, with σ that are estimated integrated out: their prior is Jeffreys' 1/σ. */
function posterior(problem: LeastSquares, space: OpenSpace): Target {
  const { size: q, groups } = problem;
  const [x, slope, own] = [new Float64Array(q), new Float64Array(q), new Float64Array(q)];
  const sigma = new Float64Array(groups.length);
  return {
    size: q,
    evaluate(z, gradient) {
      space.closed(z, x);
      if (!x.every(Number.isFinite) || !problem.evaluate(x, true)) return Number.NEGATIVE_INFINITY;
      sigmas(groups, problem.sums, sigma);
      own.fill(0);
      for (const [g, r] of problem.triangles.entries()) {
        const weight = 1 / (sigma[g]! * sigma[g]!);
        for (let j = 0; j < q; j++) for (let i = 0; i <= j; i++) own[j]! -= weight * r[i * (q + 1) + j]! * r[i * (q + 1) + q]!;
      }
      gradient.fill(0);
      const logarithm = space.jacobian(z, slope, gradient);
      for (let j = 0; j < q; j++) gradient[j]! += own[j]! * slope[j]!;
      return logarithm - merit(groups, problem.sums);
    },
  };
}

/** L with LLᵀ the inverse of the information at a point, in open coordinates. */
function rootOf(problem: LeastSquares, space: OpenSpace, centre: Float64Array): Float64Array {
  const q = problem.size;
  const [x, slope] = [new Float64Array(q), new Float64Array(q)];
  space.closed(centre, x);
  space.jacobian(centre, slope, new Float64Array(q));
  problem.evaluate(x, true);
  const n = q + 1;
  const triangle = new Float64Array(n * n);
  const sigma = sigmas(problem.groups, problem.sums, new Float64Array(problem.groups.length));
  combine(problem, sigma, triangle, new Float64Array(n * n), new Float64Array(n));
  const information = new Float64Array(q * q);
  for (let a = 0; a < q; a++) {
    for (let b = 0; b < q; b++) {
      let sum = a === b ? 1 / (vague * vague) : 0;
      for (let i = 0; i <= Math.min(a, b); i++) sum += triangle[i * n + a]! * triangle[i * n + b]! * slope[a]! * slope[b]!;
      information[a * q + b] = sum;
    }
  }
  // Cholesky A = CCᵀ, then the inverse transpose of C.
  const c = new Float64Array(q * q);
  for (let i = 0; i < q; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = information[i * q + j]!;
      for (let k = 0; k < j; k++) sum -= c[i * q + k]! * c[j * q + k]!;
      c[i * q + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / c[j * q + j]!;
    }
  }
  const root = new Float64Array(q * q);
  for (let column = 0; column < q; column++) {
    // Row `column` of the inverse of C is the column of the root.
    for (let i = q - 1; i >= 0; i--) {
      let sum = i === column ? 1 : 0;
      for (let k = i + 1; k < q; k++) sum -= c[k * q + i]! * root[k * q + column]!;
      root[i * q + column] = sum / c[i * q + i]!;
    }
  }
  return root;
}

/** A point about the centre at which the model can be evaluated; nearer and nearer, at last the centre itself. */
function begin(
  problem: LeastSquares,
  space: OpenSpace,
  centre: Float64Array,
  root: Float64Array,
  draw: { normal(): number },
): Float64Array {
  const q = problem.size;
  const x = new Float64Array(q);
  for (let spread = scatter; spread > 0.05; spread /= 2) {
    const z = Float64Array.from(centre);
    const y = Float64Array.from({ length: q }, () => spread * draw.normal());
    for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) z[i]! += root[i * q + j]! * y[j]!;
    space.closed(z, x);
    if (problem.evaluate(x, true)) return z;
  }
  return centre;
}
