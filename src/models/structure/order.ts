/** The order in which explicit algebraic quantities can be computed, each after those it depends on. */
import { type Expression, namesIn } from "../language/expression.ts";

export type Ordered =
  | { readonly kind: "ordered"; readonly equations: ReadonlyMap<string, Expression> }
  /** Each name depends on the next, the last on the first. One entry a cycle. */
  | { readonly kind: "cyclic"; readonly cycles: readonly (readonly string[])[] };

/** Depth-first, in declared order, so the result does not depend on anything but the model. */
export function dependencyOrder(equations: ReadonlyMap<string, Expression>): Ordered {
  const dependencies = new Map(
    [...equations].map(([name, expression]) => [name, [...namesIn(expression)].filter((used) => equations.has(used))]),
  );
  const ordered = new Map<string, Expression>();
  const cycles: string[][] = [];
  const entered = new Set<string>();
  for (const root of equations.keys()) {
    // A path with one cursor a name instead of recursion: chains of quantities may be thousands long.
    const path: { readonly name: string; next: number }[] = [{ name: root, next: 0 }];
    if (entered.has(root)) continue;
    entered.add(root);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const used = dependencies.get(top.name)![top.next++];
      if (used === undefined) {
        ordered.set(top.name, equations.get(top.name)!);
        path.pop();
      } else if (!entered.has(used)) {
        entered.add(used);
        path.push({ name: used, next: 0 });
      } else if (!ordered.has(used)) {
        cycles.push(path.slice(path.findIndex(({ name }) => name === used)).map(({ name }) => name));
      }
    }
  }
  return cycles.length > 0 ? { kind: "cyclic", cycles } : { kind: "ordered", equations: ordered };
}
