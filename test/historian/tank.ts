/** A model as the historian sees one: names and units, nothing that runs. */
import type { ModelDefinition, SystemSource } from "../../src/core/index.ts";

const definition: ModelDefinition = {
  name: "tank",
  time: "min",
  parameters: {},
  inputs: { q: "L/min", Tc: "K" },
  states: { T: { unit: "K", initial: 300 }, cA: { unit: "mol/L", initial: 1 } },
  algebraic: { k: { unit: "1/min", is: "1" } },
  derivatives: {},
  events: {},
  outputs: { conversion: { unit: "1", is: "1 - cA" } },
};

export const tank: SystemSource<"UA", "q" | "Tc", "T" | "cA", "k", "conversion"> = {
  name: "tank",
  definition,
  system() {
    throw new Error("The historian does not solve models.");
  },
};
