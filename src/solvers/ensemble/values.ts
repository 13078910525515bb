/** Short forms for values, tests and statements of the kernel language, for the programs of this folder. */
import type { Statement, Test, Value } from "../../core/index.ts";

export const number = (value: number): Value => ({ op: "number", value });
export const load = (array: string, offset: number): Value => ({ op: "load", array, at: { offset } });
export const plus = (left: Value, right: Value): Value => ({ op: "add", left, right });
export const minus = (left: Value, right: Value): Value => ({ op: "sub", left, right });
export const times = (left: Value, right: Value): Value => ({ op: "mul", left, right });
export const over = (left: Value, right: Value): Value => ({ op: "div", left, right });
export const root = (of: Value): Value => ({ op: "sqrt", of });
export const size = (of: Value): Value => ({ op: "abs", of });
export const either = (test: Test, yes: Value, no: Value): Value => ({ op: "select", test, yes, no });
export const compare = (op: "lt" | "le" | "gt" | "ge" | "eq", left: Value, right: Value): Test => ({ op, left, right });
/** By a comparison: quicker than the operation `max`, which has more to say about NaN and signed zeros. */
export const larger = (left: Value, right: Value): Value => either(compare("gt", left, right), left, right);
export const smaller = (left: Value, right: Value): Value => either(compare("lt", left, right), left, right);
export const store = (array: string, offset: number, value: Value): Statement => ({ do: "store", array, at: { offset }, value });
/** Σ weights·values without the terms that are zero; 0 where none is left. */
export function weighted(weights: readonly number[], values: readonly Value[]): Value {
  const terms = values.flatMap((value, i) => (weights[i] === 0 || weights[i] === undefined ? [] : [times(number(weights[i]!), value)]));
  return terms.length > 0 ? terms.reduce(plus) : number(0);
}
