/**
 * Cooled stirred tank with one exothermic first-order reaction A → B.
 *
 * Assumes: perfect mixing, constant volume, density and heat capacity, negligible shaft work, coolant at one temperature.
 * Valid: liquid phase. There may be three steady states for one set of inputs: do not calibrate from one steady state alone.
 *
 * @see D. E. Seborg, T. F. Edgar, D. A. Mellichamp & F. J. Doyle, *Process Dynamics and Control*, 3rd ed., Wiley 2010, §2.4.6,
 *   example 2.5 and table 2.3, whose numbers (L, min) are given here in SI units.
 * @see A. Uppal, W. H. Ray & A. B. Poore, "On the dynamic behavior of continuous stirred tank reactors", Chem. Eng. Sci. 29 (1974) 967–985.
 */
import { defineModel } from "../../define/define-model.ts";

const source = "Seborg et al. 2010, table 2.3";

/** Cooled stirred tank with an exothermic reaction; time in s. */
export const exothermicCstr = defineModel({
  name: "exothermic-cstr",
  time: "s",
  description: "Cooled stirred tank, exothermic A → B of first order",
  parameters: {
    V: { value: 0.1, unit: "m^3", bounds: [1e-6, 1e3], physical: [0, 1e6], description: "liquid volume", source },
    k0: {
      value: 1.2e9,
      unit: "1/s",
      bounds: [1e6, 1e12],
      physical: [0, 1e20],
      scale: "log",
      description: "pre-exponential factor",
      source,
    },
    EoverR: {
      value: 8750,
      unit: "K",
      bounds: [4000, 16000],
      physical: [0, 1e5],
      description: "activation energy over the gas constant",
      source,
    },
    dH: { value: -5e4, unit: "J/mol", bounds: [-2e5, 0], physical: [-1e6, 0], description: "enthalpy of reaction", source },
    rhoCp: { value: 2.39e5, unit: "J/m^3/K", bounds: [1e5, 5e6], physical: [0, 1e7], description: "heat capacity by volume", source },
    UA: {
      value: 2500 / 3,
      unit: "W/K",
      bounds: [1, 1e5],
      physical: [0, 1e7],
      description: "heat-transfer coefficient times area",
      source,
    },
  },
  inputs: { q: "m^3/s", cAF: "mol/m^3", TF: "K", Tc: "K" },
  states: {
    cA: { unit: "mol/m^3", initial: 500, min: 0 },
    T: { unit: "K", initial: 350, min: 0 },
  },
  algebraic: {
    k: { unit: "1/s", is: "k0*exp(-EoverR/T)", description: "rate constant" },
    r: { unit: "mol/m^3/s", is: "k*cA", description: "rate of reaction" },
  },
  derivatives: {
    cA: "q/V*(cAF - cA) - r",
    T: "q/V*(TF - T) - dH/rhoCp*r + UA/(V*rhoCp)*(Tc - T)",
  },
  outputs: {
    conversion: { unit: "1", is: "1 - cA/cAF" },
    cooling: { unit: "W", is: "UA*(T - Tc)", description: "heat taken up by the coolant" },
  },
});
