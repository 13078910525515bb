/** What a tag did over time, as far as it is known: what patterns are looked for in. */
import { type Interpolation, reason } from "../../core/index.ts";
import type { BoundTag } from "../bind.ts";
import { type Rules, ruleDefaults } from "../cleaning/rules.ts";
import type { Historian } from "../open.ts";
import type { Span } from "../windows/spans.ts";
import { coverageOf } from "../windows/spans.ts";
import { type Track, trackOf } from "../windows/track.ts";

export interface Course {
  readonly name: string;
  readonly tag: string;
  /** Unit of the values; empty where none is known. */
  readonly unit: string;
  /** Usable points by increasing time. */
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly hold: Interpolation;
  /** Where it has a value. */
  readonly known: readonly Span[];
  /** All points, with their statuses after cleaning, by increasing time. */
  readonly points: { readonly time: Float64Array; readonly status: Uint32Array; readonly absent: Uint8Array };
}

/** Reads and cleans tags and bound quantities, and joins them up to the end of the record they make together. */
export async function coursesOf(
  historian: Historian,
  wanted: readonly { readonly bound: BoundTag; readonly unit: string }[],
  until: number,
  rules: Partial<Rules> = {},
): Promise<Course[]> {
  const tracks: Track[] = [];
  for (const { bound } of wanted) tracks.push(trackOf(await historian.read(bound.tag), bound, { ...ruleDefaults, ...rules }, undefined));
  const end = tracks.reduce((last, { time }) => Math.max(last, time.at(-1) ?? -Infinity), until);
  return tracks.map((track, i) => {
    const { bound, unit } = wanted[i]!;
    const places = Array.from(track.usable.keys()).filter((k) => track.usable[k] === 1);
    return {
      name: bound.name,
      tag: bound.tag,
      unit,
      time: Float64Array.from(places, (k) => track.time[k]!),
      value: Float64Array.from(places, (k) => track.value[k]!),
      hold: track.hold,
      known: coverageOf(track, end),
      points: {
        time: track.time,
        status: track.status,
        absent: Uint8Array.from(track.reasons, (mask) => (mask & reason.notANumber ? 1 : 0)),
      },
    };
  });
}

/** A tag by itself: no conversion, nothing known that the source does not say. */
export function plainTag(tag: string, unit: string): BoundTag {
  return {
    name: tag,
    role: "input",
    tag,
    unit,
    modelUnit: unit,
    factor: 1,
    shift: 0,
    hold: undefined,
    range: undefined,
    maxGap: undefined,
    sigma: undefined,
    compression: undefined,
    reported: undefined,
  };
}

/** A straight piece of a course between two times. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** The straight pieces of a course within one stretch in which it is known. */
export function piecesOf({ time, value, hold }: Course, span: Span): Piece[] {
  const pieces: Piece[] = [];
  let k = 0;
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! <= span.from) low = middle + 1;
    else high = middle;
  }
  k = Math.max(0, low - 1);
  for (; k < time.length && time[k]! < span.to; k++) {
    const from = Math.max(span.from, time[k]!);
    const next = k + 1 < time.length ? time[k + 1]! : span.to;
    const to = Math.min(span.to, next);
    if (!(to > from)) continue;
    const at = (t: number): number =>
      hold === "hold" || k + 1 >= time.length ? value[k]! : value[k]! + ((t - time[k]!) / (next - time[k]!)) * (value[k + 1]! - value[k]!);
    pieces.push({ from, to, start: at(from), end: at(to) });
  }
  return pieces;
}
