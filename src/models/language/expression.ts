/** An equation as it was written: a small closed tree, plain data. Units are checked on it and messages print it; the graph is made from it. */

/** Functions of the language, with the number of arguments they take. */
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

export type Expression =
  | { readonly op: "number"; readonly value: number; readonly unit?: string | undefined }
  | { readonly op: "name"; readonly name: string }
  | { readonly op: "neg" | "not"; readonly of: Expression }
  | { readonly op: "add" | "sub" | "mul" | "div" | "pow"; readonly left: Expression; readonly right: Expression }
  | { readonly op: "lt" | "le" | "gt" | "ge" | "eq" | "ne" | "and" | "or"; readonly left: Expression; readonly right: Expression }
  | { readonly op: "if"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly op: "call"; readonly name: FunctionName; readonly of: readonly Expression[] };
