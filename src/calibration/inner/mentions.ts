/** Where a model speaks of a name. */
import type { ModelDefinition } from "../../core/index.ts";
import { parseExpression } from "../../models/index.ts";

export type Tree = ReturnType<typeof parseExpression>;

/**
 * Places in whose texts a name stands, such as `output T` or `state x`. By letters alone: a name in a description counts as well, which can only
 * make a closed form be passed over.
 */
export function mentions({ states, algebraic, derivatives, events, outputs }: ModelDefinition, name: string): string[] {
  const whole = new RegExp(`(?<![\\w.])${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w.])`);
  const kinds: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["state", states],
    ["algebraic", algebraic],
    ["derivative", derivatives],
    ["event", events],
    ["output", outputs],
  ];
  return kinds.flatMap(([kind, entries]) =>
    Object.entries(entries).flatMap(([key, entry]) => (whole.test(JSON.stringify(entry)) ? [`${kind} ${key}`] : [])),
  );
}

/** The tree of a text; undefined where it cannot be read on its own. */
export function treeOf(text: string | undefined): Tree | undefined {
  if (text === undefined) return undefined;
  try {
    return parseExpression(text);
  } catch {
    return undefined;
  }
}

/** The name that a text is, and nothing else. */
export function nameIn(text: string | undefined): string | undefined {
  const tree = treeOf(text);
  return tree?.op === "name" ? tree.name : undefined;
}
