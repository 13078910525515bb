/** Models that the tests of composition make plants of. */
import { defineModel } from "../../../src/models/index.ts";

/** Cooled exothermic reactor. */
export const reactor = defineModel({
  name: "cstr",
  time: "min",
  parameters: {
    k0: { value: 7.2e10, unit: "1/min", bounds: [1e9, 1e13], scale: "log" },
    EoverR: { value: 8750, unit: "K" },
    V: { value: 100, unit: "L" },
    dH: { value: -5e4, unit: "J/mol" },
    rhoCp: { value: 239, unit: "J/L/K" },
    UA: { value: 5e4, unit: "J/min/K", bounds: [1e4, 2e5] },
  },
  inputs: { q: "L/min", cF: "mol/L", TF: "K", Tc: "K" },
  states: { cA: { unit: "mol/L", initial: 0.5, min: 0 }, T: { unit: "K", initial: 350 } },
  algebraic: { k: { unit: "1/min", is: "k0 * exp(-EoverR/T)" } },
  derivatives: { cA: "q/V*(cF - cA) - k*cA", T: "q/V*(TF - T) - dH/rhoCp*k*cA + UA/(V*rhoCp)*(Tc - T)" },
  events: { trip: { when: "T - 420 K", direction: "rising", then: { T: "T - 5 K" } } },
  outputs: { conversion: { unit: "1", is: "1 - cA/cF" } },
});

/** First-order measurement that starts where its input is. */
export const transmitter = defineModel({
  name: "transmitter",
  time: "min",
  parameters: { tau: { value: 0.2, unit: "min" } },
  inputs: { process: "K" },
  states: { reading: { unit: "K", initial: "process" } },
  derivatives: { reading: "(process - reading)/tau" },
  outputs: { lag: { unit: "K", is: "process - reading" } },
});

/** One of many equal tanks in a row. */
export const tank = defineModel({
  name: "tank",
  time: "min",
  parameters: { V: { value: 2, unit: "L" } },
  inputs: { q: "L/min", cIn: "mol/L" },
  states: { c: { unit: "mol/L", initial: 0 } },
  derivatives: { c: "q/V*(cIn - c)" },
});
