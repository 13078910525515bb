/**
 * Members through the segments of a span on a GPU. All of them stop at the end of a segment, where samples are read; within it each has its
 * own steps. Dispatches are bounded, so that no watchdog of a driver ends them.
 */
import type { GpuBuffer, GpuDevice, GpuProgram } from "../../../compute/index.ts";
import type { System } from "../../../core/index.ts";
import { type EnsembleQuestion, type MemberReader, type Members, memberReader } from "../block.ts";
import type { Results } from "../results.ts";
import { gpuCodeDefaults, type MemberKernel } from "./gpu-code.ts";
import { type MemberShape, savedPlaces, status, steering, steeringRead } from "./member-program.ts";
import { type Segment, segmentsOf, startSamples } from "./segments.ts";
import { fitsSingle } from "./single.ts";

export const gpuMarchDefaults = {
  /** Members on the device at once, at most. */
  members: 1 << 17,
  /** Operations of a dispatch, about: a tenth of a second of a slow GPU. */
  operations: 4e9,
  /** Tries of a dispatch. */
  tries: { least: 8, most: 4096 },
  /** Tries of a member in all, at most: then a stiff method, or the processor, looks after it. */
  limit: 10_000,
} as const;

export interface GpuCall {
  readonly device: GpuDevice;
  readonly program: GpuProgram;
  readonly made: MemberKernel;
  readonly shape: MemberShape;
  /** Length of the steps, where it is fixed. */
  readonly step: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Members at once, where the caller bounds them. */
  readonly block: number | undefined;
}

/** What became of members on the device. */
export interface Marched {
  /** Those that showed themselves stiff, and those that the processor has to look after. */
  readonly stiff: readonly number[];
  readonly trouble: readonly number[];
  readonly dispatches: number;
}

/** Solves members and writes those that reach the end. */
export async function marchOnGpu(
  system: System,
  question: EnsembleQuestion,
  members: Members,
  call: GpuCall,
  into: Results,
): Promise<Marched> {
  const { device, made, shape } = call;
  const n = system.states.length;
  const widest = Math.max(savedPlaces(n).length, shape.p.length + shape.u.length);
  const most = Math.min(
    Math.floor(device.limits.storage / (4 * widest)),
    device.limits.workgroups * gpuCodeDefaults.workgroup,
    call.block ?? gpuMarchDefaults.members,
  );
  const one = memberReader(system, question, members);
  const segments = segmentsOf(system, question);
  const [stiff, trouble]: [number[], number[]] = [[], []];
  let dispatches = 0;
  using uniform = device.buffer("uniform", 4 * (2 + fixedScalars + made.shared.length));
  for (let from = 0; from < members.count; from += most) {
    const count = Math.min(most, members.count - from);
    using own = device.buffer("storage", 4 * count * (shape.p.length + shape.u.length));
    using saved = device.buffer("storage", 4 * count * savedPlaces(n).length);
    const batch: Batch = { from, count, uniform, own, saved };
    dispatches += await marchBatch(system, question, one, segments, batch, members, call, into, { stiff, trouble });
  }
  return { stiff, trouble, dispatches };
}

/** begin, length, rtol, most, limit, fresh, step. */
const fixedScalars = 7;

interface Batch {
  readonly from: number;
  readonly count: number;
  readonly uniform: GpuBuffer;
  readonly own: GpuBuffer;
  readonly saved: GpuBuffer;
}

async function marchBatch(
  system: System,
  question: EnsembleQuestion,
  one: MemberReader,
  segments: readonly Segment[],
  { from, count, uniform, own, saved }: Batch,
  members: Members,
  { device, program, made, shape, step, signal }: GpuCall,
  into: Results,
  left: { readonly stiff: number[]; readonly trouble: number[] },
): Promise<number> {
  const n = system.states.length;
  const alive = new Uint8Array(count).fill(1);
  const give = (member: number, list: number[]): void => {
    alive[member] = 0;
    list.push(from + member);
  };
  const write = rowWriter(system, question, one, into);
  const refuse = (member: number): void => {
    if (alive[member] === 1) give(member, left.trouble);
  };
  own.write(ownNumbers(question, members, shape, from, count, refuse));
  const start = startNumbers(system, question, one, segments, from, count, write, refuse);
  for (const [member, lives] of alive.entries()) if (lives === 0) start[(n + steering.status) * count + member] = status.stuck;
  saved.write(start);
  const words = new DataView(new ArrayBuffer(4 * (2 + fixedScalars + made.shared.length)));
  const { operations, tries } = gpuMarchDefaults;
  const perDispatch = Math.min(Math.max(Math.round(operations / (made.operations * count)), tries.least), tries.most);
  words.setUint32(0, count, true);
  words.setUint32(4, perDispatch, true);
  const groups = Math.ceil(count / gpuCodeDefaults.workgroup);
  const x = new Float64Array(n);
  let dispatches = 0;
  let numbers: Float32Array = new Float32Array(0);

  for (const segment of segments) {
    const scalars = scalarsOf(system, question, segment, made.shared, step);
    for (let running = true, fresh = 1; running; fresh = 0) {
      signal?.throwIfAborted();
      scalars[freshScalar] = fresh;
      for (const [i, value] of scalars.entries()) words.setFloat32(8 + 4 * i, value, true);
      uniform.write(new Uint32Array(words.buffer));
      program.run([uniform, own, saved], groups);
      dispatches++;
      numbers = await device.read(saved, (n + steeringRead) * count);
      running = false;
      for (let member = 0; member < count && !running; member++)
        running = numbers[(n + steering.status) * count + member] === status.running;
    }
    let any = false;
    for (let member = 0; member < count; member++) {
      if (alive[member] === 0) continue;
      for (let j = 0; j < n; j++) x[j] = numbers[j * count + member]!;
      const standing = numbers[(n + steering.status) * count + member];
      if (standing === status.stiff || (made.watchful && standing === status.exhausted)) give(member, left.stiff);
      else if (standing !== status.reached || !x.every(Number.isFinite)) give(member, left.trouble);
      else {
        any = true;
        for (let sample = segment.samples[0]; sample < segment.samples[1]; sample++) write(from + member, sample, segment, x);
      }
    }
    if (!any) break;
  }
  for (let member = 0; member < count; member++) {
    if (alive[member] === 0) continue;
    const read = (which: "steps" | "tries" | "below"): number => numbers[(n + steering[which]) * count + member]!;
    into.reached[from + member] = question.samples.length;
    into.steps[from + member] = read("steps");
    into.tries[from + member] = read("tries");
    into.below[from + member] = read("below");
    into.kinds[from + member] = 0;
    into.times[from + member] = question.span[1];
    into.blamed[from + member] = -1;
  }
  return dispatches;
}

