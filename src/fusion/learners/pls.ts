/**
 * Partial least squares: linear in a few combinations of the features, chosen for their covariance with the target.
 *
 * For many features that move together, as plant tags do. It also says how unlike its training rows a row is (SPE).
 */
import { GreyboxError } from "../../core/index.ts";
import type { Learned, Learner, Matrix } from "../learner.ts";
import { type LinearState, predictLinear } from "./linear.ts";
import { type Prepared, prepare, scaled } from "./prepared.ts";

export interface PlsOptions {
  /** Number of combinations. Absent: chosen by cross-validation on contiguous blocks of rows. */
  readonly components?: number | undefined;
}

export interface PlsState extends LinearState {
  readonly components: number;
  /** Score directions on the scaled features, row-major, shape (columns, components). */
  readonly directions: readonly number[];
  /** Row-major, shape (columns, components). */
  readonly loadings: readonly number[];
}

export const plsDefaults = { most: 10, blocks: 5 } as const;

/**
 * A PLS learner for one target.
 *
 * @throws GreyboxError `learner/option` when components is not a whole number ≥ 1
 *
 * @see B. S. Dayal & J. F. MacGregor, "Improved PLS algorithms", J. Chemometrics 11 (1997) 73–85, algorithm 2. The smallest number of
 *   components within one standard error of the best is taken: L. Breiman et al., *Classification and Regression Trees* (1984) §3.4.3.
 */
export function pls(options: PlsOptions = {}): Learner {
  const { components } = options;
  if (components !== undefined && !(Number.isInteger(components) && components >= 1)) {
    throw new GreyboxError("learner/option", { learner: "pls", option: "components", value: components, needed: "a whole number ≥ 1" });
  }
  return {
    kind: "pls",
    options: components === undefined ? {} : { components },
    async learn(features, target, context) {
      const data = prepare("pls", features, target, context);
      const moments = await momentsOf(data, 0, data.rows);
      const count = components ?? (await chooseComponents(data));
      const { coefficients, directions, loadings } = project(moments, Math.min(count, data.columns, data.rows - 1));
      const last = coefficients.at(-1) ?? new Float64Array(data.columns);
      return restorePls({
        ...data.scaling,
        coefficients: [...last],
        components: coefficients.length,
        directions: columnsToRows(directions, data.columns),
        loadings: columnsToRows(loadings, data.columns),
      });
    },
  };
}

export function restorePls(state: PlsState): Learned {
  return {
    kind: "pls",
    state,
    predict: (features) => predictLinear(state, features),
    reconstructionError: (features) => reconstructionError(state, features),
  };
}

/** Sums over rows of xxᵀ and x·y: all that PLS needs to know of the data. */
interface Moments {
  readonly columns: number;
  /** Row-major, shape (columns, columns). */
  readonly xx: Float64Array;
  readonly xy: Float64Array;
}

async function momentsOf({ columns, x, y, weight }: Prepared, from: number, to: number): Promise<Moments> {
  const { Matrix } = await import("ml-matrix");
  const table = new Matrix(to - from, columns + 1);
  for (let row = from; row < to; row++) {
    const factor = Math.sqrt(weight[row]!);
    for (let c = 0; c < columns; c++) table.set(row - from, c, factor * x[row * columns + c]!);
    table.set(row - from, columns, factor * y[row]!);
  }
  const product = table.transpose().mmul(table);
  return {
    columns,
    xx: Float64Array.from(product.subMatrix(0, columns - 1, 0, columns - 1).to1DArray()),
    xy: Float64Array.from(product.subMatrix(0, columns - 1, columns, columns).to1DArray()),
  };
}

interface Projection {
  /** `coefficients[a]`: with a + 1 components. */
  readonly coefficients: readonly Float64Array[];
  readonly directions: readonly Float64Array[];
  readonly loadings: readonly Float64Array[];
}

