/** Compute: where tasks run. Takes a task and its inputs, gives results in the same order. Imports core only; knows no models. */
export type { GpuBuffer, GpuDevice, GpuProgram } from "./gpu/device.ts";
export { type Gpu, type GpuOptions, gpu, gpuDefaults } from "./gpu/gpu.ts";
export { inline } from "./inline.ts";
export { type Compute, type MapOptions, type Task, type TaskContext, type TaskFunction, type TaskName, task } from "./task.ts";
export { type ThreadsOptions, threads, threadsDefaults } from "./threads.ts";
