/** A model with axes → the flat model of its cells, by the method of lines. */
import type { AlgebraicDefinition, EventDefinition, OutputDefinition } from "../../core/index.ts";
import type { Expression } from "../language/expression.ts";
import { readExpression } from "../language/parse.ts";
import { printExpression } from "../language/print.ts";
import { problem, type Report } from "../language/problem.ts";
import { nameObjection } from "../language/words.ts";
import { name, number, replaced, sub } from "./algebra.ts";
import { type End, solveEnd } from "./boundary.ts";
import type { DistributedDefinition, FieldAlgebraic, FieldState } from "./definition.ts";
import { expander, type Place } from "./expand.ts";
import { type Axis, type Field, placeOf, readAxes, readFields, stepOf } from "./fields.ts";
import { type FieldExpression, readField, type Scope } from "./read.ts";

/** The fields of a model as `modelFromDefinition` reads and checks them. */
export type FlatText = Readonly<Record<string, unknown>>;

const lumped: Place = { kind: "lumped" };

/**
 * Expands; mistakes are reported, and the definition that comes back is then of no use.
 *
 * The states of one cell follow each other, cell after cell, so that the Jacobian is banded; states without an axis come last.
 */
export function discretize(definition: DistributedDefinition, report: Report): FlatText {
  const { parameters = {}, inputs = {}, states: declaredStates, algebraic: declaredAlgebraic = {}, outputs = {}, events = {} } = definition;
  let wrong = false;
  const axes = readAxes(definition, (found) => {
    wrong = true;
    report(found);
  });
  // Without its axis every equation would be called wrong as well.
  if (wrong) return nowhere;
  const fields = readFields(definition, axes, report);
  const names = new Set([parameters, inputs, declaredStates, declaredAlgebraic].flatMap((table) => Object.keys(table)));
  const scope: Scope = { names: new Set([...names, ...axes.keys()]), axes: [...axes.keys()] };
  for (const own of [...names, ...Object.keys(outputs)]) {
    const why = axes.has(own) ? "an axis has that name" : nameObjection(own);
    if (why !== undefined) report(problem("model/name", { where: own }, { name: own, why }));
  }
  const read = (text: string, where: string): FieldExpression => readField(text, where, scope, report) ?? nothing;
  for (const field of fields.values()) {
    const entry = declaredAlgebraic[field.name];
    if (field.kind === "explicit" && entry && "is" in entry) field.is = read(entry.is, `algebraic.${field.name}.is`);
  }

  const known = new Map<string, End | undefined>();
  const ends = (field: Field, end: "start" | "end"): End | undefined => known.get(`${field.name}.${end}`);
  const space = expander(fields, axes, ends, report);
  for (const field of fields.values()) {
    for (const end of ["start", "end"] as const) known.set(`${field.name}.${end}`, endOf(field, end));
  }

  function endOf(field: Field, end: "start" | "end"): End | undefined {
    const text = field.boundary[end];
    if (field.kind !== "state" || text === undefined) return undefined;
    const where = `boundaries.${field.name}.${end}`;
    const example = `dd${field.axis.name}(${field.name}) = 0`;
    const refuse = (why: string): undefined => {
      report(problem("model/boundary", { where, equation: text }, { quantity: field.name, end, why, example }));
      return undefined;
    };
    const sides = text.split(/(?<![<>=!])=(?!=)/);
    if (sides.length !== 2) return refuse(`it has ${sides.length - 1} equals signs, not one`);
    const [left, right] = sides.map((side) => readField(side, where, scope, report)) as [FieldExpression?, FieldExpression?];
    if (!left || !right) return undefined;
    const place: Place = { kind: "end", axis: field.axis, face: end === "start" ? 0 : field.axis.cells, own: field };
    const residual = sub(space.expand(left, place, where), space.expand(right, place, where));
    const solved = solveEnd(field, residual, end === "start" ? 1 : -1);
    return typeof solved === "string" ? refuse(solved) : solved;
  }

  const states: Record<string, Readonly<Record<string, unknown>>> = {};
  const derivatives: Record<string, string> = {};
  const algebraic: Record<string, AlgebraicDefinition> = {};
  for (const axis of axes.values())
    algebraic[axis.step] = { unit: axis.unit, is: printExpression(stepOf(axis)), description: `width of a cell along ${axis.name}` };
  const write = (of: FieldExpression, place: Place, where: string): string => printExpression(space.expand(of, place, where));

  const equations = new Map<string, FieldExpression>();
  for (const [state, text] of Object.entries(definition.derivatives)) {
    if (Object.hasOwn(declaredStates, state)) equations.set(state, read(text, `derivatives.${state}`));
    else derivatives[state] = text; // Reported with the flat model.
  }
  const alongOf = (axis: Axis): readonly Field[] => [...fields.values()].filter((field) => field.axis === axis);
  const initials = new Map([...fields.values()].map((field) => [field.name, initialOf(field)]));

  function initialOf(field: Field): Expression | undefined {
    const initial = declaredStates[field.name]?.initial;
    if (typeof initial === "object") return name(`${field.name}.initial`);
    if (typeof initial !== "string") return undefined;
    const allowed = new Set([...Object.keys(parameters), ...Object.keys(inputs), field.axis.name]);
    return readExpression(initial, { where: `states.${field.name}.initial`, names: allowed }, report) ?? number(0);
  }

  for (const axis of axes.values()) {
    for (let cell = 1; cell <= axis.cells; cell++) {
      const place: Place = { kind: "cell", axis, cell };
      for (const field of alongOf(axis)) {
        const own = `${field.name}[${cell}]`;
        if (field.kind === "state") {
          const expression = initials.get(field.name);
          const at = expression && replaced(expression, (used) => (used === axis.name ? placeOf(axis, cell - 0.5) : undefined));
          states[own] = stateOf(declaredStates[field.name]!, at && printExpression(at));
          const equation = equations.get(field.name);
          if (equation) derivatives[own] = write(equation, place, `derivatives.${field.name}`);
        } else algebraic[own] = quantityOf(declaredAlgebraic[field.name]!, field, place);
      }
    }
  }

  function quantityOf(entry: FieldAlgebraic, field: Field | undefined, place: Place): AlgebraicDefinition {
    const { along: _, ...rest } = entry;
    const where = `algebraic.${field?.name ?? ""}`;
    if ("is" in rest) return { ...rest, is: field?.is === undefined ? rest.is : write(field.is, place, where) };
    return { ...rest, zero: write(read(rest.zero, `${where}.zero`), place, where) };
  }

  for (const [state, declared] of Object.entries(declaredStates)) {
    if (declared.along !== undefined) continue;
    states[state] = stateOf(declared, undefined);
    const equation = equations.get(state);
    if (equation) derivatives[state] = write(equation, lumped, `derivatives.${state}`);
  }
  for (const [quantity, declared] of Object.entries(declaredAlgebraic)) {
    if (declared.along !== undefined) continue;
    const where = `algebraic.${quantity}`;
    const { along: _, ...rest } = declared;
    algebraic[quantity] =
      "is" in rest
        ? { ...rest, is: write(read(rest.is, `${where}.is`), lumped, where) }
        : { ...rest, zero: write(read(rest.zero, `${where}.zero`), lumped, where) };
  }
  const flatEvents: Record<string, EventDefinition> = {};
  for (const [event, { then, when, ...rest }] of Object.entries(events)) {
    const where = `events.${event}`;
    const targets = Object.entries(then ?? {}).flatMap(([state, text]): [string, string][] => {
      const field = fields.get(state);
      const equation = read(text, `${where}.then.${state}`);
      if (field?.kind !== "state") return [[state, write(equation, lumped, where)]];
      return Array.from({ length: field.axis.cells }, (_, i) => [
        `${state}[${i + 1}]`,
        write(equation, { kind: "cell", axis: field.axis, cell: i + 1 }, where),
      ]);
    });
    flatEvents[event] = {
      ...rest,
      when: write(read(when, `${where}.when`), lumped, where),
      ...(then === undefined ? {} : { then: Object.fromEntries(targets) }),
    };
  }
  const flatOutputs: Record<string, OutputDefinition> = {};
  for (const [output, entry] of Object.entries(outputs)) {
    flatOutputs[output] = { ...entry, is: write(read(entry.is, `outputs.${output}`), lumped, `outputs.${output}`) };
  }

  for (const field of fields.values()) {
    if (field.kind !== "state") continue;
    for (const end of ["start", "end"] as const) {
      const value = ends(field, end)?.value ?? space.extrapolated(field, end);
      algebraic[`${field.name}.${end}`] = {
        unit: field.unit,
        is: printExpression(value),
        description: `${field.name} at the ${end} of ${field.axis.name}`,
      };
    }
  }
  for (const velocity of space.velocities) {
    algebraic[`${velocity}.forward`] = {
      unit: "1",
      is: `if(${velocity} >= 0*${velocity}, 1, 0)`,
      description: `1 while ${velocity} is not negative`,
    };
  }
  for (const [sum, { unit, is }] of space.sums) algebraic[sum] = { unit, is: printExpression(is) };
  // One value to be estimated for all cells is one parameter.
  const ofCells = Object.fromEntries(
    [...fields.values()].flatMap((field) => {
      const initial = declaredStates[field.name]?.initial;
      return typeof initial === "object" ? [[`${field.name}.initial`, { ...initial, unit: field.unit }]] : [];
    }),
  );
  const { time, description, tables } = definition;
  return {
    name: definition.name,
    time,
    ...(description === undefined ? {} : { description }),
    parameters: { ...parameters, ...ofCells },
    ...(tables === undefined ? {} : { tables }),
    inputs,
    states,
    algebraic,
    derivatives,
    events: flatEvents,
    outputs: flatOutputs,
  };
}

const nowhere: FlatText = {};
const nothing: FieldExpression = { expression: number(0), operators: new Map() };

/** `initial`: undefined where it stays as it was written. */
function stateOf(
  { along: _along, scheme: _scheme, flow: _flow, ...state }: FieldState,
  initial: string | undefined,
): Readonly<Record<string, unknown>> {
  return initial === undefined ? state : { ...state, initial };
}
