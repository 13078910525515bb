/** Rows as a database or server gives them, into the table from which every series is made: one set of rules for files and servers. */
import { TextDecoder } from "node:util";
import { GreyboxError, reason, status } from "../../core/index.ts";
import { cellRules, numberSyntax } from "../files/cell-rules.ts";
import type { FileOptions } from "../files/options.ts";
import type { Stamp } from "../files/stamps.ts";
import type { Table, TimeColumn, ValueColumn, WordColumn } from "../files/table.ts";
import { checkMagnitude, type TimeSyntax, timeSyntax } from "../files/time-cells.ts";
import { type CellRules, ValueCells } from "../files/value-cells.ts";
import type { StatusMap } from "../status-codes.ts";

/** What stands in one field of a row. */
export type Cell = number | bigint | boolean | string | Date | null | undefined;

/** Rows of one tag, as columns of equal length. */
export interface Rows {
  /** Seconds since 1970 UTC where it is a Float64Array; otherwise dates, texts or counts, read as the option `time` says. */
  readonly time: ArrayLike<Cell>;
  /** True: the seconds of a Float64Array are those of a local clock. */
  readonly local?: boolean | undefined;
  readonly value: ArrayLike<Cell>;
  /** 1 where a Float64Array of values has none. */
  readonly missing?: ArrayLike<number> | undefined;
  /** OPC UA codes where it is a Uint32Array; otherwise in the words of the declared map. */
  readonly status?: ArrayLike<Cell> | undefined;
  /** More that the source says of the points, as bits of `reason`. */
  readonly reasons?: Uint32Array | undefined;
}

/** How the cells of a source are written; each option as for files. */
export interface CellOptions
  extends Pick<FileOptions, "time" | "zone" | "decimal" | "thousands" | "sentinels" | "texts" | "empty" | "units" | "info" | "tags"> {
  /** Convention of the status column. */
  readonly statusMap?: StatusMap | undefined;
}

/** Decodes rows by the options; made once for a source. */
export function rowDecoder(source: string, options: CellOptions): (tag: string, rows: Rows) => Table {
  const numbers = numberSyntax(options);
  const times = timeSyntax(options.time, numbers);
  const rules: CellRules = { ...cellRules(options, numbers, new TextDecoder(), times), stamp: undefined };
  return (tag, rows) => {
    const time = timeColumn(source, tag, rows, times);
    const codes = rows.status instanceof Uint32Array;
    return {
      path: source,
      rows: rows.time.length,
      calendar: true,
      time,
      timeName: `time of ${tag}`,
      values: [valueColumn(tag, rows, rules)],
      statuses: new Map(rows.status === undefined ? [] : [[tag, wordColumn(rows.status)]]),
      statusMap: codes ? "ua" : (options.statusMap ?? "ua"),
      findings: [],
    };
  };
}

function timeColumn(source: string, tag: string, { time, local = false }: Rows, times: TimeSyntax): TimeColumn {
  const count = time.length;
  const refuse = (place: number, expected: string): never => {
    throw new GreyboxError("historian/time-format", {
      path: source,
      column: `time of ${tag}`,
      count: 1,
      rows: [place + 1],
      samples: [String(time[place])],
      expected,
    });
  };
  if (time instanceof Float64Array) {
    const wrong = time.findIndex((seconds) => !Number.isFinite(seconds));
    if (wrong >= 0) refuse(wrong, "a finite number of seconds since 1970");
    if (!local) return { local: time, absolute: new Uint8Array(count).fill(1) };
    const sample = { place: 0, text: new Date(time[0]! * 1000).toISOString().slice(0, -1), count };
    return { local: time, ...(count > 0 ? { sample } : {}) };
  }
  const [seconds, absolute] = [new Float64Array(count), new Uint8Array(count)];
  const stamp: Stamp = { seconds: 0, absolute: false };
  let sample: TimeColumn["sample"];
  const encoder = new TextEncoder();
  for (let i = 0; i < count; i++) {
    const cell = time[i];
    if (cell instanceof Date) {
      stamp.seconds = cell.getTime() / 1000;
      stamp.absolute = !local;
    } else if (times.count && typeof cell === "number") {
      stamp.seconds = times.count(cell);
      stamp.absolute = times.epoch !== "excel";
    } else {
      const bytes = encoder.encode(cell === null || cell === undefined ? "" : String(cell));
      if (!times.read(bytes, 0, bytes.length, stamp)) refuse(i, times.expected);
    }
    if (!Number.isFinite(stamp.seconds)) refuse(i, times.expected);
    seconds[i] = stamp.seconds;
    absolute[i] = stamp.absolute ? 1 : 0;
    if (!stamp.absolute) sample = { place: sample?.place ?? i, text: sample?.text ?? String(cell), count: (sample?.count ?? 0) + 1 };
  }
  checkMagnitude(source, `time of ${tag}`, times, seconds, (place) => place + 1);
  return { local: seconds, absolute, sample };
}

const empty = {
  kind: "empty",
  text: "",
  status: status.badNoData,
  reasons: reason.notANumber,
  unknown: false,
} as const;

function valueColumn(tag: string, { value, missing }: Rows, rules: CellRules): ValueColumn {
  if (value instanceof Float64Array && rules.sentinels.length === 0) return typedColumn(tag, value, missing);
  const cells = new ValueCells(rules);
  for (let i = 0; i < value.length; i++) {
    const cell = value[i];
    if (cell === null || cell === undefined || missing?.[i] === 1) cells.takeNumber(undefined);
    else if (typeof cell === "string") cells.takeWord(cell);
    else if (cell instanceof Date) cells.takeWord(cell.toISOString());
    else cells.takeNumber(Number(cell));
  }
  return cells.finish(tag);
}

/** Numbers that need no decoding: only what is not there is looked for. */
function typedColumn(tag: string, value: Float64Array, missing: ArrayLike<number> | undefined): ValueColumn {
  let count = 0;
  for (let i = 0; i < value.length; i++) if (missing?.[i] === 1 || !Number.isFinite(value[i])) count++;
  const places = new Int32Array(count);
  if (count === 0) return { name: tag, value, places, cause: places, causes: [] };
  const numbers = value.slice();
  let next = 0;
  for (let i = 0; i < value.length; i++) {
    if (missing?.[i] !== 1 && Number.isFinite(value[i])) continue;
    numbers[i] = 0;
    places[next++] = i;
  }
  return { name: tag, value: numbers, places, cause: new Int32Array(count), causes: [empty] };
}

function wordColumn(cells: ArrayLike<Cell>): WordColumn {
  const words: string[] = [];
  const known = new Map<Cell, number>();
  const ids = new Int32Array(cells.length);
  for (let i = 0; i < ids.length; i++) {
    // Most points have the status of the one before.
    if (i > 0 && cells[i] === cells[i - 1]) {
      ids[i] = ids[i - 1]!;
      continue;
    }
    let id = known.get(cells[i]);
    if (id === undefined) {
      id = words.push(String(cells[i] ?? "").trim()) - 1;
      known.set(cells[i], id);
    }
    ids[i] = id;
  }
  return { words, ids };
}
