/** All segments of all windows at one point of the parameters and the nodes. */
import { rowTriangle, type System, valueAt } from "../../core/index.ts";
import { createSolver, type SolveOptions } from "../../solvers/index.ts";
import { beliefRows } from "../objective/belief-rows.ts";
import type { Plan } from "../question/plan.ts";
import { fromSearch, slopeOf } from "../question/unknown.ts";
import type { WindowPlan } from "../question/windows.ts";
import type { ShootingChoice } from "./choice.ts";
import { type Chain, gapsOf } from "./elimination.ts";
import { readingsOf, spreadOf, spreadOfTag } from "./guess.ts";
import { type SegmentRun, type Shape, segmentRun } from "./segment-run.ts";
import { segmentsOf } from "./segments.ts";

/** Owns its arrays. */
export interface Course {
  readonly chains: readonly Chain[];
  readonly shape: Shape;
  /** By group. */
  readonly sigma: Float64Array;
  /** Rows of priors and populations at the last evaluation with derivatives, shape (q + 1, q + 1). */
  readonly beliefs: Float64Array | undefined;
  /** False where a segment cannot be integrated. */
  evaluate(x: Float64Array, derivatives: boolean): boolean;
  /** ½Σ(residual/σ)² + ½Σ(gap·weight)² at the last evaluation; minus the logarithm of the likelihood for other errors, and of beliefs. */
  cost(weight: number): number;
  /** Moves the nodes from where they were kept, by steps in typical sizes. */
  move(steps: readonly (readonly Float64Array[])[]): void;
  /** Keeps the nodes where they are. */
  keep(): void;
  /** Moves the nodes back to where they were kept. */
  back(): void;
}

/** A node goes at most this part of the way to a limit of its state. */
const toLimit = 0.9;
/** A node is guessed no nearer to a limit, in sizes of the state: at the limit itself, models often stand still. */
const fromLimit = 0.01;
/** What is not measured is taken to be no larger, in nominal sizes, when nodes are guessed. */
const wild = 100;

/**
 * @param x  where to guess the nodes that are not measured, in search coordinates
 * @param options  σ of a tag is at least `noise` of its spread
 */
export function courseOf(
  plan: Plan,
  system: System,
  choice: ShootingChoice,
  x: Float64Array,
  options: { readonly noise: number; readonly rtol: number },
): Course | undefined {
  const { unknowns, pools, groups } = plan;
  const q = unknowns.length;
  const states = Int32Array.from([...system.states.keys()].filter((i) => system.mass?.[i] !== 0));
  const values = new Float64Array(q);
  const slopes = new Float64Array(q);
  const set = (point: Float64Array): void => {
    for (const [j, unknown] of unknowns.entries()) {
      values[j] = fromSearch(unknown, point[j]!);
      slopes[j] = slopeOf(unknown, values[j]!);
    }
  };
  set(x);
  const begun = plan.windows.map((window, w) => {
    const p = parametersAt(plan, w, values, system);
    const guess = startGuess(window, w, plan, p, system);
    return { guess, readings: readingsOf(window, system, guess, p) };
  });
  const spreads = system.states.map((_, i) => spreadOf(begun.flatMap(({ readings }) => readings[i]?.values ?? [])));
  const shape: Shape = { states, sizes: Float64Array.from(states, (i) => spreads[i] || system.nominal[i]!) };
  const solver = createSolver(system, { ...plan.solver, rtol: Math.max(options.rtol, plan.solver.rtol ?? 0) } as SolveOptions);
  const chains = plan.windows.map((window, w): Chain => {
    const segments: SegmentRun[] = [];
    const { readings } = begun[w]!;
    let guess = begun[w]!.guess.slice();
    for (const segment of segmentsOf(withNoise(window, plan, options.noise), choice)) {
      const first = segments.length === 0;
      if (!first) {
        for (const i of states) {
          const read = readings[i]?.at(segment.from ?? 0) ?? guess[i]!;
          const most = wild * system.nominal[i]!;
          const inside = system.lower[i]! === -Infinity ? -Infinity : system.lower[i]! + fromLimit * (spreads[i] || system.nominal[i]!);
          guess[i] = Math.max(readings[i] ? read : Math.min(Math.max(read, -most), most), inside);
        }
      }
      const run = segmentRun(plan, segment, w, first, guess.slice(), shape, system);
      if (!first) for (let i = 0; i < states.length; i++) run.node[i] = guess[states[i]!]!;
      if (run.solve(solver, values, slopes, false)) guess = run.end.slice();
      segments.push(run);
    }
    return { segments, multipliers: segments.slice(1).map(() => new Float64Array(states.length)) };
  });
  if (chains.every(({ segments }) => segments.length === 1)) return undefined;

  const sigma = Float64Array.from(groups, (group, g) => group.sigma ?? options.noise * spreadOfGroup(plan, g));
  const belief = unknowns.some(({ prior }) => prior) || pools.length > 0 ? beliefRows(unknowns, pools) : undefined;
  const triangle = rowTriangle(q + 1);
  const gaps = new Float64Array(states.length);
  const kept = chains.map(({ segments }) => segments.map(({ node }) => node.slice()));
  let believed = 0;
  return {
    chains,
    shape,
    sigma,
    beliefs: belief && triangle.r,
    evaluate(point, derivatives) {
      set(point);
      if (!values.every(Number.isFinite)) return false;
      if (belief) {
        if (derivatives) triangle.reset();
        believed = belief.add(values, slopes, derivatives ? triangle : undefined).sum;
        if (derivatives) triangle.finish();
      }
      return chains.every(({ segments }) => segments.every((segment) => segment.solve(solver, values, slopes, derivatives)));
    },
    cost(weight) {
      let sum = believed;
      for (const { segments, multipliers } of chains) {
        for (const [k, segment] of segments.entries()) {
          for (let g = 0; g < sigma.length; g++) sum += segment.sums[g]! / (sigma[g]! * sigma[g]!);
          const next = segments[k + 1];
          if (!next) continue;
          gapsOf(segment.end, next.node, shape, gaps);
          for (let i = 0; i < gaps.length; i++) sum += (weight * gaps[i]! + multipliers[k]![i]!) ** 2;
        }
      }
      return sum / 2;
    },
    move(steps) {
      for (const [c, { segments }] of chains.entries()) {
        for (const [k, { node }] of segments.entries()) {
          const from = kept[c]![k]!;
          for (let i = 0; i < node.length; i++) {
            const limit = system.lower[states[i]!]!;
            const to = from[i]! + steps[c]![k]![i]! * shape.sizes[i]!;
            node[i] = Math.max(to, limit === -Infinity ? to : from[i]! + toLimit * (limit - from[i]!));
          }
        }
      }
    },
    keep() {
      for (const [c, { segments }] of chains.entries()) for (const [k, { node }] of segments.entries()) kept[c]![k]!.set(node);
    },
    back() {
      for (const [c, { segments }] of chains.entries()) for (const [k, { node }] of segments.entries()) node.set(kept[c]![k]!);
    },
  };
}

