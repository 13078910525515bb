/** Tables for cells and stages in a row: `c[1]`, `c[2]` …, each entry made from its number. */

/** The name of a cell or stage, such as `"c[3]"`. */
export type Numbered<N extends string> = `${N}[${number}]`;

/**
 * A table with one entry for each number from 1 to `count`.
 *
 * @example
 * numbered("c", 2, (i) => `-k*c[${i}]`); // => { "c[1]": "-k*c[1]", "c[2]": "-k*c[2]" }
 */
export function numbered<N extends string, T>(name: N, count: number, entry: (i: number) => T): Readonly<Record<Numbered<N>, T>> {
  const all = Array.from({ length: count }, (_, k) => k + 1);
  return numberedOnly(name, all, entry);
}

/** A table with one entry for each of the given numbers. */
export function numberedOnly<N extends string, T>(
  name: N,
  numbers: readonly number[],
  entry: (i: number) => T,
): Readonly<Record<Numbered<N>, T>> {
  return Object.fromEntries(numbers.map((i) => [`${name}[${i}]`, entry(i)])) as Record<Numbered<N>, T>; // the keys are those just written
}

/** Two tables as one. A spread would lose the names of numbered entries for the compiler. */
export function joined<A extends object, B extends object>(a: A, b: B): A & B {
  return { ...a, ...b };
}
