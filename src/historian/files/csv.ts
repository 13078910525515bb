/** Delimited text into columns: streamed, so that a file is never in memory as text. */
import { GreyboxError } from "../../core/index.ts";
import { numberSyntax } from "./cell-rules.ts";
import { type Dialect, scanner } from "./csv-scan.ts";
import { delimiterOf } from "./delimiter.ts";
import { type FileOptions, fileDefaults } from "./options.ts";
import type { Pieces } from "./pieces.ts";
import { type RecordReader, recordReader } from "./records.ts";
import type { Table } from "./table.ts";
import { textOf } from "./text-bytes.ts";

/**
 * Reads a delimited file.
 *
 * @throws GreyboxError `historian/file-missing`, `file-empty`, `delimiter`, `quote`, `ragged`, `column-missing`, `column-twice`, `time-column`,
 *   `time-format`, `time-magnitude`, `option`
 */
export async function readCsv(path: string, options: FileOptions): Promise<Table> {
  for await (const table of csvTables(path, options, { rows: Infinity, mayCut: () => false })) return table;
  throw new GreyboxError("historian/file-empty", { path });
}

/** The same, in pieces: memory does not grow with the file. What is wrong with the file is told when it is reached. */
export async function* csvTables(path: string, options: FileOptions, { rows, mayCut }: Pieces): AsyncGenerator<Table> {
  const numbers = numberSyntax(options);
  let reader: RecordReader | undefined;
  let scan: ReturnType<typeof scanner> | undefined;
  for await (const chunk of textOf(path, options)) {
    if (scan === undefined) {
      const stated = separatorLine(chunk);
      const known: FileOptions = stated === undefined ? options : { ...options, skip: Math.max(options.skip ?? 0, 1) };
      const dialect: Dialect = {
        delimiter: options.delimiter === undefined && stated !== undefined ? stated : delimiterOf(path, chunk, known),
        quote: options.quote ?? fileDefaults.quote,
        comment: options.comment ? byteOf(options.comment) : -1,
        skip: known.skip ?? 0,
      };
      reader = recordReader(path, options, numbers, dialect.delimiter === 0);
      scan = scanner(path, dialect, reader.take);
    }
    scan.push(chunk);
    if (reader!.rows() >= rows && Array.from(reader!.latest()).every(mayCut)) yield reader!.piece();
  }
  scan?.end();
  if (reader === undefined) throw new GreyboxError("historian/file-empty", { path });
  yield reader.finish();
}

const byteOf = (text: string): number => text.charCodeAt(0);

/** Spreadsheets write `sep=;` above the header: the byte of that delimiter. */
function separatorLine(bytes: Uint8Array): number | undefined {
  return /^sep=([,;\t|])\r?\n/i.exec(String.fromCharCode(...bytes.subarray(0, 8)))?.[1]?.charCodeAt(0);
}
