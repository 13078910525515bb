/**
 * Batch dryer under constant conditions: constant rate above the critical moisture, then a rate that falls linearly to equilibrium.
 *
 * Assumes: air of constant state and flow over the whole charge; one characteristic drying curve, linear below the critical moisture.
 * Valid: moisture on the dry basis; materials whose falling-rate curve is near a straight line. From X0 > Xc to X < Xc it takes
 * Ms/(A·Nc)·((X0 − Xc) + (Xc − Xe)·ln((Xc − Xe)/(X − Xe))).
 *
 * @see R. E. Treybal, *Mass-Transfer Operations*, 3rd ed., McGraw-Hill 1980, ch. 12 (time of drying).
 */
import { defineModel } from "../../define/define-model.ts";

const moisture = { unit: "1", bounds: [0, 5], physical: [0, 20], source: "example" } as const;

/** Batch dryer; moisture in kg water for each kg of dry solid, time in s. */
export const dryer = defineModel({
  name: "dryer",
  time: "s",
  description: "Batch dryer with constant and falling rate",
  parameters: {
    Ms: { value: 100, unit: "kg", bounds: [0.01, 1e5], physical: [0, 1e7], description: "dry solid", source: "example" },
    A: { value: 5, unit: "m^2", bounds: [0.01, 1e4], physical: [0, 1e6], description: "drying surface", source: "example" },
    Nc: {
      value: 3e-4,
      unit: "kg/m^2/s",
      bounds: [1e-6, 1e-2],
      physical: [0, 1],
      scale: "log",
      description: "drying rate of a wet surface",
      source: "example",
    },
    Xc: { ...moisture, value: 0.2, description: "critical moisture" },
    Xe: { ...moisture, value: 0.02, description: "equilibrium moisture" },
    X0: { ...moisture, value: 0.4, description: "moisture at the start" },
  },
  states: { X: { unit: "1", initial: "X0", min: 0 } },
  algebraic: {
    N: { unit: "kg/m^2/s", is: "Nc*min(1, (X - Xe)/(Xc - Xe))", description: "drying rate" },
  },
  derivatives: { X: "-A*N/Ms" },
  events: { critical: { when: "X - Xc", direction: "falling" } },
  outputs: { water: { unit: "kg", is: "Ms*X" } },
});
