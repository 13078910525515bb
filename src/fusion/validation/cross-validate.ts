/**
 * Predictions for every row by learners that have not seen its neighbourhood, and what follows from them: the share of the learned part
 * that pays, interval half widths, and the scores of all rivals on the same points.
 */
import type { Compute } from "../../compute/index.ts";
import { GreyboxError } from "../../core/index.ts";
import type { Rows } from "../features/rows.ts";
import type { Visited } from "../features/visited.ts";
import { domainOf, readDomain } from "../guard/domain.ts";
import type { Learned, Learner, Matrix } from "../learner.ts";
import { type Lesson, learnAll } from "../learners/learn-task.ts";
import { halfWidth } from "./conformal.ts";
import { blockedFolds, type FoldRows, isAway } from "./folds.ts";
import { compare, type Rivals } from "./score.ts";
import type { Comparison, Fold } from "./validation.ts";

export interface CrossValidation {
  readonly folds: readonly Fold[];
  readonly overall: Comparison;
  readonly coverage: number;
  /** 0 … 1: the share of the learned part that pays out of fold. */
  readonly share: number;
  readonly halfWidth: number;
  /** Of the mechanism alone. */
  readonly halfWidthMechanism: number;
}

export interface CrossValidationQuestion {
  readonly on: string;
  readonly names: readonly string[];
  readonly rows: Rows;
  readonly visited: Visited;
  readonly persistence: Float64Array;
  readonly learner: Learner;
  /** What of the residual is learned: from the rows of a fold to the target of its lesson. */
  readonly lessonOf: (rows: Int32Array) => Float64Array;
  readonly folds: number;
  readonly embargo: number;
  readonly level: number;
  readonly seed: number;
  readonly compute?: Compute | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws GreyboxError `fusion/option`, `fusion/too-few`, and whatever the learner throws */
export async function crossValidate(question: CrossValidationQuestion): Promise<CrossValidation> {
  const { rows, learner, level } = question;
  const folds = blockedFolds(rows, question.folds, question.embargo);
  refuseThin(question, folds);
  const residual = rows.measured.map((value, row) => value - rows.physics[row]!);
  const hybrids = await learnAll(
    learner,
    folds.map((fold) => lesson(fold, rows.features, question.lessonOf(fold.learned), question)),
    question,
  );
  const rivals = await dataOnlyLearners(question, folds);

  // What the learned part adds to each row, faded where its fold's training data gives no evidence, and how far out that is.
  const added = new Float64Array(rows.time.length);
  const distance = new Float64Array(rows.time.length);
  const dataOnly = new Float64Array(rows.time.length);
  for (const [f, fold] of folds.entries()) {
    const held = pick(rows.features, fold.held);
    const guard = domainOf(question.names, pick(rows.features, fold.learned), hybrids[f]!, visitedIn(fold, question));
    const predicted = hybrids[f]!.predict(held);
    const spe = hybrids[f]!.reconstructionError?.(held);
    const rival = rivals[f]!.predict(pick(rows.dataFeatures, fold.held));
    for (const [i, row] of fold.held.entries()) {
      const reading = readDomain(guard, held.data.subarray(i * held.columns, (i + 1) * held.columns), spe?.[i]);
      added[row] = reading.trust * predicted[i]!;
      distance[row] = reading.distance;
      dataOnly[row] = rival[i]!;
    }
  }

  const foldOf = new Int32Array(rows.time.length);
  for (const [f, fold] of folds.entries()) for (const row of fold.held) foldOf[row] = f;
  const shares = folds.map((_, f) => payingShare(residual, added, rows.weight, (row) => foldOf[row] !== f));
  const hybrid = rows.physics.map((value, row) => value + shares[foldOf[row]!]! * added[row]!);
  const hybridScore = hybrid.map((value, row) => Math.abs(rows.measured[row]! - value) / (1 + distance[row]!));
  const mechanismScore = residual.map(Math.abs);
  const columns: Rivals = { measured: rows.measured, mechanism: rows.physics, dataOnly, persistence: question.persistence, hybrid };

  let covered = 0;
  const described = folds.map((fold, f): Fold => {
    const width = halfWidth(
      hybridScore.filter((_, row) => foldOf[row] !== f),
      level,
    );
    const inside = fold.held.reduce((count, row) => count + (hybridScore[row]! <= width ? 1 : 0), 0);
    covered += inside;
    return {
      ...compare(select(columns, fold.held)),
      trained: fold.learned.length,
      heldOut: fold.stretches.map(({ window, from, to }) => ({ window: rows.windows[window]!, from, to })),
      coverage: inside / fold.held.length,
    };
  });
  return {
    folds: described,
    overall: compare(columns),
    coverage: covered / rows.time.length,
    share: payingShare(residual, added, rows.weight, () => true),
    halfWidth: halfWidth(hybridScore, level),
    halfWidthMechanism: halfWidth(mechanismScore, level),
  };
}

/**
 * The multiple of the learned part, 0 … 1, that leaves the smallest mean squared error. Found on rows that were not learned from, so that a
 * learner that found nothing is switched off instead of adding noise (stacking with one weight).
 *
 * @see L. Breiman, "Stacked regressions", Machine Learning 24 (1996) 49–64.
 */
function payingShare(residual: Float64Array, added: Float64Array, weight: Float64Array, counts: (row: number) => boolean): number {
  let [along, power] = [0, 0];
  for (let row = 0; row < residual.length; row++) {
    if (!counts(row)) continue;
    along += weight[row]! * residual[row]! * added[row]!;
    power += weight[row]! * added[row]! ** 2;
  }
  return power > 0 ? Math.min(1, Math.max(0, along / power)) : 0;
}

/** Where the plant was while the lesson of a fold was recorded. */
function visitedIn({ stretches }: FoldRows, { visited, embargo }: CrossValidationQuestion): Matrix {
  const points = Int32Array.from(visited.time.keys());
  return pick(
    visited.features,
    points.filter((point) => isAway(visited, point, stretches, embargo)),
  );
}

function lesson(fold: FoldRows, features: Matrix, target: Float64Array, { rows, seed }: CrossValidationQuestion): Lesson {
  return {
    features: pick(features, fold.learned),
    target,
    weights: Float64Array.from(fold.learned, (row) => rows.weight[row]!),
    seed,
  };
}

/** The same learner on the measured target itself, without anything the mechanism computes; the mean where that leaves no feature. */
async function dataOnlyLearners(question: CrossValidationQuestion, folds: readonly FoldRows[]): Promise<Pick<Learned, "predict">[]> {
  const { rows, learner } = question;
  const lessons = folds.map((fold) =>
    lesson(
      fold,
      rows.dataFeatures,
      Float64Array.from(fold.learned, (row) => rows.measured[row]!),
      question,
    ),
  );
  return rows.dataFeatures.columns > 0 ? learnAll(learner, lessons, question) : lessons.map(meanOf);
}

/** A learner without features. */
export function meanOf({ target, weights }: Lesson): Pick<Learned, "predict"> {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = target.reduce((sum, value, row) => sum + (weights[row]! * value) / total, 0);
  return { predict: (features) => new Float64Array(features.rows).fill(mean) };
}

export function pick({ columns, data }: Matrix, rows: Int32Array): Matrix {
  const out = new Float64Array(rows.length * columns);
  for (const [i, row] of rows.entries()) out.set(data.subarray(row * columns, (row + 1) * columns), i * columns);
  return { rows: rows.length, columns, data: out };
}

function select(rivals: Rivals, rows: Int32Array): Rivals {
  const of = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]!);
  return {
    measured: of(rivals.measured),
    mechanism: of(rivals.mechanism),
    dataOnly: rivals.dataOnly && of(rivals.dataOnly),
    persistence: of(rivals.persistence),
    hybrid: of(rivals.hybrid),
  };
}

function refuseThin({ on, names, embargo }: CrossValidationQuestion, folds: readonly FoldRows[]): void {
  const needed = Math.max(5, names.length + 2);
  for (const [fold, { held, learned }] of folds.entries()) {
    if (held.length === 0) throw new GreyboxError("fusion/too-few", { target: on, points: 0, needed: 1, fold: fold + 1, embargo });
    if (learned.length < needed) {
      throw new GreyboxError("fusion/too-few", { target: on, points: learned.length, needed, fold: fold + 1, embargo });
    }
  }
}