/** Stops early where no covariance with the target is left: more components would fit rounding. */
function project({ columns, xx, xy }: Moments, components: number): Projection {
  const remaining = Float64Array.from(xy);
  const start = Math.hypot(...xy);
  const coefficients: Float64Array[] = [];
  const directions: Float64Array[] = [];
  const loadings: Float64Array[] = [];
  let sum = new Float64Array(columns);
  for (let a = 0; a < components; a++) {
    const size = Math.hypot(...remaining);
    if (!(size > 1e-10 * start)) break;
    const direction = remaining.map((value) => value / size);
    for (const [j, earlier] of directions.entries()) {
      const overlap = dot(loadings[j]!, remaining) / size;
      for (let c = 0; c < columns; c++) direction[c]! -= overlap * earlier[c]!;
    }
    const image = new Float64Array(columns);
    for (let c = 0; c < columns; c++) image[c] = dot(xx.subarray(c * columns, (c + 1) * columns), direction);
    const power = dot(direction, image);
    if (!(power > 0)) break;
    const loading = image.map((value) => value / power);
    const slope = dot(direction, xy) / power;
    for (let c = 0; c < columns; c++) remaining[c]! -= loading[c]! * slope * power;
    sum = sum.map((value, c) => value + slope * direction[c]!);
    coefficients.push(sum);
    directions.push(direction);
    loadings.push(loading);
  }
  return { coefficients, directions, loadings };
}

/** Leaves out one contiguous block after another; rows are in time order, and shuffled rows would flatter. */
async function chooseComponents(data: Prepared): Promise<number> {
  const blocks = Math.min(plsDefaults.blocks, Math.floor(data.rows / 2));
  const most = Math.min(plsDefaults.most, data.columns, data.rows - Math.ceil(data.rows / Math.max(blocks, 1)) - 1);
  if (blocks < 2 || most < 2) return 1;
  const edges = Array.from({ length: blocks + 1 }, (_, b) => Math.round((b * data.rows) / blocks));
  const parts = await Promise.all(Array.from({ length: blocks }, (_, b) => momentsOf(data, edges[b]!, edges[b + 1]!)));
  const errors = parts.map((_, b) => {
    const { coefficients } = project(
      sumOf(
        parts.filter((_, other) => other !== b),
        data.columns,
      ),
      most,
    );
    return Array.from({ length: most + 1 }, (_, a) =>
      meanSquare(data, edges[b]!, edges[b + 1]!, a === 0 ? undefined : coefficients[Math.min(a, coefficients.length) - 1]),
    );
  });
  const mean = Array.from({ length: most + 1 }, (_, a) => errors.reduce((sum, of) => sum + of[a]! / blocks, 0));
  const best = mean.indexOf(Math.min(...mean));
  const spread = Math.sqrt(errors.reduce((sum, of) => sum + (of[best]! - mean[best]!) ** 2, 0) / (blocks * (blocks - 1)));
  return Math.max(
    1,
    mean.findIndex((value) => value <= mean[best]! + spread),
  );
}

function meanSquare({ columns, x, y, weight }: Prepared, from: number, to: number, coefficients: Float64Array | undefined): number {
  let sum = 0;
  let total = 0;
  for (let row = from; row < to; row++) {
    const predicted = coefficients ? dot(x.subarray(row * columns, (row + 1) * columns), coefficients) : 0;
    sum += weight[row]! * (y[row]! - predicted) ** 2;
    total += weight[row]!;
  }
  return sum / total;
}

function sumOf(parts: readonly Moments[], columns: number): Moments {
  const xx = new Float64Array(columns * columns);
  const xy = new Float64Array(columns);
  for (const part of parts) {
    for (let i = 0; i < xx.length; i++) xx[i]! += part.xx[i]!;
    for (let i = 0; i < columns; i++) xy[i]! += part.xy[i]!;
  }
  return { columns, xx, xy };
}

/** Squared distance of each scaled row from the plane of the components (SPE, also called Q). */
function reconstructionError(state: PlsState, features: Matrix): Float64Array {
  const { components, directions, loadings } = state;
  const columns = state.coefficients.length;
  const x = scaled(features, state);
  return Float64Array.from({ length: features.rows }, (_, row) => {
    const off = x.slice(row * columns, (row + 1) * columns);
    const point = x.subarray(row * columns, (row + 1) * columns);
    for (let a = 0; a < components; a++) {
      let score = 0;
      for (let c = 0; c < columns; c++) score += point[c]! * directions[c * components + a]!;
      for (let c = 0; c < columns; c++) off[c]! -= score * loadings[c * components + a]!;
    }
    return dot(off, off);
  });
}

function columnsToRows(list: readonly Float64Array[], columns: number): number[] {
  return Array.from({ length: columns }, (_, c) => list.map((column) => column[c]!)).flat();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
