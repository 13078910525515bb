/**
 * Decodes Sparkplug B payloads into columns that are used again for the next message: a data message makes no objects but for texts.
 *
 * Field numbers are those of `sparkplug_b.proto`. What is not a number or a text (data sets, templates, files) is noted as such and not read.
 *
 * @see Eclipse Sparkplug 3.0.0 (ISO/IEC 20237), §6.4 "Payload definition".
 */
import { valueField } from "./data-types.ts";
import { begin, type Cursor, double, float, lengthEnd, milliseconds, newCursor, signedVarint, skip, text, varint, wire } from "./wire.ts";

export type PropertyContent = number | string | boolean | null;

/** Bits of {@link Payload.flags}. */
export const metricFlag = { historical: 1, transient: 2, isNull: 4 } as const;

/** One message, in columns. The first `count` entries are of this message. */
export interface Payload {
  /** [ms since 1970]; NaN: absent. */
  timestamp: number;
  /** 0 … 255; −1: absent. */
  seq: number;
  count: number;
  /** −1: absent. */
  alias: Float64Array;
  /** [ms since 1970]; NaN: absent. */
  time: Float64Array;
  /** See `dataType`; 0: absent. */
  type: Uint8Array;
  /** See `valueField`. */
  field: Uint8Array;
  flags: Uint8Array;
  /** As on the wire: words of 32 bits unsigned, those of 64 bits signed. 0 for texts. */
  value: Float64Array;
  /** Property `Quality`: 0, 192 or 500; −1: absent. */
  quality: Float64Array;
  /** Property `StatusCode`: an OPC UA StatusCode, where the sender knows one; −1: absent. */
  code: Float64Array;
  /** Undefined where there is no name or text. */
  name: (string | undefined)[];
  text: (string | undefined)[];
  /** All properties of metrics that come with a name, as births do. */
  properties: (Readonly<Record<string, PropertyContent>> | undefined)[];
}

export interface PayloadDecoder {
  /** The message that was decoded last. */
  readonly payload: Payload;
  /** False where the bytes are not a Sparkplug payload; `payload` is then void. */
  decode(bytes: Uint8Array): boolean;
}

export function payloadDecoder(): PayloadDecoder {
  const cursor = newCursor();
  const payload: Payload = { timestamp: Number.NaN, seq: -1, count: 0, name: [], text: [], properties: [], ...columns(64) };
  return {
    payload,
    decode(bytes) {
      begin(cursor, bytes);
      payload.timestamp = Number.NaN;
      payload.seq = -1;
      payload.count = 0;
      if (payload.name.length > 0) payload.name.length = payload.text.length = payload.properties.length = 0;
      const { end } = cursor;
      while (cursor.at < end) {
        const tag = varint(cursor);
        if (tag === 0x12) readMetric(cursor, payload);
        else if (tag === 0x08) payload.timestamp = milliseconds(cursor);
        else if (tag === 0x18) payload.seq = varint(cursor);
        else skip(cursor, tag & 7);
      }
      return !cursor.broken;
    },
  };
}

/** Numbers of the fields of a metric, each with its kind. */
const metric = {
  name: 0x0a,
  alias: 0x10,
  timestamp: 0x18,
  datatype: 0x20,
  isHistorical: 0x28,
  isTransient: 0x30,
  isNull: 0x38,
  properties: 0x4a,
  int: 0x50,
  long: 0x58,
  float: 0x65,
  double: 0x69,
  boolean: 0x70,
  string: 0x7a,
} as const;

