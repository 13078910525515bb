/** Open models with one mistake each, for the compiler only: the line under each directive must be an error that contains its text. */
import type { AnySource, ObservableOf, ParameterOf } from "../../../src/core/index.ts";
import { defineOpenModel, mlp, substitute } from "../../../src/models/index.ts";

const common = {
  name: "open",
  time: "min",
  parameters: { k: { value: 1, unit: "1/min" } },
  inputs: { q: "1/min" },
  states: { c: { unit: "mol/L", initial: 1 } },
} as const;

defineOpenModel({
  ...common,
  // @ts-expect-error: "cc"
  unknown: { r: { unit: "mol/L/min", of: ["cc"] } },
  derivatives: { c: "-r" },
});
defineOpenModel({
  ...common,
  unknown: { r: { unit: "mol/L/min", of: ["c", "q"] } },
  derivatives: {
    // @ts-expect-error: Undeclared<"rr">
    c: "-rr",
  },
});

const open = defineOpenModel({
  ...common,
  unknown: { r: { unit: "mol/L/min", of: ["c"] }, s: { unit: "mol/L/min", of: ["c"] } },
  derivatives: { c: "-r - s" },
});
// @ts-expect-error: 'rr' does not exist
substitute(open, { rr: "k*c" });
const half = substitute(open, { r: "k*c" });
// @ts-expect-error: Unfilled<"s">
export const source: AnySource = half;
const whole = substitute(half, { s: mlp([2]) });
whole.with({ parameters: { k: 2, "s.W1[1,1]": 1 } });
// @ts-expect-error: 'kk' does not exist
whole.with({ parameters: { kk: 2 } });
const own = substitute(open, { r: { is: "h*c", parameters: { h: { value: 1, unit: "1/min" } } }, s: "k*c" });
export const parameter: ParameterOf<typeof own> = "h";
export const observable: ObservableOf<typeof own> = "r";
