/** Stiffness that shows at the start already, so that no steps are lost on finding it. */
import type { Iterate } from "./stepper.ts";

/**
 * Times that the fastest state would relax within the span, were it alone: an explicit method cannot do with many fewer steps. From this number on
 * a stiff method is taken at once.
 */
export const stiffStart = 5000;

/** How many times the state that relaxes fastest by itself does so within the span; 0 where there is no exact Jacobian. */
export function relaxations({ system, inputs, x, p, statistics }: Iterate, from: number, to: number): number {
  const { jacobian } = system;
  if (!jacobian) return 0;
  const { rows, columns } = jacobian.sparsity;
  const values = new Float64Array(rows.length);
  inputs.at(from);
  jacobian.evaluate(from, x, inputs.u, p, values);
  statistics.jacobians++;
  let fastest = 0;
  for (let z = 0; z < rows.length; z++) if (rows[z] === columns[z] && -values[z]! > fastest) fastest = -values[z]!;
  return Number.isFinite(fastest) ? fastest * (to - from) : 0;
}
