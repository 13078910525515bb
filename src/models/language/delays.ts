/** What may be delayed, and by how much: inputs and states, by a time that does not change during a run. */
import type { ModelDefinition } from "../../core/index.ts";
import type { ParsedEquations } from "./equations.ts";
import { type Expression, namesIn, partsOf } from "./expression.ts";
import { problem, type Report } from "./problem.ts";

export type Delay = Extract<Expression, { op: "delay" }>;

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
  for (const [where, equation, expression] of runningEquations(definition, equations)) {
    for (const { of, by } of delaysIn(expression)) {
      const at = { where, equation };
      if (!Object.hasOwn(definition.inputs, of.name) && !Object.hasOwn(definition.states, of.name)) {
        const what = `"${of.name}" is neither an input nor a state`;
        report(problem("model/delay", at, { what, remedy: "Delay the inputs and states that it is made of." }));
      }
      const changing = [...namesIn(by)].find((name) => !Object.hasOwn(definition.parameters, name));
      if (changing !== undefined) {
        const what = `its time depends on "${changing}", which is not a parameter`;
        report(problem("model/delay", at, { what, remedy: "Write the time as a number with a unit, or of parameters." }));
      }
    }
  }
}
