/** Archived tags of a plan: how the historian kept each of them, from what was said and from what is known without. Plain data. */
import { type Door, GreyboxError } from "../../core/index.ts";
import type { Measured } from "../../historian/index.ts";
import type { Plan } from "../question/plan.ts";
import type { Question } from "../question/question.ts";
import type { ArchiveChoice } from "./choice.ts";

/** One archived tag in one window. */
export interface ArchivedColumn {
  readonly window: number;
  /** Index among the tags of the window. */
  readonly column: number;
  /** Index among the archived tags. */
  readonly tag: number;
  readonly compression: number;
  readonly exception: number;
  readonly maxInterval: number;
  /** Times of the values at the source. Shape (raw). */
  readonly times: Float64Array;
}

/** One archived tag. */
export interface ArchivedTag {
  readonly tag: string;
  readonly points: "archived" | "interpolated";
  readonly every: number;
  /** Undefined: to be estimated. */
  readonly sigma: number | undefined;
  readonly memory: number;
  readonly door: Door | undefined;
}

export interface Archive {
  readonly tags: readonly ArchivedTag[];
  readonly columns: readonly ArchivedColumn[];
}

/** Interpolated values that are farther apart than so many at the source do not show where the archived points are. */
const coarse = 2;
/** More values at the source than this are not simulated. */
const most = 5e6;

/** @throws GreyboxError `calibration/bootstrap` where nothing was archived, or not enough is known of how */
export function archiveOf(question: Question, plan: Plan): Archive {
  const chosen = (question.archive ?? {}) as Readonly<Record<string, ArchiveChoice | undefined>>;
  const refuse = (why: string, instead: string): GreyboxError =>
    new GreyboxError("calibration/bootstrap", { kind: "archive", why, instead });
  const tags: ArchivedTag[] = [];
  const columns: ArchivedColumn[] = [];
  for (const name of new Set(plan.windows.flatMap((window) => window.tags.map(({ tag }) => tag)))) {
    const choice = chosen[name] ?? {};
    const found = plan.windows.flatMap((window, w) => {
      const column = window.tags.findIndex(({ tag }) => tag === name);
      const measured = question.windows[w]!.measured[name];
      const compression = choice.compression ?? measured?.compression ?? 0;
      return column >= 0 && measured && (compression > 0 || chosen[name]) ? [{ window: w, column, measured, compression }] : [];
    });
    if (found.length === 0) continue;
    checkErrors(name, plan, refuse);
    const times = found.map(({ window, column }) => timesOf(plan, window, column));
    const points = choice.points ?? "archived";
    if (points === "interpolated" && choice.every === undefined)
      throw refuse(
        `the time between two values of ${name} at the source cannot be seen in interpolated values`,
        `Give \`archive: { ${name}: { every: … } }\`.`,
      );
    const every = choice.every ?? shortestStep(times);
    if (!(every > 0 && every < Infinity))
      throw refuse(`${name} has too few points to see how often it was scanned`, `Give \`archive: { ${name}: { every: … } }\`.`);
    const sigma =
      choice.sigma ??
      givenSigma(
        question,
        name,
        found.map(({ measured }) => measured),
      );
    if (points === "interpolated" && sigma === undefined && shortestStep(times) > coarse * every)
      throw refuse(
        `values of ${name} that were interpolated so far apart do not say how large its errors are at the source`,
        `Give \`archive: { ${name}: { sigma: … } }\`, or use archived points.`,
      );
    tags.push({ tag: name, points, every, sigma, memory: choice.correlationTime ?? 0, door: choice.door });
    for (const [i, { window, column, compression }] of found.entries()) {
      const [from, to] = [times[i]![0]!, times[i]![times[i]!.length - 1]!];
      const count = Math.floor((to - from) / every + 1e-6) + 1;
      if (count > most)
        throw refuse(
          `${name} has ${count} values at the source in window "${plan.windows[window]!.name}"`,
          "Give `every`, the time between two values at the source, or use shorter windows.",
        );
      const raw = Float64Array.from({ length: count }, (_, j) => Math.min(from + j * every, to));
      const { exception = compression / 2, maxInterval = Infinity } = choice;
      columns.push({ window, column, tag: tags.length - 1, compression, exception, maxInterval, times: raw });
    }
  }
  if (tags.length === 0)
    throw refuse("no tag is known to be compressed", "Bind tags with `compression`, or give `archive: { … }` in the question.");
  return { tags, columns };
}

function timesOf({ windows }: Plan, window: number, column: number): Float64Array {
  const { samples, tags } = windows[window]!;
  return Float64Array.from(tags[column]!.at, (at) => samples[at]!);
}

function shortestStep(columns: readonly Float64Array[]): number {
  let shortest = Infinity;
  for (const times of columns) for (let i = 1; i < times.length; i++) shortest = Math.min(shortest, times[i]! - times[i - 1]!);
  return shortest;
}

function givenSigma(question: Question, tag: string, columns: readonly Measured[]): number | undefined {
  const likelihood = (question.likelihood as Readonly<Record<string, { sigma?: unknown } | undefined>> | undefined)?.[tag]?.sigma;
  if (typeof likelihood === "number") return likelihood;
  return columns.every(({ sigma }) => sigma !== undefined) ? columns[0]!.sigma : undefined;
}

/** Errors at the source are simulated as additive: a scale or a share of their own is not known for them. */
function checkErrors(tag: string, plan: Plan, refuse: (why: string, instead: string) => GreyboxError): void {
  const noise = plan.noises.find((one) => one.tag === tag);
  const instead = "Give it Gaussian or heavy-tailed errors of one size, without limits.";
  if (noise && (noise.scale !== "linear" || noise.proportional !== undefined || noise.sigmaFrom !== undefined || noise.deadBand > 0))
    throw refuse(`the errors of ${tag} have no single size at the source`, instead);
  if (plan.windows.some(({ tags }) => tags.some((one) => one.tag === tag && one.side?.some((side) => side !== 0))))
    throw refuse(`some values of ${tag} are limits`, instead);
}
