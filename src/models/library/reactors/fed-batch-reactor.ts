/**
 * Fed-batch (semi-batch) reactor at constant temperature: A is charged, B is fed, A + B → C of second order.
 *
 * Assumes: perfect mixing, volumes add up, constant temperature.
 * Valid: liquid phase, from the first drop of feed to the brim of the vessel (not modelled).
 *
 * @see H. S. Fogler, *Elements of Chemical Reaction Engineering*, 4th ed., Prentice Hall 2006, ch. 4 (semibatch reactors).
 */
import { defineModel } from "../../define/define-model.ts";

/** Fed-batch reactor A + B → C; states are amounts in mol and the volume in m³, time in s. */
export const fedBatchReactor = defineModel({
  name: "fed-batch-reactor",
  time: "s",
  description: "Fed-batch reactor at constant temperature, A + B → C",
  parameters: {
    k: {
      value: 1e-5,
      unit: "m^3/mol/s",
      bounds: [1e-12, 1e2],
      physical: [0, 1e10],
      scale: "log",
      description: "rate constant",
      source: "example",
    },
    V0: { value: 1, unit: "m^3", bounds: [1e-6, 1e3], physical: [0, 1e6], description: "volume charged", source: "example" },
    cA0: {
      value: 1000,
      unit: "mol/m^3",
      bounds: [0, 1e5],
      physical: [0, 1e6],
      description: "concentration of A charged",
      source: "example",
    },
    cB0: { value: 0, unit: "mol/m^3", bounds: [0, 1e5], physical: [0, 1e6], description: "concentration of B charged", source: "example" },
  },
  inputs: { q: "m^3/s", cBF: "mol/m^3" },
  states: {
    V: { unit: "m^3", initial: "V0", min: 0 },
    nA: { unit: "mol", initial: "cA0*V0", min: 0, nominal: 1000 },
    nB: { unit: "mol", initial: "cB0*V0", min: 0, nominal: 1000 },
    nC: { unit: "mol", initial: 0, min: 0, nominal: 1000 },
  },
  algebraic: { R: { unit: "mol/s", is: "k*nA*nB/V", description: "reaction in the whole vessel" } },
  derivatives: { V: "q", nA: "-R", nB: "q*cBF - R", nC: "R" },
  outputs: {
    cA: { unit: "mol/m^3", is: "nA/V" },
    cB: { unit: "mol/m^3", is: "nB/V" },
    cC: { unit: "mol/m^3", is: "nC/V" },
  },
});
