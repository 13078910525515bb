/** Steady states over a parameter or an input: all branches that are found, round their turning points, with their stability. */
import {
  type AnySource,
  type Eigenvalues,
  GreyboxError,
  type InputOf,
  type ObservableOf,
  type Outcome,
  type ParameterOf,
  type StateOf,
} from "../../core/index.ts";
import { indexOfName } from "../index-of-name.ts";
import { type Branch, branchWalker } from "./branches.ts";
import type { Varied } from "./curves.ts";
import type { WalkEnd } from "./follow.ts";
import { searchSteady } from "./search.ts";
import { solveSteady } from "./solve-steady.ts";
import type { SpecialKind } from "./special-points.ts";
import { steadyIterate } from "./steady-iterate.ts";
import { byName, observed, questionOf, type SteadySearch, searchOf } from "./steady-state.ts";

type UnknownOf<M extends AnySource> = StateOf<M> | NonNullable<M["names"]>["algebraic"];

interface Settings<M extends AnySource, V extends string> extends SteadySearch<UnknownOf<M>> {
  /** Parameter or input that changes along the branches. */
  readonly vary: V;
  /** Its values where the branches begin and end, in its unit. Either may be the larger. */
  readonly from: number;
  readonly to: number;
  /** Parameter values that differ from the model's own. */
  readonly parameters?: Readonly<Partial<Record<Exclude<ParameterOf<M>, V>, number>>> | undefined;
  /** Where the first search starts from. Default: the initial values. */
  readonly near?: Readonly<Partial<Record<UnknownOf<M>, number>>> | undefined;
  /** Time at which the equations are read, where they depend on it. Default 0. */
  readonly time?: number | undefined;
  /**
   * Values of `vary` at which steady states are searched for, to find branches. Default: `from` and `to`. A branch that closes upon itself
   * between the two (an isola) is found from a value inside.
   */
  readonly startAt?: readonly number[] | undefined;
  /** Eigenvalues at every point: stability, Hopf points, crossings. Default true; costs about 10·n³ operations a point. */
  readonly stability?: boolean | undefined;
  /** Points of one walk. Default 2000. */
  readonly maxPoints?: number | undefined;
  /** Longest step, as a share of the range and of the size of the states. Default 0.05. */
  readonly maxStep?: number | undefined;
}

/** Every input of the model is required, but for the one that is varied. */
export type ContinueOptions<M extends AnySource, V extends string> = Settings<M, V> &
  ([Exclude<InputOf<M>, V>] extends [never]
    ? { readonly inputs?: Readonly<Record<string, never>> }
    : { readonly inputs: Readonly<Record<Exclude<InputOf<M>, V>, number>> });

/** A steady state on a branch. */
export interface BranchPoint<O extends string = string> {
  /** Value of what is varied. */
  readonly at: number;
  readonly values: Readonly<Record<O, number>>;
  /** As in `steadyState`. */
  readonly stable: boolean | undefined;
  readonly eigenvalues: Eigenvalues | undefined;
}

export interface SpecialSteadyState<O extends string = string> extends BranchPoint<O> {
  /**
   * `fold`: the branch turns back. `hopf`: oscillations set in. `crossing`: branches cross. `singular`: the algebraic equations cannot be
   * solved for their unknowns.
   */
  readonly kind: SpecialKind;
  /** Time of one oscillation at a `hopf` point, in the time unit of the model. */
  readonly period: number | undefined;
}

/**
 * Why a branch ends: it left the range at `from` or at `to`; it is `closed`; a state reached its lower `limit`; the budget of points is
 * spent; or no step leads on.
 */
export type BranchEnd = "from" | "to" | "closed" | "limit" | "max-points" | "stuck";

