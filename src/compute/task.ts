/**
 * A task: a function that can run anywhere, named by the module that exports it.
 *
 * Everything that goes in and comes out is plain data (structured clone), so the same description runs inline, on a thread or on another
 * machine. A task must be a pure function of its input and of what is shared; then the same bits come out wherever it runs.
 */

/** What a running task may use besides its input. */
export interface TaskContext<S = undefined> {
  /** Aborted when the caller gives up; long tasks look at `signal.aborted` now and then and return what they have. */
  readonly signal: AbortSignal;
  /**
   * What all inputs of one `map` have in common; sent to each worker once. Read only, and the same object for every task that a worker
   * runs with it, so that a `WeakMap` can hold what was prepared from it.
   */
  readonly shared: S;
  /** Tells the caller how far the task has come. Plain data; carries no result. */
  report(progress: unknown): void;
}

export type TaskFunction<I, O, S = undefined> = (input: I, context: TaskContext<S>) => O | Promise<O>;

/** Where a function is to be found. */
export interface TaskName {
  /** URL of the module, as in `import.meta.url`. */
  readonly module: string;
  /** Name of the exported function. */
  readonly name: string;
}

export interface Task<I, O, S = undefined> extends TaskName {
  /** Never present: carries the types. */
  readonly types?: { readonly input: I; readonly output: O; readonly shared: S };
}

/**
 * Describes an exported function as a task. Called beside the function, in the module that exports it:
 * `export const squareTask = task<number, number>(import.meta.url, "square")`.
 *
 * @example
 * task("node:querystring", "escape").name; // => "escape"
 */
export function task<I, O, S = undefined>(module: string, name: string): Task<I, O, S> {
  return { module, name };
}

export interface MapOptions<O, S = undefined> {
  readonly signal?: AbortSignal | undefined;
  /** Reaches every task as `context.shared`. Must not change afterwards: it may be remembered by identity. */
  readonly shared?: S | undefined;
  /** Called as results arrive, in any order; also for tasks that return after `signal` was aborted. */
  readonly onResult?: ((index: number, result: O) => void) | undefined;
  /** Called with what tasks `report`, in any order. */
  readonly onReport?: ((index: number, progress: unknown) => void) | undefined;
}

/**
 * A place where tasks run. Results come back in the order of the inputs, whatever the order of execution.
 *
 * When tasks fail, `map` rejects with the error of the failed input that comes first in the list, so that the error does not depend on
 * the number of workers; a `GreyboxError` keeps its code and details. When `signal` is aborted, running tasks may return what they have
 * (seen by `onResult`), then `map` rejects with the signal's reason.
 *
 * @throws GreyboxError `compute/no-such-task`, `compute/not-plain`, `compute/closed`
 */
export interface Compute extends AsyncDisposable {
  readonly name: "inline" | "threads" | "cluster";
  /** How many tasks can run at once. */
  readonly workers: number;
  map<I, O, S = undefined>(task: Task<I, O, S>, inputs: readonly I[], options?: MapOptions<O, NoInfer<S>>): Promise<O[]>;
}
