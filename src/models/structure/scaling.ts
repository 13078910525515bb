/** How far the sizes of a model's quantities lie apart, judged by what is declared: for tolerances and for the search of parameters. */
import type { ModelDefinition } from "../../core/index.ts";

export interface Scaling {
  /** Typical size of each state and implicit quantity, in its unit. */
  readonly sizes: readonly { readonly name: string; readonly size: number; readonly declared: boolean }[];
  /** Largest over smallest size; 1 without states. */
  readonly spread: number;
  readonly remarks: readonly { readonly where: string; readonly remark: string }[];
}

export const scalingDefaults = {
  /** Sizes that lie further apart than this are remarked on: tolerances then need sizes of their own. */
  spread: 1e8,
  /** Bounds of a positive parameter that lie further apart than this are better searched by logarithm. */
  bounds: 100,
} as const;

/**
 * Sizes as a solver will take them, and what would help it.
 *
 * @example
 * scalingOf(reactor.definition).sizes.map(({ name, size }) => `${name} ${size}`); // => ["cA 0.5", "T 350"]
 */
export function scalingOf({ states, algebraic, parameters }: ModelDefinition): Scaling {
  const remarks: { where: string; remark: string }[] = [];
  const sizes: { name: string; size: number; declared: boolean }[] = [];
  for (const [name, { initial, nominal, unit }] of Object.entries(states)) {
    const size = nominal ?? (typeof initial === "number" && initial !== 0 ? Math.abs(initial) : 1);
    const guessed = nominal === undefined && (typeof initial !== "number" || initial === 0);
    sizes.push({ name, size, declared: !guessed });
    if (guessed)
      remarks.push({
        where: `states.${name}`,
        remark: `its size is taken to be 1 ${unit}, because its initial value says nothing: give \`nominal\`.`,
      });
  }
  for (const [name, entry] of Object.entries(algebraic)) {
    if (!("guess" in entry)) continue;
    sizes.push({ name, size: Math.abs(entry.guess) || 1, declared: entry.guess !== 0 });
    if (entry.guess === 0)
      remarks.push({
        where: `algebraic.${name}`,
        remark: `its size is taken to be 1 ${entry.unit}, because its guess is 0: give a guess of its size.`,
      });
  }
  const all = sizes.map(({ size }) => size);
  const spread = all.length === 0 ? 1 : Math.max(...all) / Math.min(...all);
  if (spread > scalingDefaults.spread) {
    const named = (size: number): string => sizes.find((one) => one.size === size)!.name;
    const [largest, smallest] = [Math.max(...all), Math.min(...all)];
    remarks.push({
      where: "states",
      remark: `sizes reach from ${smallest} (${named(smallest)}) to ${largest} (${named(largest)}): choose units in which they lie closer, or give absolute tolerances.`,
    });
  }
  for (const [name, { bounds, scale }] of Object.entries(parameters)) {
    if (bounds === undefined || scale === "log" || bounds[0] <= 0) continue;
    if (bounds[1] / bounds[0] > scalingDefaults.bounds)
      remarks.push({
        where: `parameters.${name}`,
        remark: `its bounds span a factor of ${Number((bounds[1] / bounds[0]).toPrecision(3))}: \`scale: "log"\` suits the search.`,
      });
  }
  return { sizes, spread, remarks };
}
