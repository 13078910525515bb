/** What can have changed between two records at one time, in the ways that plants know: each with how to undo it. */

import { lineOf, sizeOf } from "./comparison.ts";
import { atmosphereIn, unitChanges } from "./conversions.ts";
import { type SuspicionKind, shown } from "./suspicion.ts";
import type { Pairs, Trend } from "./trend.ts";

/** A way to undo a change: what the values after it were in the old sense, and ln |d old / d new| of each. */
export interface Change {
  readonly kind: SuspicionKind;
  /** Parameters of its own. */
  readonly free: number;
  readonly undone: (value: number, time: number) => number;
  readonly logSlope: (value: number) => number;
  readonly told: (at: string) => { readonly evidence: string; readonly proposal: string };
  readonly figures: Readonly<Record<string, number>>;
}

const unscaled = () => 0;

/** What can have changed at a block: sizes are estimated from what the line through the blocks before predicts for those after. */
export function changesAt(tag: Trend, { a, b }: Pairs, from: number): readonly Change[] {
  const { slope, offset } = lineOf(b, a, 0, from - 1);
  const n = a.length;
  const predicted = Float64Array.from(b, (x) => offset + slope * x);
  const bias = sizeOf(() => 1, a, b, from);
  let [ap, pp] = [0, 0];
  for (let i = from; i < n; i++) {
    ap += a[i]! * predicted[i]!;
    pp += predicted[i]! ** 2;
  }
  let gain = pp > 0 ? ap / pp : 0;
  // Gauss and Newton: where a/g is linear in g, the joint estimate with the line.
  for (let turn = 0; turn < 2 && gain > 0.02; turn++) {
    const old = gain;
    const undone = a.map((value, i) => (i >= from ? value / old : value));
    gain += old * sizeOf((i) => a[i]! / old, undone, b, from);
  }
  const changes: Change[] = [
    {
      kind: "bias-step",
      free: 1,
      undone: (value) => value - bias,
      logSlope: unscaled,
      told: (at) => ({
        evidence: `reads ${shown(bias)} too much${at}`,
        proposal: "Close the validity period there; correct the offset in the next one.",
      }),
      figures: { size: bias },
    },
    {
      kind: "sign",
      free: 0,
      undone: (value) => -value,
      logSlope: unscaled,
      told: (at) => ({
        evidence: `has the opposite sign${at}`,
        proposal: "Close the validity period there; bind the next one with `sign: -1`.",
      }),
      figures: { factor: -1 },
    },
  ];
  const atmosphere = atmosphereIn(tag.info.unit);
  if (atmosphere !== undefined && Math.abs(Math.abs(bias) / atmosphere - 1) < 0.05) {
    changes.push({
      kind: "pressure-reference",
      free: 0.5,
      undone: (value) => value - bias,
      logSlope: unscaled,
      told: (at) => ({
        evidence: `reads one atmosphere ${bias > 0 ? "more" : "less"}${at}`,
        proposal: `Gauge and absolute pressure are mixed up: state the reference, ${bias > 0 ? "absolute" : "gauge"} from there on.`,
      }),
      figures: { size: bias },
    });
  }
  if (gain > 0.02 && gain < 50) changes.push(gainChange("gain", 1, gain, 0));
  const after = lineOf(predicted, a, from, n);
  if (Math.abs(after.slope) > 0.02 && Math.abs(after.slope) < 50) changes.push(gainChange("moved", 2, after.slope, after.offset));
  changes.push(...unitCandidates(tag, a, predicted, from), ...rootChanges(a, predicted, from));
  return changes;
}

export function driftAt({ time, a, b }: Pairs, from: number): Change {
  const start = time[from]!;
  const perSecond = sizeOf((i) => time[i]! - start, a, b, from);
  return {
    kind: "drift",
    free: 1,
    undone: (value, t) => value - perSecond * (t - start),
    logSlope: unscaled,
    told: (at) => ({
      evidence: `drifts by ${shown(perSecond * 86_400)} a day${at}`,
      proposal: "Have the instrument checked; estimate its bias as a state, or leave the stretch out.",
    }),
    figures: { perDay: perSecond * 86_400 },
  };
}

