/** Models that must type-check, and the names their types carry. Never run. */
import type { InputOf, ObservableOf, ParameterOf, StateOf } from "../../../src/core/index.ts";
import { defineModel, type Model, modelFromDefinition } from "../../../src/models/index.ts";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
const holds = <T extends true>(proof?: T): T | undefined => proof;

const reactor = defineModel({
  name: "cstr",
  time: "min",
  description: "every form an equation can take",
  parameters: {
    k0: {
      value: 7.2e10,
      unit: "1/min",
      bounds: [1e9, 1e13],
      physical: [1, 1e20],
      scale: "log",
      source: "book",
      description: "pre-exponential",
    },
    EoverR: { value: 8750, unit: "K" },
  },
  inputs: { q: "L/min", Tc: "K" },
  states: { cA: { unit: "mol/L", initial: "q/q*k0/k0", min: 0 }, T: { unit: "K", initial: 350 } },
  algebraic: {
    k: { unit: "1/min", is: "k0 * exp(-EoverR/T)" },
    w: { unit: "1", guess: 0.5, zero: "w^2 - 1e-3*w - 2.5E+3" },
  },
  derivatives: {
    cA: "if(T > 420 K and not (q <= 5 L/min or t > 3 min), -k*cA, max(min(1., .5, 2e0), 0)*cA)",
    T: `60 s/min*(Tc - T)
      + 5 L/min*q
      + 8.314 J/mol/K*T^-2 + 3 m^2/s*(1  m^-0.5*s) - 420 K/T`,
  },
  events: {
    trip: { when: "T - 420 K", direction: "rising", then: { T: "T - 5 K", cA: "cA" } },
    end: { when: "cA - 0.1 mol/L", terminal: true },
  },
  outputs: { conversion: { unit: "1", is: "1 - cA/0.5 mol/L" } },
});
holds<Same<ParameterOf<typeof reactor>, "k0" | "EoverR">>();
holds<Same<InputOf<typeof reactor>, "q" | "Tc">>();
holds<Same<StateOf<typeof reactor>, "cA" | "T">>();
holds<Same<ObservableOf<typeof reactor>, "cA" | "T" | "k" | "w" | "conversion">>();
reactor.with({ parameters: { k0: 1e10 } }).with({});

// What may be left out, is. A literal with blanks between its parts is divided by what follows.
const least = defineModel({ name: "least", time: "1", states: { x: { unit: "1", initial: 1 } }, derivatives: { x: "-x" } });
holds<Same<ParameterOf<typeof least>, never>>();
holds<Same<InputOf<typeof least>, never>>();
holds<Same<ObservableOf<typeof least>, "x">>();

// Numbered names, as composed models and those with axes have them.
defineModel({
  name: "numbered",
  time: "1",
  states: { "T[1]": { unit: "1", initial: 1 }, "trays[2].x": { unit: "1", initial: 1 } },
  derivatives: { "T[1]": "-T[1]*(2 + trays[2].x)", "trays[2].x": "T[1]-trays[2].x" },
});

// Any model is a model; one from plain data has names that are only known when it runs.
const models: readonly Model[] = [reactor, least, modelFromDefinition(JSON.parse("{}"))];

export { models };
