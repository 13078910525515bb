/** Indices in connections: `trays[i+1].L` for every i, or `trays[40].L` for one. */

const bracket = /\[([^\]]*)\]/g;
const numbers = /^\d+(,\d+)*$/;
const rule = /^(?:i(?:([+-])(\d+))?|(\d+)-i)$/;

/** Why a text is no index; undefined when it is one. */
export function indexObjection(text: string): string | undefined {
  for (const [, index = ""] of text.matchAll(bracket)) {
    if (!numbers.test(index) && !rule.test(index)) return `[${index}] is not an index: write a number, i, i+1, i-1 or 41-i, without blanks`;
  }
  return undefined;
}

/** True where a text has an index in `i`. */
export function usesIndex(text: string): boolean {
  return [...text.matchAll(bracket)].some(([, index = ""]) => rule.test(index));
}

/**
 * The text with `i` put in.
 *
 * @example
 * atIndex("trays[i+1].L - trays[5].L", 3); // => "trays[4].L - trays[5].L"
 */
export function atIndex(text: string, i: number): string {
  return text.replace(bracket, (whole, index: string) => {
    const found = rule.exec(index);
    if (!found) return whole;
    const [, sign, by, from] = found;
    if (from !== undefined) return `[${Number(from) - i}]`;
    return `[${i + (sign === "-" ? -1 : 1) * Number(by ?? 0)}]`;
  });
}
