/** Times as servers write them: ISO 8601 with its offset, to and from seconds. */
import { readIso, type Stamp } from "../files/stamps.ts";

const stamp: Stamp = { seconds: 0, absolute: false };
const encoder = new TextEncoder();
const bytes = new Uint8Array(64);

/** Seconds since 1970 UTC; NaN for a text that is no time, and for one without offset: it would be in the zone of the server. */
export function isoSeconds(text: string): number {
  if (text.length > bytes.length / 2) return Number.NaN;
  const { written } = encoder.encodeInto(text, bytes);
  return readIso(bytes, 0, written, stamp) && stamp.absolute ? stamp.seconds : Number.NaN;
}

/** ISO 8601 in microseconds, not later than the time: what is read too much is cut off afterwards. */
export function isoFloor(seconds: number): string {
  return iso(Math.floor(seconds * 1e6));
}

/** The same, not earlier. */
export function isoCeiling(seconds: number): string {
  return iso(Math.ceil(seconds * 1e6));
}

function iso(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1000);
  const rest = String(microseconds - 1000 * milliseconds).padStart(3, "0");
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${rest}Z`;
}
