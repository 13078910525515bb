/**
 * One attempt of an explicit Runge–Kutta method whose last stage is the first of the next step, with the right-hand side of a model in every
 * stage. Operations have the order of `explicit-runge-kutta.ts`.
 */
import type { System, Value } from "../../core/index.ts";
import type { ExplicitMethod } from "../methods/method.ts";
import { denseDegree } from "../stepper.ts";
import type { AttemptTangents, AttemptWriter, RunShape, Start } from "./attempt.ts";
import { generatedDefaults } from "./explicit-kernels.ts";
import { modelFunctions } from "./model-functions.ts";
import type { Part } from "./program.ts";
import { below, choose, load, minus, number, over, plus, store, sum, times, weighted } from "./values.ts";

/** Undefined where the system carries no kernels, such that are not straight-line code, or long ones; and for methods of many stages. */
export function explicitAttempt(method: ExplicitMethod, system: System, shape: RunShape): AttemptWriter | undefined {
  const { n, q, moving } = shape;
  const stages = method.b.length;
  if (!system.kernels || stages > 7 || method.dense[0]!.length !== denseDegree) return undefined;
  const functions = modelFunctions(system.kernels, {
    n,
    nonZeros: 0,
    moving,
    ...generatedDefaults,
    functions: ["rhs", ...(q > 0 ? (["tangent"] as const) : [])],
  });
  if (!functions) return undefined;
  const last = stages - 1;
  const timeOf = (i: number, { t, h }: Start): Value => (i === 0 ? t : plus(t, times(number(method.c[i]!), h)));
  const line = (into: Part, weights: readonly number[], h: Value): Value[] => weights.map((weight) => into.name(times(h, number(weight))));

  const polynomialOf: AttemptWriter["polynomialOf"] = (into, h, start, _end, values) => {
    const coefficients = Array.from({ length: denseDegree }, (_, power) => {
      const terms = values.flatMap((value, i) => {
        const weight = method.dense[i]![power]!;
        return weight === 0 ? [] : [weight === 1 ? value : times(number(weight), value)];
      });
      return into.name(times(h, terms.reduce(plus)));
    });
    return [start, ...coefficients];
  };

  return {
    order: method.order,
    stability: method.stability,
    stages,
    keepsLast: true,
    polynomialOf,

    attempt(into, start) {
      const { h, x } = start;
      const states: Value[][] = [[...x]];
      const rates: Value[][] = [Array.from({ length: n }, (_, j) => into.name(load("first", j), `f${j}`))];
      for (let i = 1; i < stages; i++) {
        const weights = line(into, method.a[i]!, h);
        states.push(x.map((base, j) => into.name(plus(base, weighted(weights, rates, j)), `x${j}`)));
        rates.push(functions.rhs(into, { time: timeOf(i, start), state: states[i]! }));
      }
      const errors = line(into, method.bError, h);
      const tangents: AttemptTangents | undefined = q > 0 ? tangentsOf(start, states) : undefined;
      return {
        xNext: states[last]!,
        error: x.map((_, j) => into.name(weighted(errors, rates, j))),
        ...(tangents ? { tangents } : {}),
        polynomial(part) {
          const columns = x.map((value, j) =>
            polynomialOf(
              part,
              h,
              value,
              value,
              rates.map((row) => row[j]!),
            ),
          );
          return Array.from({ length: denseDegree + 1 }, (_, power) => columns.map((column) => column[power]!));
        },
        stiffness(part) {
          const square = (one: Value, other: Value, j: number): Value => {
            const share = part.name(over(minus(one, other), load("nominal", j)));
            return times(share, share);
          };
          const rise = part.name(rates[last]!.map((rate, j) => square(rate, rates[last - 1]![j]!, j)).reduce(plus));
          const run = part.name(states[last]!.map((state, j) => square(state, states[last - 1]![j]!, j)).reduce(plus));
          return choose(below(number(0), run), times(h, { op: "sqrt", of: over(rise, run) }), number(0));
        },
        accept: () => rates[last]!.map((rate, j) => store("first", j, rate)),
      };
    },
  };

  function tangentsOf(start: Start, states: readonly (readonly Value[])[]): AttemptTangents {
    let made: {
      readonly partials: readonly ReturnType<NonNullable<typeof functions>["tangent"]>[];
      readonly weights: Value[][];
      readonly errors: Value[];
    };
    return {
      prepare(into) {
        made = {
          partials: states.slice(1).map((state, i) => functions!.tangent(into, { time: timeOf(i + 1, start), state })),
          weights: method.a.map((weights) => line(into, weights, start.h)),
          errors: line(into, method.bError, start.h),
        };
      },
      along(inner, s, dp) {
        const K: Value[][] = [Array.from({ length: n }, (_, j) => inner.name(load("firstTangents", j, { k: n }), `k${j}`))];
        let dx: Value[] = [...s];
        for (let i = 1; i < stages; i++) {
          dx = s.map((base, j) => inner.name(plus(base, weighted(made.weights[i]!, K, j)), `dx${j}`));
          K.push(made.partials[i - 1]!.along(inner, { dx, dp }));
        }
        return { sNext: dx, error: s.map((_, j) => inner.name(sum(made.errors.map((weight, i) => times(weight, K[i]![j]!))))), stages: K };
      },
    };
  }
}
