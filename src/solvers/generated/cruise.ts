/** Many steps at once by generated functions: links them, hands over numbers, and counts what was done. */
import type { SystemKernels } from "../../core/index.ts";
import { compileWebAssembly, instantiate, type KernelMemory } from "../../kernel/index.ts";
import type { Settings } from "../check.ts";
import { marchDefaults } from "../march.ts";
import type { Iterate } from "../stepper.ts";
import type { Cruise } from "../walk.ts";
import { allot } from "./arena.ts";
import type { AttemptWriter, RunShape } from "./attempt.ts";
import { type Control, type CruiseKernel, type CruiseShape, controls, cruiseKernel, type Region, status } from "./cruise-kernel.ts";
import type { Form } from "./explicit-form.ts";

export const cruiseDefaults = {
  /** Rows that one call can write, by the doubles they take: between these numbers of rows. */
  doubles: 4096,
  leastRows: 16,
  mostRows: 256,
} as const;

/** What was done in one stretch. */
export interface Done {
  readonly attempts: number;
  /** Points from which attempts were made. */
  readonly points: number;
  /** Attempts that were differentiated. */
  readonly differentiated: number;
}

export interface CruiseSource {
  /** Tells methods apart. */
  readonly name: string;
  readonly iterate: Iterate;
  readonly settings: Settings;
  readonly writer: (shape: RunShape) => AttemptWriter | undefined;
  readonly count: (done: Done) => void;
  /** Copies in and out what the next step starts from, where a method keeps that. */
  readonly enter?: (first: Float64Array, firstTangents: Float64Array, t: number) => void;
  readonly leave?: (first: Float64Array, firstTangents: Float64Array) => void;
}

/** Undefined where steps of this system cannot be written out. */
export function cruiseOf({ name, iterate, settings, writer, count, enter, leave }: CruiseSource): Cruise | undefined {
  const { system, inputs, x, s } = iterate;
  const { form, atol, rtol, maxStep, derivativeSlack } = settings;
  if (form === "written" || !system.kernels || system.delays) return undefined;
  const [n, size] = [x.length, s.length];
  const { doubles, leastRows, mostRows } = cruiseDefaults;
  const shape: CruiseShape = {
    n,
    r: system.inputs.length,
    p: system.parameters.length,
    a: system.active.length,
    q: iterate.count,
    moving: inputs.everMoving(),
    bounded: Array.from(system.lower.keys()).filter((i) => system.lower[i]! > -Infinity),
    controlled: iterate.count > 0 && derivativeSlack < Infinity,
    rows: Math.min(mostRows, Math.max(leastRows, Math.floor(doubles / (n + size)))),
  };
  const compiled = compile(name, system.kernels, shape, form, () => writer(shape));
  if (!compiled) return undefined;
  const { kernel, link } = compiled;
  const { memory, run } = link();
  const region = (which: Region): Float64Array => {
    const { offset, length } = kernel.places[which];
    return memory.subarray(offset, offset + length);
  };
  const control = region("control");
  const [ownX, ownS, samples, states, tangents] = [region("x"), region("s"), region("samples"), region("states"), region("tangents")];
  const [p, u, slope, dp, scale] = [region("p"), region("u"), region("slope"), region("dp"), region("scale")];
  const [first, firstTangents] = [region("first"), region("firstTangents")];
  region("atol").set(atol);
  region("nominal").set(system.nominal);
  region("floor").set(system.lower.map((limit, i) => limit - atol[i]! - rtol * Math.abs(limit)));
  const put = (which: Control, value: number): void => {
    control[at[which]] = value;
  };
  const get = (which: Control): number => control[at[which]]!;
  for (const { offset, values } of kernel.tables) memory.set(values, offset);
  put("rtol", rtol);
  put("maxStep", maxStep);
  put("slack", derivativeSlack);
  put("leastShare", marchDefaults.leastUlps * Number.EPSILON);

  return {
    run(walk, { from, to, stop, budget, watchesStiffness }, rows) {
      copy(p, iterate.p);
      copy(u, inputs.origin);
      copy(slope, inputs.slope);
      copy(dp, iterate.dp);
      copy(scale, iterate.scale);
      // What a step that failed has left there may be no number, and zero times that is none either.
      for (const { offset, length } of kernel.blank) memory.fill(0, offset, offset + length);
      copy(ownX, x);
      copy(ownS, iterate.s);
      enter?.(first, firstTangents, walk.t);
      const own = !rows.samplesGiven();
      put("leastLength", marchDefaults.leastLength * (to - from));
      put("end", walk.t);
      put("h", walk.h);
      put("stop", stop);
      put("logMemory", walk.logMemory);
      put("rejectedBefore", walk.rejectedBefore ? 1 : 0);
      put("budget", budget);
      put("steps", 0);
      put("rejected", 0);
      put("differentiated", 0);
      put("own", own ? 1 : 0);
      put("edgeSteps", walk.edgeSteps);
      put("quietSteps", walk.quietSteps);
      put("watchesStiffness", watchesStiffness ? 1 : 0);
      put("status", status.fine);

      const room = samples.length - 1;
      for (;;) {
        const waiting = own ? samples.length : rows.waiting(stop, samples.subarray(0, room));
        // One row more, which nobody asked for, takes the run to the end.
        const beyond = !own && waiting < room;
        if (beyond) samples[waiting] = stop;
        put("rows", 0);
        run(inputs.begin(), beyond ? waiting + 1 : waiting);
        const made = Math.min(get("rows"), waiting);
        rows.take(made, samples, states, tangents);
        if (get("status") !== status.fine || get("budget") <= 0) break;
        if (get("end") >= stop && (own || beyond)) break;
      }
      const ended = get("status");
      put("status", status.fine);
      put("budget", 0);
      // Samples within the last step that found no room.
      while (!own) {
        const waiting = rows.waiting(get("end"), samples);
        if (waiting === 0) break;
        put("rows", 0);
        run(inputs.begin(), waiting);
        rows.take(waiting, samples, states, tangents);
      }

      copy(x, ownX);
      copy(iterate.s, ownS);
      leave?.(first, firstTangents);
      const [steps, rejected, pending] = [get("steps"), get("rejected"), get("rejectedBefore")];
      iterate.statistics.steps += steps;
      iterate.statistics.rejected += rejected;
      count({
        attempts: steps + rejected,
        points: steps + pending - (walk.rejectedBefore ? 1 : 0),
        differentiated: get("differentiated"),
      });
      walk.t = get("end");
      walk.h = get("h");
      walk.logMemory = get("logMemory");
      walk.rejectedBefore = pending === 1;
      walk.edgeSteps = get("edgeSteps");
      walk.quietSteps = get("quietSteps");
      return ended === status.fine ? "fine" : ended === status.stiff ? "stiff" : "declined";
    },
  };
}

