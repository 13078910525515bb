/**
 * One stream becomes two of the same composition and temperature.
 *
 * Assumes: no hold-up.
 * Valid: 0 ≤ share ≤ 1; a share beyond is taken as 0 or 1.
 *
 * @see R. M. Felder & R. W. Rousseau, *Elementary Principles of Chemical Processes*, 3rd ed., Wiley 2000, ch. 4 (recycle and bypass).
 */
import { defineModel } from "../../define/define-model.ts";

/** Splitter; `share` of the flow goes to the first outlet. No parameters. */
export const splitter = defineModel({
  name: "splitter",
  time: "s",
  description: "One stream becomes two",
  inputs: { q: "m^3/s", c: "mol/m^3", T: "K", share: "1" },
  states: {},
  derivatives: {},
  algebraic: { first: { unit: "1", is: "max(0, min(1, share))" } },
  outputs: {
    q1: { unit: "m^3/s", is: "first*q" },
    c1: { unit: "mol/m^3", is: "c" },
    T1: { unit: "K", is: "T" },
    q2: { unit: "m^3/s", is: "(1 - first)*q" },
    c2: { unit: "mol/m^3", is: "c" },
    T2: { unit: "K", is: "T" },
  },
});
