/** Learning as a task, so that the folds of a validation can run side by side; a learner of the caller's own runs where it is. */
import { type Compute, task } from "../../compute/index.ts";
import { GreyboxError } from "../../core/index.ts";
import type { Learned, Learner, Matrix } from "../learner.ts";
import { learnerFrom, restoreLearned } from "./registry.ts";

/** What is to be learned. Plain data. */
export interface Lesson {
  readonly features: Matrix;
  readonly target: Float64Array;
  readonly weights: Float64Array;
  readonly seed: number;
}

interface Order extends Lesson {
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Runs one lesson from data alone. */
export async function learnOrder(order: Order, { signal }: { readonly signal: AbortSignal }): Promise<unknown> {
  const learner = learnerFrom(order.kind, order.options);
  if (!learner) throw new GreyboxError("learner/unknown", { learner: order.kind, known: [] });
  const { features, target, weights, seed } = order;
  return (await learner.learn(features, target, { seed, weights, signal })).state;
}

export const learnTask = task<Order, unknown>(import.meta.url, "learnOrder");

/** Learns all lessons, in their order; the same bits with and without `compute`. */
export async function learnAll(
  learner: Learner,
  lessons: readonly Lesson[],
  { compute, signal }: { readonly compute?: Compute | undefined; readonly signal?: AbortSignal | undefined },
): Promise<Learned[]> {
  const known = learnerFrom(learner.kind, learner.options) !== undefined;
  if (compute && known) {
    const orders = lessons.map((lesson) => ({ ...lesson, kind: learner.kind, options: learner.options }));
    const states = await compute.map(learnTask, orders, { signal });
    return states.map((state) => restoreLearned(learner.kind, state));
  }
  const learned: Learned[] = [];
  for (const { features, target, weights, seed } of lessons) learned.push(await learner.learn(features, target, { seed, weights, signal }));
  return learned;
}
