/** What depends on what: quantities, or the parts they belong to, as boxes and arrows. */
import type { ModelDefinition } from "../../core/index.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { type Expression, namesIn } from "../language/expression.ts";
import type { Parts } from "./parts.ts";
import { family } from "./repeated.ts";

export type BoxKind = "input" | "state" | "explicit" | "implicit" | "output" | "event" | "part";

export interface Box {
  /** As it is called in the model; numbers of cells and rows are left open. */
  readonly name: string;
  readonly kind: BoxKind;
  /** Quantities it stands for. */
  readonly members: readonly string[];
  /** Parameters in its equations. */
  readonly parameters: readonly string[];
}

export interface Arrow {
  readonly from: number;
  readonly to: number;
  /** Set by an event, not by an equation. */
  readonly reset: boolean;
  /** Quantities that are passed on. */
  readonly carries: readonly string[];
}

export interface ProcessGraph {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

/** Which box a quantity belongs to. */
export type Grouping = (name: string) => string;

export const byQuantity: Grouping = (name) => name;
/** All cells of a field, and all members of a row, in one box. */
export const byFamily: Grouping = family;

/** What belongs to a part in one box, members of a row together; a quantity of the plant itself in a box of its own. */
export function byPart(parts: Parts): Grouping {
  return (name) => {
    const part = parts(name);
    return part === "" ? family(name) : part.split(".")[0]!;
  };
}

/**
 * The graph of a model, its quantities taken together by `group`. Arrows within a box are left out; a quantity that only passes another one on,
 * as connected inputs of parts do, has no box of its own.
 */
export function processGraph(
  { definition, equations }: { readonly definition: ModelDefinition; readonly equations: ParsedEquations },
  group: Grouping,
): ProcessGraph {
  const boxes = new Map<string, { kind: BoxKind; members: string[]; parameters: Set<string> }>();
  const places = new Map<string, number>();
  const boxOf = new Map<string, string>();
  const enter = (kind: BoxKind, names: Iterable<string>): void => {
    for (const name of names) {
      const key = group(name);
      boxOf.set(name, key);
      const box = boxes.get(key);
      if (box === undefined) {
        places.set(key, boxes.size);
        boxes.set(key, { kind, members: [name], parameters: new Set() });
      } else {
        box.members.push(name);
        if (box.kind !== kind) box.kind = "part";
      }
    }
  };
  enter("input", Object.keys(definition.inputs));
  enter("state", equations.derivatives.keys());
  const source = new Map<string, string>();
  for (const [name, { op, ...rest }] of equations.algebraic)
    if (op === "name" && "name" in rest && name.includes(".")) source.set(name, source.get(rest.name) ?? rest.name);
  enter(
    "explicit",
    [...equations.algebraic.keys()].filter((name) => !source.has(name)),
  );
  enter("implicit", equations.implicit.keys());
  enter("output", equations.outputs.keys());
  enter("event", equations.events.keys());

  const arrows = new Map<string, { from: number; to: number; reset: boolean; carries: Set<string> }>();
  const join = (from: string, to: string, reset: boolean, carried: string): void => {
    if (from === to) return;
    const key = JSON.stringify([from, to, reset]);
    const arrow = arrows.get(key) ?? { from: places.get(from)!, to: places.get(to)!, reset, carries: new Set<string>() };
    arrows.set(key, arrow);
    arrow.carries.add(carried);
  };
  const depends = (name: string, expression: Expression): void => {
    const to = boxOf.get(name)!;
    for (const name of namesIn(expression)) {
      const used = source.get(name) ?? name;
      const from = boxOf.get(used);
      if (from !== undefined) join(from, to, false, used);
      else if (Object.hasOwn(definition.parameters, used)) boxes.get(to)!.parameters.add(used);
    }
  };
  for (const table of [equations.derivatives, equations.algebraic, equations.implicit, equations.outputs])
    for (const [name, expression] of table) if (!source.has(name)) depends(name, expression);
  for (const [name, { when, then }] of equations.events) {
    depends(name, when);
    for (const state of then.keys()) join(boxOf.get(name)!, boxOf.get(state)!, true, state);
  }
  return {
    boxes: [...boxes].map(([name, { kind, members, parameters }]) => ({ name, kind, members, parameters: [...parameters] })),
    arrows: [...arrows.values()].map((arrow) => ({ ...arrow, carries: [...arrow.carries] })),
  };
}
