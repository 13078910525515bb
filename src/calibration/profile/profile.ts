/** Profile likelihoods: intervals that do not pretend that the cost is a parabola. */
import { type AnySource, chiSquareQuantile, GreyboxError, nearestNames, type ParameterOf, studentQuantile } from "../../core/index.ts";
import { provenanceOf } from "../answer.ts";
import type { Calibrated } from "../calibrated.ts";
import { computeOf } from "../checkpoint/checkpoint.ts";
import { objectiveOf } from "../objective/objective.ts";
import { asked } from "../question/asked.ts";
import type { Question } from "../question/question.ts";
import { fromSearch, toSearch } from "../question/unknown.ts";
import { merit as meritOf } from "../search/problem.ts";
import { prepare } from "../starts/start.ts";
import { runSideTask, type Side, type SideInput } from "./side.ts";

export interface ProfileOptions {
  /** Names as in `fit.names`. Default: all. */
  readonly of?: readonly string[] | undefined;
  /** Confidence of the intervals. Default: that of the fit. */
  readonly level?: number | undefined;
}

export interface Profile {
  readonly name: string;
  readonly unit: string;
  /** The estimate. */
  readonly best: number;
  /** Values of the unknown, increasing. Shape (m). */
  readonly values: Float64Array;
  /** Rise of minus the logarithm of the likelihood above its least value, all other unknowns at their best. Shape (m). */
  readonly rise: Float64Array;
  /** Rise at which the interval ends. */
  readonly limit: number;
  /** Ends of the interval; undefined on a side where the data sets none. */
  readonly interval: readonly [number | undefined, number | undefined];
  /** What ends each side: the data, a bound of the search, nothing, or a model that could not be integrated. */
  readonly ends: readonly [Side["end"], Side["end"]];
  /** One sentence. */
  readonly meaning: string;
  /** Values of all unknowns of a point that is better than the fit, where the profile came upon one: fit again from there. */
  readonly better: Readonly<Record<string, number>> | undefined;
}

/**
 * Profiles of the likelihood of a fit.
 *
 * Where σ is estimated from n values the interval ends at a rise of ½·n·ln(1 + t²/(n − q)), else at half a quantile of chi-square: for a linear
 * model both are the textbook's intervals.
 *
 * @param question  the question that the fit answered
 * @throws GreyboxError as {@link calibrate}; `calibration/unknown-name`
 *
 * @see A. Raue et al., Bioinformatics 25 (2009) 1923–1929; D. M. Bates, D. G. Watts, *Nonlinear Regression*, Wiley 1988, §6.1.
 *
 * @example
 * const tank = defineModel({
 *   name: "tank", time: "min",
 *   parameters: { k: { value: 0.2, unit: "1/min", bounds: [0.01, 1], scale: "log" } },
 *   states: { T: { unit: "K", initial: 360 } },
 *   derivatives: { T: "-k*(T - 300 K)" },
 * });
 * const record = windowFromTable(tank, { time: [2, 5, 10], measured: { T: [349.2, 336.3, 322.1] }, sigma: { T: 0.3 } });
 * const question = { model: tank, windows: [record], estimate: ["k"] } as const;
 * const [k] = await profile(question, await calibrate(question));
 * k.interval.map((end) => end.toFixed(4)); // => ["0.0981", "0.1020"]
 * k.meaning; // => "k is fixed by the data on both sides."
 */
export async function profile<const M extends AnySource, const E extends ParameterOf<M> = never>(
  question: Question<M, E>,
  fit: Calibrated,
  options: ProfileOptions = {},
): Promise<Profile[]> {
  const { plan, system } = asked(question);
  const objective = objectiveOf(plan, system);
  prepare(objective);
  const names = plan.unknowns.map(({ name }) => name);
  const wanted = (options.of ?? names).map((name) => {
    const place = names.indexOf(name);
    if (place < 0)
      throw new GreyboxError("calibration/unknown-name", {
        model: question.model.name,
        kind: "estimated quantity",
        name,
        nearest: nearestNames(name, names),
      });
    return place;
  });
  const best = Float64Array.from(plan.unknowns, (unknown) => toSearch(unknown, fit.parameters[unknown.name]?.value ?? unknown.start));
  if (!objective.evaluate(best, true)) throw new GreyboxError("calibration/profile", { model: question.model.name });
  const merit = meritOf(plan.groups, objective.sums);
  const limit = limitOf(objective.groups, plan.unknowns.length, options.level ?? fit.level);

  const inputs = wanted.flatMap((unknown): SideInput[] => {
    const { standardError, value } = fit.parameters[names[unknown]!] ?? {};
    const { scale, nominal } = plan.unknowns[unknown]!;
    const error = standardError === undefined || value === undefined ? 0.1 : standardError / (scale === "log" ? Math.abs(value) : nominal);
    const step = Math.min(Math.max(0.4 * error, 1e-6), 1);
    return ([-1, 1] as const).map((direction) => ({ unknown, direction, best, merit, limit, step }));
  });
  await using compute = await computeOf(question, () => provenanceOf(question, plan));
  const sides = await compute.map(runSideTask, inputs, { shared: plan, signal: question.signal });
  return wanted.map((unknown, i) => {
    const [below, above] = [sides[2 * i]!, sides[2 * i + 1]!];
    const points = [...below.points.slice(1).reverse(), ...above.points];
    const better = [below.better, above.better].filter((one) => one !== undefined).sort((a, b) => a.rise - b.rise)[0];
    const { name, unit } = plan.unknowns[unknown]!;
    return {
      name,
      unit,
      best: above.points[0]!.value,
      values: Float64Array.from(points, ({ value }) => value),
      rise: Float64Array.from(points, ({ rise }) => rise),
      limit,
      interval: [below.value, above.value] as const,
      ends: [below.end, above.end] as const,
      meaning: meaningOf(name, below, above),
      better: better && Object.fromEntries(plan.unknowns.map((one, j) => [one.name, fromSearch(one, better.x[j]!)])),
    };
  });
}

function limitOf(groups: readonly { readonly sigma: number | undefined; readonly count: number }[], q: number, level: number): number {
  const points = groups.reduce((sum, { sigma, count }) => sum + (sigma === undefined ? count : 0), 0);
  if (points <= q) return chiSquareQuantile(level, 1) / 2;
  const t = studentQuantile((1 + level) / 2, points - q);
  return (points / 2) * Math.log1p((t * t) / (points - q));
}

function meaningOf(name: string, below: Side, above: Side): string {
  if (below.better ?? above.better) return `${name} has better values than those of the fit; fit again from \`better\`.`;
  const ends = [below.end, above.end];
  if (ends.every((end) => end === "limit")) return `${name} is fixed by the data on both sides.`;
  if (ends.includes("failed")) return `The profile of ${name} could not be followed to its end: the model cannot be integrated there.`;
  const side = (end: Side["end"], word: string): string[] =>
    end === "limit" ? [] : [end === "bound" ? `${word} by its bound only` : `${word} by nothing`];
  const open = [...side(below.end, "below"), ...side(above.end, "above")];
  return `${name} is limited ${open.join(" and ")}: the data ${open.length === 2 ? "does not fix it" : "gives it one limit"}.`;
}
