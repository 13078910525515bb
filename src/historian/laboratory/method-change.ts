/** A laboratory that changed its method, or the unit of its results: a step in what separates results from what was expected. */
import { medianOf } from "../cleaning/noise.ts";
import type { Series } from "../series.ts";
import { type Suspicion, shown } from "../suspicion/suspicion.ts";
import { paired, trendOf } from "../suspicion/trend.ts";
import { resultsOf } from "./results.ts";

export interface MethodOptions {
  /** When the method is known to have changed [s]; absent: looked for. */
  readonly at?: number | undefined;
  /** How far the step must stand out, in standard deviations of its estimate. */
  readonly sigmas?: number | undefined;
}

export const methodDefaults = { sigmas: 6 } as const;

/** Results on each side of a change. */
const fewest = 5;

/**
 * The step in the residuals of a laboratory against a soft sensor, an analyser or a redundant measurement; none where they are one population.
 *
 * The place with the largest standardised difference of means, with the noise from the differences of neighbouring residuals, which a step
 * does not enlarge.
 *
 * @see D. M. Hawkins, "Testing a sequence of observations for a shift in location", J. Am. Stat. Assoc. 72 (1977) 180–186.
 */
export function methodChange(results: Series, expected: Series, options: MethodOptions = {}): Suspicion | undefined {
  const { sigmas = methodDefaults.sigmas } = options;
  const pairs = paired(resultsOf(results), trendOf(expected));
  const n = pairs.time.length;
  if (n < 2 * fewest) return undefined;
  const residual = pairs.a.map((x, i) => x - pairs.b[i]!);
  const steps = Float64Array.from({ length: n - 1 }, (_, i) => Math.abs(residual[i + 1]! - residual[i]!));
  // The median of |x − y| of two normal values is 0.954 σ.
  const sigma = medianOf(steps) / 0.9539;
  if (!(sigma > 0)) return undefined;
  const total = residual.reduce((sum, r) => sum + r, 0);
  let [sum, best, place, size] = [0, 0, -1, 0];
  for (let k = 1; k < n; k++) {
    sum += residual[k - 1]!;
    if (k < fewest || n - k < fewest) continue;
    if (options.at !== undefined && !(pairs.time[k - 1]! < options.at && options.at <= pairs.time[k]!)) continue;
    const step = (total - sum) / (n - k) - sum / k;
    const score = Math.abs(step) / (sigma * Math.sqrt(1 / k + 1 / (n - k)));
    if (score > best) [best, place, size] = [score, k, step];
  }
  if (best < sigmas) return undefined;
  const from = pairs.time[place]!;
  const deviation = sigma * Math.sqrt(1 / place + 1 / (n - place));
  return {
    kind: "method",
    tags: [results.tag, expected.tag],
    from,
    to: Infinity,
    reason: "labSuspect",
    evidence: `${results.tag} beside ${expected.tag}: results are ${shown(size)} ± ${shown(deviation)} higher from ${shown(from)} s on`,
    proposal: "Ask for a change of method or unit; close the validity period there and give the next one an offset of its own.",
    figures: { size, sigma: deviation, score: best },
  };
}
