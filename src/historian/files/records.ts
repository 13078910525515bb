/** Takes the records of a delimited file one by one and makes columns of them: header, units, then rows; refuses what does not fit. */
import { TextDecoder } from "node:util";
import { conversion, GreyboxError } from "../../core/index.ts";
import type { Finding } from "../source.ts";
import { cellRules } from "./cell-rules.ts";
import { type Fields, fieldText } from "./csv-scan.ts";
import { checkDayMonth } from "./day-month.ts";
import { GrowingIntegers } from "./growing.ts";
import { headerRowsOf, isNumeric, joinedHeader, sameCells } from "./header.ts";
import type { NumberSyntax } from "./numbers.ts";
import { type FileOptions, fileDefaults, isSideBySide } from "./options.ts";
import { ownElapsed, type Plan, planColumns } from "./plan.ts";
import { rowNotes } from "./row-notes.ts";
import { type Group, type GroupRows, groupRows, groupsOf } from "./side-by-side.ts";
import type { Table } from "./table.ts";
import { checkMagnitude, TimeCells, timeSyntax } from "./time-cells.ts";
import { ValueCells } from "./value-cells.ts";
import { WordCells } from "./word-cells.ts";

/** How many rows are named in a refusal. */
const shownRows = 5;

export interface RecordReader {
  take(fields: Fields): void;
  /** Rows since the last piece. */
  rows(): number;
  /** Time of the last row as it was written [s]; of each group where tags stand side by side. */
  latest(): ArrayLike<number>;
  /** The rows since the last piece. */
  piece(): Table;
  /** The rest, with what concerns the file as a whole. */
  finish(): Table;
}

