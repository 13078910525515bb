/** The rules by which points are doubted, with their defaults, and what a doubtful point counts in a fit. */
import type { RepairRule } from "./timestamp-repair.ts";

export interface Rules {
  /** Numbers that mean "no value" at this source, in the unit of the tag. */
  readonly sentinels: readonly number[];
  /** Applies the declared range, or else the one that the source knows. */
  readonly range: boolean;
  /**
   * What to make of time stamps that go back. `segment`: a stretch that arrives late and fills a hole is put in its place; one that
   * interleaves with points already there betrays a clock that was set back, and is doubted. `sort`: every point is put in its place,
   * so that the result does not depend on the order of arrival; for sources known to deliver out of order.
   */
  readonly disorder: "segment" | "sort";
  /** Several values with one time stamp: `last`, the one that came last among the best by status; `none`, none of them. */
  readonly conflicts: "last" | "none";
  /**
   * Stamps that were cut to whole seconds, minutes or hours, so that several points share one: `last`, one of them stays; `spread`, all
   * stay, evenly over the unit in their order of arrival.
   */
  readonly coarseTimes: "last" | "spread";
  /** Puts the stamps of a scanned tag back on the grid of its scan; false: every point keeps its stamp. */
  readonly repairTimes: RepairRule | false;
  /** Points on straight lines between corners, of an export that interpolates, and between the states of a tag that steps. */
  readonly interpolated: boolean;
  /** Repeats of a reading that a scan faster than the instrument archives. */
  readonly overDense: boolean;
  /** Times later than this are doubted [s since 1970]. */
  readonly latest: number;
  /** Spikes of measured quantities and linear inputs; false: not looked for. */
  readonly spikes: SpikeRule | false;
  /** Flat lines of measured quantities; false: not looked for. */
  readonly frozen: FrozenRule | false;
  /** Failure currents (NAMUR NE 43) of transmitters, where the range is known. */
  readonly failureCurrent: boolean;
  /** Values at an end of the range, where it is known: limits, not measurements. */
  readonly saturation: SaturationRule | false;
  /** Stretches with more noise than usual count less in a fit; false: not looked for. */
  readonly noise: NoiseRule | false;
  /** The tag is a counter, which runs over or is reset: it is made to go on growing. */
  readonly counter: CounterRule | false;
  /** Repairs values that change faster than can be; false: nothing is repaired. */
  readonly speed: SpeedRule | false;
  /** Bound tags that stand still at one instant, all together; false: not looked for. */
  readonly companions: CompanionRule | false;
  /** 0 … 1 by severity. */
  readonly weights: { readonly good: number; readonly uncertain: number; readonly bad: number };
}

export interface CompanionRule {
  /** Tags that must stand still together, at least. */
  readonly tags: number;
  /** The same as a share of those that usually move. */
  readonly share: number;
  /** Repetitions of a value that count as standing still. */
  readonly points: number;
}

export interface SaturationRule {
  /** Distance from the end of the range, as a share of it. */
  readonly within: number;
  /** Shortest run. */
  readonly points: number;
}

export interface NoiseRule {
  /** Points in a block whose noise is estimated. */
  readonly points: number;
  /** How many times the usual noise counts as noisy. */
  readonly ratio: number;
}

export interface CounterRule {
  /** Where it begins anew; absent: it is only reset. */
  readonly modulus?: number | undefined;
}

export interface SpeedRule {
  /** Slowest and fastest change [unit of the tag per second]; absent: median ± 3 robust standard deviations of the record's speeds. */
  readonly limits?: readonly [number, number] | undefined;
  /** How far ahead a point is held against others [s]. */
  readonly window: number;
}

export interface SpikeRule {
  /** Neighbours on each side. */
  readonly neighbours: number;
  /** Distance from the median of the neighbours, in robust standard deviations. */
  readonly sigmas: number;
  /** Share of the points up to which they are spikes; more of them are the habit of the tag. */
  readonly rare: number;
}

export interface FrozenRule {
  /** Shortest run of equal values that can be doubted. */
  readonly points: number;
  /** Runs that long are expected by chance in fewer than this many records like this one. */
  readonly chance: number;
  /** A failure lasts at least this many times longer than the longest usual run. */
  readonly apart: number;
}

export const companionDefaults: CompanionRule = { tags: 3, share: 0.6, points: 5 };

export const ruleDefaults: Rules = {
  sentinels: [],
  range: true,
  disorder: "segment",
  conflicts: "last",
  coarseTimes: "last",
  repairTimes: false,
  interpolated: true,
  overDense: true,
  latest: Number.POSITIVE_INFINITY,
  spikes: { neighbours: 3, sigmas: 6, rare: 0.03 },
  frozen: { points: 10, chance: 0.001, apart: 3 },
  failureCurrent: true,
  saturation: { within: 0.005, points: 5 },
  noise: false,
  counter: false,
  speed: false,
  companions: companionDefaults,
  weights: { good: 1, uncertain: 0, bad: 0 },
};
