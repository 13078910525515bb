/**
 * What all control valves for liquids have in common: flow from size, opening and pressures, choked where the liquid flashes.
 *
 * Cv is the flow of water in US gallons a minute at 1 psi; the figures that turn it into SI units stand in the equations.
 *
 * @see ANSI/ISA-75.01.01 (IEC 60534-2-1), "Industrial-process control valves: sizing equations for fluid flow".
 */
const source = "example";
const standard = "IEC 60534-2-1";

export const liquidValve = {
  parameters: {
    Cv: {
      value: 10,
      unit: "gal/min/psi^0.5",
      bounds: [1e-3, 1e4],
      physical: [0, 1e6],
      scale: "log",
      description: "flow coefficient, fully open",
      source,
    },
    G: { value: 1, unit: "1", bounds: [0.4, 3], physical: [0.01, 20], description: "density relative to water", source },
    FL: { value: 0.9, unit: "1", bounds: [0.3, 1], physical: [0, 1], description: "liquid pressure recovery factor", source: standard },
    pv: { value: 2340, unit: "Pa", bounds: [0, 1e7], physical: [0, 1e9], description: "vapour pressure", source: "water at 20 °C" },
    pc: { value: 2.2064e7, unit: "Pa", bounds: [1e6, 3e7], physical: [1e4, 1e9], description: "critical pressure", source: "water, IAPWS" },
    dpLaminar: {
      value: 1,
      unit: "Pa",
      physical: [0, 1e4],
      description: "pressure difference below which flow is linear",
      source: "numerical",
    },
  },
  inputs: { opening: "1", p1: "Pa", p2: "Pa" },
  algebraic: {
    lift: { unit: "1", is: "max(0, min(1, opening))", description: "opening between shut and open" },
    FF: { unit: "1", is: "0.96 - 0.28*sqrt(pv/pc)", description: "critical pressure ratio factor" },
    dpChoked: { unit: "Pa", is: "FL^2*(p1 - FF*pv)", description: "pressure drop beyond which the flow does not grow" },
    dp: { unit: "Pa", is: "min(p1 - p2, max(dpChoked, dpLaminar))", description: "pressure drop that drives the flow" },
    root: {
      unit: "psi^0.5",
      is: "dp/sqrt(sqrt(dp^2 + dpLaminar^2))/sqrt(6894.757293168 Pa/psi)",
      description: "signed root of the pressure drop, linear near 0",
    },
    open: { unit: "m^3/s", is: "Cv*root/sqrt(G)*3.785411784e-3 m^3/gal/(60 s/min)", description: "flow through the open valve" },
  },
  outputs: { q: { unit: "m^3/s", is: "share*open", description: "flow" } },
} as const;
