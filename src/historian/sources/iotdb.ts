/**
 * Time series of Apache IoTDB through its REST service, version 2.
 *
 * Times are counts in the precision that the server was set up with, which no answer tells: it is declared (milliseconds unless said
 * otherwise). IoTDB keeps one value a time and no status of its own.
 *
 * @see Apache IoTDB user guide, "REST API V2"
 */
import { GreyboxError } from "../../core/index.ts";
import { epochSeconds } from "../files/time-cells.ts";
import type { TagInfo } from "../series.ts";
import type { Source } from "../source.ts";
import type { StatusMap } from "../status-codes.ts";
import type { Cell, CellOptions } from "./cells.ts";
import { fromTimeOn, type Stamped } from "./from-time-on.ts";
import { type HttpAccess, httpClient, type Verdict } from "./http.ts";
import { tabularSource } from "./tabular.ts";

export interface IotdbOptions extends HttpAccess, Omit<CellOptions, "statusMap" | "time" | "zone"> {
  /** Part of the tree that is read, such as "root.plant"; tags are named by what follows. */
  readonly under: string;
  /** How the server counts time. Default: ms. */
  readonly precision?: "ms" | "us" | "ns" | undefined;
  /** The status of a series stands in the series of that name plus this. */
  readonly status?: { readonly suffix: string; readonly map: StatusMap } | undefined;
  readonly pageSize?: number | undefined;
}

/** A server answers with at most 10 000 rows unless its administrator changed that. */
export const iotdbDefaults = { precision: "ms", pageSize: 5000 } as const;

interface Answer {
  readonly code?: number;
  readonly message?: string;
  readonly column_names?: readonly string[] | null;
  readonly timestamps?: readonly (number | string)[] | null;
  readonly values?: readonly (readonly Cell[] | null)[] | null;
}
interface Point extends Stamped {
  readonly value: Cell;
  readonly status: Cell;
}
/** A series: the device, the measurement as the server writes it, and the measurement of its status. */
interface Place {
  readonly device: string;
  readonly measurement: string;
  readonly status: string | undefined;
}

/**
 * @throws GreyboxError `historian/source-option`, `historian/credentials`; while reading `historian/access`, `server-refused`, `server-failed`
 *
 * @example
 * const source = iotdbSource({ url: "http://localhost:18080", user: "root", password: "root", under: "root.plant" });
 * source.name; // => "http://localhost:18080/root.plant"
 */
