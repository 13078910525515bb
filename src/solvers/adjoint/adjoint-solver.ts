/** Gradients by many parameters at once: a run is recorded, and walked backwards as often as there are questions. */
import { type Differentiable, type Gradient, GreyboxError, type System } from "../../core/index.ts";
import { checkOptions, checkProblem, type Settings } from "../check.ts";
import { choose } from "../choose.ts";
import { consistency } from "../consistent.ts";
import { eventWatch } from "../events.ts";
import { march } from "../march.ts";
import { rodas5p } from "../methods/rodas5p.ts";
import { tsit5 } from "../methods/tsit5.ts";
import { type Output, outputOf } from "../output.ts";
import type { Happened, Problem, Solution, SolveOptions } from "../problem.ts";
import { begin, type DirectionArrays, iterateOf } from "../solver.ts";
import type { Iterate, Stepper } from "../stepper.ts";
import { switchingOf } from "../switching.ts";
import { explicitBack } from "./explicit-back.ts";
import { type JumpBack, jumpBack } from "./jump-back.ts";
import { rosenbrockBack } from "./rosenbrock-back.ts";
import type { StepBack } from "./step-back.ts";
import { sweepBack } from "./sweep.ts";
import { asItStood, atEnd, type Recorder, type Recording, recorder } from "./tape.ts";

export const adjointDefaults = {
  /** Memory for states of a recorded run. What does not fit is computed again. */
  bytes: 256 * 2 ** 20,
} as const;

export interface AdjointOptions extends Omit<SolveOptions, "derivativeSlack" | "form" | "dense"> {
  /** Most memory that states kept for the way back may take; with less, fewer are kept and those between computed again, bit for bit. */
  readonly checkpoints?: { readonly bytes: number } | undefined;
}

/** Weights of what a run reported: derivatives of a number that was made of it. Absent: zeros. */
export interface Weights {
  /** Of the states at the rows of the solution, shape (m, n). */
  readonly states?: Float64Array | undefined;
  /** Of the observables there, shape (m, number of observables). */
  readonly observables?: Float64Array | undefined;
  /** Of the state at the end, after any jump there. Shape (n). */
  readonly end?: Float64Array | undefined;
}

export interface WeightedGradient {
  /** By the active parameters, shape (a); also through initial values that depend on them. */
  readonly p: Float64Array;
  /** By the initial states, shape (n); 0 for algebraic ones, which are solved for. */
  readonly x0: Float64Array;
}

/** A solution that can be walked backwards, as often as there are questions. It keeps its recording. */
export interface RecordedSolution extends Solution {
  /**
   * The gradient of Σ weights · reported values: the exact derivative of the steps that were made, their lengths taken as constant. Costs a
   * few runs whatever the number of parameters. A run that ended early has the gradient of what it reported.
   *
   * @returns undefined where no finite derivative exists, as at a grazing event
   * @throws GreyboxError `solver/shape`
   */
  gradient(weights: Weights): WeightedGradient | undefined;
}

export interface AdjointSolver {
  readonly system: System;
  /** @throws GreyboxError as `Solver.solve` does; directions are not asked for here */
  solve(problem: Omit<Problem, "directions">): RecordedSolution;
}

/**
 * Makes a solver whose runs have gradients by all active parameters at once, for hundreds of them; for a few, `directions` of
 * {@link createSolver} are cheaper.
 *
 * @throws GreyboxError `solver/not-differentiable`, `solver/unsupported` where a function or method cannot be walked backwards
 *
 * @example
 * const solver = createAdjointSolver(reactor.system({ active: ["UA", "k0"] }), { rtol: 1e-8 });
 * const inputs = [100, 1, 350, 300].map((value) => signal([0, 10], [value, value]));
 * const run = solver.solve({ span: [0, 10], inputs, samples: Float64Array.of(5, 10) });
 * const gradient = run.gradient({ states: Float64Array.of(0, 1, 0, 1) }); // of T(5) + T(10)
 * gradient?.p.length; // => 2
 */
