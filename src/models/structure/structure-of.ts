/** The structure of a model as plain data: what there is to be determined, by what, in which order, and of which index. */
import type { ModelDefinition } from "../../core/index.ts";
import type { ParsedEquations } from "../language/equations.ts";
import type { Expression } from "../language/expression.ts";
import { components } from "./components.ts";
import { type Constraint, highIndex } from "./high-index.ts";
import { type Singular, structuralDefect } from "./index-one.ts";
import { largestMatching } from "./matching.ts";
import { occurrences } from "./occurrence.ts";
import { type Scaling, scalingOf } from "./scaling.ts";

/** Quantities that are computed together, each by the equation beside it. */
export interface Block {
  /** "explicit": one quantity by its formula. "implicit": one residual solved for one quantity. "coupled": several residuals together. */
  readonly kind: "explicit" | "implicit" | "coupled" | "derivative";
  readonly unknowns: readonly string[];
  /** Places of the equations in the definition, such as `algebraic.k` or `derivatives.cA`; one an unknown, in the same order. */
  readonly equations: readonly string[];
}

export interface ModelStructure {
  readonly counts: {
    readonly states: number;
    readonly explicit: number;
    readonly implicit: number;
    readonly parameters: number;
    readonly inputs: number;
    /** Equations and unknowns of an instant: derivatives, explicit and implicit quantities. */
    readonly equations: number;
    readonly unknowns: number;
  };
  /** What is free to be given: initial states (those that no constraint fixes), inputs and parameters. */
  readonly freedom: { readonly initial: number; readonly inputs: number; readonly parameters: number };
  /** 0: ordinary differential equations. 1: implicit quantities that can be solved for at every instant. Above: `constraints`. Undefined: singular. */
  readonly index: number | undefined;
  /** Implicit equations that would have to be differentiated; empty up to index 1. */
  readonly constraints: readonly Constraint[];
  /** Over- and underdetermined parts; undefined up to index 1. */
  readonly defect: Singular | undefined;
  /** Block lower triangular order: each block needs only states, inputs, parameters and blocks before it. Empty where there is a defect. */
  readonly blocks: readonly Block[];
  readonly scaling: Scaling;
  /** The verdict in sentences. */
  readonly text: readonly string[];
}

/**
 * The structure of a model.
 *
 * @example
 * structureOf(reactor).index; // => 0
 */
export function structureOf({
  definition,
  equations,
}: {
  readonly definition: ModelDefinition;
  readonly equations: ParsedEquations;
}): ModelStructure {
  const { algebraic, implicit, derivatives } = equations;
  const counts = {
    states: derivatives.size,
    explicit: algebraic.size,
    implicit: implicit.size,
    parameters: Object.keys(definition.parameters).length,
    inputs: Object.keys(definition.inputs).length,
    equations: derivatives.size + algebraic.size + implicit.size,
    unknowns: Object.keys(definition.states).length + Object.keys(definition.algebraic).length,
  };
  const defect = structuralDefect(algebraic, implicit);
  const high = defect === undefined ? undefined : highIndex(equations);
  const index = defect === undefined ? (implicit.size > 0 ? 1 : 0) : high?.index;
  const constraints = high?.constraints ?? [];
  const fixed = constraints.reduce((sum, { times }) => sum + times, 0);
  const freedom = { initial: counts.states - fixed, inputs: counts.inputs, parameters: counts.parameters };
  const blocks = defect === undefined ? blocksOf(equations) : [];
  const scaling = scalingOf(definition);
  const verdict = { counts, freedom, index, constraints, defect, blocks, scaling };
  return { ...verdict, text: sentences(verdict) };
}

/** Explicit and implicit quantities in an order in which they can be computed, then the derivatives. */
function blocksOf({ algebraic, implicit, derivatives }: ParsedEquations): readonly Block[] {
  const names = [...algebraic.keys(), ...implicit.keys()];
  const placeOf = new Map(names.map((name, i) => [name, i]));
  const direct = (expression: Expression): number[] =>
    [...occurrences(new Map(), (name) => placeOf.has(name))(expression)].map((name) => placeOf.get(name)!);
  const contents = [...algebraic.values(), ...implicit.values()].map(direct);
  const explicit = algebraic.size;
  // Rows that give an explicit quantity are matched with it; the implicit ones are matched through what the explicit ones stand for.
  const through = occurrences(algebraic, (name) => implicit.has(name));
  const columnsOf = [...implicit.values()].map((expression) => [...through(expression)].map((name) => placeOf.get(name)! - explicit));
  const { ofColumn } = largestMatching(columnsOf, implicit.size);
  const rowOf = (unknown: number): number => (unknown < explicit ? unknown : explicit + ofColumn[unknown - explicit]!);
  const dependsOn = names.map((_, unknown) => contents[rowOf(unknown)]!.filter((other) => other !== unknown));
  const algebraicBlocks = components(dependsOn).map((members): Block => {
    const implicits = members.filter((member) => member >= explicit).length;
    return {
      kind: implicits === 0 ? "explicit" : members.length === 1 ? "implicit" : "coupled",
      unknowns: members.map((member) => names[member]!),
      equations: members.map((member) => `algebraic.${names[rowOf(member)]}`),
    };
  });
  const states = [...derivatives.keys()];
  return [
    ...algebraicBlocks,
    ...states.map((name): Block => ({ kind: "derivative", unknowns: [`d${name}/dt`], equations: [`derivatives.${name}`] })),
  ];
}

function sentences({ counts, freedom, index, constraints, defect, blocks, scaling }: Omit<ModelStructure, "text">): readonly string[] {
  const plural = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;
  const text = [
    `${plural(counts.equations, "equation")} for ${plural(counts.unknowns, "unknown")}: ${plural(counts.states, "derivative")}, ${plural(
      counts.explicit,
      "explicit quantity",
      "explicit quantities",
    )}, ${plural(counts.implicit, "implicit quantity", "implicit quantities")}.`,
    `Free to be given: ${plural(freedom.initial, "initial state")}, ${plural(freedom.inputs, "input")}, ${plural(freedom.parameters, "parameter")}.`,
  ];
  if (index === undefined) text.push("Structurally singular.");
  else text.push(`Structural index ${index}.`);
  if (defect && index === undefined) {
    text.push(
      `Overdetermined: the implicit equations of ${defect.equations.join(", ")}.`,
      `Underdetermined: ${defect.undetermined.join(", ")}.`,
    );
  }
  for (const { equation, times, states } of constraints)
    text.push(
      `The equation of ${equation} constrains ${states.join(", ")} and is to be differentiated ${times === 1 ? "once" : `${times} times`}.`,
    );
  const coupled = blocks.filter(({ kind }) => kind === "coupled");
  if (coupled.length > 0) {
    const largest = Math.max(...coupled.map(({ unknowns }) => unknowns.length));
    text.push(
      `${plural(coupled.length, "group")} of quantities ${coupled.length === 1 ? "is" : "are"} solved together, the largest of ${largest}.`,
    );
  }
  text.push(...scaling.remarks.map(({ where, remark }) => `${where}: ${remark}`));
  return text;
}
