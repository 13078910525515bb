/** The stirred tank of the design's example with four unknown parameters, and 200 noisy samples of its start-up. */
import { random } from "greybox/core";
import { windowFromTable } from "greybox/historian";
import { defineModel } from "greybox/models";
import { simulate } from "greybox/solvers";

export const constants = { q: 100, V: 100, cF: 1, TF: 350, Tc: 310, rhoCp: 239 };
export const truth = { k0: 7.2e10, EoverR: 8750, dH: -5e4, UA: 5e4 };
/** Where a search begins, in shares of the truth. */
export const begin = { k0: 0.8, EoverR: 0.99, dH: 0.9, UA: 0.9 };
export const sigma = { cA: 0.01, T: 0.5 };
export const initial = { cA: 0.5, T: 350 };
export const estimate = ["k0", "EoverR", "dH", "UA"] as const;
export const times = Array.from({ length: 200 }, (_, i) => 0.05 * (i + 1));

export const reactor = defineModel({
  name: "cstr",
  time: "min",
  parameters: {
    k0: { value: begin.k0 * truth.k0, unit: "1/min", bounds: [1e9, 1e13], scale: "log" },
    EoverR: { value: begin.EoverR * truth.EoverR, unit: "K", bounds: [6000, 12000] },
    dH: { value: begin.dH * truth.dH, unit: "J/mol", bounds: [-2e5, -1e4] },
    UA: { value: begin.UA * truth.UA, unit: "J/min/K", bounds: [1e4, 2e5] },
    V: { value: constants.V, unit: "L" },
    rhoCp: { value: constants.rhoCp, unit: "J/L/K" },
  },
  inputs: { q: "L/min", cF: "mol/L", TF: "K", Tc: "K" },
  states: { cA: { unit: "mol/L", initial: initial.cA }, T: { unit: "K", initial: initial.T } },
  algebraic: { k: { unit: "1/min", is: "k0*exp(-EoverR/T)" } },
  derivatives: {
    cA: "q/V*(cF - cA) - k*cA",
    T: "q/V*(TF - T) - dH/rhoCp*k*cA + UA/(V*rhoCp)*(Tc - T)",
  },
});

const { q, cF, TF, Tc } = constants;
const exact = simulate(reactor, {
  span: [0, times.at(-1) ?? 0],
  parameters: truth,
  inputs: { q, cF, TF, Tc },
  at: times,
  rtol: 1e-11,
  atol: 1e-12,
});
const noise = random("cstr bench");

/** Columns of equal length: 200. */
export const measured = {
  cA: Array.from(exact.column("cA"), (value) => value + sigma.cA * noise.normal()),
  T: Array.from(exact.column("T"), (value) => value + sigma.T * noise.normal()),
};

export const window = windowFromTable(reactor, { time: times, inputs: { q, cF, TF, Tc }, measured, sigma, name: "start-up" });
