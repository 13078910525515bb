/**
 * Inputs and delayed values as an integrator sees them: pieces on which all of them are smooth.
 *
 * A delayed value is read off the interpolants of the steps that were made its lag ago, or off the line of a delayed input. What breaks
 * there, breaks here one lag later: the start of the run, events, steps of inputs. Those times are stops, put in as they become known. From
 * which side the past is read near a break is kept with the stop, never decided by rounding.
 *
 * @see E. Hairer, S. P. Nørsett, G. Wanner, *Solving ODEs I*, 2nd ed., Springer 1993, §II.17; `docs/notes/0043-delays.md`.
 */
import { type Directions, GreyboxError, inputWidth, type Signal, type System, segmentAt } from "../../core/index.ts";
import { checkSignals, type InputTrack, type LayOut, layOutOf } from "../input-track.ts";
import type { Iterate } from "../stepper.ts";
import { type Group, groupsOf } from "./groups.ts";
import { type History, history } from "./history.ts";
import { pastOf, reachingBack } from "./past.ts";
import { type Source, type Stops, stopsBetween } from "./stops.ts";

export const delayDefaults = {
  /** How many lags long a break of the state is followed: after each the solution is smoother by one derivative. */
  generations: 5,
  /** Stops nearer than this, relative to the times of the run, are one. */
  near: 1e-14,
} as const;

/** Where the state, or one of its derivatives, jumps. */
interface Break {
  /** Number of the first step after it. */
  readonly step: number;
  readonly generation: number;
  /** Derivative of its time along each direction; undefined where nothing moves it. */
  readonly shift: Float64Array | undefined;
}

export interface DelayTrack extends InputTrack {
  /** Steps may not be longer: what they read must be known. Infinity where only inputs are delayed. */
  longestStep(): number;
  /** Takes what was before the run, once the iterate has its initial values. Where no signals are given, that is those values. */
  remember(past: readonly (Signal | undefined)[] | undefined): void;
  /** Takes note of a step, see {@link History.push}. */
  record(start: number, h: number, end: number, state: Float64Array, tangents: Float64Array): void;
  /** The state or its rate has jumped at t. `shift`: the derivative of that time along each direction. */
  turn(t: number, shift: Float64Array | undefined): void;
  /** What changes where a piece begins. */
  sources(piece: number): readonly Source[];
  /** Lets one of them change, after which `at` reads the new side. */
  apply(source: Source): void;
  /** The derivative of the instant of such a change; undefined where nothing moves it. */
  shiftOf(source: Source): Float64Array | undefined;
}

