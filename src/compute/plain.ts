/** Keeps the promise that only plain data travels, with the same error wherever a task runs. */
import { GreyboxError } from "../core/index.ts";
import type { TaskName } from "./task.ts";

/** A copy, as a worker would receive it. @throws GreyboxError `compute/not-plain` */
export function plainCopy<T>(task: TaskName, value: T): T {
  try {
    return structuredClone(value);
  } catch (error) {
    throw notPlain(task, error);
  }
}

/** The error to raise for what `postMessage` or `structuredClone` threw; other errors pass through. */
export function notPlain(task: TaskName, error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "DataCloneError") return error;
  return new GreyboxError("compute/not-plain", { name: task.name, why: error.message }, { cause: error });
}
