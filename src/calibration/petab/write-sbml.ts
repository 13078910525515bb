/** A model as SBML: every quantity is a parameter, states have rate rules, everything explicit has assignment rules. */
import type { AnySource } from "../../core/index.ts";
import { type Expression, modelFromDefinition } from "../../models/index.ts";
import { mathOf, mathOfExpression, NotInSbml, numberMath } from "./mathml-text.ts";

/** What a file says beside the equations of the model. */
export interface SbmlAdditions {
  /** Inputs that change in time: MathML. Others are constants that conditions set. */
  readonly inputs: ReadonlyMap<string, string>;
  /** Parameters that are a factor times another one: MathML. */
  readonly ties: ReadonlyMap<string, string>;
  /** Constants of the file's own: ids and values. */
  readonly constants: ReadonlyMap<string, number>;
}

/**
 * @param id  what a name is called in the file
 * @throws NotInSbml where the model has what SBML has not
 */
export function sbmlOf({ definition }: AnySource, id: (name: string) => string, { inputs, ties, constants }: SbmlAdditions): string {
  const { equations } = modelFromDefinition(definition);
  const implicit = [...equations.implicit.keys()];
  if (implicit.length > 0) throw new NotInSbml(`${implicit[0]} is given by an implicit equation`);
  const quantities: string[] = [];
  const assignments: string[] = [];
  const rules: string[] = [];
  const math = (expression: Expression): string => mathOf(mathOfExpression(expression, id));
  const constant = (name: string, value: number): void => {
    quantities.push(`<parameter id="${name}" value="${value}" constant="true"/>`);
  };
  const assigned = (name: string, text: string): void => {
    quantities.push(`<parameter id="${name}" constant="false"/>`);
    rules.push(`<assignmentRule variable="${name}">${text}</assignmentRule>`);
  };
  for (const [name, value] of constants) constant(name, value);
  for (const [name, { value }] of Object.entries(definition.parameters)) {
    const tie = ties.get(name);
    if (equations.algebraic.has(name)) continue;
    if (tie === undefined) constant(id(name), value);
    else assigned(id(name), mathOf(tie));
  }
  for (const name of Object.keys(definition.inputs)) {
    const course = inputs.get(name);
    if (course === undefined) constant(id(name), 0);
    else assigned(id(name), mathOf(course));
  }
  for (const [name, expression] of equations.algebraic) assigned(id(name), math(expression));
  for (const [name, expression] of equations.outputs) assigned(id(name), math(expression));
  for (const [name, expression] of equations.derivatives) {
    const start = equations.initial.get(name)!;
    const number = start.op === "number";
    quantities.push(`<parameter id="${id(name)}"${number ? ` value="${start.value}"` : ""} constant="false"/>`);
    if (!number) assignments.push(`<initialAssignment symbol="${id(name)}">${math(start)}</initialAssignment>`);
    rules.push(`<rateRule variable="${id(name)}">${math(expression)}</rateRule>`);
  }
  const events = Object.entries(definition.events).flatMap(([name, { direction = "both", terminal }]) => {
    const parsed = equations.events.get(name)!;
    if (terminal) throw new NotInSbml(`event "${name}" ends the run`);
    if (parsed.then.size === 0) return [];
    const one = (rises: boolean): string =>
      eventOf(`${id(name)}${direction === "both" ? (rises ? "_up" : "_down") : ""}`, rises, parsed, id);
    return [...(direction !== "falling" ? [one(true)] : []), ...(direction !== "rising" ? [one(false)] : [])];
  });
  const list = (name: string, of: readonly string[]): string => (of.length === 0 ? "" : `<${name}>\n${of.join("\n")}\n</${name}>\n`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1">
<model id="${id(definition.name)}">
${list("listOfParameters", quantities)}${list("listOfInitialAssignments", assignments)}${list("listOfRules", rules)}${list("listOfEvents", events)}</model>
</sbml>
`;
}

function eventOf(
  name: string,
  rises: boolean,
  { when, then }: { readonly when: Expression; readonly then: ReadonlyMap<string, Expression> },
  id: (name: string) => string,
): string {
  const trigger = mathOf(`<apply><${rises ? "geq" : "leq"}/>${mathOfExpression(when, id)}${numberMath(0)}</apply>`);
  const assignments = [...then].map(
    ([state, value]) => `<eventAssignment variable="${id(state)}">${mathOf(mathOfExpression(value, id))}</eventAssignment>`,
  );
  return `<event id="${name}" useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true">${trigger}</trigger><listOfEventAssignments>${assignments.join("")}</listOfEventAssignments></event>`;
}
