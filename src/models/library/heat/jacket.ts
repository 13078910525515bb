/**
 * Cooling or heating jacket with its own inertia.
 *
 * Assumes: the jacket is well mixed, its wall has no heat capacity, properties are constant, no loss to the surroundings.
 * Valid: liquid coolant or heating medium that does not change phase.
 *
 * @see D. E. Seborg et al., *Process Dynamics and Control*, 3rd ed., Wiley 2010, §2.4 (stirred-tank heating).
 */
import { defineModel } from "../../define/define-model.ts";

/** Jacket around a vessel of temperature `T`; time in s. */
export const jacket = defineModel({
  name: "jacket",
  time: "s",
  description: "Well-mixed jacket",
  parameters: {
    V: { value: 0.02, unit: "m^3", bounds: [1e-6, 1e2], physical: [0, 1e4], description: "volume of the jacket", source: "example" },
    rhoCp: {
      value: 4.18e6,
      unit: "J/m^3/K",
      bounds: [1e6, 5e6],
      physical: [0, 1e7],
      description: "heat capacity by volume",
      source: "water",
    },
    UA: {
      value: 1000,
      unit: "W/K",
      bounds: [1, 1e6],
      physical: [0, 1e8],
      description: "heat-transfer coefficient times area",
      source: "example",
    },
  },
  inputs: { q: "m^3/s", TIn: "K", T: "K" },
  states: { Tj: { unit: "K", initial: 300, min: 0 } },
  algebraic: { Q: { unit: "W", is: "UA*(T - Tj)", description: "heat from the vessel to the jacket" } },
  derivatives: { Tj: "q/V*(TIn - Tj) + Q/(rhoCp*V)" },
});
