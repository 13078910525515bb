/** Plain data from anywhere → a definition with all fields in place, as far as it can be read. What cannot is reported and left out. */
import type { ModelDefinition } from "../../core/index.ts";
import { problem, type Report } from "../language/problem.ts";
import { type Fields, isPlainObject, readFields, shown } from "./fields.ts";
import { readTableDefinition } from "./tables.ts";

const modelFields: Fields = {
  name: { kind: "text", example: '"cstr"' },
  time: { kind: "text", example: '"min"' },
  description: { kind: "text" },
  parameters: { kind: "object" },
  tables: { kind: "object" },
  inputs: { kind: "object" },
  states: { kind: "object", example: '{ cA: { unit: "mol/L", initial: 0.5 } }' },
  algebraic: { kind: "object" },
  derivatives: { kind: "object", example: '{ cA: "-k*cA" }' },
  events: { kind: "object" },
  outputs: { kind: "object" },
};

const description = { kind: "text" } as const;
const unit = { kind: "text", example: '"mol/L", or "1" for a pure number' } as const;
const equation = { kind: "text", example: '"k0*exp(-EoverR/T)"' } as const;

const parameterFields: Fields = {
  value: { kind: "number", example: "8750" },
  unit,
  bounds: { kind: "range" },
  physical: { kind: "range" },
  scale: { kind: "scale" },
  source: { kind: "text" },
  description,
};

/** An initial value that is to be estimated: a parameter, but for its unit, which is that of the state. */
const unknownFields: Fields = {
  value: { kind: "number", example: "350" },
  bounds: { kind: "range" },
  physical: { kind: "range" },
  scale: { kind: "scale" },
  source: { kind: "text" },
};

const stateFields: Fields = {
  unit,
  initial: { kind: "number, text or object", example: "350" },
  min: { kind: "number" },
  max: { kind: "number" },
  nominal: { kind: "number" },
  description,
};

const explicitFields: Fields = { unit, is: equation, description };
/** Of a parameter that is an expression of others. */
const derivedFields: Fields = { unit, is: equation, source: { kind: "text" }, description };
const implicitFields: Fields = { unit, guess: { kind: "number", example: "1" }, zero: equation, description };
const eventFields: Fields = { when: equation, direction: { kind: "direction" }, then: { kind: "object" }, terminal: { kind: "flag" } };

/**
 * Reads a definition. What comes back has every part in place; entries that could not be read are missing from it, and `declared` still
 * has their names, so that an equation which uses one is not called wrong as well. Undefined where there are no states or no equations.
 */
