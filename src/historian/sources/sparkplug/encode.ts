/** Writes Sparkplug B payloads: commands to edge nodes, tests, and whoever publishes. The counterpart of `decode.ts`. */
import { type DataType, dataType } from "./data-types.ts";

export interface MetricProperty {
  readonly type: DataType;
  readonly value: number | boolean | string | null;
}

export interface Metric {
  /** Births need it; data can go by `alias` alone. */
  readonly name?: string | undefined;
  readonly alias?: number | undefined;
  /** [ms since 1970] */
  readonly timestamp?: number | undefined;
  readonly type?: DataType | undefined;
  /** null: there is no value. Numbers of 64 bits beyond 2^53 as bigint. */
  readonly value: number | bigint | boolean | string | null;
  readonly historical?: boolean | undefined;
  readonly transient?: boolean | undefined;
  /** OPC UA StatusCode; absent: Good. Written as the property `Quality` (0, 192, 500), and as it is in a property `StatusCode`. */
  readonly status?: number | undefined;
  readonly properties?: Readonly<Record<string, MetricProperty>> | undefined;
}

export interface PayloadContent {
  /** [ms since 1970] */
  readonly timestamp?: number | undefined;
  /** 0 … 255 */
  readonly seq?: number | undefined;
  readonly metrics: readonly Metric[];
}

/**
 * The bytes of a payload.
 *
 * Integers of up to 32 bits are written as two's complement words of 32 bits, `Int64` of 64, `UInt32` as Eclipse Tahu does in a word of 64; a type that is not given is Double for numbers,
 * Boolean and String for the others.
 */
export function encodePayload({ timestamp, seq, metrics }: PayloadContent): Uint8Array {
  const out = writer(64 + 48 * metrics.length);
  const one = writer(64);
  if (timestamp !== undefined) signedField(out, 1, timestamp);
  for (const metric of metrics) {
    one.length = 0;
    metricBytes(one, metric);
    message(out, 2, one.bytes, one.length);
  }
  if (seq !== undefined) field(out, 3, seq);
  return out.bytes.slice(0, out.length);
}

function metricBytes(out: Writer, metric: Metric): void {
  const { name, alias, timestamp, value } = metric;
  const type = metric.type ?? typeOf(value);
  if (name !== undefined) text(out, 1, name);
  if (alias !== undefined) field(out, 2, alias);
  if (timestamp !== undefined) signedField(out, 3, timestamp);
  if (metric.type !== undefined || name !== undefined) field(out, 4, dataType[type]);
  if (metric.historical) field(out, 5, 1);
  if (metric.transient) field(out, 6, 1);
  if (value === null) field(out, 7, 1);
  if (metric.properties || metric.status !== undefined) {
    const set = writer(64);
    propertyBytes(set, { ...metric.properties, ...statusProperties(metric.status) });
    message(out, 9, set.bytes, set.length);
  }
  if (value !== null) content(out, type, value, 10);
}

function typeOf(value: Metric["value"]): DataType {
  return typeof value === "boolean" ? "Boolean" : typeof value === "string" ? "String" : typeof value === "bigint" ? "Int64" : "Double";
}

/** Only 0, 192 and 500 are allowed as `Quality`; what is neither Good nor Bad is nearest to stale. */
function statusProperties(code: number | undefined): Record<string, MetricProperty> {
  if (code === undefined) return {};
  const quality = code >>> 30 === 0 ? 192 : code >>> 30 === 1 ? 500 : 0;
  return { Quality: { type: "Int32", value: quality }, StatusCode: { type: "UInt32", value: code >>> 0 } };
}

function propertyBytes(out: Writer, properties: Readonly<Record<string, MetricProperty>>): void {
  for (const key of Object.keys(properties)) text(out, 1, key);
  for (const { type, value } of Object.values(properties)) {
    const one = writer(16);
    field(one, 1, dataType[type]);
    if (value === null) field(one, 2, 1);
    else content(one, type, value, 3);
    message(out, 2, one.bytes, one.length);
  }
}

/** A value in the field of its type; `first` is the number of the field for small integers, the others follow it. */
function content(out: Writer, type: DataType, value: number | bigint | boolean | string, first: number): void {
  const code = dataType[type];
  if (type === "Boolean") field(out, first + 4, value ? 1 : 0);
  else if (type === "Float" || type === "Double") real(out, type === "Float" ? first + 2 : first + 3, Number(value), type === "Float");
  else if (code >= dataType.String && type !== "DateTime") text(out, first + 5, String(value));
  else if (type === "UInt32") field(out, first + 1, Number(value) >>> 0);
  else if (type === "Int64" || type === "UInt64" || type === "DateTime") wide(out, first + 1, BigInt.asUintN(64, BigInt(value)));
  else field(out, first, Number(value) >>> 0);
}

/** Bytes that grow. */
interface Writer {
  bytes: Uint8Array;
  view: DataView;
  length: number;
}

function writer(capacity: number): Writer {
  const bytes = new Uint8Array(capacity);
  return { bytes, view: new DataView(bytes.buffer), length: 0 };
}

function room(out: Writer, count: number): void {
  if (out.length + count <= out.bytes.length) return;
  const bytes = new Uint8Array(Math.max(2 * out.bytes.length, out.length + count));
  bytes.set(out.bytes);
  out.bytes = bytes;
  out.view = new DataView(bytes.buffer);
}

function real(out: Writer, number: number, value: number, short: boolean): void {
  word(out, number * 8 + (short ? 5 : 1));
  room(out, 8);
  if (short) out.view.setFloat32(out.length, value, true);
  else out.view.setFloat64(out.length, value, true);
  out.length += short ? 4 : 8;
}

function field(out: Writer, number: number, value: number): void {
  word(out, number * 8);
  word(out, value);
}

/** A whole number of either sign. */
function signedField(out: Writer, number: number, value: number): void {
  if (value >= 0) field(out, number, value);
  else wide(out, number, BigInt.asUintN(64, BigInt(value)));
}

function wide(out: Writer, number: number, value: bigint): void {
  word(out, number * 8);
  room(out, 10);
  let rest = value;
  for (; rest >= 128n; rest >>= 7n) out.bytes[out.length++] = Number(rest & 127n) | 128;
  out.bytes[out.length++] = Number(rest);
}

const utf8 = new TextEncoder();

function text(out: Writer, number: number, value: string): void {
  const bytes = utf8.encode(value);
  message(out, number, bytes, bytes.length);
}

function message(out: Writer, number: number, bytes: Uint8Array, length: number): void {
  word(out, number * 8 + 2);
  word(out, length);
  room(out, length);
  out.bytes.set(bytes.subarray(0, length), out.length);
  out.length += length;
}

/** A non-negative number below 2^53, seven bits at a time. */
function word(out: Writer, value: number): void {
  room(out, 10);
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.bytes[out.length++] = (rest % 128) | 128;
  out.bytes[out.length++] = rest;
}
