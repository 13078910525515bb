/**
 * Memory for generated functions, allotted from few large pieces: every memory of WebAssembly reserves 10 GB of addresses, and some ten
 * thousand of them are all that a process has.
 */
import { createMemory, type KernelMemory } from "../../kernel/index.ts";

export const arenaDefaults = {
  /** Doubles in one piece: 8 MB, of which the system gives what is used. */
  doubles: 2 ** 20,
} as const;

/** Some doubles of a memory, zero at first. */
export interface Plot {
  readonly memory: KernelMemory;
  /** In bytes. */
  readonly address: number;
  readonly values: Float64Array;
}

let current: { readonly memory: KernelMemory; used: number } | undefined;

/** Plots that are free again, by length. */
const free = new Map<number, Omit<Plot, "values">[]>();

const registry = new FinalizationRegistry<Omit<Plot, "values"> & { readonly length: number }>(({ length, memory, address }) => {
  const same = free.get(length);
  if (same) same.push({ memory, address });
  else free.set(length, [{ memory, address }]);
});

/** Allots a plot until its values are garbage. Where it lies has no influence on what is computed in it. */
export function allot(length: number): Plot {
  const { memory, address } = free.get(length)?.pop() ?? fresh(length);
  const values = new Float64Array(memory.buffer, address, length).fill(0);
  registry.register(values, { length, memory, address });
  return { memory, address, values };
}

function fresh(length: number): Omit<Plot, "values"> {
  if (current === undefined || current.used + length > arenaDefaults.doubles) {
    current = { memory: createMemory(Math.max(length, arenaDefaults.doubles)), used: 0 };
  }
  const address = 8 * current.used;
  // Pairs of doubles begin at whole multiples of their size.
  current.used += length + (length % 2);
  return { memory: current.memory, address };
}
