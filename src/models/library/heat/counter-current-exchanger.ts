/**
 * Counter-current heat exchanger, both fluids single-phase.
 *
 * Assumes: plug flow on both sides, constant properties and heat-transfer coefficient, wall without heat capacity, no loss.
 * Valid: single phase on both sides. At rest the effectiveness tends to
 * (1 − e)/(1 − C·e) with e = exp(−NTU·(1 − C)), with the second order of 1/cells.
 *
 * @see F. P. Incropera & D. P. DeWitt, *Fundamentals of Heat and Mass Transfer*, 6th ed., Wiley 2007, §11.4 and table 11.3 (ε–NTU relations).
 */
import { defineDistributedModel } from "../../space/define-distributed-model.ts";
import type { Scheme } from "../../space/definition.ts";

export const counterCurrentExchangerDefaults = { cells: 40, scheme: "upwind-2" } as const;

const heatCapacity = { value: 4.18e6, unit: "J/m^3/K", bounds: [1e3, 5e6], physical: [1, 1e7], source: "water" } as const;
const volume = { value: 0.01, unit: "m^3", bounds: [1e-6, 1e2], physical: [0, 1e4], source: "example" } as const;

/**
 * Counter-current exchanger: `Th[1]` … along the hot fluid, `Tc[1]` … beside them, which the cold fluid passes from the last to the first;
 * temperatures in K, time in s. It starts at the temperatures of the inlets.
 *
 * @param settings.cells  number of cells on each side
 * @param settings.scheme  how temperatures are carried from cell to cell
 * @throws GreyboxError `model/invalid` for a number of cells that is not one
 *
 * @example
 * counterCurrentExchanger({ cells: 2 }).system().states; // => ["Th[1]", "Tc[1]", "Th[2]", "Tc[2]"]
 */
export function counterCurrentExchanger({
  cells = counterCurrentExchangerDefaults.cells,
  scheme = counterCurrentExchangerDefaults.scheme,
}: {
  readonly cells?: number;
  readonly scheme?: Scheme;
} = {}) {
  return defineDistributedModel({
    name: "counter-current-exchanger",
    time: "s",
    description: `Counter-current heat exchanger in ${cells} cells`,
    axes: { z: { unit: "1", to: 1, cells, scheme } },
    parameters: {
      UA: {
        value: 1e4,
        unit: "W/K",
        bounds: [1, 1e7],
        physical: [0, 1e9],
        scale: "log",
        description: "heat-transfer coefficient times area",
        source: "example",
      },
      Vh: { ...volume, description: "hold-up of the hot side" },
      Vc: { ...volume, description: "hold-up of the cold side" },
      rhoCpH: { ...heatCapacity, description: "heat capacity by volume, hot side" },
      rhoCpC: { ...heatCapacity, description: "heat capacity by volume, cold side" },
    },
    inputs: { qh: "m^3/s", ThIn: "K", qc: "m^3/s", TcIn: "K" },
    states: {
      Th: { unit: "K", initial: "ThIn", along: "z", flow: "forward", min: 0, nominal: 300 },
      Tc: { unit: "K", initial: "TcIn", along: "z", flow: "backward", min: 0, nominal: 300 },
    },
    derivatives: {
      Th: "-ddz(qh/Vh*Th) - UA/(rhoCpH*Vh)*(Th - Tc)",
      Tc: "ddz(qc/Vc*Tc) + UA/(rhoCpC*Vc)*(Th - Tc)",
    },
    boundaries: { Th: { start: "Th = ThIn" }, Tc: { end: "Tc = TcIn" } },
    outputs: {
      ThOut: { unit: "K", is: "at(Th, end)" },
      TcOut: { unit: "K", is: "at(Tc, start)" },
      Qh: { unit: "W", is: "rhoCpH*qh*(ThIn - at(Th, end))", description: "heat given off by the hot fluid" },
      Qc: { unit: "W", is: "rhoCpC*qc*(at(Tc, start) - TcIn)", description: "heat taken up by the cold fluid" },
    },
  });
}
