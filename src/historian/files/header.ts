/** Headers of one or several rows, and what stands below them that is no data. */
import { GreyboxError } from "../../core/index.ts";
import { type FileOptions, fileDefaults } from "./options.ts";

/** @throws GreyboxError `historian/option` */
export function headerRowsOf({ headerRows = fileDefaults.headerRows, header }: FileOptions): number {
  const own = header !== undefined && header !== true;
  if (!(Number.isInteger(headerRows) && headerRows >= 1) || (own && headerRows > 1)) {
    const expected = own ? "absent where `header` is given" : "1 or more";
    throw new GreyboxError("historian/option", { option: "headerRows", value: String(headerRows), expected });
  }
  return headerRows;
}

/** Whether a cell of a row that may be units is a number after all; "m3/h" is none. */
export const isNumeric = (cell: string): boolean => cell !== "" && Number.isFinite(Number(cell.replace(",", ".")));

/** Names from several rows: parts from top to bottom; merged cells count for the empty ones on their right, but not in the last row. */
export function joinedHeader(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map((row) => row.length));
  const filled = rows.map((row, r) => {
    let left = "";
    return Array.from({ length: width }, (_, k) => {
      left = row[k] || (r < rows.length - 1 ? left : "");
      return left;
    });
  });
  return Array.from({ length: width }, (_, k) => filled.flatMap((row) => row[k] || []).join(" "));
}

export function sameCells(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((cell, k) => cell === b[k]);
}
