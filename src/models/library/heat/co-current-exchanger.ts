/**
 * Co-current heat exchanger in cells, both fluids single-phase.
 *
 * Assumes: constant properties and heat-transfer coefficient, wall without heat capacity, no loss, no axial conduction but that of the cells.
 * Valid: single phase on both sides, NTU/cells ≪ 1. The effectiveness tends to (1 − exp(−NTU·(1 + C)))/(1 + C)
 * with the first order of 1/cells.
 *
 * @see F. P. Incropera & D. P. DeWitt, *Fundamentals of Heat and Mass Transfer*, 6th ed., Wiley 2007, §11.4 and table 11.3 (ε–NTU relations).
 */
import { defineModel } from "../../define/define-model.ts";
import { joined, numbered } from "../numbered.ts";
import { requireCount } from "../settings.ts";

export const coCurrentExchangerDefaults = { cells: 20 } as const;

const heatCapacity = {
  value: 4.18e6,
  unit: "J/m^3/K",
  bounds: [1e5, 5e6],
  physical: [0, 1e7],
  description: "heat capacity by volume",
  source: "water",
} as const;
const volume = { value: 0.01, unit: "m^3", bounds: [1e-6, 1e2], physical: [0, 1e4], description: "hold-up", source: "example" } as const;

/**
 * Co-current exchanger: `Th[1]` … along the hot fluid, `Tc[1]` … beside them, which the cold fluid passes from the first to the last; K and s.
 *
 * @param settings.cells  number of cells on each side
 * @throws GreyboxError `model/invalid` for a count that is not one
 *
 * @example
 * coCurrentExchanger({ cells: 2 }).system().states; // => ["Th[1]", "Th[2]", "Tc[1]", "Tc[2]"]
 */
export function coCurrentExchanger({ cells = coCurrentExchangerDefaults.cells }: { readonly cells?: number } = {}) {
  requireCount("co-current-exchanger", "cells", cells);
  const hotBefore = (i: number): string => (i === 1 ? "ThIn" : `Th[${i - 1}]`);
  const coldBefore = (i: number): string => (i === 1 ? "TcIn" : `Tc[${i - 1}]`);
  const temperature = { unit: "K", min: 0, nominal: 300 } as const;
  return defineModel({
    name: "co-current-exchanger",
    time: "s",
    description: `Co-current heat exchanger in ${cells} cells`,
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
      rhoCpH: heatCapacity,
      rhoCpC: heatCapacity,
    },
    inputs: { qh: "m^3/s", ThIn: "K", qc: "m^3/s", TcIn: "K" },
    states: joined(
      numbered("Th", cells, () => ({ ...temperature, initial: "ThIn" })),
      numbered("Tc", cells, () => ({ ...temperature, initial: "TcIn" })),
    ),
    derivatives: joined(
      numbered("Th", cells, (i) => `${cells}*qh/Vh*(${hotBefore(i)} - Th[${i}]) - UA/(rhoCpH*Vh)*(Th[${i}] - Tc[${i}])`),
      numbered("Tc", cells, (i) => `${cells}*qc/Vc*(${coldBefore(i)} - Tc[${i}]) + UA/(rhoCpC*Vc)*(Th[${i}] - Tc[${i}])`),
    ),
    outputs: {
      ThOut: { unit: "K", is: `Th[${cells}]` },
      TcOut: { unit: "K", is: `Tc[${cells}]` },
      Qh: { unit: "W", is: `rhoCpH*qh*(ThIn - Th[${cells}])`, description: "heat given off by the hot fluid" },
      Qc: { unit: "W", is: `rhoCpC*qc*(Tc[${cells}] - TcIn)`, description: "heat taken up by the cold fluid" },
    },
  });
}
