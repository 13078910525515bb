/** Some members of an ensemble from start to end: through lanes where that can be, the others through the ordinary solver. */
import { inputWidth, type Signal, type System } from "../../core/index.ts";
import type { Settings } from "../check.ts";
import { type InputTrack, inputTrack } from "../input-track.ts";
import type { ProblemDirections } from "../problem.ts";
import { createSolver, type Solver } from "../solver.ts";
import { firstStep } from "../step-control.ts";
import { type Iterate, noStatistics } from "../stepper.ts";
import { type LaneCode, type LaneMethodName, laneCode } from "./lane-code.ts";
import type { LaneShape } from "./lane-program.ts";
import { type Course, type Ending, type LaneSettings, type LaneTraffic, runLanes } from "./lanes.ts";
import { type Blameable, blameable, type Results, writeOutcome } from "./results.ts";

/** What all members have in common. Plain data. */
export interface EnsembleQuestion {
  readonly span: readonly [number, number];
  readonly samples: Float64Array;
  /** Indices into `system.observables`. */
  readonly observed: Int32Array;
  readonly settings: Omit<Settings, "signal">;
  readonly p: Float64Array;
  readonly x0: Float64Array;
  readonly x0Given: Uint8Array;
  /** One for each input; where members have their own, any that covers the span. */
  readonly signals: readonly Signal[];
  /** Places of what members have of their own: in `p`, in the states, in the inputs as numbers and as signals. */
  readonly varied: { readonly p: Int32Array; readonly x: Int32Array; readonly u: Int32Array; readonly signals: Int32Array };
  readonly directions: ProblemDirections | undefined;
}

/** What members have of their own, one row a member, in the order of `varied`. */
export interface Members {
  readonly count: number;
  readonly p: Float64Array;
  readonly x: Float64Array;
  readonly u: Float64Array;
  readonly signals: readonly (readonly Signal[])[];
}

/** Solves members and writes what became of them. False when it was cancelled. */
export type BlockSolver = (members: Members, into: Results, cancelled: () => boolean) => boolean;

/** Made once for an ensemble, or once on every thread. */
export function blockSolver(system: System, question: EnsembleQuestion): BlockSolver {
  const { settings, directions } = question;
  const names = blameable(system);
  const shape = shapeOf(system, question);
  const lanesFor = (method: LaneMethodName): LaneCode | undefined => laneCode(system, method, shape);
  const able = directions === undefined && !needsMore(system);
  const first = !able || settings.method === "odex" ? undefined : settings.method === "rodas5p" ? "rodas5p" : "tsit5";
  const firstCode = first === undefined || !laneMethods.has(settings.method) ? undefined : lanesFor(first);
  const watchful = settings.method === "auto";
  let solver: Solver | undefined;

  return (members, into, cancelled) => {
    const one = memberReader(system, question, members);
    const rest: number[] = [];
    let running = true;
    if (first !== undefined && firstCode) {
      const stiff: Course[] = [];
      const fresh = freshCourses(system, question, one, members.count);
      const run = (method: LaneMethodName, code: LaneCode, next: () => Course | undefined): void => {
        const traffic: LaneTraffic = {
          next,
          track: one.track,
          origin: one.origin,
          row: rowWriter(system, question, one, into),
          ended(course, ending) {
            if (ending === "stiff") stiff.push({ ...course, x: course.x.slice(), p: course.p.slice() });
            else if (ending === "trouble") rest.push(course.member);
            else finish(course, ending, method, question, into, names);
          },
        };
        const own = method === "tsit5" && watchful;
        running &&= runLanes(code, laneSettings(system, question, method, own, shape, cancelled), traffic);
      };
      run(first, firstCode, fresh);
      const secondCode = stiff.length > 0 ? lanesFor("rodas5p") : undefined;
      if (secondCode) run("rodas5p", secondCode, () => stiff.shift());
      else for (const { member } of stiff) rest.push(member);
    } else for (let member = 0; member < members.count; member++) rest.push(member);

    for (const member of rest.sort((a, b) => a - b)) {
      if (!running || cancelled()) return false;
      solver ??= createSolver(system, settings);
      solveAlone(solver, question, one, member, into, names);
    }
    return running;
  };
}

/** Methods that lanes are made of, and the choice of them. */
export const laneMethods: ReadonlySet<string> = new Set(["auto", "tsit5", "rodas5p"]);

/** What lanes cannot do: events, switches, algebraic states, delays. */
export const needsMore = (system: System): boolean => missingFromLanes(system) !== undefined;

/** Why members are solved one by one. Undefined: they need not be. */
export function missingFromLanes(system: System): string | undefined {
  if ((system.events?.names.length ?? 0) > 0) return "it has events";
  if ((system.switches?.names.length ?? 0) > 0) return "its equations have conditions";
  if (system.mass?.includes(0)) return "it has algebraic states";
  if ((system.delays?.names.length ?? 0) > 0) return "it has delays";
  if (!system.kernels) return "its functions are written by hand";
  return undefined;
}

