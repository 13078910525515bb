/**
 * A tag beside something that should go along with it: a redundant measurement, a laboratory trend, what a balance or a model says.
 *
 * One relation a = α + β·r is tried for the whole record, against relations that change at one time in a way that plants know: a bias, a
 * drift, a new gain, sign, unit or reference, a square root. The change is undone, and the record is asked whether one line fits it then.
 * The kind with the best Bayesian information criterion is told, if it is far better than no change.
 *
 * @see G. Schwarz, "Estimating the dimension of a model", Ann. Stat. 6 (1978) 461–464; E. S. Page, "Continuous inspection schemes",
 *   Biometrika 41 (1954) 100–115, for the order in which changes are looked for.
 */
import type { Reason } from "../../core/index.ts";
import type { View } from "../cleaning/layers.ts";
import type { Rules } from "../cleaning/rules.ts";
import type { Series } from "../series.ts";
import { type Change, changesAt, driftAt, wholeChanges } from "./changes.ts";
import { fewest, fitted, likeliestSplit, lineOf, withoutOutliers } from "./comparison.ts";
import { atmosphereIn, unitChanges } from "./conversions.ts";
import { type Suspicion, type SuspicionKind, shown } from "./suspicion.ts";
import { blocked, type Pairs, paired, type Trend, trendOf } from "./trend.ts";

export interface ReferenceOptions {
  readonly rules?: Partial<Rules> | undefined;
  /** How much better than no change the criterion must be; 10 counts as very strong evidence. */
  readonly evidence?: number | undefined;
  /** Smallest change worth telling, in standard deviations of what is left between the two. */
  readonly sigmas?: number | undefined;
  /** The reference measures the same in the same unit: then an offset or a slope that was there all the time is told as well. */
  readonly redundant?: boolean | undefined;
}

export const referenceDefaults = { evidence: 20, sigmas: 2 } as const;

/** Difference of the criterion below which another kind explains the record nearly as well. */
const decisive = 6;

/**
 * What changed between a tag and its reference. At most one suspicion: the strongest.
 *
 * A view is taken as it was cleaned: what is doubted already does not count. Which of the two changed cannot be known from them alone; the one that is called the reference is believed.
 *
 * @example
 * const time = Array.from({ length: 2000 }, (_, i) => 60 * i);
 * const level = time.map((t) => 50 + 10 * Math.sin(t / 5000) + 0.1 * Math.sin(t * t));
 * const upper = seriesOf("LI1A", { time, value: level.map((x, i) => (i < 1200 ? x : x + 3)) });
 * const lower = seriesOf("LI1B", { time, value: level.map((x, i) => x + 0.1 * Math.cos(i * i)) });
 * compareWithReference(upper, lower).map((one) => one.kind); // => ["bias-step"]
 */
export function compareWithReference(tag: Series | View, reference: Series | View, options: ReferenceOptions = {}): readonly Suspicion[] {
  const { evidence = referenceDefaults.evidence, sigmas = referenceDefaults.sigmas, rules } = options;
  const [a, r] = [trendOf(tag, rules), trendOf(reference, rules)];
  const blocks = withoutOutliers(blocked(paired(a, r)));
  const n = blocks.time.length;
  if (n < 3 * fewest) return [];
  const names = [a.tag, r.tag] as const;
  const unchanged = fitted(blocks, undefined, 0);
  const without = -2 * unchanged.logL + 2 * Math.log(n);
  const byKind = new Map<SuspicionKind, Explanation>();
  const consider = (change: Change, from: number): void => {
    const { logL, sigma } = fitted(blocks, change, from);
    // A beginning that was searched for is a parameter as well; so is each that the change has.
    const score = -2 * logL + (2 + change.free + (from > 0 ? 1 : 0)) * Math.log(n);
    if (score < (byKind.get(change.kind)?.score ?? Infinity) - 1e-9) byKind.set(change.kind, { score, change, from, sigma });
  };
  for (const change of wholeChanges(blocks)) consider(change, 0);
  const split = likeliestSplit(blocks);
  for (let from = Math.max(fewest, split - 2); from <= Math.min(n - fewest, split + 2); from++)
    for (const change of changesAt(a, blocks, from)) consider(change, from);
  // What creeps has no place where the relation splits: it is looked for by itself, coarsely and then closely.
  const stride = Math.max(1, Math.round(n / 40));
  const creeping = (from: number): void => consider(driftAt(blocks, from), from);
  for (let from = fewest; from <= n - fewest; from += stride) creeping(from);
  const centre = byKind.get("drift")?.from ?? 0;
  for (let from = Math.max(fewest, centre - stride); from <= Math.min(n - fewest, centre + stride); from++) creeping(from);

  const best = Math.min(...[...byKind.values()].map(({ score }) => score));
  if (without - best < evidence) return options.redundant === true ? fromTheStart(names, a, blocks, sigmas) : [];
  // Of those that explain it nearly as well as the best, the one that presumes least is told first.
  const [first, ...others] = [...byKind.values()]
    .filter(({ score }) => score - best < decisive)
    .sort((p, q) => presumption(p) - presumption(q) || p.score - q.score);
  if (!first) return [];
  const { change, from, sigma, score } = first;
  if (from > 0 && !isWorthTelling(blocks, change, from, sigma, sigmas)) return [];
  const since = from === 0 ? a.time[0]! : blocks.time[from]!;
  const { evidence: seen, proposal } = change.told(from === 0 ? "" : ` from ${shown(since)} s on`);
  return [
    {
      kind: change.kind,
      orElse: others.map(({ change: other }) => other.kind),
      tags: names,
      from: from === 0 ? -Infinity : since,
      to: Infinity,
      reason: reasonOf(change.kind),
      evidence: `${names[0]} beside ${names[1]}: ${seen}`,
      proposal,
      figures: { ...change.figures, criterion: without - score },
    },
  ];
}

