/** Members through lanes: a lane takes the next member as soon as its own has ended, so none waits for another. */
import type { System } from "../../core/index.ts";
import type { InputTrack } from "../input-track.ts";
import { marchDefaults } from "../march.ts";
import { rodas5p } from "../methods/rodas5p.ts";
import { tsit5 } from "../methods/tsit5.ts";
import type { LaneCode, LaneMethodName } from "./lane-code.ts";
import { control, forgotten } from "./lane-program.ts";

export const lookDefaults = {
  /** Tries between looks at a lane for stiffness, and between those once it is suspected. */
  every: 32,
  suspected: 8,
  /** Looks that find it at the edge of stability, each that does not taken off in part: at the edge steps swing to both sides of it. */
  times: 4,
  quiet: 1 / 4,
} as const;

/** A member at some time of its course. */
export interface Course {
  readonly member: number;
  t: number;
  readonly x: Float64Array;
  readonly p: Float64Array;
  /** Piece of the inputs that t is in. */
  piece: number;
  /** Next sample. */
  sample: number;
  /** Length of the next step. */
  h: number;
  tries: number;
  steps: number;
  below: boolean;
}

/** How a course ended: at its end, at its budget, as stiff, or for a reason that the ordinary solver is to find. */
export type Ending = "end" | "max-steps" | "stiff" | "trouble";

/** Where courses come from and go to. */
export interface LaneTraffic {
  /** Fills in the next course; undefined: there is none. */
  next(): Course | undefined;
  /** Lays out the inputs of a member, for `enter`. */
  track(member: number): InputTrack;
  /** Values of the inputs at the start of the piece that is entered, beside those of the track. */
  origin(member: number, track: InputTrack): Float64Array;
  /** The state at a sample. */
  row(course: Course, sample: number, x: Float64Array): void;
  ended(course: Course, ending: Ending): void;
}

export interface LaneSettings {
  readonly system: System;
  readonly method: LaneMethodName;
  readonly from: number;
  readonly to: number;
  readonly samples: Float64Array;
  readonly rtol: number;
  readonly atol: Float64Array;
  readonly floor: Float64Array;
  readonly maxSteps: number;
  readonly maxStep: number;
  /** Looks for stiffness. */
  readonly watchful: boolean;
  /** Called now and then; true ends the run. */
  readonly cancelled: () => boolean;
}

/** Tries of one call: bounds how long a call lasts. */
const triesOfCall = 1 << 20;

