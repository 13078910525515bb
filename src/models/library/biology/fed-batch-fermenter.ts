/**
 * Fed-batch fermenter with Monod growth and maintenance.
 *
 * Assumes: perfect mixing, sterile feed, volumes add up, oxygen in excess; maintenance is fed by substrate and stops without it.
 * Valid: from the inoculum to the brim of the vessel (not modelled).
 *
 * @see G. Bastin & D. Dochain, *On-line Estimation and Adaptive Control of Bioreactors*, Elsevier 1990, ch. 1.
 * @see S. J. Pirt, "The maintenance energy of bacteria in growing cultures", Proc. R. Soc. B 163 (1965) 224–231.
 */
import { defineModel } from "../../define/define-model.ts";

/** Fed-batch fermenter; concentrations in g/L, volume in L, time in h. */
export const fedBatchFermenter = defineModel({
  name: "fed-batch-fermenter",
  time: "h",
  description: "Fed-batch fermenter with Monod growth and maintenance",
  parameters: {
    muMax: {
      value: 0.4,
      unit: "1/h",
      bounds: [0.01, 3],
      physical: [0, 10],
      description: "highest specific growth rate",
      source: "example",
    },
    KS: {
      value: 0.1,
      unit: "g/L",
      bounds: [1e-4, 10],
      physical: [0, 1e3],
      scale: "log",
      description: "substrate at half of the highest rate",
      source: "example",
    },
    Y: { value: 0.5, unit: "1", bounds: [0.01, 1], physical: [0, 2], description: "biomass for substrate", source: "example" },
    m: { value: 0.02, unit: "1/h", bounds: [0, 0.5], physical: [0, 5], description: "maintenance", source: "example" },
  },
  inputs: { F: "L/h", SF: "g/L" },
  states: {
    V: { unit: "L", initial: 5, min: 0 },
    X: { unit: "g/L", initial: 1, min: 0 },
    S: { unit: "g/L", initial: 5, min: 0 },
  },
  algebraic: {
    saturation: { unit: "1", is: "S/(KS + S)" },
    mu: { unit: "1/h", is: "muMax*saturation", description: "specific growth rate" },
    uptake: { unit: "1/h", is: "mu/Y + m*saturation", description: "substrate for biomass and time" },
  },
  derivatives: {
    V: "F",
    X: "mu*X - F/V*X",
    S: "F/V*(SF - S) - uptake*X",
  },
  outputs: { biomass: { unit: "g", is: "X*V" } },
});
