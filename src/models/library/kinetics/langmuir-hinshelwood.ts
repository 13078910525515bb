/**
 * Rate of a reaction between two species that are adsorbed on the same sites (Langmuir–Hinshelwood).
 *
 * Assumes: one kind of site, competitive adsorption at equilibrium, surface reaction rate-determining and irreversible, products hardly
 * adsorbed, constant temperature.
 * Valid: rates not limited by diffusion. In A alone the rate has its maximum where KA·pA = 1 + KB·pB.
 *
 * @see C. N. Hinshelwood, *The Kinetics of Chemical Change*, Oxford 1940.
 * @see O. A. Hougen & K. M. Watson, "Solid catalysts and reaction rates", Ind. Eng. Chem. 35 (1943) 529–541.
 */
import { defineModel } from "../../define/define-model.ts";

const adsorption = {
  value: 1e-5,
  unit: "1/Pa",
  bounds: [1e-10, 1],
  physical: [0, 1e6],
  scale: "log",
  source: "example",
} as const;

/** A + B → products on one kind of site; partial pressures in Pa, rate in mol for each kg of catalyst and s. */
export const langmuirHinshelwood = defineModel({
  name: "langmuir-hinshelwood",
  time: "s",
  description: "Two species on one kind of site",
  parameters: {
    k: {
      value: 1e-2,
      unit: "mol/kg/s",
      bounds: [1e-9, 1e3],
      physical: [0, 1e9],
      scale: "log",
      description: "rate constant of the surface reaction",
      source: "example",
    },
    KA: { ...adsorption, description: "adsorption constant of A" },
    KB: { ...adsorption, value: 5e-6, description: "adsorption constant of B" },
  },
  inputs: { pA: "Pa", pB: "Pa" },
  states: {},
  algebraic: {
    free: { unit: "1", is: "1/(1 + KA*pA + KB*pB)", description: "share of sites that are free" },
    thetaA: { unit: "1", is: "KA*pA*free", description: "share of sites with A" },
    thetaB: { unit: "1", is: "KB*pB*free", description: "share of sites with B" },
  },
  derivatives: {},
  outputs: { r: { unit: "mol/kg/s", is: "k*thetaA*thetaB", description: "rate" } },
});
