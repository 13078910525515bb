/** Before a search: is there any point near its starts where the model can be evaluated at all? */
import { GreyboxError, random } from "../../core/index.ts";
import { drawStarts } from "../starts/multistart.ts";
import type { Objective } from "./objective.ts";

/** How far from the given start points are tried, in search coordinates: a tenth is about 10 %, 1 a factor e. */
const distances = [0.01, 0.03, 0.1, 0.3, 1];
/** Points at each distance. */
const tries = 4;
/** Points over all that starts may be drawn from. */
const wide = 20;

/**
 * Called where none of the points tried so far could be evaluated: tries all starts, then points around the given one, then points all over the bounds.
 *
 * @param starts  the given one first
 * @throws GreyboxError `calibration/cannot-integrate`
 */
export function checkReach(objective: Objective, starts: readonly Float64Array[]): void {
  const { plan, lower, upper } = objective;
  const given = starts[0]!;
  const reached = (x: Float64Array): boolean => objective.evaluate(x, false);
  if (reached(given)) return;
  const failure = objective.failure();
  if (starts.slice(1).some(reached)) return;
  const draw = random(plan.seed).fork("reach");
  for (const distance of distances) {
    for (let i = 0; i < tries; i++) {
      const x = given.map((value, j) => Math.min(Math.max(value + distance * (2 * draw.uniform() - 1), lower[j]!), upper[j]!));
      if (reached(x)) return;
    }
  }
  const everywhere = drawStarts({ ...plan, seed: plan.seed + 1 }, wide + 1);
  if (everywhere.some(reached)) return;
  throw new GreyboxError("calibration/cannot-integrate", {
    model: plan.definition.name,
    points: starts.length + distances.length * tries + wide,
    window: failure?.window ?? plan.windows[0]!.name,
    why: failure?.why ?? "Its start is not a finite number.",
    start: startOf(plan.unknowns),
  });
}

/** The first few values, as a person reads them. */
function startOf(unknowns: Objective["plan"]["unknowns"]): string[] {
  const all = unknowns.map(({ name, start }) => `${name} = ${Number(start.toPrecision(6))}`);
  return all.length > 6 ? [...all.slice(0, 5), `${all.length - 5} more`] : all;
}
