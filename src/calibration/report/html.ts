/** Tables and lists of the report as HTML text. */
import { escaped } from "./svg.ts";

/** @param head  texts over the columns; `#` before one that stands over numbers */
export function table(head: readonly string[], rows: readonly string[]): string {
  const over = head.map((text) =>
    text.startsWith("#") ? `<th scope="col" class="number">${escaped(text.slice(1))}</th>` : `<th scope="col">${escaped(text)}</th>`,
  );
  const top = head.length > 0 ? `<thead><tr>${over.join("")}</tr></thead>` : "";
  return `<div class="scroll"><table>${top}<tbody>${rows.join("")}</tbody></table></div>`;
}

export function row(cells: readonly string[]): string {
  return `<tr>${cells.join("")}</tr>`;
}

export function rowHead(text: string): string {
  return `<th scope="row">${escaped(text)}</th>`;
}

export function cell(text: string): string {
  return `<td>${escaped(text)}</td>`;
}

export function number(text: string): string {
  return `<td class="number">${escaped(text)}</td>`;
}

/** One paragraph each thing that a person should know. */
export function sentenceList(sentences: readonly string[], kind: "verdict" | "notes"): string {
  return `<ul class="${kind}">${sentences.map((sentence) => `<li>${escaped(sentence)}</li>`).join("")}</ul>`;
}

/** What is not seen before it is asked for. */
export function folded(summary: string, content: string, open = false): string {
  return `<details${open ? " open" : ""}><summary>${escaped(summary)}</summary>${content}</details>`;
}

/** A grid of drawings of one size: the first `open` of them at once, up to `most` when unfolded, the rest counted. */
export function gallery(
  drawings: readonly string[],
  what: string,
  { open, most }: { readonly open: number; readonly most: number },
): string {
  const grid = (some: readonly string[]): string => `<div class="charts many">${some.join("")}</div>`;
  if (drawings.length <= open) return drawings.length > 0 ? grid(drawings) : "";
  const undrawn = drawings.length > most ? `<p>${drawings.length - most} more are not drawn.</p>` : "";
  return grid(drawings.slice(0, open)) + folded(`${drawings.length - open} more ${what}`, grid(drawings.slice(open, most)) + undrawn);
}

/** " [K]"; nothing for pure numbers. */
export function unitText(unit: string | undefined): string {
  return unit === undefined || unit === "1" ? "" : ` [${unit}]`;
}
