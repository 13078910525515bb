/**
 * Cuts windows as points come: the same cleaning and cutting as for a record, over what is known when the watermark has passed.
 *
 * A window depends on the points alone that lie before its end (and `after` beyond), never on the order in which they came. Late points
 * make revisions; memory is bounded by how far back a window may be revised.
 */
import { GreyboxError } from "../../core/index.ts";
import type { Binding } from "../bind.ts";
import { type Rules, ruleDefaults } from "../cleaning/rules.ts";
import { type Duration, secondsOf } from "../duration.ts";
import { memorySource } from "../memory-source.ts";
import { openHistorian } from "../open.ts";
import { cutRecord } from "../prepare.ts";
import type { Series, TagInfo } from "../series.ts";
import type { Window } from "../window.ts";
import { windowHash } from "../windows/slice.ts";
import { type Timeline, timeline } from "./timeline.ts";

export interface WindowerOptions {
  /** Length of a window. Windows begin at whole multiples of it since 1970 UTC. */
  readonly length: Duration;
  /** How long late points are waited for: the watermark runs this much behind the latest time seen. */
  readonly lateness?: Duration | 0 | undefined;
  /** Points before a window that its cleaning looks at. Default: one length. */
  readonly history?: Duration | 0 | undefined;
  /** Points behind a window that its cleaning looks at; it comes that much later. Default: none. */
  readonly after?: Duration | 0 | undefined;
  /** How long a window can be revised after it was complete. Default: ten lengths. */
  readonly revisable?: Duration | 0 | undefined;
  /** Longest stretch of an input without a usable value that is bridged, where its binding says nothing else. */
  readonly maxGap?: Duration | undefined;
  readonly rules?: Partial<Rules> | undefined;
  /** Points further than this ahead of the clock are left out: a clock that runs wrong must not carry the watermark away. */
  readonly ahead?: Duration | undefined;
  /** Seconds since 1970 UTC. Default: the clock of this machine. */
  readonly clock?: (() => number) | undefined;
}

export const windowerDefaults = { lateness: 0, history: 1, after: 0, revisable: 10, ahead: "1 min" } as const;

export interface LiveWindow {
  /** Seconds since 1970 UTC; the end is excluded. */
  readonly from: number;
  readonly to: number;
  /** 0 when it comes first, one more each time that late points changed it. */
  readonly revision: number;
  /** Undefined where none could be cut, see `why`. */
  readonly window: Window | undefined;
  readonly why: string | undefined;
}

/** Points that did not get into a window, by cause. */
export interface Dropped {
  /** Older than what can be revised. */
  readonly tooLate: number;
  /** From the future. */
  readonly future: number;
  /** The same point again. */
  readonly repeated: number;
}

export interface Windower {
  readonly watermark: number;
  readonly dropped: Dropped;
  /** Points in memory. */
  readonly points: number;
  /** Takes in a page of any bound tag; pages of others are ignored. */
  add(page: Series): void;
  /** Time goes on even where nothing comes. */
  advance(now: number): void;
  /** Windows that are complete or revised since the last call, by time. */
  due(): Promise<LiveWindow[]>;
  /** The same with everything that is left, whether complete or not. */
  finish(): Promise<LiveWindow[]>;
}

interface Told {
  readonly from: number;
  revision: number;
  hash: string;
}

