/** A growing row of bytes, with the number formats of WebAssembly. */

export interface Bytes {
  readonly length: number;
  byte(value: number): void;
  /** Unsigned LEB128, below 2³². */
  unsigned(value: number): void;
  /** Signed LEB128 of a 32-bit integer. */
  signed(value: number): void;
  /** Signed LEB128 of a 64-bit integer. */
  long(value: bigint): void;
  /** IEEE 754 double, little endian. */
  double(value: number): void;
  /** UTF-8 with its length in front. */
  text(value: string): void;
  append(other: Bytes): void;
  /** The bytes so far. A view: valid until the next write. */
  view(): Uint8Array;
}

const encoder = new TextEncoder();

export function bytes(): Bytes {
  let buffer = new Uint8Array(256);
  let numbers = new DataView(buffer.buffer);
  let length = 0;

  const reserve = (more: number): void => {
    if (length + more <= buffer.length) return;
    const grown = new Uint8Array(Math.max(2 * buffer.length, length + more));
    grown.set(buffer.subarray(0, length));
    buffer = grown;
    numbers = new DataView(grown.buffer);
  };
  const put = (part: Uint8Array): void => {
    reserve(part.length);
    buffer.set(part, length);
    length += part.length;
  };

  const result: Bytes = {
    get length() {
      return length;
    },
    byte(value) {
      reserve(1);
      buffer[length++] = value;
    },
    unsigned(value) {
      reserve(5);
      let rest = value;
      while (rest >= 0x80) {
        buffer[length++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      buffer[length++] = rest;
    },
    signed(value) {
      reserve(5);
      let rest = value | 0;
      for (;;) {
        const low = rest & 0x7f;
        rest >>= 7;
        const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
        buffer[length++] = done ? low : low | 0x80;
        if (done) return;
      }
    },
    long(value) {
      reserve(10);
      let rest = value;
      for (;;) {
        const low = Number(rest & 0x7fn);
        rest >>= 7n;
        const done = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
        buffer[length++] = done ? low : low | 0x80;
        if (done) return;
      }
    },
    double(value) {
      reserve(8);
      numbers.setFloat64(length, value, true);
      length += 8;
    },
    text(value) {
      const encoded = encoder.encode(value);
      result.unsigned(encoded.length);
      put(encoded);
    },
    append: (other) => put(other.view()),
    view: () => buffer.subarray(0, length),
  };
  return result;
}
