/** A solver: one system, its options, and every array that a run needs. Make it once, solve thousands of times. */
import { GreyboxError, type System } from "../core/index.ts";
import { checkOptions, checkProblem, type Settings } from "./check.ts";
import { choose } from "./choose.ts";
import { consistency } from "./consistent.ts";
import { type DelayTrack, delayTrack } from "./delays/delay-track.ts";
import { passageOf, rememberedBy } from "./delays/passage.ts";
import { eventWatch } from "./events.ts";
import { explicitStepper } from "./explicit-runge-kutta.ts";
import { extrapolate } from "./extrapolation.ts";
import { inputTrack } from "./input-track.ts";
import { march } from "./march.ts";
import { bdf } from "./methods/bdf.ts";
import type { MethodName } from "./methods/method.ts";
import { rodas5p } from "./methods/rodas5p.ts";
import { tsit5 } from "./methods/tsit5.ts";
import { vern7 } from "./methods/vern7.ts";
import { multistepStepper } from "./multistep/multistep.ts";
import { outputOf } from "./output.ts";
import type { Happened, Problem, ProblemDirections, Solution, SolveOptions } from "./problem.ts";
import { rosenbrockStepper } from "./rosenbrock.ts";
import { type Iterate, noStatistics, type Stepper } from "./stepper.ts";
import type { StiffChoice } from "./stiff-method.ts";
import { relaxations, stiffStart } from "./stiff-start.ts";
import { switchingOf } from "./switching.ts";

export interface Solver {
  readonly system: System;
  /**
   * Solves one problem. Runs do not influence one another: equal problems have equal answers, whatever was solved between.
   *
   * @throws GreyboxError for what the caller got wrong: `solver/span`, `solver/shape`, `solver/samples`, `solver/input-span` …
   */
  solve(problem: Problem): Solution;
}

/**
 * Makes a solver.
 *
 * @throws GreyboxError `solver/method`, `solver/tolerance`, `solver/option`, `solver/shape`
 *
 * @example
 * const solver = createSolver(reactor.system({ active: ["UA"] }), { rtol: 1e-8 });
 * const inputs = [100, 1, 350, 300].map((value) => signal([0, 10], [value, value]));
 * const { states } = solver.solve({ span: [0, 10], inputs, samples: Float64Array.of(1, 2, 5) });
 * states.length; // => 6
 */
export function createSolver(system: System, options: SolveOptions = {}): Solver {
  const settings = checkOptions(system, options);
  const iterate = iterateOf(system, settings.dense);
  const { past } = iterate;
  const consistent = consistency(iterate);
  const watch = eventWatch(iterate, consistent);
  const switching = switchingOf(iterate, consistent);
  const output = past ? rememberedBy(past, outputOf(iterate)) : outputOf(iterate);
  const passage = past && passageOf(iterate, past, consistent);
  const { s, sNext, dp, du, onset, scale } = iterate;
  const kept = new Map([[0, { s, sNext, dp, du, onset, scale }]]);
  const steppers: Partial<Record<MethodName, Stepper>> = {};
  const stepperOf = (method: MethodName): Stepper => {
    steppers[method] ??= makeStepper(method, iterate, settings);
    return steppers[method];
  };

  return {
    system,
    solve(problem) {
      checkProblem(system, problem);
      const [from, to] = problem.span;
      const choice = choose(system, settings.method, (problem.directions?.count ?? 0) > 0, pointsOf(problem));
      begin(iterate, problem, kept);
      let stiff: StiffChoice | undefined;
      // Looked at here and not by `choose`, because it depends on where the run starts.
      const relaxed = choice.whenStiff ? relaxations(iterate, from, to) : 0;
      if (relaxed > stiffStart) stiff = choice.whenStiff!();
      const stepper = stepperOf(stiff?.method ?? (choice.method === "odex" ? "tsit5" : choice.method));
      stepper.resize();
      output.start(problem.samples, settings.dense);
      const happened: Happened[] = [];
      const whenStiff = (): Stepper => {
        stiff = choice.whenStiff!();
        return stepperOf(stiff.method);
      };
      const run = {
        iterate,
        settings: past ? { ...settings, maxStep: Math.min(settings.maxStep, past.longestStep()) } : settings,
        consistent,
        watch,
        switching,
        output,
        passage,
        from,
        to,
        stepper,
        happened,
      };
      const marched =
        choice.method === "odex" ? extrapolate(run) : march({ ...run, whenStiff: stiff ? undefined : choice.whenStiff && whenStiff });
      const { outcome, reached, stiffFrom, slides } = marched;
      const because = stiff?.why ? `; ${stiff.method}, because ${stiff.why}` : "";
      const early = `stiff from the start: a state relaxes some ${Number(relaxed.toPrecision(1))} times within the span${because}`;
      const late = `stiff from t = ${stiffFrom} on, found by ${choice.method}${because}`;
      const reason = relaxed > stiffStart ? early : stiffFrom === undefined ? choice.reason : late;
      return {
        outcome,
        method: choice.method === "odex" ? "odex" : marched.stepper.method.name,
        reason: slides ? `${reason}; slides along "${slides.condition}" from t = ${slides.from} on, kept there by short steps` : reason,
        statistics: iterate.statistics,
        ...output.finish(),
        events: happened,
        below: marched.below,
        end: { time: reached, x: iterate.x.slice(), tangents: iterate.count > 0 ? iterate.s.slice() : undefined },
        dense: output.dense()?.finish(from, reached, iterate.inputs.reader(), iterate.x, iterate.s),
      };
    },
  };
}

