/** One model for many members: parameters, initial values and inputs of each, solved side by side and on as many threads as there are. */

import type { Compute, Gpu } from "../../compute/index.ts";
import { type AnySource, GreyboxError, isGreyboxError, type ObservableOf, type System } from "../../core/index.ts";
import type { SolveOptions } from "../problem.ts";
import type { SensitivityOf } from "../simulate.ts";
import { type BlockSolver, blockSolver, type EnsembleQuestion, laneMethods, type Members, missingFromLanes } from "./block.ts";
import { type BlockShared, blockTask } from "./block-task.ts";
import { type Ensemble, ensembleOf } from "./ensemble.ts";
import { checkPrecision, gpuEnsembleDefaults, missingFromGpu, type OnGpu, solveOnGpu, unsupported } from "./gpu/solve-on-gpu.ts";
import { askEnsemble, type EnsembleOptions, type MemberValues, systemFor } from "./question.ts";
import { emptyResults, partOf, type Results } from "./results.ts";

export const ensembleDefaults = {
  /** Members in a block, at most: the piece of work that goes to a thread. Results do not depend on it. */
  block: 1024,
} as const;

interface Where {
  /** Where the work runs, such as `threads()` or `gpu()`. Default: here. */
  readonly compute?: Compute | Gpu | undefined;
  /** Members in a block. */
  readonly block?: number | undefined;
  /** On a GPU only: all steps of this length, or a little shorter to end at samples and stops, whatever their error. Default: error control. */
  readonly step?: number | undefined;
}

export interface SimulateEnsembleOptions<M extends AnySource> extends EnsembleOptions<M>, MemberValues<M>, Where {}

export interface StreamEnsembleOptions<M extends AnySource> extends EnsembleOptions<M>, Where {
  /**
   * What members are told apart by, some thousand at a time, made when it is their turn: neither what goes in nor what comes out need
   * ever be in memory as a whole.
   */
  readonly batches: Iterable<MemberValues<M>> | AsyncIterable<MemberValues<M>>;
}

/**
 * Simulates a model for many sets of parameters, initial values or inputs.
 *
 * Members are solved in WebAssembly, two or four side by side, each with its own steps; those that are stiff go on with a stiff method. A
 * model with events, conditions, algebraic states or delays, and members in trouble, go through the ordinary solver one by one, which
 * `reason` and `way` say. How members ended is in `outcome`; one that fails does not touch the others.
 *
 * @throws GreyboxError for what the caller got wrong, as `simulate`; `solver/not-portable` where the model cannot go to other threads
 *
 * @example
 * const ensemble = await simulateEnsemble(reactor, {
 *   span: [0, 10],
 *   parameters: { UA: Float64Array.of(4e4, 5e4, 6e4) },
 *   inputs: { q: 100, cF: 1, TF: 350, Tc: 300 },
 * });
 * ensemble.counts; // => { success: 3 }
 * ensemble.column("T").length; // => 3
 */
export async function simulateEnsemble<M extends AnySource>(
  source: M,
  options: SimulateEnsembleOptions<M>,
): Promise<Ensemble<ObservableOf<M>, SensitivityOf<M>>> {
  const runner = runnerOf(source, options);
  return runner.run(options, 0);
}

/**
 * The same for members that come in batches, one ensemble a batch, in their order. No more batches are asked for than there are workers to
 * take them, and none while the caller is not ready for the next result.
 *
 * @throws GreyboxError as {@link simulateEnsemble}
 *
 * @example
 * function* batches() {
 *   for (let i = 0; i < 3; i++) yield { parameters: { UA: Float64Array.of(4e4 + 1e3 * i, 5e4 + 1e3 * i) } , inputs: { q: 100, cF: 1, TF: 350, Tc: 300 } };
 * }
 * let members = 0;
 * for await (const ensemble of streamEnsemble(reactor, { span: [0, 10], batches: batches() })) members += ensemble.members;
 * members; // => 6
 */
