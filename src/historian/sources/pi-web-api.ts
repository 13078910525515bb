/**
 * Archived values of an AVEVA PI Data Archive through PI Web API.
 *
 * Recorded values are read, never interpolated or plotted ones; times go out and come back in UTC, so that the zone of the server plays no
 * part. Basic and bearer authentication; Kerberos needs a gateway.
 */
import { GreyboxError } from "../../core/index.ts";
import type { TagInfo } from "../series.ts";
import type { Finding, Source, TimeRange } from "../source.ts";
import type { CellOptions } from "./cells.ts";
import { fromTimeOn, type Stamped } from "./from-time-on.ts";
import { fewAtATime, type HttpAccess, type HttpClient, httpClient, type Verdict } from "./http.ts";
import { isoCeiling, isoFloor, isoSeconds } from "./iso-times.ts";
import { type PiItem, pointOf } from "./pi-states.ts";
import { tabularSource } from "./tabular.ts";

export interface PiOptions extends HttpAccess, Omit<CellOptions, "statusMap" | "time" | "zone"> {
  /** Name of the data archive. Default: the only one. */
  readonly archive?: string | undefined;
  /** Names of points, with `*`. */
  readonly filter?: string | undefined;
  /** Recorded values asked for at once. */
  readonly pageSize?: number | undefined;
  /** False: compression and exception settings are not asked for (one question a point). */
  readonly attributes?: boolean | undefined;
}

export const piDefaults = { filter: "*", pageSize: 10_000, attributes: true } as const;

/** What the server gives at most in one answer, unless its administrator changed it. */
const largestPage = 150_000;
const pointsAtOnce = 1000;

interface Listed<T> {
  readonly Items: readonly T[];
}
interface Point {
  readonly WebId: string;
  readonly Name: string;
  readonly Descriptor?: string;
  readonly PointType?: string;
  readonly EngineeringUnits?: string;
  readonly Zero?: number;
  readonly Span?: number;
  readonly Step?: boolean;
  readonly Future?: boolean;
}
interface Attribute {
  readonly Name: string;
  readonly Value: unknown;
}
interface Recorded extends Stamped {
  readonly item: PiItem;
}

/**
 * @throws GreyboxError `historian/source-option`, `historian/credentials`; while reading `historian/access`, `server-refused`, `server-failed`
 *
 * @example
 * const source = piWebApiSource({ url: "https://pi.example.com/piwebapi", user: "reader", password: "secret", filter: "TI1*" });
 * source.name; // => "https://pi.example.com/piwebapi"
 */
export function piWebApiSource(options: PiOptions): Source {
  const client = httpClient(options);
  const points = new Map<string, Point>();
  let annotated: ReadonlyMap<string, number> = new Map();
  return tabularSource({
    name: client.name,
    options,
    async tags() {
      const found = await pointsOf(client, options);
      for (const point of found) points.set(point.Name, point);
      const wanted = options.tags ? found.filter((point) => options.tags!.includes(point.Name)) : found;
      const withAttributes = options.attributes ?? piDefaults.attributes;
      const more = withAttributes ? await fewAtATime(wanted, (point) => attributesOf(client, point)) : [];
      const infos = new Map(wanted.map((point, i) => [point.Name, { ...infoOf(point), ...more[i] }]));
      return found.map((point) => infos.get(point.Name) ?? infoOf(point));
    },
    async *rows(tag, range) {
      const point = points.get(tag)!;
      let notes = 0;
      const pages = fromTimeOn<Recorded>({
        source: client.name,
        tag,
        start: isoFloor(range.from ?? earliest),
        limit: options.pageSize ?? piDefaults.pageSize,
        largest: largestPage,
        ask: (from, limit) => recorded(client, point, from, range, limit),
      });
      for await (const page of pages) {
        const meant = page.map(({ item }) => pointOf(item));
        notes += page.reduce((sum, { item }) => sum + (item.Annotated === true ? 1 : 0), 0);
        yield {
          time: Float64Array.from(page, ({ seconds }) => seconds),
          value: meant.map((one) => one.value),
          status: Uint32Array.from(meant, (one) => one.status),
          reasons: Uint32Array.from(meant, (one) => one.reasons),
        };
      }
      if (notes > 0) annotated = new Map([...annotated, [tag, notes]]);
    },
    findings: () => [...annotated].map(([tag, count]) => annotation(tag, count)),
  });
}

const earliest = -2208988800; // 1900
const annotation = (tag: string, count: number): Finding => ({
  kind: "annotated",
  tag,
  count,
  rows: [],
  samples: [],
  message: `${tag}: ${count} points with an annotation.`,
});

