/**
 * Local times to UTC, by the zone rules that the JavaScript engine carries.
 *
 * A local time that happened twice is resolved by the order of the points, one that never happened is reported: it means that the
 * declared zone is wrong.
 */
import { GreyboxError } from "../core/index.ts";

export interface Zone {
  readonly name: string;
  /** What local clocks are ahead of UTC at an instant [s]. */
  offsetAt(utc: number): number;
  /** Offsets [s] that a local time, written as if it were UTC, may have: none in a gap, two (earlier instant first) when it happened twice. */
  offsetsOf(local: number): readonly number[];
}

const day = 86400;
const known = new Map<string, Zone>();

/**
 * A zone by its name.
 *
 * @param name  IANA name, "UTC", or a fixed offset such as "+01:00"
 * @throws GreyboxError `historian/zone-unknown`
 */
export function zoneOf(name: string): Zone {
  const cached = known.get(name);
  if (cached) return cached;
  const fixed = fixedOffset(name);
  const zone = fixed === undefined ? namedZone(name) : fixedZone(name, fixed);
  known.set(name, zone);
  return zone;
}

function fixedOffset(name: string): number | undefined {
  if (name === "UTC" || name === "Z") return 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(name);
  return match ? (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60) : undefined;
}

function fixedZone(name: string, offset: number): Zone {
  const only = [offset];
  return { name, offsetAt: () => offset, offsetsOf: () => only };
}

/** What a local day looks like: the offset before and after the one change of clocks near it, if any. */
interface LocalDay {
  readonly before: number;
  readonly after: number;
  /** Instant of the change [s UTC]; the offset is `before` until then. */
  readonly change: number;
  readonly constant: readonly number[];
}

function namedZone(name: string): Zone {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch (cause) {
    throw new GreyboxError("historian/zone-unknown", { zone: name }, { cause });
  }
  const offsetAt = (utc: number): number => {
    const seconds = Math.floor(utc);
    const part: Record<string, string> = {};
    for (const { type, value } of format.formatToParts(seconds * 1000)) part[type] = value;
    const year = part["era"] === "BC" ? 1 - Number(part["year"]) : Number(part["year"]);
    const wall = Date.UTC(
      year,
      Number(part["month"]) - 1,
      Number(part["day"]),
      Number(part["hour"]),
      Number(part["minute"]),
      Number(part["second"]),
    );
    return wall / 1000 - seconds;
  };

  const days = new Map<number, LocalDay>();
  const dayOf = (local: number): LocalDay => {
    const number = Math.floor(local / day);
    const cached = days.get(number);
    if (cached) return cached;
    let [low, high] = [(number - 1) * day, (number + 2) * day];
    const [before, after] = [offsetAt(low), offsetAt(high)];
    while (before !== after && high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    const made = { before, after, change: high, constant: [before] };
    days.set(number, made);
    return made;
  };

  return {
    name,
    offsetAt,
    offsetsOf(local) {
      const { before, after, change, constant } = dayOf(local);
      if (before === after) return constant;
      const offsets: number[] = [];
      if (local - before < change) offsets.push(before);
      if (local - after >= change) offsets.push(after);
      return offsets;
    },
  };
}

/** Local times resolved to UTC. */
export interface Resolved {
  /** Seconds since 1970 UTC. */
  readonly time: Float64Array;
  /** Places whose local time never happened. */
  readonly impossible: readonly number[];
  /** Places in an hour that happened twice, where the order of points told which. */
  readonly byOrder: readonly number[];
  /** Places in an hour that happened twice, where nothing tells which: taken as the first, not to be trusted. */
  readonly ambiguous: readonly number[];
}

/**
 * Resolves local times, given in the order in which they were written, or in the opposite one.
 *
 * The points of an hour that happened twice are told apart by the one place where the clock is seen to step back: before it is the first
 * pass, after it the second. Without such a step nothing tells; with several, as after sorting by local time, the order is lost. In both cases
 * the whole stretch is reported as ambiguous.
 *
 * @param local  seconds since 1970 as if the local clock were UTC; shape (k)
 * @param absolute  1 where the time is UTC already (its text carried an offset)
 */
export function resolveLocal(local: Float64Array, zone: Zone, absolute?: Uint8Array): Resolved {
  const n = local.length;
  const time = new Float64Array(n);
  const [impossible, byOrder, ambiguous] = [[] as number[], [] as number[], [] as number[]];
  const newestFirst = runsBackward(local);
  let stretch: number[] = [];
  let before = Number.NaN;
  const endStretch = (): void => {
    const second = secondPass(local, stretch, before);
    stretch.forEach((place, i) => {
      const offsets = zone.offsetsOf(local[place]!);
      time[place] = local[place]! - (second !== undefined && i >= second ? offsets[1]! : offsets[0]!);
      (second === undefined ? ambiguous : byOrder).push(place);
    });
    stretch = [];
  };
  for (let k = 0; k < n; k++) {
    const i = newestFirst ? n - 1 - k : k;
    if (absolute?.[i] === 1) {
      time[i] = local[i]!;
      continue;
    }
    const offsets = zone.offsetsOf(local[i]!);
    // Apart from fall-back hours themselves, the same hour of another year starts a new stretch.
    if (stretch.length > 0 && (offsets.length < 2 || Math.abs(local[i]! - local[stretch[0]!]!) > day)) endStretch();
    if (offsets.length === 2) stretch.push(i);
    else {
      if (offsets.length === 0) impossible.push(i);
      time[i] = local[i]! - (offsets[0] ?? zone.offsetAt(local[i]!));
      before = local[i]!;
    }
  }
  if (stretch.length > 0) endStretch();
  if (newestFirst) for (const places of [impossible, byOrder, ambiguous]) places.reverse();
  return { time, impossible, byOrder, ambiguous };
}

/** True for records that are written with the newest point first. */
function runsBackward(local: Float64Array): boolean {
  let [up, down] = [0, 0];
  for (let i = 1; i < local.length; i++) {
    if (local[i]! > local[i - 1]!) up++;
    else if (local[i]! < local[i - 1]!) down++;
  }
  return down > 10 * Math.max(up, 1);
}

/**
 * Index in the stretch at which the second pass begins; undefined where the order does not tell. Of hourly points the two passes are two
 * equal stamps.
 *
 * @param before  local time of the point in front of the stretch
 */
function secondPass(local: Float64Array, stretch: readonly number[], before: number): number | undefined {
  const steps = stretch.slice(1).map((place, i) => local[place]! - local[stretch[i]!]!);
  const back = steps.flatMap((step, i) => (step < 0 ? [i + 1] : []));
  if (back.length > 0) return back.length === 1 ? back[0] : undefined;
  const isHourly = stretch.length === 2 && steps[0] === 0 && 3600 <= 2 * (local[stretch[0]!]! - before);
  return isHourly ? 1 : undefined;
}
