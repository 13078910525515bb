/** A model: checked equations that can be made into a system, and the plain data they came from. */
import {
  contentHash,
  GreyboxError,
  type ModelDefinition,
  nearestNames,
  type System,
  type SystemRequest,
  type SystemSource,
} from "../../core/index.ts";
import { compileSystem } from "../compile/index.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { type Problem, problem } from "../language/problem.ts";
import { within } from "./declarations.ts";
import { examine } from "./examine.ts";

/** The type parameters are the names of parameters, inputs, states, algebraic quantities and outputs. */
export interface Model<
  P extends string = string,
  I extends string = string,
  S extends string = string,
  A extends string = string,
  O extends string = string,
> extends SystemSource<P, I, S, A, O> {
  /** Frozen; every part in place, also where it was left out. */
  readonly definition: ModelDefinition;
  /** The equations as trees. */
  readonly equations: ParsedEquations;
  /** SHA-256 of the definition, whatever the order of its keys. */
  readonly hash: string;
  /** The model as functions over arrays. Code is generated when it is first asked for. */
  system(request?: SystemRequest): System;
  /**
   * The same model with other parameter values, in the units of their declarations.
   *
   * @throws GreyboxError `model/invalid` for a parameter that does not exist, and for a value that is not finite or outside its bounds
   */
  with(changes: { readonly parameters?: Readonly<Partial<Record<P, number>>> | undefined }): Model<P, I, S, A, O>;
}

/**
 * Rebuilds a model from plain data, such as `model.definition` after it travelled as JSON. Everything is checked again.
 *
 * @throws GreyboxError `model/invalid` with every mistake of the definition in `details.problems`
 *
 * @example
 * const model = modelFromDefinition({ name: "m", time: "s", states: { x: { unit: "1", initial: 1 } }, derivatives: { x: "-x/(2 s)" } });
 * modelFromDefinition(JSON.parse(JSON.stringify(model.definition))).hash === model.hash; // => true
 */
export function modelFromDefinition(raw: unknown): Model {
  const { definition, equations, problems } = examine(raw);
  if (problems.length > 0) throw new GreyboxError("model/invalid", { model: definition.name, problems });
  return modelOf(frozen(definition), equations);
}

function modelOf(definition: ModelDefinition, equations: ParsedEquations): Model {
  let compiled: ReturnType<typeof compileSystem> | undefined;
  let hash: string | undefined;
  return {
    name: definition.name,
    definition,
    maker: { module: import.meta.url, name: "modelFromDefinition" },
    equations,
    get hash() {
      hash ??= contentHash(definition);
      return hash;
    },
    system(request) {
      compiled ??= compileSystem(definition, equations);
      return compiled(request);
    },
    with({ parameters = {} }) {
      return modelOf(frozen(changed(definition, parameters)), equations);
    },
  };
}

function changed(definition: ModelDefinition, values: Readonly<Record<string, number | undefined>>): ModelDefinition {
  const problems: Problem[] = [];
  const parameters = { ...definition.parameters };
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const where = `parameters.${name}`;
    const old = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (!old) {
      problems.push(problem("model/undeclared", { where }, { name, nearest: nearestNames(name, Object.keys(parameters)) }));
      continue;
    }
    const [lower, upper] = old.bounds ?? [-Infinity, Infinity];
    if (typeof value !== "number" || !Number.isFinite(value)) {
      problems.push(problem("model/value", { where }, { value, expected: "a finite number" }));
    } else if (!within(value, lower, upper)) {
      problems.push(problem("model/bounds", { where }, { name, what: "The value", value, lower, upper }));
    } else if (old.scale === "log" && value <= 0) {
      problems.push(problem("model/value", { where }, { value, expected: 'greater than 0, which `scale: "log"` needs' }));
    } else {
      parameters[name] = { ...old, value };
    }
  }
  if (problems.length > 0) throw new GreyboxError("model/invalid", { model: definition.name, problems });
  return { ...definition, parameters };
}

/** Freezes plain data all the way down. The data is our own copy, made while it was read. */
function frozen<T>(data: T): T {
  if (typeof data === "object" && data !== null && !Object.isFrozen(data)) {
    for (const value of Object.values(data)) frozen(value);
    Object.freeze(data);
  }
  return data;
}
