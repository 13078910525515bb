/** What a record looks like, tag by tag, before anything is believed of it. Plain data, ready for JSON. */
import { type Reason, reason, reasonsIn, severity } from "../../core/index.ts";
import { type Cleaned, clean, goodOf } from "../cleaning/clean.ts";
import { type Rules, ruleDefaults } from "../cleaning/rules.ts";
import type { Historian } from "../open.ts";
import type { Rejected } from "../prepare.ts";
import { gathered, type Series } from "../series.ts";
import type { Finding } from "../source.ts";
import type { Suspicion } from "../suspicion/suspicion.ts";
import type { Track } from "../windows/track.ts";
import { compressionOf } from "./compression.ts";
import { type FlatLines, flatLinesOf } from "./flat.ts";
import { manualShare } from "./manual.ts";
import { type Quality, qualityOf } from "./quality.ts";
import { type Course, courseOf, ribbonOf, type Stretch } from "./ribbon.ts";
import { type StatusCount, statusesOf } from "./statuses.ts";
import { type Steps, stepsOf } from "./steps.ts";
import { suspicionsAcross, suspicionsOfTag } from "./suspicions.ts";

export interface TagPortrait {
  readonly tag: string;
  readonly unit: string | undefined;
  /** Name in the model, where the tag is bound. */
  readonly name: string | undefined;
  readonly points: number;
  /** First and last time [s]; undefined without points. */
  readonly span: readonly [number, number] | undefined;
  /** Median time between points [s]. */
  readonly step: number;
  /** Smallest and greatest value of points that are Good after cleaning. */
  readonly extent: readonly [number, number] | undefined;
  readonly quality: Quality | undefined;
  /** By severity as delivered. */
  readonly status: Readonly<Record<"good" | "uncertain" | "bad", number>>;
  /** Points by reason for doubt, after cleaning. A point can have several. */
  readonly doubts: Readonly<Partial<Record<Reason, number>>>;
  /** What each cleaning method affected. */
  readonly cleaning: readonly { readonly method: string; readonly reason: Reason; readonly count: number }[];
  /** Stretches without a Good point that are longer than is usual for the tag, longest first, at most ten. */
  readonly gaps: { readonly count: number; readonly longest: readonly { readonly from: number; readonly to: number }[] };
  /** Step between possible values; 0: none seen. */
  readonly quantum: number;
  /** Standard deviation of the fast part. */
  readonly noise: number;
  /** Deviation that a historian seems to have compressed with; undefined: no sign of compression. */
  readonly compression: number | undefined;
  readonly steps: Steps;
  /** As delivered, by code, most frequent first. */
  readonly statuses: readonly StatusCount[];
  /** Of the points that are Good after cleaning. */
  readonly flat: FlatLines;
  /** Points with the time stamp of an earlier one: with its value, and with another. */
  readonly duplicates: { readonly same: number; readonly other: number };
  /** Times at which the stamps went back, as the points arrived, and how far at most [s]. */
  readonly clock: { readonly back: number; readonly furthest: number };
  /** Share of the time in manual; undefined where nothing tells of it. */
  readonly manual: number | undefined;
  /** Status over time, after cleaning. */
  readonly ribbon: readonly Stretch[];
  readonly course: Course;
}

export interface PortraitOptions {
  readonly rules?: Partial<Rules> | undefined;
  /** Parts of the record in which status and course are told; 0: not at all. */
  readonly parts?: number | undefined;
  /**
   * What is looked for beyond counting: `pairs`, what is suspicious in each tag and between any two of them; `tags`, in each tag only.
   * Default: pairs up to forty tags.
   */
  readonly suspect?: "nothing" | "tags" | "pairs" | undefined;
}

export const portraitDefaults = { parts: 200, compared: 40 } as const;

export interface Portrait {
  readonly source: string;
  readonly calendar: boolean;
  readonly tags: readonly TagPortrait[];
  /** What was noticed while reading. */
  readonly findings: readonly Finding[];
  /** What looks wrong but cannot be decided from the record alone: for a person to look at, applied by nobody. */
  readonly suspicions: readonly Suspicion[];
  /** Stretches that did not become windows. */
  readonly rejected: readonly Rejected[];
}

/**
 * The portrait of a whole historian, or of some of its tags.
 *
 * @example
 * console.log(portraitText(await portraitOf(plant)));
 */
