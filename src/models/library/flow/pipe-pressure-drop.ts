/**
 * Pressure drop of a straight round pipe (Darcy–Weisbach), laminar to turbulent.
 *
 * Assumes: steady, fully developed flow of an incompressible Newtonian liquid.
 * Valid: laminar up to Re = 2300 (Hagen–Poiseuille), turbulent from 4000 to 10⁸ (Haaland); between them, where flow is intermittent, the
 * friction factor is a straight line from the one to the other. Both signs of the flow.
 *
 * @see R. B. Bird, W. E. Stewart & E. N. Lightfoot, *Transport Phenomena*, 2nd ed., Wiley 2002, ch. 2.3 and ch. 6.
 * @see S. E. Haaland, "Simple and explicit formulas for the friction factor in turbulent pipe flow", J. Fluids Eng. 105 (1983) 89–90.
 */
import { defineModel } from "../../define/define-model.ts";

/** Pipe; flow in m³/s, pressure drop in Pa, Darcy's friction factor. */
export const pipePressureDrop = defineModel({
  name: "pipe-pressure-drop",
  time: "s",
  description: "Pressure drop of a straight pipe",
  parameters: {
    L: { value: 100, unit: "m", bounds: [0.1, 1e5], physical: [0, 1e7], description: "length", source: "example" },
    d: { value: 0.1, unit: "m", bounds: [1e-3, 5], physical: [1e-5, 20], description: "inner diameter", source: "example" },
    roughness: { value: 4.5e-5, unit: "m", bounds: [0, 1e-2], physical: [0, 1], description: "roughness", source: "commercial steel" },
    rho: { value: 998, unit: "kg/m^3", bounds: [500, 2000], physical: [1, 2e4], description: "density", source: "water at 20 °C" },
    mu: {
      value: 1.002e-3,
      unit: "Pa*s",
      bounds: [1e-4, 10],
      physical: [1e-6, 1e6],
      scale: "log",
      description: "viscosity",
      source: "water at 20 °C",
    },
  },
  inputs: { q: "m^3/s" },
  states: {},
  algebraic: {
    v: { unit: "m/s", is: "4*q/(acos(-1)*d^2)", description: "mean velocity" },
    Re: { unit: "1", is: "rho*abs(v)*d/mu", description: "Reynolds number" },
    haaland: { unit: "1", is: "1/(1.8*log10((roughness/d/3.7)^1.11 + 6.9/max(Re, 4000)))^2", description: "friction factor, turbulent" },
    f: {
      unit: "1",
      is: "if(Re < 2300, 64/max(Re, 1e-9), 64/2300 + (haaland - 64/2300)*min((Re - 2300)/1700, 1))",
      description: "Darcy's friction factor",
    },
  },
  derivatives: {},
  outputs: {
    dp: {
      unit: "Pa",
      is: "if(Re < 2300, 32*mu*L*v/d^2, f*L/d*rho*v*abs(v)/2)",
      description: "pressure drop, with the sign of the flow",
    },
  },
});
