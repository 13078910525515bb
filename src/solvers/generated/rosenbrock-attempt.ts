/**
 * One attempt of a Rosenbrock method, with the right-hand side of a model in every stage and the elimination of its matrix written out.
 *
 * Operations have the order of `rosenbrock.ts` and `linear/straight-line.ts`, so the results have the same bits wherever the functions in the
 * right-hand side do.
 */
import type { System, Value } from "../../core/index.ts";
import { eliminate } from "../linear/elimination.ts";
import { straightLineDefaults } from "../linear/straight-line.ts";
import type { RosenbrockMethod } from "../methods/method.ts";
import { timeIncrement } from "../rosenbrock-work.ts";
import type { Attempt, AttemptTangents, AttemptWriter, RunShape, Start } from "./attempt.ts";
import { changed, type Eliminated, factored, solved } from "./eliminated.ts";
import { modelFunctions, type Point } from "./model-functions.ts";
import type { Part } from "./program.ts";
import { atMost, below, choose, load, minus, number, over, plus, times, weighted } from "./values.ts";

export const rosenbrockDefaults = {
  /** Operations in one right-hand side or Jacobian, and in one tangent of them, above which the step is not written out. */
  operations: 800,
  tangentOperations: 3000,
} as const;

/** Undefined where the system carries no kernels, such that are not straight-line code, or too long ones. */
export function rosenbrockAttempt(method: RosenbrockMethod, system: System, shape: RunShape): AttemptWriter | undefined {
  const { kernels, jacobian, mass } = system;
  if (!kernels || !jacobian) return undefined;
  const { n, q, moving } = shape;
  const { sparsity } = jacobian;
  const elimination = eliminate(n, sparsity, mass, straightLineDefaults.operations);
  if (!elimination) return undefined;
  const drifting = moving || system.autonomous !== true;
  const functions = modelFunctions(kernels, {
    n,
    nonZeros: sparsity.rows.length,
    moving,
    ...rosenbrockDefaults,
    functions: ["rhs", "jacobian", ...(drifting ? (["driven"] as const) : []), ...(q > 0 ? (["tangent", "jacobianTangent"] as const) : [])],
  });
  if (!functions) return undefined;
  const stages = method.c.length;
  const algebraic = mass?.includes(0) ?? false;
  const a = method.a.map((line) => line.map(number));

  const timeOf = (i: number, { t, h }: Start): Value => (i === 0 ? t : plus(t, times(number(method.c[i]!), h)));

  /** base + M·Σⱼ (Cᵢⱼ/h)·rowⱼ. */
  const withHistory = (into: Part, i: number, base: readonly Value[], reciprocal: Value, rows: readonly (readonly Value[])[]): Value[] => {
    const line = method.C[i]!;
    if (line.length === 0) return [...base];
    if (!algebraic) {
      const weights = line.map((weight) => into.name(times(reciprocal, number(weight))));
      return base.map((value, j) => into.name(plus(value, weighted(weights, rows, j))));
    }
    return base.map((value, j) => {
      if (mass![j] === 0) return value;
      const terms = line.map((weight, m) => times(number(weight), rows[m]![j]!)).reduce(plus);
      return into.name(plus(value, times(reciprocal, terms)));
    });
  };

  const stateOf = (into: Part, i: number, x: readonly Value[], states: readonly Value[][], rows: readonly (readonly Value[])[]): Value[] =>
    i < method.cumulativeFrom
      ? x.map((base, j) => into.name(plus(base, weighted(a[i]!, rows, j))))
      : states[i - 1]!.map((before, j) => into.name(plus(before, rows[i - 1]![j]!)));

  const polynomialOf: AttemptWriter["polynomialOf"] = (into, h, start, end, values) =>
    rosenbrockPolynomial(method, into, h, start, end, values);

  return {
    order: method.order,
    stages,
    polynomialOf,

    attempt(into, start) {
      const { t, h, x } = start;
      const reciprocal = into.name(over(number(1), h));
      const begin: Point = { time: t, state: x };
      const f = functions.rhs(into, begin);
      const factors = factored(into, elimination, functions.jacobian(into, begin), into.name(over(reciprocal, number(method.gamma))));
      const along = { dt: [number(1)], du: inputRates(shape) };
      const drift = drifting ? functions.driven(into, begin).along(into, along) : undefined;
      const withDrift = (part: Part, i: number, base: readonly Value[], rates: readonly Value[] | undefined): readonly Value[] => {
        if (!rates || method.d[i] === 0) return base;
        const weight = part.name(times(h, number(method.d[i]!)));
        return base.map((value, j) => part.name(plus(value, times(weight, rates[j]!))));
      };

      const states: Value[][] = [[...x]];
      const rows: Value[][] = [];
      for (let i = 0; i < stages; i++) {
        if (i > 0) states.push(stateOf(into, i, x, states, rows));
        const rate = i === 0 ? f : functions.rhs(into, { time: timeOf(i, start), state: states[i]! });
        const history = i === 0 ? rate : withHistory(into, i, rate, reciprocal, rows);
        rows.push(solved(into, elimination, factors, withDrift(into, i, history, drift)));
      }
      const last = rows[stages - 1]!;
      const xNext = states[stages - 1]!.map((value, j) => into.name(plus(value, last[j]!)));

      const result: Attempt = {
        xNext,
        error: last,
        trusted: atMost(factors.growth, number(straightLineDefaults.growth)),
        polynomial: (part) =>
          transposed(
            x.map((value, j) =>
              polynomialOf(
                part,
                h,
                value,
                xNext[j]!,
                rows.map((row) => row[j]!),
              ),
            ),
          ),
      };
      return q === 0 ? result : { ...result, tangents: tangentsOf(start, factors, { states, rows, reciprocal, withDrift }) };
    },
  };

  interface Made {
    readonly states: readonly Value[][];
    readonly rows: readonly Value[][];
    readonly reciprocal: Value;
    readonly withDrift: (part: Part, i: number, base: readonly Value[], rates: readonly Value[] | undefined) => readonly Value[];
  }

  function tangentsOf(start: Start, factors: Eliminated, { states, rows, reciprocal, withDrift }: Made): AttemptTangents {
    const { t, h } = start;
    let prepared: ReturnType<typeof prepare> | undefined;
    const prepare = (into: Part) => {
      const near = into.name(minus(plus(t, times(number(timeIncrement), h)), t));
      const at = (elapsed: Value) => functions!.tangent(into, { time: into.name(plus(t, elapsed)), state: start.x });
      return {
        jacobian: functions!.jacobianTangent(into, { time: t, state: start.x }),
        stages: states.map((state, i) => functions!.tangent(into, { time: timeOf(i, start), state })),
        ...(drifting
          ? {
              near: at(near),
              far: at(times(number(2), near)),
              scale: into.name(choose(below(number(0), near), over(number(1), times(number(2), near)), number(0))),
            }
          : {}),
      };
    };
    return {
      prepare(into: Part): void {
        prepared = prepare(into);
      },
      along(inner: Part, s: readonly Value[], dp: readonly Value[]) {
        const { jacobian, stages: partials, near, far, scale } = prepared!;
        const begin = { dx: s, dp };
        const dJ = jacobian.along(inner, begin);
        const here = partials[0]!.along(inner, begin);
        let drift: Value[] | undefined;
        if (near && far && scale) {
          const [one, two] = [near.along(inner, begin), far.along(inner, begin)];
          drift = here.map((value, j) =>
            inner.name(times(scale, minus(minus(times(number(4), one[j]!), times(number(3), value)), two[j]!))),
          );
        }
        const dxs: Value[][] = [[...s]];
        const K: Value[][] = [];
        for (let i = 0; i < stages; i++) {
          if (i > 0) dxs.push(stateOf(inner, i, s, dxs, K));
          const rate = i === 0 ? here : partials[i]!.along(inner, { dx: dxs[i]!, dp });
          const history = i === 0 ? rate : withHistory(inner, i, rate, reciprocal, K);
          const right = changed(inner, sparsity, withDrift(inner, i, history, drift), dJ, rows[i]!);
          K.push(solved(inner, elimination!, factors, right));
        }
        const last = K[stages - 1]!;
        return { sNext: dxs[stages - 1]!.map((value, j) => inner.name(plus(value, last[j]!))), error: last, stages: K };
      },
    };
  }
}

const inputRates = ({ r }: RunShape): Value[] => Array.from({ length: r }, (_, i) => load("slope", i));

/** Rows for columns. */
const transposed = (columns: readonly (readonly Value[])[]): Value[][] =>
  (columns[0] ?? []).map((_, power) => columns.map((column) => column[power]!));

/** See {@link AttemptWriter.polynomialOf}. */
export function rosenbrockPolynomial(
  { dense }: RosenbrockMethod,
  into: Part,
  _h: Value,
  start: Value,
  end: Value,
  values: readonly Value[],
): readonly Value[] {
  const [first, second, third] = dense.map((line) => into.name(values.map((value, i) => times(number(line[i]!), value)).reduce(plus))) as [
    Value,
    Value,
    Value,
  ];
  return [start, plus(minus(end, start), first), minus(second, first), minus(third, second), { op: "neg", of: third }];
}
