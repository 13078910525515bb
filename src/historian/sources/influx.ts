/**
 * Series of InfluxDB, by InfluxQL over HTTP: the one language that InfluxDB 1.x, 2.x (database mapped to a bucket) and 3.x all answer.
 *
 * Times come as text with nanoseconds, because counts of nanoseconds do not fit a number of JavaScript. InfluxDB keeps one value a time and
 * no status of its own: without a status field all values are Good but unverified.
 */
import type { Source, TimeRange } from "../source.ts";
import type { StatusMap } from "../status-codes.ts";
import type { Cell, CellOptions } from "./cells.ts";
import { fromTimeOn, type Stamped } from "./from-time-on.ts";
import { type HttpAccess, type HttpClient, httpClient, type Verdict } from "./http.ts";
import { isoCeiling, isoFloor, isoSeconds } from "./iso-times.ts";
import { tabularSource } from "./tabular.ts";

export interface InfluxOptions extends HttpAccess, Omit<CellOptions, "statusMap" | "time" | "zone"> {
  readonly database: string;
  readonly retentionPolicy?: string | undefined;
  readonly measurement: string;
  /**
   * `wide`: each field of the measurement is a tag. Otherwise the Influx tag whose values name the tags, and the field that holds the value.
   */
  readonly layout?: "wide" | { readonly tag: string; readonly value: string } | undefined;
  /** Field that holds the status, and its convention. `suffix`: wide, the status field is named as the field plus this. */
  readonly status?: { readonly field: string; readonly map: StatusMap } | { readonly suffix: string; readonly map: StatusMap } | undefined;
  /** More conditions in InfluxQL, such as `site = 'north'`. */
  readonly where?: string | undefined;
  readonly pageSize?: number | undefined;
}

export const influxDefaults = { layout: { tag: "tag", value: "value" }, pageSize: 10_000 } as const;
const largestPage = 640_000;

interface Answer {
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly { readonly columns: readonly string[]; readonly values?: readonly (readonly Cell[])[] }[];
  }[];
  readonly error?: string;
}
interface Point extends Stamped {
  readonly value: Cell;
  readonly status: Cell;
}

/**
 * @throws GreyboxError `historian/source-option`, `historian/credentials`; while reading `historian/access`, `server-refused`, `server-failed`
 *
 * @example
 * const source = influxSource({ url: "http://localhost:8086", database: "plant", measurement: "archive", user: "reader", password: "secret" });
 * source.name; // => "http://localhost:8086/plant"
 */
export function influxSource(options: InfluxOptions): Source {
  const client = httpClient(options, "Token");
  const { layout = influxDefaults.layout, status, where } = options;
  const table = [options.retentionPolicy, options.measurement].flatMap((name) => (name === undefined ? [] : [quoted(name)])).join(".");
  const run = async (q: string): Promise<NonNullable<NonNullable<Answer["results"]>[number]["series"]>> => {
    const answer = (await client.ask({ path: "/query", query: { db: options.database, q } }, faultOf)) as Answer;
    return answer.results?.flatMap((result) => result.series ?? []) ?? [];
  };
  const suffix = status && "suffix" in status ? status.suffix : undefined;
  const fieldOf = (tag: string): string => (layout === "wide" ? tag : layout.value);
  const statusOf = (tag: string): string | undefined =>
    status === undefined ? undefined : "field" in status ? status.field : tag + status.suffix;
  const select = (tag: string, from: string, to: string | undefined, limit: number): string => {
    const field = statusOf(tag);
    const columns = [`${quoted(fieldOf(tag))} AS v`, ...(field === undefined ? [] : [`${quoted(field)} AS s`])];
    const conditions = [
      `time >= '${from}'`,
      ...(to === undefined ? [] : [`time < '${to}'`]),
      ...(layout === "wide" ? [] : [`${quoted(layout.tag)} = ${literal(tag)}`]),
      ...(where === undefined ? [] : [`(${where})`]),
    ];
    return `SELECT ${columns.join(", ")} FROM ${table} WHERE ${conditions.join(" AND ")} ORDER BY time ASC LIMIT ${limit}`;
  };
  return tabularSource({
    name: `${client.name}/${options.database}`,
    options: { ...options, ...(status === undefined ? {} : { statusMap: status.map }) },
    async tags() {
      if (layout !== "wide") {
        const series = await run(`SHOW TAG VALUES FROM ${table} WITH KEY = ${quoted(layout.tag)}`);
        return series.flatMap(({ values = [] }) => values.map((row) => ({ tag: String(row[1]) })));
      }
      const series = await run(`SHOW FIELD KEYS FROM ${table}`);
      const names = series.flatMap(({ values = [] }) => values.map((row) => String(row[0])));
      const isStatus = (name: string): boolean =>
        suffix !== undefined && name.endsWith(suffix) && names.includes(name.slice(0, -suffix.length));
      return names.filter((name) => !isStatus(name)).map((tag) => ({ tag }));
    },
    rows: (tag, range) =>
      rowsOf(client, tag, range, options.pageSize ?? influxDefaults.pageSize, status !== undefined, (from, to, limit) =>
        run(select(tag, from, to, limit)),
      ),
  });
}

type Run = (from: string, to: string | undefined, limit: number) => Promise<NonNullable<NonNullable<Answer["results"]>[number]["series"]>>;

async function* rowsOf(client: HttpClient, tag: string, range: TimeRange, limit: number, hasStatus: boolean, run: Run) {
  const to = range.to === undefined ? undefined : isoCeiling(range.to);
  const pages = fromTimeOn<Point>({
    source: client.name,
    tag,
    start: isoFloor(range.from ?? earliest),
    limit,
    largest: largestPage,
    ask: async (from, size) => {
      const [series] = await run(from, to, size);
      return (series?.values ?? []).map(([time, value, status]) => ({
        at: String(time),
        seconds: isoSeconds(String(time)),
        value,
        status,
      }));
    },
  });
  for await (const page of pages) {
    yield {
      time: Float64Array.from(page, (point) => point.seconds),
      value: page.map((point) => point.value),
      ...(hasStatus ? { status: page.map((point) => point.status) } : {}),
    };
  }
}

/** The first instant that InfluxDB knows is in 1677. */
const earliest = -9223372036;

/** Names of InfluxQL. */
const quoted = (name: string): string => `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
/** Texts of InfluxQL. */
const literal = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** Errors of single statements come with HTTP 200. */
function faultOf(answer: unknown): Verdict {
  const { results, error } = (answer ?? {}) as Answer;
  const why = error ?? results?.find((result) => result.error !== undefined)?.error;
  if (why !== undefined) return /parse|not found|unauthorized|unknown|invalid/i.test(why) ? { refused: why } : { again: why };
  if (!Array.isArray(results)) return { again: "the answer holds no list `results`" };
  const times = (results as NonNullable<Answer["results"]>).flatMap((result) =>
    (result.series ?? []).filter(({ columns }) => columns[0] === "time"),
  );
  const wrong = times.flatMap(({ values = [] }) => values.filter((row) => Number.isNaN(isoSeconds(String(row[0]))))).at(0);
  return wrong ? { refused: `"${String(wrong[0])}" is no time in UTC` } : undefined;
}
