/** What a name looks like in print: `k0` is k with the index 0, `rho_in` is ρ with the index in, `r1.T` is T with the part as index, `Th[3]` is T with h, 3. */

const greekLetters =
  /^(alpha|beta|gamma|delta|epsilon|eps|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega)(?![a-z])/;

export interface PrintedName {
  /** One Latin letter, or a Greek one by its name, such as `rho`: set in italics. Undefined where the name is a word, which is set upright. */
  readonly letter: string | undefined;
  readonly word: string;
  /** Set below the line, separated by commas: what is left of the name, then the parts it belongs to. */
  readonly index: readonly string[];
}

/** Endings of the names that go with a quantity: `T.initial`, `T.end`. */
const details: ReadonlySet<string> = new Set(["start", "end", "initial", "step"]);

/**
 * The parts of a name in print.
 *
 * @example
 * printedName("r1.rho_in").index; // => ["in", "r1"]
 * printedName("EoverR").letter; // => undefined
 */
export function printedName(name: string): PrintedName {
  const parts = name.split(".");
  // What belongs to a quantity, not to a part, goes below the quantity's own letter.
  const detail = parts.length > 1 && details.has(parts.at(-1)!) ? parts.splice(-1) : [];
  const [last = ""] = parts.splice(-1);
  const [own = "", ...numbers] = last.split(/[[\]]+/);
  const letter = greekLetters.exec(own)?.[0] ?? (/^[A-Za-z](?=$|[A-Z0-9_]|[a-z]$)/.test(own) ? own[0]! : undefined);
  const rest = letter === undefined ? "" : own.slice(letter.length).replace(/^_/, "");
  return {
    letter: letter === "eps" ? "epsilon" : letter,
    word: own,
    index: [rest, ...numbers, ...detail, ...parts].filter((text) => text !== ""),
  };
}
