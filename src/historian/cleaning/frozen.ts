/** Flat lines: the same value for so long that the tag's own habit makes it unlikely. */
import { status } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";
import type { Grain } from "./noise.ts";
import type { FrozenRule } from "./rules.ts";

/**
 * Runs of equal values that are too long to be chance.
 *
 * The share p of points that repeat the one before, taken over runs that are not themselves the longest tenth, says how often a run of
 * n points is to be expected among k: about k·pⁿ. Runs beyond that, but not far beyond other runs, are the habit of a coarse signal. Only a tag that moves from point to point as a rule can be doubted: a tag without noise
 * (an idle level, a state) rests by nature. So does one at 0 or at its own lowest or highest value, where valves are closed and ranges
 * end: such runs are noted as saturated and left Good.
 *
 * @param order  usable places by time, shape (k)
 */
export function frozenLayers(view: View, order: Int32Array, rule: FrozenRule | false, grain: Grain): Layer[] {
  const [frozen, saturated] = [[] as number[], [] as number[]];
  if (rule && order.length > rule.points && grain.noise > 0) {
    const { value } = view.raw;
    const starts: number[] = [0];
    let [lowest, highest] = [Infinity, -Infinity];
    for (let k = 0; k < order.length; k++) {
      const x = value[order[k]!]!;
      if (k > 0 && x !== value[order[k - 1]!]) starts.push(k);
      lowest = Math.min(lowest, x);
      highest = Math.max(highest, x);
    }
    const lengths = starts.map((start, i) => (starts[i + 1] ?? order.length) - start);
    const usual = [...lengths].sort((a, b) => a - b).slice(0, Math.ceil(0.9 * lengths.length));
    const points = usual.reduce((sum, length) => sum + length, 0);
    // At least one repetition is granted, or a tag that never repeats would have p = 0 and any run would be doubted.
    const p = Math.max(points - usual.length, 1) / (points + 1);
    const longest = longestUsual(lengths, Math.max(rule.points, Math.log(rule.chance / order.length) / Math.log(p)), rule.apart);
    if (lengths.length > 2) {
      lengths.forEach((length, i) => {
        if (length <= longest) return;
        const x = value[order[starts[i]!]!]!;
        const found = x === 0 || x === lowest || x === highest ? saturated : frozen;
        // The first value of a run was measured; what repeats it is doubted.
        for (let k = starts[i]! + 1; k < starts[i]! + length; k++) found.push(order[k]!);
      });
    }
  }
  return [
    { method: "flat-line", reason: "frozen", places: Int32Array.from(frozen).sort(), status: status.badSensorFailure, omit: false },
    { method: "saturation", reason: "saturated", places: Int32Array.from(saturated).sort(), status: 0, omit: false },
  ];
}

/** Length up to which runs are usual: from the chance limit upwards as long as runs follow without a wide step in length. */
function longestUsual(lengths: readonly number[], limit: number, apart: number): number {
  let longest = limit;
  for (const length of [...lengths].sort((a, b) => a - b)) {
    if (length <= longest) continue;
    const usual = lengths.reduce((most, one) => (one <= longest ? Math.max(most, one) : most), 1);
    if (length >= apart * usual) break;
    longest = length;
  }
  return longest;
}
