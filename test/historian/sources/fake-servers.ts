/** Servers that answer in the shapes that PI Web API, InfluxDB and IoTDB document. They are fakes: no product was at hand. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { reason, severity, status } from "../../../src/core/index.ts";
import type { Series } from "../../../src/historian/index.ts";

export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

/** What goes wrong with an answer: an HTTP status, a line that breaks, a body in place of the right one. */
export type Trouble = { readonly status: number } | "cut" | { readonly body: string } | undefined;

export interface Fake {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Decides for each question, counted from 1, what goes wrong. */
  trouble: (asked: Asked, count: number) => Trouble;
}

type Answer = { readonly status?: number; readonly body: string };

async function serving(answer: (asked: Asked) => Answer): Promise<Fake> {
  const asked: Asked[] = [];
  const fake = { url: "", asked, trouble: (() => undefined) as Fake["trouble"] };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://localhost");
    let body = "";
    for await (const piece of request) body += String(piece);
    const one = { path: decodeURIComponent(url.pathname), query: url.searchParams, body, headers: request.headers };
    asked.push(one);
    const trouble = fake.trouble(one, asked.length);
    const right = answer(one);
    if (trouble === "cut") {
      response.writeHead(200, { "content-length": Buffer.byteLength(right.body) });
      response.write(right.body.slice(0, right.body.length / 2));
      setTimeout(() => response.destroy(), 5);
      return;
    }
    const code = trouble && "status" in trouble ? trouble.status : (right.status ?? 200);
    response.writeHead(code, { "content-type": "application/json" });
    response.end(trouble && "body" in trouble ? trouble.body : code === 200 ? right.body : `{"Message":"trouble ${code}"}`);
  };
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Nobody closes it: it does not keep the process alive.
  server.unref();
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}

/** Place of the first point that is not earlier. */
function firstFrom(points: readonly { readonly seconds: number }[], from: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points[middle]!.seconds < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A number as JSON, with the sign of −0, which JSON.stringify drops. */
const json = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));
const secondsIn = (text: string): number => {
  const [, whole, decimals = ""] = /^(.*?:\d\d)(?:\.(\d+))?Z$/.exec(text)!;
  return Number(`${Date.parse(`${whole}Z`) / 1000}`) + Number(`0.${decimals || "0"}`);
};

function byTime(series: Series): number[] {
  return Array.from(series.time.keys()).sort((a, b) => series.time[a]! - series.time[b]! || a - b);
}

/** Of points at one time only the last is kept, as by a database with the time as its key. */
function lastOfEach(series: Series): number[] {
  const order = byTime(series);
  return order.filter((place, k) => series.time[place] !== series.time[order[k + 1]!]);
}

export interface PiLimits {
  /** As many items as the server gives at most, whatever is asked for; more than 150 000 asked for is an error. */
  readonly cap?: number;
}

export async function fakePi(all: readonly Series[], { cap = 150_000 }: PiLimits = {}): Promise<Fake> {
  const items = new Map(
    all.map((one, id) => [
      `P${id}`,
      byTime(one).map((i) => ({
        seconds: one.time[i]!,
        text: `{"Timestamp":"${new Date(1000 * one.time[i]!).toISOString().slice(0, -1)}0000Z",${piValue(one, i)}}`,
      })),
    ]),
  );
  return serving(({ path, query }) => {
    if (path === "/piwebapi/dataservers") return { body: JSON.stringify({ Links: {}, Items: [{ WebId: "S1", Name: "PLANT" }] }) };
    if (path === "/piwebapi/dataservers/S1/points") {
      const start = Number(query.get("startIndex"));
      const points = all.map(({ tag, info }, id) => ({
        WebId: `P${id}`,
        Name: tag,
        PointType: "Float64",
        ...(info.unit ? { EngineeringUnits: info.unit } : { EngineeringUnits: "" }),
        ...(info.range ? { Zero: info.range[0], Span: info.range[1] - info.range[0] } : {}),
        ...(info.stepped === undefined ? {} : { Step: info.stepped }),
      }));
      return { body: JSON.stringify({ Links: {}, Items: points.slice(start, start + Math.min(Number(query.get("maxCount")), 3)) }) };
    }
    const [, id, what] = /^\/piwebapi\/(?:points|streams)\/(\w+)\/(\w+)$/.exec(path) ?? [];
    if (what === "attributes") {
      const { info } = all[Number(id!.slice(1))]!;
      const value = { compressing: 1, compdev: info.compression ?? 0, compmax: info.maxInterval ?? 0, excdev: 0, excmax: 0 };
      return { body: JSON.stringify({ Items: Object.entries(value).map(([Name, Value]) => ({ Name, Value })) }) };
    }
    if (what === "recorded") {
      const count = Number(query.get("maxCount"));
      if (count > 150_000) return { status: 400, body: "" };
      const [from, end] = [secondsIn(query.get("startTime")!), query.get("endTime")!];
      const to = end.startsWith("*") ? Infinity : secondsIn(end);
      const all = items.get(id!)!;
      const first = firstFrom(all, from);
      const page: string[] = [];
      for (let i = first; i < all.length && page.length < Math.min(count, cap) && all[i]!.seconds <= to; i++) page.push(all[i]!.text);
      return { body: `{"Links":{},"Items":[${page.join(",")}],"UnitsAbbreviation":""}` };
    }
    return { status: 404, body: "" };
  });
}

/** PI knows good, questionable and bad, and states in place of a value. */
export const piCode = (code: number): number => {
  if (code === status.badNoData || code === status.badNoCommunication) return code;
  return { good: status.good, uncertain: status.uncertain, bad: status.bad }[severity(code)];
};

