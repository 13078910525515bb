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
 * Integers of up to 32 bits are written as two's complement words of 32 bits, `Int64` of 64; a type that is not given is Double for numbers,
 * Boolean and String for the others.
 */
export function encodePayload({ timestamp, seq, metrics }: PayloadContent): Uint8Array {
  const out: number[] = [];
  if (timestamp !== undefined) field(out, 1, timestamp);
  for (const metric of metrics) message(out, 2, metricBytes(metric));
  if (seq !== undefined) field(out, 3, seq);
  return Uint8Array.from(out);
}

function metricBytes(metric: Metric): number[] {
  const out: number[] = [];
  const { name, alias, timestamp, value } = metric;
  const type = metric.type ?? typeOf(value);
  if (name !== undefined) text(out, 1, name);
  if (alias !== undefined) field(out, 2, alias);
  if (timestamp !== undefined) field(out, 3, timestamp);
  if (metric.type !== undefined || name !== undefined) field(out, 4, dataType[type]);
  if (metric.historical) field(out, 5, 1);
  if (metric.transient) field(out, 6, 1);
  if (value === null) field(out, 7, 1);
  const properties = { ...metric.properties, ...statusProperties(metric.status) };
  if (Object.keys(properties).length > 0) message(out, 9, propertyBytes(properties));
  if (value !== null) content(out, type, value, 10);
  return out;
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

function propertyBytes(properties: Readonly<Record<string, MetricProperty>>): number[] {
  const out: number[] = [];
  for (const key of Object.keys(properties)) text(out, 1, key);
  for (const { type, value } of Object.values(properties)) {
    const one: number[] = [];
    field(one, 1, dataType[type]);
    if (value === null) field(one, 2, 1);
    else content(one, type, value, 3);
    message(out, 2, one);
  }
  return out;
}

/** A value in the field of its type; `first` is the number of the field for small integers, the others follow it. */
function content(out: number[], type: DataType, value: number | bigint | boolean | string, first: number): void {
  const code = dataType[type];
  if (type === "Boolean") field(out, first + 4, value ? 1 : 0);
  else if (type === "Float" || type === "Double") real(out, type === "Float" ? first + 2 : first + 3, Number(value), type === "Float");
  else if (code >= dataType.String && type !== "DateTime") text(out, first + 5, String(value));
  else if (type === "Int64" || type === "UInt64" || type === "DateTime") wide(out, first + 1, BigInt.asUintN(64, BigInt(value)));
  else field(out, first, Number(value) >>> 0);
}

function real(out: number[], number: number, value: number, short: boolean): void {
  const view = new DataView(new ArrayBuffer(short ? 4 : 8));
  if (short) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  word(out, number * 8 + (short ? 5 : 1));
  for (let i = 0; i < view.byteLength; i++) out.push(view.getUint8(i));
}

function field(out: number[], number: number, value: number): void {
  word(out, number * 8);
  word(out, value);
}

function wide(out: number[], number: number, value: bigint): void {
  word(out, number * 8);
  let rest = value;
  for (; rest >= 128n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  out.push(Number(rest));
}

function text(out: number[], number: number, value: string): void {
  message(out, number, new TextEncoder().encode(value));
}

function message(out: number[], number: number, bytes: ArrayLike<number>): void {
  word(out, number * 8 + 2);
  word(out, bytes.length);
  for (let i = 0; i < bytes.length; i++) out.push(bytes[i]!);
}

/** A non-negative number below 2^53, seven bits at a time. */
function word(out: number[], value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  out.push(rest);
}
