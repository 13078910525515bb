/** Compute: where tasks run. Takes a task and its inputs, gives results in the same order. Imports core only; knows no models. */
export { type Compute, type MapOptions, type Task, type TaskContext, type TaskFunction, task } from "./task.ts";
