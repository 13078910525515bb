/** Names of SBML and PEtab as names of the language of models. */

/** Names that mean something else in the language of models. */
const taken = new Set(
  "t e pi i if and or not exp log log10 sqrt sin cos tan asin acos atan atan2 sinh cosh tanh abs sign min max floor ceil lookup delay ddz d2dz2 toAbsolute toGauge toActual toNormal constructor prototype valueOf toString hasOwnProperty".split(
    " ",
  ),
);

export function nameOf(id: string): string {
  const name = id.replace(/^_+/, (dashes) => `u${dashes.length}`);
  return taken.has(name) ? `${name}_` : name;
}

/** A text of the language with its names replaced: not those of functions, of operators, of time, or exponents of numbers. */
export const replaced = (text: string, change: (name: string) => string): string =>
  text.replace(/[A-Za-z_]\w*(?!\w*\s*\()/g, (name, at: number) =>
    /[\d.]/.test(text[at - 1] ?? "") || taken.has(name) ? name : change(name),
  );

/** The names that a text uses. */
export function namesUsed(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  replaced(text, (name) => {
    found.add(name);
    return name;
  });
  return found;
}

/** A number as a factor or term: signs in brackets. */
export const numberText = (value: number): string => (value < 0 || Object.is(value, -0) ? `(${value})` : String(value));