function readMetric(cursor: Cursor, payload: Payload): void {
  const whole = cursor.end;
  const end = lengthEnd(cursor);
  cursor.end = end;
  if (payload.count === payload.alias.length) grow(payload);
  const i = payload.count++;
  let alias = -1;
  let time = Number.NaN;
  let type = 0;
  let field = 0;
  let flags = 0;
  let value = 0;
  let quality = -1;
  let code = -1;
  let name: string | undefined;
  let word: string | undefined;
  let propertiesAt = -1;
  while (cursor.at < end) {
    const tag = varint(cursor);
    switch (tag) {
      case metric.alias:
        alias = varint(cursor);
        break;
      case metric.timestamp:
        time = milliseconds(cursor);
        break;
      case metric.datatype:
        type = varint(cursor);
        break;
      case metric.double:
        field = valueField.double;
        value = double(cursor);
        break;
      case metric.float:
        field = valueField.float;
        value = float(cursor);
        break;
      case metric.int:
        field = valueField.int;
        value = varint(cursor) % 2 ** 32;
        break;
      case metric.long:
        field = valueField.long;
        value = signedVarint(cursor);
        break;
      case metric.boolean:
        field = valueField.boolean;
        value = varint(cursor) === 0 ? 0 : 1;
        break;
      case metric.name:
        name = text(cursor);
        break;
      case metric.string:
        field = valueField.string;
        word = text(cursor);
        break;
      case metric.properties:
        propertiesAt = cursor.at;
        skip(cursor, wire.bytes);
        break;
      case metric.isHistorical:
        if (varint(cursor) !== 0) flags |= metricFlag.historical;
        break;
      case metric.isTransient:
        if (varint(cursor) !== 0) flags |= metricFlag.transient;
        break;
      case metric.isNull:
        if (varint(cursor) !== 0) flags |= metricFlag.isNull;
        break;
      default:
        if (tag >>> 3 >= 16 && tag >>> 3 <= 19) field = valueField.other;
        skip(cursor, tag & 7);
    }
  }
  if (propertiesAt >= 0 && !cursor.broken) {
    cursor.at = propertiesAt;
    const properties = readProperties(cursor);
    quality = codeOf(properties["Quality"] ?? properties["quality"]);
    code = codeOf(properties["StatusCode"]);
    if (name !== undefined) put(payload.properties, i, properties);
    cursor.at = end;
  }
  payload.alias[i] = alias;
  payload.time[i] = time;
  payload.type[i] = type <= 0xff ? type : 0;
  payload.field[i] = field;
  payload.flags[i] = flags;
  payload.value[i] = value;
  payload.quality[i] = quality;
  payload.code[i] = code;
  if (name !== undefined) put(payload.name, i, name);
  if (word !== undefined) put(payload.text, i, word);
  cursor.end = whole;
}

/** Keeps the three columns of objects without holes and of one length. */
function put<T>(column: (T | undefined)[], place: number, entry: T): void {
  while (column.length < place) column.push(undefined);
  column[place] = entry;
}

const codeOf = (content: PropertyContent | undefined): number => (typeof content === "number" ? content : -1);

/** A set of properties: names and values in two lists that run beside each other. */
function readProperties(cursor: Cursor): Record<string, PropertyContent> {
  const whole = cursor.end;
  const end = lengthEnd(cursor);
  cursor.end = end;
  const keys: string[] = [];
  const contents: PropertyContent[] = [];
  while (cursor.at < end) {
    const tag = varint(cursor);
    if (tag === 0x0a) keys.push(text(cursor));
    else if (tag === 0x12) contents.push(readProperty(cursor));
    else skip(cursor, tag & 7);
  }
  cursor.end = whole;
  const properties: Record<string, PropertyContent> = Object.create(null) as Record<string, PropertyContent>;
  keys.forEach((key, i) => {
    properties[key] = contents[i] ?? null;
  });
  return properties;
}

function readProperty(cursor: Cursor): PropertyContent {
  const whole = cursor.end;
  const end = lengthEnd(cursor);
  cursor.end = end;
  let [type, absent] = [0, false];
  let content: PropertyContent = null;
  while (cursor.at < end) {
    const tag = varint(cursor);
    if (tag === 0x08) type = varint(cursor);
    else if (tag === 0x10) absent = varint(cursor) !== 0;
    else if (tag === 0x18) content = varint(cursor) % 2 ** 32;
    else if (tag === 0x20) content = signedVarint(cursor);
    else if (tag === 0x2d) content = float(cursor);
    else if (tag === 0x31) content = double(cursor);
    else if (tag === 0x38) content = varint(cursor) !== 0;
    else if (tag === 0x42) content = text(cursor);
    else skip(cursor, tag & 7);
  }
  cursor.end = whole;
  if (absent) return null;
  return type === 3 && typeof content === "number" ? content | 0 : content;
}

type Columns = Pick<Payload, "alias" | "time" | "type" | "field" | "flags" | "value" | "quality" | "code">;

function columns(length: number): Columns {
  return {
    alias: new Float64Array(length),
    time: new Float64Array(length),
    type: new Uint8Array(length),
    field: new Uint8Array(length),
    flags: new Uint8Array(length),
    value: new Float64Array(length),
    quality: new Float64Array(length),
    code: new Float64Array(length),
  };
}

function grow(payload: Payload): void {
  const larger = columns(2 * payload.alias.length);
  for (const name of Object.keys(larger) as (keyof Columns)[]) larger[name].set(payload[name]);
  Object.assign(payload, larger);
}
