/** What callers can do wrong with `historian`. One entry a code; every code is explained in `docs/errors.md`. */
import { counted, type Kind, kind, listed } from "../failure.ts";
import { alignmentFailures } from "./historian-alignment.ts";
import { liveFailures } from "./historian-live.ts";
import { sourceFailures } from "./historian-sources.ts";

/** Where in a file: "row 7", "rows 7, 9 and 12", "rows 7, 9, 12 and 41 more". Rows count from 1 and include the header. */
function at(rows: readonly number[], count: number = rows.length): string {
  const shown = rows.slice(0, 5).map(String);
  const more = count - shown.length;
  if (count === 1) return `row ${shown[0]}`;
  return `rows ${listed(more > 0 ? [...shown, `${more} more`] : shown)}`;
}

const quoted = (texts: readonly string[]): string => listed(texts.map((text) => JSON.stringify(text)));

/** Refusals while a file is opened and read. */
const fileFailures = {
  "historian/file-missing": kind<{ path: string }>(
    (d) => `There is no file "${d.path}".`,
    () => "Check the path; it is taken relative to the directory the process was started in.",
  ),
  "historian/file-empty": kind<{ path: string }>(
    (d) => `"${d.path}" holds no data rows.`,
    () => "Check the export: it may have failed, or be a header without rows.",
  ),
  "historian/file-format": kind<{ path: string; why: string }>(
    (d) => `"${d.path}" cannot be read: ${d.why}.`,
    () => 'Say what it is with `format: "csv"` or `format: "parquet"`; a damaged file must be exported again.',
  ),
  "historian/option": kind<{ option: string; value: string; expected: string }>(
    (d) => `Option \`${d.option}\` is ${d.value}.`,
    (d) => `It must be ${d.expected}.`,
  ),
  "historian/column-missing": kind<{
    path: string;
    column: string;
    purpose: string;
    nearest: readonly string[];
    columns: readonly string[];
  }>(
    (d) => `"${d.path}" has no column "${d.column}" (${d.purpose}).`,
    (d) =>
      d.nearest.length > 0
        ? `Nearest: ${quoted(d.nearest)}.`
        : `It has ${quoted(d.columns.slice(0, 20))}${d.columns.length > 20 ? " …" : ""}.`,
  ),
  "historian/column-twice": kind<{ path: string; column: string; positions: readonly number[] }>(
    (d) => `"${d.path}" has the column "${d.column}" more than once (columns ${listed(d.positions.map(String))}).`,
    () => "Name the columns yourself with `header: [...]`.",
  ),
  "historian/time-column": kind<{ path: string; columns: readonly string[] }>(
    (d) => `"${d.path}" does not say which column is the time: ${quoted(d.columns.slice(0, 20))}.`,
    () => 'Name it, such as `time: "DateTime"`, or give the spacing of the rows, such as `time: { every: 4, unit: "s" }`.',
  ),
  "historian/time-format": kind<{
    path: string;
    column: string;
    count: number;
    rows: readonly number[];
    samples: readonly string[];
    expected: string;
  }>(
    (d) => `"${d.path}", column "${d.column}": ${quoted(d.samples)} cannot be read as ${d.expected} (${at(d.rows, d.count)}).`,
    () =>
      'Declare how times are written, such as `time: { column: "…", format: "dd.MM.yyyy HH:mm:ss" }`, `{ epoch: "ms" }` or `{ elapsed: "s" }`.',
  ),
  "historian/time-magnitude": kind<{ path: string; column: string; row: number; value: number; declared: string; proposal: string }>(
    (d) => `"${d.path}", column "${d.column}", row ${d.row}: ${d.value} as ${d.declared} lies outside the years 1990 to 2100.`,
    (d) => (d.proposal ? `It would fit \`${d.proposal}\`; confirm by declaring that.` : "Correct the declaration of the time column."),
  ),
  "historian/day-month": kind<{ path: string; column: string; row: number; declared: string; first: string; exchanged: string }>(
    (d) =>
      `"${d.path}", column "${d.column}": no day is above 12, and as "${d.declared}" the times run back and forth from row ${d.row} on; with day and month exchanged they run in order.`,
    (d) =>
      `As declared the record begins on ${d.first}, exchanged on ${d.exchanged}: declare the right pattern, "dd/MM/yyyy …" or "MM/dd/yyyy …".`,
  ),
  "historian/zone-required": kind<{ path: string; column: string; row: number; sample: string; count: number }>(
    (d) =>
      `"${d.path}", column "${d.column}": ${counted(d.count, "time stamp")} without an offset from UTC, first "${d.sample}" in row ${d.row}.`,
    () => 'Say which zone they are in: `zone: "UTC"`, `zone: "Europe/Berlin"`, `zone: "+01:00"`. It is never guessed.',
  ),
  "historian/zone-unknown": kind<{ zone: string }>(
    (d) => `"${d.zone}" is not a time zone.`,
    () => 'Give an IANA name such as "Europe/Berlin", an offset such as "+01:00", or "UTC".',
  ),
  "historian/zone-gap": kind<{ path: string; zone: string; count: number; rows: readonly number[]; samples: readonly string[] }>(
    (d) => `"${d.path}": ${quoted(d.samples)} never happened in ${d.zone}, where the clocks went forward (${at(d.rows, d.count)}).`,
    () => "The file is not in that zone, or its clock does not follow daylight saving: declare the right zone or a fixed offset.",
  ),
  "historian/decimal": kind<{
    path: string;
    column: string;
    count: number;
    rows: readonly number[];
    samples: readonly string[];
    declared: string;
  }>(
    (d) => `"${d.path}", column "${d.column}": ${quoted(d.samples)} do not fit the decimal sign "${d.declared}" (${at(d.rows, d.count)}).`,
    (d) =>
      d.declared === "."
        ? 'Declare `decimal: ","` if the file uses decimal commas (with `thousands: "."` for 1.234,5), or `thousands: ","` for 1,234.5.'
        : 'Declare `decimal: "."`, or `thousands: "."` if 1.234 means one thousand two hundred and thirty-four.',
  ),
  "historian/delimiter": kind<{ path: string; candidates: readonly string[] }>(
    (d) =>
      d.candidates.length > 0
        ? `"${d.path}" can be split at ${quoted(d.candidates)} alike.`
        : `"${d.path}" is not split evenly by a comma, semicolon, tab or bar.`,
    () => 'Declare `delimiter: ";"` (or ",", "\\t", "|", "spaces").',
  ),
  "historian/second-header": kind<{ path: string; row: number; samples: readonly string[] }>(
    (d) => `"${d.path}", row ${d.row}: words such as ${quoted(d.samples)} where the first time is expected.`,
    () => 'If these are units, declare `units: "row"`; if they belong to the names above, `headerRows: 2`; if to nothing, `skip`.',
  ),
  "historian/ragged": kind<{ path: string; expected: number; count: number; rows: readonly number[]; found: readonly number[] }>(
    (d) =>
      `"${d.path}": ${counted(d.count, "row")} with ${listed(d.found.map(String), "or")} cells where the header has ${d.expected} (${at(d.rows, d.count)}).`,
    () => "Cells may have shifted, so nothing is read. Correct the rows, or declare the right `delimiter`, `skip` or `header`.",
  ),
  "historian/quote": kind<{ path: string; row: number }>(
    (d) => `"${d.path}": the quotation mark that opens in row ${d.row} is never closed.`,
    () => "Correct that row, or set `quote: false` if quotation marks are ordinary characters in this file.",
  ),
  "historian/status-map": kind<{ path: string; column: string; count: number; samples: readonly string[]; map: string }>(
    (d) => `"${d.path}", column "${d.column}": status ${quoted(d.samples)} is not in the map ${d.map} (${counted(d.count, "cell")}).`,
    () => 'Give a map, such as `status: { column: "…", map: { OK: "good", SUSPECT: "uncertain", FAIL: "bad" } }`.',
  ),
  "historian/tag-missing": kind<{ source: string; tag: string; nearest: readonly string[] }>(
    (d) => `"${d.source}" has no tag "${d.tag}".`,
    (d) => (d.nearest.length > 0 ? `Nearest: ${quoted(d.nearest)}.` : "List its tags with `historian.tags`."),
  ),
  "historian/text-column": kind<{ source: string; tag: string; samples: readonly string[] }>(
    (d) => `"${d.tag}" of "${d.source}" holds text such as ${quoted(d.samples)}, no number at all.`,
    () => "Say what the words mean as numbers, such as `texts: { True: 1, False: 0 }`, or bind another tag.",
  ),
} as const;

