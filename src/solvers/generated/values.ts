/** Values and statements of the kernel language, written short. */
import type { Place, Statement, Test, Value } from "../../core/index.ts";

export const number = (value: number): Value => ({ op: "number", value });
export const scalar = (name: string): Value => ({ op: "scalar", name });
export const plus = (left: Value, right: Value): Value => ({ op: "add", left, right });
export const minus = (left: Value, right: Value): Value => ({ op: "sub", left, right });
export const times = (left: Value, right: Value): Value => ({ op: "mul", left, right });
export const over = (left: Value, right: Value): Value => ({ op: "div", left, right });
export const least = (left: Value, right: Value): Value => ({ op: "min", left, right });
export const most = (left: Value, right: Value): Value => ({ op: "max", left, right });
export const negative = (of: Value): Value => ({ op: "neg", of });
export const size = (of: Value): Value => ({ op: "abs", of });
export const choose = (test: Test, yes: Value, no: Value): Value => ({ op: "select", test, yes, no });

export const below = (left: Value, right: Value): Test => ({ op: "lt", left, right });
export const atMost = (left: Value, right: Value): Test => ({ op: "le", left, right });
export const equal = (left: Value, right: Value): Test => ({ op: "eq", left, right });
export const both = (left: Test, right: Test): Test => ({ op: "and", left, right });
export const either = (left: Test, right: Test): Test => ({ op: "or", left, right });
export const not = (of: Test): Test => ({ op: "not", of });

/** A place that moves with the counters of loops, by so many elements a pass. */
export const place = (offset: number, strides?: Readonly<Record<string, number>>): Place =>
  strides === undefined ? { offset } : { offset, strides: Object.entries(strides).map(([loop, by]) => ({ loop, by })) };
export const load = (array: string, offset: number, strides?: Readonly<Record<string, number>>): Value => ({
  op: "load",
  array,
  at: place(offset, strides),
});
export const store = (array: string, offset: number, value: Value, strides?: Readonly<Record<string, number>>): Statement => ({
  do: "store",
  array,
  at: place(offset, strides),
  value,
});

/** Statements that run where a test holds. It is looked at before them, so nothing in it may be named there. */
export const when = (loop: string, test: Test, body: readonly Statement[]): Statement => ({
  do: "loop",
  loop,
  count: 1,
  while: { test, in: "some" },
  body,
});

/** Terms added as `combine` of `stepper.ts` adds them. */
export function sum(terms: readonly Value[]): Value {
  const [a, b, c, d, e, f, g] = terms as readonly [Value, Value?, Value?, Value?, Value?, Value?, Value?];
  if (b === undefined) return a;
  if (c === undefined) return plus(a, b);
  if (d === undefined) return plus(plus(a, b), c);
  const four = plus(plus(a, b), plus(c, d));
  if (e === undefined) return four;
  if (f === undefined) return plus(four, e);
  return plus(four, g === undefined ? plus(e, f) : plus(plus(e, f), g));
}

/** The same, over lines of weights and rows of values. */
export const weighted = (weights: readonly Value[], rows: readonly (readonly Value[])[], j: number): Value =>
  sum(weights.map((weight, i) => times(weight, rows[i]![j]!)));
