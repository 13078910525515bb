/**
 * Control valve for gases, with expansion and choking; linear characteristic.
 *
 * Assumes: turbulent flow of an ideal gas, quasi-steady; the expansion factor falls linearly with x/(Fγ·xT) to 2/3, where the flow is choked.
 * Valid: p1 ≥ p2 (flow back is taken as none), 1.08 < γ < 1.65. Within some `dpLaminar` of balance the flow is linear in the pressure drop.
 *
 * @see ANSI/ISA-75.01.01 (IEC 60534-2-1), "Industrial-process control valves: sizing equations for fluid flow", compressible fluids. Its
 *   W = N6·C·Y·√(x·p1·ρ1), with N6 = 2.73 for Cv, kg/h, kPa and kg/m³, is written out in SI units.
 */
import { defineModel } from "../../define/define-model.ts";

/** Gas valve: opening from 0 to 1, absolute pressures in Pa, mass flow in kg/s. */
export const gasValve = defineModel({
  name: "gas-valve",
  time: "s",
  description: "Control valve for gases, choked above the critical pressure drop",
  parameters: {
    Cv: {
      value: 10,
      unit: "gal/min/psi^0.5",
      bounds: [1e-3, 1e4],
      physical: [0, 1e6],
      scale: "log",
      description: "flow coefficient, fully open",
      source: "example",
    },
    xT: {
      value: 0.7,
      unit: "1",
      bounds: [0.1, 0.9],
      physical: [0, 1],
      description: "pressure drop ratio of choked air",
      source: "example",
    },
    gamma: { value: 1.4, unit: "1", bounds: [1.08, 1.65], physical: [1, 1.67], description: "ratio of heat capacities", source: "air" },
    M: { value: 0.0289652, unit: "kg/mol", bounds: [0.002, 0.2], physical: [0.001, 1], description: "molar mass", source: "dry air" },
    R: { value: 8.314462618, unit: "J/mol/K", physical: [8.31, 8.32], description: "gas constant", source: "CODATA 2018" },
    rhoW: { value: 999.1, unit: "kg/m^3", physical: [990, 1000], description: "water, which Cv is defined by, at 15 °C", source: "IAPWS" },
    dpLaminar: { value: 1, unit: "Pa", physical: [0, 1e4], description: "pressure drop below which flow is linear", source: "numerical" },
  },
  inputs: { opening: "1", p1: "Pa", p2: "Pa", T1: "K" },
  states: {},
  algebraic: {
    lift: { unit: "1", is: "max(0, min(1, opening))", description: "opening between shut and open" },
    rho1: { unit: "kg/m^3", is: "p1*M/(R*T1)", description: "density at the inlet" },
    xChoked: { unit: "1", is: "gamma/1.4*xT", description: "pressure drop ratio where the flow is choked" },
    x: { unit: "1", is: "min(max(p1 - p2, 0)/p1, xChoked)", description: "pressure drop ratio that drives the flow" },
    Y: { unit: "1", is: "1 - x/(3*xChoked)", description: "expansion factor" },
    C: {
      unit: "m^3/s/Pa^0.5",
      is: "Cv*3.785411784e-3 m^3/gal/(60 s/min)/sqrt(6894.757293168 Pa/psi)",
      description: "flow coefficient in SI units",
    },
    root: { unit: "Pa^0.5", is: "x*p1/sqrt(sqrt((x*p1)^2 + dpLaminar^2))", description: "root of the pressure drop, linear near 0" },
  },
  derivatives: {},
  outputs: {
    W: { unit: "kg/s", is: "lift*C*Y*root*sqrt(rhoW*rho1)", description: "mass flow" },
    choked: { unit: "1", is: "if(p1 - p2 >= xChoked*p1, 1, 0)", description: "1 where the flow is choked" },
  },
});