export function iotdbSource(options: IotdbOptions): Source {
  const client = httpClient(options);
  const precision = options.precision ?? iotdbDefaults.precision;
  if (!/^root(\.(\w+|`[^`]+`))*$/u.test(options.under)) {
    throw new GreyboxError("historian/source-option", {
      source: client.name,
      option: "under",
      value: JSON.stringify(options.under),
      expected: 'a path such as "root.plant"',
    });
  }
  const run = async (sql: string): Promise<Answer> =>
    (await client.ask({ path: "/rest/v2/query", body: { sql } }, faultOf, exactly)) as Answer;
  const places = new Map<string, Place>();
  const perSecond = { ms: 1e3, us: 1e6, ns: 1e9 }[precision];

  return tabularSource({
    name: `${client.name}/${options.under}`,
    options: { ...options, ...(options.status === undefined ? {} : { statusMap: options.status.map }) },
    async tags() {
      const found: TagInfo[] = [];
      const paths = new Map<string, string>();
      for (let offset = 0; ; offset += listed) {
        const answer = await run(`SHOW TIMESERIES ${options.under}.** LIMIT ${listed} OFFSET ${offset}`);
        const column = (name: string): readonly Cell[] => {
          const k = answer.column_names?.findIndex((title) => title.toLowerCase().replace(/[^a-z]/g, "") === name) ?? -1;
          return answer.values?.[k] ?? [];
        };
        const series = column("timeseries");
        for (const [i, path] of series.entries()) {
          const tag = nameOf(String(path), options.under);
          paths.set(tag, String(path));
          found.push({
            tag,
            ...notesOf(column("tags")[i], column("attributes")[i], column("deadband")[i], column("deadbandparameters")[i]),
          });
        }
        if (series.length < listed) break;
      }
      const suffix = options.status?.suffix;
      const tags = found.filter(({ tag }) => !(suffix !== undefined && tag.endsWith(suffix) && paths.has(tag.slice(0, -suffix.length))));
      for (const { tag } of tags) {
        const status = suffix === undefined ? undefined : paths.get(tag + suffix);
        const [device, measurement] = parted(paths.get(tag)!);
        places.set(tag, { device, measurement, status: status === undefined ? undefined : parted(status)[1] });
      }
      return tags;
    },
    async *rows(tag, range) {
      const { device, measurement, status } = places.get(tag)!;
      const columns = status === undefined ? measurement : `${measurement}, ${status}`;
      const until = range.to === undefined ? "" : ` AND time < ${countOf(Math.ceil, range.to, perSecond)}`;
      const pages = fromTimeOn<Point>({
        source: client.name,
        tag,
        start: range.from === undefined ? String(-(2n ** 62n)) : countOf(Math.floor, range.from, perSecond),
        limit: options.pageSize ?? iotdbDefaults.pageSize,
        largest: options.pageSize ?? iotdbDefaults.pageSize,
        async ask(from, limit) {
          const sql = `SELECT ${columns} FROM ${device} WHERE time >= ${from}${until} ORDER BY TIME ASC LIMIT ${limit}`;
          const { timestamps, values } = await run(sql);
          return (timestamps ?? []).map((count, i) => ({
            at: String(count),
            seconds: secondsOfCount(count, precision),
            value: values?.[0]?.[i],
            status: values?.[1]?.[i],
          }));
        },
      });
      for await (const page of pages) {
        yield {
          time: Float64Array.from(page, (point) => point.seconds),
          value: page.map((point) => point.value),
          ...(status === undefined ? {} : { status: page.map((point) => point.status) }),
        };
      }
    },
  });
}

/** Series listed at once. */
const listed = 1000;

/** Counts too large for a number of JavaScript are kept as text. */
function exactly(text: string): unknown {
  return JSON.parse(
    text.replace(/"timestamps":\[([-\d,\s]*)\]/, (_, counts: string) => `"timestamps":[${counts.replace(/-?\d{16,}/g, '"$&"')}]`),
  );
}

function secondsOfCount(count: number | string, precision: "ms" | "us" | "ns"): number {
  if (precision !== "ns") return epochSeconds(Number(count), precision);
  const digits = String(count).replace("-", "").padStart(10, "0");
  return Number(`${String(count).startsWith("-") ? "-" : ""}${digits.slice(0, -9)}.${digits.slice(-9)}`);
}

/** A time as a count, on the safe side: what is read too much is cut off afterwards. */
function countOf(round: (x: number) => number, seconds: number, perSecond: number): string {
  const exact = perSecond <= 1e6;
  const micro = round(seconds * (exact ? perSecond : 1e6));
  return exact ? String(micro) : String(BigInt(micro) * 1000n);
}

/** Device and measurement: parted at the last dot outside of backquotes. */
function parted(path: string): readonly [string, string] {
  const nodes = path.match(/`(?:[^`]|``)*`|[^.`]+/g) ?? [path];
  return [nodes.slice(0, -1).join("."), nodes.at(-1)!];
}

/** What follows the part of the tree that is read; one quoted name without its marks. */
function nameOf(path: string, under: string): string {
  const rest = path.startsWith(`${under}.`) ? path.slice(under.length + 1) : path;
  return /^`(?:[^`]|``)*`$/.test(rest) ? rest.slice(1, -1).replaceAll("``", "`") : rest;
}

/** Unit, description and range from tags and attributes of a series; compression from a deadband of the swinging door. */
function notesOf(tags: Cell, attributes: Cell, deadband: Cell, parameters: Cell): Omit<TagInfo, "tag"> {
  const noted = { ...objectIn(tags), ...objectIn(attributes) };
  const number = (name: string): number | undefined =>
    Number.isFinite(Number.parseFloat(noted[name] ?? "")) ? Number(noted[name]) : undefined;
  const [low, high] = [number("low"), number("high")];
  const door = deadband === "SDT" ? Number(objectIn(parameters)["compdev"]) : Number.NaN;
  const compression = door > 0 ? door : number("compression");
  const maxInterval = number("maxInterval");
  return {
    ...(noted["unit"] ? { unit: noted["unit"] } : {}),
    ...(noted["description"] ? { description: noted["description"] } : {}),
    ...(low !== undefined && high !== undefined ? { range: [low, high] as const } : {}),
    ...(noted["stepped"] === undefined ? {} : { stepped: noted["stepped"] === "true" }),
    ...(compression === undefined ? {} : { compression }),
    ...(maxInterval === undefined ? {} : { maxInterval }),
  };
}

function objectIn(text: Cell): Readonly<Record<string, string>> {
  if (typeof text !== "string" || !text.startsWith("{")) return {};
  try {
    return Object.fromEntries(Object.entries(JSON.parse(text) as object).map(([key, value]) => [key, String(value)]));
  } catch {
    return {};
  }
}

/** Errors come with HTTP 200: a code that is not 200. Syntax and paths (500–599, 700–799) will not get better by asking again. */
function faultOf(answer: unknown): Verdict {
  const { code, message, values } = (answer ?? {}) as Answer;
  if (code !== undefined && code !== 200) {
    const why = `${code} ${message ?? ""}`;
    return (code >= 500 && code < 600) || (code >= 700 && code < 800) || code === 411 ? { refused: why } : { again: why };
  }
  if (!Array.isArray(values)) return { again: "the answer holds no list `values`" };
  const { timestamps } = answer as Answer;
  const uneven = timestamps
    ? (values as readonly (readonly Cell[] | null)[]).find((column) => column && column.length !== timestamps.length)
    : undefined;
  return uneven ? { again: `${uneven.length} values for ${timestamps!.length} times` } : undefined;
}
