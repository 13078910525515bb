/** Which step a trust region takes: within its radius, or to the solution where that is near. */
import { boundedStep, type Step, type StepProblem } from "./bounded-step.ts";

/**
 * Within the radius and the reach. But where the whole linear problem has no more to give than the resolution of the cost: its solution.
 *
 * `whole`: neither radius nor reach was in the way.
 */
export function nextStep(
  problem: StepProblem,
  logarithmic: Uint8Array | undefined,
  reach: number,
  room: { readonly low: Float64Array; readonly high: Float64Array },
  resolution: number,
): { readonly step: Step; readonly whole: boolean } {
  const { size: q, low, high, radius } = problem;
  for (let j = 0; j < q; j++) {
    const most = logarithmic?.[j] === 1 ? reach : Infinity;
    room.low[j] = Math.max(low[j]!, -most);
    room.high[j] = Math.min(high[j]!, most);
  }
  const step = boundedStep({ ...problem, ...room });
  const whole = step.length < 0.9 * radius && step.p.every((one, j) => logarithmic?.[j] !== 1 || Math.abs(one) < reach);
  if (whole || step.predicted > resolution) return { step, whole };
  const all = boundedStep({ ...problem, radius: Infinity });
  return all.predicted <= resolution ? { step: all, whole: true } : { step, whole: false };
}
