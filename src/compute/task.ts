/**
 * A task: a function that can run anywhere, named by the module that exports it.
 *
 * Everything that goes in and comes out is plain data (structured clone), so the same description runs inline, on a thread or on another
 * machine. A task must be a pure function of its input; then the same bits come out wherever it runs.
 */

/** What a running task may use besides its input. */
export interface TaskContext {
  /** Aborted when the caller gives up; long tasks look at it now and then. */
  readonly signal: AbortSignal;
}

export type TaskFunction<I, O> = (input: I, context: TaskContext) => O | Promise<O>;

export interface Task<I, O> {
  /** URL of the module, as in `import.meta.url`. */
  readonly module: string;
  /** Name of the exported function. */
  readonly name: string;
  /** Never present: carries the types. */
  readonly types?: { readonly input: I; readonly output: O };
}

/**
 * Describes an exported function as a task. Call it beside the function, in the module that exports it.
 *
 * @example
 * export function square(x: number): number { return x * x; }
 * export const squareTask = task<number, number>(import.meta.url, "square");
 */
export function task<I, O>(module: string, name: string): Task<I, O> {
  return { module, name };
}

export interface MapOptions<O> {
  readonly signal?: AbortSignal | undefined;
  /** Called as results arrive, in any order. */
  readonly onResult?: ((index: number, result: O) => void) | undefined;
}

/** A place where tasks run. Results come back in the order of the inputs, whatever the order of execution. */
export interface Compute extends AsyncDisposable {
  readonly name: "inline" | "threads" | "gpu" | "cluster";
  /** How many tasks can run at once. */
  readonly workers: number;
  map<I, O>(task: Task<I, O>, inputs: readonly I[], options?: MapOptions<O>): Promise<O[]>;
}
