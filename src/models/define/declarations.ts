/** What the declarations of a model must keep to, apart from its equations: names, units and values. */
import { type ModelDefinition, parseUnit, sameDimension } from "../../core/index.ts";
import { problem, type Report } from "../language/problem.ts";
import { unitObjection } from "../language/unit-text.ts";
import { nameObjection } from "../language/words.ts";
import type { Declared } from "./draft.ts";

/** Names are shared by all kinds of quantities, so that `run.column("cA")` has one meaning. */
export function checkNames(declared: Declared, events: Iterable<string>, report: Report): void {
  const first = new Map<string, string>();
  for (const [part, names] of Object.entries(declared) as [string, readonly string[]][]) {
    for (const name of names) {
      const where = `${part}.${name}`;
      const why = nameObjection(name);
      if (why !== undefined) report(problem("model/name", { where }, { name, why }));
      const earlier = first.get(name);
      if (earlier !== undefined) report(problem("model/duplicate", { where }, { name, first: earlier }));
      else first.set(name, part);
    }
  }
  for (const name of events) {
    const why = nameObjection(name);
    if (why !== undefined) report(problem("model/name", { where: `events.${name}` }, { name, why }));
  }
}

/** Reports units that cannot be used; true when all can. */
export function checkUnitTexts(draft: ModelDefinition, report: Report): boolean {
  let readable = true;
  const check = (where: string, unit: string): void => {
    const why = unitObjection(unit);
    if (why === undefined) return;
    readable = false;
    report(problem("model/unit", { where }, { unit, why }));
  };
  check("model.time", draft.time);
  if (readable && draft.time !== "1" && !sameDimension(parseUnit(draft.time), parseUnit("s"))) {
    readable = false;
    report(
      problem(
        "model/unit",
        { where: "model.time" },
        { unit: draft.time, why: 'time is measured in units such as s, min or h, or "1" for a dimensionless time' },
      ),
    );
  }
  for (const [name, unit] of Object.entries(draft.inputs)) check(`inputs.${name}`, unit);
  for (const part of ["parameters", "states", "algebraic", "outputs"] as const) {
    for (const [name, { unit }] of Object.entries(draft[part])) check(`${part}.${name}.unit`, unit);
  }
  return readable;
}

/** Room for a value that was brought back from a logarithm. */
const slack = 1e-12;

/** True when `value` is within the limits, give or take rounding. */
export function within(value: number, lower: number, upper: number): boolean {
  const room = slack * Math.max(Math.abs(lower === -Infinity ? 0 : lower), Math.abs(upper === Infinity ? 0 : upper));
  return value >= lower - room && value <= upper + room;
}

/** Values against their limits. */
export function checkValues(draft: ModelDefinition, report: Report): void {
  for (const [name, { value, bounds, scale }] of Object.entries(draft.parameters)) {
    const where = `parameters.${name}`;
    if (bounds && !within(value, ...bounds)) {
      report(problem("model/bounds", { where }, { name, what: "The value", value, lower: bounds[0], upper: bounds[1] }));
    }
    const least = Math.min(value, bounds?.[0] ?? value);
    if (scale === "log" && least <= 0) {
      report(
        problem(
          "model/value",
          { where },
          { value: least, expected: 'greater than 0, which `scale: "log"` needs of the value and its bounds' },
        ),
      );
    }
  }
  for (const [name, { initial, min = -Infinity, max = Infinity, nominal }] of Object.entries(draft.states)) {
    const where = `states.${name}`;
    if (min >= max) report(problem("model/value", { where }, { value: min, expected: `less than \`max\` (${max}) as \`min\` has to be` }));
    else if (typeof initial === "number" && !within(initial, min, max)) {
      report(problem("model/bounds", { where }, { name, what: "The initial value", value: initial, lower: min, upper: max }));
    }
    if (nominal !== undefined && nominal <= 0) {
      report(
        problem("model/value", { where: `${where}.nominal` }, { value: nominal, expected: "greater than 0, as a typical size has to be" }),
      );
    }
  }
}
