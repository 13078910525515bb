/**
 * Oregonator: the oscillating reaction of Belousov and Zhabotinsky in three dimensionless concentrations.
 *
 * @see R. J. Field, R. M. Noyes, "Oscillations in chemical systems IV", J. Chem. Phys. 60 (1974) 1877–1884; Test Set for Initial Value
 *   Problem Solvers, release 2.4, Univ. Bari 2008.
 */
import { defineModel } from "greybox/models";

/** Bromous acid, bromide and cerium(IV), scaled; the published run ends at 360. */
export const orego = defineModel({
  name: "orego",
  time: "1",
  parameters: { s: { value: 77.27, unit: "1" }, w: { value: 0.161, unit: "1" }, q: { value: 8.375e-6, unit: "1" } },
  states: { y1: { unit: "1", initial: 1 }, y2: { unit: "1", initial: 2 }, y3: { unit: "1", initial: 3 } },
  derivatives: { y1: "s*(y2 - y1*y2 + y1 - q*y1^2)", y2: "(-y2 - y1*y2 + y3)/s", y3: "w*(y1 - y3)" },
});