/** Runs all courses of the traffic to an ending. False when it was cancelled. */
export function runLanes(code: LaneCode, settings: LaneSettings, traffic: LaneTraffic): boolean {
  const { system, method, from, to, samples, rtol, atol, floor, maxStep, watchful } = settings;
  const { program, banks } = code;
  const { places, length } = program;
  const { memory, prepare, advance } = code.link();
  const n = system.states.length;
  const r = system.inputs.length;
  const lanes = 2 * banks;
  const courses: (Course | undefined)[] = new Array(lanes).fill(undefined);
  const suspicion = new Float64Array(lanes);
  const state = new Float64Array(n);
  const rates = new Float64Array(n);
  const u = new Float64Array(r);
  const interpolate = method === "tsit5" ? explicitInterpolant : rosenbrockInterpolant;
  /** Number `place` of a lane is at `base + 2·place`. */
  const baseOf = (lane: number): number => 2 * (lane >> 1) * length + (lane & 1);
  const at = (base: number, place: number): number => base + 2 * (places.control + place);

  /** Sets a lane to a member, or to rest. */
  function board(lane: number): void {
    const course = traffic.next();
    courses[lane] = course;
    suspicion[lane] = 0;
    const base = baseOf(lane);
    const set = (place: number, value: number): void => {
      memory[at(base, place)] = value;
    };
    set(control.attention, 0);
    set(control.rejected, 0);
    set(control.halved, 0);
    set(control.rtol, rtol);
    set(control.maxStep, maxStep);
    set(control.memory, forgotten);
    for (let i = 0; i < n; i++) memory[base + 2 * (places.atol + i)] = atol[i]!;
    if (!course) {
      for (const place of [control.t, control.h, control.begin, control.tries]) set(place, 0);
      for (const place of [control.stop, control.due, control.limit]) set(place, Infinity);
      set(control.least, -1);
      return;
    }
    set(control.t, course.t);
    set(control.h, course.h);
    set(control.least, 1e-25 * (to - from));
    set(control.tries, course.tries);
    set(control.steps, course.steps);
    set(control.below, course.below ? 1 : 0);
    set(control.limit, limitAfter(course.tries, lookDefaults.every));
    for (let i = 0; i < n; i++) memory[base + 2 * (places.x + i)] = course.x[i]!;
    for (let i = 0; i < course.p.length; i++) memory[base + 2 * (places.p + i)] = course.p[i]!;
    if (settings.floor.length > 0) for (let i = 0; i < n; i++) memory[base + 2 * (places.floor + i)] = floor[i]!;
    enter(lane, course);
  }

  const limitAfter = (tries: number, interval: number): number =>
    watchful ? Math.min(tries + interval, settings.maxSteps) : settings.maxSteps;

  /** Takes over the piece of inputs that the course is in; what its first rates are follows from them. */
  function enter(lane: number, course: Course): void {
    const base = baseOf(lane);
    const track = traffic.track(course.member);
    track.enter(course.piece);
    const origin = traffic.origin(course.member, track);
    for (let i = 0; i < r; i++) {
      u[i] = memory[base + 2 * (places.u + i)] = origin[i]!;
      memory[base + 2 * (places.slope + i)] = track.slope[i]!;
    }
    memory[at(base, control.begin)] = track.begin();
    memory[at(base, control.stop)] = track.end(course.piece);
    memory[at(base, control.memory)] = forgotten;
    due(base, course, track.end(course.piece));
    prepare(lane >> 1);
    if (method !== "tsit5") return;
    const elapsed = course.t - track.begin();
    for (let i = 0; i < r; i++) u[i]! += track.slope[i]! * elapsed;
    for (let i = 0; i < n; i++) state[i] = memory[base + 2 * (places.x + i)]!;
    system.rhs.evaluate(course.t, state, u, course.p, rates);
    for (let i = 0; i < n; i++) memory[base + 2 * (places.rates + i)] = rates[i]!;
  }

  function due(base: number, course: Course, stop: number): void {
    memory[at(base, control.due)] = course.sample < samples.length ? Math.min(samples[course.sample]!, stop) : stop;
  }

  /** Writes the samples that the last step has reached. */
  function report(base: number, course: Course, t: number): void {
    while (course.sample < samples.length && samples[course.sample]! <= t) {
      const time = samples[course.sample]!;
      if (time === t) for (let i = 0; i < n; i++) state[i] = memory[base + 2 * (places.x + i)]!;
      else {
        const h = memory[at(base, control.length)]!;
        interpolate(memory, base, places, n, h, (time - memory[at(base, control.from)]!) / h, state);
      }
      traffic.row(course, course.sample, state);
      course.sample++;
    }
  }

  function end(lane: number, course: Course, ending: Ending): void {
    const base = baseOf(lane);
    course.t = memory[at(base, control.t)]!;
    course.h = memory[at(base, control.h)]!;
    course.tries = memory[at(base, control.tries)]!;
    course.steps = memory[at(base, control.steps)]!;
    course.below = memory[at(base, control.below)] === 1;
    for (let i = 0; i < n; i++) course.x[i] = memory[base + 2 * (places.x + i)]!;
    traffic.ended(course, ending);
    board(lane);
  }

  function serve(lane: number, course: Course): void {
    const base = baseOf(lane);
    const t = memory[at(base, control.t)]!;
    memory[at(base, control.attention)] = 0;
    if (memory[at(base, control.rejected)] === 0) {
      report(base, course, t);
      const stop = memory[at(base, control.stop)]!;
      if (t >= stop) {
        if (t >= to) {
          end(lane, course, "end");
          return;
        }
        course.t = t;
        course.piece++;
        enter(lane, course);
      } else due(base, course, stop);
    } else if (memory[at(base, control.h)]! <= memory[at(base, control.least)]! + marchDefaults.leastUlps * Number.EPSILON * Math.abs(t)) {
      end(lane, course, "trouble");
      return;
    }
    const tries = memory[at(base, control.tries)]!;
    if (tries >= settings.maxSteps) end(lane, course, "max-steps");
    else if (tries >= memory[at(base, control.limit)]!) {
      if (memory[at(base, control.rejected)] === 1) {
        memory[at(base, control.limit)] = limitAfter(tries, 1);
        return;
      }
      const edge =
        stiffness(memory, base, places, system.nominal, memory[at(base, control.length)]!) > marchDefaults.edge * tsit5.stability;
      suspicion[lane] = edge ? suspicion[lane]! + 1 : Math.max(0, suspicion[lane]! - lookDefaults.quiet);
      if (suspicion[lane]! >= lookDefaults.times) end(lane, course, "stiff");
      else memory[at(base, control.limit)] = limitAfter(tries, suspicion[lane]! > 0 ? lookDefaults.suspected : lookDefaults.every);
    }
  }

  for (let lane = 0; lane < lanes; lane++) board(lane);
  while (courses.some((course) => course !== undefined)) {
    if (settings.cancelled()) return false;
    advance(triesOfCall);
    for (let lane = 0; lane < lanes; lane++) {
      const course = courses[lane];
      if (course && memory[at(baseOf(lane), control.attention)] === 1) serve(lane, course);
    }
  }
  return true;
}

