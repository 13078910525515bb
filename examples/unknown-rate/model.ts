/**
 * A fed bioreactor whose law of growth is not known: only what the balances of biomass and substrate say.
 *
 * Perfectly mixed, constant yield, no maintenance, no death.
 */
import { defineOpenModel } from "greybox/models";

export const reactor = defineOpenModel({
  name: "fed bioreactor",
  time: "h",
  parameters: {
    Y: { value: 0.5, unit: "1", bounds: [0.2, 0.8] }, // g of biomass from a g of substrate
    Sf: { value: 40, unit: "g/L" }, // substrate in the feed
  },
  inputs: { D: "1/h" }, // feed over volume
  states: {
    X: { unit: "g/L", initial: 1, min: 0 }, // biomass
    S: { unit: "g/L", initial: 12, min: 0 }, // substrate
  },
  unknown: { growth: { unit: "g/L/h", of: ["X", "S"], sign: "positive" } },
  derivatives: {
    X: "growth - D*X",
    S: "-growth/Y + D*(Sf - S)",
  },
});

const rate = { value: 0.3, unit: "1/h", bounds: [0.01, 5], scale: "log" } as const;
const half = { value: 1, unit: "g/L", bounds: [0.01, 100], scale: "log" } as const;

/** Laws from the textbook (J. E. Bailey, D. F. Ollis, *Biochemical Engineering Fundamentals*, 2nd ed., McGraw-Hill 1986, §7.2). */
export const laws = {
  "no limit": { is: "mu*X", parameters: { mu: rate } },
  Monod: { is: "mu*S/(K + S)*X", parameters: { mu: rate, K: half } },
  Contois: { is: "mu*S/(K*X + S)*X", parameters: { mu: rate, K: { ...half, unit: "1" } } },
  Haldane: { is: "mu*S/(K + S + S*S/Ki)*X", parameters: { mu: rate, K: half, Ki: { ...half, value: 10 } } },
} as const;
