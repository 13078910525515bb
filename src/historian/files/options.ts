/** How a file of plant data is written: declared, never guessed. */
import type { TagInfo } from "../series.ts";
import type { StatusMap } from "../status-codes.ts";

/** Where the time of a row stands and how it is written. */
export type TimeOption =
  | string
  | {
      readonly column?: string | undefined;
      /** `"iso"`, the default, or a pattern such as `"dd.MM.yyyy HH:mm:ss"`. */
      readonly format?: string | undefined;
    }
  /**
   * Numbers since 1970 UTC; `excel`: days since 1899-12-30 in local time; `filetime` and `dotnet`: 100 ns since 1601 and since the year 1, UTC.
   */
  | { readonly column?: string | undefined; readonly epoch: "s" | "ms" | "us" | "ns" | "excel" | "filetime" | "dotnet" }
  /** Numbers since the start of the record, in this unit: data without a calendar. */
  | { readonly column?: string | undefined; readonly elapsed: string }
  /** No column: rows at equal distance, the first at 0. Data without a calendar. */
  | { readonly every: number; readonly unit: string };

/** Which column says how good a value is, and in which convention. */
export type StatusOption =
  /** Long layout. */
  | { readonly column: string; readonly map: StatusMap }
  /** Wide layout: the status column of each tag. */
  | { readonly columns: Readonly<Record<string, string>>; readonly map: StatusMap }
  /** Wide layout: status columns are named as the tag plus this. */
  | { readonly suffix: string; readonly map: StatusMap }
  /** Side by side: the layout says where the status columns are. */
  | { readonly map: StatusMap };

/** What a column of a repeated block holds. */
export type BlockColumn = "time" | "value" | "status" | "skip";

/** Columns of one tag that has its own times: by name, or by number, counted from 1. */
export interface GroupOption {
  readonly tag: string;
  readonly time: string | number;
  readonly value: string | number;
  readonly status?: string | number | undefined;
}

export interface FileOptions {
  /** Default: by the ending of the file name (.csv, .tsv, .txt, .dat, .parquet, each also with .gz where that is text). */
  readonly format?: "csv" | "parquet" | undefined;
  /**
   * `wide`: one column a tag. Long: one row a value, with the columns that hold the tag and the value.
   * Side by side, each tag with its own times: a block of columns that repeats, such as `{ each: ["time", "value"] }`, or the columns of each tag.
   * Default: long when there are columns named `tag`, `time` and `value`, as Greybox writes them; else wide.
   */
  readonly layout?:
    | "wide"
    | { readonly tag: string; readonly value: string }
    | { readonly each: readonly BlockColumn[] }
    | { readonly groups: readonly GroupOption[] }
    | undefined;
  /** Default: the one column named time, timestamp, datetime or date (in any case), in ISO 8601. */
  readonly time?: TimeOption | undefined;
  /** Zone of time stamps that carry no offset: IANA name, fixed offset or "UTC". Required when there are such stamps. */
  readonly zone?: string | undefined;
  /** Default: none; every value is then Good but unverified. */
  readonly status?: StatusOption | undefined;
  readonly decimal?: "." | "," | undefined;
  readonly thousands?: "." | "," | " " | "'" | undefined;
  /** Default: the one of comma, semicolon, tab and bar that splits the first rows evenly. */
  readonly delimiter?: "," | ";" | "\t" | "|" | "spaces" | undefined;
  readonly quote?: boolean | undefined;
  /** Lines that begin with this character are skipped. */
  readonly comment?: string | undefined;
  /** Lines before the header. */
  readonly skip?: number | undefined;
  /** False: no header, columns are called column1, column2 …; a list: their names, in place of a header. */
  readonly header?: boolean | readonly string[] | undefined;
  /**
   * Rows of the header. With more than one, names are put together from all of them; a cell above the last row counts for the empty ones on its
   * right, as where cells were merged.
   */
  readonly headerRows?: number | undefined;
  /** `"row"`: the row below the header holds units. Or the units of tags. */
  readonly units?: "row" | Readonly<Record<string, string>> | undefined;
  /** Numbers that mean "no value". */
  readonly sentinels?: readonly number[] | undefined;
  /** Words that mean a number, such as `{ Auto: 1, Manual: 0 }`. */
  readonly texts?: Readonly<Record<string, number>> | undefined;
  /**
   * What an empty cell of a wide file means: `bad`, a reading that failed; `absent`, no reading at that time, as where tags with different
   * clocks were merged into one table.
   */
  readonly empty?: "bad" | "absent" | undefined;
  /** Tags whose values are time stamps, such as the time a laboratory result was reported; read as seconds since 1970 UTC. */
  readonly times?: readonly string[] | undefined;
  /** Only these tags are read. */
  readonly tags?: readonly string[] | undefined;
  /** What is known of tags beyond the file. */
  readonly info?: Readonly<Record<string, Omit<TagInfo, "tag">>> | undefined;
  /** Encoding of text, such as "utf-8", "windows-1252", "utf-16le", "gbk". */
  readonly encoding?: string | undefined;
}

export const fileDefaults = {
  decimal: ".",
  quote: true,
  header: true,
  headerRows: 1,
  empty: "bad",
  encoding: "utf-8",
  timeFormat: "iso",
  timeNames: ["time", "timestamp", "datetime", "date"],
  sentinels: [] as readonly number[],
} as const;

/** True for the layouts in which each tag has its own times. */
export function isSideBySide(
  layout: FileOptions["layout"],
): layout is Extract<FileOptions["layout"], { each: unknown } | { groups: unknown }> {
  return typeof layout === "object" && ("each" in layout || "groups" in layout);
}
