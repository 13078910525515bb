/**
 * Equilibrium flash of three components at given temperature and pressure, in the form of Rachford and Rice.
 *
 * Assumes: ideal gas and ideal liquid (Raoult), vapour pressures by Antoine's equation, equilibrium, no hold-up.
 * Valid: where the Antoine constants are; the constants given are those of benzene, toluene and ethylbenzene from 330 to 354 K. A vapour
 * fraction below 0 or above 1 means a single phase (sub-cooled or superheated), and the compositions are then those of a negative flash.
 *
 * @see H. H. Rachford & J. D. Rice, "Procedure for use of electronic digital computers in calculating flash vaporization hydrocarbon
 *   equilibrium", J. Pet. Technol. 4(10) (1952) 19, 3.
 * @see C. H. Whitson & M. L. Michelsen, "The negative flash", Fluid Phase Equilib. 53 (1989) 51–71.
 */
import { defineModel } from "../../define/define-model.ts";
import { antoineConstants } from "../properties/antoine-constants.ts";

const [one, two, three] = [antoineConstants.benzene, antoineConstants.toluene, antoineConstants.ethylbenzene];
const A = { unit: "1", bounds: [2, 7], physical: [0, 20], description: "Antoine constant A (log10 of bar)" } as const;
const B = { unit: "K", bounds: [300, 4000], physical: [0, 1e4], description: "Antoine constant B" } as const;
const C = { unit: "K", bounds: [-250, 50], physical: [-300, 300], description: "Antoine constant C" } as const;

/** Isothermal flash of three components; mole fractions, pressures in Pa, molar flows in mol/s. The third mole fraction of the feed is the rest. */
export const flashDrum = defineModel({
  name: "flash-drum",
  time: "s",
  description: "Isothermal equilibrium flash of three components",
  parameters: {
    A1: { ...A, value: one.A, source: one.source },
    B1: { ...B, value: one.B, source: one.source },
    C1: { ...C, value: one.C, source: one.source },
    A2: { ...A, value: two.A, source: two.source },
    B2: { ...B, value: two.B, source: two.source },
    C2: { ...C, value: two.C, source: two.source },
    A3: { ...A, value: three.A, source: three.source },
    B3: { ...B, value: three.B, source: three.source },
    C3: { ...C, value: three.C, source: three.source },
    bar: {
      value: 1e5,
      unit: "Pa",
      physical: [1e5, 1.0000001e5],
      description: "pressure unit of the Antoine constants",
      source: "definition",
    },
  },
  inputs: { F: "mol/s", z1: "1", z2: "1", T: "K", P: "Pa" },
  states: {},
  algebraic: {
    z3: { unit: "1", is: "1 - z1 - z2" },
    K1: { unit: "1", is: "10^(A1 - B1/(T + C1))*bar/P" },
    K2: { unit: "1", is: "10^(A2 - B2/(T + C2))*bar/P" },
    K3: { unit: "1", is: "10^(A3 - B3/(T + C3))*bar/P" },
    vapour: {
      unit: "1",
      guess: 0.5,
      zero: "z1*(K1 - 1)/(1 + vapour*(K1 - 1)) + z2*(K2 - 1)/(1 + vapour*(K2 - 1)) + z3*(K3 - 1)/(1 + vapour*(K3 - 1))",
      description: "vapour for feed, by moles",
    },
  },
  derivatives: {},
  outputs: {
    V: { unit: "mol/s", is: "F*vapour" },
    L: { unit: "mol/s", is: "F*(1 - vapour)" },
    x1: { unit: "1", is: "z1/(1 + vapour*(K1 - 1))" },
    x2: { unit: "1", is: "z2/(1 + vapour*(K2 - 1))" },
    x3: { unit: "1", is: "z3/(1 + vapour*(K3 - 1))" },
    y1: { unit: "1", is: "K1*z1/(1 + vapour*(K1 - 1))" },
    y2: { unit: "1", is: "K2*z2/(1 + vapour*(K2 - 1))" },
    y3: { unit: "1", is: "K3*z3/(1 + vapour*(K3 - 1))" },
  },
});
