/** A PI Web API that answers with given recorded items, and the source that reads it. */
import { piWebApiSource, type Series, type Source, seriesOf } from "../../../src/historian/index.ts";
import { type Fake, fakePi } from "../sources/fake-servers.ts";

export const quick = { pause: 0.001, timeout: 5 } as const;

export function piSource(url: string, more = {}): Source {
  return piWebApiSource({ url: `${url}/piwebapi`, user: "reader", password: "unused", ...quick, ...more });
}

export interface PiItem {
  readonly value: string;
  readonly flags?: string;
}

/** A source whose point TI1 answers with these items, one a minute from 2026 on. */
export async function piItems(items: readonly PiItem[]): Promise<{ readonly fake: Fake; readonly source: Source }> {
  const start = Date.UTC(2026, 0, 1);
  const fake = await fakePi([seriesOf("TI1", { time: [start / 1000], value: [1], status: [0] })]);
  const recorded = items.map(({ value, flags = '"Good":true' }, i) => ({
    at: start + 60_000 * i,
    text: `{"Timestamp":"${new Date(start + 60_000 * i).toISOString()}","Value":${value},${flags}}`,
  }));
  fake.trouble = ({ path, query }) => {
    if (!path.endsWith("/recorded")) return undefined;
    const from = Date.parse(query.get("startTime")!);
    const found = recorded.filter(({ at }) => at >= from).map(({ text }) => text);
    return { body: `{"Links":{},"Items":[${found.join(",")}]}` };
  };
  return { fake, source: piSource(fake.url) };
}

export async function wholeOf(source: Source, tag: string): Promise<Series> {
  const pages: Series[] = [];
  for await (const page of source.readRaw(tag)) pages.push(page);
  const all = (column: "time" | "value" | "status" | "reasons"): number[] => pages.flatMap((page) => Array.from<number>(page[column]));
  return {
    tag,
    info: pages[0]?.info ?? { tag },
    time: Float64Array.from(all("time")),
    value: Float64Array.from(all("value")),
    status: Uint32Array.from(all("status")),
    reasons: Uint32Array.from(all("reasons")),
  };
}
