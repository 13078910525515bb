/** Calibration, from the question to the answer. */
import { inline } from "../compute/index.ts";
import { type AnySource, GreyboxError, type ParameterOf } from "../core/index.ts";
import { answer } from "./answer.ts";
import type { Calibrated } from "./calibrated.ts";
import { drawStarts } from "./multistart.ts";
import { checkInfluence, givenStart, objectiveOf } from "./objective.ts";
import { checkQuestion, type Plan, planOf } from "./question/plan.ts";
import { defaults, type Question } from "./question/question.ts";
import type { SearchResult } from "./search/trust-region.ts";
import { prepare, runStartTask, type StartInput } from "./start.ts";

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
  const { model, estimate, windows, signal } = question;
  checkQuestion(question);
  const system = model.system({ active: estimate });
  const plan = planOf(question, system);
  const compute = question.compute ?? inline();
  if (compute.name !== "inline") checkTravel(model, compute.name);
  const objective = objectiveOf(plan, system);
  const inputs = startsOf(plan, question.starts ?? defaults.starts);
  checkInfluence(objective, pointsToTry(plan, inputs));
  prepare(objective);

  const results = new Map<number, SearchResult>();
  const tell = (): void => question.onProgress?.({ starts: inputs.length, finished: results.size, best: bestMerit(results.values()) });
  try {
    await compute.map(runStartTask, inputs, {
      shared: plan,
      signal,
      onResult(start, result) {
        results.set(start, result);
        tell();
      },
    });
  } catch (error) {
    const saved = [...results.values()].some((result) => result.merit !== undefined);
    if (!signal?.aborted || !saved) throw error;
  }
  // Every start is in the list by number; a cancelled run has fewer.
  const found = [...results].sort(([a], [b]) => a - b).map(([start, result]) => ({ start, result }));
  return answer({ question, objective, windows, found, cancelled: signal?.aborted ?? false });
}

function startsOf(plan: Plan, count: number): StartInput[] {
  return [givenStart(plan), ...drawStarts(plan, count)].map((x, start) => ({ start, x }));
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
function checkTravel({ name, definition }: AnySource, compute: string): void {
  if (Object.keys(definition.derivatives).length === 0) throw new GreyboxError("calibration/cannot-travel", { model: name, compute });
}
