/**
 * Continuous culture whose substrate inhibits growth: Haldane (Andrews) kinetics.
 *
 * Assumes: perfect mixing, sterile feed, constant yield, no maintenance, no death.
 * Valid: inhibition by the substrate alone. Two steady states with biomass may exist for one dilution rate; the one with more substrate is
 * unstable, and beyond it the culture washes out.
 *
 * @see J. F. Andrews, "A mathematical model for the continuous culture of microorganisms utilizing inhibitory substrates",
 *   Biotechnol. Bioeng. 10 (1968) 707–723.
 * @see B. W. Bequette, *Process Dynamics: Modeling, Analysis, and Simulation*, Prentice Hall 1998, module 8 (biochemical reactors).
 */
import { defineModel } from "../../define/define-model.ts";

const source = "Bequette 1998, module 8";

/** Chemostat with substrate inhibition; concentrations in g/L, time in h. */
export const haldaneChemostat = defineModel({
  name: "haldane-chemostat",
  time: "h",
  description: "Continuous culture inhibited by its substrate",
  parameters: {
    muMax: { value: 0.53, unit: "1/h", bounds: [0.01, 3], physical: [0, 10], description: "growth rate without inhibition", source },
    KS: {
      value: 0.12,
      unit: "g/L",
      bounds: [1e-4, 10],
      physical: [0, 1e3],
      scale: "log",
      description: "saturation constant",
      source,
    },
    KI: {
      value: 1 / 0.4545,
      unit: "g/L",
      bounds: [1e-2, 1e3],
      physical: [0, 1e5],
      scale: "log",
      description: "inhibition constant",
      source,
    },
    Y: { value: 0.4, unit: "1", bounds: [0.01, 1], physical: [0, 2], description: "biomass for substrate", source },
  },
  inputs: { D: "1/h", SF: "g/L" },
  states: {
    X: { unit: "g/L", initial: 1.5, min: 0 },
    S: { unit: "g/L", initial: 0.2, min: 0 },
  },
  algebraic: { mu: { unit: "1/h", is: "muMax*S/(KS + S + S^2/KI)", description: "specific growth rate" } },
  derivatives: { X: "(mu - D)*X", S: "D*(SF - S) - mu*X/Y" },
  outputs: { productivity: { unit: "g/L/h", is: "D*X" } },
});
