/**
 * Two streams become one: balances of volume, one component and heat.
 *
 * Assumes: no hold-up, volumes add up, equal heat capacities by volume, no heat of mixing.
 * Valid: liquids of like properties; q1 + q2 > 0.
 *
 * @see R. M. Felder & R. W. Rousseau, *Elementary Principles of Chemical Processes*, 3rd ed., Wiley 2000, ch. 4 and 8.
 */
import { defineModel } from "../../define/define-model.ts";

/** Mixer; flows in m³/s, concentrations in mol/m³, temperatures in K. No parameters. */
export const mixer = defineModel({
  name: "mixer",
  time: "s",
  description: "Two streams become one",
  inputs: { q1: "m^3/s", c1: "mol/m^3", T1: "K", q2: "m^3/s", c2: "mol/m^3", T2: "K" },
  states: {},
  derivatives: {},
  algebraic: { q: { unit: "m^3/s", is: "q1 + q2" } },
  outputs: {
    c: { unit: "mol/m^3", is: "(q1*c1 + q2*c2)/q" },
    T: { unit: "K", is: "(q1*T1 + q2*T2)/q" },
  },
});
