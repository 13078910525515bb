/** Series already in memory as a source; what files become once they are read. */
import { GreyboxError, nearestNames } from "../core/index.ts";
import { between, type Series } from "./series.ts";
import type { Finding, Source } from "./source.ts";

/** Points in a page. */
export const pageSize = 65536;

export interface MemoryContent {
  readonly name: string;
  readonly series: ReadonlyMap<string, Series>;
  readonly calendar?: boolean | undefined;
  readonly findings?: readonly Finding[] | undefined;
  /** Tags that hold text, with samples. */
  readonly textTags?: ReadonlyMap<string, readonly string[]> | undefined;
}

export function memorySource({ name, series, calendar = true, findings = [], textTags = new Map() }: MemoryContent): Source {
  return {
    name,
    calendar,
    browse: async () => [...series.values()].map((one) => one.info),
    async *readRaw(tag, range = {}) {
      const found = series.get(tag);
      if (found === undefined) {
        const samples = textTags.get(tag);
        if (samples) throw new GreyboxError("historian/text-column", { source: name, tag, samples });
        throw new GreyboxError("historian/tag-missing", { source: name, tag, nearest: nearestNames(tag, [...series.keys()]) });
      }
      const wanted = between(found, range.from, range.to);
      if (wanted.time.length <= pageSize) yield wanted;
      else for (let start = 0; start < wanted.time.length; start += pageSize) yield page(wanted, start);
    },
    findings: () => findings,
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

function page(series: Series, start: number): Series {
  const end = Math.min(start + pageSize, series.time.length);
  return {
    tag: series.tag,
    info: series.info,
    time: series.time.subarray(start, end),
    value: series.value.subarray(start, end),
    status: series.status.subarray(start, end),
    reasons: series.reasons.subarray(start, end),
  };
}
