/** Which part of a composed model a name belongs to. */
import type { ModelDefinition } from "../../core/index.ts";
import { family } from "./repeated.ts";

/** The part of a name, numbers of rows left open, as `trays[𝑖]`; "" for what belongs to the plant itself. */
export type Parts = (name: string) => string;

/**
 * The parts of a model. A quantity that another one goes with by name is none: `T.end` and `T.initial` belong to T.
 */
export function partsOf(definition: ModelDefinition): Parts {
  const tables = [definition.inputs, definition.parameters, definition.states, definition.algebraic, definition.outputs, definition.events];
  const names = tables.flatMap((table) => Object.keys(table));
  const plain = new Set(names.map((name) => name.replace(/\[[\d,]+\]$/, "")));
  const pathIn = (name: string): string => {
    let path = pathOf(name);
    while (plain.has(path)) path = pathOf(path);
    return path;
  };
  const members = new Map<string, number>();
  for (const path of names.map(pathIn)) members.set(path, (members.get(path) ?? 0) + 1);
  return (name) => {
    const path = pathIn(name);
    const lonely = members.get(path) === 1 && !path.includes("[");
    return lonely ? "" : family(path);
  };
}

const pathOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf(".")));
