/** From a calibrated mechanism and windows to a hybrid, validated before it is handed out. */
import type { Calibrated } from "../calibration/index.ts";
import type { Compute } from "../compute/index.ts";
import { type AnySource, contentHash, GreyboxError, type InputOf, type ObservableOf } from "../core/index.ts";
import type { Window } from "../historian/index.ts";
import { assemble, measuredTimes, runTimes } from "./assemble.ts";
import { confounding } from "./confounding.ts";
import { declareFeatures, longestLag, withoutMechanism } from "./features/declare.ts";
import { featureName } from "./features/feature.ts";
import { persistenceOf, type Rows, rowsOf } from "./features/rows.ts";
import { type Visited, visitedOf, visitedTimes } from "./features/visited.ts";
import { domainOf, readDomain } from "./guard/domain.ts";
import type { Guard } from "./guard/guard.ts";
import type { Confounding, Hybrid, Rivals } from "./hybrid.ts";
import type { Learned } from "./learner.ts";
import type { Mechanism } from "./mechanism/mechanism.ts";
import { type MechanismOptions, mechanismOf } from "./mechanism/solved.ts";
import { withoutParameters } from "./protect.ts";
import type { Residual } from "./residual.ts";
import { type CrossValidation, crossValidate, meanOf } from "./validation/cross-validate.ts";
import { correlationTime } from "./validation/folds.ts";
import { checkedLevel } from "./validation/level.ts";
import { notesOf } from "./validation/notes.ts";

export const fuseDefaults = { folds: 5, level: 0.9, seed: 0 } as const;

