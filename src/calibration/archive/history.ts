/** A history as the historian would have kept it, had the model been right: values at the source, exception report, swinging door. */
import { archivedPlaces, type Door, type Random, reportedPlaces } from "../../core/index.ts";
import { drawnErrors, type TagBase, valuesWith } from "../bootstrap/errors.ts";
import type { Objective } from "../objective/objective.ts";
import type { Plan } from "../question/plan.ts";
import { places, type TagPlan, union, type WindowPlan } from "../question/windows.ts";
import { droppedOf, pointsBetween } from "./between.ts";
import type { Archive, ArchivedColumn } from "./columns.ts";

/** The plan with archived tags at every time of their source. Values are not in it. */
export function rawPlan(plan: Plan, { columns }: Archive): Plan {
  const windows = plan.windows.map((window, w) =>
    withColumns(
      window,
      window.tags
        .filter((tag) => !isDropped(plan, tag))
        .map((tag, k) => {
          const column = columns.find((one) => one.window === w && one.column === k);
          const times = column?.times ?? timesOf(window, tag);
          return { tag: { ...tag, value: new Float64Array(times.length), side: undefined, noise: undefined, sigmaAt: undefined }, times };
        }),
    ),
  );
  return { ...plan, windows };
}

/** Values of an archived tag as the historian gives them. */
export interface Kept {
  readonly times: Float64Array;
  readonly value: Float64Array;
  /** Points that were archived. */
  readonly archived: number;
}

/**
 * @param computed  at the times of the source
 * @param wanted  times to read lines between archived points at; absent: the archived points themselves
 */
function keptOf(
  { times, compression, exception, maxInterval }: ArchivedColumn,
  computed: Float64Array,
  errors: { readonly of: Float64Array; readonly sigma: number; readonly kept: number },
  { wanted, door }: { readonly wanted: Float64Array | undefined; readonly door: Door | undefined },
): Kept {
  const value = new Float64Array(times.length);
  let before = 0;
  const [fresh, { of, sigma, kept }] = [Math.sqrt(1 - errors.kept * errors.kept), errors];
  for (let i = 0; i < value.length; i++) {
    before = i > 0 && kept > 0 ? kept * before + fresh * of[i]! : of[i]!;
    value[i] = computed[i]! + sigma * before;
  }
  const points = { time: times, value };
  const archived =
    compression > 0 || exception > 0
      ? archivedPlaces(points, reportedPlaces(points, exception, maxInterval), {
          deviation: compression,
          maxInterval,
          door,
        })
      : Array.from(times.keys());
  const [t, v] = [Float64Array.from(archived, (i) => times[i]!), Float64Array.from(archived, (i) => value[i]!)];
  return wanted ? { times: wanted, value: readAt(t, v, wanted), archived: t.length } : { times: t, value: v, archived: t.length };
}

/** Straight lines between points, at increasing times. */
function readAt(times: Float64Array, values: Float64Array, wanted: Float64Array): Float64Array {
  const out = new Float64Array(wanted.length);
  for (let i = 0, k = 0; i < out.length; i++) {
    const at = Math.min(Math.max(wanted[i]!, times[0]!), times[times.length - 1]!);
    while (k < times.length - 2 && times[k + 1]! <= at) k++;
    const share = times.length > 1 ? (at - times[k]!) / (times[k + 1]! - times[k]!) : 0;
    out[i] = share > 0 ? values[k]! + share * (values[k + 1]! - values[k]!) : values[k]!;
  }
  return out;
}

export interface History {
  readonly plan: Plan;
  /** Archived points by archived tag, over all windows. */
  readonly archived: Float64Array;
}

/**
 * @param raw  evaluated at the values to simulate with, of {@link rawPlan}
 * @param sigma  of each archived tag, at the source
 * @param others  what to draw the other tags from, by window and tag
 */
export function historyOf(
  plan: Plan,
  raw: Objective,
  { tags, columns }: Archive,
  sigma: Float64Array,
  others: readonly (readonly TagBase[])[],
  draw: Random,
): History {
  const archived = new Float64Array(tags.length);
  const windows = plan.windows.map((window, w) => {
    const found = window.tags
      .filter((tag) => !isDropped(plan, tag))
      .map((tag, k) => {
        const own = draw.fork(window.name).fork(tag.tag);
        const noise = tag.noise === undefined ? undefined : plan.noises[tag.noise];
        const computed = raw.computed[w]![k]!;
        const column = columns.find((one) => one.window === w && one.column === k);
        const errors = drawnErrors(noise, computed.length, own);
        if (!column) {
          const base = { ...others[w]![k]!, computed };
          return { tag: { ...tag, ...valuesWith(tag, noise, base, errors, own.fork("band")) }, times: timesOf(window, tag) };
        }
        const { every, memory, points, door } = tags[column.tag]!;
        const wanted = points === "interpolated" ? timesOf(window, tag) : undefined;
        const all = { of: errors, sigma: sigma[column.tag]!, kept: memory > 0 ? Math.exp(-every / memory) : 0 };
        const kept = keptOf(column, computed, all, { wanted, door });
        archived[column.tag]! += kept.archived;
        return { tag: { ...tag, value: kept.value, side: undefined }, times: kept.times };
      });
    const dropped = window.tags.filter((tag) => isDropped(plan, tag)).flatMap((tag) => droppedAgain(tag, found, tags));
    return withColumns(window, [...found, ...dropped]);
  });
  return { plan: { ...plan, windows, groups: countedAgain(plan, windows) }, archived };
}

/** Dropped values are no data of their own: they follow from what was archived. */
function isDropped({ noises }: Plan, { noise }: TagPlan): boolean {
  return noise !== undefined && noises[noise]!.within;
}

function droppedAgain(
  tag: TagPlan,
  columns: readonly { readonly tag: TagPlan; readonly times: Float64Array }[],
  tags: Archive["tags"],
): { tag: TagPlan; times: Float64Array }[] {
  const source = columns.find((one) => droppedOf(one.tag.tag) === tag.tag);
  const every = tags.find((one) => one.tag === source?.tag.tag)?.every;
  const points = source && every !== undefined ? pointsBetween(source.times, source.tag.value, every) : undefined;
  if (!points) return [];
  return [
    { tag: { ...tag, value: points.value, weight: points.weight, side: new Int8Array(points.time.length).fill(2) }, times: points.time },
  ];
}

/** The window with tags at other times; a tag of other length than before has weights of 1. */
function withColumns(window: WindowPlan, columns: readonly { readonly tag: TagPlan; readonly times: Float64Array }[]): WindowPlan {
  const samples = union(columns.map(({ times }) => times));
  const tags = columns.map(({ tag, times }): TagPlan => {
    const weight = tag.weight.length === times.length ? tag.weight : new Float64Array(times.length).fill(1);
    return { ...tag, at: places(times, samples), weight };
  });
  return { ...window, samples, tags };
}

function countedAgain({ groups }: Plan, windows: readonly WindowPlan[]): Plan["groups"] {
  const counts = new Float64Array(groups.length);
  for (const { tags } of windows) for (const { group, weight } of tags) for (const one of weight) counts[group]! += one;
  return groups.map((group, g) => ({ ...group, count: counts[g]! }));
}

export function timesOf({ samples }: WindowPlan, { at }: TagPlan): Float64Array {
  return Float64Array.from(at, (place) => samples[place]!);
}
