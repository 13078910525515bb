/** A window cut into segments: the same samples and points, in runs of their own. */
import type { TagPlan, WindowPlan } from "../question/windows.ts";
import type { ShootingChoice } from "./choice.ts";

/** Samples to a segment, where the number of nodes is not given; and segments at most. */
const perSegment = 5;
const most = 60;

/** Each begins at a sample, which it has itself; the first at the start of the window. At least one. */
export function segmentsOf(window: WindowPlan, { nodes }: ShootingChoice): WindowPlan[] {
  const count = window.samples.length;
  const segments = nodes === "auto" ? Math.min(most, Math.max(1, Math.floor(count / perSegment))) : nodes + 1;
  const cuts: number[] = [];
  for (let k = 1; k < segments; k++) {
    const at = Math.round((k * count) / segments);
    if (at < count && window.samples[at]! > 0 && window.samples[at]! < window.end && at > (cuts.at(-1) ?? 0)) cuts.push(at);
  }
  return [0, ...cuts].map((from, k): WindowPlan => {
    const to = cuts[k] ?? count;
    return {
      name: window.name,
      inputs: window.inputs,
      from: k === 0 ? 0 : window.samples[from]!,
      end: k < cuts.length ? window.samples[to]! : window.end,
      samples: window.samples.slice(from, to),
      tags: window.tags.map((tag) => part(tag, from, to)),
    };
  });
}

/** The points of a tag at the samples `from` ≤ i < `to`. */
function part(tag: TagPlan, from: number, to: number): TagPlan {
  const first = tag.at.findIndex((at) => at >= from);
  const after = tag.at.findIndex((at) => at >= to);
  const [begin, end] = [first < 0 ? tag.at.length : first, after < 0 ? tag.at.length : after];
  return {
    ...tag,
    at: tag.at.slice(begin, end).map((at) => at - from),
    value: tag.value.slice(begin, end),
    weight: tag.weight.slice(begin, end),
    side: tag.side?.slice(begin, end),
  };
}