const freshScalar = 5;
/** Steps of one length are as many as the span holds. */
const noLimit = 1e38;

function scalarsOf(
  system: System,
  { span, p, settings }: EnsembleQuestion,
  { begin, end, u, slope }: Segment,
  shared: readonly string[],
  step: number | undefined,
): Float64Array {
  const length = end - begin;
  const lists: Readonly<Record<string, Float64Array>> = {
    p,
    u,
    slope,
    atol: settings.atol,
    floor: system.lower.map((limit, i) => limit - settings.atol[i]! - settings.rtol * Math.abs(limit)),
  };
  const meant = begin === span[0] ? (settings.firstStep ?? 0) : 0;
  const first = step === undefined ? Math.min(meant, length) : length / Math.max(1, Math.ceil(length / step - 1e-9));
  const longest = Math.min(settings.maxStep, length);
  return Float64Array.of(
    begin,
    length,
    settings.rtol,
    longest,
    step === undefined ? Math.min(settings.maxSteps, gpuMarchDefaults.limit) : noLimit,
    1,
    first,
    ...shared.map((name) => {
      const [, list, index] = /^([a-z]+)(\d+)$/.exec(name)!;
      return lists[list!]![Number(index)]!;
    }),
  );
}

/** Parameters and inputs of each member, number i of a member at `i·count + member`. */
function ownNumbers(
  { varied }: EnsembleQuestion,
  { p, u }: Members,
  shape: MemberShape,
  from: number,
  count: number,
  refuse: (member: number) => void,
): Float32Array {
  const numbers = new Float32Array((shape.p.length + shape.u.length) * count);
  const spread = (values: Float64Array, width: number, at: number): void => {
    for (let i = 0; i < width; i++) {
      for (let member = 0; member < count; member++) {
        const value = values[(from + member) * width + i]!;
        numbers[(at + i) * count + member] = value;
        if (!fitsSingle(value)) refuse(member);
      }
    }
  };
  spread(p, varied.p.length, 0);
  spread(u, varied.u.length, shape.p.length);
  return numbers;
}

/** Initial states, beside zeros for everything else that is kept of a member; and the rows of samples at the start. */
function startNumbers(
  system: System,
  question: EnsembleQuestion,
  one: MemberReader,
  segments: readonly Segment[],
  from: number,
  count: number,
  write: RowWriter,
  refuse: (member: number) => void,
): Float32Array {
  const n = system.states.length;
  const { span, p, x0, x0Given, varied } = question;
  const first = segments[0]!;
  const numbers = new Float32Array(savedPlaces(n).length * count);
  const [parameters, given, x, blank] = [p.slice(), x0.slice(), new Float64Array(n), new Float64Array(n)];
  const u = first.u.slice();
  const origin = inputsOf(question, one, u);
  const samples = startSamples(question);
  for (let member = 0; member < count; member++) {
    one.parameters(from + member, parameters);
    if (varied.x.length > 0) one.initial(from + member, given);
    origin(from + member);
    system.initial.evaluate(span[0], blank, u, parameters, x);
    for (let j = 0; j < n; j++) {
      if (x0Given[j] !== 0) x[j] = given[j]!;
      numbers[j * count + member] = x[j]!;
      if (!fitsSingle(x[j]!)) refuse(member);
    }
    for (let sample = 0; sample < samples; sample++) write(from + member, sample, first, x);
  }
  return numbers;
}

/** Puts a member's own inputs beside those that all share. */
function inputsOf({ varied }: EnsembleQuestion, one: MemberReader, u: Float64Array): (member: number) => void {
  if (varied.u.length === 0) return () => undefined;
  return (member) => one.ownInputs(member, u);
}

type RowWriter = (member: number, sample: number, segment: Segment, x: Float64Array) => void;

function rowWriter(system: System, question: EnsembleQuestion, one: MemberReader, into: Results): RowWriter {
  const { observed, samples, varied } = question;
  const [o, m, n] = [observed.length, samples.length, system.states.length];
  const states = observed.every((i) => i < n);
  const all = new Float64Array(system.observables.length);
  const u = new Float64Array(system.inputs.length);
  const p = question.p.slice();
  const own = inputsOf(question, one, u);
  return (member, sample, { begin, u: origin, slope }, x) => {
    const row = (member * m + sample) * o;
    if (states) {
      for (let i = 0; i < o; i++) into.values[row + i] = x[observed[i]!]!;
      return;
    }
    const time = samples[sample]!;
    for (let i = 0; i < u.length; i++) u[i] = origin[i]! + slope[i]! * (time - begin);
    own(member);
    if (varied.p.length > 0) one.parameters(member, p);
    system.observe.evaluate(time, x, u, p, all);
    for (let i = 0; i < o; i++) into.values[row + i] = all[observed[i]!]!;
  };
}
