/**
 * Models with one mistake each, for the compiler only: the line under each directive must be an error that contains its text.
 *
 * The ordinary type check sees that there is an error, `types.test.ts` that it names the culprit.
 */
import { defineModel } from "../../../src/models/index.ts";

const common = {
  name: "m",
  time: "s",
  parameters: { k: { value: 1, unit: "1/s" }, k0: { value: 1, unit: "1/s" } },
  inputs: { u: "1" },
  states: { x: { unit: "1", initial: 1 }, y: { unit: "1", initial: 1 } },
} as const;

// Derivatives.
defineModel({
  ...common,
  derivatives: {
    // @ts-expect-error: Undeclared<"kk">
    x: "-kk*x",
    y: "0",
  },
});
defineModel({
  ...common,
  derivatives: {
    x: "-k*x",
    // @ts-expect-error: Undeclared<"yy">
    y: "exp(-k*x)*(u - yy)",
  },
});
// The culprit is found behind numbers of every form, and behind unit literals.
defineModel({
  ...common,
  derivatives: {
    // @ts-expect-error: Undeclared<"k1">
    x: "1e-3*x + 2.5E+3*.5e2*k - k1*x",
    // @ts-expect-error: Undeclared<"q">
    y: "y*60 s/min*q",
  },
});
defineModel({
  ...common,
  derivatives: {
    // @ts-expect-error: Undeclared<"kmax">
    x: "420 K*x/kmax",
    // @ts-expect-error: Undeclared<"xx">
    y: "if(x > 3 and xx < 2 K, 1, 0)",
  },
});
defineModel({
  ...common,
  derivatives: {
    // @ts-expect-error: Undeclared<"kk">
    x: "2kk*x",
    // @ts-expect-error: Undeclared<"constructor">
    y: "constructor",
  },
});
// A function that is none, and a name of another alphabet whose Latin part is declared nowhere.
defineModel({
  ...common,
  derivatives: {
    // @ts-expect-error: Undeclared<"exq">
    x: "exq(x)",
    // @ts-expect-error: Undeclared<"ff">
    y: `x*
      ff`,
  },
});
// A missing, and an extra derivative.
defineModel({
  ...common,
  // @ts-expect-error: Property 'y' is missing
  derivatives: { x: "-k*x" },
});
defineModel({
  ...common,
  derivatives: {
    x: "0",
    y: "0",
    // @ts-expect-error: NotAState<"w">
    w: "1",
  },
});
// Algebraic quantities, explicit and implicit.
defineModel({
  ...common,
  algebraic: {
    // @ts-expect-error: Undeclared<"xs">
    a: { unit: "1", is: "k*xs" },
    // @ts-expect-error: Undeclared<"bb">
    b: { unit: "1", guess: 1, zero: "bb - k*x" },
  },
  derivatives: { x: "a", y: "b" },
});
// Outputs; an output is no name for an equation.
defineModel({
  ...common,
  derivatives: { x: "0", y: "0" },
  outputs: {
    // @ts-expect-error: Undeclared<"z">
    o: { unit: "1", is: "x + z" },
    // @ts-expect-error: Undeclared<"o">
    o2: { unit: "1", is: "o" },
  },
});
// Events: what they watch and what they set.
defineModel({
  ...common,
  derivatives: { x: "0", y: "0" },
  events: {
    // @ts-expect-error: Undeclared<"xmax">
    a: { when: "x - xmax" },
    b: {
      when: "x - 1",
      // @ts-expect-error: Undeclared<"yy">
      then: { x: "yy" },
    },
    c: {
      when: "x - 1",
      // @ts-expect-error: NotAState<"u">
      then: { u: "0" },
    },
  },
});
// Initial values are made of parameters and inputs.
defineModel({
  ...common,
  states: {
    // @ts-expect-error: Undeclared<"x0">
    x: { unit: "1", initial: "x0" },
    // @ts-expect-error: Undeclared<"x">
    y: { unit: "1", initial: "2*x" },
  },
  derivatives: { x: "0", y: "0" },
});
// Fields.
defineModel({
  ...common,
  derivatives: { x: "0", y: "0" },
  // @ts-expect-error: 'eventss' does not exist
  eventss: {},
});
// Later calls are checked against the names of the model.
const model = defineModel({ ...common, derivatives: { x: "-k*x", y: "0" } });
// @ts-expect-error: 'kk' does not exist
model.with({ parameters: { kk: 1 } });
// Parameters made of others, tables, and initial values to be estimated.
const derived = defineModel({
  name: "derived",
  time: "s",
  parameters: {
    D: { value: 1, unit: "m" },
    // @ts-expect-error: Undeclared<"DD">
    A: { unit: "m^2", is: "DD^2" },
    B: { unit: "m^2", is: "D^2" },
  },
  tables: { cp: { unit: { x: "K", value: "1/s" }, x: [1, 2], values: [1, 2] } },
  states: { T: { unit: "K", initial: { value: 300 } } },
  derivatives: {
    // @ts-expect-error: Undeclared<"cpp">
    T: "-T*lookup(cpp, T)",
  },
});
derived.with({ parameters: { D: 2, "T.initial": 310 } });
// @ts-expect-error: 'B' does not exist
derived.with({ parameters: { B: 1 } });
