/**
 * Sources by their address, for shells and for mapping files: what is read stands in the address, how it is written in the options.
 *
 * `postgres://user@host/plant?table=archive`, `duckdb:plant.duckdb?table=archive`, `pi:https://user@host/piwebapi?archive=PLANT&filter=TI*`,
 * `influx:https://host:8086?database=plant&measurement=archive`, `iotdb:http://user@host:18080?under=root.plant`,
 * `opc.tcp://user@host:4840?root=ns=2;s=Plant`, `mqtts://user@host:8883?nodes=group/edge`. Passwords and tokens come from
 * the environment only: PGPASSWORD for PostgreSQL, GREYBOX_PASSWORD or GREYBOX_TOKEN for the others.
 */
import { GreyboxError, nearestNames } from "../../core/index.ts";
import { type FileOptions, isSideBySide } from "../files/options.ts";
import type { Source } from "../source.ts";

interface Address {
  /** Without the query and, of a server, without the user. */
  readonly url: string;
  readonly user: string | undefined;
  /** A word of the query; each may be asked for once. */
  word(name: string): string | undefined;
  /** The same, without which nothing can be read. */
  need(name: string): string;
}

type Opener = (address: Address, options: FileOptions) => Promise<Source>;

const sql = ({ word }: Address) => ({ order: word("order"), tagTable: word("tagTable") });

const openers: Readonly<Record<string, Opener>> = {
  postgres: async (address, options) => {
    const { postgresqlSource } = await import("./postgresql.ts");
    const { user } = address;
    const url = user === undefined ? address.url : address.url.replace("://", `://${encodeURIComponent(user)}@`);
    return postgresqlSource({ ...cellsOf(options), url, table: address.need("table"), ...sql(address) });
  },
  duckdb: async (address, options) => {
    const { duckdbSource } = await import("./duckdb.ts");
    return duckdbSource({
      ...cellsOf(options),
      database: address.url,
      table: address.word("table"),
      memory: address.word("memory"),
      ...sql(address),
    });
  },
  pi: async (address, options) => {
    const { piWebApiSource } = await import("./pi-web-api.ts");
    const { time: _time, zone: _zone, ...cells } = cellsOf(options);
    return piWebApiSource({ ...cells, ...accessOf(address), archive: address.word("archive"), filter: address.word("filter") });
  },
  influx: async (address, options) => {
    const { influxSource } = await import("./influx.ts");
    const { time: _time, zone: _zone, layout, status, ...cells } = cellsOf(options);
    if (status && !("column" in status || "suffix" in status)) throw statusOption("{ column, map } or { suffix, map }");
    const field = status === undefined ? undefined : "column" in status ? { field: status.column, map: status.map } : status;
    const place = { database: address.need("database"), measurement: address.need("measurement"), where: address.word("where") };
    return influxSource({ ...cells, ...accessOf(address), ...place, layout, status: field });
  },
  iotdb: async (address, options) => {
    const { iotdbSource } = await import("./iotdb.ts");
    const { time: _time, zone: _zone, layout: _layout, status, ...cells } = cellsOf(options);
    if (status && !("suffix" in status)) throw statusOption("{ suffix, map }");
    const precision = address.word("precision");
    if (precision !== undefined && precision !== "ms" && precision !== "us" && precision !== "ns") {
      throw new GreyboxError("historian/source-option", {
        source: address.url,
        option: "precision",
        value: precision,
        expected: "ms, us or ns",
      });
    }
    return iotdbSource({ ...cells, ...accessOf(address), under: address.need("under"), precision, status });
  },
  "opc.tcp": async (address, options) => {
    const { opcUaSource } = await import("./opc-ua/source.ts");
    const { texts, sentinels, units, info, tags } = cellsOf(options);
    const word = address.word("security");
    const security = (["encrypt", "sign", "none"] as const).find((one) => one === word);
    if (word !== security) {
      const expected = "encrypt, sign or none";
      throw new GreyboxError("historian/source-option", { source: address.url, option: "security", value: String(word), expected });
    }
    const { url, user, password } = accessOf({ ...address, url: `opc.tcp:${address.url}` });
    const place = { root: address.word("root"), certificates: address.word("certificates"), security };
    return opcUaSource({ texts, sentinels, units, info, tags, url, user, password, ...place });
  },
  mqtt: async (address, options) => {
    const { sparkplugSource } = await import("./sparkplug/source.ts");
    const { url, user, password } = accessOf({ ...address, url: `mqtt:${address.url}` });
    return sparkplugSource({ url, user, password, texts: options.texts, nodes: address.word("nodes")?.split(",") });
  },
  mqtts: async (address, options) => {
    const { sparkplugSource } = await import("./sparkplug/source.ts");
    const { url, user, password } = accessOf({ ...address, url: `mqtts:${address.url}` });
    return sparkplugSource({ url, user, password, texts: options.texts, nodes: address.word("nodes")?.split(",") });
  },
};