export function readDraft(raw: unknown, report: Report): Draft | undefined {
  const top = readFields(raw, "model", modelFields, report);
  const source = top ?? (typeof raw === "object" && raw !== null ? (raw as Readonly<Record<string, unknown>>) : {});
  // Without these two tables every name and equation would be called wrong as well.
  if (!isPlainObject(source["states"]) || !isPlainObject(source["derivatives"])) return undefined;
  const derived: string[] = [];
  const declared: Record<keyof Declared, string[]> = { parameters: [], inputs: [], states: [], algebraic: [], outputs: [], tables: [] };
  const derivedParameters = new Map<string, ModelDefinition["algebraic"][string]>();
  const unknownInitials: [string, ModelDefinition["parameters"][string]][] = [];

  /** One table of named entries; `read` gives undefined for an entry it has reported. */
  function table<T>(
    part: string,
    read: (value: unknown, where: string) => T | undefined,
    names: string[] = [],
  ): Readonly<Record<string, T>> {
    const entries: [string, T][] = [];
    const value = source[part];
    if (typeof value !== "object" || value === null) return {};
    for (const [name, entry] of Object.entries(value)) {
      names.push(name);
      const found = read(entry, `${part}.${name}`);
      if (found !== undefined) entries.push([name, found]);
    }
    return Object.fromEntries(entries);
  }
  // The field tables above are what makes these casts true.
  const withFields =
    <T>(fields: Fields) =>
    (value: unknown, where: string) =>
      readFields(value, where, fields, report) as T | undefined;
  const text = (expected: string) => (value: unknown, where: string) => {
    if (typeof value === "string") return value;
    report(problem("model/shape", { where }, { expected, actual: shown(value) }));
    return undefined;
  };

  /** A value, or the expression of an explicit quantity. */
  const readParameter = (value: unknown, where: string): ModelDefinition["parameters"][string] | undefined => {
    const name = where.slice("parameters.".length);
    if (!isPlainObject(value) || !("is" in value)) {
      declared.parameters.push(name);
      return withFields<ModelDefinition["parameters"][string]>(parameterFields)(value, where);
    }
    declared.algebraic.push(name);
    const found = withFields<ModelDefinition["algebraic"][string]>(derivedFields)(value, where);
    if (found) derivedParameters.set(name, found);
    return undefined;
  };
  const readState = (value: unknown, where: string): ModelDefinition["states"][string] | undefined => {
    const state = withFields<ModelDefinition["states"][string]>(stateFields)(value, where);
    if (!state || typeof state.initial !== "object") return state;
    const unknown = withFields<ModelDefinition["parameters"][string]>(unknownFields)(state.initial, `${where}.initial`);
    if (!unknown) return undefined;
    const name = `${where.slice("states.".length)}.initial`;
    declared.parameters.push(name);
    unknownInitials.push([name, { ...unknown, unit: state.unit }]);
    return { ...state, initial: name };
  };

  const draft: ModelDefinition = {
    name: typeof source["name"] === "string" ? source["name"] : "",
    time: typeof source["time"] === "string" ? source["time"] : "1",
    ...(typeof source["description"] === "string" ? { description: source["description"] } : {}),
    parameters: table("parameters", readParameter),
    ...(isPlainObject(source["tables"])
      ? { tables: table("tables", (value, where) => readTableDefinition(value, where, report), declared.tables) }
      : {}),
    inputs: table("inputs", text('a unit, such as "L/min"'), declared.inputs),
    states: table("states", readState, declared.states),
    algebraic: table(
      "algebraic",
      (value, where) => {
        const implicit = typeof value === "object" && value !== null && ("zero" in value || "guess" in value);
        return withFields<ModelDefinition["algebraic"][string]>(implicit ? implicitFields : explicitFields)(value, where);
      },
      declared.algebraic,
    ),
    derivatives: table("derivatives", text("an equation as text"), derived),
    events: table("events", (value, where) => {
      const event = readFields(value, where, eventFields, report);
      if (!event) return undefined;
      const then = event["then"];
      if (then === undefined) return event as unknown as ModelDefinition["events"][string];
      const equations = Object.entries(then as object).flatMap(([state, value]) => {
        const found = text("an equation as text")(value, `${where}.then.${state}`);
        return found === undefined ? [] : [[state, found] as const];
      });
      return { ...event, then: Object.fromEntries(equations) } as unknown as ModelDefinition["events"][string];
    }),
    outputs: table("outputs", withFields(explicitFields), declared.outputs),
  };
  return {
    draft: {
      ...draft,
      parameters: Object.fromEntries([...Object.entries(draft.parameters), ...unknownInitials]),
      algebraic: Object.fromEntries([...derivedParameters, ...Object.entries(draft.algebraic)]),
    },
    declared,
    derived,
    derivedParameters: new Set(derivedParameters.keys()),
  };
}

export interface Draft {
  readonly draft: ModelDefinition;
  readonly declared: Declared;
  /** Names under `derivatives`, also of equations that could not be read. */
  readonly derived: readonly string[];
  /** Parameters that were given as expressions of others: they have become explicit quantities. */
  readonly derivedParameters: ReadonlySet<string>;
}

/** Every name of a definition, also of entries that could not be read. */
export interface Declared {
  readonly parameters: readonly string[];
  readonly inputs: readonly string[];
  readonly states: readonly string[];
  readonly algebraic: readonly string[];
  readonly outputs: readonly string[];
  readonly tables: readonly string[];
}
