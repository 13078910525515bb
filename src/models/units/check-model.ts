/** Units of a whole model: each equation against the unit of what it gives. */
import type { ModelDefinition } from "../../core/index.ts";
import type { ParsedEquations } from "../language/equations.ts";
import type { Expression } from "../language/expression.ts";
import { type Location, problem, type Report } from "../language/problem.ts";
import { unitOf } from "./check.ts";
import type { UnitScope } from "./found.ts";
import { alike, difference, differentKind, type Measure, measureOf, sameKind, sideOf, times } from "./measure.ts";
import { agreement } from "./remedy.ts";

/**
 * Reports every disagreement of units.
 *
 * @param definition  with units that can all be read
 * @param equations  what of it could be parsed; an equation that could not is passed over
 */
export function checkUnits(definition: ModelDefinition, equations: ParsedEquations, report: Report): void {
  const time = measureOf(definition.time);
  const units = new Map<string, Measure | undefined>([["t", time]]);
  // A name that is declared twice has no unit to be held to; that it is, is told elsewhere.
  const set = (name: string, unit: string): void => void units.set(name, units.has(name) ? undefined : measureOf(unit));
  const declare = (names: Readonly<Record<string, { readonly unit: string }>>): void => {
    for (const [name, { unit }] of Object.entries(names)) set(name, unit);
  };
  declare(definition.parameters);
  for (const [name, unit] of Object.entries(definition.inputs)) set(name, unit);
  declare(definition.states);
  declare(definition.algebraic);

  /** Checks one equation; `expected` undefined: any unit will do. `given`: the quantity it gives, whose declaration may be what is wrong. */
  const check = (at: Location, expression: Expression, expected: Measure | undefined, what: string, given?: string): void => {
    const scope: UnitScope = {
      unitOf: (name) => units.get(name),
      time,
      declared: (name) => units.has(name),
      report: (code, details) => report(problem(code, at, details)),
    };
    const found = unitOf(expression, scope);
    if (found.kind === "condition") {
      scope.report("model/condition", { what: "The equation", expected: "number" });
      return;
    }
    const { measure, constant } = found;
    if (!expected || !measure || (alike(measure, expected) && sameKind(measure, expected))) return;
    if (constant !== undefined) {
      scope.report("model/unit-bare-result", { what, number: String(constant), expected: sideOf(expected) });
      return;
    }
    const sides = { what, expected: sideOf(expected), actual: sideOf(measure) };
    const remedy = alike(measure, expected)
      ? differentKind(measure, expected)
      : agreement({ expression, measure }, expected, { given }, scope, unitOf);
    scope.report("model/unit-result", { ...sides, remedy });
  };

  const { algebraic, derivatives, events, outputs, states } = definition;
  const writtenAs = (where: string, equation: string | number | undefined): Location => ({
    where,
    equation: typeof equation === "number" ? undefined : equation,
  });
  for (const [name, expression] of equations.algebraic) {
    const defined = algebraic[name];
    if (defined && "is" in defined) check(writtenAs(`algebraic.${name}`, defined.is), expression, units.get(name), `"${name}"`, name);
  }
  for (const [name, expression] of equations.implicit) {
    const defined = algebraic[name];
    if (defined && "zero" in defined) check(writtenAs(`algebraic.${name}`, defined.zero), expression, undefined, name);
  }
  for (const [name, expression] of equations.derivatives) {
    const unit = units.get(name);
    const expected = unit && times(difference(unit), time, -1);
    check(writtenAs(`derivatives.${name}`, derivatives[name]), expression, expected, `The derivative of "${name}"`);
  }
  for (const [name, expression] of equations.outputs) {
    const output = outputs[name];
    if (output) check(writtenAs(`outputs.${name}`, output.is), expression, measureOf(output.unit), `"${name}"`, name);
  }
  for (const [name, expression] of equations.initial) {
    const initial = states[name]?.initial;
    if (typeof initial === "string") check(writtenAs(`states.${name}.initial`, initial), expression, units.get(name), `"${name}"`);
  }
  for (const [name, { when, then }] of equations.events) {
    check(writtenAs(`events.${name}.when`, events[name]?.when), when, undefined, name);
    for (const [state, expression] of then) {
      check(writtenAs(`events.${name}.then.${state}`, events[name]?.then?.[state]), expression, units.get(state), `"${state}"`);
    }
  }
}
