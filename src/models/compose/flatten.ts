/** Parts and their connections → one flat definition whose names are those of the parts with dots between. */
import type { AnySource, ModelDefinition } from "../../core/index.ts";
import { isPlainObject } from "../define/fields.ts";
import { problem, type Report } from "../language/problem.ts";
import { nameObjection } from "../language/words.ts";
import { alike, measureOf } from "../units/measure.ts";
import type { PartArray } from "./array.ts";
import { type Connection, connectionsOf, type Source } from "./connections.ts";
import { withInitialValues } from "./initial.ts";
import { namesOfModel, prefixed } from "./prefix.ts";
import { namesOf } from "./rename.ts";

/** What is composed, as far as the running program is concerned. */
export interface Plan {
  readonly description?: string | undefined;
  readonly parts: Readonly<Record<string, AnySource | PartArray>>;
  readonly connect?: Readonly<Record<string, Source>> | undefined;
  readonly parameters?: ModelDefinition["parameters"] | undefined;
  readonly inputs?: ModelDefinition["inputs"] | undefined;
  readonly algebraic?: ModelDefinition["algebraic"] | undefined;
  readonly events?: ModelDefinition["events"] | undefined;
  readonly outputs?: ModelDefinition["outputs"] | undefined;
}

export interface Flattened {
  readonly definition: ModelDefinition;
  readonly connections: ReadonlyMap<string, Connection>;
}

/** Flattens; what is wrong with parts and the left sides of connections is reported, equations are checked with the flat model. */
export function flatten(name: string, plan: Plan, report: Report): Flattened {
  const { members, counts } = membersOf(plan.parts, report);
  checkTime(members, report);
  const parts = members.map(({ path, definition }) => prefixed(definition, path));
  const joined = <K extends (typeof tables)[number]>(table: K): ModelDefinition[K] =>
    Object.assign({}, ...parts.map((part) => part[table]), plan[table as keyof Plan]) as ModelDefinition[K];
  const parameters = { ...joined("parameters") };
  const inputs = { ...joined("inputs") };
  const algebraic = { ...joined("algebraic") };
  const outputs = { ...joined("outputs") };
  const states = joined("states");
  const kinds = { states: "a state", algebraic: "an algebraic quantity", outputs: "an output" } as const;
  const tablesByKind = { states, algebraic, outputs };
  const connections = connectionsOf(
    plan.connect ?? {},
    {
      counts,
      inputs: without(inputs, plan.inputs),
      parameters: without(parameters, plan.parameters),
      kindOf: (name) => {
        const kind = (["states", "algebraic", "outputs"] as const).find((kind) => Object.hasOwn(tablesByKind[kind], name));
        return kind === undefined ? undefined : `${kinds[kind]} of its part`;
      },
    },
    report,
  );
  for (const [target, { is, guess }] of connections) {
    const parameter = parameters[target];
    const unit = parameter?.unit ?? inputs[target]!;
    const description = parameter?.description === undefined ? {} : { description: parameter.description };
    delete parameters[target];
    delete inputs[target];
    algebraic[target] = guess === undefined ? { unit, is, ...description } : { unit, guess, zero: `${target} - (${is})`, ...description };
  }
  const lookups: ModelDefinition["tables"] = Object.assign({}, ...parts.map((part) => part.tables));
  const definition: ModelDefinition = {
    name,
    time: parts[0]?.time ?? "1",
    ...(plan.description === undefined ? {} : { description: plan.description }),
    parameters,
    ...(Object.keys(lookups ?? {}).length === 0 ? {} : { tables: lookups }),
    inputs,
    states,
    algebraic,
    derivatives: joined("derivatives"),
    events: joined("events"),
    outputs,
  };
  const names = namesOfModel(definition);
  liftOutputs(definition, algebraic, outputs, names, plan);
  return { definition: { ...definition, states: withInitialValues(definition, connections, names) }, connections };
}

const tables = ["parameters", "inputs", "states", "algebraic", "derivatives", "events", "outputs"] as const;

/** An output that others depend on becomes an algebraic quantity: no equation knows an output. */
function liftOutputs(
  { events }: ModelDefinition,
  algebraic: Record<string, ModelDefinition["algebraic"][string]>,
  outputs: Record<string, ModelDefinition["outputs"][string]>,
  names: ReadonlySet<string>,
  plan: Plan,
): void {
  const own = Object.keys(plan.outputs ?? {});
  const texts = [
    ...Object.values(algebraic).map((entry) => ("is" in entry ? entry.is : entry.zero)),
    ...Object.values(events).flatMap(({ when, then = {} }) => [when, ...Object.values(then)]),
    ...Object.values(plan.outputs ?? {}).map(({ is }) => is),
  ];
  for (const name of new Set(texts.flatMap((text) => namesOf(text, names)))) {
    if (!Object.hasOwn(outputs, name) || own.includes(name)) continue;
    algebraic[name] = outputs[name]!;
    delete outputs[name];
  }
}

/** Entries of the parts: those of the plant itself are nobody's port. */
function without<T>(table: Readonly<Record<string, T>>, own: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, T>> {
  return own === undefined ? table : Object.fromEntries(Object.entries(table).filter(([name]) => !Object.hasOwn(own, name)));
}

/** More members than that are a mistake, not a column. */
const mostMembers = 10_000;

interface Member {
  readonly part: string;
  readonly path: string;
  readonly definition: ModelDefinition;
}

function membersOf(
  parts: Plan["parts"],
  report: Report,
): { readonly members: readonly Member[]; readonly counts: ReadonlyMap<string, number> } {
  const members: Member[] = [];
  const counts = new Map<string, number>();
  for (const [part, value] of Object.entries(parts)) {
    const refuse = (why: string): void => report(problem("model/part", { where: `parts.${part}` }, { part, why }));
    const objection = /[.[]/.test(part) ? "the name of a part has no dots and no brackets" : nameObjection(part);
    if (objection !== undefined) {
      refuse(objection);
      continue;
    }
    const inRow = isPlainObject(value) && "count" in value;
    const model: unknown = inRow ? value["model"] : value;
    if (!isPlainObject(model) || !isPlainObject(model["definition"])) {
      refuse("it is not a model");
      continue;
    }
    // A source that has a definition has a complete one.
    const definition = model["definition"] as unknown as ModelDefinition;
    const count = inRow ? value["count"] : 0;
    if (typeof count !== "number" || !Number.isInteger(count) || (inRow && !(count >= 1 && count <= mostMembers))) {
      refuse(`${String(count)} is not a number of parts from 1 to ${mostMembers}`);
      continue;
    }
    counts.set(part, count);
    if (!inRow) members.push({ part, path: part, definition });
    for (let i = 1; i <= count; i++) members.push({ part, path: `${part}[${i}]`, definition });
  }
  if (members.length === 0) report(problem("model/part", { where: "parts" }, { part: "", why: "there are no parts" }));
  return { members, counts };
}

function checkTime(members: readonly Member[], report: Report): void {
  const [first] = members;
  const told = new Set<string>();
  for (const { part, definition } of members) {
    if (first === undefined || told.has(part) || alike(measureOf(definition.time), measureOf(first.definition.time))) continue;
    told.add(part);
    report(
      problem(
        "model/part-time",
        { where: `parts.${part}` },
        { part, time: definition.time, other: first.part, otherTime: first.definition.time },
      ),
    );
  }
}
