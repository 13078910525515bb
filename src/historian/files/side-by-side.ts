/**
 * Files in which tags stand next to each other, each with a column of times of its own, as spreadsheets that fetch from a historian write
 * them. Read as a long table: every group adds its rows.
 */
import type { TextDecoder } from "node:util";
import { GreyboxError, nearestNames } from "../../core/index.ts";
import type { TagInfo } from "../series.ts";
import type { StatusMap } from "../status-codes.ts";
import type { Fields } from "./csv-scan.ts";
import { type BlockColumn, type FileOptions, type GroupOption, isSideBySide } from "./options.ts";
import { longValue } from "./plan.ts";
import type { Table, ValueColumn, WordColumn } from "./table.ts";
import type { TimeCells } from "./time-cells.ts";
import type { CellRules } from "./value-cells.ts";
import { ValueCells } from "./value-cells.ts";
import { WordCells } from "./word-cells.ts";

/** Columns of one tag, counted from 0. */
export interface Group {
  readonly tag: string;
  readonly time: number;
  readonly value: number;
  readonly status: number | undefined;
}

/**
 * The groups of a file.
 *
 * @param names  header, "" where a cell is empty
 * @throws GreyboxError `historian/option`, `historian/column-missing`, `historian/column-twice`
 */
export function groupsOf(path: string, names: readonly string[], options: FileOptions): readonly Group[] {
  const { layout } = options;
  if (!isSideBySide(layout)) return [];
  const groups = "each" in layout ? blocks(names, layout.each) : layout.groups.map((group) => declared(path, names, group));
  const twice = groups.find((group, i) => groups.findIndex(({ tag }) => tag === group.tag) < i);
  if (twice) {
    const positions = groups.filter(({ tag }) => tag === twice.tag).map(({ value }) => value + 1);
    throw new GreyboxError("historian/column-twice", { path, column: twice.tag, positions });
  }
  const withStatus = groups.filter(({ status }) => status !== undefined).length;
  if (withStatus > 0 && (withStatus < groups.length || !options.status || !("map" in options.status) || "column" in options.status)) {
    throw new GreyboxError("historian/option", {
      option: "status",
      value: options.status === undefined ? "absent" : JSON.stringify(options.status),
      expected: "{ map } where tags stand side by side, each with a status column",
    });
  }
  if (options.tags === undefined) return groups;
  return options.tags.map((tag) => {
    const found = groups.find((group) => group.tag === tag);
    if (found) return found;
    const tags = groups.map((group) => group.tag);
    throw new GreyboxError("historian/column-missing", {
      path,
      column: tag,
      purpose: "listed in `tags`",
      nearest: nearestNames(tag, tags),
      columns: tags,
    });
  });
}

/** The same block of columns again and again; empty columns behind the last do not count. */
function blocks(names: readonly string[], each: readonly BlockColumn[]): Group[] {
  const [time, value, status] = (["time", "value", "status"] as const).map((what) => each.indexOf(what));
  let width = names.length;
  while (width > 0 && width % each.length !== 0 && names[width - 1] === "") width--;
  if (time! < 0 || value! < 0 || width % each.length !== 0) {
    throw new GreyboxError("historian/option", {
      option: "layout.each",
      value: JSON.stringify(each),
      expected: `a block with "time" and "value" whose length divides the ${names.length} columns of the file`,
    });
  }
  return Array.from({ length: width / each.length }, (_, block) => {
    const start = block * each.length;
    const status0 = status! < 0 ? undefined : start + status!;
    const tag = tagOf(names.slice(start, start + each.length), time!, value!) || `column${start + value! + 1}`;
    return { tag, time: start + time!, value: start + value!, status: status0 };
  });
}

const plainWord = /^(time|timestamp|datetime|date|value|val|status|quality)$/i;
const lastWord = /[\s_.:-]+(time|timestamp|datetime|date|value|val)$/i;

/** The tag stands above its values, or, as where cells were merged, above the first column of the block. */
function tagOf(names: readonly string[], time: number, value: number): string {
  const candidates = [names[value]!, names[time]!, ...names].filter((name) => name !== "" && !plainWord.test(name));
  return (candidates[0] ?? "").replace(lastWord, "");
}

function declared(path: string, names: readonly string[], group: GroupOption): Group {
  const at = (column: string | number, purpose: string): number => {
    const positions = names.flatMap((name, i) => (name === column || i + 1 === column ? [i] : []));
    if (positions.length > 1) {
      throw new GreyboxError("historian/column-twice", { path, column: String(column), positions: positions.map((i) => i + 1) });
    }
    if (positions.length === 0) {
      const nearest = typeof column === "string" ? nearestNames(column, names) : [];
      throw new GreyboxError("historian/column-missing", { path, column: String(column), purpose, nearest, columns: names });
    }
    return positions[0]!;
  };
  const { tag, time, value, status } = group;
  return {
    tag,
    time: at(time, `times of ${tag}`),
    value: at(value, `values of ${tag}`),
    status: status === undefined ? undefined : at(status, `status of ${tag}`),
  };
}

/** Collects the points of all groups, in the order of rows. */
export interface GroupRows {
  /** Points added; −1 when a cell that should be a time is none: then `wrong` tells which column. */
  take(fields: Fields, times: TimeCells): number;
  wrong: number;
  readonly rounded: ValueCells["rounded"];
  /** Time of the last point of each group, as it was written [s]. */
  readonly latest: Float64Array;
  finish(units: readonly string[] | undefined): Pick<Table, "values" | "tags" | "statuses" | "statusMap" | "info">;
}

export function groupRows(groups: readonly Group[], rules: CellRules, decoder: TextDecoder, options: FileOptions): GroupRows {
  const values = new ValueCells(rules);
  const hasStatus = groups[0]?.status !== undefined;
  const statuses = new WordCells(decoder);
  const ids: number[] = [];
  const isEmpty = (fields: Fields, k: number): boolean => fields.starts[k] === fields.ends[k];
  const rows: GroupRows = {
    wrong: -1,
    rounded: values.rounded,
    latest: new Float64Array(groups.length).fill(Number.NaN),
    take(fields, times) {
      let added = 0;
      for (const [id, { time, value, status }] of groups.entries()) {
        // A group that is shorter than its neighbours ends in empty cells.
        if (isEmpty(fields, time) && isEmpty(fields, value)) continue;
        if (!times.take(fields, time)) {
          rows.wrong = time;
          return -1;
        }
        rows.latest[id] = times.latest();
        values.take(fields, value);
        if (status !== undefined) statuses.take(fields, status);
        ids.push(id);
        added++;
      }
      return added;
    },
    finish(units) {
      const column: ValueColumn = values.finish(longValue);
      const tags: WordColumn = { words: groups.map(({ tag }) => tag), ids: Int32Array.from(ids) };
      const map: StatusMap | undefined = hasStatus ? options.status!.map : undefined;
      const infos = groups.map(({ tag, value }): [string, TagInfo] => [tag, { tag, ...(units?.[value] ? { unit: units[value]! } : {}) }]);
      return {
        values: [column],
        tags,
        statuses: new Map(hasStatus ? [[longValue, statuses.finish()]] : []),
        statusMap: map,
        info: new Map(infos),
      };
    },
  };
  return rows;
}
