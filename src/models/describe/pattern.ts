/** Which state occurs in which equation, as a small drawing: chains of cells are bands, recycles are spots far off the diagonal. */
import type { ParsedEquations } from "../language/equations.ts";
import { occurrenceRows } from "./size.ts";

/** Fewer states need no picture; more than the upper number are not drawn. */
const drawn = { from: 6, to: 2000 } as const;

/** Side of the drawing, in pixels. */
const side = 340;

export function occurrencePattern({ equations }: { readonly equations: ParsedEquations }): string {
  const rows = occurrenceRows(equations);
  const n = rows.length;
  if (n < drawn.from || n > drawn.to) return "";
  const cell = Math.min(16, side / n);
  const mark = Math.max(cell * 0.86, 1);
  const place = (i: number): string => String(Math.round(i * cell * 100) / 100);
  const path = rows.flatMap((row, i) => row.map((j) => `M${place(j)} ${place(i + 0.5)}h${Math.round(mark * 100) / 100}`)).join("");
  const extent = Math.ceil(n * cell);
  return `<figure><svg class="pattern" viewBox="-2 -2 ${extent + 4} ${extent + 4}" width="${extent + 4}" height="${extent + 4}" role="img" aria-label="Which state occurs in which equation"><rect x="-1" y="-1" width="${extent + 2}" height="${extent + 2}"/><path d="${path}" stroke-width="${Math.round(mark * 100) / 100}"/></svg><figcaption>Which state (across) occurs in which equation (down), also through computed quantities; both in the order of the tables.</figcaption></figure>`;
}
