/** Tables and numbers for people. */

/** Columns padded to their widest cell; columns of numbers are right-aligned. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const numeric = header.map((_, i) => rows.every((row) => /^-?[\d.]*(e[+-]?\d+)?$/.test(row[i] ?? "")));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return `${[header, ...rows].map(line).join("\n")}\n`;
}

/** Five significant digits; an empty cell for nothing. */
export function digits(value: number | null | undefined): string {
  if (value === undefined || value === null) return "";
  return String(Number(value.toPrecision(5)));
}

/** A field of a CSV file, quoted where it must be. */
export function csvField(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