/** Schemes under another name. */
const alike: Readonly<Record<string, string>> = { postgresql: "postgres", timescaledb: "postgres", influxdb: "influx" };

/**
 * @throws GreyboxError `historian/source-option` for an unknown scheme or word, and those of the source
 *
 * @example
 * const source = await addressSource("postgres://reader@localhost/plant?table=archive", {});
 * source.name; // => "postgres://reader@localhost/plant"
 */
export async function addressSource(text: string, options: FileOptions): Promise<Source> {
  const scheme = text.slice(0, text.indexOf(":")).toLowerCase();
  const kind = alike[scheme] ?? scheme;
  const opener = Object.hasOwn(openers, kind) ? openers[kind] : undefined;
  const schemes = [...Object.keys(openers), ...Object.keys(alike)];
  if (opener === undefined) {
    const nearest = nearestNames(scheme, schemes);
    const expected =
      nearest.length > 0 ? `${nearest.map((name) => `${name}:`).join(" or ")}` : `one of ${schemes.map((name) => `${name}:`).join(", ")}`;
    throw new GreyboxError("historian/source-option", { source: `${scheme}:…`, option: "address", value: `${scheme}:`, expected });
  }
  const [before, query = ""] = splitOnce(text, "?");
  const words = new URLSearchParams(query);
  const asked = new Set<string>();
  const { url, user } = withoutUser(kind === "postgres" ? before.replace(/^[^:]+:/, "postgres:") : before.slice(scheme.length + 1), kind);
  const word = (name: string): string | undefined => {
    asked.add(name);
    return words.get(name) ?? undefined;
  };
  const need = (name: string): string => {
    const value = word(name);
    if (value === undefined) {
      throw new GreyboxError("historian/source-option", {
        source: url,
        option: name,
        value: "absent",
        expected: `in the address: \`?${name}=…\``,
      });
    }
    return value;
  };
  const source = await opener({ url, user, word, need }, options);
  const unknown = [...words.keys()].find((name) => !asked.has(name));
  if (unknown !== undefined) {
    await source.close();
    const expected = `one of ${[...asked].join(", ")}`;
    throw new GreyboxError("historian/source-option", { source: url, option: unknown, value: "not known", expected });
  }
  return source;
}

function splitOnce(text: string, sign: string): readonly [string, string?] {
  const at = text.indexOf(sign);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function withoutUser(address: string, kind: string): { readonly url: string; readonly user: string | undefined } {
  const match = /^((?:[a-z]+:)?\/\/)([^/@]*)@(.*)$/i.exec(address);
  if (!match) return { url: address, user: undefined };
  const [, start, user, rest] = match as unknown as [string, string, string, string];
  if (user.includes(":")) {
    const variable = kind === "postgres" ? "PGPASSWORD" : "GREYBOX_PASSWORD";
    const expected = `the user only; the password comes from the environment variable ${variable}`;
    throw new GreyboxError("historian/source-option", {
      source: start + rest,
      option: "address",
      value: "with a password in it",
      expected,
    });
  }
  return { url: start + rest, user: decodeURIComponent(user) };
}

/** Options of files that mean the same for rows. */
function cellsOf(options: FileOptions) {
  const { time, zone, layout, status, decimal, thousands, sentinels, texts, empty, units, info, tags } = options;
  return { time, zone, layout: wideOrLong(layout), status, decimal, thousands, sentinels, texts, empty, units, info, tags };
}

function wideOrLong(layout: FileOptions["layout"]): "wide" | { readonly tag: string; readonly value: string } | undefined {
  if (!isSideBySide(layout)) return layout;
  throw new GreyboxError("historian/option", { option: "layout", value: JSON.stringify(layout), expected: '"wide" or { tag, value }' });
}

function accessOf({ url, user }: Address) {
  const { GREYBOX_TOKEN: token, GREYBOX_PASSWORD: password } = process.env;
  return { url, user, ...(password === undefined ? {} : { password }), ...(token === undefined || user !== undefined ? {} : { token }) };
}

function statusOption(expected: string): GreyboxError {
  return new GreyboxError("historian/option", { option: "status", value: "of another form", expected });
}
