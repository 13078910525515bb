/** A model of this language in the place of SBML: its equations by the ids that the tables use, without units. */
import { type AnySource, GreyboxError } from "../../core/index.ts";
import { type Expression, modelFromDefinition, printExpression } from "../../models/index.ts";
import type { SbmlModel } from "./sbml.ts";
import type { SbmlEvent } from "./sbml-events.ts";
import { idsOf } from "./write-ids.ts";

/**
 * Inputs become constants that conditions give values to. Tables of PEtab have no units, so numbers are what they are in the units of the
 * model. A name such as `tank.level` is `tank_level` in the tables.
 *
 * @throws GreyboxError `calibration/petab` for implicit equations, tables, and events that end a run
 */
export function ownModel(file: string, { definition }: AnySource): SbmlModel {
  const { equations } = modelFromDefinition(definition);
  const refuse = (why: string): never => {
    throw new GreyboxError("calibration/petab", { file, line: undefined, why: `model "${definition.name}" ${why}` });
  };
  const [implicit] = equations.implicit.keys();
  if (implicit !== undefined) refuse(`has an implicit equation for ${implicit}, which conditions cannot start from`);
  const { parameters, inputs, states, algebraic, outputs } = definition;
  const id = idsOf([parameters, inputs, states, algebraic, outputs].flatMap((kind) => Object.keys(kind)));
  const text = (expression: Expression): string => printExpression(plain(expression, id, refuse));
  const texts = (of: ReadonlyMap<string, Expression>): Map<string, string> => new Map([...of].map(([name, one]) => [id(name), text(one)]));

  const values = Object.entries(parameters).flatMap(([name, { value }]): [string, number][] =>
    equations.algebraic.has(name) ? [] : [[id(name), value]],
  );
  const events = Object.entries(definition.events).flatMap(([name, { direction = "both", terminal }]): SbmlEvent[] => {
    // Of the same definition, so it is there.
    const { when, then } = equations.events.get(name)!;
    if (terminal) refuse(`has the event "${name}", which ends a run`);
    if (then.size === 0) return [];
    const one = (mark: string, rising: string): SbmlEvent => ({ id: id(name) + mark, when: rising, then: texts(then), atStart: undefined });
    const up = one(direction === "both" ? "_up" : "", text(when));
    const down = one(direction === "both" ? "_down" : "", `-(${text(when)})`);
    return direction === "both" ? [up, down] : [direction === "rising" ? up : down];
  });
  return {
    id: definition.name,
    parameters: new Map([...values, ...Object.keys(inputs).map((name) => [id(name), Number.NaN] as const)]),
    states: texts(equations.initial),
    derivatives: texts(equations.derivatives),
    algebraic: new Map([...texts(equations.algebraic), ...texts(equations.outputs)]),
    assigned: new Map(),
    events,
  };
}

/** The expression with other names and bare numbers. */
function plain(e: Expression, id: (name: string) => string, refuse: (why: string) => never): Expression {
  const of = (one: Expression): Expression => plain(one, id, refuse);
  switch (e.op) {
    case "number":
      return { op: "number", value: e.value };
    case "name":
      return { op: "name", name: e.name === "t" ? "t" : id(e.name) };
    case "neg":
    case "not":
      return { op: e.op, of: of(e.of) };
    case "if":
      return { op: "if", test: of(e.test), yes: of(e.yes), no: of(e.no) };
    case "call":
      return { ...e, of: e.of.map(of) };
    case "delay":
      return { op: "delay", of: of(e.of), by: of(e.by) };
    case "lookup":
      return refuse(`looks into the table ${e.table}, which the problem has no file for`);
    default:
      return { op: e.op, left: of(e.left), right: of(e.right) };
  }
}
