/** What a comparison of two fits says, in sentences. */
import { counted, listed } from "../../core/index.ts";
import type { Calibrated } from "../calibrated.ts";
import { short } from "../verdict/sentences.ts";
import type { Comparison } from "./compare.ts";
import type { EstimateChange } from "./estimates.ts";

/** From where on things are worth a sentence. */
export const thresholds = {
  /** Standard errors of a difference. */
  errors: 2,
  /** Chance of a difference of all estimates together. */
  tail: 0.01,
  /** Residuals of one fit over those of the other. */
  residuals: 1.5,
  /** Difference of a criterion of information. */
  criterion: 2,
} as const;

type Found = Omit<Comparison, "meaning">;

export function meaningOf(found: Found, before: Calibrated, after: Calibrated): string[] {
  return [
    dataSentence(found),
    ...sameness(found),
    ...unfinished(before, after),
    ...moved(found),
    ...together(found),
    ...fixed(found),
    ...explained(found),
    ...residuals(found),
  ];
}

function dataSentence({ data: { relation, shared, windows } }: Found): string {
  switch (relation) {
    case "same":
      return "Both fits saw the same data and share its errors: chance makes less of a difference than the standard errors say.";
    case "apart":
      return "The fits share no data: a difference of more than 2 standard errors is more than chance usually makes.";
    case "overlapping":
      return (
        `The former fit saw data of ${shared.length} of ${counted(windows[1] ?? 0, "window")}, too (${listed(few(shared))}): ` +
        "chance makes less of a difference than the standard errors say."
      );
    case "unknown":
      return "Whether the fits share data is not known: one of them was stored by an earlier version.";
    default:
      return relation satisfies never;
  }
}

function sameness({ models, definitions, sameQuestion, data }: Found): string[] {
  const said: string[] = [];
  if (models[0] !== models[1]) said.push(`The models are called ${models[0]} and ${models[1]}.`);
  if (definitions.length > 0) said.push(`The models differ in ${listed(few(definitions.map(({ where }) => where)))}.`);
  else if (!sameQuestion) said.push("The model is the same, the question is not: what is estimated, the errors, priors or options differ.");
  else if (data.relation === "same") said.push("Model, data and question are the same: what differs is where and how far the search went.");
  return said;
}

function unfinished(before: Calibrated, after: Calibrated): string[] {
  const open = [
    { which: "former", termination: before.termination },
    { which: "later", termination: after.termination },
  ].filter(({ termination }) => !termination.ok);
  return open.map(({ which, termination }) => `The ${which} fit has not converged (${termination.kind}): its values are not its best.`);
}

function moved({ estimates }: Found): string[] {
  return estimates
    .filter(({ standardErrors }) => standardErrors !== undefined && Math.abs(standardErrors) >= thresholds.errors)
    .sort((a, b) => Math.abs(b.standardErrors ?? 0) - Math.abs(a.standardErrors ?? 0))
    .map(({ name, difference, relative, standardErrors = 0, unit }) => {
      const share = relative === undefined ? "" : ` (${short(100 * Math.abs(relative))} %)`;
      const by = `${plain(Math.abs(difference))}${unit === "1" ? "" : ` ${unit}`}${share}`;
      return `${name} ${difference > 0 ? "rose" : "fell"} by ${by}: ${sized(standardErrors)} standard errors.`;
    });
}

/** One estimate says no more together than alone. */
function together({ joint, data }: Found): string[] {
  if (!joint || joint.freedom < 2 || joint.tail >= thresholds.tail) return [];
  const among = data.relation === "apart" ? "" : ", and even less with common data";
  return [`All common estimates together differ by more than chance makes in ${share(joint.tail)} of cases${among}.`];
}

function fixed({ estimates }: Found): string[] {
  return estimates.flatMap((change) => [...fixing(change), ...bounds(change)]);
}

function fixing({ name, before, after }: EstimateChange): string[] {
  if (before.identifiable === after.identifiable || before.atBound || after.atBound) return [];
  return [after.identifiable ? `${name} is fixed by the data now; it was not before.` : `${name} is no longer fixed by the data.`];
}

function bounds({ name, before, after }: EstimateChange): string[] {
  if (before.atBound === after.atBound) return [];
  return [after.atBound ? `${name} has come to its ${after.atBound} bound.` : `${name} has left its ${before.atBound} bound.`];
}

function explained({ data, criteria: [before, after], likelihoodRatio: ratio }: Found): string[] {
  if (data.relation !== "same" || !before || !after || before.values !== after.values) return [];
  const said: string[] = [];
  if (ratio) {
    const more = counted(ratio.freedom, "unknown");
    if (ratio.statistic < 0) {
      const narrow = ratio.larger === "after" ? "former" : "later";
      said.push(`The ${narrow} fit is likelier with ${more} fewer: the other has not found its best. Fit it again from these values.`);
    } else {
      const worth = ratio.tail < thresholds.tail ? "more than chance makes" : "which chance makes, too,";
      said.push(`${more} more (${ratio.larger}) raise ln L by ${short(ratio.statistic / 2)}, ${worth} in ${share(ratio.tail)} of cases.`);
    }
  }
  const [a, b] = before.aicc !== undefined && after.aicc !== undefined ? [before.aicc, after.aicc] : [before.aic, after.aic];
  const name = before.aicc !== undefined && after.aicc !== undefined ? "AICc" : "AIC";
  if (Math.abs(b - a) < thresholds.criterion) {
    if (before.unknowns !== after.unknowns) said.push(`By ${name} neither is better (${short(b - a)}).`);
  } else said.push(`By ${name} the ${b < a ? "later" : "former"} fit is better, by ${short(Math.abs(b - a))}.`);
  return said;
}

function residuals({ tags }: Found): string[] {
  return tags.flatMap(({ name, before, after }) => {
    if (!before || !after || before.unit !== after.unit || before.rmse === 0) return [];
    const ratio = after.rmse / before.rmse;
    if (ratio > 1 / thresholds.residuals && ratio < thresholds.residuals) return [];
    return [`Residuals of ${name} are ${short(ratio)} times as large as before.`];
  });
}

const listedAtMost = 6;

function few(names: readonly string[]): readonly string[] {
  return names.length <= listedAtMost ? names : [...names.slice(0, listedAtMost - 1), `${names.length - listedAtMost + 1} more`];
}

/** Powers of ten where zeros would have to be counted. */
function plain(value: number): string {
  const text = short(value);
  return value >= 1e6 || value < 1e-4 ? Number(text).toExponential().replace("e+", "e") : text;
}

function sized(errors: number): string {
  return Math.abs(errors) >= 10 ? Math.abs(errors).toFixed(0) : Math.abs(errors).toFixed(1);
}

/** "0.3 %", "less than 0.01 %". */
function share(probability: number): string {
  const percent = 100 * probability;
  return percent < 0.01 ? "less than 0.01 %" : `${Number(percent.toPrecision(2))} %`;
}
