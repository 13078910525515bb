/**
 * The mechanism of the virtual plant: a cooled, well-mixed tank with one exothermic first-order reaction A → B.
 *
 * Assumes constant volume, density and heat capacity, a jacket at one measured temperature, and perfect mixing, which the makers of the
 * tank promise up to a feed of 50 L/min. The rate constant is given at 345 K instead of at infinite temperature, so that it and the
 * activation energy can be told apart.
 */
import { defineModel } from "greybox";

/** Feed flow up to which the tank is said to be well mixed [L/min]. */
export const designFlow = 50;

export const reactor = defineModel({
  name: "jacketed-reactor",
  time: "min",
  parameters: {
    kRef: { value: 0.2, unit: "1/min", bounds: [0.02, 2], scale: "log", physical: [0, 10], description: "rate constant at Tref" },
    Tref: { value: 345, unit: "K" },
    EoverR: { value: 7000, unit: "K", bounds: [4000, 14000], physical: [0, 30000], description: "activation energy over gas constant" },
    dH: { value: -6e4, unit: "J/mol", bounds: [-1.5e5, -2e4], description: "heat of reaction, negative when exothermic" },
    UA: { value: 1e5, unit: "J/min/K", bounds: [2e4, 5e5], physical: [0, 1e7], description: "heat transfer to the jacket" },
    V: { value: 1000, unit: "L", source: "drawing of the tank" },
    rhoCp: { value: 3900, unit: "J/L/K", source: "data sheet of the solvent" },
  },
  inputs: { q: "L/min", cF: "mol/L", TF: "K", Tj: "K" },
  states: {
    cA: { unit: "mol/L", initial: 0.5, min: 0 },
    T: { unit: "K", initial: 345 },
  },
  algebraic: {
    k: { unit: "1/min", is: "kRef*exp(-EoverR*(1/T - 1/Tref))" },
  },
  derivatives: {
    cA: "q/V*(cF - cA) - k*cA",
    T: "q/V*(TF - T) - dH/rhoCp*k*cA + UA/(V*rhoCp)*(Tj - T)",
  },
});