/** Parameters of the model in a window. */
function parametersAt({ unknowns }: Plan, w: number, values: Float64Array, system: System): Float64Array {
  const p = Float64Array.from(system.p);
  for (const [j, { acts, windows }] of unknowns.entries()) {
    if (windows !== undefined && !windows.includes(w)) continue;
    for (const act of acts) if (act.sets === "parameter") p[act.index] = act.factor * values[j]!;
  }
  return p;
}

/** States at the start of a window as far as they do not follow from unknowns: only what a failing first segment leaves. */
function startGuess(window: WindowPlan, w: number, plan: Plan, p: Float64Array, system: System): Float64Array {
  const guess = new Float64Array(system.states.length);
  const inputs = Float64Array.from(window.inputs, (signal) => valueAt(signal, 0));
  system.initial.evaluate(0, new Float64Array(guess.length), inputs, p, guess);
  const { given, values } = plan.starts[w]!;
  for (let i = 0; i < guess.length; i++) {
    if (given[i] === 1) guess[i] = values[i]!;
    if (!Number.isFinite(guess[i]!)) guess[i] = system.nominal[i]!;
  }
  return guess;
}

/** A window whose σ are no smaller than a share of the spread of what was measured. */
function withNoise(window: WindowPlan, { windows }: Plan, noise: number): WindowPlan {
  return {
    ...window,
    tags: window.tags.map((tag) => {
      const least = noise * (spreadOfTag(windows, tag.tag) ?? 0);
      return tag.sigma === undefined || tag.sigma >= least || tag.noise !== undefined ? tag : { ...tag, sigma: least };
    }),
  };
}

/** Root mean square of the spreads of the tags of a group. */
function spreadOfGroup({ windows, groups }: Plan, group: number): number {
  const tags = new Set(windows.flatMap(({ tags }) => tags.filter((tag) => tag.group === group).map(({ tag }) => tag)));
  const squares = [...tags].map((tag) => (spreadOfTag(windows, tag) ?? 0) ** 2);
  const mean = squares.reduce((sum, one) => sum + one, 0) / Math.max(squares.length, 1);
  return Math.max(Math.sqrt(mean), groups[group]!.floor) || 1;
}
