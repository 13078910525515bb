/** The likelihood of a question at the values its model has, without a search. */
import { type AnySource, describeOutcome, type ParameterOf } from "../core/index.ts";
import { logLikelihoodOf } from "./likelihood/log-likelihood.ts";
import { givenStart, objectiveOf } from "./objective/objective.ts";
import { asked } from "./question/asked.ts";
import type { Question } from "./question/question.ts";

/** The number, or why there is none. */
export type Likely = { readonly logLikelihood: number } | { readonly logLikelihood: undefined; readonly why: string };

/**
 * Natural logarithm of the likelihood of all measured values at the parameter values of the model, with all constants; priors are not counted.
 *
 * @throws GreyboxError as {@link calibrate}
 *
 * @example
 * const mean = defineModel({
 *   name: "mean", time: "h", parameters: { a: { value: 1, unit: "K" } }, states: { x: { unit: "K", initial: "a" } }, derivatives: { x: "0 K/h" },
 * });
 * const record = windowFromTable(mean, { time: [1], measured: { x: [1] }, sigma: { x: 1 } });
 * logLikelihood({ model: mean, windows: [record], estimate: ["a"] }).logLikelihood.toFixed(4); // => "-0.9189"
 */
export function logLikelihood<const M extends AnySource, const E extends ParameterOf<M> = never>(question: Question<M, E>): Likely {
  const { plan, system } = asked(question, true);
  const objective = objectiveOf(plan, system);
  if (objective.evaluate(givenStart(plan), false)) return { logLikelihood: logLikelihoodOf(objective) };
  const failure = objective.failure();
  return {
    logLikelihood: undefined,
    why: failure
      ? `Window "${failure.window}": ${failure.why}`
      : describeOutcome({ kind: "non-finite", at: 0, state: system.states[0] ?? "" }),
  };
}
