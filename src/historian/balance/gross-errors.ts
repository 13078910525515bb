/**
 * Which measurement, or which leak, explains that balances do not close, and what can never be told apart from it.
 *
 * Generalised likelihood ratios test every hypothesis; the likeliest is taken out and the rest tested again, until what remains closes.
 */
import { chiSquareQuantile } from "../../core/index.ts";
import { dot, type Reduced, reconcileLinear } from "./linear.ts";
import { type Balances, constraintsOf, type MeasuredStream, networkOf, requireMeasured } from "./network.ts";
import { balanceDefaults, columnOf, type GlobalTest, globalTest, testOf } from "./reconcile.ts";

/** A measurement that reads wrong by `size`, or a balance that loses `size`. */
export interface GrossError {
  readonly kind: "measurement" | "leak";
  /** Stream or balance. */
  readonly name: string;
  /** Estimate: what the measurement reads too much, or what leaves the balance unseen. */
  readonly size: number;
  /** Standard deviation of `size`. */
  readonly sigma: number;
  /** Generalised likelihood ratio: χ² with one degree of freedom by chance. */
  readonly ratio: number;
  /** Hypotheses that would explain the residuals exactly as well: which of them it is cannot be known from these balances. */
  readonly equivalent: readonly string[];
}

export interface GrossErrors {
  readonly errors: readonly GrossError[];
  /** Before anything was taken out, and after. */
  readonly before: GlobalTest;
  readonly after: GlobalTest;
}

export interface GrossErrorOptions {
  /** Chance of an alarm where there is no gross error. */
  readonly level?: number | undefined;
  /** Whether leaks are suspected as well. */
  readonly leaks?: boolean | undefined;
  /** At most so many errors; by default one fewer than there are checks. */
  readonly most?: number | undefined;
}

/** In coordinates in which the residuals are independent with variance 1. */
interface Hypothesis {
  readonly kind: GrossError["kind"];
  readonly name: string;
  /** What an error of size 1 does to the residuals. */
  readonly effect: Float64Array;
}

/**
 * Finds gross errors by serial elimination with generalised likelihood ratios.
 *
 * Errors with proportional effects on the residuals (a stream in and the only stream out of a node, parallel streams, all streams of a
 * loop) cannot be told apart: they are named together in `equivalent`, and the one taken is the first in the order of declaration.
 *
 * @throws GreyboxError `historian/balance`
 *
 * @example
 * const line = { valve: { in: ["a"], out: ["b"] }, pump: { in: ["b"], out: ["c"] } };
 * const read = { a: { value: 100, sigma: 1 }, b: { value: 110, sigma: 1 }, c: { value: 100, sigma: 1 } };
 * grossErrors(line, read).errors.map((error) => error.name); // => ["b"]
 *
 * @see S. Narasimhan, R. S. H. Mah, "Generalized likelihood ratio method for gross error identification", AIChE J. 33 (1987) 1514–1521;
 *   M. J. Bagajewicz, Q. Jiang, "Gross error modeling and detection in plant linear dynamic reconciliation", Comput. Chem. Eng. 22
 *   (1998) 1789–1809, for equivalent sets.
 */
export function grossErrors(
  balances: Balances,
  measured: Readonly<Record<string, MeasuredStream>>,
  { level = balanceDefaults.level, leaks = false, most }: GrossErrorOptions = {},
): GrossErrors {
  const network = networkOf(balances);
  requireMeasured(network, measured);
  const parts = constraintsOf(network, (stream) => Object.hasOwn(measured, stream));
  const values = Float64Array.from(parts.measured, (name) => measured[name]!.value);
  const sigma = Float64Array.from(parts.measured, (name) => measured[name]!.sigma);
  const { reduced } = reconcileLinear(parts.constraints, values, sigma);
  const { degrees, g, projection } = reduced;
  const before = globalTest(reduced, level);
  const whiten = whitening(reduced);
  let open: Hypothesis[] = parts.measured.map((name, i) => ({
    kind: "measurement",
    name,
    effect: whiten(columnOf(g, i, degrees, parts.measured.length)),
  }));
  if (leaks) {
    // A balance is written as in − out = 0; what leaks away is in − out > 0.
    network.nodes.forEach((name, k) => {
      open.push({ kind: "leak", name, effect: whiten(columnOf(projection, k, degrees, network.nodes.length)) });
    });
  }
  open = open.filter(({ effect }) => dot(effect, effect) > 0);
  let residual = whiten(reduced.residual);
  let after = before;
  const errors: GrossError[] = [];
  // Each error that is taken out costs a check; without a check left nothing could contradict.
  const limit = Math.min(most ?? Infinity, degrees - 1);
  while (!after.passed && errors.length < limit) {
    const found = likeliest(residual, open, level);
    if (!found) break;
    const { kind, name, effect } = found;
    const length = Math.sqrt(dot(effect, effect));
    const size = dot(effect, residual) / length ** 2;
    const equivalent = open.filter((one) => one !== found && isParallel(one.effect, effect)).map((one) => one.name);
    errors.push({ kind, name, size, sigma: 1 / length, ratio: (size * length) ** 2, equivalent });
    residual = withoutDirection(residual, effect);
    open = open.flatMap((one) => {
      const rest = withoutDirection(one.effect, effect);
      return dot(rest, rest) > 1e-16 * dot(one.effect, one.effect) ? [{ ...one, effect: rest }] : [];
    });
    after = testOf(dot(residual, residual), degrees - errors.length, level);
  }
  return { errors, before, after };
}

/** The hypothesis that takes the most out of the residuals; undefined where none takes more than chance would. */
function likeliest(residual: Float64Array, hypotheses: readonly Hypothesis[], level: number): Hypothesis | undefined {
  // Šidák: with so many hypotheses tested at once, each may raise a false alarm less often.
  const critical = chiSquareQuantile((1 - level) ** (1 / Math.max(hypotheses.length, 1)), 1);
  let [best, most]: [Hypothesis | undefined, number] = [undefined, critical];
  for (const hypothesis of hypotheses) {
    const ratio = dot(hypothesis.effect, residual) ** 2 / dot(hypothesis.effect, hypothesis.effect);
    // A tie within rounding goes to the one declared first.
    if (ratio > most * (1 + 1e-9)) [best, most] = [hypothesis, ratio];
  }
  return best;
}

/** Cᵀ with H⁻¹ = C·Cᵀ (Cholesky): takes residuals of covariance H to independent ones. */
function whitening({ degrees: n, inverse }: Reduced): (vector: Float64Array) => Float64Array {
  const c = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = inverse[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= c[i * n + k]! * c[j * n + k]!;
      c[i * n + j] = i === j ? Math.sqrt(sum) : sum / c[j * n + j]!;
    }
  }
  return (vector) => {
    const white = new Float64Array(n);
    for (let j = 0; j < n; j++) for (let i = j; i < n; i++) white[j]! += c[i * n + j]! * vector[i]!;
    return white;
  };
}

function withoutDirection(vector: Float64Array, direction: Float64Array): Float64Array {
  const share = dot(vector, direction) / dot(direction, direction);
  return vector.map((entry, k) => entry - share * direction[k]!);
}

function isParallel(a: Float64Array, b: Float64Array): boolean {
  return dot(a, b) ** 2 > (1 - 1e-9) * dot(a, a) * dot(b, b);
}