export async function portraitOf(historian: Historian, tags?: readonly string[], options: PortraitOptions = {}): Promise<Portrait> {
  const portraits: TagPortrait[] = [];
  const { parts = portraitDefaults.parts } = options;
  const suspicions: Suspicion[] = [];
  const wanted = tags ?? historian.tags.map((info) => info.tag);
  const suspect = options.suspect ?? (wanted.length <= portraitDefaults.compared ? "pairs" : "tags");
  const kept: Series[] = [];
  for (const tag of wanted) {
    const series = await historian.read(tag);
    const cleaned = clean(series, { ...ruleDefaults, ...options.rules }, { stepped: series.info.stepped });
    portraits.push(tagPortrait(series, cleaned, undefined, series.info.unit, parts));
    if (suspect !== "nothing") suspicions.push(...suspicionsOfTag(series, options.rules ?? {}));
    if (suspect === "pairs") kept.push(series);
  }
  suspicions.push(...suspicionsAcross(kept, options.rules ?? {}));
  return {
    source: historian.name,
    calendar: historian.calendar,
    tags: portraits,
    findings: historian.findings(),
    suspicions,
    rejected: [],
  };
}

/** The portrait of bound tags, with the cleaning that led to their windows. */
export function portraitOfTracks(historian: Historian, tracks: readonly Track[], rejected: readonly Rejected[]): Portrait {
  return {
    source: historian.name,
    calendar: historian.calendar,
    tags: tracks
      .flatMap((track) => track.parts ?? [track])
      .map(({ raw, cleaned, bound }) => tagPortrait(raw, cleaned, bound.name, bound.unit, portraitDefaults.parts)),
    findings: historian.findings(),
    suspicions: [],
    rejected,
  };
}

function tagPortrait(raw: Series, cleaned: Cleaned, name: string | undefined, unit: string | undefined, parts: number): TagPortrait {
  const { view, order, grain } = cleaned;
  const status = { good: 0, uncertain: 0, bad: 0 };
  for (const code of raw.status) status[severity(code)]++;
  const masks = new Map<number, number>();
  for (const mask of view.reasons) masks.set(mask, (masks.get(mask) ?? 0) + 1);
  const doubts: Partial<Record<Reason, number>> = {};
  for (const [mask, count] of masks) for (const why of reasonsIn(mask)) doubts[why] = (doubts[why] ?? 0) + count;
  const good = goodOf(view, order);
  const time = gathered(view.time, good);
  const value = gathered(view.value, good);
  const present = Uint8Array.from(order, (place) => ((raw.reasons[place]! & reason.notANumber) === 0 ? 1 : 0));
  const ordered = gathered(view.time, order);
  return {
    tag: raw.tag,
    unit,
    name,
    points: raw.time.length,
    span: order.length > 0 ? [ordered[0]!, ordered[ordered.length - 1]!] : undefined,
    step: grain.step,
    extent: extentOf(value),
    quality: qualityOf(ordered, gathered(raw.value, order), present),
    status,
    doubts,
    cleaning: view.layers.map(({ method, reason: why, places }) => ({ method, reason: why, count: places.length })),
    gaps: gapsOf(time, grain.silence),
    quantum: grain.quantum,
    noise: grain.noise,
    compression: compressionOf(time, value, grain),
    steps: stepsOf(ordered, grain.step),
    statuses: statusesOf(raw.status),
    flat: flatLinesOf(time, value),
    duplicates: { same: doubts.duplicate ?? 0, other: doubts.conflict ?? 0 },
    clock: clockOf(raw.time),
    manual: manualShare(view, order, raw.info),
    ribbon: ribbonOf(view, order, grain.silence, parts),
    course: courseOf(view, order, parts),
  };
}

/** As the points arrived. */
function clockOf(time: Float64Array): TagPortrait["clock"] {
  let [back, furthest, latest] = [0, 0, -Infinity];
  for (let i = 0; i < time.length; i++) {
    if (i > 0 && time[i]! < time[i - 1]!) back++;
    if (time[i]! < latest) furthest = Math.max(furthest, latest - time[i]!);
    latest = Math.max(latest, time[i]!);
  }
  return { back, furthest };
}

function gapsOf(time: Float64Array, longerThan: number): TagPortrait["gaps"] {
  const gaps: { from: number; to: number }[] = [];
  for (let i = 1; i < time.length; i++) if (time[i]! - time[i - 1]! > longerThan) gaps.push({ from: time[i - 1]!, to: time[i]! });
  const longest = [...gaps].sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, 10);
  return { count: gaps.length, longest };
}

function extentOf(value: Float64Array): TagPortrait["extent"] {
  let [low, high] = [Infinity, -Infinity];
  for (const v of value) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return low <= high ? [low, high] : undefined;
}
