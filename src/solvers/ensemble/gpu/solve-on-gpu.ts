/** An ensemble on a GPU: explicit steps first, stiff members by a stiff method, and on the processor whatever got into trouble. */
import type { Gpu } from "../../../compute/index.ts";
import { GreyboxError, isGreyboxError, type System } from "../../../core/index.ts";
import { blockSolver, type EnsembleQuestion, type Members, missingFromLanes } from "../block.ts";
import { emptyResults, type Results, scatterResults, ways } from "../results.ts";
import { type GpuMethodName, gpuProgram, type MemberKernel, memberKernel } from "./gpu-code.ts";
import { type GpuCall, marchOnGpu } from "./march-on-gpu.ts";
import type { MemberShape } from "./member-program.ts";
import { requireSingle } from "./single.ts";

export const gpuEnsembleDefaults = {
  /** Relative tolerance where none is asked for. */
  rtol: 1e-4,
  /** Tightest relative tolerance that is taken: an error of single precision is 6e-8 a step, and steps are many. */
  leastRtol: 1e-5,
  /** A relative tolerance of the processor's, of the one asked for, where members are checked. */
  checkShare: 0.1,
  /** Members that the processor takes between looks at the abort signal. */
  aside: 64,
} as const;

/** How a GPU solved an ensemble. */
export interface OnGpu {
  readonly adapter: string;
  /** The adapter is a program on the processor. */
  readonly software: boolean;
  readonly precision: "single";
  /** The relative tolerance of its steps. */
  readonly rtol: number;
  /** Length of its steps, where it was fixed. */
  readonly step: number | undefined;
  /** Members that were handed to the processor, as their steps failed or their numbers did not fit. */
  readonly handedOver: number;
  readonly dispatches: number;
  /** Some members were solved on the processor too, at a tenth of the tolerance. */
  readonly checked: Checked;
}

export interface Checked {
  readonly members: number;
  /** Largest difference between the two, as a share of the largest value that the quantity has in the samples of the member. */
  readonly largest: number;
}

export interface GpuWork {
  readonly question: EnsembleQuestion;
  readonly members: Members;
  readonly into: Results;
  readonly step: number | undefined;
  readonly block: number | undefined;
  readonly signal: AbortSignal | undefined;
}

const onGpu: ReadonlySet<string> = new Set(["auto", "tsit5"]);

/** Why a GPU does not take an ensemble of a system; undefined where it does. */
export function missingFromGpu(system: System, method: string, sensitivities: number): string | undefined {
  if (sensitivities > 0) return "derivatives were asked for";
  const missing = missingFromLanes(system);
  if (missing !== undefined) return missing;
  if (system.kernels!.rhs().body.some((statement) => statement.do === "loop")) return "its equations are written with loops";
  return onGpu.has(method) ? undefined : `there is no ${method} on a GPU`;
}

/** @throws GreyboxError `solver/gpu-precision` */
export function checkPrecision(system: System, { p, settings }: EnsembleQuestion): void {
  const { leastRtol } = gpuEnsembleDefaults;
  if (settings.rtol < leastRtol) {
    throw new GreyboxError("solver/gpu-precision", { name: "rtol", value: settings.rtol, limit: `${leastRtol} and more` });
  }
  for (const [i, name] of system.parameters.entries()) requireSingle(name, p[i]!);
  for (const [i, name] of system.states.entries()) requireSingle(`atol of ${name}`, settings.atol[i]!);
}

/**
 * Solves members on a GPU and writes what became of them. Those in trouble go to the processor, in double precision at the same tolerance.
 *
 * @throws GreyboxError `compute/no-gpu`, `compute/shader`, `solver/gpu-kernel-size`
 */
export async function solveOnGpu(place: Gpu, system: System, { question, members, into, step, block, signal }: GpuWork): Promise<OnGpu> {
  const { varied, settings } = question;
  const moving = question.signals.some(({ interpolation, values }) => interpolation === "linear" && values.some((v) => v !== values[0]));
  const shape: MemberShape = { p: Array.from(varied.p), u: Array.from(varied.u), moving };
  const automatic = settings.method === "auto" && step === undefined;
  const explicit = taken(() => memberKernel(system, "tsit5", shape, step !== undefined), automatic);
  const first: GpuMethodName = explicit ? "tsit5" : "rodas3";
  // The last of them says by how much the explicit step is too long.
  const made =
    explicit ?? taken(() => memberKernel(system, "rodas3", shape, false), true) ?? memberKernel(system, "tsit5", shape, step !== undefined);
  if (!made) throw new GreyboxError("solver/unsupported", unsupported(system, "its step cannot be written without loops"));
  const device = await place.open();
  let dispatches = 0;
  const run = async (
    kernel: MemberKernel,
    part: Members,
    results: Results,
  ): Promise<Omit<Awaited<ReturnType<typeof marchOnGpu>>, "dispatches">> => {
    const call: GpuCall = { device, program: await gpuProgram(device, kernel), made: kernel, shape, step, signal, block };
    const marched = await marchOnGpu(system, question, part, call, results);
    dispatches += marched.dispatches;
    return marched;
  };
  into.ways.fill(ways.indexOf(`${first} on the GPU`));
  const { stiff, trouble } = await run(made, members, into);
  const rest = [...trouble];
  if (stiff.length > 0) {
    const stiffKernel = automatic && explicit ? taken(() => memberKernel(system, "rodas3", shape, false), true) : undefined;
    if (stiffKernel) {
      const results = resultsLike(into, stiff.length);
      results.ways.fill(ways.indexOf("rodas3 on the GPU"));
      const again = await run(stiffKernel, pick(members, stiff), results);
      scatterResults(results, stiff, into);
      for (const member of [...again.trouble, ...again.stiff]) rest.push(stiff[member]!);
    } else rest.push(...stiff);
  }
  rest.sort((a, b) => a - b);
  await solveAside(system, question, members, rest, into, signal);
  const checked = compare(
    system,
    question,
    members,
    into,
    spread(members.count, place.check).filter((member) => !rest.includes(member)),
  );
  const { adapter, software } = device;
  return { adapter, software, precision: "single", rtol: settings.rtol, step, handedOver: rest.length, dispatches, checked };
}

