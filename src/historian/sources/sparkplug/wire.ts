/** Reads protobuf fields off bytes. Never reads past the end: `broken` is set instead, and stays set. */

export interface Cursor {
  bytes: Uint8Array;
  view: DataView;
  at: number;
  end: number;
  /** The bytes are not a message: cut short, or a length that leads out of them. */
  broken: boolean;
}

/** Kinds of fields: the low three bits of a tag. */
export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const nothing = new Uint8Array(0);

export function newCursor(): Cursor {
  return { bytes: nothing, view: new DataView(nothing.buffer), at: 0, end: 0, broken: false };
}

export function begin(cursor: Cursor, bytes: Uint8Array): void {
  cursor.bytes = bytes;
  cursor.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  cursor.at = 0;
  cursor.end = bytes.byteLength;
  cursor.broken = false;
}

/** The next word of up to 64 bits, as an unsigned number: exact below 2^53. */
export function varint(cursor: Cursor): number {
  const { bytes } = cursor;
  let at = cursor.at;
  if (at < cursor.end) {
    const first = bytes[at]!;
    if (first < 0x80) {
      cursor.at = at + 1;
      return first;
    }
  }
  let value = 0;
  let factor = 1;
  for (let i = 0; i < 10 && at < cursor.end; i++) {
    const byte = bytes[at++]!;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) {
      cursor.at = at;
      return value;
    }
    factor *= 128;
  }
  cursor.broken = true;
  cursor.at = cursor.end;
  return 0;
}

/** Milliseconds since 1970: unsigned by the letter; before 1970 they are two's complement, as senders write them. */
export function milliseconds(cursor: Cursor): number {
  const start = cursor.at;
  const unsigned = varint(cursor);
  if (unsigned < 2 ** 63 || cursor.broken) return unsigned;
  cursor.at = start;
  return signedVarint(cursor);
}

/** The next word of 64 bits as two's complement: exact between −2^53 and 2^53. */
export function signedVarint(cursor: Cursor): number {
  const start = cursor.at;
  const { bytes } = cursor;
  let [low, high, i] = [0, 0, 0];
  for (; i < 10; i++) {
    if (start + i >= cursor.end) break;
    const byte = bytes[start + i]!;
    const part = byte & 0x7f;
    if (i < 4) low += part * 2 ** (7 * i);
    else if (i === 4) {
      low += (part & 0x0f) * 2 ** 28;
      high += part >> 4;
    } else if (i < 9) high += part * 2 ** (7 * i - 32);
    else high += (part & 1) * 2 ** 31;
    if (byte < 0x80) {
      cursor.at = start + i + 1;
      if (high < 2 ** 31) return high * 2 ** 32 + low;
      // Minus one at a time: high and low are exact, their sum as an unsigned number would not be.
      return (high - 2 ** 32) * 2 ** 32 + low;
    }
  }
  cursor.broken = true;
  cursor.at = cursor.end;
  return 0;
}

export function float(cursor: Cursor): number {
  if (cursor.at + 4 > cursor.end) return shortOf(cursor);
  const value = cursor.view.getFloat32(cursor.at, true);
  cursor.at += 4;
  return value;
}

export function double(cursor: Cursor): number {
  if (cursor.at + 8 > cursor.end) return shortOf(cursor);
  const value = cursor.view.getFloat64(cursor.at, true);
  cursor.at += 8;
  return value;
}

/** Where the bytes that follow, preceded by their length, end. */
export function lengthEnd(cursor: Cursor): number {
  const length = varint(cursor);
  const end = cursor.at + length;
  if (end <= cursor.end) return end;
  cursor.broken = true;
  cursor.at = cursor.end;
  return cursor.end;
}

const utf8 = new TextDecoder();

export function text(cursor: Cursor): string {
  const end = lengthEnd(cursor);
  const { bytes, at } = cursor;
  cursor.at = end;
  // Short ASCII, as names are, goes faster by hand than through the decoder.
  if (end - at <= 24) {
    let word = "";
    for (let i = at; i < end; i++) {
      const byte = bytes[i]!;
      if (byte >= 0x80) return utf8.decode(bytes.subarray(at, end));
      word += String.fromCharCode(byte);
    }
    return word;
  }
  return utf8.decode(bytes.subarray(at, end));
}

/** Leaves out a field of the given kind. */
export function skip(cursor: Cursor, kind: number): void {
  if (kind === wire.varint) varint(cursor);
  else if (kind === wire.bytes) cursor.at = lengthEnd(cursor);
  else if (kind === wire.fixed64) advance(cursor, 8);
  else if (kind === wire.fixed32) advance(cursor, 4);
  else shortOf(cursor);
}

function advance(cursor: Cursor, count: number): void {
  if (cursor.at + count > cursor.end) shortOf(cursor);
  else cursor.at += count;
}

function shortOf(cursor: Cursor): number {
  cursor.broken = true;
  cursor.at = cursor.end;
  return 0;
}
