/**
 * Closed vessel with liquid below a cushion of gas that neither comes nor goes; the outlet is an orifice to a pressure of its own.
 *
 * Assumes: ideal gas at constant temperature, insoluble; constant cross-section and density; quasi-steady flow at the outlet, either way.
 * Valid: 0 < h < H. Near pressure balance, within some `dpLaminar`, the flow is linear in the pressure difference; at 100·dpLaminar the
 * square root is met to 3e-5, at 10⁴·dpLaminar to 3e-9.
 *
 * @see R. B. Bird, W. E. Stewart & E. N. Lightfoot, *Transport Phenomena*, 2nd ed., Wiley 2002, ch. 7 (macroscopic balances).
 */
import { defineModel } from "../../define/define-model.ts";

/** Closed tank; level in m, absolute pressures in Pa, time in s. */
export const closedTank = defineModel({
  name: "closed-tank",
  time: "s",
  description: "Closed vessel with a gas cushion",
  parameters: {
    A: { value: 1, unit: "m^2", bounds: [1e-4, 1e4], physical: [0, 1e6], description: "cross-section of the vessel", source: "example" },
    H: { value: 3, unit: "m", bounds: [0.1, 100], physical: [0, 1e3], description: "height of the vessel", source: "example" },
    h0: {
      value: 1,
      unit: "m",
      bounds: [0, 100],
      physical: [0, 1e3],
      description: "level at which the cushion has pressure p0",
      source: "example",
    },
    p0: {
      value: 1.5e5,
      unit: "Pa",
      bounds: [1e3, 1e7],
      physical: [0, 1e9],
      description: "pressure of the cushion at level h0",
      source: "example",
    },
    a: { value: 1e-3, unit: "m^2", bounds: [1e-7, 1], physical: [0, 10], description: "cross-section of the outlet", source: "example" },
    Cd: { value: 0.61, unit: "1", bounds: [0.5, 1], physical: [0, 1], description: "discharge coefficient", source: "sharp-edged orifice" },
    rho: { value: 1000, unit: "kg/m^3", bounds: [500, 2000], physical: [1, 2e4], description: "density of the liquid", source: "example" },
    g: { value: 9.80665, unit: "m/s^2", physical: [9.7, 9.9], description: "acceleration of free fall", source: "standard gravity" },
    dpLaminar: {
      value: 1,
      unit: "Pa",
      physical: [0, 1e4],
      description: "pressure difference below which flow is linear",
      source: "numerical",
    },
  },
  inputs: { qIn: "m^3/s", pOut: "Pa" },
  states: { h: { unit: "m", initial: "h0", min: 0 } },
  algebraic: {
    p: { unit: "Pa", is: "p0*(H - h0)/(H - h)", description: "pressure of the cushion" },
    dp: { unit: "Pa", is: "p + rho*g*h - pOut", description: "pressure difference over the outlet" },
    qOut: { unit: "m^3/s", is: "Cd*a*sqrt(2/rho)*dp/sqrt(sqrt(dp^2 + dpLaminar^2))", description: "outflow" },
  },
  derivatives: { h: "(qIn - qOut)/A" },
  outputs: { volume: { unit: "m^3", is: "A*h" } },
});
