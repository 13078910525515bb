/** Parses every equation of a definition and checks that equations and quantities belong together. */
import { nearestNames } from "../../core/index.ts";
import type { ParsedEquations, ParsedEvent } from "../language/equations.ts";
import type { Expression } from "../language/expression.ts";
import { type Context, readExpression } from "../language/parse.ts";
import { problem, type Report } from "../language/problem.ts";
import type { Table } from "../language/table.ts";
import { occurrences } from "../structure/occurrence.ts";
import { dependencyOrder } from "../structure/order.ts";
import type { Draft } from "./draft.ts";

/** All that could be parsed; what could not is reported and missing. */
export function readEquations(
  { draft, declared, derived, derivedParameters }: Draft,
  tables: ReadonlyMap<string, Table | undefined>,
  report: Report,
): ParsedEquations {
  const { parameters, inputs, states, algebraic, outputs } = declared;
  const barredTables = [...tables.keys()].map((name) => [name, "it is a table, which is read by lookup(table, x)"] as const);
  const everywhere: Context = {
    names: new Set([...parameters, ...inputs, ...states, ...algebraic]),
    barred: new Map([...outputs.map((name) => [name, "it is an output, which no equation can depend on"] as const), ...barredTables]),
    tables,
  };
  const read = (where: string, text: string, context: Context): Expression | undefined =>
    readExpression(text, { ...context, where }, report);
  const all = (entries: Iterable<readonly [name: string, where: string, text: string]>): ReadonlyMap<string, Expression> => {
    const found = new Map<string, Expression>();
    for (const [name, where, text] of entries) {
      const expression = read(where, text, derivedParameters.has(name) && where.startsWith("parameters.") ? ofParameters : everywhere);
      if (expression) found.set(name, expression);
    }
    return found;
  };
  const ofParameters: Context = {
    names: new Set([...parameters, ...derivedParameters]),
    barred: new Map(
      [...inputs, ...states, ...algebraic, ...outputs].map((name) => [name, "a parameter is made of parameters only"] as const),
    ),
    tables,
  };

  const stateNames = new Set(states);
  for (const state of states) {
    if (!derived.includes(state)) report(problem("model/missing-derivative", { where: `derivatives.${state}` }, { state }));
  }
  for (const name of derived) {
    if (!stateNames.has(name))
      report(problem("model/not-a-state", { where: `derivatives.${name}` }, { name, nearest: nearestNames(name, states) }));
  }

  const explicit = all(
    Object.entries(draft.algebraic).flatMap(([name, entry]) =>
      "is" in entry ? [[name, `${derivedParameters.has(name) ? "parameters" : "algebraic"}.${name}`, entry.is] as const] : [],
    ),
  );
  const order = dependencyOrder(explicit);
  if (order.kind === "cyclic") {
    for (const cycle of order.cycles) {
      const name = cycle[0]!;
      const entry = draft.algebraic[name];
      const equation = entry && "is" in entry ? entry.is : undefined;
      report(problem("model/cycle", { where: `algebraic.${name}`, equation }, { cycle }));
    }
  }

  // Known before a run starts: what is made of parameters and inputs only, through however many quantities.
  const moving = new Set([...states, ...algebraic.filter((name) => !explicit.has(name))]);
  const movingIn = occurrences(order.kind === "ordered" ? order.equations : explicit, (name) => moving.has(name));
  const settled = [...explicit].flatMap(([name, expression]) => (movingIn(expression).size === 0 ? [name] : []));
  const settledNames = new Set(settled);
  const atStart: Context = {
    names: new Set([...parameters, ...inputs, ...settled]),
    barred: new Map([
      ...[...states, ...algebraic.filter((name) => !settledNames.has(name)), ...outputs].map(
        (name) => [name, "initial values are made of parameters, inputs and what depends on them only"] as const,
      ),
      ...barredTables,
    ]),
    tables,
  };
  const initial = new Map<string, Expression>();
  for (const [name, state] of Object.entries(draft.states)) {
    const expression: Expression | undefined =
      typeof state.initial === "number" ? { op: "number", value: state.initial } : read(`states.${name}.initial`, state.initial, atStart);
    if (expression) initial.set(name, expression);
  }

  const events = new Map<string, ParsedEvent>();
  for (const [name, event] of Object.entries(draft.events)) {
    const when = read(`events.${name}.when`, event.when, everywhere);
    for (const target of Object.keys(event.then ?? {})) {
      const where = `events.${name}.then.${target}`;
      if (!stateNames.has(target)) report(problem("model/not-a-state", { where }, { name: target, nearest: nearestNames(target, states) }));
    }
    const then = all(Object.entries(event.then ?? {}).map(([state, text]) => [state, `events.${name}.then.${state}`, text] as const));
    if (when) events.set(name, { when, then });
  }

  return {
    algebraic: order.kind === "ordered" ? order.equations : explicit,
    implicit: all(
      Object.entries(draft.algebraic).flatMap(([name, entry]) =>
        "zero" in entry ? [[name, `algebraic.${name}`, entry.zero] as const] : [],
      ),
    ),
    derivatives: all(
      states.flatMap((name) =>
        Object.hasOwn(draft.derivatives, name) ? [[name, `derivatives.${name}`, draft.derivatives[name]!] as const] : [],
      ),
    ),
    outputs: all(Object.entries(draft.outputs).map(([name, { is }]) => [name, `outputs.${name}`, is] as const)),
    initial,
    events,
  };
}