/** Points of the input that has the most. */
function pointsOf({ inputs = none }: Problem): number {
  let most = 0;
  for (const { times } of inputs) most = Math.max(most, times.length);
  return most;
}

function makeStepper(method: MethodName, iterate: Iterate, settings: Settings): Stepper {
  switch (method) {
    case "rodas5p":
      return rosenbrockStepper(rodas5p, iterate, settings);
    case "bdf":
      return multistepStepper(bdf, iterate, settings);
    case "vern7":
      return explicitStepper(vern7, iterate, settings.form);
    case "tsit5":
    case "odex":
      return explicitStepper(tsit5, iterate, settings.form, settings);
    default:
      return method satisfies never;
  }
}

/** Solves one problem. See {@link createSolver} for many with the same system. */
export function solve(system: System, problem: Problem, options: SolveOptions = {}): Solution {
  return createSolver(system, { ...options, form: options.form ?? "written" }).solve(problem);
}

export function iterateOf(system: System, keepPast = false): Iterate {
  const n = system.states.length;
  if (system.mass && system.mass.length !== n) {
    throw new GreyboxError("solver/shape", { argument: "mass", expected: n, actual: system.mass.length, per: "one for each state" });
  }
  const past: DelayTrack | undefined = system.delays && delayTrack(system, () => iterate, keepPast);
  const iterate: Iterate = {
    system,
    inputs: past ?? inputTrack(system),
    past,
    p: system.p,
    x: new Float64Array(n),
    xNext: new Float64Array(n),
    error: new Float64Array(n),
    count: 0,
    dp: new Float64Array(0),
    du: new Float64Array(0),
    onset: new Float64Array(0),
    scale: new Float64Array(0),
    s: new Float64Array(0),
    sNext: new Float64Array(0),
    statistics: noStatistics(),
  };
  return iterate;
}

const none = [] as const;

export type DirectionArrays = Pick<Iterate, "s" | "sNext" | "dp" | "du" | "onset" | "scale">;

/** Gives the iterate its arrays for a number of directions: kept, because a search goes to and fro between runs with and without. */
function useDirections(iterate: Iterate, count: number, kept: Map<number, DirectionArrays>): void {
  if (count === iterate.count) return;
  const [n, a] = [iterate.x.length, iterate.system.active.length];
  let arrays = kept.get(count);
  if (!arrays) {
    arrays = {
      s: new Float64Array(count * n),
      sNext: new Float64Array(count * n),
      dp: new Float64Array(count * a),
      du: new Float64Array(count * iterate.inputs.u.length),
      onset: new Float64Array(count),
      scale: new Float64Array(count),
    };
    kept.set(count, arrays);
  }
  iterate.count = count;
  Object.assign(iterate, arrays);
}

/** Sets the iterate to the start of a problem: inputs, parameters, initial values and their derivatives. */
export function begin(iterate: Iterate, problem: Problem, kept: Map<number, DirectionArrays>): void {
  const { system, inputs, x } = iterate;
  const { directions, x0, x0Given } = problem;
  const n = x.length;
  const count = directions?.count ?? 0;
  iterate.statistics = noStatistics();
  iterate.p = problem.p ?? system.p;
  useDirections(iterate, count, kept);
  if (directions) iterate.dp.set(directions.dp);
  inputs.layOut(problem.inputs ?? none, problem.span[0], problem.span[1]);
  inputs.enter(0);
  const t0 = problem.span[0];
  const given = (i: number): boolean => x0 !== undefined && (x0Given === undefined || x0Given[i] !== 0);
  x.fill(0);
  const start = iterate.xNext;
  system.initial.evaluate(t0, x, inputs.u, iterate.p, start);
  for (let i = 0; i < n; i++) x[i] = given(i) ? x0![i]! : start[i]!;
  if (directions && count > 0) beginDerivatives(iterate, directions, t0, given);
  iterate.past?.remember(problem.history);
}

function beginDerivatives(iterate: Iterate, directions: ProblemDirections, t0: number, given: (state: number) => boolean): void {
  const { system, inputs, x, count } = iterate;
  const n = x.length;
  scaleDirections(iterate, directions.dx0);
  iterate.sNext.fill(0);
  const dt = new Float64Array(count);
  inputs.at(t0);
  system.initial.tangent(t0, x, inputs.u, iterate.p, { count, dt, du: iterate.du, dx: iterate.sNext, dp: iterate.dp }, iterate.s);
  for (let j = 0; j < count * n; j++) {
    if (given(j % n)) iterate.s[j] = 0;
    if (directions.dx0) iterate.s[j]! += directions.dx0[j]!;
  }
}

/** See {@link Iterate.scale}: the largest relative change in each direction. */
function scaleDirections({ system, p, count, dp, scale, x }: Iterate, dx0: Float64Array | undefined): void {
  const [a, n] = [system.active.length, x.length];
  for (let k = 0; k < count; k++) {
    let most = 0;
    for (let j = 0; j < a; j++) {
      const size = Math.abs(p[system.active[j]!]!);
      most = Math.max(most, Math.abs(dp[k * a + j]!) / (size > 0 ? size : 1));
    }
    for (let i = 0; dx0 && i < n; i++) most = Math.max(most, Math.abs(dx0[k * n + i]!) / system.nominal[i]!);
    scale[k] = most;
  }
}
