/** Calibration, from the question to the answer. */
import { type AnySource, GreyboxError, type ParameterOf } from "../core/index.ts";
import { answer, provenanceOf } from "./answer.ts";
import type { Calibrated } from "./calibrated.ts";
import { computeOf } from "./checkpoint/checkpoint.ts";
import { isWrittenAsFunctions } from "./model-copy.ts";
import { checkInfluence, givenStart, objectiveOf } from "./objective/objective.ts";
import { checkReach } from "./objective/reach.ts";
import { asked } from "./question/asked.ts";
import type { Plan } from "./question/plan.ts";
import { defaults, type Progress, type Question } from "./question/question.ts";
import type { NoiseGroup } from "./search/problem.ts";
import type { SearchResult } from "./search/trust-region.ts";
import { agreed, firstComparison, hopeless } from "./starts/give-up.ts";
import { guessedStarts } from "./starts/guesses.ts";
import { lookAgain } from "./starts/look-again.ts";
import { drawStarts } from "./starts/multistart.ts";
import { cancelled, prepare, runStartTask, type StartFound, type StartInput } from "./starts/start.ts";

/**
 * Estimates parameters and initial values of a model from windows of plant data.
 *
 * Maximum likelihood with Gaussian noise: Σ w·((y − ŷ)/σ)² is least, σ being given by tag or estimated with the rest. Derivatives are
 * exact (forward sensitivities). The answer is the same, to the last bit, wherever and on however many workers it is computed.
 *
 * A run that fails is not an error: see `termination` and `verdict` of the answer.
 *
 * @throws GreyboxError `calibration/…` for what is wrong with the question or the data, before the search starts
 * @throws the signal's reason when cancelled before any start was evaluated; later a cancelled search gives its best values so far
 *
 * @example
 * const cooling = defineModel({
 *   name: "cooling", time: "min",
 *   parameters: { k: { value: 0.2, unit: "1/min", bounds: [0.01, 1], scale: "log" } },
 *   states: { T: { unit: "K", initial: 360 } },
 *   derivatives: { T: "-k*(T - 300 K)" },
 * });
 * const cup = windowFromTable(cooling, { time: [2, 5, 10], measured: { T: [349.2, 336.3, 322.1] }, sigma: { T: 0.3 } });
 * const fit = await calibrate({ model: cooling, windows: [cup], estimate: ["k"], starts: 5, seed: 1 });
 * fit.parameters.k.value.toFixed(3); // => "0.100"
 * fit.parameters.k.interval.map((k) => k.toFixed(3)); // => ["0.098", "0.102"]
 * fit.verdict; // => []
 */
export async function calibrate<const M extends AnySource, const E extends ParameterOf<M> = never>(
  question: Question<M, E>,
): Promise<Calibrated<M, E>> {
  const { windows, signal } = question;
  const { model, system, plan } = asked(question);
  await using compute = await computeOf(question, () => provenanceOf(question, plan));
  if (compute.name !== "inline") checkTravel(model, compute.name);
  const objective = objectiveOf(plan, system);
  const inputs = startsOf(plan, question);
  const seen = checkInfluence(objective, pointsToTry(plan, inputs));
  if (!seen)
    checkReach(
      objective,
      inputs.map(({ x }) => x),
    );
  prepare(objective);

  const results = new Map<number, StartFound>();
  // Rounds of a global search say nothing about how near it is.
  const comparable = plan.method.name === "trust-region" || plan.method.name === "lbfgs";
  const giveUp = inputs.length > 1 && comparable && (question.giveUp ?? defaults.giveUp);
  try {
    for (let until = giveUp ? firstComparison : Infinity, next = inputs; next.length > 0; until *= 2) {
      await compute.map(
        runStartTask,
        next.map((input) => ({ ...input, until })),
        {
          shared: plan,
          signal,
          onResult(index, result) {
            results.set(next[index]!.start, result);
            question.onProgress?.(progressOf(inputs.length, results));
          },
        },
      );
      next = goingOn(results, plan.groups);
      if (next.length > 0) question.onProgress?.(progressOf(inputs.length, results));
    }
    await lookAgain(plan, results, compute, signal);
  } catch (error) {
    const saved = [...results.values()].some((result) => result.merit !== undefined);
    if (!signal?.aborted || !saved) throw error;
  }
  // Every start is in the list by number; a cancelled run has fewer, and some that were to go on.
  const found = [...results]
    .sort(([a], [b]) => a - b)
    .map(([start, result]) => ({ start, result: result.resume ? cancelled(result) : result }));
  return answer({ question, objective, windows, found, cancelled: signal?.aborted ?? false });
}

function startsOf(plan: Plan, { starts, guesses = [] }: Question): StartInput[] {
  const guessed = guessedStarts(plan, guesses);
  const count = starts ?? defaults.starts + guessed.length;
  if (count <= guessed.length) {
    throw new GreyboxError("calibration/option", {
      option: "starts",
      value: count,
      rule: `above the number of guesses, ${guessed.length}`,
    });
  }
  return [givenStart(plan), ...guessed, ...drawStarts(plan, count - guessed.length)].map((x, start) => ({
    start,
    x,
    resume: undefined,
    until: Infinity,
  }));
}

/** Compares the starts: those that are hopeless are given up, the others that have paused are to go on. */
function goingOn(results: Map<number, StartFound>, groups: readonly NoiseGroup[]): StartInput[] {
  const best = bestMerit(results.values()) ?? 0;
  const paused = [...results].filter(([, { resume }]) => resume !== undefined).sort(([a], [b]) => a - b);
  const ended = [...results.values()].flatMap(({ merit, resume }) => (merit === undefined || resume ? [] : [merit]));
  const sure = agreed(ended, best);
  return paused.flatMap(([start, result]) => {
    const { x, merit = best, before = merit, resume } = result;
    if (!sure || !hopeless({ merit, before }, best, groups)) return [{ start, x, resume, until: Infinity }];
    results.set(start, { ...cancelled(result), termination: { kind: "given-up", ok: false } });
    return [];
  });
}

function progressOf(starts: number, results: ReadonlyMap<number, StartFound>): Progress {
  const finished = [...results.values()].filter(({ resume }) => resume === undefined).length;
  return { starts, finished, best: bestMerit(results.values()) };
}

/** A few starts, then points beside them; most models need the first only. */
function* pointsToTry(plan: Plan, inputs: readonly StartInput[]): Generator<Float64Array, void, void> {
  for (const { x } of inputs.slice(0, 3)) yield x;
  yield* drawStarts({ ...plan, seed: plan.seed + 1 }, 3);
}

function bestMerit(results: Iterable<SearchResult>): number | undefined {
  let best: number | undefined;
  for (const { merit } of results) if (merit !== undefined && (best === undefined || merit < best)) best = merit;
  return best;
}

/** A model written as functions has no equations as text to be rebuilt from. */
function checkTravel(model: AnySource, compute: string): void {
  if (isWrittenAsFunctions(model)) throw new GreyboxError("calibration/cannot-travel", { model: model.name, compute });
}