export interface SteadyBranch<O extends string = string> {
  /** Value of what is varied at each point, in the order of the branch, shape (m): it turns back at folds. */
  readonly at: Float64Array;
  /** One for each point. */
  readonly stable: readonly (boolean | undefined)[];
  /** In the order of the branch. */
  readonly special: readonly SpecialSteadyState<O>[];
  readonly ends: readonly [BranchEnd, BranchEnd];
  /** An observable along the branch, shape (m). @throws GreyboxError `solver/unknown-name` */
  column(name: O): Float64Array;
}

export interface SteadyBranches<O extends string = string> {
  /** `success` where there is a branch; else why there is none at `from`. */
  readonly outcome: Outcome;
  readonly branches: readonly SteadyBranch<O>[];
  /** Of all branches, by the value of what is varied. */
  readonly special: readonly SpecialSteadyState<O>[];
  /** All steady states on the branches at one value, exactly, in the order of their first observable. */
  at(value: number): readonly BranchPoint<O>[];
}

/**
 * Follows the steady states of a model over a parameter or an input.
 *
 * Where a branch turns back (ignition and extinction of a reactor) the walk goes round: its steps are along the curve, not along the
 * parameter. Folds are located to round-off, Hopf points and crossings to 1e-12 of a step.
 *
 * @throws GreyboxError `solver/unknown-name`, `solver/missing-input`, `solver/non-finite`, `solver/option`; `solver/unsupported` for models
 * with a conserved total, whose steady states depend on where they start
 *
 * @example
 * const curve = continueSteady(reactor, { vary: "Tc", from: 280, to: 320, inputs: { q: 100, cF: 1, TF: 350 } });
 * curve.special.map(({ kind, at }) => `${kind} at ${at.toFixed(2)} K`); // => ["fold at 298.08 K", "fold at 303.23 K", "hopf at 306.22 K"]
 * curve.at(302).map(({ values }) => values.T.toFixed(1)); // => ["373.6", "343.5", "328.7"]
 */
