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
import type { Rules } from "../cleaning/rules.ts";
import type { Series } from "../series.ts";
import { atmosphereIn, unitChanges } from "./conversions.ts";
import { type Suspicion, type SuspicionKind, shown } from "./suspicion.ts";
import { blocked, type Pairs, paired, trendOf } from "./trend.ts";

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

/** Blocks that a side of a change must have. */
const fewest = 8;

/** A way to undo a change: what the values after it were in the old sense, and ln |d old / d new| of each. */
interface Change {
  readonly kind: SuspicionKind;
  /** Parameters of its own. */
  readonly free: number;
  readonly undone: (value: number, time: number) => number;
  readonly logSlope: (value: number) => number;
  readonly told: (at: string) => { readonly evidence: string; readonly proposal: string };
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * What changed between a tag and its reference. At most one suspicion: the strongest.
 *
 * Which of the two changed cannot be known from them alone; the one that is called the reference is believed.
 *
 * @example
 * const time = Array.from({ length: 2000 }, (_, i) => 60 * i);
 * const level = time.map((t) => 50 + 10 * Math.sin(t / 5000) + 0.1 * Math.sin(t * t));
 * const upper = seriesOf("LI1A", { time, value: level.map((x, i) => (i < 1200 ? x : x + 3)) });
 * const lower = seriesOf("LI1B", { time, value: level.map((x, i) => x + 0.1 * Math.cos(i * i)) });
 * compareWithReference(upper, lower).map((one) => one.kind); // => ["bias-step"]
 */
export function compareWithReference(tag: Series, reference: Series, options: ReferenceOptions = {}): readonly Suspicion[] {
  const { evidence = referenceDefaults.evidence, sigmas = referenceDefaults.sigmas, rules } = options;
  const [a, r] = [trendOf(tag, rules), trendOf(reference, rules)];
  const blocks = blocked(paired(a, r));
  const n = blocks.time.length;
  if (n < 3 * fewest) return [];
  const names = [tag.tag, reference.tag] as const;
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
    for (const change of changesAt(tag, blocks, from)) consider(change, from);
  // What creeps has no place where the relation splits: it is looked for by itself, coarsely and then closely.
  const stride = Math.max(1, Math.round(n / 40));
  const creeping = (from: number): void => consider(driftAt(blocks, from), from);
  for (let from = fewest; from <= n - fewest; from += stride) creeping(from);
  const centre = byKind.get("drift")?.from ?? 0;
  for (let from = Math.max(fewest, centre - stride); from <= Math.min(n - fewest, centre + stride); from++) creeping(from);

  const best = Math.min(...[...byKind.values()].map(({ score }) => score));
  if (without - best < evidence) return options.redundant === true ? fromTheStart(names, tag, blocks, sigmas) : [];
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

/**
 * Log-likelihood of the line through everything with the change undone from a block on, residuals following each other as a first-order
 * autoregression: lags between two instruments must not pass for a change. The block before a change may hold both sides of it; it is left
 * out.
 */
function fitted({ time, a, b }: Pairs, change: Change | undefined, from: number): { logL: number; sigma: number } {
  const n = time.length;
  const skipped = from - 1;
  const count = from > 0 ? n - 1 : n;
  const [undone, x] = [new Float64Array(count), new Float64Array(count)];
  let slopes = 0;
  let scale = 0;
  for (let i = 0, k = 0; i < n; i++) {
    if (i === skipped) continue;
    const changed = change !== undefined && i >= from;
    undone[k] = changed ? change.undone(a[i]!, time[i]!) : a[i]!;
    x[k] = b[i]!;
    if (changed) slopes += change.logSlope(a[i]!);
    scale = Math.max(scale, Math.abs(undone[k]!));
    k++;
  }
  const residuals = lineOf(x, undone, 0, count).residuals;
  let [sum, lagged] = [0, 0];
  for (let i = 0; i < count; i++) {
    sum += residuals[i]! ** 2;
    if (i > 0) lagged += residuals[i]! * residuals[i - 1]!;
  }
  const follows = Math.min(Math.max(lagged / Math.max(sum, 1e-300), 0), 0.98);
  let fresh = residuals[0]! ** 2;
  for (let i = 1; i < count; i++) fresh += (residuals[i]! - follows * residuals[i - 1]!) ** 2;
  // Exact copies leave rounding only; that is no infinite certainty.
  const variance = Math.max(fresh / count, (1e-9 * scale) ** 2, 1e-300);
  return { logL: -0.5 * n * Math.log(variance) + slopes, sigma: Math.sqrt(Math.max(sum / count, variance)) };
}

/**
 * How much of a shape that begins at a block there is in a, besides the line on b: the joint least-squares estimate, by taking the line out of
 * both (Frisch and Waugh).
 */
function sizeOf(shape: (i: number) => number, y: Float64Array, b: Float64Array, from: number): number {
  const keep = Array.from(b.keys()).filter((i) => i !== from - 1);
  const x = Float64Array.from(keep, (i) => b[i]!);
  const shapes = lineOf(
    x,
    Float64Array.from(keep, (i) => (i >= from ? shape(i) : 0)),
    0,
    keep.length,
  ).residuals;
  const rest = lineOf(
    x,
    Float64Array.from(keep, (i) => y[i]!),
    0,
    keep.length,
  ).residuals;
  let [dot, norm] = [0, 0];
  for (let k = 0; k < keep.length; k++) {
    dot += shapes[k]! * rest[k]!;
    norm += shapes[k]! ** 2;
  }
  return norm > 0 ? dot / norm : 0;
}

/** Least squares of y on x between two places. */
function lineOf(x: Float64Array, y: Float64Array, start: number, stop: number) {
  const n = stop - start;
  let [mx, my] = [0, 0];
  for (let i = start; i < stop; i++) {
    mx += x[i]! / n;
    my += y[i]! / n;
  }
  let [sxx, sxy] = [0, 0];
  for (let i = start; i < stop; i++) {
    sxx += (x[i]! - mx) ** 2;
    sxy += (x[i]! - mx) * (y[i]! - my);
  }
  const slope = sxx > 0 ? sxy / sxx : 0;
  const offset = my - slope * mx;
  const residuals = new Float64Array(y.length);
  let sum = 0;
  for (let i = start; i < stop; i++) {
    residuals[i] = y[i]! - offset - slope * x[i]!;
    sum += residuals[i]! ** 2;
  }
  return {
    slope,
    offset,
    residuals,
    sigma: Math.sqrt(sum / Math.max(n - 2, 1)),
    slopeSigma: Math.sqrt(sum / Math.max(n - 2, 1) / Math.max(sxx, 1e-300)),
  };
}

function isWorthTelling({ time, a }: Pairs, change: Change, from: number, sigma: number, sigmas: number): boolean {
  let moved = 0;
  for (let i = from; i < a.length; i++) moved = Math.max(moved, Math.abs(change.undone(a[i]!, time[i]!) - a[i]!));
  return moved > sigmas * sigma;
}

const unscaled = () => 0;

/** What can have changed at a block: sizes are estimated from what the line through the blocks before predicts for those after. */
function changesAt(tag: Series, { a, b }: Pairs, from: number): readonly Change[] {
  const { slope, offset } = lineOf(b, a, 0, from - 1);
  const n = a.length;
  const predicted = Float64Array.from(b, (x) => offset + slope * x);
  const bias = sizeOf(() => 1, a, b, from);
  let [ap, pp] = [0, 0];
  for (let i = from; i < n; i++) {
    ap += a[i]! * predicted[i]!;
    pp += predicted[i]! ** 2;
  }
  let gain = pp > 0 ? ap / pp : 0;
  // Gauss and Newton: where a/g is linear in g, the joint estimate with the line.
  for (let turn = 0; turn < 2 && gain > 0.02; turn++) {
    const old = gain;
    const undone = a.map((value, i) => (i >= from ? value / old : value));
    gain += old * sizeOf((i) => a[i]! / old, undone, b, from);
  }
  const changes: Change[] = [
    {
      kind: "bias-step",
      free: 1,
      undone: (value) => value - bias,
      logSlope: unscaled,
      told: (at) => ({
        evidence: `reads ${shown(bias)} too much${at}`,
        proposal: "Close the validity period there; correct the offset in the next one.",
      }),
      figures: { size: bias },
    },
    {
      kind: "sign",
      free: 0,
      undone: (value) => -value,
      logSlope: unscaled,
      told: (at) => ({
        evidence: `has the opposite sign${at}`,
        proposal: "Close the validity period there; bind the next one with `sign: -1`.",
      }),
      figures: { factor: -1 },
    },
  ];
  const atmosphere = atmosphereIn(tag.info.unit);
  if (atmosphere !== undefined && Math.abs(Math.abs(bias) / atmosphere - 1) < 0.05) {
    changes.push({
      kind: "pressure-reference",
      free: 0.5,
      undone: (value) => value - bias,
      logSlope: unscaled,
      told: (at) => ({
        evidence: `reads one atmosphere ${bias > 0 ? "more" : "less"}${at}`,
        proposal: `Gauge and absolute pressure are mixed up: state the reference, ${bias > 0 ? "absolute" : "gauge"} from there on.`,
      }),
      figures: { size: bias },
    });
  }
  if (gain > 0.02 && gain < 50) changes.push(gainChange("gain", 1, gain, 0));
  const after = lineOf(predicted, a, from, n);
  if (Math.abs(after.slope) > 0.02 && Math.abs(after.slope) < 50) changes.push(gainChange("moved", 2, after.slope, after.offset));
  changes.push(...unitCandidates(tag, a, predicted, from), ...rootChanges(a, predicted, from));
  return changes;
}

function driftAt({ time, a, b }: Pairs, from: number): Change {
  const start = time[from]!;
  const perSecond = sizeOf((i) => time[i]! - start, a, b, from);
  return {
    kind: "drift",
    free: 1,
    undone: (value, t) => value - perSecond * (t - start),
    logSlope: unscaled,
    told: (at) => ({
      evidence: `drifts by ${shown(perSecond * 86_400)} a day${at}`,
      proposal: "Have the instrument checked; estimate its bias as a state, or leave the stretch out.",
    }),
    figures: { perDay: perSecond * 86_400 },
  };
}

/** The block from which on another line fits best, each side with a line and a noise of its own. */
function likeliestSplit({ a, b }: Pairs): number {
  const n = a.length;
  let [best, place] = [Infinity, fewest];
  for (let from = fewest; from <= n - fewest; from++) {
    const [before, after] = [lineOf(b, a, 0, from - 1), lineOf(b, a, from, n)];
    const cost = from * Math.log(Math.max(before.sigma, 1e-300)) + (n - from) * Math.log(Math.max(after.sigma, 1e-300));
    if (cost < best) [best, place] = [cost, from];
  }
  return place;
}

function gainChange(kind: "gain" | "moved", free: number, factor: number, shift: number): Change {
  return {
    kind,
    free,
    undone: (value) => (value - shift) / factor,
    logSlope: () => -Math.log(Math.abs(factor)),
    told: (at) => ({
      evidence:
        kind === "gain"
          ? `reads ${shown(factor)} times as much${at}`
          : `reads ${shown(factor)} times as much and ${shown(shift)} more${at}`,
      proposal:
        kind === "gain"
          ? "Check range and replacement of the instrument; bind the next validity period with that `scale`."
          : "It seems to measure something else: check whether the instrument or the piping was moved, and begin a new validity period.",
    }),
    figures: { factor, shift },
  };
}

/** Conversions that take the predicted mean to the seen one; the others need not be tried. */
function unitCandidates(tag: Series, a: Float64Array, predicted: Float64Array, from: number): Change[] {
  const n = a.length;
  let [seen, meant, low, high] = [0, 0, Infinity, -Infinity];
  for (let i = from; i < n; i++) {
    seen += a[i]! / (n - from);
    meant += predicted[i]! / (n - from);
    low = Math.min(low, a[i]!);
    high = Math.max(high, a[i]!);
  }
  return unitChanges(tag.info.unit).flatMap(({ factor, shift, from: old, to }): Change[] => {
    if (Math.abs(factor * meant + shift - seen) > 0.05 * Math.abs(seen) + (high - low)) return [];
    return [
      {
        kind: "unit",
        free: 0,
        undone: (value) => (value - shift) / factor,
        logSlope: () => -Math.log(factor),
        told: (at) => ({
          evidence: `is ${shown(factor)} times as much${shift === 0 ? "" : ` plus ${shown(shift)}`}${at}, as from ${old} to ${to}`,
          proposal: `Close the validity period there; bind the next one with unit "${to}", if the plant confirms it.`,
        }),
        figures: { factor, shift },
      },
    ];
  });
}

/** A root is extracted from one time on, or no more: full scale is estimated, where both are equal. */
function rootChanges(a: Float64Array, predicted: Float64Array, from: number): Change[] {
  const n = a.length;
  let [squares, roots, pp, positive] = [0, 0, 0, true];
  let [rp, rr] = [0, 0];
  for (let i = from; i < n; i++) {
    const [value, p] = [a[i]!, predicted[i]!];
    if (value < 0 || p < 0) positive = false;
    squares += value ** 2 * p;
    pp += p ** 2;
    roots = Math.sqrt(Math.max(value, 0));
    rp += roots * p;
    rr += roots * roots;
  }
  if (!positive || !(squares > 0) || !(rp > 0)) return [];
  const [scale, factor] = [squares / pp, rp / rr];
  return [
    {
      kind: "square-root",
      free: 1,
      undone: (value) => value ** 2 / scale,
      logSlope: (value) => Math.log((2 * Math.max(value, 1e-300)) / scale),
      told: rootTold("the root of what it was"),
      figures: { fullScale: scale, power: 0.5 },
    },
    {
      kind: "square-root",
      free: 1,
      undone: (value) => factor * Math.sqrt(Math.max(value, 0)),
      logSlope: (value) => Math.log(factor / (2 * Math.sqrt(Math.max(value, 1e-300)))),
      told: rootTold("the square of what it was"),
      figures: { fullScale: factor ** 2, power: 2 },
    },
  ];
}

const rootTold = (what: string) => (at: string) => ({
  evidence: `goes with ${what}${at}`,
  proposal: "Check where the root of the differential pressure is extracted: in the transmitter, in the control system, twice or nowhere.",
});

/** Roots that were missing, or taken twice, all the time. */
function wholeChanges({ a, b }: Pairs): readonly Change[] {
  if (a.some((value) => value < 0) || b.some((value) => value < 0)) return [];
  return [
    {
      kind: "square-root",
      free: 1,
      undone: (value) => value ** 2,
      logSlope: (value) => Math.log(2 * Math.max(value, 1e-300)),
      told: rootTold("the root of it"),
      figures: { power: 0.5 },
    },
    {
      kind: "square-root",
      free: 1,
      undone: (value) => Math.sqrt(value),
      logSlope: (value) => -Math.log(2 * Math.sqrt(Math.max(value, 1e-300))),
      told: rootTold("the square of it"),
      figures: { power: 2 },
    },
  ];
}

/** The tag should read what its reference reads: offset, slope, unit and sign of the whole record. */
function fromTheStart(names: readonly [string, string], tag: Series, { a, b }: Pairs, sigmas: number): readonly Suspicion[] {
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
