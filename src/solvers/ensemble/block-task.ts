/** A block of members as a task: on another thread the model is made again from its definition, once. */

import { type TaskContext, task } from "../../compute/index.ts";
import { GreyboxError, type ModelDefinition, type SystemSource } from "../../core/index.ts";
import { type BlockSolver, blockSolver, type EnsembleQuestion, type Members } from "./block.ts";
import type { Results } from "./results.ts";

export interface BlockShared {
  readonly definition: ModelDefinition;
  readonly maker: NonNullable<SystemSource["maker"]>;
  readonly active: readonly string[];
  readonly question: EnsembleQuestion;
}

export interface BlockInput {
  readonly members: Members;
  /** In memory that threads share: written here. */
  readonly into: Results;
}

export const blockTask = task<BlockInput, boolean, BlockShared>(import.meta.url, "solveBlock");

const solvers = new WeakMap<BlockShared, Promise<BlockSolver>>();

/** Solves one block. False when it was cancelled. */
export async function solveBlock({ members, into }: BlockInput, context: TaskContext<BlockShared>): Promise<boolean> {
  let solver = solvers.get(context.shared);
  if (!solver) {
    solver = prepare(context.shared);
    solvers.set(context.shared, solver);
  }
  return (await solver)(members, into, () => context.signal.aborted);
}

async function prepare({ definition, maker, active, question }: BlockShared): Promise<BlockSolver> {
  // The module says what it exports; a source that names a maker promises that it takes a definition.
  const made = ((await import(maker.module)) as Record<string, unknown>)[maker.name];
  if (typeof made !== "function") {
    throw new GreyboxError("compute/no-such-task", { ...maker, why: `it exports no function "${maker.name}"` });
  }
  const source = (made as (definition: ModelDefinition) => SystemSource)(definition);
  return blockSolver(active.length > 0 ? source.system({ active }) : source.system(), question);
}