/** Undefined where there is no kernel, or, if there may be another way, none that a device takes. */
function taken(make: () => MemberKernel | undefined, otherWay: boolean): MemberKernel | undefined {
  try {
    return make();
  } catch (error) {
    if (otherWay && isGreyboxError(error) && error.code === "solver/gpu-kernel-size") return undefined;
    throw error;
  }
}

/** Some members at even distances. */
const spread = (members: number, count: number): number[] => {
  const few = Math.min(members, count);
  return Array.from({ length: few }, (_, i) => Math.floor(((i + 0.5) * members) / few));
};

/** Solves some members on the processor as well. */
function compare(system: System, question: EnsembleQuestion, members: Members, results: Results, places: readonly number[]): Checked {
  if (places.length === 0) return { members: 0, largest: 0 };
  const { settings, samples, observed } = question;
  const { checkShare } = gpuEnsembleDefaults;
  const tighter = { ...settings, rtol: checkShare * settings.rtol, atol: settings.atol.map((atol) => checkShare * atol) };
  const exact = resultsLike(results, places.length);
  for (const method of ["tsit5", "rodas5p"] as const) {
    const rows = places.flatMap((place, row) =>
      (ways[results.ways[place]!] === "tsit5 on the GPU") === (method === "tsit5") ? [row] : [],
    );
    if (rows.length === 0) continue;
    const some = resultsLike(results, rows.length);
    const chosen = rows.map((row) => places[row]!);
    blockSolver(system, { ...question, settings: { ...tighter, method } })(pick(members, chosen), some, () => false);
    scatterResults(some, rows, exact);
  }
  const [m, o] = [samples.length, observed.length];
  let [largest, compared] = [0, 0];
  for (const [row, place] of places.entries()) {
    if (exact.reached[row] === m) compared++;
    else continue;
    for (let i = 0; i < o; i++) {
      let [size, difference] = [0, 0];
      for (let sample = 0; sample < m; sample++) {
        const value = exact.values[(row * m + sample) * o + i]!;
        size = Math.max(size, Math.abs(value));
        difference = Math.max(difference, Math.abs(results.values[(place * m + sample) * o + i]! - value));
      }
      if (difference > 0) largest = Math.max(largest, difference / size);
    }
  }
  return { members: compared, largest };
}

export const unsupported = (system: System, why: string): { method: string; what: string; instead: string } => ({
  method: "gpu",
  what: `ensembles of "${system.name}": ${why}`,
  instead: "Leave `compute` out or use `threads()`; or let `gpu({ fallback: true })` solve on the processor what the GPU cannot take.",
});

/** Members that the GPU gave back, on the processor. */
async function solveAside(
  system: System,
  question: EnsembleQuestion,
  members: Members,
  places: readonly number[],
  into: Results,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (places.length === 0) return;
  const solve = blockSolver(system, question);
  for (let from = 0; from < places.length; from += gpuEnsembleDefaults.aside) {
    const part = places.slice(from, from + gpuEnsembleDefaults.aside);
    const results = resultsLike(into, part.length);
    solve(pick(members, part), results, () => signal?.aborted ?? false);
    scatterResults(results, part, into);
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
}

const resultsLike = (results: Results, members: number): Results =>
  emptyResults(members, results.values.length / Math.max(results.kinds.length, 1), 0, false);

/** Some members as members of their own. */
function pick({ count, p, x, u, signals }: Members, places: readonly number[]): Members {
  const rows = (values: Float64Array): Float64Array => {
    const width = values.length / Math.max(count, 1);
    const result = new Float64Array(width * places.length);
    for (const [row, place] of places.entries()) result.set(values.subarray(place * width, (place + 1) * width), row * width);
    return result;
  };
  return {
    count: places.length,
    p: rows(p),
    x: rows(x),
    u: rows(u),
    signals: signals.length > 0 ? places.map((place) => signals[place]!) : [],
  };
}
