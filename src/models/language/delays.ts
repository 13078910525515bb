/** What may be delayed, and by how much: what inputs and states determine, by a time that does not change during a run. */
import type { ModelDefinition } from "../../core/index.ts";
import type { ParsedEquations } from "./equations.ts";
import { type Delay, type Expression, namesIn, partsOf } from "./expression.ts";
import { printExpression } from "./print.ts";
import { problem, type Report } from "./problem.ts";

/** Every delay in an expression. */
export function delaysIn(expression: Expression, found: Delay[] = []): Delay[] {
  if (expression.op === "delay") found.push(expression);
  for (const part of partsOf(expression)) delaysIn(part, found);
  return found;
}

/** Every equation that a run evaluates, with its place and text. */
export function runningEquations(
  definition: ModelDefinition,
  equations: ParsedEquations,
): readonly (readonly [string, string, Expression])[] {
  const { algebraic, derivatives, outputs, events } = definition;
  const textOf = (name: string): string => {
    const entry = algebraic[name];
    return entry === undefined ? "" : "is" in entry ? entry.is : entry.zero;
  };
  return [
    ...[...equations.initial].map(([name, e]) => [`states.${name}.initial`, `${definition.states[name]?.initial ?? ""}`, e] as const),
    ...[...equations.algebraic, ...equations.implicit].map(([name, e]) => [`algebraic.${name}`, textOf(name), e] as const),
    ...[...equations.derivatives].map(([name, e]) => [`derivatives.${name}`, derivatives[name] ?? "", e] as const),
    ...[...equations.outputs].map(([name, e]) => [`outputs.${name}`, outputs[name]?.is ?? "", e] as const),
    ...[...equations.events].flatMap(([name, { when, then }]) => [
      [`events.${name}.when`, events[name]?.when ?? "", when] as const,
      ...[...then].map(([state, e]) => [`events.${name}.then.${state}`, events[name]?.then?.[state] ?? "", e] as const),
    ]),
  ];
}

export function checkDelays(definition: ModelDefinition, equations: ParsedEquations, report: Report): void {
  const { algebraic, implicit } = equations;
  const known = (name: string): boolean => Object.hasOwn(definition.inputs, name) || Object.hasOwn(definition.states, name);
  const changing = firstOf(algebraic, (name) => name === "t" || known(name) || implicit.has(name));
  const unknown = firstOf(algebraic, (name) => implicit.has(name));
  const remembered = firstOf(algebraic, (name) => name === "t" || known(name));
  for (const [where, equation, expression] of runningEquations(definition, equations)) {
    for (const { of, by } of delaysIn(expression)) {
      const at = { where, equation };
      const solvedFor = unknown(of);
      if (solvedFor !== undefined) {
        const what = `"${solvedFor}" is solved for at each instant, and its past is not kept`;
        report(problem("model/delay", at, { what, remedy: "Delay the inputs and states that it follows from." }));
      } else if (remembered(of) === undefined) {
        const what = `${printExpression(of)} has no past: there is neither an input nor a state in it`;
        report(problem("model/delay", at, { what, remedy: "Write it without the delay." }));
      }
      const changes = changing(by);
      if (changes !== undefined) {
        const what = `its time depends on "${changes}", which is not a parameter`;
        report(problem("model/delay", at, { what, remedy: "Write the time as a number with a unit, or of parameters." }));
      }
    }
  }
}

/** The first name of a kind that an expression depends on, also through explicit quantities. */
function firstOf(
  explicit: ReadonlyMap<string, Expression>,
  wanted: (name: string) => boolean,
): (expression: Expression) => string | undefined {
  const seen = new Set<string>();
  const search = (expression: Expression): string | undefined => {
    for (const name of namesIn(expression)) {
      if (wanted(name)) return name;
      const inner = explicit.get(name);
      if (inner === undefined || seen.has(name)) continue;
      seen.add(name);
      const found = search(inner);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return (expression) => {
    seen.clear();
    return search(expression);
  };
}