/** Refusals while tags are bound and windows are cut. */
const windowFailures = {
  "historian/bind-name": kind<{
    model: string;
    name: string;
    nearest: readonly string[];
    inputs: readonly string[];
    observables: readonly string[];
  }>(
    (d) => `Model "${d.model}" has no input, state, algebraic quantity or output "${d.name}".`,
    (d) =>
      d.nearest.length > 0 ? `Nearest: ${quoted(d.nearest)}.` : `Inputs: ${listed(d.inputs)}. To be measured: ${listed(d.observables)}.`,
  ),
  "historian/bind-unit": kind<{ name: string; tag: string; from: string; to: string; why: string }>(
    (d) => `"${d.name}" is in ${d.to}, tag "${d.tag}" in ${d.from}: ${d.why}`,
    () => "Give the unit in which the historian archives the tag.",
  ),
  "historian/bind-value": kind<{ name: string; field: string; value: string; expected: string }>(
    (d) => `Binding of "${d.name}": \`${d.field}\` is ${d.value}.`,
    (d) => `It must be ${d.expected}.`,
  ),
  "historian/asset": kind<{ path: string; why: string }>(
    (d) => `Asset "${d.path}": ${d.why}.`,
    () => "Correct the definition of the asset tree.",
  ),
  "historian/asset-missing": kind<{ root: string; path: string; nearest: readonly string[]; several: boolean }>(
    (d) => (d.several ? `"${d.root}" has several assets "${d.path}".` : `"${d.root}" has no asset "${d.path}".`),
    (d) =>
      d.nearest.length > 0
        ? `${d.several ? "They are" : "Nearest:"} ${quoted(d.nearest)}.`
        : "Give its path from the root on, with slashes.",
  ),
  "historian/asset-query": kind<{ unit: string; what: string; name: string; nearest: readonly string[]; known: readonly string[] }>(
    (d) => `"${d.unit}" has no ${d.what} "${d.name}".`,
    (d) => (d.nearest.length > 0 ? `Nearest: ${quoted(d.nearest)}.` : `It has ${quoted(d.known.slice(0, 20))}.`),
  ),
  "historian/mapping": kind<{ path: string; place: string; value: string; expected: string }>(
    (d) => `Mapping "${d.path}": ${d.place} is ${d.value}.`,
    (d) => `It must be ${d.expected}.`,
  ),
  "historian/no-windows": kind<{ reasons: readonly string[] }>(
    (d) => `No window can be cut: ${d.reasons.slice(0, 5).join("; ")}${d.reasons.length > 5 ? `; and ${d.reasons.length - 5} more` : ""}.`,
    () => "Read the portrait; then widen `from`/`to`, raise `maxGap`, or bind other tags.",
  ),
  "historian/table-shape": kind<{ window: string; column: string; length: number; expected: number }>(
    (d) => `Window "${d.window}": column "${d.column}" has ${d.length} entries for ${d.expected} times.`,
    () => "Give one entry for each time; write null where there is no value.",
  ),
  "historian/table-value": kind<{ window: string; column: string; index: number; value: string; expected: string }>(
    (d) => `Window "${d.window}": entry ${d.index} of "${d.column}" is ${d.value}.`,
    (d) => `It must be ${d.expected}.`,
  ),
  "historian/slice": kind<{ window: string; from: number; to: number; duration: number }>(
    (d) => `Window "${d.window}" lasts from 0 to ${d.duration}; ${d.from} to ${d.to} is not a part of it.`,
    () => "Give 0 ≤ from < to ≤ duration, in the time unit of the model.",
  ),
  "historian/series": kind<{ tag: string; why: string }>(
    (d) => `Series "${d.tag}": ${d.why}.`,
    () => "Give finite times and values in columns of equal length; a missing value is null, never NaN.",
  ),
} as const;

