/** Small pieces of HTML: text that is safe to stand in a page, units and numbers as people write them, tables. */

/** Text as it may stand in HTML, MathML and SVG. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const superscripts: Readonly<Record<string, string>> = {
  "-": "⁻",
  ".": "·",
  ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((sign, i) => [i, sign])),
};

/**
 * A unit as it is printed in a book.
 *
 * @example
 * unitInPrint("kg/(m^3*s)"); // => "kg/(m³·s)"
 */
export function unitInPrint(unit: string): string {
  return unit
    .replace(/\^\(?(-?[\d.]+)\)?/g, (_, power: string) => [...power].map((sign) => superscripts[sign] ?? sign).join(""))
    .replaceAll("*", "·")
    .replace(/\bdeg(?=[CF]\b)/g, "°");
}

/** Digits and power of ten of a number, so that 7.2e10 can be set as 7.2·10¹⁰. Sizes that people read at a glance have no power. */
export function digitsAndPower(value: number): { readonly digits: string; readonly power: string | undefined } {
  const size = Math.abs(value);
  const [digits = "", power] = (size !== 0 && (size >= 1e5 || size < 1e-3) ? value.toExponential() : String(value)).split("e");
  return { digits: digits.replace("-", "−"), power: power?.replace("+", "").replace("-", "−") };
}

export function numberInPrint(value: number): string {
  const { digits, power } = digitsAndPower(value);
  if (power === undefined) return digits;
  const raised = `10<sup>${power}</sup>`;
  return digits === "1" ? raised : digits === "−1" ? `−${raised}` : `${digits}·${raised}`;
}

/** A number in a table: seven digits, and all of them where a pointer rests. */
export function numberInTable(value: number): string {
  const short = Number(value.toPrecision(7));
  return short === value ? numberInPrint(value) : `<span title="${value}">${numberInPrint(short)}</span>`;
}

export interface Column {
  readonly title: string;
  readonly align?: "number" | "long";
}

/** A table; cells are markup, an empty one is left empty. The first cell of a row names it. Columns without content are left out. */
export function tableOf(caption: string, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const shown = columns.flatMap((column, i) => (i === 0 || rows.some((row) => row[i] !== "") ? [{ ...column, i }] : []));
  const kind = (align: Column["align"]): string => (align === undefined ? "" : ` class="${align}"`);
  const head = shown.map(({ title, align }) => `<th scope="col"${kind(align)}>${escaped(title)}</th>`).join("");
  const line = (row: readonly string[]): string =>
    shown.map(({ i, align }) => (i === 0 ? `<th scope="row">${row[i]}</th>` : `<td${kind(align)}>${row[i]}</td>`)).join("");
  const top = shown.some(({ title }) => title !== "") ? `<thead><tr>${head}</tr></thead>` : "";
  const body = rows.map((row) => `<tr>${line(row)}</tr>`).join("\n");
  return `<div class="wide"><table><caption>${escaped(caption)}</caption>${top}<tbody>${body}</tbody></table></div>`;
}

/** A number of things. */
export function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}