/** @throws GreyboxError `historian/option` */
export function windower(binding: Binding, options: WindowerOptions): Windower {
  const length = secondsOf(options.length, "length");
  const seconds = (name: "lateness" | "history" | "after" | "revisable", usual: number): number => {
    const given = options[name];
    return given === undefined ? usual : given === 0 ? 0 : secondsOf(given, name);
  };
  const lateness = seconds("lateness", windowerDefaults.lateness);
  const history = seconds("history", windowerDefaults.history * length);
  const after = seconds("after", windowerDefaults.after);
  const revisable = seconds("revisable", windowerDefaults.revisable * length);
  const ahead = secondsOf(options.ahead ?? windowerDefaults.ahead, "ahead");
  const clock = options.clock ?? ((): number => Date.now() / 1000);
  const rules: Rules = { ...ruleDefaults, disorder: "sort", ...options.rules };
  const wanted = tagsOf(binding);
  const shelves = new Map<string, { info: TagInfo; readonly line: Timeline }>();
  const told: Told[] = [];
  const dropped = { tooLate: 0, future: 0, repeated: 0 };
  let latest = Number.NEGATIVE_INFINITY;
  let mark = Number.NEGATIVE_INFINITY;
  /** Number of the next window; undefined before the first point. */
  let next: number | undefined;
  /** Earliest time at which something changed that was told already. */
  let changed = Number.POSITIVE_INFINITY;

  const cut = async (from: number): Promise<{ window: Window | undefined; why: string | undefined }> => {
    const to = from + length;
    const series = new Map<string, Series>();
    for (const tag of wanted) {
      const shelf = shelves.get(tag);
      series.set(tag, shelf ? shelf.line.slice(shelf.info, from - history, to + after) : emptySeries(tag));
    }
    const historian = await openHistorian(memorySource({ name: "live", series }));
    // The second window says that the first ends before its end.
    const windowed = {
      windows: [
        [from, to],
        [to, to + length],
      ] as const,
      rules,
      maxGap: options.maxGap,
    };
    const { windows, rejected } = await cutRecord(historian, binding, windowed, to + after);
    const window = windows.find(({ epoch }) => epoch === from);
    return { window, why: window ? undefined : (rejected.find((one) => one.from === from)?.why ?? "no points") };
  };

  const isSeen = (from: number): boolean => {
    for (const { line } of shelves.values()) if (line.has(from, from + length)) return true;
    return false;
  };

  const collect = async (limit: number): Promise<LiveWindow[]> => {
    const out: LiveWindow[] = [];
    if (changed < Number.POSITIVE_INFINITY && next !== undefined) {
      const start = Math.max(Math.floor((changed - after) / length), Math.ceil((limit - revisable) / length) - 1);
      for (let number = start; number < next; number++) {
        const from = number * length;
        const known = told.find((one) => one.from === from);
        const { window, why } = await cut(from);
        const hash = hashOf(window);
        if (known?.hash === hash) continue;
        const one = known ?? { from, revision: -1, hash };
        if (!known) told.push(one);
        one.hash = hash;
        one.revision++;
        out.push({ from, to: from + length, revision: one.revision, window, why });
      }
      told.sort((a, b) => a.from - b.from);
    }
    changed = Number.POSITIVE_INFINITY;
    if (next !== undefined) {
      // After a long silence only what can still be looked back on is cut.
      const oldest = Math.floor((limit - revisable) / length) - 1;
      if (oldest > next && Number.isFinite(oldest)) next = firstSeen(next, oldest);
      while ((next + 1) * length + after <= limit) {
        const from: number = next * length;
        next++;
        if (!isSeen(from) && from + length < limit - revisable) continue;
        const { window, why } = await cut(from);
        told.push({ from, revision: 0, hash: hashOf(window) });
        out.push({ from, to: from + length, revision: 0, window, why });
      }
      while (told.length > 0 && told[0]!.from + length < limit - revisable) told.shift();
      for (const { line } of shelves.values()) line.forget(limit - revisable - 2 * length - history);
    }
    return out.sort((a, b) => a.from - b.from);
  };

  /** The first window from `start` on that holds a point, or `stop`. */
  const firstSeen = (start: number, stop: number): number => {
    let earliest = stop;
    for (const { info, line } of shelves.values()) {
      const { time } = line.slice(info, start * length, stop * length);
      const found = time.find((t) => t >= start * length);
      if (found !== undefined) earliest = Math.min(earliest, Math.floor(found / length));
    }
    return earliest;
  };

  return {
    get watermark() {
      return mark;
    },
    get points() {
      return [...shelves.values()].reduce((sum, { line }) => sum + line.count, 0);
    },
    get dropped() {
      return { ...dropped };
    },
    add(page) {
      if (!wanted.has(page.tag)) return;
      const shelf = shelves.get(page.tag) ?? { info: page.info, line: timeline() };
      shelf.info = page.info;
      shelves.set(page.tag, shelf);
      const limit = clock() + ahead;
      const { time, value, status, reasons } = page;
      const { line } = shelf;
      for (let i = 0; i < time.length; i++) {
        const t = time[i]!;
        if (t > limit) {
          dropped.future++;
          continue;
        }
        const placed = line.put(t, value[i]!, status[i]!, reasons[i]!);
        if (placed === "forgotten") dropped.tooLate++;
        else if (placed === "known") dropped.repeated++;
        else {
          if (t > latest) latest = t;
          if (t <= mark && t < changed) changed = t;
          const number = Math.floor(t / length);
          if (next === undefined || (told.length === 0 && number < next)) next = number;
        }
      }
      mark = Math.max(mark, latest - lateness);
    },
    advance(now) {
      if (latest > Number.NEGATIVE_INFINITY) mark = Math.max(mark, now - lateness);
    },
    due: () => collect(mark),
    async finish() {
      if (next === undefined) return [];
      return collect((Math.floor(latest / length) + 1) * length + after);
    },
  };
}

const emptySeries = (tag: string): Series => ({
  tag,
  info: { tag },
  time: new Float64Array(0),
  value: new Float64Array(0),
  status: new Uint32Array(0),
  reasons: new Uint32Array(0),
});

function hashOf(window: Window | undefined): string {
  return window ? windowHash([window]) : "";
}

/** Every tag that a binding reads. */
export function tagsOf(binding: Binding): ReadonlySet<string> {
  const tags = binding.tags.flatMap(({ tag, reported, periods }) => [
    ...(periods ? periods.map((period) => period.tag) : [tag]),
    ...(reported === undefined ? [] : [reported]),
  ]);
  if (tags.length === 0)
    throw new GreyboxError("historian/option", { option: "binding", value: "without tags", expected: "at least one tag" });
  return new Set(tags);
}
