/** A running hash of the points of a tag: the same however the points are cut into pages. */
import type { Series } from "../series.ts";

/** Two words of 32 bits that are mixed independently: 64 bits against points that differ by accident. */
export interface PointsHash {
  a: number;
  b: number;
}

export const noHash = (): PointsHash => ({ a: 0x811c9dc5 | 0, b: 0x9e3779b9 | 0 });

/** Takes the points from place `start` to before `end`: time, value and status, bit by bit. */
export function takeHash(hash: PointsHash, { time, value, status }: Series, start: number, end: number): void {
  const times = words(time);
  const values = words(value);
  let { a, b } = hash;
  for (let i = start; i < end; i++) {
    for (let half = 0; half < 2; half++) {
      const t = times[2 * i + half]!;
      const v = values[2 * i + half]!;
      a = Math.imul(Math.imul(a ^ t, 0x01000193) ^ v, 0x01000193);
      a ^= a >>> 15;
      b = Math.imul((b << 7) | (b >>> 25), 0x85ebca6b) ^ t;
      b = Math.imul((b << 11) | (b >>> 21), 0xc2b2ae35) ^ v;
    }
    a = Math.imul(a ^ status[i]!, 0x01000193);
    b = Math.imul(b ^ (b >>> 13), 0x27d4eb2f) ^ status[i]!;
  }
  hash.a = a;
  hash.b = b;
}

export const hashText = ({ a, b }: PointsHash): string => (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");

function words(column: Float64Array): Int32Array {
  return new Int32Array(column.buffer, column.byteOffset, 2 * column.length);
}
