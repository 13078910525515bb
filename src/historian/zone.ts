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
 * Resolves local times, given in the order in which they were written.
 *
 * Of an hour that happened twice the first pass is taken, until the clock is seen to step back. Without such a step the whole stretch
 * is reported as ambiguous.
 *
 * @param local  seconds since 1970 as if the local clock were UTC; shape (k)
 * @param absolute  1 where the time is UTC already (its text carried an offset)
 */
export function resolveLocal(local: Float64Array, zone: Zone, absolute?: Uint8Array): Resolved {
  const time = new Float64Array(local.length);
  const [impossible, byOrder, ambiguous] = [[] as number[], [] as number[], [] as number[]];
  let [previous, stretch, stepped] = [-Infinity, [] as number[], false];
  const endStretch = (): void => {
    for (const place of stretch) (stepped ? byOrder : ambiguous).push(place);
    stretch = [];
    stepped = false;
  };
  for (let i = 0; i < local.length; i++) {
    if (absolute?.[i] === 1) {
      time[i] = local[i]!;
    } else {
      const offsets = zone.offsetsOf(local[i]!);
      const first = local[i]! - (offsets[0] ?? zone.offsetAt(local[i]!));
      if (offsets.length < 2) {
        if (offsets.length === 0) impossible.push(i);
        if (stretch.length > 0) endStretch();
        time[i] = first;
      } else {
        // Apart from fall-back hours themselves, a first pass that comes again within the day starts a new stretch.
        if (stretch.length > 0 && first - time[stretch[0]!]! > day) endStretch();
        const second = local[i]! - offsets[1]!;
        const back = first <= previous && second > previous;
        if (back) stepped = true;
        time[i] = back ? second : first;
        stretch.push(i);
      }
    }
    previous = Math.max(previous, time[i]!);
  }
  endStretch();
  return { time, impossible, byOrder, ambiguous };
}
