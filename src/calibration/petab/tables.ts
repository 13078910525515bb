/** Tab-separated tables of PEtab, row by row. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { GreyboxError } from "../../core/index.ts";

export interface Table {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** A row, with its number counted from 1 with the header. */
export interface Row {
  readonly line: number;
  /** The cell of a column; undefined where the table has no such column or the cell is empty. */
  get(column: string): string | undefined;
}

/** Several files of one kind as one table; lines count in each. */
export async function readTables(paths: readonly string[], required: readonly string[]): Promise<Table> {
  const tables = await Promise.all(paths.map((path) => readTable(path, required)));
  return {
    file: tables.map(({ file }) => file).join(", "),
    columns: [...new Set(tables.flatMap(({ columns }) => columns))],
    rows: tables.flatMap(({ rows }) => rows),
  };
}

/** @throws GreyboxError `calibration/petab` when the file is missing or lacks a column */
export async function readTable(path: string, required: readonly string[]): Promise<Table> {
  const file = basename(path);
  const text = await readText(path);
  const [head = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const columns = head.split("\t").map(unquoted);
  const missing = required.filter((column) => !columns.includes(column));
  if (missing.length > 0) throw new GreyboxError("calibration/petab", { file, line: 1, why: `it has no column ${missing.join(", ")}` });
  const rows = lines.flatMap((line, i): Row[] => {
    if (line.trim() === "") return [];
    const cells = line.split("\t").map(unquoted);
    return [
      {
        line: i + 2,
        get(column) {
          const cell = cells[columns.indexOf(column)];
          return cell === undefined || cell === "" || cell.toLowerCase() === "nan" ? undefined : cell;
        },
      },
    ];
  });
  return { file, columns, rows };
}

/** Quotation marks around a cell are not of it. */
const unquoted = (cell: string): string => {
  const text = cell.trim();
  return /^".*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"').trim() : text;
};

export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    throw new GreyboxError("calibration/petab", { file: path, line: undefined, why: "it cannot be read" });
  }
}

/** The number of a cell. */
export function numberOf(table: Table, row: Row, column: string): number {
  const cell = row.get(column);
  const value =
    cell === undefined
      ? Number.NaN
      : /^\+?inf(inity)?$/i.test(cell)
        ? Number.POSITIVE_INFINITY
        : /^-inf(inity)?$/i.test(cell)
          ? Number.NEGATIVE_INFINITY
          : Number(cell);
  if (Number.isNaN(value)) {
    throw new GreyboxError("calibration/petab", {
      file: table.file,
      line: row.line,
      why: `"${cell ?? ""}" in column ${column} is no number`,
    });
  }
  return value;
}
