/** What is noticed of a delimited file row by row, summed over its pieces. */
import type { Finding } from "../source.ts";
import { shown } from "./exceptions.ts";
import type { ValueCells } from "./value-cells.ts";

export interface RowNotes {
  /** A row without any cell. */
  blank(line: number): void;
  /** The header once more. */
  header(line: number): void;
  /** Cells that a spreadsheet rounded. @param tag  "" where the column holds many */
  rounded(tag: string, cells: ValueCells["rounded"]): void;
  findings(): Finding[];
}

interface Sum {
  count: number;
  readonly rows: number[];
}

export function rowNotes(): RowNotes {
  const [blanks, headers]: [Sum, Sum] = [
    { count: 0, rows: [] },
    { count: 0, rows: [] },
  ];
  const roundings = new Map<string, Sum>();
  const add = (sum: Sum, line: number): void => {
    sum.count++;
    if (sum.rows.length < shown) sum.rows.push(line);
  };
  const finding = (kind: Finding["kind"], { count, rows }: Sum, message: string): Finding => ({ kind, count, rows, samples: [], message });
  return {
    blank: (line) => add(blanks, line),
    header: (line) => add(headers, line),
    rounded(tag, { count, rows }) {
      if (count === 0) return;
      const sum = roundings.get(tag) ?? { count: 0, rows: [] };
      roundings.set(tag, { count: sum.count + count, rows: [...sum.rows, ...rows].slice(0, shown) });
    },
    findings: () => [
      ...[...roundings].map(([tag, sum]) => {
        const of = tag === "" ? "" : `${tag}: `;
        const message = `${of}${sum.count} numbers in the format 0.00E+00, in which spreadsheets keep three digits only.`;
        return { ...finding("rounded", sum, message), ...(tag === "" ? {} : { tag }) };
      }),
      ...(blanks.count > 0 ? [finding("blank-row", blanks, `${blanks.count} rows without any cell were passed over.`)] : []),
      ...(headers.count > 0 ? [finding("repeated-header", headers, `The header comes again in ${headers.count} rows.`)] : []),
    ],
  };
}
