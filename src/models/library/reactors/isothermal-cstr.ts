/**
 * Stirred tank reactor at constant temperature: one first-order reaction A → B.
 *
 * Assumes: perfect mixing, constant volume and density, constant temperature.
 * Valid: liquid phase; mixing time well below V/q and 1/k.
 *
 * @see O. Levenspiel, *Chemical Reaction Engineering*, 3rd ed., Wiley 1999, ch. 5 (mixed flow reactor).
 */
import { defineModel } from "../../define/define-model.ts";

/**
 * Isothermal stirred tank; concentrations in mol/m³, time in s.
 *
 * @example
 * isothermalCstr.definition.inputs; // => { q: "m^3/s", cAF: "mol/m^3" }
 */
export const isothermalCstr = defineModel({
  name: "isothermal-cstr",
  time: "s",
  description: "Stirred tank at constant temperature, A → B of first order",
  parameters: {
    V: { value: 0.1, unit: "m^3", bounds: [1e-6, 1e3], physical: [0, 1e6], description: "liquid volume", source: "example" },
    k: {
      value: 0.01,
      unit: "1/s",
      bounds: [1e-8, 1e4],
      physical: [0, 1e13],
      scale: "log",
      description: "rate constant",
      source: "example",
    },
  },
  inputs: { q: "m^3/s", cAF: "mol/m^3" },
  states: {
    cA: { unit: "mol/m^3", initial: 0, min: 0, nominal: 100 },
    cB: { unit: "mol/m^3", initial: 0, min: 0, nominal: 100 },
  },
  algebraic: { r: { unit: "mol/m^3/s", is: "k*cA", description: "rate of reaction" } },
  derivatives: {
    cA: "q/V*(cAF - cA) - r",
    cB: "-q/V*cB + r",
  },
  outputs: {
    residenceTime: { unit: "s", is: "V/q" },
    conversion: { unit: "1", is: "1 - cA/cAF" },
  },
});
