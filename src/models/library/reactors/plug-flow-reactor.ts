/**
 * Tubular reactor without back-mixing at constant temperature, A → B of first order, as stirred cells in series.
 *
 * Assumes: plug flow, constant density and temperature, no axial dispersion but that of the cells, which is D/(u·L) = 1/(2·cells).
 * Valid: kτ/cells ≪ 1. The outlet is cF/(1 + kτ/cells)^cells and tends to cF·exp(−kτ) with the first order of 1/cells.
 *
 * @see O. Levenspiel, *Chemical Reaction Engineering*, 3rd ed., Wiley 1999, ch. 5 (plug flow) and ch. 14 (tanks in series).
 */
import { defineModel } from "../../define/define-model.ts";
import { numbered } from "../numbered.ts";
import { requireCount } from "../settings.ts";

export const plugFlowDefaults = { cells: 20 } as const;

/**
 * Isothermal tube; concentrations `cA[1]` … at the outlet of each cell in mol/m³, time in s. The tube starts without A.
 *
 * @param settings.cells  number of cells
 * @throws GreyboxError `model/invalid` for a count that is not one
 *
 * @example
 * plugFlowReactor({ cells: 3 }).system().states; // => ["cA[1]", "cA[2]", "cA[3]"]
 */
export function plugFlowReactor({ cells = plugFlowDefaults.cells }: { readonly cells?: number } = {}) {
  requireCount("plug-flow-reactor", "cells", cells);
  const inlet = (i: number): string => (i === 1 ? "cAF" : `cA[${i - 1}]`);
  return defineModel({
    name: "plug-flow-reactor",
    time: "s",
    description: `Tubular reactor at constant temperature in ${cells} cells, A → B of first order`,
    parameters: {
      V: { value: 0.1, unit: "m^3", bounds: [1e-6, 1e3], physical: [0, 1e6], description: "volume of the tube", source: "example" },
      k: {
        value: 0.01,
        unit: "1/s",
        bounds: [1e-8, 1e4],
        physical: [0, 1e13],
        scale: "log",
        description: "rate constant",
        source: "example",
      },
    },
    inputs: { q: "m^3/s", cAF: "mol/m^3" },
    states: numbered("cA", cells, () => ({ unit: "mol/m^3", initial: 0, min: 0, nominal: 100 })),
    derivatives: numbered("cA", cells, (i) => `${cells}*q/V*(${inlet(i)} - cA[${i}]) - k*cA[${i}]`),
    outputs: {
      cAOut: { unit: "mol/m^3", is: `cA[${cells}]` },
      conversion: { unit: "1", is: `1 - cA[${cells}]/cAF` },
    },
  });
}
