/**
 * Doubts that take several tags: what stops at one instant in all of them is the communication, and a zero that no companion knows of is no
 * measurement.
 */
import { reason, status } from "../../core/index.ts";
import type { Cleaned } from "./clean.ts";
import { goodOf } from "./clean.ts";
import type { Layer } from "./layers.ts";
import { medianOf } from "./noise.ts";
import { type CompanionRule, companionDefaults } from "./rules.ts";

/** A run of equal values of a tag that usually moves. */
interface Rest {
  readonly tag: number;
  /** Time of its first point and of the first that differs again [s]. */
  readonly from: number;
  readonly to: number;
  /** Places that repeat the first. */
  readonly repeats: readonly number[];
}

/**
 * Frozen together, each status still Good: the last usable value from the start of the standstill on.
 *
 * @returns one layer for each of the tags, in their order
 */
export function groupFreezeLayers(tags: readonly Cleaned[], rule: CompanionRule = companionDefaults): Layer[] {
  const { tags: fewest, share, points } = rule;
  const rests = tags.flatMap((one, tag) => restsOf(one, tag, points));
  const moving = tags.filter(({ grain }) => grain.noise > 0).length;
  const needed = Math.max(fewest, Math.ceil(share * moving));
  const places = tags.map((): number[] => []);
  // Around each start of a rest: who else began to rest within a scan of it, and rests for most of the same time?
  for (const rest of rests) {
    const scan = 2 * tags[rest.tag]!.grain.step;
    const together = rests.filter(
      (other) =>
        Math.abs(other.from - rest.from) <= Math.max(scan, 2 * tags[other.tag]!.grain.step) &&
        other.to > rest.from + 0.5 * (rest.to - rest.from),
    );
    if (new Set(together.map(({ tag }) => tag)).size >= needed) places[rest.tag]!.push(...rest.repeats);
  }
  return places.map((found) => ({
    method: "group-freeze",
    reason: "groupStale",
    places: Int32Array.from(found).sort(),
    status: status.uncertainLastUsableValue,
    omit: false,
  }));
}

/** Points that are no part of the course of a tag: they do not end a standstill. */
const elsewhere = reason.notANumber | reason.sentinel | reason.spike | reason.conflict | reason.sourceBad;

/** Points that something else made Uncertain or Bad already (a flat line) count as well: the doubt is about why. */
function restsOf({ view, order, grain }: Cleaned, tag: number, points: number): Rest[] {
  if (!(grain.noise > 0)) return [];
  const rests: Rest[] = [];
  const shown = order.filter((place) => (view.reasons[place]! & elsewhere) === 0);
  let [lowest, highest] = [Infinity, -Infinity];
  for (const place of shown) {
    lowest = Math.min(lowest, view.value[place]!);
    highest = Math.max(highest, view.value[place]!);
  }
  for (let first = 0; first < shown.length; ) {
    let stop = first + 1;
    const rest = view.value[shown[first]!]!;
    while (stop < shown.length && view.value[shown[stop]!] === rest) stop++;
    // Closed valves and full tanks rest at 0 and at the ends, all together when a plant stops.
    if (stop - first > points && rest !== 0 && rest !== lowest && rest !== highest) {
      rests.push({
        tag,
        from: view.time[shown[first]!]!,
        to: stop < shown.length ? view.time[shown[stop]!]! : Infinity,
        repeats: Array.from(shown.subarray(first + 1, stop)),
      });
    }
    first = stop;
  }
  return rests;
}

/** How far from what companions say a zero must be, in spreads of what they usually miss; least share of the record without zeros. */
const [apart, mostly] = [8, 0.5];

/**
 * Zeros (or the bottom of the range) written on failure: the tag drops to it in one step while companions that it usually follows do not
 * move along.
 *
 * A tag without companions is never doubted: a pump that stops shows zero as well.
 *
 * @param companions  tags that go along with it in normal operation
 */
export function zeroLayer(tag: Cleaned, companions: readonly Cleaned[]): Layer {
  const zero = tag.view.raw.info.range?.[0] ?? 0;
  const good = goodOf(tag.view, tag.order);
  const { time, value } = tag.view;
  const isZero = (place: number): boolean => value[place] === zero || value[place] === 0;
  const usual = good.filter((place) => !isZero(place));
  const places: number[] = [];
  const suspects = Array.from(tag.order).filter((place) => isZero(place) && tag.view.status[place]! >>> 30 < 2);
  // Rest at zero may have been noted or doubted as a flat line; what is Bad by another rule stays so.
  const zeros = new Set([
    ...good.filter(isZero),
    ...suspects,
    ...Array.from(tag.order).filter((place) => isZero(place) && isFlat(tag, place)),
  ]);
  if (zeros.size > 0 && usual.length >= Math.max(20, mostly * good.length)) {
    for (const companion of companions) {
      const lookup = valuesOf(companion);
      const relation = lineThrough(
        Float64Array.from(usual, (place) => lookup(time[place]!)),
        Float64Array.from(usual, (place) => value[place]!),
      );
      if (!relation) continue;
      for (const place of zeros) {
        const expected = relation.offset + relation.slope * lookup(time[place]!);
        if (Math.abs(expected - value[place]!) > apart * relation.spread) places.push(place);
      }
      if (places.length > 0) break;
    }
  }
  return {
    method: "zero-on-failure",
    reason: "sentinel",
    places: Int32Array.from(new Set(places)).sort(),
    status: status.badNoCommunication,
    omit: false,
  };
}

function isFlat({ view }: Cleaned, place: number): boolean {
  return view.layers.some(({ method, places }) => method === "flat-line" && places.includes(place));
}

/** The last Good value at or before a time; NaN before the first. */
function valuesOf({ view, order }: Cleaned): (time: number) => number {
  const good = goodOf(view, order);
  return (t) => {
    let [low, high] = [0, good.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (view.time[good[middle]!]! <= t) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? Number.NaN : view.value[good[low - 1]!]!;
  };
}

/** A robust line (medians of thirds, Tukey's resistant line) and the robust spread around it; undefined where x says nothing about y. */
function lineThrough(x: Float64Array, y: Float64Array): { slope: number; offset: number; spread: number } | undefined {
  const order = Array.from(x.keys())
    .filter((i) => Number.isFinite(x[i]!))
    .sort((a, b) => x[a]! - x[b]!);
  const third = Math.floor(order.length / 3);
  if (third < 5) return undefined;
  const middles = (part: readonly number[]): [number, number] => [
    medianOf(Float64Array.from(part, (i) => x[i]!)),
    medianOf(Float64Array.from(part, (i) => y[i]!)),
  ];
  const [left, right] = [middles(order.slice(0, third)), middles(order.slice(-third))];
  const slope = right[0] > left[0] ? (right[1] - left[1]) / (right[0] - left[0]) : 0;
  const offset = medianOf(Float64Array.from(order, (i) => y[i]! - slope * x[i]!));
  const spread = 1.4826 * medianOf(Float64Array.from(order, (i) => Math.abs(y[i]! - offset - slope * x[i]!)));
  return spread > 0 ? { slope, offset, spread } : undefined;
}