function shapeOf(system: System, { samples, signals, span, varied }: EnsembleQuestion): LaneShape {
  const last = samples[samples.length - 1];
  return {
    n: system.states.length,
    r: system.inputs.length,
    p: system.parameters.length,
    moving:
      varied.signals.length > 0 ||
      signals.some(({ interpolation, values }) => interpolation === "linear" && values.some((v) => v !== values[0])),
    sampled: samples.length > 1 || (last !== undefined && last !== span[1]),
    bounded: Array.from(system.lower.keys()).filter((i) => system.lower[i]! > -Infinity),
  };
}

function laneSettings(
  system: System,
  { span, samples, settings }: EnsembleQuestion,
  method: LaneMethodName,
  watchful: boolean,
  { bounded }: LaneShape,
  cancelled: () => boolean,
): LaneSettings {
  const { rtol, atol, maxStep, maxSteps } = settings;
  const floor = bounded.length > 0 ? system.lower.map((limit, i) => limit - atol[i]! - rtol * Math.abs(limit)) : new Float64Array(0);
  return { system, method, from: span[0], to: span[1], samples, rtol, atol, floor, maxSteps, maxStep, watchful, cancelled };
}

/** Everything of one member, read from the arrays of all. */
export interface MemberReader {
  parameters(member: number, out: Float64Array): void;
  initial(member: number, x0: Float64Array): void;
  signals(member: number): readonly Signal[];
  track(member: number): InputTrack;
  origin(member: number, track: InputTrack): Float64Array;
  /** Writes the inputs that the member has numbers of its own for. */
  ownInputs(member: number, out: Float64Array): void;
}

export function memberReader(system: System, question: EnsembleQuestion, members: Members): MemberReader {
  const { span, varied, signals: shared } = question;
  const track = inputTrack(system);
  const origin = new Float64Array(system.inputs.length);
  const scatter = (places: Int32Array, values: Float64Array, member: number, out: Float64Array): void => {
    const width = places.length;
    for (let i = 0; i < width; i++) out[places[i]!] = values[member * width + i]!;
  };
  let laidOut = -1;
  let own: readonly Signal[] = shared;
  return {
    parameters: (member, out) => scatter(varied.p, members.p, member, out),
    initial: (member, x0) => scatter(varied.x, members.x, member, x0),
    signals(member) {
      const result = [...shared];
      for (const [i, place] of varied.signals.entries()) result[place] = members.signals[member]![i]!;
      for (const [i, place] of varied.u.entries()) result[place] = constant(members.u[member * varied.u.length + i]!, span);
      return result;
    },
    track(member) {
      const wanted = varied.signals.length > 0 ? member : 0;
      if (laidOut !== wanted) {
        if (varied.signals.length > 0) {
          own = shared.map((signal, i) => {
            const column = varied.signals.indexOf(i);
            return column < 0 ? signal : members.signals[member]![column]!;
          });
        }
        track.layOut(own, span[0], span[1]);
        laidOut = wanted;
      }
      return track;
    },
    origin(member, entered) {
      origin.set(entered.origin);
      scatter(varied.u, members.u, member, origin);
      return origin;
    },
    ownInputs: (member, out) => scatter(varied.u, members.u, member, out),
  };
}

const constant = (value: number, [from, to]: readonly [number, number]): Signal => ({
  times: Float64Array.of(from, to),
  values: Float64Array.of(value, value),
  interpolation: "hold",
});

/** The members of a range at their starts. A course belongs to its lane until it ends; then its arrays serve the next. */
function freshCourses(system: System, question: EnsembleQuestion, one: MemberReader, count: number): () => Course | undefined {
  const { span, p, x0, x0Given, settings } = question;
  const n = system.states.length;
  const work = { x: new Float64Array(n), given: x0.slice(), start: new Float64Array(n), error: new Float64Array(n) };
  const u = new Float64Array(system.inputs.length);
  const slope = new Float64Array(u.length);
  let begin = span[0];
  const line = {
    at(t: number): void {
      for (let i = 0; i < u.length; i++) u[i] = origin[i]! + slope[i]! * (t - begin);
    },
    u,
  };
  let origin = u;
  let next = 0;
  return () => {
    if (next === count) return undefined;
    const member = next++;
    const parameters = p.slice();
    one.parameters(member, parameters);
    one.initial(member, work.given);
    const track = one.track(member);
    track.enter(0);
    origin = one.origin(member, track).slice();
    begin = track.begin();
    slope.set(track.slope);
    u.set(origin);
    work.x.fill(0);
    system.initial.evaluate(span[0], work.x, u, parameters, work.start);
    const x = Float64Array.from(work.start, (value, i) => (x0Given[i] !== 0 ? work.given[i]! : value));
    // Of an iterate, the first step reads no more than this.
    const iterate = {
      system,
      inputs: line,
      x,
      xNext: work.start,
      error: work.error,
      p: parameters,
      statistics: noStatistics(),
    } as unknown as Iterate;
    const h = settings.firstStep ?? firstStep(iterate, span[0], span[1] - span[0], settings.atol, settings.rtol, 5);
    return {
      member,
      t: span[0],
      x,
      p: parameters,
      piece: 0,
      sample: 0,
      h: Math.min(h, settings.maxStep),
      tries: 0,
      steps: 0,
      below: false,
    };
  };
}