/** A change with its place and how well it explains the record. */
interface Explanation {
  readonly score: number;
  readonly change: Change;
  readonly from: number;
  readonly sigma: number;
}

/** What happens more often needs less to be believed: parameters first, then bias before gain. */
function presumption({ change }: Explanation): number {
  return 10 * change.free + (change.kind === "bias-step" ? 0 : change.kind === "drift" ? 1 : change.kind === "gain" ? 2 : 3);
}

function reasonOf(kind: SuspicionKind): Reason {
  return kind === "bias" || kind === "bias-step" || kind === "drift" ? "biased" : kind === "moved" ? "identitySuspect" : "scaleSuspect";
}

function isWorthTelling({ time, a }: Pairs, change: Change, from: number, sigma: number, sigmas: number): boolean {
  let moved = 0;
  for (let i = from; i < a.length; i++) moved = Math.max(moved, Math.abs(change.undone(a[i]!, time[i]!) - a[i]!));
  return moved > sigmas * sigma;
}

/** The tag should read what its reference reads: offset, slope, unit and sign of the whole record. */
function fromTheStart(names: readonly [string, string], tag: Trend, { a, b }: Pairs, sigmas: number): readonly Suspicion[] {
  const n = a.length;
  const { slope, slopeSigma, sigma } = lineOf(b, a, 0, n);
  let [difference, mean] = [0, 0];
  for (let i = 0; i < n; i++) {
    difference += (a[i]! - b[i]!) / n;
    mean += Math.abs(b[i]!) / n;
  }
  const told = (kind: SuspicionKind, evidence: string, proposal: string, figures: Record<string, number>): Suspicion[] => [
    {
      kind,
      tags: names,
      from: -Infinity,
      to: Infinity,
      reason: reasonOf(kind),
      evidence: `${names[0]} beside ${names[1]}: ${evidence}`,
      proposal,
      figures,
    },
  ];
  const level = (x: number): number => 5 * Math.max(sigma, 1e-12 * mean) + 0.02 * Math.abs(x);
  for (const { factor, shift, from: old, to } of unitChanges(tag.info.unit)) {
    const apart = meanOf(a) - factor * meanOf(b) - shift;
    if (
      Math.abs(slope - factor) < 4 * slopeSigma + 0.01 * factor &&
      Math.abs(apart) < level(meanOf(a)) &&
      Math.abs(difference) > level(mean)
    )
      return told("unit", `reads as ${to} what should be ${old}`, `Bind it with unit "${to}", if the plant confirms it.`, {
        factor,
        shift,
      });
  }
  if (Math.abs(slope - 1) > 4 * slopeSigma + 0.01) {
    if (Math.abs(slope + 1) < 4 * slopeSigma + 0.01)
      return told("sign", "has the opposite sign", "Bind it with `sign: -1`.", { factor: -1 });
    const gain = meanOf(a) / meanOf(b);
    if (Math.abs(gain - slope) < 4 * slopeSigma + 0.02 * Math.abs(slope))
      return told("gain", `reads ${shown(slope)} times as much`, "Check its range, and bind it with that `scale`.", { factor: slope });
    return [];
  }
  if (Math.abs(difference) < sigmas * sigma) return [];
  const atmosphere = atmosphereIn(tag.info.unit);
  if (atmosphere !== undefined && Math.abs(Math.abs(difference) / atmosphere - 1) < 0.05) {
    const reads = difference > 0 ? "absolute" : "gauge";
    return told(
      "pressure-reference",
      `reads one atmosphere ${difference > 0 ? "more" : "less"}`,
      `It seems to be ${reads} pressure: state the reference.`,
      {
        size: difference,
      },
    );
  }
  return told("bias", `reads ${shown(difference)} too much`, "Have both checked; correct the offset of the one that is wrong.", {
    size: difference,
  });
}

function meanOf(column: Float64Array): number {
  let sum = 0;
  for (const value of column) sum += value;
  return sum / Math.max(column.length, 1);
}