async function pointsOf(client: HttpClient, options: PiOptions): Promise<Point[]> {
  const archives = ((await client.ask({ path: "/dataservers" }, faultOf)) as Listed<Point>).Items;
  const archive = options.archive === undefined ? archives[0] : archives.find(({ Name }) => Name === options.archive);
  if (archive === undefined || (options.archive === undefined && archives.length > 1)) {
    throw new GreyboxError("historian/source-option", {
      source: client.name,
      option: "archive",
      value: options.archive === undefined ? "absent" : JSON.stringify(options.archive),
      expected: `one of ${archives.map(({ Name }) => JSON.stringify(Name)).join(", ")}`,
    });
  }
  const found: Point[] = [];
  for (;;) {
    const query = { nameFilter: options.filter ?? piDefaults.filter, startIndex: found.length, maxCount: pointsAtOnce };
    const { Items } = (await client.ask({ path: `/dataservers/${archive.WebId}/points`, query }, faultOf)) as Listed<Point>;
    if (Items.length === 0) return found;
    found.push(...Items);
  }
}

function infoOf({ Name, Descriptor, EngineeringUnits, PointType, Zero, Span, Step }: Point): TagInfo {
  const digital = PointType === "Digital";
  return {
    tag: Name,
    ...(EngineeringUnits ? { unit: EngineeringUnits } : {}),
    ...(Descriptor ? { description: Descriptor } : {}),
    ...(!digital && Zero !== undefined && Span !== undefined && Span > 0 ? { range: [Zero, Zero + Span] as const } : {}),
    ...(Step === undefined ? {} : { stepped: Step || digital }),
  };
}

/** Deviations count only while compression is switched on. */
async function attributesOf(client: HttpClient, { WebId }: Point): Promise<Omit<TagInfo, "tag">> {
  const query = { name: ["compressing", "compdev", "compmax", "excdev", "excmax"] };
  const { Items } = (await client.ask({ path: `/points/${WebId}/attributes`, query }, faultOf)) as Listed<Attribute>;
  const of = new Map(Items.map(({ Name, Value }) => [Name.toLowerCase(), Number(Value)]));
  const positive = (name: string): number | undefined => ((of.get(name) ?? 0) > 0 ? of.get(name) : undefined);
  const compressing = of.get("compressing") !== 0;
  const compression = compressing ? positive("compdev") : undefined;
  const exception = positive("excdev");
  const maxInterval = compressing ? (positive("compmax") ?? positive("excmax")) : positive("excmax");
  return {
    ...(compression === undefined ? {} : { compression }),
    ...(exception === undefined ? {} : { exception }),
    ...(maxInterval === undefined ? {} : { maxInterval }),
  };
}

async function recorded(client: HttpClient, point: Point, from: string, range: TimeRange, limit: number): Promise<Recorded[]> {
  const query = {
    startTime: from,
    endTime: range.to === undefined ? (point.Future === true ? "*+10y" : "*+1d") : isoCeiling(range.to),
    boundaryType: "Inside",
    maxCount: limit,
    timeZone: "UTC",
  };
  const answer = (await client.ask({ path: `/streams/${point.WebId}/recorded`, query }, faultOf)) as Listed<PiItem>;
  return answer.Items.map((item): Recorded => {
    const at = item.Timestamp;
    const seconds = isoSeconds(at);
    if (Number.isNaN(seconds)) {
      const why = `the time ${JSON.stringify(at)} is not in UTC, so the zone of the server would decide`;
      throw new GreyboxError("historian/server-refused", { source: client.name, request: `recorded values of ${point.Name}`, why });
    }
    return { item, at, seconds };
  });
}

/** Errors inside an answer with HTTP 200, of the whole or of single points. */
function faultOf(answer: unknown): Verdict {
  const { Items, Errors } = (answer ?? {}) as { readonly Items?: readonly Partial<PiItem>[]; readonly Errors?: unknown };
  if (Errors !== undefined && !isEmpty(Errors)) return { again: textOf(Errors) };
  if (!Array.isArray(Items)) return { again: "the answer holds no list `Items`" };
  const broken = (Items as readonly Partial<PiItem>[]).filter((item) => item.Errors !== undefined && !isEmpty(item.Errors));
  if (broken.length > 0) return { again: `${broken.length} of ${Items.length} items with errors: ${textOf(broken[0]!.Errors)}` };
  return undefined;
}

const isEmpty = (errors: unknown): boolean => errors === null || (Array.isArray(errors) && errors.length === 0);
const textOf = (errors: unknown): string => JSON.stringify(errors).slice(0, 300);
