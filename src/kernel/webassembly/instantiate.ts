/** WebAssembly modules of kernels made to run: linked to a memory of their own, or wrapped as functions over `Float64Array`. */
import type { Kernel, KernelFunction } from "../kernel.ts";
import { type EmitOptions, emitWebAssembly, imported } from "./emit.ts";

/** The part of the host's WebAssembly that is used; neither Node's types nor ECMAScript's declare it. */
interface Host {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (limits: { readonly initial: number }) => KernelMemory;
}
const pageSize = 65536;

export interface KernelMemory {
  /** All of it; another object after every growth. */
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Kernels that share a memory. */
export interface LinkedKernels {
  readonly memory: KernelMemory;
  /** By kernel: called with its scalars, then the byte addresses of all its arrays, work arrays included. */
  readonly functions: ReadonlyMap<string, (...operands: readonly number[]) => void>;
}

/**
 * Compiles kernels into one module with a memory of at least `doubles` numbers (each of `lanes` doubles).
 *
 * @throws GreyboxError as `emitJavaScript`
 */
export function linkWebAssembly(kernels: readonly Kernel[], doubles: number, options: EmitOptions = {}): LinkedKernels {
  const memory = createMemory(doubles * (options.lanes ?? 1));
  return { memory, functions: compileWebAssembly(kernels, options)(memory) };
}

/** A memory of at least `doubles` numbers. */
export function createMemory(doubles: number): KernelMemory {
  const { Memory } = Reflect.get(globalThis, "WebAssembly") as Host;
  return new Memory({ initial: Math.max(1, Math.ceil((8 * doubles) / pageSize)) });
}

/**
 * Compiles kernels into one module, to be linked to as many memories as are wanted.
 *
 * @throws GreyboxError as `emitJavaScript`
 */
export function compileWebAssembly(
  kernels: readonly Kernel[],
  options: EmitOptions = {},
): (memory: KernelMemory) => LinkedKernels["functions"] {
  const { Module, Instance } = Reflect.get(globalThis, "WebAssembly") as Host;
  const module = new Module(emitWebAssembly(kernels, options));
  return (memory) => {
    const { exports } = new Instance(module, { [imported.memory]: { memory }, [imported.mathematics]: Math });
    return new Map(kernels.map(({ name }) => [name, exports[name] as (...operands: readonly number[]) => void]));
  };
}

/**
 * A kernel as a function that runs in WebAssembly, with the calling convention of `instantiate`.
 *
 * Copies every array of every call in, and those that are not read only out: meant for comparison and for kernels that compute much with
 * little. Arrays may not overlap.
 *
 * @throws GreyboxError as `emitJavaScript`
 */
export function instantiateWebAssembly(kernel: Kernel): KernelFunction {
  const { memory, functions } = linkWebAssembly([kernel], 0);
  const run = functions.get(kernel.name)!;
  const scalars = kernel.scalars.length;

  return (...operands) => {
    let [next, end] = [scalars, 0];
    const arrays = kernel.arrays.map(({ role, length = 0 }) => {
      const outside = role === "work" ? undefined : (operands[next++] as Float64Array);
      const start = end;
      end += outside?.length ?? length;
      return { role, outside, start };
    });
    const missing = Math.ceil((end * 8 - memory.buffer.byteLength) / pageSize);
    if (missing > 0) memory.grow(missing);
    const inside = new Float64Array(memory.buffer);
    for (const { outside, start } of arrays) if (outside) inside.set(outside, start);
    run(...(operands.slice(0, scalars) as number[]), ...arrays.map(({ start }) => 8 * start));
    for (const { role, outside, start } of arrays) {
      if (outside && role === "out") outside.set(inside.subarray(start, start + outside.length));
    }
  };
}
