/**
 * A cooled stirred tank with one exothermic reaction of first order, after Seborg et al., *Process Dynamics and Control*, 3rd ed., table 2.3, with a heat of
 * reaction small enough for one steady state.
 */
import { defineModel } from "greybox";

export const reactor = defineModel({
  name: "reactor",
  time: "min",
  parameters: {
    // At 350 K rather than at infinite temperature: then data fixes each of the two by itself.
    k350: { value: 0.7, unit: "1/min", bounds: [0.1, 10], scale: "log", description: "rate constant at 350 K" },
    E: { value: 9500, unit: "K", bounds: [4000, 15000], description: "activation energy over the gas constant" },
    UA: { value: 4e4, unit: "J/min/K", bounds: [1e4, 2e5], scale: "log", description: "heat transfer to the jacket" },
    dH: { value: -2.5e4, unit: "J/mol", bounds: [-1e5, -1e4], description: "heat of reaction" },
    V: { value: 100, unit: "L" },
    rhoCp: { value: 239, unit: "J/L/K" },
  },
  inputs: { q: "L/min", cF: "mol/L", TF: "K", Tc: "K" },
  states: { cA: { unit: "mol/L", initial: 0.5, min: 0 }, T: { unit: "K", initial: 350 } },
  algebraic: { r: { unit: "mol/L/min", is: "k350*exp(-E*(1/T - 1/(350 K)))*cA" } },
  derivatives: {
    cA: "q/V*(cF - cA) - r",
    T: "q/V*(TF - T) - dH/rhoCp*r + UA/(V*rhoCp)*(Tc - T)",
  },
});
