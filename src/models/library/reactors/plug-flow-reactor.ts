/**
 * Cooled tubular reactor without back-mixing: one first-order reaction A → B with its heat.
 *
 * Assumes: plug flow, no dispersion along or across the tube, constant density and heat capacity, coolant at one temperature.
 * Valid: turbulent flow in a long tube, L/d > 50 or so. Second order in 1/cells; with `upwind-1` first order, which never overshoots at
 * fronts. With dH = 0 and UA = 0 the outlet tends to cAF·exp(−k·V/q).
 *
 * @see O. Levenspiel, *Chemical Reaction Engineering*, 3rd ed., Wiley 1999, ch. 5 (plug flow) and ch. 9 (temperature).
 */
import { defineDistributedModel } from "../../space/define-distributed-model.ts";
import type { Scheme } from "../../space/definition.ts";

export const plugFlowDefaults = { cells: 40, scheme: "upwind-2" } as const;

const source = "example";

/**
 * Tubular reactor: `cA[1]` … in mol/m³ and `T[1]` … in K along the tube, whose axis `z` goes from 0 to 1; time in s. It starts without A,
 * at the temperature of the feed.
 *
 * @param settings.cells  number of cells
 * @param settings.scheme  how values are carried from cell to cell
 * @throws GreyboxError `model/invalid` for a number of cells that is not one
 *
 * @example
 * plugFlowReactor({ cells: 2 }).system().states; // => ["cA[1]", "T[1]", "cA[2]", "T[2]"]
 */
export function plugFlowReactor({
  cells = plugFlowDefaults.cells,
  scheme = plugFlowDefaults.scheme,
}: {
  readonly cells?: number;
  readonly scheme?: Scheme;
} = {}) {
  return defineDistributedModel({
    name: "plug-flow-reactor",
    time: "s",
    description: `Cooled tubular reactor in ${cells} cells, A → B of first order`,
    axes: { z: { unit: "1", to: 1, cells, flow: "forward", scheme } },
    parameters: {
      V: { value: 0.1, unit: "m^3", bounds: [1e-6, 1e3], physical: [0, 1e6], description: "volume of the tube", source },
      kRef: {
        value: 0.01,
        unit: "1/s",
        bounds: [1e-8, 1e4],
        physical: [0, 1e13],
        scale: "log",
        description: "rate constant at Tref",
        source,
      },
      EoverR: {
        value: 8000,
        unit: "K",
        bounds: [0, 2e4],
        physical: [0, 1e5],
        description: "activation energy over the gas constant",
        source,
      },
      Tref: { value: 350, unit: "K", physical: [0, 3000], description: "temperature the rate constant belongs to", source },
      dH: { value: -5e4, unit: "J/mol", bounds: [-3e5, 3e5], physical: [-1e6, 1e6], description: "enthalpy of reaction", source },
      rhoCp: { value: 4e6, unit: "J/m^3/K", bounds: [1e3, 5e6], physical: [1, 1e7], description: "heat capacity by volume", source },
      UA: { value: 2000, unit: "W/K", bounds: [0, 1e6], physical: [0, 1e8], description: "heat-transfer coefficient times area", source },
    },
    inputs: { q: "m^3/s", cAF: "mol/m^3", TF: "K", Tc: "K" },
    states: {
      cA: { unit: "mol/m^3", initial: 0, along: "z", min: 0, nominal: 100 },
      T: { unit: "K", initial: "TF", along: "z", min: 0, nominal: 300 },
    },
    algebraic: {
      r: { unit: "mol/m^3/s", is: "kRef*exp(-EoverR*(1/T - 1/Tref))*cA", along: "z", description: "rate of reaction" },
    },
    derivatives: {
      cA: "-ddz(q/V*cA) - r",
      T: "-ddz(q/V*T) - dH/rhoCp*r + UA/(V*rhoCp)*(Tc - T)",
    },
    boundaries: { cA: { start: "cA = cAF" }, T: { start: "T = TF" } },
    outputs: {
      cAOut: { unit: "mol/m^3", is: "at(cA, end)" },
      TOut: { unit: "K", is: "at(T, end)" },
      conversion: { unit: "1", is: "1 - at(cA, end)/cAF" },
      reacted: { unit: "mol/s", is: "V*mean(r)", description: "reaction in the whole tube" },
      cooling: { unit: "W", is: "UA*(mean(T) - Tc)", description: "heat taken up by the coolant" },
    },
  });
}
