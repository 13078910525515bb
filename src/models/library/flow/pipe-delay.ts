/**
 * Dead time of a pipe, with some spread, as stirred cells in series.
 *
 * Assumes: constant cross-section and density, no loss of what is carried.
 * Valid: turbulent flow; the response to a step is Erlang's distribution with mean V/q and variance (V/q)²/cells, so that the number of
 * cells sets the spread: Pe = u·L/D ≈ 2·cells.
 *
 * @see O. Levenspiel, *Chemical Reaction Engineering*, 3rd ed., Wiley 1999, ch. 14 (tanks-in-series model).
 */
import { defineModel } from "../../define/define-model.ts";
import { numbered } from "../numbered.ts";
import { requireCount } from "../settings.ts";

export const pipeDelayDefaults = { unit: "K", cells: 20 } as const;

/**
 * Pipe; what it carries enters as `y0` and is `y[1]` … along it, filled at the start with what enters; time in s.
 *
 * @param settings.unit  of what is carried: a temperature, a concentration
 * @param settings.cells  number of cells
 * @throws GreyboxError `model/invalid` for a count that is not one
 *
 * @example
 * pipeDelay({ unit: "mol/m^3", cells: 2 }).definition.inputs; // => { q: "m^3/s", y0: "mol/m^3" }
 */
export function pipeDelay({
  unit = pipeDelayDefaults.unit,
  cells = pipeDelayDefaults.cells,
}: {
  readonly unit?: string;
  readonly cells?: number;
} = {}) {
  requireCount("pipe-delay", "cells", cells);
  return defineModel({
    name: "pipe-delay",
    time: "s",
    description: `Dead time of a pipe in ${cells} cells`,
    parameters: {
      V: { value: 0.1, unit: "m^3", bounds: [1e-6, 1e3], physical: [0, 1e6], description: "volume of the pipe", source: "example" },
    },
    inputs: { q: "m^3/s", y0: unit },
    states: numbered("y", cells, () => ({ unit, initial: "y0" })),
    derivatives: numbered("y", cells, (i) => `${cells}*q/V*(${i === 1 ? "y0" : `y[${i - 1}]`} - y[${i}])`),
    outputs: {
      yOut: { unit, is: `y[${cells}]` },
      meanDelay: { unit: "s", is: "V/q", description: "mean time in the pipe" },
    },
  });
}
