/** The shape of a failure the caller can fix: a sentence that names what is wrong and one that says what to do. */

export interface Kind<D> {
  readonly problem: (details: D) => string;
  readonly remedy: (details: D) => string;
}

/**
 * Declares one kind of failure. `D` is the data that the two sentences are made of, kept on the error as `details`.
 *
 * @example
 * kind<{ tag: string }>((d) => `Tag "${d.tag}" is not in the file.`, () => "List the tags with `greybox portrait`.");
 */
export function kind<D>(problem: Kind<D>["problem"], remedy: Kind<D>["remedy"]): Kind<D> {
  return { problem, remedy };
}

/** "a, b and c": a list as a sentence has it. */
export function listed(items: readonly string[], conjunction: "and" | "or" = "and"): string {
  if (items.length <= 1) return items[0] ?? "none";
  return `${items.slice(0, -1).join(", ")} ${conjunction} ${items.at(-1)}`;
}

/** "3 rows", "1 row". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
