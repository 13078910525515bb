/**
 * Van der Pol's relaxation oscillator: damping that is negative inside |y1| < 1 and drives the solution out again.
 *
 * @see B. van der Pol, "On relaxation oscillations", Phil. Mag. 2 (1926) 978–992; Test Set for Initial Value Problem Solvers, release 2.4,
 *   Univ. Bari 2008, with µ = 1000.
 */
import { defineModel } from "greybox/models";

/** The published run ends at 2000. */
export const vdpol = defineModel({
  name: "vdpol",
  time: "1",
  parameters: { mu: { value: 1000, unit: "1" } },
  states: { y1: { unit: "1", initial: 2 }, y2: { unit: "1", initial: 0, nominal: 1 } },
  derivatives: { y1: "y2", y2: "mu*(1 - y1^2)*y2 - y1" },
});