export function createAdjointSolver(system: System, options: AdjointOptions = {}): AdjointSolver {
  const settings = checkOptions(system, options);
  const bytes = options.checkpoints?.bytes ?? adjointDefaults.bytes;
  if (!(bytes > 0))
    throw new GreyboxError("solver/option", { option: "checkpoints.bytes", value: bytes, expected: "a number greater than 0" });
  const { method, reason, whenStiff } = methodFor(system, settings);

  const plain = iterateOf(system);
  let piece = 0;
  const { inputs } = plain;
  const iterate: Iterate = {
    ...plain,
    inputs: {
      ...inputs,
      enter(next) {
        piece = next;
        inputs.enter(next);
      },
    },
  };
  const consistent = consistency(iterate);
  const watch = eventWatch(iterate, consistent);
  const switching = switchingOf(iterate, consistent);
  const output = outputOf(iterate);
  const kept = new Map<number, DirectionArrays>();
  const known: Partial<Record<"tsit5" | "rodas5p", StepBack>> = {};
  const stepBack = (name: "tsit5" | "rodas5p"): StepBack =>
    (known[name] ??= name === "tsit5" ? explicitBack(tsit5, iterate) : rosenbrockBack(rodas5p, iterate));
  let jumps: JumpBack | undefined;

  return {
    system,
    solve(problem) {
      checkProblem(system, problem);
      const [from, to] = problem.span;
      begin(iterate, { ...problem, directions: undefined }, kept);
      const record = recorder(iterate.x, () => piece, bytes);
      iterate.tape = record;
      const steps: StepBack[] = [];
      const recordedStepper = (name: "tsit5" | "rodas5p"): Stepper => {
        const back = stepBack(name);
        const index = steps.push(back) - 1;
        back.stepper.resize();
        return {
          ...back.stepper,
          attempt(t, h) {
            record.attempted(index, t, h);
            return back.stepper.attempt(t, h);
          },
        };
      };
      output.start(problem.samples, false);
      const happened: Happened[] = [];
      const marched = march({
        iterate,
        settings: { ...settings, derivativeSlack: Infinity },
        consistent,
        watch,
        switching,
        output: recordedOutput(output, record, problem.samples),
        from,
        to,
        stepper: recordedStepper(method),
        whenStiff: whenStiff ? () => recordedStepper(whenStiff) : undefined,
        happened,
      });
      iterate.tape = undefined;
      const { outcome, reached, stiffFrom } = marched;
      const p = iterate.p.slice();
      const solution: Solution = {
        outcome,
        method: marched.stepper.method.name,
        reason: stiffFrom === undefined ? reason : `stiff from t = ${stiffFrom} on, found by ${method}`,
        statistics: iterate.statistics,
        ...output.finish(),
        events: happened,
        below: marched.below,
        end: { time: reached, x: iterate.x.slice() },
      };
      return {
        ...solution,
        gradient(weights) {
          jumps ??= jumpBack(iterate, consistent);
          iterate.p = p;
          inputs.layOut(problem.inputs ?? none, from, to);
          return gradientOf(iterate, problem, solution, record, steps, jumps, weights);
        },
      };
    },
  };
}

const none = [] as const;

/** Which method, and with which to go on once the system shows itself stiff. */
interface Walkable {
  readonly method: "tsit5" | "rodas5p";
  readonly reason: string;
  readonly whenStiff: "rodas5p" | undefined;
}

