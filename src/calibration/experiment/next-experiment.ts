/** What to do next: which samples, which moves of the inputs, which sensors tell most about what a fit does not know yet. */
import type { AnySource, ParameterOf } from "../../core/index.ts";
import type { Calibrated } from "../calibrated.ts";
import type { Question } from "../question/question.ts";
import { variances } from "./criterion.ts";
import { type ExpectedError, type ExperimentOptions, experimentDefaults, type NextExperiment } from "./design.ts";
import { type Designed, type Ready, readyOf } from "./ready.ts";
import { reasons } from "./reasons.ts";
import { runDesign } from "./run-design.ts";
import { withoutEach } from "./samples.ts";
import { steadyDesign } from "./steady-design.ts";

/**
 * Proposes the next experiment for a fit: samples, moves of inputs within their limits, sensors. What the data says already counts, unless
 * `fresh`; the parameters are taken to have the values of the fit, so the proposal is locally optimal.
 *
 * @param question  the question that the fit answered
 * @throws GreyboxError `calibration/option`, `calibration/unknown-name`, `calibration/missing-input`, `calibration/next-experiment`
 *
 * @see A. C. Atkinson, A. N. Donev, R. D. Tobias, *Optimum Experimental Designs, with SAS*, Oxford 2007; G. Franceschini, S. Macchietto,
 *   "Model-based design of experiments for parameter precision", Chem. Eng. Sci. 63 (2008) 4846–4872.
 *
 * @example
 * const decay = defineModel({
 *   name: "decay", time: "h",
 *   parameters: { k: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" }, c0: { value: 4, unit: "mol/L", bounds: [0.1, 100] } },
 *   states: { c: { unit: "mol/L", initial: "c0" } },
 *   derivatives: { c: "-k*c" },
 * });
 * const record = windowFromTable(decay, { time: [0.5, 1, 2, 4], measured: { c: [3.28, 2.68, 1.81, 0.8] }, sigma: { c: 0.05 } });
 * const question = { model: decay, windows: [record], estimate: ["k", "c0"] } as const;
 * const next = nextExperiment(question, await calibrate(question), { horizon: 10, count: 2, fresh: true });
 * next.samples.map(({ time }) => time.toFixed(1)); // => ["0.0", "2.5"]
 */
export function nextExperiment<const M extends AnySource, const E extends ParameterOf<M> = never>(
  question: Question<M, E>,
  fit: Calibrated,
  options: ExperimentOptions = {},
): NextExperiment {
  const ready = readyOf(question, fit, options);
  const steady = question.steady ?? Object.keys(question.model.definition.states).length === 0;
  const found = steady ? steadyDesign(ready) : runDesign(ready);
  return answerOf(ready, found);
}

/** A standard error of so many times the value says that nothing is known. */
const unfixed = 1e3;

function answerOf(ready: Ready, found: Designed): NextExperiment {
  const { design, samples } = found;
  const { known, names, matters, unknowns, judge: by, judgeOne, options } = ready;
  const q = names.length;
  const estimated = (all: Float64Array): Float64Array => all.subarray(0, q * q);
  const [before, after] = [variances(estimated(known), q), variances(estimated(design.information), q)];
  const size = (variance: number, slope: number): number | undefined =>
    Math.sqrt(variance) < unfixed ? Math.sqrt(variance) * Math.abs(slope) : undefined;
  const errors = Object.fromEntries(
    matters.map((j): [string, ExpectedError] => {
      const { unknown, value, slope } = unknowns[j]!;
      return [unknown.name, { unit: unknown.unit, value, before: size(before[j]!, slope), after: size(after[j]!, slope) }];
    }),
  );
  const now = Math.exp(judgeOne.of(estimated(known)) / 2);
  const worths = withoutEach(design, found.base, by).map((value) =>
    Math.exp(value / 2) < unfixed ? Math.expm1((value - design.value) / 2) : undefined,
  );
  const perSample = samples.length > 0 ? samples.length / design.samples.length : 1;
  const typical = {
    before: now < unfixed ? now : undefined,
    after: Math.exp(judgeOne.of(estimated(design.information)) / 2),
    between: between(ready, found),
  };
  const answer = {
    criterion: options.criterion ?? experimentDefaults.criterion,
    samples: samples.map((sample, i) => ({ ...sample, worth: worths[Math.floor(i / perSample)] })),
    sensors: found.used.map((s) => ready.sensors[s]!),
    inputs: found.inputs,
    errors,
    typical,
    cost: found.cost,
  };
  return { ...answer, meaning: reasons(answer, ready) };
}

/** Other parameter values with which a proposal is tried. */
const checks = 12;

function between(ready: Ready, found: Designed): NextExperiment["typical"]["between"] {
  const q = ready.names.length;
  const information = found.informationFor(ready.drawn(checks));
  if (!information) return undefined;
  const typical = Array.from({ length: checks + 1 }, (_, i) =>
    Math.exp(ready.judgeOne.of(information.subarray(i * q * q, (i + 1) * q * q)) / 2),
  );
  return [Math.min(...typical), Math.max(...typical)];
}