function gainChange(kind: "gain" | "moved", free: number, factor: number, shift: number): Change {
  return {
    kind,
    free,
    undone: (value) => (value - shift) / factor,
    logSlope: () => -Math.log(Math.abs(factor)),
    told: (at) => ({
      evidence:
        kind === "gain"
          ? `reads ${shown(factor)} times as much${at}`
          : `reads ${shown(factor)} times as much and ${shown(shift)} more${at}`,
      proposal:
        kind === "gain"
          ? "Check range and replacement of the instrument; bind the next validity period with that `scale`."
          : "It seems to measure something else: check whether the instrument or the piping was moved, and begin a new validity period.",
    }),
    figures: { factor, shift },
  };
}

/** Conversions that take the predicted mean to the seen one; the others need not be tried. */
function unitCandidates(tag: Trend, a: Float64Array, predicted: Float64Array, from: number): Change[] {
  const n = a.length;
  let [seen, meant, low, high] = [0, 0, Infinity, -Infinity];
  for (let i = from; i < n; i++) {
    seen += a[i]! / (n - from);
    meant += predicted[i]! / (n - from);
    low = Math.min(low, a[i]!);
    high = Math.max(high, a[i]!);
  }
  return unitChanges(tag.info.unit).flatMap(({ factor, shift, from: old, to }): Change[] => {
    if (Math.abs(factor * meant + shift - seen) > 0.05 * Math.abs(seen) + (high - low)) return [];
    return [
      {
        kind: "unit",
        free: 0,
        undone: (value) => (value - shift) / factor,
        logSlope: () => -Math.log(factor),
        told: (at) => ({
          evidence: `is ${shown(factor)} times as much${shift === 0 ? "" : ` plus ${shown(shift)}`}${at}, as from ${old} to ${to}`,
          proposal: `Close the validity period there; bind the next one with unit "${to}", if the plant confirms it.`,
        }),
        figures: { factor, shift },
      },
    ];
  });
}

/** A root is extracted from one time on, or no more: full scale is estimated, where both are equal. */
function rootChanges(a: Float64Array, predicted: Float64Array, from: number): Change[] {
  const n = a.length;
  let [squares, roots, pp, positive] = [0, 0, 0, true];
  let [rp, rr] = [0, 0];
  for (let i = from; i < n; i++) {
    const [value, p] = [a[i]!, predicted[i]!];
    if (value < 0 || p < 0) positive = false;
    squares += value ** 2 * p;
    pp += p ** 2;
    roots = Math.sqrt(Math.max(value, 0));
    rp += roots * p;
    rr += roots * roots;
  }
  if (!positive || !(squares > 0) || !(rp > 0)) return [];
  const [scale, factor] = [squares / pp, rp / rr];
  const floor = rootFloor(a.subarray(from));
  return [
    {
      kind: "square-root",
      free: 1,
      undone: (value) => value ** 2 / scale,
      logSlope: (value) => Math.log((2 * Math.max(value, floor)) / scale),
      told: rootTold("the root of what it was"),
      figures: { fullScale: scale, power: 0.5 },
    },
    {
      kind: "square-root",
      free: 1,
      undone: (value) => factor * Math.sqrt(Math.max(value, 0)),
      logSlope: (value) => Math.log(factor / (2 * Math.sqrt(Math.max(value, floor)))),
      told: rootTold("the square of what it was"),
      figures: { fullScale: factor ** 2, power: 2 },
    },
  ];
}

/** At zero a root is infinitely steep: a single closed valve would decide. Below this its slope counts as there. */
function rootFloor(a: Float64Array): number {
  let highest = 1e-300;
  for (const value of a) highest = Math.max(highest, value);
  return 0.05 * highest;
}

/** Roots that were missing, or taken twice, all the time. */
export function wholeChanges({ a, b }: Pairs): readonly Change[] {
  if (a.some((value) => value < 0) || b.some((value) => value < 0)) return [];
  const floor = rootFloor(a);
  return [
    {
      kind: "square-root",
      free: 1,
      undone: (value) => value ** 2,
      logSlope: (value) => Math.log(2 * Math.max(value, floor)),
      told: rootTold("the root of it"),
      figures: { power: 0.5 },
    },
    {
      kind: "square-root",
      free: 1,
      undone: (value) => Math.sqrt(value),
      logSlope: (value) => -Math.log(2 * Math.sqrt(Math.max(value, floor))),
      told: rootTold("the square of it"),
      figures: { power: 2 },
    },
  ];
}

const rootTold = (what: string) => (at: string) => ({
  evidence: `goes with ${what}${at}`,
  proposal: "Check where the root of the differential pressure is extracted: in the transmitter, in the control system, twice or nowhere.",
});