/** Takes records one by one: header, units, then rows. */
export function recordReader(path: string, options: FileOptions, numbers: NumberSyntax, blanks: boolean): RecordReader {
  const decoder = new TextDecoder(options.encoding !== undefined && !/^utf-?16/i.test(options.encoding) ? options.encoding : "utf-8");
  let times = timeSyntax(options.time, numbers);
  const every =
    typeof options.time === "object" && "every" in options.time
      ? options.time.every * conversion(options.time.unit, "s").factor
      : undefined;
  const header = options.header ?? fileDefaults.header;
  let names: string[] | undefined = typeof header === "object" ? [...header] : undefined;
  const headerRows = headerRowsOf(options);
  const headers: string[][] = [];
  const sided = isSideBySide(options.layout);
  let groups: readonly Group[] = [];
  let grouped: GroupRows | undefined;
  let units: string[] | undefined;
  let plan: Plan | undefined;
  /** Rows in pieces that were given already. */
  let before = 0;
  let lines = new GrowingIntegers();
  let timeCells = new TimeCells(times, decoder);
  let tagCells = new WordCells(decoder);
  let valueCells: (ValueCells | undefined)[] = [];
  let statusCells: (WordCells | undefined)[] = [];
  let timeAt = -1;
  let tagAt = -1;
  const ragged = { count: 0, rows: [] as number[], found: new Set<number>() };
  /** A first row without any digit. */
  let wordy: { readonly row: number; readonly cells: readonly string[] } | undefined;
  const badTimes = { at: -1, count: 0, rows: [] as number[], samples: new Set<string>() };
  const notes = rowNotes();

  const start = (): void => {
    if (sided) groups = groupsOf(path, names!, options);
    plan = sided
      ? {
          roles: names!.map(() => ({ kind: "ignored" })),
          timeName: names![groups[0]?.time ?? 0] || "time",
          long: true,
          statusMap: undefined,
        }
      : planColumns(path, names!, options);
    if (ownElapsed(names!, options)) {
      times = timeSyntax({ elapsed: "s" }, numbers);
    }
    timeAt = plan.roles.findIndex((role) => role.kind === "time");
    tagAt = plan.roles.findIndex((role) => role.kind === "tag");
    renew();
  };

  const noteRounded = (): void => {
    if (grouped) notes.rounded("", grouped.rounded);
    plan?.roles.forEach((role, k) => {
      if (role.kind === "value") notes.rounded(plan!.long ? "" : role.name, valueCells[k]!.rounded);
    });
  };

  /** Empty columns for the next piece. */
  const renew = (): void => {
    const rules = cellRules(options, numbers, decoder, times);
    lines = new GrowingIntegers();
    timeCells = new TimeCells(times, decoder);
    tagCells = new WordCells(decoder);
    valueCells = plan!.roles.map((role) =>
      role.kind === "value"
        ? new ValueCells(plan!.long || options.times?.includes(role.name) ? rules : { ...rules, stamp: undefined })
        : undefined,
    );
    statusCells = plan!.roles.map((role) => (role.kind === "status" ? new WordCells(decoder) : undefined));
    grouped = sided ? groupRows(groups, { ...rules, stamp: undefined }, decoder, options) : undefined;
  };

  const words = (fields: Fields): string[] =>
    Array.from({ length: fields.count }, (_, k) => fieldText(fields, k, decoder).trim().normalize("NFC"));

  const row = (fields: Fields): void => {
    const width = names!.length;
    // A delimiter at the end of each row, as some loggers write it, is not a cell.
    const spare = fields.count === width + 1 && fields.starts[width] === fields.ends[width];
    if (fields.count !== width && !spare) {
      ragged.count++;
      ragged.found.add(fields.count);
      if (ragged.rows.length < shownRows) ragged.rows.push(fields.line);
      return;
    }
    if (grouped) {
      const added = grouped.take(fields, timeCells);
      if (added <= 0) otherThanTime(fields, grouped.wrong);
      for (let i = 0; i < added; i++) lines.push(fields.line);
      return;
    }
    if (timeAt >= 0 && !timeCells.take(fields, timeAt)) {
      otherThanTime(fields, timeAt);
      return;
    }
    lines.push(fields.line);
    if (tagAt >= 0) tagCells.take(fields, tagAt);
    for (let k = 0; k < width; k++) {
      valueCells[k]?.take(fields, k);
      statusCells[k]?.take(fields, k);
    }
  };

  const otherThanTime = (fields: Fields, at: number): void => {
    const cells = words(fields);
    if (cells.every((cell) => cell === "")) {
      notes.blank(fields.line);
    } else if (isHeader(cells, at)) {
      notes.header(fields.line);
    } else {
      if (badTimes.count === 0 && before + lines.length === 0 && !cells.some(isNumeric)) wordy = { row: fields.line, cells };
      if (badTimes.count === 0) badTimes.at = at;
      badTimes.count++;
      if (badTimes.rows.length < shownRows) badTimes.rows.push(fields.line);
      if (badTimes.samples.size < shownRows) badTimes.samples.add(cells[at]!);
    }
  };

  /** The header once more, or the units that follow it. */
  const isHeader = (cells: readonly string[], at: number): boolean =>
    sameCells(cells, units) || (headers.length > 1 ? headers.some((header) => sameCells(cells, header)) : cells[at] === names![at]);

  const refuse = (): void => {
    if (ragged.count > 0) {
      throw new GreyboxError("historian/ragged", {
        path,
        expected: names!.length,
        count: ragged.count,
        rows: ragged.rows,
        found: [...ragged.found].slice(0, shownRows),
      });
    }
    if (wordy !== undefined && badTimes.count === 1) {
      const samples = wordy.cells.filter((cell) => cell !== "").slice(0, 4);
      throw new GreyboxError("historian/second-header", { path, row: wordy.row, samples });
    }
    if (badTimes.count > 0) {
      throw new GreyboxError("historian/time-format", {
        path,
        column: (badTimes.at >= 0 ? names?.[badTimes.at] : undefined) || plan?.timeName || "time",
        count: badTimes.count,
        rows: badTimes.rows,
        samples: [...badTimes.samples],
        expected: times.expected,
      });
    }
  };

  const table = (findings: readonly Finding[]): Table => {
    if (plan === undefined || before + lines.length === 0) throw new GreyboxError("historian/file-empty", { path });
    const { timeName, roles } = plan;
    const rowLines = lines.finish();
    const time =
      every === undefined
        ? timeCells.finish()
        : { local: Float64Array.from(rowLines, (_, i) => (before + i) * every), absolute: new Uint8Array(rowLines.length).fill(1) };
    checkMagnitude(path, timeName, times, time.local, (place) => rowLines[place]!);
    if (times.confusable !== undefined && tagAt < 0)
      checkDayMonth(path, timeName, times.confusable, time.local, (place) => rowLines[place]!);
    return {
      path,
      rows: rowLines.length,
      lines: rowLines,
      calendar: every === undefined && times.calendar,
      time,
      timeName,
      ...(grouped
        ? { ...grouped.finish(units), findings }
        : {
            values: roles.flatMap((role, k) => (role.kind === "value" ? [valueCells[k]!.finish(role.name, units?.[k])] : [])),
            tags: plan.long ? tagCells.finish() : undefined,
            statuses: new Map(roles.flatMap((role, k) => (role.kind === "status" ? [[role.of, statusCells[k]!.finish()]] : []))),
            statusMap: plan.statusMap,
            findings,
          }),
    };
  };

  return {
    take(fields) {
      if (names === undefined && header !== true) names = Array.from({ length: fields.count }, (_, k) => `column${k + 1}`);
      if (names === undefined) {
        headers.push(words(fields));
        if (headers.length < headerRows) return;
        names = joinedHeader(headers).map((name, k) => (name || sided ? name : `column${k + 1}`));
        if (sided) return;
        // The last name is empty where every row ends with a delimiter.
        if (!blanks && names.length > 1 && fields.starts[fields.count - 1] === fields.ends[fields.count - 1]) names.pop();
      } else if (options.units === "row" && units === undefined) units = words(fields);
      else {
        if (plan === undefined) start();
        row(fields);
      }
    },
    rows: () => lines.length,
    latest: () => grouped?.latest ?? [timeCells.latest()],
    piece() {
      refuse();
      noteRounded();
      const piece = table([]);
      before += lines.length;
      renew();
      return piece;
    },
    finish() {
      if (names !== undefined && plan === undefined) start();
      refuse();
      noteRounded();
      return table(notes.findings());
    },
  };
}
