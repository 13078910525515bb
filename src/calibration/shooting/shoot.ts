/**
 * Multiple shooting: parameters and the states at the nodes of all windows are searched together, and the gaps between segments are closed
 * by and by. What it finds is where an ordinary search goes on from.
 *
 * While gaps may stay open each segment keeps near the data, whatever the parameters are; the cost as a function of the parameters is
 * then nearly a parabola where that of the whole run has a minimum for every phase. Steps are those of a damped Gauss–Newton method with
 * exact derivatives of ½Σ(residual/σ)² + ½Σ(gap/κ)², with κ falling from stage to stage.
 *
 * @see H. G. Bock, "Numerical treatment of inverse problems in chemical reaction kinetics", in: *Modelling of Chemical Reaction Systems*,
 *   Springer 1981, 102–125, for multiple shooting in parameter estimation.
 */
import type { Objective } from "../objective/objective.ts";
import type { Plan } from "../question/plan.ts";
import { courseOf } from "./course.ts";
import { chainStep } from "./elimination.ts";

export const shootingDefaults = {
  /** Sizes of gaps in typical sizes of the states, stage by stage. */
  gaps: [1, 0.1, 0.01, 0.001],
  /** Trial steps of a stage, and of the last one. */
  trials: [20, 40],
  /** A stage ends when a step is to gain less than this share of the cost. */
  gain: 1e-2,
  /** σ of a tag is taken to be no less than this share of its spread: data must not outweigh gaps without end. */
  noise: 0.05,
  /** No finer than needed to come near: the search after it has the tolerance of the question. */
  rtol: 1e-6,
  /** Of steps of length 1; shorter ones are damped more, with the square. */
  damping: 1e-3,
} as const;

/** Steps of the unknowns, in search coordinates, that are no longer worth a trial. */
const leastRadius = 1e-4;
/** Least share of the predicted fall that a step must bring. */
const accept = 1e-4;

export interface Shot {
  /** Search coordinates, shape (q). */
  readonly x: Float64Array;
  /** Evaluations of all segments. */
  readonly evaluations: number;
}

/**
 * A generator that pauses after each evaluation. Where not even the segments can be integrated, or there is no node, it gives back `start`.
 */
export function* shoot(objective: Objective, start: Float64Array): Generator<Shot, Shot, void> {
  const { plan, system, lower, upper } = objective;
  const q = plan.unknowns.length;
  const x = Float64Array.from(start, (value, j) => Math.min(Math.max(value, lower[j]!), upper[j]!));
  const course = plan.shooting && courseOf(plan, system, plan.shooting, x, shootingDefaults);
  let evaluations = 1;
  const shot = (): Shot => ({ x: Float64Array.from(x), evaluations });
  if (!course?.evaluate(x, true)) return { x: Float64Array.from(start), evaluations };

  const frozen = frozenUnknowns(plan);
  const [low, high] = [new Float64Array(q), new Float64Array(q)];
  const trial = new Float64Array(q);
  /** Whether a trial is evaluated with derivatives, because it is likely to be accepted. */
  let atOnce = true;
  const { gaps, trials, gain, damping } = shootingDefaults;
  for (const [stage, size] of gaps.entries()) {
    const last = stage === gaps.length - 1;
    let radius = 1;
    // The last trial of the stage before may have been refused.
    course.back();
    if (!course.evaluate(x, false)) return shot();
    let cost = course.cost(1 / size);
    for (let turn = 0; turn < trials[last ? 1 : 0]! && radius > leastRadius; turn++) {
      for (let j = 0; j < q; j++) {
        low[j] = frozen[j] === 1 ? 0 : Math.max(lower[j]! - x[j]!, -radius);
        high[j] = frozen[j] === 1 ? 0 : Math.min(upper[j]! - x[j]!, radius);
      }
      const weights = { sigma: course.sigma, gap: 1 / size, damping: damping / (radius * radius) };
      const step = chainStep(course.chains, course.beliefs, course.shape, weights, low, high);
      if (!(step.predicted > gain * cost) && radius >= 1) break;
      let longest = 0;
      for (let j = 0; j < q; j++) {
        longest = Math.max(longest, Math.abs(step.x[j]!));
        trial[j] = Math.min(Math.max(x[j]! + step.x[j]!, lower[j]!), upper[j]!);
      }
      course.move(step.nodes);
      evaluations++;
      yield shot();
      const fall: number = course.evaluate(trial, atOnce) ? cost - course.cost(1 / size) : Number.NaN;
      const ratio: number = fall / step.predicted;
      if (ratio > accept) {
        // What could be integrated can be differentiated, but for overflows; then nothing more is to be had.
        if (!atOnce && !course.evaluate(trial, true)) return shot();
        x.set(trial);
        course.keep();
        cost -= fall;
        atOnce = ratio > 0.25;
      } else {
        course.back();
        if (atOnce && !course.evaluate(x, true)) return shot();
        atOnce = false;
      }
      if (ratio > 0.75) radius = Math.min(2 * radius, 2);
      else if (!(ratio > 0.25)) radius = 0.25 * Math.min(radius, Math.max(longest, 0.1 * radius));
    }
  }
  return shot();
}

/** 1 for sizes of errors and spreads of populations: while gaps are open nothing is known of them. */
function frozenUnknowns({ unknowns, noises, pools }: Plan): Uint8Array {
  const frozen = new Uint8Array(unknowns.length);
  const sizes = [...noises.flatMap((noise) => [noise.sigma, noise.proportional, noise.correlationTime]), ...pools.map(({ sd }) => sd)];
  for (const size of sizes) if (typeof size === "object") frozen[size.unknown] = 1;
  return frozen;
}
