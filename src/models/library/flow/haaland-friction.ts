/**
 * Darcy's friction factor of turbulent flow in a round pipe, by Haaland's explicit formula.
 *
 * Assumes: fully developed flow of a Newtonian fluid, commercial roughness.
 * Valid: 4000 < Re < 10⁸, relative roughness from 0 to 0.05; within 2 % of Colebrook's equation.
 *
 * @see S. E. Haaland, "Simple and explicit formulas for the friction factor in turbulent pipe flow", J. Fluids Eng. 105 (1983) 89–90:
 *   1/√f = −1.8·log10((ε/(3.7·d))^1.11 + 6.9/Re).
 */
import { defineModel } from "../../define/define-model.ts";

/** Haaland's friction factor. */
export const haalandFriction = defineModel({
  name: "haaland-friction",
  time: "s",
  description: "Friction factor of turbulent flow, Haaland",
  parameters: {
    relative: { value: 4.5e-4, unit: "1", bounds: [0, 0.05], physical: [0, 0.1], description: "roughness by diameter", source: "example" },
  },
  inputs: { Re: "1" },
  states: {},
  derivatives: {},
  outputs: { f: { unit: "1", is: "1/(1.8*log10((relative/3.7)^1.11 + 6.9/Re))^2", description: "Darcy's friction factor" } },
});