export function continueSteady<M extends AnySource, const V extends ParameterOf<M> | InputOf<M>>(
  source: M,
  options: ContinueOptions<M, V>,
): SteadyBranches<ObservableOf<M>> {
  const { from, to, stability = true } = options;
  const vary: string = options.vary;
  const given = variedIn(source, vary, options);
  const question = questionOf(source, given.options, given.active);
  const { system, delayed } = question;
  const { x0, p, u, time } = question.problem;
  const varied = given.varied;
  const n = system.states.length;
  const problemAt = (value: number) => {
    const [pAt, uAt] = [p.slice(), u.slice()];
    (varied.kind === "parameter" ? pAt : uAt)[varied.index] = value;
    return { x0, p: pAt, u: uAt, time };
  };

  const iterate = steadyIterate(system, problemAt(from));
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const { maxPoints, maxStep } = options;
  const walker = branchWalker(iterate, time, varied, { low, high, maxPoints, maxStep, stability: stability && !delayed });
  const search = searchOf(system, x0, options);
  const found: Branch[] = [];
  for (const value of options.startAt ?? [from, to]) {
    if (!(value >= low && value <= high)) {
      throw new GreyboxError("solver/option", { option: "startAt", value, expected: `values between ${low} and ${high}` });
    }
    for (const x of searchSteady(system, problemAt(value), search)) {
      const z = Float64Array.from([...x, value]);
      if (!walker.regularAt(z)) {
        throw new GreyboxError("solver/unsupported", {
          method: "continuation",
          what: `"${system.name}", whose Jacobian is singular at a steady state: a total is conserved, or a state affects nothing`,
          instead: "Write one of the states as the total less the others, or give the state that affects nothing a loss.",
        });
      }
      if (found.some((branch) => walker.crossings(branch, value).some((known) => walker.same(known, z)))) continue;
      found.push(walker.branch(x, value));
    }
  }

  const pointOf = (z: Float64Array): BranchPoint<ObservableOf<M>> => {
    const { p: pAt, u: uAt } = problemAt(z[n]!);
    const values = byName(system, observed(system, time, z.subarray(0, n), uAt, pAt)) as Record<ObservableOf<M>, number>;
    const here = delayed ? undefined : walker.stabilityAt(z);
    return { at: z[n]!, values, stable: here?.stable, eigenvalues: here && { real: here.real, imaginary: here.imaginary } };
  };

  const shown = found.map((branch): SteadyBranch<ObservableOf<M>> => {
    const backwards = from > to;
    const points = backwards ? [...branch.points].reverse() : branch.points;
    const verdicts = backwards ? [...branch.stability].reverse() : branch.stability;
    const special = branch.special.map(({ kind, z, frequency }) => {
      const period = frequency > 0 ? (2 * Math.PI) / frequency : undefined;
      const point = pointOf(z);
      // At the point itself one eigenvalue is zero: neither is the case.
      return { kind, ...point, stable: undefined, period };
    });
    const endOf = (end: WalkEnd): BranchEnd =>
      end === "high" ? (high === to ? "to" : "from") : end === "low" ? (low === to ? "to" : "from") : end === "stopped" ? "stuck" : end;
    const [begin, end] = [endOf(branch.ends[0]), endOf(branch.ends[1])];
    return {
      at: Float64Array.from(points, ({ z }) => z[n]!),
      stable: verdicts.map((verdict) => verdict?.stable),
      special: backwards ? special.reverse() : special,
      ends: backwards ? [end, begin] : [begin, end],
      column(name) {
        const column = indexOfName("observable", name, system.observables, system.name);
        return Float64Array.from(points, ({ z }) => {
          const { p: pAt, u: uAt } = problemAt(z[n]!);
          return observed(system, time, z.subarray(0, n), uAt, pAt)[column]!;
        });
      },
    };
  });

  return {
    outcome: found.length > 0 ? { kind: "success" } : solveSteady(system, problemAt(from)).outcome,
    branches: shown,
    special: shown.flatMap(({ special }) => special).sort((one, other) => one.at - other.at),
    at(value) {
      if (!(value >= low && value <= high))
        throw new GreyboxError("solver/option", { option: "at", value, expected: `a value between ${low} and ${high}` });
      const crossings = found.flatMap((branch) => walker.crossings(branch, value));
      const distinct = crossings.filter((z, i) => !crossings.slice(0, i).some((known) => walker.same(known, z)));
      const first = system.observables[0] as ObservableOf<M>;
      return distinct.map(pointOf).sort((one, other) => one.values[first] - other.values[first]);
    },
  };
}

interface AnyOptions {
  readonly from: number;
  readonly to: number;
  readonly inputs?: Readonly<Record<string, number>>;
  readonly parameters?: Readonly<Record<string, number | undefined>> | undefined;
}

/** What is varied, and the options with its first value in place. @throws GreyboxError `solver/unknown-name`, `solver/option` */
function variedIn<T extends AnyOptions>(source: AnySource, vary: string, options: T): { varied: Varied; active: string[]; options: T } {
  const { parameters, inputs, name: model } = source.system();
  indexOfName("parameter or input", vary, [...parameters, ...inputs], model);
  const { from, to } = options;
  for (const [option, value] of [
    ["from", from],
    ["to", to],
  ] as const) {
    if (!Number.isFinite(value)) throw new GreyboxError("solver/option", { option, value, expected: "a finite number" });
  }
  if (from === to) throw new GreyboxError("solver/option", { option: "to", value: to, expected: "another value than `from`" });
  const input = inputs.indexOf(vary);
  const place = input >= 0 ? "inputs" : "parameters";
  if (options[place]?.[vary] !== undefined) {
    const value = options[place][vary];
    throw new GreyboxError("solver/option", { option: `${place}.${vary}`, value, expected: "nothing, because it is varied" });
  }
  const varied: Varied = input >= 0 ? { kind: "input", index: input } : { kind: "parameter", index: parameters.indexOf(vary) };
  const filled = { ...options, [place]: { ...options[place], [vary]: from } };
  const differentiable = source.system().differentiable;
  return { varied, active: input < 0 && differentiable ? [vary] : [], options: filled };
}
