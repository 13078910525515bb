/**
 * Tank that overflows over a rectangular weir, with a draw-off set from outside.
 *
 * Assumes: constant cross-section and density, sharp-crested weir without end contractions, head small beside the width.
 * Valid: head over the crest from about 3 cm to a third of the width; nothing flows below the crest. 2/3·Cd·√(2g) is Francis's coefficient
 * of 1.84 √m/s for Cd = 0.62.
 *
 * @see R. H. Perry & D. W. Green, *Perry's Chemical Engineers' Handbook*, 7th ed., McGraw-Hill 1997, section 10 (weirs; Francis formula).
 */
import { defineModel } from "../../define/define-model.ts";

/** Tank with an overflow weir; level in m, flows in m³/s, time in s. */
export const overflowTank = defineModel({
  name: "overflow-tank",
  time: "s",
  description: "Tank with an overflow weir",
  parameters: {
    A: { value: 1, unit: "m^2", bounds: [1e-4, 1e4], physical: [0, 1e6], description: "cross-section of the tank", source: "example" },
    crest: { value: 1, unit: "m", bounds: [0, 100], physical: [0, 1e3], description: "height of the crest", source: "example" },
    b: { value: 0.5, unit: "m", bounds: [1e-2, 100], physical: [0, 1e3], description: "width of the weir", source: "example" },
    Cd: {
      value: 0.62,
      unit: "1",
      bounds: [0.5, 0.8],
      physical: [0, 1],
      description: "discharge coefficient",
      source: "Perry 1997, section 10",
    },
    g: { value: 9.80665, unit: "m/s^2", physical: [9.7, 9.9], description: "acceleration of free fall", source: "standard gravity" },
  },
  inputs: { qIn: "m^3/s", qDraw: "m^3/s" },
  states: { h: { unit: "m", initial: 1, min: 0 } },
  algebraic: {
    qOver: { unit: "m^3/s", is: "2/3*Cd*b*sqrt(2*g)*max(h - crest, 0)^1.5", description: "overflow" },
  },
  derivatives: { h: "(qIn - qDraw - qOver)/A" },
  outputs: { volume: { unit: "m^3", is: "A*h" } },
});
