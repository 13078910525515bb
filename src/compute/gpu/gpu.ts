/** A graphics processor as a place for ensembles, through the optional package `webgpu`. */
import { GreyboxError } from "../../core/index.ts";
import type { GpuDevice } from "./device.ts";

export interface GpuOptions {
  /**
   * Solves models that the GPU cannot take (events, conditions, algebraic states, delays, derivatives, equations too long) on this
   * processor and says so in the result, where otherwise they are refused by name.
   */
  readonly fallback?: boolean | undefined;
  /** Members of every ensemble that are solved on this processor too, to see what single precision costs; the result tells. */
  readonly check?: number | undefined;
}

export const gpuDefaults = { fallback: false, check: 8 } as const;

/** Beside `inline()` and `threads()`, for `simulateEnsemble` only: a GPU runs shaders, not tasks. */
export interface Gpu extends AsyncDisposable {
  readonly name: "gpu";
  readonly workers: 1;
  readonly fallback: boolean;
  readonly check: number;
  /**
   * The device, opened once.
   *
   * @throws GreyboxError `compute/no-gpu`
   */
  open(): Promise<GpuDevice>;
}

/**
 * A GPU for ensembles. Opened with the first work; ended by `Symbol.asyncDispose`, or with the process.
 *
 * Numbers are of single precision there; see `docs/gpu.md` for what that means for tolerances.
 *
 * @example
 * const place = gpu({ fallback: true });
 * place.name; // => "gpu"
 */
export function gpu({ fallback = gpuDefaults.fallback, check = gpuDefaults.check }: GpuOptions = {}): Gpu {
  let device: Promise<GpuDevice> | undefined;
  let closed = false;
  return {
    name: "gpu",
    workers: 1,
    fallback,
    check,
    async open() {
      const { openDevice } = await import("./device.ts");
      if (closed) throw new GreyboxError("compute/no-gpu", { why: "it has been closed" });
      device ??= openDevice();
      return device;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      const opened = await device?.catch(() => undefined);
      opened?.close();
    },
  };
}
