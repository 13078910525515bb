/** Gradients by many parameters at once: a run is recorded, and walked backwards as often as there are questions. */
import { GreyboxError, type System } from "../../core/index.ts";
import { checkOptions, checkProblem } from "../check.ts";
import { consistency } from "../consistent.ts";
import { eventWatch } from "../events.ts";
import { march } from "../march.ts";
import { rodas5p } from "../methods/rodas5p.ts";
import { tsit5 } from "../methods/tsit5.ts";
import { outputOf } from "../output.ts";
import type { Happened, Problem, Solution, SolveOptions } from "../problem.ts";
import { begin, type DirectionArrays, iterateOf } from "../solver.ts";
import type { Iterate, Stepper } from "../stepper.ts";
import { switchingOf } from "../switching.ts";
import { explicitBack } from "./explicit-back.ts";
import { type JumpBack, jumpBack } from "./jump-back.ts";
import { recordedOutput } from "./recorded-output.ts";
import { rosenbrockBack } from "./rosenbrock-back.ts";
import { type Course, type Direction, type SecondOrder, secondOrder, type WeightsAlong } from "./second-order.ts";
import type { StepBack } from "./step-back.ts";
import { recorder } from "./tape.ts";
import { walkable } from "./walkable.ts";
import { gradientOf, type WeightedGradient, type Weights } from "./weighted-gradient.ts";

export const adjointDefaults = {
  /** Memory for states of a recorded run. What does not fit is computed again. */
  bytes: 256 * 2 ** 20,
} as const;

export interface AdjointOptions extends Omit<SolveOptions, "derivativeSlack" | "form" | "dense"> {
  /** Most memory that states kept for the way back may take; with less, fewer are kept and those between computed again, bit for bit. */
  readonly checkpoints?: { readonly bytes: number } | undefined;
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
  /** How many conditions inside equations changed sides. */
  readonly conditions: number;
}

export interface AdjointSolver {
  readonly system: System;
  /** @throws GreyboxError as `Solver.solve` does; directions are not asked for here */
  solve(problem: Omit<Problem, "directions">): RecordedSolution;
  /**
   * The Hessian of a number made of the states, times a direction, without the Hessian: for Newton's method with many parameters.
   *
   * @param weigh  first and second derivatives of the number by the states
   * @returns undefined where no finite derivative exists
   * @throws GreyboxError as `solve` does
   *
   * @example
   * const solver = createAdjointSolver(decay.system({ active: ["k"] }), { rtol: 1e-10 });
   * const sum = ({ states }: { states: Float64Array }) => ({ states: states.map(() => 1) });
   * const problem = { span: [0, 1] as const, samples: Float64Array.of(1) };
   * const { by, product } = solver.product(problem, { p: Float64Array.of(1) }, sum)!; // d²x/dk² = x(0)·t²·exp(−kt)
   * by; // => "exact"
   * product.p.length; // => 1
   */
  product(problem: Omit<Problem, "directions">, direction: Direction, weigh: (course: Course) => WeightsAlong): SecondOrder | undefined;
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
  const { method, reason, whenStiff } = walkable(system, settings);

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

  const solver: Omit<AdjointSolver, "product"> = {
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
        conditions: record.actions.filter(({ kind }) => kind === "condition").length,
        gradient(weights) {
          jumps ??= jumpBack(iterate, consistent);
          iterate.p = p;
          inputs.layOut(problem.inputs ?? none, from, to);
          return gradientOf(iterate, problem, solution, record, steps, jumps, weights);
        },
      };
    },
  };
  return { ...solver, product: secondOrder(system, options, solver, createAdjointSolver) };
}

const none = [] as const;
