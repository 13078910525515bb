/** Names that someone who misspelt one may have meant. */
import { GreyboxError } from "../core/index.ts";

/** Edit distance that counts exchanges of neighbours, as typing does. @see F. Damerau, Commun. ACM 7 (1964) 171–176. */
function distance(a: string, b: string): number {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = 0; i <= a.length; i++) table[i * width] = i;
  for (let j = 0; j <= b.length; j++) table[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const at = i * width + j;
      let least = Math.min(table[at - width]! + 1, table[at - 1]! + 1, table[at - width - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, table[at - 2 * width - 2]! + 1);
      table[at] = least;
    }
  }
  return table[table.length - 1]!;
}

/** Up to three known names, nearest first; all of them where there are no more. */
export function nearest(name: string, known: readonly string[]): string[] {
  const lower = name.toLowerCase();
  return known
    .map((candidate) => ({ candidate, far: distance(lower, candidate.toLowerCase()) }))
    .sort((one, other) => one.far - other.far)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Index of a name in a list. @throws GreyboxError `solver/unknown-name` with the nearest names */
export function indexOfName(kind: string, name: string, known: readonly string[], model: string): number {
  const index = known.indexOf(name);
  if (index < 0) throw new GreyboxError("solver/unknown-name", { kind, name, model, nearest: nearest(name, known) });
  return index;
}