const at = Object.fromEntries(controls.map((name, i) => [name, i])) as Readonly<Record<Control, number>>; // One for each of `controls`.

function copy(to: Float64Array, from: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = from[i]!;
}

type Run = (begin: number, rows: number) => void;

interface Compiled {
  readonly kernel: CruiseKernel;
  /** With a memory of its own. */
  link(): { readonly memory: Float64Array; readonly run: Run };
}

/** What has been compiled, as long as somebody holds the kernels it was made from. */
const made = new WeakMap<SystemKernels, Map<string, Compiled | undefined>>();

function compile(
  name: string,
  kernels: SystemKernels,
  shape: CruiseShape,
  form: Exclude<Form, "written">,
  writer: () => AttemptWriter | undefined,
): Compiled | undefined {
  const key = [name, shape.q, shape.moving, shape.controlled, shape.bounded.join(" "), form].join();
  const known = made.get(kernels) ?? new Map<string, Compiled | undefined>();
  made.set(kernels, known);
  if (!known.has(key)) {
    const found = writer();
    known.set(key, found && compiledOf(cruiseKernel(found, shape, marchDefaults), form));
  }
  return known.get(key);
}

function compiledOf(kernel: CruiseKernel, form: Exclude<Form, "written">): Compiled {
  if (form === "javascript") {
    return {
      kernel,
      link() {
        const memory = new Float64Array(kernel.length);
        const run = instantiate(kernel.kernel);
        return { memory, run: (begin, rows) => run(begin, rows, memory) };
      },
    };
  }
  const link = compileWebAssembly([kernel.kernel]);
  const linked = new WeakMap<KernelMemory, ReturnType<typeof link>>();
  return {
    kernel,
    link() {
      const { memory, address, values } = allot(kernel.length);
      const known = linked.get(memory) ?? link(memory);
      linked.set(memory, known);
      const run = known.get(kernel.kernel.name)!;
      return { memory: values, run: (begin, rows) => run(begin, rows, address) };
    },
  };
}
