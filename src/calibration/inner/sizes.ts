/** Sizes of Gaussian errors that are unknowns of a plan but have a closed form: σ² is the mean of the squared deviations. */
import type { NoisePlan, Size } from "../question/noise.ts";
import type { Plan } from "../question/plan.ts";
import { parameterOf } from "../question/unknown.ts";
import { mentions, nameIn } from "./mentions.ts";

/** One unknown that is σ of all tags of some noise plans. Indices. */
export interface SolvedSize {
  readonly unknown: number;
  readonly noises: readonly number[];
}

/** @param parameters  names of the parameters of the system */
export function solvedSizes(plan: Plan, parameters: readonly string[]): SolvedSize[] {
  const { noises, unknowns } = plan;
  const found = new Map<number, number[]>();
  for (const [n, noise] of noises.entries()) {
    const unknown = sizeOf(noise, plan, parameters);
    if (unknown !== undefined) found.set(unknown, [...(found.get(unknown) ?? []), n]);
  }
  const limits = new Set(plan.windows.flatMap(({ tags }) => tags.flatMap(({ side, noise }) => (side ? [noise] : []))));
  return [...found].flatMap(([unknown, own]): SolvedSize[] => {
    const { prior, windows } = unknowns[unknown]!;
    const elsewhere = noises.some(
      (noise, n) => !own.includes(n) && sizesOf(noise).some((size) => typeof size === "object" && size.unknown === unknown),
    );
    const plain = own.every((n) => isGaussian(noises[n]!) && !limits.has(n));
    return plain && !elsewhere && !prior && windows === undefined ? [{ unknown, noises: own }] : [];
  });
}

/** The unknown that σ of the errors is, and nothing but it. */
function sizeOf({ sigma, sigmaFrom }: NoisePlan, plan: Plan, parameters: readonly string[]): number | undefined {
  if (typeof sigma === "object") return sigma.unknown;
  if (sigmaFrom === undefined) return undefined;
  const { outputs } = plan.definition;
  const name = nameIn(outputs[sigmaFrom]?.is);
  if (name === undefined || plan.windows.some(({ tags }) => tags.some(({ tag }) => tag === sigmaFrom))) return undefined;
  const speaking = plan.noises.flatMap((noise) =>
    nameIn(outputs[noise.sigmaFrom ?? ""]?.is) === name ? [`output ${noise.sigmaFrom}`] : [],
  );
  return mentions(plan.definition, name).every((place) => speaking.includes(place)) ? lonelyParameter(name, plan, parameters) : undefined;
}

/** The unknown that is this parameter, sets nothing else and is of no population. */
export function lonelyParameter(name: string, { unknowns, pools }: Plan, parameters: readonly string[]): number | undefined {
  const index = parameters.indexOf(name);
  const place = unknowns.findIndex((unknown) => parameterOf(unknown) === index && unknown.acts.length === 1);
  if (index < 0 || place < 0) return undefined;
  const { acts, prior } = unknowns[place]!;
  const pooled = pools.some(({ members, mean }) => mean === place || members.includes(place));
  return acts[0]?.sets === "parameter" && acts[0].factor === 1 && !prior && !pooled ? place : undefined;
}

export function isGaussian({ kind, deadBand, proportional, correlationTime }: NoisePlan): boolean {
  return kind === "gaussian" && deadBand === 0 && proportional === undefined && correlationTime === undefined;
}

const sizesOf = ({ sigma, proportional, correlationTime }: NoisePlan): readonly (Size | undefined)[] => [
  sigma,
  proportional,
  correlationTime,
];
