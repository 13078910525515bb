/** From a historian and a binding to windows a calibration can trust, with a portrait of what was found. */
import { type AnySource, conversion, GreyboxError } from "../core/index.ts";
import type { Binding } from "./bind.ts";
import { clean, goodOf } from "./cleaning/clean.ts";
import { type Rules, ruleDefaults } from "./cleaning/rules.ts";
import { type Duration, type Moment, momentOf, secondsOf } from "./duration.ts";
import type { Historian } from "./open.ts";
import { openHistorian } from "./open.ts";
import { type Portrait, portraitOfTracks } from "./portrait/portrait.ts";
import type { Series } from "./series.ts";
import type { Source } from "./source.ts";
import type { Window } from "./window.ts";
import { type ContextOptions, type Excluded, excludedSpans, withoutExcluded } from "./windows/context.ts";
import { cutWindow } from "./windows/cut.ts";
import { notedHoles } from "./windows/holes.ts";
import { informativeSpans, type SelectRule, selectRule } from "./windows/informative.ts";
import { readTrack } from "./windows/read-track.ts";
import { type Covered, coverageOf, intersection, lacking, type Span } from "./windows/spans.ts";
import { frozenTogether } from "./windows/together.ts";
import type { Track } from "./windows/track.ts";

export interface PrepareOptions extends ContextOptions {
  /** Only this part of the record. */
  readonly from?: Moment | undefined;
  readonly to?: Moment | undefined;
  /**
   * How the record is cut. `{ split: "gaps" }`: wherever an input has a gap. `{ length }`: such stretches again, in pieces of that length.
   * A list: exactly these; one that an input does not cover is rejected.
   */
  readonly windows?: { readonly split: "gaps" } | { readonly length: Duration } | readonly (readonly [Moment, Moment])[] | undefined;
  /** Longest stretch of an input without a usable value that is bridged, where its binding says nothing else. */
  readonly maxGap?: Duration | undefined;
  /** Shorter windows are rejected. Default: none. */
  readonly minLength?: Duration | undefined;
  readonly rules?: Partial<Rules> | undefined;
  /** `informative`: only stretches in which some input moves. */
  readonly select?: "all" | "informative" | Partial<SelectRule> | undefined;
}

export interface Prepared {
  readonly windows: readonly Window[];
  /** Stretches that did not become windows, with the reason. */
  readonly rejected: readonly Rejected[];
  readonly portrait: Portrait;
}

