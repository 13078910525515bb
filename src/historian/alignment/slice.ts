/** One interval of one tag, and what an aggregate makes of it. */
import type { Interval } from "./intervals.ts";
import type { Shares } from "./regions.ts";
import type { Timeline } from "./timeline.ts";

/** Everything that an aggregate is computed from. */
export interface Slice {
  readonly line: Timeline;
  readonly interval: Interval;
  /** Places first … stop of its points. */
  readonly first: number;
  readonly stop: number;
  readonly stepped: boolean;
  readonly slopedExtrapolation: boolean;
  readonly shares: Shares;
}

/** What one interval gives, before it is known whether it is partial. `status` Bad_NoData: nothing. */
export interface SliceResult {
  readonly value: number;
  readonly status: number;
  /** Aggregate bits. */
  readonly bits: number;
  /** Where it is not the stamp of the interval. */
  readonly time?: number | undefined;
}
