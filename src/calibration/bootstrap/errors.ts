/** Errors as a likelihood believes them: draws of its densities, with bands, memories and limits. */
import { normalCdf, type Random } from "../../core/index.ts";
import { densityOf } from "../likelihood/density.ts";
import type { NoisePlan } from "../question/noise.ts";
import type { TagPlan } from "../question/windows.ts";

/** What a fit says of the errors of one tag in one window. Columns of the points of its plan, shape (k). */
export interface TagBase {
  /** As computed by the fit, in the unit of the tag. */
  readonly computed: Float64Array;
  /** Of the error of each point, on the scale of the likelihood. */
  readonly sizes: Float64Array;
  /** In the time unit of the model. */
  readonly times: Float64Array;
  /** Time over which errors stay alike; 0: not at all. */
  readonly memory: number;
}

/** Standardised errors, one for each point: independent draws. */
export function drawnErrors(noise: NoisePlan | undefined, count: number, draw: Random): Float64Array {
  const one = errorOf(noise, draw);
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) out[i] = one();
  return out;
}

function errorOf(noise: NoisePlan | undefined, draw: Random): () => number {
  if (!noise) return () => draw.normal();
  const { kind, shape } = noise;
  switch (kind) {
    case "gaussian":
      return () => draw.normal();
    case "student":
      return () => draw.normal() / Math.sqrt(gamma(shape / 2, draw) / (shape / 2));
    case "laplace":
      return () => (draw.uniform() < 0.5 ? -1 : 1) * exponential(draw);
    case "huber": {
      const core = Math.sqrt(2 * Math.PI) * (2 * normalCdf(shape) - 1);
      const tails = (2 / shape) * Math.exp(-0.5 * shape * shape);
      return () => {
        if (draw.uniform() * (core + tails) > core) return (draw.uniform() < 0.5 ? -1 : 1) * (shape + exponential(draw) / shape);
        for (;;) {
          const z = draw.normal();
          if (Math.abs(z) <= shape) return z;
        }
      };
    }
    default:
      return kind satisfies never;
  }
}

const exponential = (draw: Random): number => -Math.log(1 - draw.uniform());

/**
 * Gamma distributed with unit scale.
 *
 * @see G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM Trans. Math. Softw. 26 (2000) 363–372.
 */
function gamma(shape: number, draw: Random): number {
  if (shape < 1) return gamma(shape + 1, draw) * (1 - draw.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = draw.normal();
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(1 - draw.uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Values that go with some standardised errors. What lies beyond a limit of the tag is that limit. */
export function valuesWith(
  tag: TagPlan,
  noise: NoisePlan | undefined,
  base: TagBase,
  errors: Float64Array,
  draw: Random,
): Pick<TagPlan, "value" | "side"> {
  const { computed, sizes, times, memory } = base;
  const scale = noise?.scale ?? "linear";
  const band = noise?.deadBand ?? 0;
  const inBand = noise && band > 0 ? Math.exp(-densityOf(noise.kind, noise.shape).loss(0)) : 0;
  const value = new Float64Array(computed.length);
  let before = 0;
  for (let i = 0; i < value.length; i++) {
    let error = errors[i]!;
    if (memory > 0) {
      const kept = i > 0 ? Math.exp(-(times[i]! - times[i - 1]!) / memory) : 0;
      error = kept * before + Math.sqrt(1 - kept * kept) * error;
      before = error;
    }
    let deviation = error * sizes[i]!;
    if (band > 0) {
      // Uniform within the band, the tails beyond it: in the proportion of their masses.
      const flat = (2 * band * inBand) / sizes[i]!;
      deviation = draw.uniform() * (1 + flat) < flat ? band * (2 * draw.uniform() - 1) : deviation + (deviation < 0 ? -band : band);
    }
    const level = computed[i]!;
    value[i] = scale === "linear" ? level + deviation : scale === "log" ? level * Math.exp(deviation) : level * 10 ** deviation;
  }
  return tag.side ? limited(tag, value) : { value, side: undefined };
}

/** The limits of a tag, kept by new values: that of the nearest point which stands at one. */
function limited({ value: seen, side: sides }: TagPlan, value: Float64Array): Pick<TagPlan, "value" | "side"> {
  const side = new Int8Array(value.length);
  for (const beyond of [-1, 1] as const) {
    const at = nearestLimit(sides!, beyond);
    for (let i = 0; i < value.length; i++) {
      const place = at[i]!;
      if (place < 0 || side[i] !== 0) continue;
      const limit = seen[place]!;
      // A point that was read where others stood at their limit shows that its own limit was not there.
      const own = sides![i] === beyond || (seen[i]! - limit) * beyond < 0;
      if (own && (value[i]! - limit) * beyond > 0) {
        value[i] = limit;
        side[i] = beyond;
      }
    }
  }
  return { value, side };
}

/** For each point the place of the nearest one at a limit of that side; −1 where there is none. */
function nearestLimit(sides: Int8Array, side: number): Int32Array {
  const places = Array.from(sides.keys()).filter((i) => sides[i] === side);
  const out = new Int32Array(sides.length).fill(-1);
  let k = 0;
  for (let i = 0; i < out.length && places.length > 0; i++) {
    while (k < places.length - 1 && Math.abs(places[k + 1]! - i) <= Math.abs(places[k]! - i)) k++;
    out[i] = places[k]!;
  }
  return out;
}
