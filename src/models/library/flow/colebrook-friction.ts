/**
 * Darcy's friction factor of turbulent flow in a round pipe, by Colebrook's implicit equation.
 *
 * Assumes: fully developed flow of a Newtonian fluid, commercial roughness.
 * Valid: 4000 < Re < 10⁸, relative roughness from 0 to 0.05.
 *
 * @see C. F. Colebrook, "Turbulent flow in pipes, with particular reference to the transition region between the smooth and rough pipe
 *   laws", J. Inst. Civ. Eng. 11 (1939) 133–156: 1/√f = −2·log10(ε/(3.7·d) + 2.51/(Re·√f)).
 */
import { defineModel } from "../../define/define-model.ts";

/** Colebrook's friction factor. Solved for 1/√f, in which the equation is nearly linear. */
export const colebrookFriction = defineModel({
  name: "colebrook-friction",
  time: "s",
  description: "Friction factor of turbulent flow, Colebrook",
  parameters: {
    relative: { value: 4.5e-4, unit: "1", bounds: [0, 0.05], physical: [0, 0.1], description: "roughness by diameter", source: "example" },
  },
  inputs: { Re: "1" },
  states: {},
  algebraic: {
    root: { unit: "1", guess: 7, zero: "root + 2*log10(relative/3.7 + 2.51*root/Re)", description: "1/√f" },
  },
  derivatives: {},
  outputs: { f: { unit: "1", is: "1/root^2", description: "Darcy's friction factor" } },
});