export async function* streamEnsemble<M extends AnySource>(
  source: M,
  options: StreamEnsembleOptions<M>,
): AsyncGenerator<Ensemble<ObservableOf<M>, SensitivityOf<M>>, void, undefined> {
  const runner = runnerOf(source, options);
  const ahead = options.compute?.workers ?? 1;
  const underWay: Promise<Ensemble<ObservableOf<M>, SensitivityOf<M>>>[] = [];
  let first = 0;
  try {
    for await (const batch of options.batches) {
      const running = runner.run(batch, first, (count) => {
        first += count;
      });
      // Looked at when its turn comes; until then a failure is not one that nobody handles.
      running.catch(() => undefined);
      underWay.push(running);
      if (underWay.length >= ahead) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await Promise.allSettled(underWay);
  }
}

interface Runner<M extends AnySource> {
  run(values: MemberValues<M>, first: number, counted?: (count: number) => void): Promise<Ensemble<ObservableOf<M>, SensitivityOf<M>>>;
}

function runnerOf<M extends AnySource>(source: M, options: EnsembleOptions<M> & Where): Runner<M> {
  const { compute, sensitivities = [], block = ensembleDefaults.block, signal } = options;
  if (!(Number.isInteger(block) && block > 0)) {
    throw new GreyboxError("solver/option", { option: "block", value: block, expected: "a whole number above 0" });
  }
  if (compute?.name === "gpu") return gpuRunner(source, options, compute);
  refuseStep(options);
  const { maker } = source;
  if (compute && compute.name !== "inline" && !maker) throw new GreyboxError("solver/not-portable", { system: source.name });
  const system = systemFor(source, sensitivities);
  const missing = sensitivities.length > 0 ? "derivatives were asked for" : (missingFromLanes(system) ?? withoutLanes(options.method));
  const observed = (options.observe ?? system.states) as readonly ObservableOf<M>[];
  let latest: { readonly key: string; readonly shared: BlockShared } | undefined;

  return {
    async run(values, first, counted) {
      // Names of models are checked by their types where they are written; inside, they are text.
      const { question, members } = askEnsemble(system, options as EnsembleOptions<AnySource>, values as MemberValues<AnySource>);
      counted?.(members.count);
      const rows = question.samples.length * question.observed.length;
      const results = emptyResults(members.count, rows, sensitivities.length, compute !== undefined && maker !== undefined);
      const pieces = piecesOf(members, Math.min(block, Math.ceil(members.count / (4 * (compute?.workers ?? 1))) || 1, block));
      if (compute && maker) {
        const inputs = pieces.map(({ from, part }) => ({ members: part, into: partOf(results, from, part.count) }));
        const key = keyOf(question);
        if (latest?.key !== key) {
          const active = Array.from(system.active, (place) => system.parameters[place]!);
          latest = { key, shared: { definition: source.definition, maker, active, question } };
        }
        const { shared } = latest;
        await compute.map(blockTask, inputs, { shared, signal });
      } else await runHere(system, question, pieces, results, signal);
      return ensembleOf(system, question, { observed, sensitivities }, results, { first, why: missing });
    },
  };
}

/** On a GPU, or, where that cannot be and the caller wants it so, here. */
function gpuRunner<M extends AnySource>(source: M, given: EnsembleOptions<M> & Where, place: Gpu): Runner<M> {
  const { sensitivities = [], step, block, signal } = given;
  if (step !== undefined && !(step > 0 && step < Infinity)) {
    throw new GreyboxError("solver/option", { option: "step", value: step, expected: "a finite number greater than 0" });
  }
  const options = { ...given, rtol: given.rtol ?? gpuEnsembleDefaults.rtol };
  const system = systemFor(source, sensitivities);
  const observed = (options.observe ?? system.states) as readonly ObservableOf<M>[];
  const missing = missingFromGpu(system, options.method ?? "auto", sensitivities.length);
  const here = (why: string): Runner<M> => {
    if (!place.fallback) throw new GreyboxError("solver/unsupported", unsupported(system, why));
    if (step !== undefined)
      throw new GreyboxError("solver/unsupported", unsupported(system, `${why}, and steps of one length are for GPUs only`));
    return runnerOf(source, { ...options, compute: undefined, block: undefined });
  };
  if (missing !== undefined) return here(missing);
  return {
    async run(values, first, counted) {
      const { question, members } = askEnsemble(system, options as EnsembleOptions<AnySource>, values as MemberValues<AnySource>);
      if (question.varied.signals.length > 0) return here("members have signals of their own").run(values, first, counted);
      checkPrecision(system, question);
      counted?.(members.count);
      const results = emptyResults(members.count, question.samples.length * question.observed.length, 0, false);
      let device: OnGpu;
      try {
        device = await solveOnGpu(place, system, { question, members, into: results, step, block, signal });
      } catch (error) {
        if (!(place.fallback && isGreyboxError(error) && tooLong.has(error.code))) throw error;
        return here("its equations are too long for the GPU").run(values, first);
      }
      return ensembleOf(system, question, { observed, sensitivities }, results, { first, why: undefined, device });
    },
  };
}

const tooLong: ReadonlySet<string> = new Set(["solver/gpu-kernel-size", "compute/shader"]);

function refuseStep({ step }: Where): void {
  if (step === undefined) return;
  throw new GreyboxError("solver/unsupported", {
    method: "auto",
    what: "steps of one length on a processor",
    instead: "Leave `step` out and give `rtol`, or compute on a GPU (`compute: gpu()`).",
  });
}

/** Methods that lanes are not made of. */
const withoutLanes = (method: SolveOptions["method"]): string | undefined =>
  method === undefined || laneMethods.has(method) ? undefined : `there are no lanes of ${method}`;

/** Batches that ask the same question share what was prepared for it. */
function keyOf({ p, x0, x0Given, signals, varied }: EnsembleQuestion): string {
  const lists = [p, x0, x0Given, varied.p, varied.x, varied.u, varied.signals].map((list) => list.join());
  return [...lists, ...signals.map(({ times, values, interpolation }) => `${times.join()};${values.join()};${interpolation}`)].join("|");
}

async function runHere(
  system: System,
  question: EnsembleQuestion,
  pieces: readonly Piece[],
  results: Results,
  signal: AbortSignal | undefined,
): Promise<void> {
  const solve: BlockSolver = blockSolver(system, question);
  for (const { from, part } of pieces) {
    signal?.throwIfAborted();
    solve(part, partOf(results, from, part.count), () => signal?.aborted ?? false);
    // Whoever wants to abort, or to answer a request meanwhile, gets a turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  signal?.throwIfAborted();
}

interface Piece {
  readonly from: number;
  readonly part: Members;
}

function piecesOf({ count, p, x, u, signals }: Members, size: number): Piece[] {
  const pieces: Piece[] = [];
  const cut = (values: Float64Array, from: number, to: number): Float64Array => {
    const width = count > 0 ? values.length / count : 0;
    return values.slice(from * width, to * width);
  };
  for (let from = 0; from < count; from += size) {
    const to = Math.min(from + size, count);
    const part = { count: to - from, p: cut(p, from, to), x: cut(x, from, to), u: cut(u, from, to), signals: signals.slice(from, to) };
    pieces.push({ from, part });
  }
  return pieces;
}
