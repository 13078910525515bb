/** Finds the function that a task names. Runs where the task runs; imports nothing until something is wrong, for a quick start. */
import type { Task, TaskFunction } from "./task.ts";

const loaded = new Map<string, TaskFunction<unknown, unknown, unknown>>();

/** @throws GreyboxError `compute/no-such-task` when the module has no such function or cannot be loaded */
export async function load<I, O, S>(task: Task<I, O, S>): Promise<TaskFunction<I, O, S>> {
  const key = `${task.module}#${task.name}`;
  let found = loaded.get(key);
  if (!found) {
    let exported: unknown;
    let why = `it exports no function "${task.name}"`;
    let cause: unknown;
    try {
      exported = ((await import(task.module)) as Record<string, unknown>)[task.name];
    } catch (error) {
      cause = error;
      why = error instanceof Error ? error.message : String(error);
    }
    if (typeof exported !== "function") {
      const { GreyboxError } = await import("../core/index.ts");
      throw new GreyboxError("compute/no-such-task", { module: task.module, name: task.name, why }, { cause });
    }
    found = exported as TaskFunction<unknown, unknown, unknown>;
    loaded.set(key, found);
  }
  // The description carries the types of the function it names; see `task`.
  return found as TaskFunction<I, O, S>;
}
