/**
 * Open tank that drains through an orifice in its floor (Torricelli).
 *
 * Assumes: constant cross-section and density, quasi-steady outflow, atmospheric pressure above and at the outlet.
 * Valid: orifice small beside the tank. Below a film of height `film` the outflow falls linearly to nothing, so that its slope stays finite.
 *
 * @see D. E. Seborg et al., *Process Dynamics and Control*, 3rd ed., Wiley 2010, §2.4.5 (liquid storage systems).
 */
import { defineModel } from "../../define/define-model.ts";

/** Open tank; level in m, flows in m³/s, time in s. */
export const openTank = defineModel({
  name: "open-tank",
  time: "s",
  description: "Open tank with an orifice in its floor",
  parameters: {
    A: { value: 1, unit: "m^2", bounds: [1e-4, 1e4], physical: [0, 1e6], description: "cross-section of the tank", source: "example" },
    a: { value: 1e-3, unit: "m^2", bounds: [1e-7, 1], physical: [0, 10], description: "cross-section of the orifice", source: "example" },
    Cd: { value: 0.61, unit: "1", bounds: [0.5, 1], physical: [0, 1], description: "discharge coefficient", source: "sharp-edged orifice" },
    g: { value: 9.80665, unit: "m/s^2", physical: [9.7, 9.9], description: "acceleration of free fall", source: "standard gravity" },
    film: { value: 1e-4, unit: "m", physical: [0, 1], description: "level below which the outflow is linear", source: "numerical" },
  },
  inputs: { qIn: "m^3/s" },
  states: { h: { unit: "m", initial: 1, min: 0 } },
  algebraic: { qOut: { unit: "m^3/s", is: "Cd*a*sqrt(2*g*max(h, film))*min(h/film, 1)", description: "outflow" } },
  derivatives: { h: "(qIn - qOut)/A" },
  outputs: { volume: { unit: "m^3", is: "A*h" } },
});
