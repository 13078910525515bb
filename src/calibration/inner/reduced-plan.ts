/** A plan without the unknowns that have a closed form: sizes of errors become groups of unknown noise, which a search knows how to estimate. */
import type { NoisePlan, Size } from "../question/noise.ts";
import type { Plan } from "../question/plan.ts";
import type { TagPlan } from "../question/windows.ts";
import type { NoiseGroup } from "../search/problem.ts";
import type { SolvedReading } from "./readings.ts";
import type { SolvedSize } from "./sizes.ts";

export interface ReducedPlan {
  readonly plan: Plan;
  /** The unknowns that are left, by their places in the whole plan. */
  readonly kept: Int32Array;
  /** Group of each solved size, in the order of the sizes. */
  readonly groups: Int32Array;
  /** Group of each solved reading, in the order of the readings. */
  readonly readingGroups: Int32Array;
  /** Whole minus reduced merit, where all sizes are at their best. */
  readonly more: number;
}

/** As in `windows.ts`: an estimated σ is never smaller, relative to the size of the values. */
const resolution = 1e-15;

/** @param readings  those with given errors get groups of their own; their unknowns stay */
export function reducedPlan(plan: Plan, sizes: readonly SolvedSize[], readings: readonly SolvedReading[] = []): ReducedPlan {
  const gone = sizes.map(({ unknown }) => unknown);
  const kept = Int32Array.from([...plan.unknowns.keys()].filter((j) => !gone.includes(j)));
  const place = (unknown: number): number => kept.indexOf(unknown);
  const size = (one: Size | undefined): Size | undefined => (typeof one === "object" ? { unknown: place(one.unknown) } : one);

  // The beliefs are the last group, where there are any; see `planOf`.
  const believed = plan.unknowns.some(({ prior }) => prior) || plan.pools.length > 0;
  const first = believed ? plan.groups.length - 1 : plan.groups.length;
  const groupOf = (noise: number | undefined): number | undefined => {
    const found = noise === undefined ? -1 : sizes.findIndex(({ noises }) => noises.includes(noise));
    return found < 0 ? undefined : first + found;
  };
  const apart = readings.filter(({ noise }) => noise === "given");
  let more = 0;
  const counts = new Float64Array(sizes.length);
  const squares = new Float64Array(sizes.length);
  const taken = new Float64Array(plan.groups.length);
  const given = new Float64Array(apart.length);
  const windows = plan.windows.map((window) => ({
    ...window,
    tags: window.tags.map((tag): TagPlan => {
      const group = groupOf(tag.noise);
      const own = apart.findIndex(({ tags }) => tags.includes(tag.tag));
      if (own >= 0) {
        // The loss of a noise plan has the constants of a density, a sum of squares has not.
        const sigma = tag.noise === undefined ? tag.sigma! : (plan.noises[tag.noise]!.sigma as number);
        const weight = tag.weight.reduce((sum, one) => sum + one, 0);
        if (tag.noise !== undefined) more += weight * (Math.log(sigma) + 0.5 * Math.log(2 * Math.PI));
        taken[tag.group]! += weight;
        given[own]! += weight;
        return { ...tag, group: first + sizes.length + own, sigma, noise: undefined };
      }
      if (group === undefined) return tag;
      const logarithmic = plan.noises[tag.noise!]!.scale !== "linear";
      for (let i = 0; i < tag.value.length; i++) {
        counts[group - first]! += tag.weight[i]!;
        squares[group - first]! += tag.weight[i]! * (logarithmic ? 1 : tag.value[i]! ** 2);
        more += tag.weight[i]! * constantOf(plan.noises[tag.noise!]!, tag.value[i]!);
        taken[tag.group]! += tag.weight[i]!;
      }
      return { ...tag, group, sigma: undefined, sigmaAt: undefined, noise: logarithmic ? tag.noise : undefined };
    }),
  }));
  const groups: NoiseGroup[] = plan.groups.map((group, g) => ({ ...group, count: group.count - taken[g]! }));
  const own = sizes.map((_, k): NoiseGroup => {
    const floor = resolution * Math.max(Math.sqrt(squares[k]! / counts[k]!), Number.MIN_VALUE);
    return { sigma: undefined, count: counts[k]!, floor };
  });
  groups.splice(first, 0, ...own, ...apart.map((_, k): NoiseGroup => ({ sigma: 1, count: given[k]!, floor: 0 })));
  return {
    plan: {
      ...plan,
      unknowns: Array.from(kept, (j) => plan.unknowns[j]!),
      pools: plan.pools.map(({ members, mean, sd }) => ({
        members: members.map(place),
        mean: place(mean),
        sd: typeof sd === "number" ? sd : { unknown: place(sd.unknown) },
      })),
      innovations: plan.innovations.map((one) => ({
        ...one,
        gain: typeof one.gain === "number" ? one.gain : { unknown: place(one.gain.unknown) },
      })),
      noises: plan.noises.map((noise, n): NoisePlan => {
        if (groupOf(n) !== undefined) return { ...noise, sigma: 1, sigmaFrom: undefined };
        return { ...noise, sigma: size(noise.sigma), proportional: size(noise.proportional), correlationTime: size(noise.correlationTime) };
      }),
      windows,
      groups,
    },
    kept,
    groups: Int32Array.from(sizes, (_, k) => first + k),
    readingGroups: Int32Array.from(readings, (reading) => {
      if (reading.noise === "given") return first + sizes.length + apart.indexOf(reading);
      return "size" in reading.noise ? first + reading.noise.size : reading.noise.group;
    }),
    more,
  };
}

/** What a value with a weight of 1 adds to minus the logarithm of the likelihood, beside (n/2)·ln(Σ/n): see `densityOf` and `errorRows`. */
function constantOf({ scale }: NoisePlan, value: number): number {
  const density = 0.5 + 0.5 * Math.log(2 * Math.PI);
  if (scale === "linear") return density;
  return density + Math.log(value) + (scale === "log10" ? Math.log(Math.LN10) : 0);
}
