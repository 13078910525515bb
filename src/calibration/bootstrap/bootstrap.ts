/** The bootstrap: how estimates scatter when the data is drawn again. */

import { type AnySource, GreyboxError, type ParameterOf } from "../../core/index.ts";
import { provenanceOf } from "../answer.ts";
import { type ArchivedFinding, archiveBootstrap } from "../archive/archive-bootstrap.ts";
import type { Calibrated } from "../calibrated.ts";
import { computeOf } from "../checkpoint/checkpoint.ts";
import { objectiveOf } from "../objective/objective.ts";
import { asked } from "../question/asked.ts";
import { withInstruments } from "../question/instruments.ts";
import type { Plan } from "../question/plan.ts";
import type { Question } from "../question/question.ts";
import { fromSearch, slopeOf, toSearch, type Unknown } from "../question/unknown.ts";
import { type Uncertainty, uncertaintyOf } from "../verdict/uncertainty.ts";
import { basesOf, measuredStarts, residualsOf } from "./bases.ts";
import { deviationOf, endsOf, meanOf } from "./intervals.ts";
import { type Family, prepareBench, runMemberTask } from "./member.ts";
import type { BootstrapQuantity } from "./quantity.ts";
import type { Refitted } from "./refit.ts";

export interface BootstrapOptions {
  /**
   * `parametric` (default): errors are drawn from the likelihood of each tag, about what the fit computes. `residual`: the residuals of the
   * fit are drawn again, in blocks where neighbours are correlated. `archive`: histories are simulated at the rate of the source and kept as
   * a historian keeps them, by exception report and swinging door (see {@link Question.archive}).
   */
  readonly kind?: "parametric" | "residual" | "archive" | undefined;
  /** Refits; of kind `archive` refits a round. Default: 200; 60 a round. */
  readonly draws?: number | undefined;
  /** Of kind `archive`: how often the bias is taken off at most; three times at least. */
  readonly rounds?: number | undefined;
  readonly seed?: number | undefined;
  /** Confidence of the intervals. Default: that of the fit. */
  readonly level?: number | undefined;
}

export const bootstrapDefaults = { kind: "parametric", draws: 200, drawsOfRound: 60, rounds: 8, seed: 0 } as const;

export interface Bootstrap {
  readonly kind: "parametric" | "residual" | "archive";
  /** By name, as in `fit.names`. */
  readonly quantities: Readonly<Record<string, BootstrapQuantity>>;
  /** Of kind `archive`: what the record shows of each archived tag. */
  readonly archived: Readonly<Record<string, ArchivedFinding>>;
  /** Refits that were asked for. */
  readonly draws: number;
  /** Those that came to no end. */
  readonly failed: number;
  readonly level: number;
  readonly seed: number;
  /** One sentence for each reason not to trust the intervals, and for each estimate whose bias matters; empty when there is none. */
  readonly verdict: readonly string[];
}

/** From where on a verdict speaks. */
const noted = { failures: 0.05, bias: 0.25, atBound: 0.05 } as const;

/**
 * How estimates scatter, and by how much they are off on average, when the data is drawn again and fitted again. Where the cost is far from
 * a parabola, or errors are not as they are believed to be, this sees more than a covariance.
 *
 * Priors, populations and values that are given stay as they are. The same draws come out of any number of workers.
 *
 * @param question  the question that the fit answered
 * @throws GreyboxError as {@link calibrate}; `calibration/bootstrap` for what cannot be drawn again; `calibration/option`
 *
 * @see B. Efron, R. J. Tibshirani, *An Introduction to the Bootstrap*, Chapman & Hall 1993.
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
 * const { quantities, failed } = await bootstrap(question, await calibrate(question), { draws: 400, seed: 1 });
 * quantities.k.interval?.map((end) => end.toFixed(3)); // => ["0.098", "0.102"]
 * failed; // => 0
 */
export async function bootstrap<const M extends AnySource, const E extends ParameterOf<M> = never>(
  question: Question<M, E>,
  fit: Calibrated,
  options: BootstrapOptions = {},
): Promise<Bootstrap> {
  const { kind = bootstrapDefaults.kind, seed = bootstrapDefaults.seed, level = fit.level, rounds = bootstrapDefaults.rounds } = options;
  const draws = options.draws ?? (kind === "archive" ? bootstrapDefaults.drawsOfRound : bootstrapDefaults.draws);
  if (!(Number.isInteger(draws) && draws >= 10))
    throw new GreyboxError("calibration/option", { option: "draws", value: draws, rule: "a whole number of 10 or more" });
  if (!(level > 0 && level < 1))
    throw new GreyboxError("calibration/option", { option: "level", value: level, rule: "a number between 0 and 1" });
  if (!(Number.isInteger(rounds) && rounds >= 1))
    throw new GreyboxError("calibration/option", { option: "rounds", value: rounds, rule: "a whole number above 0" });
  await using compute = await computeOf(question, () => provenanceOf(question, asked(question).plan));
  if (kind === "archive") {
    const best = (unknowns: readonly Unknown[]): Float64Array => coordinatesOf(fit, unknowns);
    return { kind, draws, level, seed, ...(await archiveBootstrap(question, { draws, rounds, seed, level, compute, best })) };
  }
  const { family, system, uncertainty, values } = familyOf(question, fit, kind, seed);
  prepareBench(family, system);
  const members = await compute.map(
    runMemberTask,
    Array.from({ length: draws }, (_, member) => member),
    {
      shared: family,
      signal: question.signal,
    },
  );
  return { kind, draws, level, seed, archived: {}, ...summary(family.plan, members, { best: family.best, uncertainty, values, level }) };
}

