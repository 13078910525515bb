/** Names as ids of SBML and PEtab: letters, digits and underscores, each once. */

/** Words that mean something in formulas of PEtab. */
const reserved = new Set("time t pi e inf nan true false piecewise ln log log2 log10 exp sqrt abs pow and or not".split(" "));

/** Gives each name an id of its own, the same whenever it is asked for; `first` have theirs before any other. */
export function idsOf(first: Iterable<string>): (name: string) => string {
  const ids = new Map<string, string>();
  const used = new Set<string>();
  const id = (name: string): string => {
    const found = ids.get(name);
    if (found !== undefined) return found;
    const plain = name
      .replace(/\W+/g, "_")
      .replace(/_+$/, "")
      .replace(/^(?=\d|$)/, "n");
    let own = reserved.has(plain) || /^(observable|noise)Parameter\d+/.test(plain) ? `${plain}_` : plain;
    for (let k = 2; used.has(own); k++) own = `${plain}_${k}`;
    used.add(own);
    ids.set(name, own);
    return own;
  };
  for (const name of first) id(name);
  return id;
}