/** @param keepAll  whether the whole past is kept, for readers after the run */
export function delayTrack(system: System, iterateOf: () => Iterate, keepAll: boolean): DelayTrack {
  const delays = system.delays!;
  const [n, r, d, width] = [system.states.length, system.inputs.length, delays.names.length, inputWidth(system)];
  const [u, slope, origin] = [new Float64Array(width), new Float64Array(width), new Float64Array(width)];
  const [x, rate, inputs, inputRates] = [new Float64Array(n), new Float64Array(n), new Float64Array(width), new Float64Array(width)];
  const [value, valueRate] = [new Float64Array(d), new Float64Array(d)];
  const alongTime: Directions = {
    count: 1,
    dt: Float64Array.of(1),
    dx: rate,
    du: inputRates,
    dp: new Float64Array(system.active.length),
  };
  let along: Directions = { ...alongTime, count: 0 };
  let valueTangents = new Float64Array(0);
  let groups: readonly Group[] = [];
  let stops: Stops = stopsBetween(0, 0, 0);
  let lines: LayOut = { from: 0, to: 0, bounds: origin, values: origin, slopes: origin };
  let steps: History = history(n, 0);
  let breaks: Break[] = [];
  let [line, here, longest, near] = [0, 0, 0, 0];
  /** What each piece reads, for readers after the run: line of the inputs, then line and first step of every group. */
  let reads: number[][] = [];

  function broken(t: number, generation: number, shift: Float64Array | undefined): void {
    if (generation > delayDefaults.generations) return;
    const place = breaks.push({ step: steps.next(), generation, shift: shift?.slice() }) - 1;
    for (const [group, { lag, ofStates }] of groups.entries()) if (ofStates) stops.add(t + lag, { kind: "state", group, place });
  }

  /** A group reads steps up to the break from which the stop at the end of the piece comes. */
  function lastStep(group: number, piece: number): number {
    let last = Infinity;
    for (const source of stops.at(piece + 1).sources)
      if (source.kind === "state" && source.group === group) last = Math.min(last, breaks[source.place]!.step - 1);
    return last;
  }

  function readLine(place: number, t: number, out: Float64Array, rates: Float64Array): void {
    const elapsed = t - lines.bounds[place]!;
    for (let i = 0; i < r; i++) {
      const change = lines.slopes[place * r + i]!;
      rates[i] = change;
      out[i] = lines.values[place * r + i]! + change * elapsed;
    }
  }

  /** Reads what a group delays, as it was at s: state and rate, inputs and their rates, and its value. Returns the step. */
  function readPast(group: Group, s: number, p: Float64Array): number {
    let step = -1;
    readLine(group.line, s, inputs, inputRates);
    if (group.ofStates && steps.next() > 0) {
      step = steps.at(s, group.low, group.high);
      steps.state(step, s, x, rate);
    }
    delays.of.evaluate(s, x, inputs, p, value);
    return step;
  }

  function at(t: number): void {
    const { p, count, du } = iterateOf();
    readLine(line, t, u, slope);
    for (const group of groups) {
      const s = t - group.lag;
      const step = readPast(group, s, p);
      delays.of.tangent(s, x, inputs, p, alongTime, valueRate);
      for (const i of group.members) {
        u[r + i] = value[i]!;
        slope[r + i] = valueRate[i]!;
      }
      if (count === 0) continue;
      if (step >= 0) steps.tangents(step, s, along.dx);
      delays.of.tangent(s, x, inputs, p, along, valueTangents);
      for (let k = 0; k < count; k++)
        for (const i of group.members) du[k * width + r + i] = valueTangents[k * d + i]! - valueRate[i]! * group.shift[k]!;
    }
  }

  /** The number of the last line that begins at t or before. */
  function lineAt(t: number): number {
    let place = segmentAt(lines.bounds, t + near);
    place = Math.min(place, lines.bounds.length - 2);
    return Math.max(place, 0);
  }

  function shiftOf(source: Source): Float64Array | undefined {
    if (source.kind === "now") return undefined;
    const { shift } = groups[source.group]!;
    const before = source.kind === "state" ? breaks[source.place]!.shift : undefined;
    const total = before === undefined ? shift : shift.map((moves, k) => moves + before[k]!);
    return total.some((moves) => moves !== 0) ? total : undefined;
  }

  function apply(source: Source): void {
    if (source.kind === "now") {
      line = source.place;
      return;
    }
    const group = groups[source.group]!;
    if (source.kind === "input") group.line = source.place;
    else {
      group.low = Math.max(group.low, breaks[source.place]!.step);
      group.high = Infinity;
    }
  }

  return {
    u,
    origin,
    slope,
    begin: () => stops.at(here).time,
    moving: () => true,
    everMoving: () => true,
    pieces: () => stops.count() - 1,
    end: (piece) => stops.at(piece + 1).time,
    longestStep: () => groups.reduce((least, { lag, ofStates }) => (ofStates ? Math.min(least, lag) : least), Infinity),
    sources: (piece) => stops.at(piece).sources,
    shiftOf,
    apply,
    at,

    layOut(signals, from, to) {
      checkSignals(system, signals, from, to);
      const iterate = iterateOf();
      const { count, p, dp } = iterate;
      const lags = new Float64Array(d);
      delays.lag.evaluate(from, x, u, p, lags);
      for (const [i, lag] of lags.entries())
        if (!(lag > 0 && lag < Infinity)) throw new GreyboxError("solver/lag", { delay: delays.names[i]!, lag, unit: system.time });
      longest = Math.max(...lags);
      near = delayDefaults.near * Math.max(Math.abs(from - longest), Math.abs(to));
      groups = groupsOf(delays, lags, iterate);
      if (along.dp !== dp) {
        const [dt, dx, du] = [new Float64Array(count), new Float64Array(count * n), new Float64Array(count * width)];
        along = { count, dt, dx, du, dp };
        valueTangents = new Float64Array(count * d);
      }
      steps = history(n, count * n);
      stops = stopsBetween(from, to, near);
      [breaks, reads, here] = [[], [], 0];
      lines = layOutOf(reachingBack(signals, from - longest), from - longest, to);
      line = lineAt(from);
      for (const group of groups) group.line = lineAt(from - group.lag);
      for (let place = 1; place < lines.bounds.length - 1; place++) {
        stops.add(lines.bounds[place]!, { kind: "now", place });
        for (const [group, { lag }] of groups.entries()) stops.add(lines.bounds[place]! + lag, { kind: "input", group, place });
      }
    },

    remember(past) {
      const { x: start, s } = iterateOf();
      const [since, from] = [stops.at(0).time - longest, stops.at(0).time];
      if (!groups.some(({ ofStates }) => ofStates)) return;
      const { bounds, values, slopes } = pastOf(system, past ?? [], start, since, from);
      const tangents = s.map((value, i) => (past?.[i % n] === undefined ? value : 0));
      for (let piece = 0; piece < bounds.length - 1; piece++) {
        const length = bounds[piece + 1]! - bounds[piece]!;
        const coefficients = new Float64Array(2 * n);
        for (let i = 0; i < n; i++) {
          coefficients[i] = values[piece * n + i]!;
          coefficients[n + i] = slopes[piece * n + i]! * length;
        }
        const both = new Float64Array(2 * s.length);
        both.set(tangents);
        steps.push(bounds[piece]!, length, bounds[piece + 1]!, coefficients, both, -Infinity);
        broken(bounds[piece + 1]!, 0, undefined);
      }
      for (const group of groups) group.low = steps.at(from - group.lag + near, 0, Infinity);
    },

    enter(piece) {
      here = piece;
      const { time, sources } = stops.at(piece);
      for (const source of sources) apply(source);
      const states = sources.filter(({ kind }) => kind === "state");
      if (states.length > 0) {
        const generation = Math.min(...states.map(({ place }) => breaks[place]!.generation));
        broken(
          time,
          generation + 1,
          states.map(shiftOf).find((shift) => shift !== undefined),
        );
      }
      for (const [group, delay] of groups.entries()) delay.high = lastStep(group, piece);
      reads[piece] = [line, ...groups.flatMap((group) => [group.line, group.low])];
      at(time);
      origin.set(u);
    },

    record(start, h, end, state, tangents) {
      if (!groups.some(({ ofStates }) => ofStates)) return;
      steps.push(start, h, end, state, tangents, keepAll ? -Infinity : start - longest - near);
    },

    turn(t, shift) {
      broken(t, 0, shift);
      for (const [group, delay] of groups.entries()) delay.high = lastStep(group, here);
    },

    reader() {
      const run = { stops, steps, lines, groups, breaks, reads, p: iterateOf().p.slice() };
      return (piece, t, out) => {
        ({ stops, steps, lines, groups, breaks } = run);
        const read = run.reads[piece]!;
        readLine(read[0]!, t, out, slope);
        for (const [i, group] of groups.entries()) {
          [group.line, group.low, group.high] = [read[2 * i + 1]!, read[2 * i + 2]!, lastStep(i, piece)];
          readPast(group, t - group.lag, run.p);
          for (const member of group.members) out[r + member] = value[member]!;
        }
      };
    },
  };
}
