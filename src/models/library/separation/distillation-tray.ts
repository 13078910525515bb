/**
 * One equilibrium tray of a binary column, with the inertia of its liquid.
 *
 * Assumes: constant relative volatility, constant molar overflow (as much vapour leaves as enters), perfect mixing, no vapour hold-up,
 * outflow linear in hold-up.
 * Valid: near the hold-up `M0` that belongs to the liquid flow `L0`; mixtures close to ideal.
 *
 * @see S. Skogestad, "Dynamics and control of distillation columns: a tutorial introduction", Trans. IChemE A 75 (1997) 539–562.
 */
import { defineModel } from "../../define/define-model.ts";

/** Tray: liquid (L, x) comes from above, vapour (V, y) from below; mole fractions, mol/s, s. */
export const distillationTray = defineModel({
  name: "distillation-tray",
  time: "s",
  description: "Equilibrium tray of a binary column",
  parameters: {
    alpha: {
      value: 1.5,
      unit: "1",
      bounds: [1.01, 20],
      physical: [1, 1e3],
      description: "relative volatility",
      source: "Skogestad 1997, column A",
    },
    M0: {
      value: 500,
      unit: "mol",
      bounds: [1, 1e6],
      physical: [0, 1e8],
      description: "hold-up at liquid flow L0",
      source: "Skogestad 1997, column A",
    },
    L0: {
      value: 45.1048333,
      unit: "mol/s",
      bounds: [0, 1e5],
      physical: [0, 1e7],
      description: "liquid flow at hold-up M0",
      source: "Skogestad 1997, column A",
    },
    tau: {
      value: 3.78,
      unit: "s",
      bounds: [0.1, 100],
      physical: [0, 1e4],
      description: "hold-up by liquid flow",
      source: "Skogestad 1997, column A",
    },
  },
  inputs: { LIn: "mol/s", xIn: "1", VIn: "mol/s", yIn: "1" },
  states: {
    M: { unit: "mol", initial: "M0", min: 0, nominal: 500 },
    x: { unit: "1", initial: 0.5, min: 0, max: 1 },
  },
  algebraic: {
    y: { unit: "1", is: "alpha*x/(1 + (alpha - 1)*x)", description: "vapour in equilibrium" },
    L: { unit: "mol/s", is: "L0 + (M - M0)/tau", description: "liquid to the tray below" },
  },
  derivatives: {
    M: "LIn - L",
    x: "(LIn*(xIn - x) + VIn*(yIn - y))/M",
  },
  outputs: { V: { unit: "mol/s", is: "VIn", description: "vapour to the tray above" } },
});
