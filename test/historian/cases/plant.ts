/** Signals of a plant for the cases: a process that wanders smoothly, and instruments with noise that look at it. */
import assert from "node:assert/strict";
import { type Random, type Reason, random, reason, status } from "../../../src/core/index.ts";
import { type Handling, handlingOf, type Series, type Suspicion, seriesOf, type TagInfo, type View } from "../../../src/historian/index.ts";
import type { Verdict } from "./registry.ts";

export interface Course {
  /** [s] */
  readonly time: readonly number[];
  readonly value: readonly number[];
}

export interface CourseOptions {
  readonly points?: number;
  /** [s] */
  readonly step?: number;
  readonly level?: number;
  /** Standard deviation of the wandering. */
  readonly amplitude?: number;
  /** Time constant of the wandering [s]. */
  readonly slowness?: number;
}

/** White noise through two lags: what a disturbed, controlled process looks like. */
export function course(
  stream: Random,
  { points = 2000, step = 10, level = 80, amplitude = 6, slowness = 600 }: CourseOptions = {},
): Course {
  const a = Math.exp(-step / slowness);
  // Variance of two equal discrete lags driven by white noise of variance 1.
  const scale = amplitude / Math.sqrt((1 - a) ** 4 * ((1 + a * a) / (1 - a * a) ** 3));
  let [first, second] = [0, 0];
  const next = (): number => {
    first = a * first + (1 - a) * stream.normal();
    second = a * second + (1 - a) * first;
    return level + scale * second;
  };
  for (let i = 0; i < (10 * slowness) / step; i++) next();
  const time = Array.from({ length: points }, (_, i) => i * step);
  return { time, value: time.map(next) };
}

/** An instrument beside a course, with noise and a status that says Good. */
export function instrument(
  tag: string,
  { time, value }: Course,
  stream: Random,
  {
    sigma = 0.3,
    gain = 1,
    offset = 0,
    ...info
  }: Omit<TagInfo, "tag"> & { readonly sigma?: number; readonly gain?: number; readonly offset?: number } = {},
): Series {
  return seriesOf(
    tag,
    { time, value: value.map((x) => gain * x + offset + sigma * stream.normal()), status: time.map(() => status.good) },
    info,
  );
}

export const streamOf = (id: string, seed: number): Random => random(`case ${id}/${seed}`);

/** A time in the middle half of a record, drawn. */
export function moment(stream: Random, { time }: { readonly time: ArrayLike<number> }): number {
  return time[Math.floor((0.3 + 0.4 * stream.uniform()) * time.length)]!;
}

/** 1 where the view has a reason that the raw series did not have. */
export function claimedBy(view: View, why: Reason): Uint8Array {
  return Uint8Array.from(view.reasons, (mask, i) => ((mask & reason[why]) !== 0 && (view.raw.reasons[i]! & reason[why]) === 0 ? 1 : 0));
}

/** Asserts what is done with all places that carry a reason. */
export function requireHandling(view: View, why: Reason, expected: Partial<Handling>): void {
  const claimed = claimedBy(view, why);
  for (let i = 0; i < claimed.length; i++) {
    if (claimed[i] === 0) continue;
    const handled = handlingOf(view, i);
    for (const [key, value] of Object.entries(expected)) assert.equal(handled[key as keyof Handling], value, `${key} at ${i}`);
  }
}

/** One event was there: was it told, of the right kind, at the right time? And was anything told of the record that is sound? */
export function eventVerdict(
  told: readonly Suspicion[],
  expected: { readonly kind: Suspicion["kind"]; readonly from?: number; readonly within?: number; readonly reason?: Reason },
  onSound: readonly Suspicion[],
): Verdict {
  const right = told.filter(
    ({ kind, from }) => kind === expected.kind && (expected.from === undefined || Math.abs(from - expected.from) <= (expected.within ?? 0)),
  );
  if (expected.reason) for (const one of right) assert.equal(one.reason, expected.reason);
  for (const { evidence, proposal } of told) assert.ok(evidence.length > 10 && proposal.length > 10);
  return { hits: Math.min(right.length, 1), misses: right.length > 0 ? 0 : 1, falseAlarms: told.length - right.length + onSound.length };
}

export function sum(...verdicts: readonly Verdict[]): Verdict {
  return {
    hits: verdicts.reduce((total, { hits }) => total + hits, 0),
    misses: verdicts.reduce((total, { misses }) => total + misses, 0),
    falseAlarms: verdicts.reduce((total, { falseAlarms }) => total + falseAlarms, 0),
  };
}