export interface FuseOptions extends MechanismOptions {
  /** What to learn from, and to validate on. */
  readonly windows: readonly Window[];
  readonly validation?:
    | {
        /** Contiguous parts in time, each held out once. Default 5. */
        readonly folds?: number | undefined;
        /** Time on both sides of what is held out that is not learned from. Default: the longer of the lags and the residual's memory. */
        readonly embargo?: number | undefined;
        /** How long before the last value must have been known for persistence to use it. Default: the embargo; 0 for laboratory values. */
        readonly horizon?: number | undefined;
      }
    | undefined;
  /** Confidence level of the interval. Default 0.9. */
  readonly level?: number | undefined;
  readonly seed?: number | undefined;
  /** Where the folds are learned. Default: here, one after the other. Same bits everywhere. */
  readonly compute?: Compute | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Learns a correction of a calibrated mechanism and says what it is worth.
 *
 * The learned part is multiplied by the share of it that paid on points it had not seen, and fades outside the training data.
 *
 * @param fit  what `calibrate` gave; it holds no data, so the windows come beside it
 * @param question  what to correct, from what, by which learner
 * @throws GreyboxError `fusion/name`, `fusion/leak`, `fusion/option`, `fusion/no-data`, `fusion/too-few`, `fusion/mechanism`, `learner/*`
 *
 * @example
 * const hybrid = await fuse(fit, residual({ on: "T", from: ["q", "Tc", "T"], learner: ridge() }), { windows });
 * console.log(validationTable(hybrid.validation));
 */
export async function fuse<M extends AnySource, E extends string>(
  fit: Calibrated<M, E>,
  question: Residual<ObservableOf<M>, InputOf<M> | ObservableOf<M>>,
  options: FuseOptions,
): Promise<Hybrid<M>> {
  const { windows, signal } = options;
  const seed = options.seed ?? fuseDefaults.seed;
  const level = checkedLevel(options.level ?? fuseDefaults.level);
  const mechanism = mechanismOf(fit, options);
  refuseUnprotected(question, mechanism);
  const { on, learner } = question;
  const features = declareFeatures(question, mechanism);
  const names = features.map(featureName);
  const between = visitedTimes(on, windows);
  const runs = windows.map((window, w) => {
    const at = measuredTimes(window, on);
    if (at.length === 0) return undefined;
    return mechanism.run(window, runTimes(window, { on, features }, Float64Array.of(...at, ...between[w]!)), on);
  });
  const rows = rowsOf(on, features, windows, runs);
  const visited = visitedOf(features, windows, between, runs, rows.starts);

  const remembered = embargoOf(options, longestLag(features), rows);
  const late = windows.some(({ measured }) => Object.hasOwn(measured, on) && measured[on]!.reported !== undefined);
  const horizon = options.validation?.horizon ?? (late ? 0 : remembered.embargo);
  const folds = options.validation?.folds ?? fuseDefaults.folds;
  const rivals = await rivalsOf(rows, question, seed, signal);
  const persistence = persistenceOf(on, windows, rows, horizon, rivals.fallback);
  const lessonOf = (chosen: Int32Array) => targetOf(rows, question, chosen);
  const scores = await crossValidate({
    ...options,
    on,
    names,
    rows,
    visited,
    persistence,
    learner,
    lessonOf,
    folds,
    embargo: remembered.embargo,
    level,
    seed,
  });

  const learned = await learner.learn(rows.features, lessonOf(Int32Array.from(rows.time.keys())), { seed, weights: rows.weight, signal });
  const guard = guardOf(names, rows, visited, learned, scores);
  const unit = unitOf(fit.model, on);
  const validation = {
    on,
    unit,
    time: fit.model.definition.time,
    folds: scores.folds,
    overall: scores.overall,
    embargo: remembered.embargo,
    horizon,
    level,
    coverage: scores.coverage,
    notes: notesOf({ fit, windows, rows, scores, guard, level, capped: remembered.capped }),
  };
  return assemble(
    {
      kind: "residual",
      fit,
      on,
      unit,
      features,
      learned,
      share: scores.share,
      level,
      guard,
      validation,
      confounding: await confoundingOf(fit, mechanism, rows, learned, guard, scores.share),
      provenance: {
        fit: mechanismHash(fit),
        data: contentHash(windows),
        question: contentHash({
          ...question,
          learner: { kind: learner.kind, options: learner.options },
          level,
          folds,
          horizon,
          ...remembered,
        }),
        seed,
      },
      rivals,
    },
    mechanism,
  );
}

/** What a stored hybrid is tied to: the equations with the calibrated parameter values. */
export function mechanismHash(fit: Calibrated): string {
  return contentHash(fit.model.definition);
}

/** Long enough that a neighbour does not tell the answer, short enough to leave something to learn from. */
function embargoOf({ validation }: FuseOptions, lag: number, rows: Rows): { embargo: number; capped: boolean } {
  if (validation?.embargo !== undefined) return { embargo: validation.embargo, capped: false };
  const residual = rows.measured.map((value, row) => value - rows.physics[row]!);
  const wanted = Math.max(lag, correlationTime(rows, residual));
  const spans = rows.windows.map((_, w) => {
    const first = rows.window.indexOf(w);
    return first < 0 ? 0 : rows.time[rows.window.lastIndexOf(w)]! - rows.time[first]!;
  });
  const folds = validation?.folds ?? fuseDefaults.folds;
  const most = spans.reduce((sum, span) => sum + span, 0) / (4 * folds);
  return wanted > most ? { embargo: most, capped: true } : { embargo: wanted, capped: false };
}

/** Protection is by derivatives; without them it would be a word. */
function refuseUnprotected({ protect }: Residual, { parameters }: Mechanism): void {
  if (protect === undefined || protect === "none" || (protect === "orthogonal" && parameters.length > 0)) return;
  const needed = '"none", or "orthogonal" for a differentiable model with calibrated parameters';
  throw new GreyboxError("fusion/option", { option: "protect", value: protect, needed });
}

/** What is learned at the chosen rows: measured minus computed, without what the parameters could explain where that was asked for. */
function targetOf(rows: Rows, { protect }: Residual, chosen: Int32Array): Float64Array {
  const residual = Float64Array.from(chosen, (row) => rows.measured[row]! - rows.physics[row]!);
  if (protect !== "orthogonal" || !rows.sensitivity) return residual;
  const count = rows.sensitivity.length / rows.time.length;
  const sensitivity = new Float64Array(chosen.length * count);
  for (const [i, row] of chosen.entries()) sensitivity.set(rows.sensitivity.subarray(row * count, (row + 1) * count), i * count);
  return withoutParameters(
    residual,
    sensitivity,
    Float64Array.from(chosen, (row) => rows.weight[row]!),
  );
}

async function rivalsOf(rows: Rows, { learner }: Residual, seed: number, signal: AbortSignal | undefined): Promise<Rivals> {
  const features = withoutMechanism(rows.declared);
  const mean = meanOf({ features: rows.dataFeatures, target: rows.measured, weights: rows.weight, seed });
  const [fallback] = mean.predict({ rows: 1, columns: 0, data: new Float64Array(0) });
  const context = { seed, weights: rows.weight, signal };
  const dataOnly = features.length > 0 ? await learner.learn(rows.dataFeatures, rows.measured, context) : mean;
  return { features, dataOnly, fallback: fallback! };
}

function guardOf(names: readonly string[], rows: Rows, visited: Visited, learned: Learned, scores: CrossValidation): Guard {
  return {
    ...domainOf(names, rows.features, learned, visited.features),
    halfWidth: scores.halfWidth,
    halfWidthOutside: Math.max(scores.halfWidth, scores.halfWidthMechanism),
  };
}

async function confoundingOf(
  fit: Calibrated,
  { parameters }: Mechanism,
  rows: Rows,
  learned: Learned,
  guard: Guard,
  share: number,
): Promise<Confounding | undefined> {
  if (!rows.sensitivity) return undefined;
  const { columns, data } = rows.features;
  const predicted = learned.predict(rows.features);
  const spe = learned.reconstructionError?.(rows.features);
  const used = predicted.map((value, row) => {
    const { trust } = readDomain(guard, data.subarray(row * columns, (row + 1) * columns), spe?.[row]);
    return share * trust * value;
  });
  const standardErrors = parameters.map((name) => (fit.parameters as Calibrated["parameters"])[name]?.standardError);
  return confounding({ learned: used, sensitivity: rows.sensitivity, weight: rows.weight, parameters, standardErrors });
}

function unitOf({ definition }: AnySource, on: string): string {
  return (definition.states[on] ?? definition.algebraic[on] ?? definition.outputs[on])?.unit ?? "1";
}
