/** Finds the delimiter that splits the first rows evenly; refuses when two do. */
import { GreyboxError } from "../../core/index.ts";
import { scanner } from "./csv-scan.ts";
import { type FileOptions, fileDefaults } from "./options.ts";

const candidates = [",", ";", "\t", "|"] as const;
const sampleRows = 50;

/**
 * Byte of the delimiter; 0 for runs of blanks.
 *
 * @param sample  the beginning of the file
 * @throws GreyboxError `historian/delimiter`
 */
export function delimiterOf(path: string, sample: Uint8Array, options: FileOptions): number {
  if (options.delimiter === "spaces") return 0;
  if (options.delimiter !== undefined) return options.delimiter.charCodeAt(0);
  const counts = candidates.map((candidate) => ({ candidate, widths: widthsOf(path, sample, candidate, options) }));
  const used = counts.filter(({ widths }) => (widths[0] ?? 0) > 1);
  const even = used.filter(({ widths }) => widths.every((width) => width === widths[0]));
  const [only, ...others] = even.length > 0 ? even : used;
  if (only === undefined && counts.every(({ widths }) => widths.every((width) => width === 1))) return candidates[0].charCodeAt(0);
  if (only === undefined || others.length > 0) {
    throw new GreyboxError("historian/delimiter", {
      path,
      candidates: [only, ...others].flatMap((count) => (count ? [count.candidate] : [])),
    });
  }
  return only.candidate.charCodeAt(0);
}

/** Cells in each of the first rows, the header first. */
function widthsOf(path: string, sample: Uint8Array, delimiter: string, options: FileOptions): number[] {
  const widths: number[] = [];
  const dialect = {
    delimiter: delimiter.charCodeAt(0),
    quote: options.quote ?? fileDefaults.quote,
    comment: options.comment ? options.comment.charCodeAt(0) : -1,
    skip: options.skip ?? 0,
  };
  const scan = scanner(path, dialect, (fields) => {
    if (widths.length < sampleRows) widths.push(fields.count);
  });
  scan.push(sample.subarray(0, 1 << 16));
  // A short file has no complete row more than its last.
  if (widths.length === 0) scan.end();
  return widths;
}
