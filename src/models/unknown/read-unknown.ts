/** Declarations of unknown relations from anywhere, checked field by field. */
import { type ModelDefinition, nearestNames } from "../../core/index.ts";
import { isPlainObject } from "../define/fields.ts";
import { problem, type Report } from "../language/problem.ts";
import type { UnknownDefinition } from "./definition.ts";

/** Reads what is under `unknown`; what is wrong with it is reported. */
export function readUnknown(declared: unknown, report: Report): Readonly<Record<string, UnknownDefinition>> {
  const found: Record<string, UnknownDefinition> = {};
  const fields = ["unit", "of", "sign", "bounds", "monotone", "ranges", "nominal", "description"];
  for (const [name, raw] of Object.entries(isPlainObject(declared) ? declared : {})) {
    const where = `unknown.${name}`;
    const shape = (field: string, expected: string): void =>
      report(
        problem(
          "model/shape",
          { where: `${where}.${field}` },
          { expected, actual: JSON.stringify(isPlainObject(raw) ? raw[field] : raw) ?? "nothing" },
        ),
      );
    if (!isPlainObject(raw)) {
      report(problem("model/shape", { where }, { expected: "an object", actual: String(raw) }));
      continue;
    }
    for (const field of Object.keys(raw)) {
      if (!fields.includes(field))
        report(problem("model/unknown-field", { where }, { field, nearest: nearestNames(field, fields), fields }));
    }
    const range = (value: unknown): boolean =>
      Array.isArray(value) &&
      value.length === 2 &&
      value.every((one) => typeof one === "number" && Number.isFinite(one)) &&
      value[0] < value[1];
    const { unit, of, sign, bounds, monotone, ranges, nominal } = raw;
    if (typeof unit !== "string") shape("unit", 'a unit, such as "mol/L/min"');
    if (!Array.isArray(of) || of.length === 0 || !of.every((one) => typeof one === "string")) shape("of", "names of quantities");
    if (sign !== undefined && sign !== "positive" && sign !== "negative" && sign !== "any")
      shape("sign", '"positive", "negative" or "any"');
    if (bounds !== undefined && !range(bounds)) shape("bounds", "two finite numbers, the lower first");
    else if (Array.isArray(bounds) && ((sign === "positive" && bounds[0] < 0) || (sign === "negative" && bounds[1] > 0))) {
      shape("bounds", `bounds that are ${sign} as \`sign\` says`);
    }
    if (nominal !== undefined && !(typeof nominal === "number" && nominal > 0 && Number.isFinite(nominal)))
      shape("nominal", "a number greater than 0");
    const named = (field: string, value: unknown, test: (entry: unknown) => boolean, expected: string): void => {
      if (value === undefined) return;
      if (
        !isPlainObject(value) ||
        !Object.entries(value).every(([key, entry]) => (of as unknown[] | undefined)?.includes?.(key) && test(entry))
      )
        shape(field, expected);
    };
    named(
      "monotone",
      monotone,
      (entry) => entry === "increasing" || entry === "decreasing",
      '"increasing" or "decreasing" for names in `of`',
    );
    named("ranges", ranges, range, "two numbers, the lower first, for names in `of`");
    // What was not reported is as the type says; with a report nothing is built.
    found[name] = raw as unknown as UnknownDefinition;
  }
  if (Object.keys(found).length === 0)
    report(problem("model/shape", { where: "unknown" }, { expected: "at least one unknown relation", actual: "none" }));
  return found;
}

/** What a relation depends on has to exist. */
export function checkArguments(unknown: Readonly<Record<string, UnknownDefinition>>, whole: ModelDefinition, report: Report): void {
  const { parameters, inputs, states, algebraic } = whole;
  const names = [parameters, inputs, states, algebraic].flatMap((table) => Object.keys(table));
  for (const [name, { of }] of Object.entries(unknown)) {
    for (const used of Array.isArray(of) ? of : []) {
      if (used !== name && names.includes(used)) continue;
      report(problem("model/undeclared", { where: `unknown.${name}.of` }, { name: used, nearest: nearestNames(used, names) }));
    }
  }
}
