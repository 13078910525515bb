/** Compute: where tasks run. Takes a task and its inputs, gives results in the same order. Imports core only; knows no models. */
export { inline } from "./inline.ts";
export { type Compute, type MapOptions, type Task, type TaskContext, type TaskFunction, type TaskName, task } from "./task.ts";
export { type ThreadsOptions, threads, threadsDefaults } from "./threads.ts";
