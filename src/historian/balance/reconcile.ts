/** Reconciles measured streams with declared balances, and says which of them the balances can check at all. */
import { chiSquareQuantile, chiSquareTail } from "../../core/index.ts";
import { dot, quadratic, type Reduced, reconcileLinear, times } from "./linear.ts";
import { type Balances, constraintsOf, type MeasuredStream, networkOf, requireMeasured } from "./network.ts";

/**
 * What the balances say about a stream. `redundant`: measured, and checked by others; `unchecked`: measured, and nothing would notice an
 * error; `determined`: not measured, but follows; `undetermined`: not measured, and does not follow.
 */
export type StreamKind = "redundant" | "unchecked" | "determined" | "undetermined";

export interface ReconciledStream {
  readonly kind: StreamKind;
  /** As measured; undefined where it is not. */
  readonly measured: number | undefined;
  /** Reconciled; undefined where it is undetermined. */
  readonly value: number | undefined;
  /** Standard deviation of the reconciled value; undefined where it was not measured. */
  readonly sigma: number | undefined;
  /** Measurement test: standard normal when no measurement has a gross error. 0 where unchecked. */
  readonly z: number;
}

export interface GlobalTest {
  /** rᵀ·H⁻¹·r: χ² with as many degrees of freedom as there are independent checks, when no measurement has a gross error. */
  readonly statistic: number;
  readonly degrees: number;
  readonly critical: number;
  /** Probability of a greater statistic by chance. */
  readonly probability: number;
  readonly passed: boolean;
}

export interface Reconciled {
  readonly streams: Readonly<Record<string, ReconciledStream>>;
  readonly global: GlobalTest;
}

export const balanceDefaults = { level: 0.05 } as const;

/**
 * Steady-state reconciliation of flows.
 *
 * @param measured  by stream; a stream that is not named is unmeasured
 * @param options  `level`: chance of an alarm where there is no gross error
 * @throws GreyboxError `historian/balance`
 *
 * @example
 * const splitter = { splitter: { in: ["feed"], out: ["top", "bottom"] } };
 * const { streams } = reconcile(splitter, { feed: { value: 103, sigma: 1 }, top: { value: 60, sigma: 1 }, bottom: { value: 40, sigma: 1 } });
 * streams.feed?.value; // => 102
 *
 * @see S. Narasimhan, C. Jordache, *Data Reconciliation and Gross Error Detection*, Gulf 2000, chapters 3 and 7.
 */
export function reconcile(
  balances: Balances,
  measured: Readonly<Record<string, MeasuredStream>>,
  { level = balanceDefaults.level }: { readonly level?: number } = {},
): Reconciled {
  const network = networkOf(balances);
  requireMeasured(network, measured);
  const parts = constraintsOf(network, (stream) => Object.hasOwn(measured, stream));
  const values = Float64Array.from(parts.measured, (name) => measured[name]!.value);
  const sigma = Float64Array.from(parts.measured, (name) => measured[name]!.sigma);
  const { x, sd, u, determined, reduced } = reconcileLinear(parts.constraints, values, sigma);
  const z = measurementTests(reduced, parts.measured.length);
  const streams: Record<string, ReconciledStream> = {};
  parts.measured.forEach((name, i) => {
    const checked = isChecked(reduced, i, parts.measured.length);
    streams[name] = { kind: checked ? "redundant" : "unchecked", measured: values[i]!, value: x[i]!, sigma: sd[i]!, z: z[i]! };
  });
  parts.unmeasured.forEach((name, j) => {
    const known = determined[j] === 1;
    streams[name] = {
      kind: known ? "determined" : "undetermined",
      measured: undefined,
      value: known ? u[j]! : undefined,
      sigma: undefined,
      z: 0,
    };
  });
  return { streams, global: globalTest(reduced, level) };
}

/** @see P. M. Reilly, R. E. Carpani, "Application of statistical theory of adjustment to material balances", 13th Can. Chem. Eng. Conf., 1963. */
export function globalTest({ degrees, residual, inverse }: Reduced, level: number): GlobalTest {
  return testOf(quadratic(inverse, residual, degrees), degrees, level);
}

export function testOf(statistic: number, degrees: number, level: number): GlobalTest {
  if (degrees === 0) return { statistic: 0, degrees, critical: 0, probability: 1, passed: true };
  const critical = chiSquareQuantile(1 - level, degrees);
  return { statistic, degrees, critical, probability: chiSquareTail(statistic, degrees), passed: statistic <= critical };
}

/**
 * The measurement test of greatest power for one gross error, signed so that a positive one says "reads too high".
 *
 * @see R. S. H. Mah, A. C. Tamhane, "Detection of gross errors in process data", AIChE J. 28 (1982) 828–830; J. A. Tamhane, "A note on
 *   the use of residuals for detecting an outlier in linear regression", Biometrika 69 (1982) 488–489.
 */
export function measurementTests({ degrees, g, residual, inverse }: Reduced, measured: number): Float64Array {
  const multipliers = times(inverse, residual, degrees, degrees);
  return Float64Array.from({ length: measured }, (_, i) => {
    const column = columnOf(g, i, degrees, measured);
    const scale = quadratic(inverse, column, degrees);
    return scale > 0 ? dot(column, multipliers) / Math.sqrt(scale) : 0;
  });
}

export function columnOf(matrix: Float64Array, column: number, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, k) => matrix[k * columns + column]!);
}

function isChecked({ degrees, g }: Reduced, i: number, measured: number): boolean {
  return columnOf(g, i, degrees, measured).some((entry) => Math.abs(entry) > 1e-9);
}
