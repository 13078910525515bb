/** Names inside the text of an equation replaced by others; everything else stays as it was written. */
import { scan } from "../language/scan.ts";

/**
 * The equation with names replaced.
 *
 * @param text  an equation; one that cannot be read comes back as it is, and is reported where it is checked
 * @param declared  names of the model the equation belongs to: they decide what is a unit after a number
 * @param replace  the text that stands for a name; undefined where it stays
 *
 * @example
 * renamed("9.81 m/s^2*h - k", new Set(["h", "k"]), (name) => (name === "h" ? "tank.h" : undefined)); // => "9.81 m/s^2*tank.h - k"
 */
export function renamed(text: string, declared: ReadonlySet<string>, replace: (name: string) => string | undefined): string {
  const tokens = scan(
    text,
    (name) => declared.has(name),
    () => undefined,
  );
  if (!tokens) return text;
  let result = "";
  let at = 0;
  for (const token of tokens) {
    if (token.kind !== "name") continue;
    const written = replace(token.name);
    if (written === undefined) continue;
    result += text.slice(at, token.column - 1) + written;
    at = token.column - 1 + token.name.length;
  }
  return result + text.slice(at);
}

/** Names used in an equation, in the order in which they stand; none for a text that cannot be read. */
export function namesOf(text: string, declared: ReadonlySet<string>): string[] {
  const tokens = scan(
    text,
    (name) => declared.has(name),
    () => undefined,
  );
  return (tokens ?? []).flatMap((token) => (token.kind === "name" ? [token.name] : []));
}
