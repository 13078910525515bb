/**
 * Continuous culture limited by one substrate: Monod growth.
 *
 * Assumes: perfect mixing, sterile feed, constant yield, no maintenance, no death, oxygen in excess.
 * Valid: substrate concentrations that do not inhibit; dilution rates up to that of wash-out, µmax·SF/(KS + SF).
 *
 * @see J. Monod, "The growth of bacterial cultures", Annu. Rev. Microbiol. 3 (1949) 371–394.
 * @see D. Herbert, R. Elsworth & R. C. Telling, "The continuous culture of bacteria; a theoretical and experimental study",
 *   J. Gen. Microbiol. 14 (1956) 601–622.
 */
import { defineModel } from "../../define/define-model.ts";

const source = "Herbert, Elsworth & Telling 1956, the example of their theory";

/** Chemostat with Monod growth; concentrations in g/L, time in h. */
export const monodChemostat = defineModel({
  name: "monod-chemostat",
  time: "h",
  description: "Continuous culture with Monod growth",
  parameters: {
    muMax: { value: 1, unit: "1/h", bounds: [0.01, 3], physical: [0, 10], description: "highest specific growth rate", source },
    KS: {
      value: 0.2,
      unit: "g/L",
      bounds: [1e-4, 10],
      physical: [0, 1e3],
      scale: "log",
      description: "substrate at half of the highest rate",
      source,
    },
    Y: { value: 0.5, unit: "1", bounds: [0.01, 1], physical: [0, 2], description: "biomass for substrate", source },
  },
  inputs: { D: "1/h", SF: "g/L" },
  states: {
    X: { unit: "g/L", initial: 1, min: 0 },
    S: { unit: "g/L", initial: 1, min: 0 },
  },
  algebraic: { mu: { unit: "1/h", is: "muMax*S/(KS + S)", description: "specific growth rate" } },
  derivatives: { X: "(mu - D)*X", S: "D*(SF - S) - mu*X/Y" },
  outputs: { productivity: { unit: "g/L/h", is: "D*X" } },
});
