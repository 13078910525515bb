/** A file after decoding and before it is known which cells make a series: the form in which CSV and Parquet meet. */
import type { TagInfo } from "../series.ts";
import type { Finding } from "../source.ts";
import type { StatusMap } from "../status-codes.ts";

/** Why a cell is not simply a number. */
export interface Cause {
  readonly kind: Extract<Finding["kind"], "text" | "empty" | "sentinel" | "censored"> | "decimal" | "stamp";
  readonly text: string;
  readonly status: number;
  readonly reasons: number;
  /** True for words that no list explains. */
  readonly unknown: boolean;
}

/** A column of values. Cells that are not simply numbers are listed apart, by place. */
export interface ValueColumn {
  readonly name: string;
  readonly unit?: string | undefined;
  /** Shape (rows); 0 where there is no number. */
  readonly value: Float64Array;
  /** Places of the exceptions, increasing. */
  readonly places: Int32Array;
  /** Index into `causes`, for each exception. */
  readonly cause: Int32Array;
  readonly causes: readonly Cause[];
}

/** A column of words, each kept once. */
export interface WordColumn {
  readonly words: readonly string[];
  /** Shape (rows): index into `words`. */
  readonly ids: Int32Array;
}

export interface TimeColumn {
  /** Seconds since 1970, as if the clock of the file were UTC; or since the start, without a calendar. */
  readonly local: Float64Array;
  /** 1 where the stamp carried its offset and is UTC already; undefined: nowhere. */
  readonly absolute?: Uint8Array | undefined;
  /** What a stamp without offset looks like, for the message that asks for the zone. */
  readonly sample?: { readonly place: number; readonly text: string; readonly count: number } | undefined;
}

export interface Table {
  readonly path: string;
  readonly rows: number;
  /** Row of the file, counted from 1, of each place; undefined: place + 1. */
  readonly lines?: Int32Array | undefined;
  /** False when times count from the start of the record, not from 1970. */
  readonly calendar: boolean;
  readonly time: TimeColumn;
  readonly timeName: string;
  readonly values: readonly ValueColumn[];
  /** Long layout only: which tag each row belongs to. */
  readonly tags?: WordColumn | undefined;
  /** Status words by the value column they belong to. */
  readonly statuses: ReadonlyMap<string, WordColumn>;
  readonly statusMap: StatusMap | undefined;
  /** What the file itself says of its tags. */
  readonly info?: ReadonlyMap<string, TagInfo> | undefined;
  /** What concerns the file as a whole. */
  readonly findings: readonly Finding[];
}
