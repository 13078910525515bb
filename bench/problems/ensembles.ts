/** Two models in thousands of variants: Lotka–Volterra, which is arithmetic only, and the stirred tank, which is exponentials. */
import { random } from "greybox/core";
import { defineModel } from "greybox/models";

export const lotkaVolterra = defineModel({
  name: "lotka-volterra",
  time: "1",
  parameters: {
    a: { value: 1.5, unit: "1" },
    b: { value: 1, unit: "1" },
    c: { value: 3, unit: "1" },
    d: { value: 1, unit: "1" },
  },
  states: { x: { unit: "1", initial: 1 }, y: { unit: "1", initial: 1 } },
  derivatives: { x: "a*x - b*x*y", y: "-c*y + d*x*y" },
});

/** Feed, volume and heat capacity as in `peers/ensemble.c`. */
export const tank = defineModel({
  name: "tank",
  time: "min",
  parameters: { k0: { value: 7.2e10, unit: "1/min" }, EoverR: { value: 8750, unit: "K" }, UA: { value: 5e4, unit: "J/min/K" } },
  states: { cA: { unit: "mol/L", initial: 0.5 }, T: { unit: "K", initial: 350 } },
  algebraic: { rate: { unit: "mol/L/min", is: "k0*exp(-EoverR/T)*cA" } },
  derivatives: {
    cA: "(1 mol/L - cA)/(1 min) - rate",
    T: "(350 K - T)/(1 min) + 209.205 K*L/mol*rate + UA/(23900 J/K)*(300 K - T)",
  },
});

/** Values around the model's own, shape (members, parameters). */
export function spread(centre: readonly number[], share: number, members: number, seed: string): Float64Array {
  const draw = random(seed);
  return Float64Array.from(
    { length: members * centre.length },
    (_, i) => centre[i % centre.length]! * (1 + share * (2 * draw.uniform() - 1)),
  );
}
