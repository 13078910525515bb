/**
 * Batch reactor with two reactions in series, A → B → C, both of first order, at a temperature given from outside.
 *
 * Assumes: perfect mixing, constant volume, temperature controlled well enough to be an input.
 * Valid: liquid phase; rate constants within some 50 K of the reference temperature.
 *
 * @see O. Levenspiel, *Chemical Reaction Engineering*, 3rd ed., Wiley 1999, ch. 3 (irreversible reactions in series): B is highest at
 *   t = ln(k2/k1)/(k2 − k1), with cB/cA0 = (k1/k2)^(k2/(k2 − k1)).
 */
import { defineModel } from "../../define/define-model.ts";

const rate = {
  unit: "1/s",
  bounds: [1e-8, 1e2],
  physical: [0, 1e13],
  scale: "log",
  source: "example",
} as const;
const activation = { unit: "K", bounds: [2000, 20000], physical: [0, 1e5], source: "example" } as const;

/** Batch reactor A → B → C; concentrations in mol/m³, time in s. */
export const batchReactor = defineModel({
  name: "batch-reactor",
  time: "s",
  description: "Batch reactor, A → B → C of first order",
  parameters: {
    k1: { ...rate, value: 1e-3, description: "rate constant of A → B at Tref" },
    k2: { ...rate, value: 5e-4, description: "rate constant of B → C at Tref" },
    E1overR: { ...activation, value: 6000, description: "activation energy of A → B over the gas constant" },
    E2overR: { ...activation, value: 9000, description: "activation energy of B → C over the gas constant" },
    Tref: { value: 350, unit: "K", physical: [0, 3000], description: "temperature the rate constants belong to", source: "example" },
    cA0: { value: 1000, unit: "mol/m^3", bounds: [0, 1e5], physical: [0, 1e6], description: "charge of A", source: "example" },
  },
  inputs: { T: "K" },
  states: {
    cA: { unit: "mol/m^3", initial: "cA0", min: 0, nominal: 1000 },
    cB: { unit: "mol/m^3", initial: 0, min: 0, nominal: 1000 },
    cC: { unit: "mol/m^3", initial: 0, min: 0, nominal: 1000 },
  },
  algebraic: {
    r1: { unit: "mol/m^3/s", is: "k1*exp(-E1overR*(1/T - 1/Tref))*cA", description: "rate of A → B" },
    r2: { unit: "mol/m^3/s", is: "k2*exp(-E2overR*(1/T - 1/Tref))*cB", description: "rate of B → C" },
  },
  derivatives: { cA: "-r1", cB: "r1 - r2", cC: "r2" },
  outputs: {
    yield: { unit: "1", is: "cB/cA0", description: "B for A charged" },
    conversion: { unit: "1", is: "1 - cA/cA0" },
  },
});