type Places = LaneCode["program"]["places"];

/** As in `explicit-runge-kutta.ts`: the last two stages are at the same time. */
function stiffness(memory: Float64Array, base: number, places: Places, nominal: Float64Array, h: number): number {
  const n = nominal.length;
  let [rise, run] = [0, 0];
  for (let i = 0; i < n; i++) {
    const [state, rate] = [memory[base + 2 * (places.witness + i)]!, memory[base + 2 * (places.witness + n + i)]!];
    rise += ((memory[base + 2 * (places.rates + i)]! - rate) / nominal[i]!) ** 2;
    run += ((memory[base + 2 * (places.x + i)]! - state) / nominal[i]!) ** 2;
  }
  return run > 0 ? h * Math.sqrt(rise / run) : 0;
}

const weights = new Float64Array(8);

/** The state at θ of the last step of a lane. */
type Interpolate = (m: Float64Array, base: number, places: Places, n: number, h: number, theta: number, out: Float64Array) => void;

const explicitDense = tsit5.dense.map((row) => Float64Array.from(row));

const explicitInterpolant: Interpolate = (memory, base, places, n, h, theta, out) => {
  const stages = explicitDense.length;
  for (let j = 0; j < stages; j++) {
    const [a, b, c, d] = explicitDense[j] as unknown as readonly [number, number, number, number]; // Four powers of θ.
    weights[j] = h * theta * (a + theta * (b + theta * (c + theta * d)));
  }
  for (let i = 0; i < n; i++) {
    let value = memory[base + 2 * (places.before + i)]!;
    for (let j = 0; j < stages; j++) value += weights[j]! * memory[base + 2 * (places.stages + j * n + i)]!;
    out[i] = value;
  }
};

const [first, second, third] = rodas5p.dense.map((row) => Float64Array.from(row)) as [Float64Array, Float64Array, Float64Array];

const rosenbrockInterpolant: Interpolate = (memory, base, places, n, _h, theta, out) => {
  const stages = first.length;
  const back = 1 - theta;
  for (let j = 0; j < stages; j++) weights[j] = theta * back * (first[j]! + theta * (second[j]! + theta * third[j]!));
  for (let i = 0; i < n; i++) {
    let value = back * memory[base + 2 * (places.before + i)]! + theta * memory[base + 2 * (places.x + i)]!;
    for (let j = 0; j < stages; j++) value += weights[j]! * memory[base + 2 * (places.stages + j * n + i)]!;
    out[i] = value;
  }
};
