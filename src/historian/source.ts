/**
 * What every source of plant data offers: which tags there are, and their archived points, page by page.
 *
 * Points come as archived, in the order in which the source holds them: never interpolated, sorted or cleaned. A new source implements
 * this interface and is tested by the conformance suite; nothing else knows where data comes from.
 */
import type { Series, TagInfo } from "./series.ts";

/** A stretch of time, start included, end excluded, in seconds since 1970 UTC. Absent: without limit. */
export interface TimeRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Something a source noticed while it read: counted and located, so that nothing is dropped or changed in silence. */
export interface Finding {
  readonly kind:
    | "text"
    | "empty"
    | "sentinel"
    | "censored"
    | "duplicate"
    | "backward"
    | "ambiguous-hour"
    | "repeated-header"
    | "blank-row"
    | "text-column"
    | "annotated"
    | "rounded"
    | "sequence-gap"
    | "no-birth"
    | "repeated-message"
    | "retained-message"
    | "unreadable-message"
    | "unsupported-type"
    | "forgotten"
    | "missed";
  /** Tag or column; absent when it concerns the whole file. */
  readonly tag?: string | undefined;
  readonly count: number;
  /** The first few rows, counted from 1 with the header. Empty where the source has no rows. */
  readonly rows: readonly number[];
  /** The first few different texts. */
  readonly samples: readonly string[];
  /** The sentence a person reads. */
  readonly message: string;
}

export interface Source extends AsyncDisposable {
  /** Where the data comes from, for messages. */
  readonly name: string;
  /** False when times count from the start of the record, not from 1970. */
  readonly calendar: boolean;
  browse(): Promise<readonly TagInfo[]>;
  /**
   * Archived points of one tag, in pages of at most some ten thousand points, each a series of its own.
   *
   * @throws GreyboxError `historian/tag-missing`
   */
  readRaw(tag: string, range?: TimeRange): AsyncIterable<Series>;
  /**
   * Values at given times, where the source can tell them itself; otherwise they are read between its archived points.
   *
   * @param times  seconds since 1970 UTC, in any order
   * @returns one point for each time, in that order
   */
  readAt?(tag: string, times: Float64Array): Promise<Series>;
  /**
   * New points as they come, until the reader stops: each page is a series of one tag. Absent where the source cannot tell of news. A
   * reader that is slow is waited for, or told by a finding how many points it missed.
   */
  subscribe?(tags: readonly string[]): AsyncIterable<Series>;
  /** What was noticed so far. */
  findings(): readonly Finding[];
  close(): Promise<void>;
}