/** Refusals of declared balances, and of names that several systems have. */
const balanceFailures = {
  "historian/tag-ambiguous": kind<{ tag: string; candidates: readonly string[] }>(
    (d) => (d.candidates.length > 0 ? `Tag "${d.tag}" is in several systems: ${quoted(d.candidates)}.` : `No system has a tag "${d.tag}".`),
    (d) => (d.candidates.length > 0 ? "Use one of these qualified names." : "List the tags of each system."),
  ),
  "historian/balance": kind<{ balance: string; why: string }>(
    (d) => `Balance "${d.balance}": ${d.why}.`,
    () => "Name each stream once in a balance, give finite values with a standard deviation above 0, and leave out what is not measured.",
  ),
} as const;

/** Refusals by stores. */
const storeFailures = {
  "historian/store-missing": kind<{ path: string }>(
    (d) => `There is no store at "${d.path}".`,
    () => "Check the path; `greybox ingest <source> --into <store>` makes one.",
  ),
  "historian/store-damaged": kind<{ path: string; file: string; why: string }>(
    (d) => `"${d.file}" of the store "${d.path}" cannot be read: ${d.why}.`,
    () =>
      "Bring that file back from a copy, or ingest again into a new store. Nothing is read around it, for that would lose points in silence.",
  ),
  "historian/store-locked": kind<{ path: string; pid: number; host: string }>(
    (d) => `Another process writes to the store "${d.path}"${d.pid > 0 ? ` (process ${d.pid} on ${d.host})` : ""}.`,
    (d) =>
      `Wait for it, or end it; any number may read meanwhile. If that process runs no more${d.host ? ` on ${d.host}` : ""}, remove "writer.lock".`,
  ),
  "historian/store-changed": kind<{ path: string; stream: string; tag: string; points: number }>(
    (d) =>
      `"${d.stream}" does not begin any more with the ${counted(d.points, "point")} of "${d.tag}" that the store "${d.path}" took up from it.`,
    () =>
      "Its history was edited, or another file took its place: ingest it under another name (`stream`, `--stream`), or into a new store.",
  ),
  "historian/store-batch": kind<{ path: string; stream: string; number: number; expected: number }>(
    (d) => `Batch ${d.number} of stream "${d.stream}" comes too early for the store "${d.path}": ${d.expected} is next.`,
    () => "Send the batches one by one in their order, and one that failed again before the next.",
  ),
  "historian/store-busy": kind<{ path: string; stream: string }>(
    (d) => `"${d.stream}" is being taken up into the store "${d.path}" already.`,
    () => "Wait for that to end, or give what is another source another name (`stream`).",
  ),
  "historian/store-moved": kind<{ path: string; tag: string }>(
    (d) => `The store "${d.path}" was compacted again and again while "${d.tag}" was read from it.`,
    () => "Read again later, and compact less often: once a day is plenty.",
  ),
  "historian/store-closed": kind<{ path: string }>(
    (d) => `The store "${d.path}" was closed.`,
    () => "Open it again with `openStore`.",
  ),
  "historian/no-news": kind<{ source: string }>(
    (d) => `"${d.source}" cannot tell of new points.`,
    () => "Ingest it again from time to time: only what is new is taken up.",
  ),
} as const;

export const historianFailures = {
  ...storeFailures,
  ...fileFailures,
  ...sourceFailures,
  ...liveFailures,
  ...alignmentFailures,
  ...windowFailures,
  ...balanceFailures,
} as const satisfies Record<string, Kind<never>>;
