/**
 * Index reduction by dummy derivatives: a constraint between states stays, its derivatives with respect to time determine the implicit
 * quantity, and as many states as there are constraints become algebraic. Nothing drifts, because every constraint is kept.
 *
 * @see S. E. Mattsson & G. Söderlind, "Index reduction in differential-algebraic equations using dummy derivatives", SIAM J. Sci. Comput.
 *   14 (1993) 677–692, doi:10.1137/0914043.
 */
import { GreyboxError, type ModelDefinition } from "../../core/index.ts";
import { evaluateExpression } from "../graph/evaluate.ts";
import type { ParsedEquations } from "../language/equations.ts";
import type { Expression } from "../language/expression.ts";
import { printExpression } from "../language/print.ts";
import { alongTime, differentiated } from "../structure/differentiate.ts";
import { highIndex } from "../structure/high-index.ts";
import { examine } from "./examine.ts";

/** An equation that is kept, and how often it was differentiated to get it. */
interface Kept {
  readonly expression: Expression;
  readonly level: number;
}

/**
 * A definition of index 1 with the same solutions, from one of higher index. One of index 0 or 1 comes back as it is.
 *
 * Which states become algebraic is chosen at the initial values, where their constraints can best be solved for them; a run that leaves the
 * region where they can ends with the outcome `inconsistent` or `step-too-small`, never with a wrong number.
 *
 * @throws GreyboxError `model/invalid` for mistakes other than the index; `model/index-reduction` where a constraint cannot be differentiated
 *
 * @example
 * const pendulum = reduceIndex({
 *   name: "pendulum", time: "1",
 *   states: { x: { unit: "1", initial: 0.6 }, y: { unit: "1", initial: -0.8 }, u: { unit: "1", initial: 0 }, v: { unit: "1", initial: 0 } },
 *   algebraic: { force: { unit: "1", guess: 1, zero: "x^2 + y^2 - 1" } },
 *   derivatives: { x: "u", y: "v", u: "-force*x", v: "-force*y - 9.81" },
 * });
 * Object.keys(pendulum.states); // => ["x", "u"]
 */
export function reduceIndex(raw: unknown): ModelDefinition {
  const { definition, equations, problems } = examine(raw);
  const others = problems.filter(({ code }) => code !== "model/index");
  if (others.length > 0) throw new GreyboxError("model/invalid", { model: definition.name, problems: others });
  const high = highIndex(equations);
  if (high === undefined || high.constraints.length === 0) return definition;

  const kept: Kept[] = [];
  const determining = new Map<string, Expression>();
  for (const { equation, times } of high.constraints) {
    let expression = equations.implicit.get(equation)!;
    for (let level = 0; level < times; level++) {
      kept.push({ expression, level });
      const next = alongTime(expression, equations.derivatives, equations.algebraic, (name) => Object.hasOwn(definition.parameters, name));
      if ("obstacle" in next) refuse(definition, equation, next.obstacle);
      expression = next.derivative;
    }
    determining.set(equation, expression);
  }
  const chosen = statesToSolveFor(definition, equations, kept);
  for (const [event, { then }] of Object.entries(definition.events)) {
    const target = Object.keys(then ?? {}).find((state) => chosen.has(state));
    if (target !== undefined) refuse(definition, high.constraints[0]!.equation, `${target}, which the event "${event}" sets`);
  }
  const staying = <T>(table: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(table).filter(([name]) => !chosen.has(name)));
  const values = startValues(definition, equations);
  return {
    ...definition,
    states: staying(definition.states),
    derivatives: staying(definition.derivatives),
    algebraic: {
      ...Object.fromEntries(
        Object.entries(definition.algebraic).map(([name, entry]) => {
          const zero = determining.get(name);
          return [name, zero !== undefined && "zero" in entry ? { ...entry, zero: printExpression(zero) } : entry];
        }),
      ),
      ...Object.fromEntries(
        [...chosen].map(([name, zero]) => {
          const { unit, description } = definition.states[name]!;
          const text = description === undefined ? {} : { description };
          return [name, { unit, guess: values(name), zero: printExpression(zero), ...text }];
        }),
      ),
    },
  };
}

function refuse(definition: ModelDefinition, constraint: string, obstacle: string): never {
  throw new GreyboxError("model/index-reduction", { model: definition.name, constraint, obstacle });
}

/** Values at the start, as far as the definition tells them; 1 for inputs, which it does not. */
function startValues(definition: ModelDefinition, { algebraic, initial }: ParsedEquations): (name: string) => number {
  const known = new Map<string, number>([["t", 0]]);
  const value = (name: string): number => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const formula = initial.get(name) ?? algebraic.get(name);
    const entry = Object.hasOwn(definition.algebraic, name) ? definition.algebraic[name] : undefined;
    const made = formula
      ? evaluateExpression(formula, value)
      : Object.hasOwn(definition.parameters, name)
        ? definition.parameters[name]!.value
        : entry && "guess" in entry
          ? entry.guess
          : 1;
    known.set(name, made);
    return made;
  };
  return value;
}

/**
 * One state for each constraint, so that the constraints can be solved for them at the start: elimination with the largest pivots,
 * derivatives before what they are derivatives of, so that speeds are taken for constraints on speeds.
 */
function statesToSolveFor(definition: ModelDefinition, equations: ParsedEquations, kept: readonly Kept[]): ReadonlyMap<string, Expression> {
  const states = [...equations.derivatives.keys()];
  const value = startValues(definition, equations);
  const size = (name: string): number => definition.states[name]!.nominal ?? (Math.abs(value(name)) || 1);
  const rows = kept.map(({ expression, level }) => ({
    expression,
    level,
    slopes: states.map((state) => {
      const unit = (name: string): Expression => ({ op: "number", value: name === state ? 1 : 0 });
      const through = (name: string): Expression => {
        const formula = equations.algebraic.get(name);
        const inner = formula && differentiated(formula, through);
        return inner && "derivative" in inner ? inner.derivative : unit(name);
      };
      const slope = differentiated(expression, through);
      return "derivative" in slope ? evaluateExpression(slope.derivative, value) * size(state) : 0;
    }),
  }));
  rows.sort((a, b) => b.level - a.level);
  const chosen = new Map<string, Expression>();
  const lower = (level: number): ReadonlySet<number> =>
    new Set(rows.filter((row) => row.level < level).flatMap((row) => [...row.slopes.keys()].filter((i) => row.slopes[i] !== 0)));
  for (const [r, row] of rows.entries()) {
    const avoid = lower(row.level);
    const best = (allowed: (i: number) => boolean): number => {
      let found = -1;
      for (const [i, slope] of row.slopes.entries()) {
        if (chosen.has(states[i]!) || !allowed(i) || !(Math.abs(slope) > 1e-12)) continue;
        if (found < 0 || Math.abs(slope) > Math.abs(row.slopes[found]!)) found = i;
      }
      return found;
    };
    const fresh = best((i) => !avoid.has(i));
    const pivot = fresh >= 0 ? fresh : best(() => true);
    if (pivot < 0) refuse(definition, printExpression(row.expression), "the initial values, at which no state can be solved for");
    chosen.set(states[pivot]!, row.expression);
    for (const other of rows.slice(r + 1)) {
      const factor = other.slopes[pivot]! / row.slopes[pivot]!;
      if (factor !== 0) for (const i of other.slopes.keys()) other.slopes[i]! -= factor * row.slopes[i]!;
    }
  }
  return chosen;
}
