/** A GPU for tests without one: interprets the kernels that shaders are made of, every operation rounded to single precision. */
import type { Gpu, GpuBuffer, GpuDevice } from "../../../src/compute/index.ts";
import { emitWgsl, interpret, type Kernel } from "../../../src/kernel/index.ts";

export interface Interpreted extends Gpu {
  /** Members of every dispatch. */
  readonly dispatches: number[];
}

/** @param kernels  those that programs may be made of: the one with the same text is taken */
export function interpretedGpu(kernels: readonly Kernel[], options: { fallback?: boolean; check?: number } = {}): Interpreted {
  const dispatches: number[] = [];
  const contents = new WeakMap<GpuBuffer, Uint32Array>();
  const device: GpuDevice = {
    adapter: "an interpreter",
    software: true,
    limits: { storage: 2 ** 27, uniform: 2 ** 16, workgroups: 65535 },
    async program(code) {
      const kernel = kernels.find((one) => emitWgsl(one) === code);
      if (!kernel) throw new Error("There is no kernel with this text.");
      const run = interpret(kernel, Math.fround);
      return {
        run([uniform, own, saved]) {
          const words = contents.get(uniform!)!;
          const numbers = new Float32Array(words.buffer);
          const members = words[0]!;
          dispatches.push(members);
          const scalars = kernel.scalars.map(({ type }, i) => (type === "integer" ? words[1 + i]! : numbers[1 + i]!));
          const [given, kept] = [own!, saved!].map((buffer) => new Float32Array(contents.get(buffer)!.buffer)) as [
            Float32Array,
            Float32Array,
          ];
          const of = (all: Float32Array, member: number): Float64Array =>
            Float64Array.from({ length: Math.floor(all.length / members) }, (_, i) => all[i * members + member]!);
          for (let member = 0; member < members; member++) {
            const state = of(kept, member);
            run(...scalars, of(given, member), state);
            for (const [i, value] of state.entries()) kept[i * members + member] = value;
          }
        },
      };
    },
    buffer(_kind, bytes) {
      const content = new Uint32Array(Math.ceil(bytes / 4));
      const buffer: GpuBuffer = {
        bytes,
        write: (data) => content.set(new Uint32Array(data.buffer as ArrayBuffer, data.byteOffset, data.length)),
        [Symbol.dispose]: () => undefined,
      };
      contents.set(buffer, content);
      return buffer;
    },
    read: async (buffer, count) => new Float32Array(contents.get(buffer)!.buffer).slice(0, count),
    close: () => undefined,
  };
  return {
    name: "gpu",
    workers: 1,
    fallback: options.fallback ?? false,
    check: options.check ?? 0,
    open: async () => device,
    dispatches,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
