/** Puts the stamps of a scanned tag back on the even grid of its scan, with the least change. */
import { status } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";
import { inOrder } from "./layers.ts";
import { medianOf } from "./noise.ts";

export interface RepairRule {
  /** Distance of the grid [s]. Absent: estimated by `method`. */
  readonly interval?: number | undefined;
  /** `median` and `mode` of the steps, or the centre of the largest of three clusters of them. */
  readonly method?: "median" | "mode" | "cluster" | undefined;
}

/** A point that moves further than this many intervals is rather taken out, and its place on the grid left empty. */
const farthest = 2;
/** Fewer points do not show a grid. */
const fewest = 10;

/**
 * Keeps, moves or takes out each point so that no two share a place of the grid and their order stays: moving by a whole interval costs 1,
 * taking out and leaving a place empty 1 each. What is moved is Good but coarse in time; what is taken out is in doubt; places left empty
 * are not filled.
 *
 * @see S. Song, Y. Cao, J. Wang, "Cleaning timestamps with temporal constraints", Proc. VLDB Endow. 9(10) (2016) 708–719; Apache IoTDB, UDF library,
 *   `TimestampRepair`, for the three estimates of the interval. Here as the heaviest increasing chain, in O(n log n).
 */
export function repairLayers(view: View, rule: RepairRule | false): Layer[] {
  if (rule === false) return [];
  const order = inOrder(view);
  const n = order.length;
  if (n < fewest) return [];
  const time = Float64Array.from(order, (place) => view.time[place]!);
  const interval = rule.interval ?? intervalOf(time, rule.method ?? "median");
  if (!(interval > 0)) return [];
  const start = time[0]! + phaseOf(time, interval);
  const slots = chain(time, start, interval);
  const [moved, times, out] = [[] as number[], [] as number[], [] as number[]];
  for (const k of Array.from(order.keys()).sort((a, b) => order[a]! - order[b]!)) {
    const slot = slots[k]!;
    if (Number.isNaN(slot)) out.push(order[k]!);
    else if (start + slot * interval !== time[k]) {
      moved.push(order[k]!);
      times.push(start + slot * interval);
    }
  }
  return [
    {
      method: "timestamp-repair",
      reason: "timeCoarse",
      places: Int32Array.from(moved),
      status: 0,
      omit: false,
      times: Float64Array.from(times),
    },
    { method: "timestamp-repair", reason: "timeSuspect", places: Int32Array.from(out), status: status.uncertain, omit: true },
  ];
}

/** The distance of scans, from the steps between stamps. */
export function intervalOf(time: Float64Array, method: "median" | "mode" | "cluster"): number {
  const steps = Float64Array.from({ length: time.length - 1 }, (_, i) => time[i + 1]! - time[i]!).filter((step) => step > 0);
  if (steps.length === 0) return 0;
  if (method === "median") return medianOf(steps);
  return method === "mode" ? modeOf(steps) : clusterOf(steps.sort());
}

function modeOf(steps: Float64Array): number {
  const counts = new Map<number, number>();
  // Microseconds: what is below is the rounding of the stamps.
  for (const step of steps) counts.set(Math.round(step * 1e6), (counts.get(Math.round(step * 1e6)) ?? 0) + 1);
  let [best, most] = [0, 0];
  for (const [step, count] of counts) if (count > most || (count === most && step < best)) [best, most] = [step, count];
  return best / 1e6;
}

/** Centre of the largest of three clusters: k-means from the quartiles, which is exact enough on a line. @param steps increasing */
function clusterOf(steps: Float64Array): number {
  let centres = [0.25, 0.5, 0.75].map((share) => steps[Math.floor(share * (steps.length - 1))]!);
  let sizes = [0, 0, 0];
  for (let turn = 0; turn < 50; turn++) {
    const sums = [0, 0, 0];
    sizes = [0, 0, 0];
    for (const step of steps) {
      let nearest = 0;
      for (let c = 1; c < 3; c++) if (Math.abs(step - centres[c]!) < Math.abs(step - centres[nearest]!)) nearest = c;
      sums[nearest]! += step;
      sizes[nearest]!++;
    }
    const next = centres.map((centre, c) => (sizes[c]! > 0 ? sums[c]! / sizes[c]! : centre));
    if (next.every((centre, c) => centre === centres[c])) break;
    centres = next;
  }
  return centres[sizes.indexOf(Math.max(...sizes))]!;
}

/** Shift of the grid against the first stamp, so that the middle stamp lies on it: medians of what is left over, around the nearest place. */
function phaseOf(time: Float64Array, interval: number): number {
  const rest = time.map((t) => {
    const steps = (t - time[0]!) / interval;
    return (steps - Math.round(steps)) * interval;
  });
  const phase = medianOf(rest);
  return Math.abs(phase) < 1e-9 * Math.max(Math.abs(time[0]!), 1) ? 0 : phase;
}

/** The grid place of each stamp; NaN where the point is taken out. */
function chain(time: Float64Array, start: number, interval: number): Float64Array {
  const n = time.length;
  const candidates = Array.from(time, (t) => {
    const x = (t - start) / interval;
    const nearest = Math.round(x);
    return [-2, -1, 0, 1, 2].map((d) => nearest + d).filter((slot) => Math.abs(x - slot) < farthest);
  });
  const ranks = new Map([...new Set(candidates.flat())].sort((a, b) => a - b).map((slot, i) => [slot, i + 1]));
  // Prefix maxima of what a chain saves that ends at a place of the grid, with the step that got there.
  const tree = new Int32Array(ranks.size + 1).fill(-1);
  const steps: { readonly k: number; readonly slot: number; readonly saved: number; readonly before: number }[] = [];
  let best = -1;
  for (let k = 0; k < n; k++) {
    const x = (time[k]! - start) / interval;
    const found = candidates[k]!.map((slot) => {
      const before = heaviest(tree, steps, ranks.get(slot)! - 1);
      return { k, slot, saved: (before < 0 ? 0 : steps[before]!.saved) + farthest - Math.abs(x - slot), before };
    });
    for (const step of found) {
      const id = steps.push(step) - 1;
      for (let i = ranks.get(step.slot)!; i < tree.length; i += i & -i)
        if (tree[i]! < 0 || step.saved > steps[tree[i]!]!.saved + 1e-9) tree[i] = id;
      if (best < 0 || step.saved > steps[best]!.saved + 1e-9) best = id;
    }
  }
  const slots = new Float64Array(n).fill(Number.NaN);
  for (let id = best; id >= 0; id = steps[id]!.before) slots[steps[id]!.k] = steps[id]!.slot;
  return slots;
}

function heaviest(tree: Int32Array, steps: readonly { readonly saved: number }[], rank: number): number {
  let best = -1;
  for (let i = rank; i > 0; i -= i & -i) {
    const id = tree[i]!;
    if (id >= 0 && (best < 0 || steps[id]!.saved > steps[best]!.saved)) best = id;
  }
  return best;
}
