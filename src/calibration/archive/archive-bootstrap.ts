/** The bootstrap of a fit to compressed data: bias and scatter that the historian causes are found by simulating the historian. */
import type { Compute } from "../../compute/index.ts";
import { GreyboxError, studentQuantile } from "../../core/index.ts";
import { basesOf, measuredStarts } from "../bootstrap/bases.ts";
import { deviationOf, meanOf, quantileOf } from "../bootstrap/intervals.ts";
import { prepareBench } from "../bootstrap/member.ts";
import type { BootstrapQuantity } from "../bootstrap/quantity.ts";
import { type Objective, objectiveOf } from "../objective/objective.ts";
import { asked } from "../question/asked.ts";
import { withInstruments } from "../question/instruments.ts";
import type { Question } from "../question/question.ts";
import { fromSearch, type Unknown } from "../question/unknown.ts";
import { uncertaintyOf } from "../verdict/uncertainty.ts";
import { archiveOf } from "./columns.ts";
import { firstGuess } from "./first-guess.ts";
import { rawPlan } from "./history.ts";
import { type ArchiveFamily, rawAt } from "./member.ts";
import { objections } from "./objections.ts";
import { type Settled, settle } from "./rounds.ts";
import { archivedIn, signsOf } from "./signs.ts";

/** What the record shows of one archived tag. */
export interface ArchivedFinding {
  readonly unit: string;
  /** Standard deviation of the values at the source. */
  readonly sigma: number;
  readonly sigmaEstimated: boolean;
  /** Time between two values at the source, in the time unit of the model. */
  readonly every: number;
  /** Values at the source for each archived point. */
  readonly ratio: number;
  /** Root mean square of the residuals, over that of simulated histories. */
  readonly scatter: number;
  /** Number of archived points (roughness, of interpolated values) over that of simulated histories. */
  readonly density: number;
}

export interface ArchiveAnswer {
  readonly quantities: Readonly<Record<string, BootstrapQuantity>>;
  readonly archived: Readonly<Record<string, ArchivedFinding>>;
  /** Of the last round. */
  readonly failed: number;
  readonly verdict: readonly string[];
}

export interface ArchiveSettings {
  readonly draws: number;
  readonly rounds: number;
  readonly seed: number;
  readonly level: number;
  readonly compute: Compute;
  /** The fit, in search coordinates. */
  best(unknowns: readonly Unknown[]): Float64Array;
}

export async function archiveBootstrap(question: Question, settings: ArchiveSettings): Promise<ArchiveAnswer> {
  const { draws, rounds, seed, level, compute } = settings;
  const { plan, system } = asked(question);
  if (plan.steady || plan.innovations.length > 0)
    throw new GreyboxError("calibration/bootstrap", {
      kind: "archive",
      why: plan.steady ? "steady states have no course that could be compressed" : "measured values correct the states (`innovations`)",
      instead: 'Use `kind: "parametric"`.',
    });
  const archive = archiveOf(question, plan);
  const problem = objectiveOf(plan, system);
  const best = settings.best(plan.unknowns);
  if (!problem.evaluate(best, true)) throw new GreyboxError("calibration/profile", { model: question.model.name });
  const { sigma } = uncertaintyOf(problem, plan.unknowns, best, problem.values);
  const family: ArchiveFamily = {
    plan,
    raw: rawPlan(plan, archive),
    archive,
    seed,
    bases: basesOf(problem, sigma),
    starts: measuredStarts(problem, withInstruments(question).question, question.windows),
  };
  prepareBench(family, system);
  if (!rawAt(family, best)) throw new GreyboxError("calibration/profile", { model: question.model.name });
  const seen = signsOf(problem, archive, archivedIn(plan, archive));
  const guess = firstGuess(family, best, seen);
  const settled = await settle(family, problem, best, seen, guess, { draws, rounds, compute, signal: question.signal });
  const archived = findingsOf(problem, family, settled);
  const verdict = objections(settled, archive, plan.unknowns);
  const quantities = quantitiesOf(plan.unknowns, best, settled, level, verdict.length === 0);
  return { quantities, archived, failed: settled.failed, verdict };
}

function quantitiesOf(
  unknowns: readonly Unknown[],
  best: Float64Array,
  { x, scatter, added, sigmaError }: Settled,
  level: number,
  trusted: boolean,
): Record<string, BootstrapQuantity> {
  if (scatter.length === 0) return {};
  const worst = Math.max(0, ...sigmaError);
  return Object.fromEntries(
    unknowns.flatMap((unknown, j): [string, BootstrapQuantity][] => {
      const { name, unit, acts } = unknown;
      if (acts.length === 0) return [];
      const here = x[j]!;
      const members = scatter[j]!.length;
      const error = deviationOf(scatter[j]!);
      // The mean that was taken off has an error too, and a standard deviation of few draws or of a σ that is half known has one.
      const freedom = 1 / (1 / (members - 1) + 2 * worst * worst);
      const reach = studentQuantile((1 + level) / 2, freedom) * Math.hypot(error * Math.sqrt(1 + 1 / members), added[j]!);
      const back = (low: number, high: number): readonly [number, number] => [fromSearch(unknown, low), fromSearch(unknown, high)];
      const sorted = Float64Array.from(scatter[j]!).sort();
      const draws = scatter[j]!.map((one) => fromSearch(unknown, here + one));
      const estimate = fromSearch(unknown, best[j]!);
      const unbiased = fromSearch(unknown, here);
      return [
        [
          name,
          {
            name,
            unit,
            estimate,
            unbiased,
            mean: meanOf(draws),
            bias: estimate - unbiased,
            standardDeviation: deviationOf(draws),
            interval: trusted ? back(here - reach, here + reach) : undefined,
            percentile: back(here + quantileOf(sorted, (1 - level) / 2), here + quantileOf(sorted, (1 + level) / 2)),
            corrected: back(here - quantileOf(sorted, (1 + level) / 2), here - quantileOf(sorted, (1 - level) / 2)),
            studentised: undefined,
            draws,
          },
        ],
      ];
    }),
  );
}

function findingsOf({ plan }: Objective, { archive }: ArchiveFamily, { sigma, signs }: Settled): Record<string, ArchivedFinding> {
  const { states, algebraic, outputs } = plan.definition;
  const counts = archivedIn(plan, archive);
  return Object.fromEntries(
    archive.tags.map(({ tag, every, sigma: given }, t): [string, ArchivedFinding] => {
      const raw = archive.columns.reduce((sum, column) => sum + (column.tag === t ? column.times.length : 0), 0);
      return [
        tag,
        {
          unit: (states[tag] ?? algebraic[tag] ?? outputs[tag])?.unit ?? "1",
          sigma: sigma[t]!,
          sigmaEstimated: given === undefined,
          every,
          ratio: raw / counts[t]!,
          density: Math.exp(signs[t]?.seen[0] ?? Number.NaN),
          scatter: Math.exp(signs[t]?.seen[1] ?? Number.NaN),
        },
      ];
    }),
  );
}