function familyOf(question: Question, fit: Calibrated, kind: "parametric" | "residual", seed: number) {
  const { plan, system } = asked(question);
  const refuse = (why: string, instead: string): GreyboxError => new GreyboxError("calibration/bootstrap", { kind, why, instead });
  const corrected = new Set(plan.innovations.map(({ tag }) => tag));
  for (const { tag, scale } of plan.noises) {
    if (corrected.has(tag) && scale !== "linear")
      throw refuse(`values of ${tag} correct the states (\`innovations\`) and have errors on a log scale`, "Use `profile` or `sample`.");
  }
  if (plan.noises.some(({ within }) => within))
    throw refuse("what lies between archived points follows from these (`between`)", 'Use `kind: "archive"`.');
  const objective = objectiveOf(plan, system);
  const best = coordinatesOf(fit, plan.unknowns);
  if (!objective.evaluate(best, true)) throw new GreyboxError("calibration/profile", { model: question.model.name });
  const uncertainty = uncertaintyOf(objective, plan.unknowns, best, objective.values);
  const bases = basesOf(objective, uncertainty.sigma);
  const starts = measuredStarts(objective, withInstruments(question).question, question.windows);
  const residuals = kind === "residual" ? residualsOf(objective, bases) : undefined;
  return { family: { plan, best, seed, bases, starts, residuals } satisfies Family, system, uncertainty, values: objective.values };
}

function coordinatesOf({ parameters }: Calibrated, unknowns: readonly Unknown[]): Float64Array {
  return Float64Array.from(unknowns, (unknown) => toSearch(unknown, parameters[unknown.name]?.value ?? unknown.start));
}

interface Centre {
  readonly best: Float64Array;
  readonly uncertainty: Uncertainty;
  readonly values: Float64Array;
  readonly level: number;
}

function summary(
  { unknowns }: Plan,
  members: readonly Refitted[],
  { best, uncertainty, values, level }: Centre,
): Pick<Bootstrap, "quantities" | "failed" | "verdict"> {
  const found = members.filter(({ ok }) => ok);
  const failed = members.length - found.length;
  const verdict: string[] = [];
  if (failed > noted.failures * members.length)
    verdict.push(`${failed} of ${members.length} refits came to no end: intervals are of those that did, and too narrow.`);
  if (found.length < 10) return { quantities: {}, failed, verdict };
  const q = unknowns.length;
  const quantities = unknowns.map((unknown, j): BootstrapQuantity => {
    const draws = Float64Array.from(found, ({ x }) => x[j]!);
    const errors = Float64Array.from(found, (one) => one.errors[j]!);
    const error =
      uncertainty.relative[j] === undefined
        ? Number.NaN
        : Math.sqrt(uncertainty.covariance[j * q + j]!) / Math.abs(slopeOf(unknown, values[j]!));
    const ends = endsOf(draws, errors, best[j]!, error, level);
    const back = ([low, high]: readonly [number, number]): readonly [number, number] => [
      fromSearch(unknown, low),
      fromSearch(unknown, high),
    ];
    const drawn = draws.map((x) => fromSearch(unknown, x));
    const [mean, standardDeviation, estimate] = [meanOf(drawn), deviationOf(drawn), fromSearch(unknown, best[j]!)];
    const { name, unit, lower, upper } = unknown;
    const bias = mean - estimate;
    const stuck = drawn.filter((value) => value <= lower || value >= upper).length / drawn.length;
    if (unknown.acts.length > 0 && stuck > noted.atBound)
      verdict.push(`${name} lies at a bound in ${Math.round(100 * stuck)} % of the draws: its interval ends there.`);
    // Sizes of errors are known to come out small; it is what the other unknowns are off by that matters.
    const matters = unknown.acts.length > 0 && uncertainty.atBound[j] === undefined;
    if (matters && Math.abs(bias) > noted.bias * standardDeviation && Math.abs(bias) > (3 * standardDeviation) / Math.sqrt(drawn.length))
      verdict.push(
        `${name} is off by ${bias.toPrecision(2)} ${unit} on average (${Math.round((100 * Math.abs(bias)) / standardDeviation)} % of its standard deviation): read its interval, not its estimate.`,
      );
    const corrected = back(ends.corrected);
    const studentised = ends.studentised && back(ends.studentised);
    return {
      name,
      unit,
      estimate,
      unbiased: estimate - bias,
      mean,
      bias,
      standardDeviation,
      interval: studentised ?? corrected,
      percentile: back(ends.percentile),
      corrected,
      studentised,
      draws: drawn,
    };
  });
  return { quantities: Object.fromEntries(quantities.map((one) => [one.name, one])), failed, verdict };
}
