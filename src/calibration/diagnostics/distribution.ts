/** Whether residuals are distributed as believed: normal, and of a size that does not depend on the value. */
import { chiSquareTail, normalCdf } from "../../core/index.ts";
import type { DiagnosedTag } from "./diagnosis.ts";
import { leastPoints } from "./whiteness.ts";

/**
 * Anderson and Darling's test of normality with estimated mean and variance.
 *
 * @see R. B. D'Agostino, M. A. Stephens, *Goodness-of-Fit Techniques*, Dekker 1986, §4.8.5 and table 4.9 (probabilities).
 */
export function normality(residual: Float64Array): DiagnosedTag["normality"] {
  const n = residual.length;
  if (n < leastPoints) return undefined;
  const mean = residual.reduce((sum, e) => sum + e, 0) / n;
  let [second, third, fourth] = [0, 0, 0];
  for (const e of residual) {
    const d = e - mean;
    second += d * d;
    third += d * d * d;
    fourth += d ** 4;
  }
  const sd = Math.sqrt(second / (n - 1));
  if (!(sd > 0)) return undefined;
  const sorted = residual.slice().sort();
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const low = Math.max(normalCdf((sorted[i]! - mean) / sd), 1e-300);
    const high = Math.max(normalCdf(-(sorted[n - 1 - i]! - mean) / sd), 1e-300);
    sum += (2 * i + 1) * (Math.log(low) + Math.log(high));
  }
  const statistic = (-n - sum / n) * (1 + 0.75 / n + 2.25 / (n * n));
  const variance = second / n;
  return { statistic, p: probability(statistic), skewness: third / n / variance ** 1.5, kurtosis: fourth / n / (variance * variance) - 3 };
}

function probability(a: number): number {
  if (a < 0.2) return 1 - Math.exp(-13.436 + 101.14 * a - 223.73 * a * a);
  if (a < 0.34) return 1 - Math.exp(-8.318 + 42.796 * a - 59.938 * a * a);
  if (a < 0.6) return Math.exp(0.9177 - 4.279 * a - 1.38 * a * a);
  // The formula turns up again far beyond where its probabilities mean anything.
  const far = Math.min(a, 10);
  return Math.exp(1.2937 - 5.709 * far + 0.0186 * far * far);
}

/**
 * Breusch and Pagan's test, in Koenker's form: squares of residuals have nothing to do with the size of the computed value.
 *
 * @see R. Koenker, J. Econometrics 17 (1981) 107–112.
 */
export function spreadTest(residual: Float64Array, computed: Float64Array): DiagnosedTag["spread"] {
  const n = residual.length;
  if (n < leastPoints) return undefined;
  let [meanSquare, meanSize] = [0, 0];
  for (let i = 0; i < n; i++) {
    meanSquare += residual[i]! ** 2 / n;
    meanSize += Math.abs(computed[i]!) / n;
  }
  let [both, squares, sizes] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [a, b] = [residual[i]! ** 2 - meanSquare, Math.abs(computed[i]!) - meanSize];
    both += a * b;
    squares += a * a;
    sizes += b * b;
  }
  if (!(squares > 0 && sizes > 1e-20 * meanSize * meanSize * n)) return undefined;
  const statistic = (n * both * both) / (squares * sizes);
  return { statistic, p: chiSquareTail(statistic, 1), grows: both > 0 };
}
