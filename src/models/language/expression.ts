/** An equation as it was written: a small closed tree, plain data. Units are checked on it and messages print it; the graph is made from it. */

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
  | { readonly op: "call"; readonly name: FunctionName; readonly of: readonly Expression[] };

/** Every name used in an expression, time `t` included. */
export function namesIn(expression: Expression, found: Set<string> = new Set()): Set<string> {
  switch (expression.op) {
    case "number":
      return found;
    case "name":
      return found.add(expression.name);
    case "neg":
    case "not":
      return namesIn(expression.of, found);
    case "if":
      namesIn(expression.test, found);
      namesIn(expression.yes, found);
      return namesIn(expression.no, found);
    case "call":
      for (const argument of expression.of) namesIn(argument, found);
      return found;
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "pow":
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne":
    case "and":
    case "or":
      namesIn(expression.left, found);
      return namesIn(expression.right, found);
    default:
      return expression satisfies never;
  }
}
