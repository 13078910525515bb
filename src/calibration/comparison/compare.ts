/** Two fits side by side: what changed, and whether it is more than chance. */
import type { Calibrated, FitOfTag } from "../calibrated.ts";
import { type InformationCriteria, informationCriteria, type LikelihoodRatio, likelihoodRatio } from "./criteria.ts";
import { compareData, type DataComparison } from "./data.ts";
import { type DefinitionChange, definitionChanges } from "./definitions.ts";
import { type EstimateChange, estimateChanges } from "./estimates.ts";
import { type JointDifference, jointDifference } from "./joint.ts";
import { meaningOf } from "./meaning.ts";

export interface Comparison {
  /** Names of the models. */
  readonly models: readonly [string, string];
  readonly data: DataComparison;
  /** In what the models differ beside the values that were estimated; empty where they are equal. */
  readonly definitions: readonly DefinitionChange[];
  /** Whether both were asked the same: what to estimate, from where, with which errors, priors and options. */
  readonly sameQuestion: boolean;
  readonly estimates: readonly EstimateChange[];
  /** Estimated in one of the fits only, or in units that do not agree. */
  readonly only: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** All common estimates that both fits fix; undefined where there is none. */
  readonly joint: JointDifference | undefined;
  readonly tags: readonly TagChange[];
  /** Before and after. They compare where the data is the same. */
  readonly criteria: readonly [InformationCriteria | undefined, InformationCriteria | undefined];
  /** Of fits to the same data with the same equations, one within the other. */
  readonly likelihoodRatio: LikelihoodRatio | undefined;
  /** One sentence for each thing a person should know; the first says whose data it was. */
  readonly meaning: readonly string[];
}

export interface TagChange {
  readonly name: string;
  /** Undefined: the fit has no such tag. */
  readonly before: FitOfTag | undefined;
  readonly after: FitOfTag | undefined;
}

/**
 * Compares two fits, the former first.
 *
 * Differences are given in standard errors as if the fits shared no data; whether they do is said beside it. On common data both have the same
 * errors, and chance makes less of a difference than that: what is large is certain, what is small may still be real.
 *
 * @example
 * const decay = defineModel({
 *   name: "decay", time: "h",
 *   parameters: { k: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" } },
 *   states: { c: { unit: "mol/L", initial: 4 } },
 *   derivatives: { c: "-k*c" },
 * });
 * const fitted = (name, c) => calibrate({
 *   model: decay, windows: [windowFromTable(decay, { name, time: [1, 2, 4], measured: { c }, sigma: { c: 0.05 } })], estimate: ["k"],
 * });
 * const { estimates, data } = compareFits(await fitted("March", [2.70, 1.79, 0.83]), await fitted("April", [2.40, 1.47, 0.52]));
 * data.relation; // => "apart"
 * estimates[0].standardErrors.toFixed(1); // => "7.6"
 */
export function compareFits(before: Calibrated, after: Calibrated): Comparison {
  const estimates = estimateChanges(before, after);
  const common = new Set(estimates.map(({ name }) => name));
  const alone = ({ names }: Calibrated): string[] => names.filter((name) => !common.has(name));
  const data = compareData(before, after);
  const free = new Set([...before.names, ...after.names]);
  const definitions = definitionChanges(before.model.definition, after.model.definition, free);
  const comparable = data.relation === "same" && definitions.length === 0;
  const comparison = {
    models: [before.model.name, after.model.name] as const,
    data,
    definitions,
    sameQuestion: before.provenance.question === after.provenance.question,
    estimates,
    only: { before: alone(before), after: alone(after) },
    joint: jointDifference(before, after, estimates),
    tags: tagChanges(before, after),
    criteria: [informationCriteria(before), informationCriteria(after)] as const,
    likelihoodRatio: comparable ? likelihoodRatio(before, after) : undefined,
  };
  return { ...comparison, meaning: meaningOf(comparison, before, after) };
}

function tagChanges(before: Calibrated, after: Calibrated): TagChange[] {
  const names = new Set([...Object.keys(before.tags), ...Object.keys(after.tags)]);
  return [...names].map((name) => ({ name, before: before.tags[name], after: after.tags[name] }));
}
