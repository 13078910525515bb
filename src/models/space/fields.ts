/** The axes and the quantities along them, read from a definition and checked as far as they can be before equations are expanded. */
import { nearestNames } from "../../core/index.ts";
import { isPlainObject } from "../define/fields.ts";
import type { Expression } from "../language/expression.ts";
import { readExpression } from "../language/parse.ts";
import { problem, type Report } from "../language/problem.ts";
import { unitObjection } from "../language/unit-text.ts";
import { nameObjection } from "../language/words.ts";
import { add, div, mul, name, number, sub } from "./algebra.ts";
import { type Boundary, type DistributedDefinition, type Flow, type Scheme, spaceDefaults } from "./definition.ts";
import type { FieldExpression } from "./read.ts";

export interface Axis {
  readonly name: string;
  readonly unit: string;
  readonly cells: number;
  readonly from: Expression;
  readonly length: Expression;
  /** Name of the quantity that is the width of a cell. */
  readonly step: string;
  readonly scheme: Scheme;
  readonly flow: Flow | undefined;
}

/** A quantity along an axis. */
export interface Field {
  readonly name: string;
  readonly axis: Axis;
  readonly unit: string;
  readonly kind: "state" | "explicit" | "implicit";
  readonly scheme: Scheme;
  readonly flow: Flow;
  readonly boundary: Boundary;
  /** Of an explicit quantity, once it has been read. */
  is: FieldExpression | undefined;
}

export function readAxes(definition: DistributedDefinition, report: Report): ReadonlyMap<string, Axis> {
  const found = new Map<string, Axis>();
  const parameters = new Set(Object.keys(definition.parameters ?? {}));
  for (const [axis, raw] of Object.entries(definition.axes ?? {})) {
    const where = `axes.${axis}`;
    const refuse = (why: string): void => report(problem("model/axis", { where }, { axis, why }));
    const objection = /[.[]/.test(axis) ? "its name has no dots and no brackets" : nameObjection(axis);
    if (!isPlainObject(raw)) refuse("it is not an object");
    else if (objection !== undefined) refuse(objection);
    else if (typeof raw.unit !== "string" || unitObjection(raw.unit) !== undefined) refuse("`unit` is not a unit");
    else if (!Number.isInteger(raw.cells) || raw.cells < 2 || raw.cells > 10_000)
      refuse(`\`cells\` is ${String(raw.cells)}, not a whole number from 2 to 10000`);
    else if (raw.scheme !== undefined && !isScheme(raw.scheme))
      refuse(`\`scheme\` is ${String(raw.scheme)}, not upwind-1, upwind-2 or central`);
    else {
      const end = (value: number | string, which: string): Expression | undefined => {
        if (typeof value === "string") return readExpression(value, { where: `${where}.${which}`, names: parameters }, report);
        if (typeof value === "number" && Number.isFinite(value))
          return value === 0 || raw.unit === "1" ? number(value) : { op: "number", value, unit: raw.unit };
        refuse(`\`${which}\` is no number and no expression`);
        return undefined;
      };
      const [from, to] = [end(raw.from ?? spaceDefaults.from, "from"), end(raw.to, "to")];
      if (typeof raw.to === "number" && typeof (raw.from ?? 0) === "number" && !(raw.to > Number(raw.from ?? 0)))
        refuse("it does not end behind its start");
      if (from && to) {
        const { unit, cells, scheme = spaceDefaults.scheme, flow } = raw;
        found.set(axis, { name: axis, unit, cells, from, length: sub(to, from), step: `${axis}.step`, scheme, flow });
      }
    }
  }
  if (Object.keys(definition.axes ?? {}).length === 0) report(problem("model/axis", { where: "axes" }, { axis: "", why: "there is none" }));
  return found;
}

const isScheme = (scheme: unknown): boolean => scheme === "upwind-1" || scheme === "upwind-2" || scheme === "central";

/** The width of a cell. */
export const stepOf = ({ length, cells }: Axis): Expression => div(length, number(cells));

/** The place `cells` cell widths behind the start, made of parameters only. */
export function placeOf({ from, length, cells }: Axis, widths: number): Expression {
  return add(from, mul(number(widths / cells), length));
}

/** The same in terms of the cell width. */
export const placeInSteps = ({ from, step }: Axis, widths: number): Expression => add(from, mul(number(widths), name(step)));

/** Quantities with `along`, by name. */
export function readFields(definition: DistributedDefinition, axes: ReadonlyMap<string, Axis>, report: Report): ReadonlyMap<string, Field> {
  const found = new Map<string, Field>();
  const axisOf = (where: string, along: string): Axis | undefined => {
    const axis = axes.get(along);
    if (axis === undefined && !Object.hasOwn(definition.axes ?? {}, along)) {
      const [near] = nearestNames(along, axes.keys());
      report(
        problem(
          "model/along",
          { where },
          { what: `There is no axis "${along}"`, remedy: near === undefined ? "Declare it under `axes`." : `Did you mean "${near}"?` },
        ),
      );
    }
    return axis;
  };
  for (const [state, raw] of Object.entries(definition.states)) {
    if (raw.along === undefined) continue;
    const axis = axisOf(`states.${state}.along`, raw.along);
    if (axis === undefined) continue;
    if (raw.scheme !== undefined && !isScheme(raw.scheme)) {
      report(
        problem(
          "model/value",
          { where: `states.${state}.scheme` },
          { value: String(raw.scheme), expected: "upwind-1, upwind-2 or central" },
        ),
      );
    }
    const boundary = Object.hasOwn(definition.boundaries ?? {}, state) ? definition.boundaries![state]! : {};
    const { scheme = axis.scheme, flow = axis.flow ?? "none", unit } = raw;
    found.set(state, { name: state, axis, unit, kind: "state", scheme, flow, boundary, is: undefined });
  }
  for (const [quantity, raw] of Object.entries(definition.algebraic ?? {})) {
    if (raw.along === undefined) continue;
    const axis = axisOf(`algebraic.${quantity}.along`, raw.along);
    const kind = "is" in raw ? "explicit" : "implicit";
    if (axis)
      found.set(quantity, { name: quantity, axis, unit: raw.unit, kind, scheme: axis.scheme, flow: "none", boundary: {}, is: undefined });
  }
  for (const [quantity, ends] of Object.entries(definition.boundaries ?? {})) {
    const where = `boundaries.${quantity}`;
    const field = found.get(quantity);
    if (field?.kind !== "state") {
      const states = [...found.values()].filter(({ kind }) => kind === "state").map(({ name }) => name);
      const [near] = nearestNames(quantity, states);
      report(
        problem(
          "model/along",
          { where },
          {
            what: `"${quantity}" is no state along an axis`,
            remedy: near === undefined ? "Boundaries are those of states with `along`." : `Did you mean "${near}"?`,
          },
        ),
      );
    } else {
      for (const end of Object.keys(ends)) {
        if (end !== "start" && end !== "end")
          report(
            problem(
              "model/unknown-field",
              { where },
              { field: end, nearest: nearestNames(end, ["start", "end"]), fields: ["start", "end"] },
            ),
          );
      }
    }
  }
  return found;
}