function piValue(one: Series, i: number): string {
  const code = one.status[i]!;
  const flags = `"UnitsAbbreviation":"","Good":${severity(code) !== "bad"},"Questionable":${severity(code) === "uncertain"},"Substituted":false,"Annotated":false`;
  if ((one.reasons[i]! & reason.notANumber) === 0) return `"Value":${json(one.value[i]!)},${flags}`;
  const [name, number] = code === status.badNoCommunication ? ["I/O Timeout", 246] : ["No Data", 248];
  return `"Value":{"Name":"${name}","Value":${number},"IsSystem":true},${flags}`;
}

/** One measurement `archive`, tagged by `tag`, with the fields `value` and `status`. */
export async function fakeInflux(all: readonly Series[], { cap = Infinity }: { readonly cap?: number } = {}): Promise<Fake> {
  const rows = new Map(
    all.map((one) => [
      one.tag,
      lastOfEach(one).map((i) => {
        const missing = (one.reasons[i]! & reason.notANumber) !== 0;
        const time = new Date(1000 * one.time[i]!).toISOString().replace(/\.?0*Z$/, "Z");
        return { seconds: one.time[i]!, text: `["${time}",${missing ? "null" : json(one.value[i]!)},${one.status[i]}]` };
      }),
    ]),
  );
  return serving(({ path, query }) => {
    if (path !== "/query") return { status: 404, body: "" };
    const q = query.get("q")!;
    if (query.get("db") !== "plant") return { body: `{"results":[{"statement_id":0,"error":"database not found: ${query.get("db")}"}]}` };
    if (q.startsWith("SHOW TAG VALUES")) {
      const values = all.map(({ tag }) => ["tag", tag]);
      return { body: JSON.stringify({ results: [{ statement_id: 0, series: [{ name: "archive", columns: ["key", "value"], values }] }] }) };
    }
    const tag = /"tag" = '((?:[^'\\]|\\.)*)'/.exec(q)![1]!.replaceAll(/\\(.)/g, "$1");
    const from = secondsIn(/time >= '([^']*)'/.exec(q)![1]!);
    const until = /time < '([^']*)'/.exec(q);
    const to = until ? secondsIn(until[1]!) : Infinity;
    const limit = Math.min(Number(/LIMIT (\d+)$/.exec(q)![1]), cap);
    const page = rows.get(tag)!.filter(({ seconds }) => seconds >= from && seconds < to);
    if (page.length === 0) return { body: '{"results":[{"statement_id":0}]}' };
    const values = page.slice(0, limit).map(({ text }) => text);
    const partial = page.length > cap ? ',"partial":true' : "";
    return {
      body: `{"results":[{"statement_id":0,"series":[{"name":"archive","columns":["time","v","s"],"values":[${values.join(",")}]${partial}}]}]}`,
    };
  });
}

/** Series under `root.plant`, each with its status beside it, counted in microseconds. */
export async function fakeIotdb(all: readonly Series[]): Promise<Fake> {
  const name = (tag: string): string => (/^\w+$/.test(tag) ? tag : `\`${tag}\``);
  const rows = new Map(
    all.map((one) => [
      name(one.tag),
      lastOfEach(one).map((i) => {
        const missing = (one.reasons[i]! & reason.notANumber) !== 0;
        return { count: Math.round(1e6 * one.time[i]!), value: missing ? "null" : json(one.value[i]!), status: one.status[i]! };
      }),
    ]),
  );
  return serving(({ path, body, headers }) => {
    if (path !== "/rest/v2/query") return { status: 404, body: "" };
    if (headers.authorization !== `Basic ${Buffer.from("root:root").toString("base64")}`) return { status: 401, body: "" };
    const { sql } = JSON.parse(body) as { readonly sql: string };
    if (sql.startsWith("SHOW TIMESERIES")) {
      const [, limit, offset] = /LIMIT (\d+) OFFSET (\d+)/.exec(sql)!.map(Number);
      const series = all.flatMap(({ tag, info }) => [
        [`root.plant.${name(tag)}`, attributes(info), ...(info.compression ? ["SDT", `{"compdev":"${info.compression}"}`] : [null, null])],
        [`root.plant.${name(`${tag}_q`)}`, null, null, null],
      ]);
      const page = series.slice(offset, offset! + limit!);
      return {
        body: JSON.stringify({
          expressions: null,
          column_names: ["Timeseries", "Attributes", "Deadband", "DeadbandParameters"],
          timestamps: null,
          values: [0, 1, 2, 3].map((k) => page.map((row) => row[k])),
        }),
      };
    }
    const [, measurement, from] = /^SELECT (\w+|`[^`]*`), .* FROM root\.plant WHERE time >= (-?\d+)/.exec(sql)!;
    const until = /time < (-?\d+)/.exec(sql);
    const limit = Number(/LIMIT (\d+)$/.exec(sql)![1]);
    if (limit > 10_000) return { body: '{"code":411,"message":"Dataset row size exceeded the given max row size (10000)"}' };
    const page = rows
      .get(measurement!)!
      .filter(({ count }) => count >= Number(from) && (until === null || count < Number(until[1])))
      .slice(0, limit);
    const column = (pick: (row: (typeof page)[number]) => unknown): string => `[${page.map((row) => String(pick(row))).join(",")}]`;
    return {
      body: `{"expressions":["v","s"],"column_names":null,"timestamps":${column((row) => row.count)},"values":[${column((row) => row.value)},${column((row) => row.status)}]}`,
    };
  });
}

function attributes({ unit, range, stepped, maxInterval }: Series["info"]): string {
  return JSON.stringify({
    ...(unit ? { unit } : {}),
    ...(range ? { low: String(range[0]), high: String(range[1]) } : {}),
    ...(stepped === undefined ? {} : { stepped: String(stepped) }),
    ...(maxInterval ? { maxInterval: String(maxInterval) } : {}),
  });
}