export interface Rejected {
  /** Seconds since 1970 UTC. */
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/**
 * Reads the bound tags, cleans them in layers, and cuts windows.
 *
 * Archived points are kept as they are: nothing is resampled, repaired or averaged. A doubtful point stays in its window with weight 0; a
 * point without a value is only counted.
 *
 * @throws GreyboxError `historian/tag-missing`, `historian/text-column`, `historian/no-windows`, `historian/option`
 *
 * @example
 * const { windows, portrait } = await prepare(plant, tags, { maxGap: "10 min", windows: { length: "1 day" } });
 */
export async function prepare<M extends AnySource>(
  plant: Historian | Source,
  binding: Binding<M>,
  options: PrepareOptions = {},
): Promise<Prepared> {
  const historian = "browse" in plant ? await openHistorian(plant) : plant;
  const { windows, rejected, tracks } = await cutRecord(historian, binding, options);
  if (windows.length === 0) {
    throw new GreyboxError("historian/no-windows", {
      reasons:
        rejected.length > 0
          ? rejected.map(({ from, to, why }) => `${nameOf({ from, to }, historian.calendar)}: ${why}`)
          : ["the bound tags have no points there"],
    });
  }
  return { windows, rejected, portrait: portraitOfTracks(historian, tracks, rejected) };
}

/**
 * The work of {@link prepare} without the portrait; no window is an answer here.
 *
 * @param until  the record is known up to here although no point may say so: the last value of an input holds that far, as far as gaps are bridged
 */
export async function cutRecord(
  historian: Historian,
  binding: Binding,
  options: PrepareOptions,
  until?: number,
): Promise<{ readonly windows: readonly Window[]; readonly rejected: readonly Rejected[]; readonly tracks: readonly Track[] }> {
  const rules: Rules = { ...ruleDefaults, ...options.rules };
  const range = {
    from: options.from === undefined ? undefined : momentOf(options.from, "from"),
    to: options.to === undefined ? undefined : momentOf(options.to, "to"),
  };
  const maxGap = options.maxGap === undefined ? undefined : secondsOf(options.maxGap, "maxGap");
  const alone: Track[] = [];
  const reported = new Map<string, ReadonlyMap<number, number>>();
  for (const bound of binding.tags) {
    alone.push(await readTrack(historian, bound, rules, maxGap));
    if (bound.reported !== undefined) reported.set(bound.name, reportTimes(await historian.read(bound.reported), rules));
  }
  const tracks = notedHoles(frozenTogether(alone, rules));
  const excluded = await excludedSpans(historian, options, { binding, states: options.states, rules: options.rules });
  const { spans, rejected } = spansOf(tracks, options, range, excluded, until);
  const windows: Window[] = [];
  const unitSeconds = conversion(binding.time, "s").factor;
  spans.forEach((span, i) => {
    const next = spans[i + 1];
    const window = cutWindow(tracks, span, {
      name: unique(nameOf(span, historian.calendar), windows),
      time: binding.time,
      unitSeconds,
      calendar: historian.calendar,
      closed: next?.from !== span.to,
      constants: binding.constants,
      reported,
    });
    const empty = Object.entries(window.measured)
      .filter(([, { weight }]) => !weight.some((w) => w > 0))
      .map(([name]) => name);
    if (empty.length > 0 && empty.length === Object.keys(window.measured).length) {
      rejected.push({ ...span, why: `no usable value of ${empty.join(", ")}` });
    } else windows.push(window);
  });
  return { windows, rejected, tracks };
}

/** When results were known, by the time of the sample. Doubtful entries do not count. */
function reportTimes(series: Series, rules: Rules): ReadonlyMap<number, number> {
  const { view, order } = clean(series, rules, { stepped: true });
  return new Map(Array.from(goodOf(view, order), (place) => [series.time[place]!, series.value[place]!]));
}

/** Windows may begin at the same time where they were listed. */
function unique(name: string, windows: readonly Window[]): string {
  const same = windows.filter((window) => window.name === name || window.name.startsWith(`${name} (`)).length;
  return same === 0 ? name : `${name} (${same + 1})`;
}

function nameOf(span: Span, calendar: boolean): string {
  return calendar ? new Date(span.from * 1000).toISOString().replace(/\.000Z$/, "Z") : `${span.from} s`;
}

function spansOf(
  tracks: readonly Track[],
  options: PrepareOptions,
  range: { from: number | undefined; to: number | undefined },
  excluded: readonly Excluded[],
  until?: number,
): { spans: Span[]; rejected: Rejected[] } {
  const rejected: Rejected[] = [];
  const [start, last] = extent(tracks, range);
  const end = until ?? last;
  if (!(end > start)) return { spans: [], rejected };
  const inputs: Covered[] = tracks
    .filter(({ bound }) => bound.role === "input")
    .map((track) => ({ track, spans: coverageOf(track, end, until === undefined ? undefined : true) }));
  const minLength = options.minLength === undefined ? 0 : secondsOf(options.minLength, "minLength");
  const asked = options.windows ?? { split: "gaps" };
  let spans: Span[];
  if (Array.isArray(asked)) {
    spans = asked.map(([from, to], i) => {
      const span = { from: momentOf(from, `windows[${i}][0]`), to: momentOf(to, `windows[${i}][1]`) };
      if (!(span.from < span.to))
        throw new GreyboxError("historian/option", {
          option: `windows[${i}]`,
          value: JSON.stringify([from, to]),
          expected: "[from, to] with from before to",
        });
      return span;
    });
    spans = spans.filter((span) => {
      const without = lacking(inputs, span);
      if (without !== "") rejected.push({ ...span, why: `no value throughout of ${without}` });
      return without === "";
    });
    spans = spans.filter((span) => {
      const hit = excluded.find(({ from, to }) => from < span.to && to > span.from);
      if (hit) rejected.push({ ...span, why: `excluded: ${hit.why}` });
      return hit === undefined;
    });
  } else {
    spans = inputs.reduce<Span[]>((common, input) => intersection(common, input.spans), [{ from: start, to: end }]);
    rejected.push(
      ...complement(spans, { from: start, to: end }).map((hole) => ({
        ...hole,
        why: `no value of ${lacking(inputs, hole)}`,
      })),
    );
    const kept = withoutExcluded(spans, excluded);
    rejected.push(...kept.rejected.map((one) => ({ ...one, why: `excluded: ${one.why}` })));
    spans = kept.left;
    if (options.select !== undefined && options.select !== "all") {
      const chosen = informativeSpans(
        inputs.map(({ track }) => track),
        spans,
        selectRule(options.select),
      );
      for (const span of spans) {
        for (const idle of complement(intersection(chosen, [span]), span)) rejected.push({ ...idle, why: "no input moves" });
      }
      spans = chosen;
    }
    if ("length" in asked) spans = spans.flatMap((span) => pieces(span, secondsOf(asked.length, "windows.length")));
  }
  const long = spans.filter((span) => span.to - span.from >= minLength && span.to > span.from);
  rejected.push(...spans.filter((span) => !long.includes(span)).map((span) => ({ ...span, why: `shorter than ${minLength} s` })));
  return { spans: long, rejected };
}

/** From the first to the last point of any bound tag, within the range asked for. */
function extent(tracks: readonly Track[], range: { from: number | undefined; to: number | undefined }): [number, number] {
  let [start, end] = [Infinity, -Infinity];
  for (const { time } of tracks) {
    if (time.length === 0) continue;
    start = Math.min(start, time[0]!);
    end = Math.max(end, time[time.length - 1]!);
  }
  return [Math.max(start, range.from ?? -Infinity), Math.min(end, range.to ?? Infinity)];
}

function complement(spans: readonly Span[], whole: Span): Span[] {
  const holes: Span[] = [];
  let from = whole.from;
  for (const span of spans) {
    if (span.from > from) holes.push({ from, to: span.from });
    from = Math.max(from, span.to);
  }
  if (whole.to > from) holes.push({ from, to: whole.to });
  return holes;
}

function pieces(span: Span, length: number): Span[] {
  const count = Math.max(1, Math.ceil((span.to - span.from) / length - 1e-9));
  return Array.from({ length: count }, (_, i) => ({ from: span.from + i * length, to: Math.min(span.to, span.from + (i + 1) * length) }));
}
