/** Points of many tags as they come, in columns that are filled and emptied again and again. */
import type { Series, TagInfo } from "../series.ts";

export interface PointBatch {
  /** The first `count` entries are points. */
  count: number;
  /** Place of the tag in a list that goes with the batch. */
  tag: Int32Array;
  /** Seconds since 1970 UTC. */
  time: Float64Array;
  /** 0 where there is no value. */
  value: Float64Array;
  status: Uint32Array;
  reasons: Uint32Array;
}

export function pointBatch(capacity = 1024): PointBatch {
  return { count: 0, ...columns(capacity) };
}

/** Appends a point. Columns grow where they are full. */
export function append(batch: PointBatch, tag: number, time: number, value: number, code: number, reasons: number): void {
  const i = batch.count;
  if (i === batch.tag.length) grow(batch);
  batch.tag[i] = tag;
  batch.time[i] = time;
  batch.value[i] = value;
  batch.status[i] = code;
  batch.reasons[i] = reasons;
  batch.count = i + 1;
}

/**
 * The points as one series for each tag, each in order of arrival; tags in order of their first point. The batch is empty afterwards and
 * keeps nothing of them.
 */
export function takeSeries(batch: PointBatch, tags: readonly TagInfo[]): Series[] {
  const { count } = batch;
  const starts = new Int32Array(tags.length).fill(-1);
  const present: number[] = [];
  const counts = new Int32Array(tags.length);
  for (let i = 0; i < count; i++) {
    const tag = batch.tag[i]!;
    if (counts[tag]!++ === 0) present.push(tag);
  }
  let start = 0;
  for (const tag of present) {
    starts[tag] = start;
    start += counts[tag]!;
  }
  const { time, value, status, reasons } = columns(count);
  const next = starts.slice();
  for (let i = 0; i < count; i++) {
    const place = next[batch.tag[i]!]!++;
    time[place] = batch.time[i]!;
    value[place] = batch.value[i]!;
    status[place] = batch.status[i]!;
    reasons[place] = batch.reasons[i]!;
  }
  batch.count = 0;
  return present.map((tag) => {
    const [from, to] = [starts[tag]!, next[tag]!];
    const info = tags[tag]!;
    return {
      tag: info.tag,
      info,
      time: time.subarray(from, to),
      value: value.subarray(from, to),
      status: status.subarray(from, to),
      reasons: reasons.subarray(from, to),
    };
  });
}

type Columns = Omit<PointBatch, "count">;

function columns(length: number): Columns {
  return {
    tag: new Int32Array(length),
    time: new Float64Array(length),
    value: new Float64Array(length),
    status: new Uint32Array(length),
    reasons: new Uint32Array(length),
  };
}

function grow(batch: PointBatch): void {
  const larger = columns(2 * batch.tag.length);
  for (const name of Object.keys(larger) as (keyof Columns)[]) larger[name].set(batch[name]);
  Object.assign(batch, larger);
}
