/** Models along an axis with one mistake each, for the compiler only: the line under each directive must be an error that contains its text. */
import { defineDistributedModel } from "../../../src/models/index.ts";

const common = {
  name: "pipe",
  time: "s",
  axes: { z: { unit: "m", to: "L", cells: 5, flow: "forward" } },
  parameters: { L: { value: 2, unit: "m" }, v: { value: 1, unit: "m/s" } },
  inputs: { cIn: "mol/L" },
  states: { c: { unit: "mol/L", initial: 0, along: "z" }, tank: { unit: "mol/L", initial: 0 } },
} as const;

defineDistributedModel({
  ...common,
  derivatives: {
    // @ts-expect-error: Undeclared<"cc">
    c: "-v*ddz(cc)",
    tank: "0",
  },
});
defineDistributedModel({
  ...common,
  derivatives: {
    // @ts-expect-error: Undeclared<"ddx">
    c: "-v*ddx(c)",
    tank: "at(c, end)",
  },
});
defineDistributedModel({
  ...common,
  // @ts-expect-error: Property 'tank' is missing
  derivatives: { c: "-v*ddz(c) + 0*d2dz2(c) + mean(c)*z" },
});
defineDistributedModel({
  ...common,
  derivatives: { c: "-v*ddz(c)", tank: "0" },
  boundaries: {
    c: {
      // @ts-expect-error: Undeclared<"cInn">
      start: "c = cInn",
    },
  },
});

const pipe = defineDistributedModel({
  ...common,
  derivatives: { c: "-v*ddz(c)", tank: "(at(c, end) - tank)/(1 s)" },
  boundaries: { c: { start: "c = cIn" } },
});
pipe.with({ parameters: { L: 3 } });
// @ts-expect-error: 'LL' does not exist
pipe.with({ parameters: { LL: 3 } });
