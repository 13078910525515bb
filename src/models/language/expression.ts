/** An equation as it was written: a small closed tree, plain data. Units are checked on it and messages print it; the graph is made from it. */

import type { Table } from "./table.ts";

/** Functions of the language, with the number of arguments they take; for `min` and `max` the least number. */
export const functions = {
  exp: 1,
  log: 1,
  log10: 1,
  sqrt: 1,
  sin: 1,
  cos: 1,
  tan: 1,
  asin: 1,
  acos: 1,
  atan: 1,
  atan2: 2,
  sinh: 1,
  cosh: 1,
  tanh: 1,
  abs: 1,
  sign: 1,
  min: 2,
  max: 2,
  floor: 1,
  ceil: 1,
  /** Gauge pressure and the pressure of the air. */
  toAbsolute: 2,
  toGauge: 2,
  /** Gas volume or flow, temperature in K, absolute pressure in bar. */
  toActual: 3,
  toNormal: 3,
} as const;

export type FunctionName = keyof typeof functions;

/** Functions that take more arguments than {@link functions} says. */
export const variadic: ReadonlySet<FunctionName> = new Set(["min", "max"]);

/**
 * A number's `value` is the number as written, also where a unit literal follows it: units are checked, never converted. Numbers may be
 * negative: the sign of `-5` belongs to the number, that of `-5^2` to the power.
 */
export type Expression =
  | { readonly op: "number"; readonly value: number; readonly unit?: string | undefined }
  | { readonly op: "name"; readonly name: string }
  | { readonly op: "neg" | "not"; readonly of: Expression }
  | { readonly op: "add" | "sub" | "mul" | "div" | "pow"; readonly left: Expression; readonly right: Expression }
  | { readonly op: "lt" | "le" | "gt" | "ge" | "eq" | "ne" | "and" | "or"; readonly left: Expression; readonly right: Expression }
  | { readonly op: "if"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly op: "call"; readonly name: FunctionName; readonly of: readonly Expression[] }
  /** `data` is undefined only in an equation that was read without the tables of a model. */
  | { readonly op: "lookup"; readonly table: string; readonly data: Table | undefined; readonly of: readonly Expression[] }
  /** The value that `of` had `by` ago. */
  | { readonly op: "delay"; readonly of: Expression; readonly by: Expression };

export type Delay = Extract<Expression, { op: "delay" }>;

/** The expressions that an expression is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.op) {
    case "number":
    case "name":
      return [];
    case "neg":
    case "not":
      return [expression.of];
    case "if":
      return [expression.test, expression.yes, expression.no];
    case "call":
    case "lookup":
      return expression.of;
    case "delay":
      return [expression.of, expression.by];
    default:
      return [expression.left, expression.right];
  }
}

/** Every name used in an expression, time `t` included. */
export function namesIn(expression: Expression, found: Set<string> = new Set()): Set<string> {
  if (expression.op === "name") found.add(expression.name);
  for (const part of partsOf(expression)) namesIn(part, found);
  return found;
}
