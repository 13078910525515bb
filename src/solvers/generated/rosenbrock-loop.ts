/**
 * One attempt of a Rosenbrock method for larger systems: one loop over stages, with the right-hand side and the substitution written once in
 * it, and vectors in memory. Shorter lines of weights are filled up with zeros, which changes no bit.
 */
import type { Statement, System, Value } from "../../core/index.ts";
import { eliminate } from "../linear/elimination.ts";
import { straightLineDefaults } from "../linear/straight-line.ts";
import type { RosenbrockMethod } from "../methods/method.ts";
import type { AttemptWriter, RunShape } from "./attempt.ts";
import { factored, solved } from "./eliminated.ts";
import { modelFunctions } from "./model-functions.ts";
import { rosenbrockPolynomial } from "./rosenbrock-attempt.ts";
import { atMost, load, number, over, plus, store, sum, times } from "./values.ts";

export const loopDefaults = {
  /** Operations in one function, and multiplications in one factorisation, above which steps taken one by one are quicker; see note 0034. */
  operations: 6000,
  eliminations: 1500,
} as const;

/** Undefined where the system carries no kernels, such that are not straight-line code, or too long ones; and where derivatives are asked for. */
export function rosenbrockLoop(method: RosenbrockMethod, system: System, shape: RunShape): AttemptWriter | undefined {
  const { kernels, jacobian, mass } = system;
  const { n, r, q, moving } = shape;
  if (!kernels || !jacobian || q > 0) return undefined;
  const elimination = eliminate(n, jacobian.sparsity, mass, loopDefaults.eliminations);
  if (!elimination) return undefined;
  const drifting = moving || system.autonomous !== true;
  const { operations } = loopDefaults;
  const functions = modelFunctions(kernels, {
    n,
    nonZeros: jacobian.sparsity.rows.length,
    moving,
    operations,
    tangentOperations: operations,
    functions: ["rhs", "jacobian", ...(drifting ? (["driven"] as const) : [])],
  });
  if (!functions) return undefined;
  const stages = method.c.length;
  const most = stages - 1;
  const algebraic = mass?.includes(0) ?? false;

  // Stages from `cumulativeFrom` on go on from the state of the stage before.
  const a = table(stages, most, (i, j) => (i < method.cumulativeFrom ? method.a[i]![j] : j === i - 1 ? 1 : 0));
  const tables: Record<string, Float64Array> = {
    a,
    c: Float64Array.from(method.c),
    history: table(stages, most, (i, j) => method.C[i]![j]),
    drifts: Float64Array.from(method.d),
    anew: Float64Array.from(method.c, (_, i) => (i < method.cumulativeFrom ? 1 : 0)),
    onward: Float64Array.from(method.c, (_, i) => (i < method.cumulativeFrom ? 0 : 1)),
    ...(algebraic ? { mass: Float64Array.from(mass!) } : {}),
  };
  const element = { element: 1 };
  const elements = (body: readonly Statement[]): Statement => ({ do: "loop", loop: "element", count: n, body });
  const row = (j: number): Value => load("rates", j * n, element);
  const places = Array.from({ length: most }, (_, j) => j);

  return {
    order: method.order,
    stages,
    regions: { state: n, slopes: n, drift: drifting ? n : 0, factors: elimination.places, rates: stages * n },
    tables,
    polynomialOf: (into, h, start, end, values) => rosenbrockPolynomial(method, into, h, start, end, values),

    attempt(into, start) {
      const { t, h, x } = start;
      const reciprocal = into.name(over(number(1), h));
      const begin = { time: t, state: x };
      const { growth, factors } = factored(
        into,
        elimination,
        functions.jacobian(into, begin),
        into.name(over(reciprocal, number(method.gamma))),
      );
      for (const [place, value] of factors) into.statements.push(store("factors", place, value));
      if (drifting) {
        const du = Array.from({ length: r }, (_, i) => load("slope", i));
        const rates = functions.driven(into, begin).along(into, { dt: [number(1)], du });
        into.statements.push(...rates.map((value, j) => store("drift", j, value)));
      }

      const stage = into.inside();
      const { name } = stage;
      const ofStage = (from: string, j = 0, by = 1): Value => name(load(from, j, { stage: by }));
      const weights = places.map((j) => ofStage("a", j, most));
      const [anew, onward] = [ofStage("anew"), ofStage("onward")];
      const from = plus(times(anew, load("x", 0, element)), times(onward, load("state", 0, element)));
      stage.statements.push(elements([store("state", 0, plus(from, sum(weights.map((weight, j) => times(weight, row(j))))), element)]));

      const time = name(plus(t, times(ofStage("c"), h)));
      const state = x.map((_, j) => name(load("state", j)));
      const rates = functions.rhs(stage, { time, state });
      stage.statements.push(...rates.map((value, j) => store("slopes", j, value)));

      const lines = places.map((j) => ofStage("history", j, most));
      const history = algebraic
        ? times(load("mass", 0, element), times(reciprocal, lines.map((weight, j) => times(weight, row(j))).reduce(plus)))
        : sum(lines.map((weight) => name(times(reciprocal, weight))).map((weight, j) => times(weight, row(j))));
      const complete = plus(load("slopes", 0, element), history);
      const weight = drifting ? name(times(h, ofStage("drifts"))) : undefined;
      const right = weight ? plus(complete, times(weight, load("drift", 0, element))) : complete;
      stage.statements.push(elements([store("slopes", 0, right, element)]));

      const inMemory = { growth, factors: { get: (place: number) => load("factors", place) } };
      const b = x.map((_, j) => name(load("slopes", j), `b${j}`));
      // Loaded under other names than before the loop over elements.
      const solution = solved(stage, elimination, inMemory, b);
      stage.statements.push(...solution.map((value, j) => store("rates", j, value, { stage: n })));
      into.statements.push({ do: "loop", loop: "stage", count: stages, body: stage.statements });

      const last = x.map((_, j) => into.name(load("rates", most * n + j)));
      return {
        xNext: last.map((value, j) => into.name(plus(load("state", j), value))),
        error: last,
        trusted: atMost(growth, number(straightLineDefaults.growth)),
        polynomialStatements: (part) => {
          const values = method.c.map((_, i) => part.name(load("rates", i * n, element)));
          const [from, to] = [part.name(load("before", 0, element)), part.name(load("x", 0, element))];
          const coefficients = rosenbrockPolynomial(method, part, h, from, to, values);
          return elements([...part.statements, ...coefficients.map((value, power) => store("polynomial", power * n, value, element))]);
        },
      };
    },
  };
}

/** Lines of equal length, with zeros where there is nothing. */
const table = (rows: number, columns: number, entry: (i: number, j: number) => number | undefined): Float64Array =>
  Float64Array.from({ length: rows * columns }, (_, at) => entry(Math.floor(at / columns), at % columns) ?? 0);