/** The method to use. @throws GreyboxError where what it needs cannot be transposed */
function methodFor(system: System, settings: Settings): Walkable {
  if (!system.differentiable) {
    throw new GreyboxError("solver/not-differentiable", { system: system.name, why: "its equations come without exact derivatives" });
  }
  const no = (method: string, what: string, instead: string): never => {
    throw new GreyboxError("solver/unsupported", { method, what, instead });
  };
  const { method, reason, whenStiff } = choose(system, settings.method, true);
  const rosenbrock = system.jacobian?.pullback !== undefined;
  if (method !== "tsit5" && method !== "rodas5p" && settings.method !== "auto") {
    no(method, "adjoint gradients", 'Use "tsit5" or "rodas5p", or "auto".');
  }
  const name = method === "tsit5" || method === "rodas5p" ? method : (system.mass?.includes(0) ?? rosenbrock) ? "rodas5p" : "tsit5";
  if (system.delays && system.delays.names.length > 0)
    no(name, "adjoint gradients of a system with delays", "Use forward sensitivities: `directions` of `createSolver`.");
  const functions: readonly (Differentiable | undefined)[] = [
    system.rhs,
    system.initial,
    system.events?.when,
    ...(system.events?.then ?? []),
    system.switches?.when,
    name === "rodas5p" ? system.jacobian : undefined,
  ];
  if (functions.some((one) => one !== undefined && one.pullback === undefined) || (name === "rodas5p" && !rosenbrock)) {
    no(
      name,
      `adjoint gradients of "${system.name}", whose functions come without \`pullback\``,
      "Write the equations as a model, or use forward sensitivities: `directions` of `createSolver`.",
    );
  }
  return { method: name, reason, whenStiff: whenStiff !== undefined && rosenbrock && name === "tsit5" ? "rodas5p" : undefined };
}

/** An output that notes for every row where it comes from. */
function recordedOutput(output: Output, record: Recorder, samples: Float64Array | undefined): Output {
  let next = 0;
  return {
    ...output,
    get polynomial() {
      return output.polynomial;
    },

    point(t) {
      if (!samples) record.row(asItStood);
      for (; samples && next < samples.length && samples[next]! <= t; next++) record.row(asItStood);
      output.point(t);
    },

    step(t, h, end, whole, piece) {
      record.step(whole ? 1 : (end - t) / h);
      const theta = (at: number): number => (whole && at === end ? atEnd : (at - t) / h);
      if (!samples) record.row(theta(end));
      for (; samples && next < samples.length && samples[next]! <= end; next++) record.row(theta(samples[next]!));
      output.step(t, h, end, whole, piece);
    },
  };
}

function gradientOf(
  iterate: Iterate,
  problem: Omit<Problem, "directions">,
  { times, states, inputs: inputRows, end }: Solution,
  recording: Recording,
  steps: readonly StepBack[],
  jumps: JumpBack,
  weights: Weights,
): WeightedGradient | undefined {
  const { system, inputs, p } = iterate;
  const [n, r, m, o] = [system.states.length, system.inputs.length, times.length, system.observables.length];
  const into: Gradient = { x: new Float64Array(n), u: new Float64Array(r), p: new Float64Array(system.active.length) };
  const ofRows = shaped("weights.states", weights.states, m * n, "one row of states for each time").slice();
  if (weights.observables) {
    const ofObservables = shaped("weights.observables", weights.observables, m * o, "one row of observables for each time");
    const { observe } = system;
    if (!observe.pullback) {
      const what = `gradients of observables of "${system.name}", whose functions come without \`pullback\``;
      throw new GreyboxError("solver/unsupported", { method: "adjoint", what, instead: "Give weights of states." });
    }
    for (let i = 0; i < m; i++) {
      const x = ofRows.subarray(i * n, (i + 1) * n);
      const row = ofObservables.subarray(i * o, (i + 1) * o);
      if (!row.some((weight) => weight !== 0)) continue;
      observe.pullback(times[i]!, states.subarray(i * n, (i + 1) * n), inputRows.subarray(i * r, (i + 1) * r), p, row, { ...into, x });
    }
  }
  const state = shaped("weights.end", weights.end, end.x.length, "one for each state").slice();
  if (!sweepBack(iterate, recording, steps, jumps, ofRows, state, into)) return undefined;
  const [t0] = problem.span;
  inputs.enter(0);
  const own = state.map((weight, i) => (problem.x0 && (problem.x0Given?.[i] ?? 1) !== 0 ? 0 : weight));
  if (own.some((weight) => weight !== 0)) {
    const start = iterate.x.fill(0);
    system.initial.pullback!(t0, start, inputs.u, p, own, { ...into, x: new Float64Array(n) });
  }
  return { p: into.p, x0: state };
}

function shaped(argument: string, values: Float64Array | undefined, expected: number, per: string): Float64Array {
  if (values && values.length !== expected) throw new GreyboxError("solver/shape", { argument, expected, actual: values.length, per });
  return values ?? new Float64Array(expected);
}