type RowWriter = (course: Course, sample: number, x: Float64Array) => void;

function rowWriter(system: System, question: EnsembleQuestion, one: MemberReader, into: Results): RowWriter {
  const { observed, samples } = question;
  const [o, m, n] = [observed.length, samples.length, system.states.length];
  const states = observed.every((i) => i < n);
  const all = new Float64Array(system.observables.length);
  const u = new Float64Array(system.inputs.length);
  return (course, sample, x) => {
    const row = (course.member * m + sample) * o;
    if (states) {
      for (let i = 0; i < o; i++) into.values[row + i] = x[observed[i]!]!;
      return;
    }
    const track = one.track(course.member);
    track.enter(course.piece);
    const origin = one.origin(course.member, track);
    const time = samples[sample]!;
    for (let i = 0; i < u.length; i++) u[i] = origin[i]! + track.slope[i]! * (time - track.begin());
    system.observe.evaluate(time, x, u, course.p, all);
    for (let i = 0; i < o; i++) into.values[row + i] = all[observed[i]!]!;
  };
}

function finish(course: Course, ending: Ending, method: LaneMethodName, question: EnsembleQuestion, into: Results, names: Blameable): void {
  const { member, t, tries } = course;
  const { samples, observed, span } = question;
  into.reached[member] = course.sample;
  into.steps[member] = course.steps;
  into.tries[member] = tries;
  into.ways[member] = method === "tsit5" ? 0 : 1;
  into.below[member] = course.below ? 1 : 0;
  blank(into, member, course.sample, samples.length, observed.length, 0);
  writeOutcome(into, member, ending === "end" ? { kind: "success" } : { kind: "max-steps", at: t, steps: tries }, names, span[1]);
}

/** Rows that were not reached hold no number. */
function blank(into: Results, member: number, reached: number, m: number, o: number, q: number): void {
  into.values.fill(Number.NaN, (member * m + reached) * o, (member + 1) * m * o);
  if (q > 0) into.derivatives.fill(Number.NaN, (member * m + reached) * o * q, (member + 1) * m * o * q);
}

function solveAlone(solver: Solver, question: EnsembleQuestion, one: MemberReader, member: number, into: Results, names: Blameable): void {
  const { system } = solver;
  const { span, samples, observed, directions } = question;
  const [n, r, o, m, q] = [system.states.length, inputWidth(system), observed.length, samples.length, directions?.count ?? 0];
  const [p, x0] = [question.p.slice(), question.x0.slice()];
  one.parameters(member, p);
  one.initial(member, x0);
  const solution = solver.solve({ span, p, x0, x0Given: question.x0Given, inputs: one.signals(member), samples, directions });
  const rows = solution.times.length;
  const all = new Float64Array(system.observables.length);
  const tangents = new Float64Array(q * all.length);
  const still = new Float64Array(q * r);
  for (let row = 0; row < rows; row++) {
    const time = solution.times[row]!;
    const x = solution.states.subarray(row * n, (row + 1) * n);
    const u = solution.inputs.subarray(row * r, (row + 1) * r);
    system.observe.evaluate(time, x, u, p, all);
    for (let i = 0; i < o; i++) into.values[(member * m + row) * o + i] = all[observed[i]!]!;
    if (!directions || !solution.tangents) continue;
    const dx = solution.tangents.subarray(row * q * n, (row + 1) * q * n);
    const du = solution.inputTangents?.subarray(row * q * r, (row + 1) * q * r);
    const along = { count: q, dt: new Float64Array(q), du: du ?? still, dx, dp: directions.dp };
    system.observe.tangent(time, x, u, p, along, tangents);
    for (let i = 0; i < o; i++) {
      for (let k = 0; k < q; k++) into.derivatives[((member * m + row) * o + i) * q + k] = tangents[k * all.length + observed[i]!]!;
    }
  }
  into.reached[member] = rows;
  into.steps[member] = solution.statistics.steps;
  into.tries[member] = solution.statistics.steps + solution.statistics.rejected;
  into.ways[member] = 2;
  into.below[member] = solution.below.length > 0 ? 1 : 0;
  blank(into, member, rows, m, o, q);
  writeOutcome(into, member, solution.outcome, names, span[1]);
}
