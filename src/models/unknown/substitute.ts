/** Fills unknown relations: with equations, or with networks whose weights are parameters. */
import { GreyboxError, type ModelDefinition, nearestNames } from "../../core/index.ts";
import { namesOfModel } from "../compose/prefix.ts";
import { namesOf } from "../compose/rename.ts";
import { type Model, modelFromDefinition } from "../define/model.ts";
import { type Problem, problem, type Report } from "../language/problem.ts";
import type { Filler, Filling, OpenDefinition, UnknownDefinition } from "./definition.ts";
import { type OpenModel, openModelFromDefinition } from "./open-model.ts";

type Table<T> = Readonly<Record<string, T>>;
type Key<T> = Extract<keyof T, string>;
type Fill = string | Filling | Filler;
type NewParameters<F> = {
  [N in keyof F]: F[N] extends { readonly parameters: infer Q } ? Key<Q> : F[N] extends Filler ? `${N & string}.${string}` : never;
}[keyof F];

/** What {@link substitute} gives: a model when nothing is left unknown; where names are only known when the program runs, either. */
export type Substituted<
  P extends string,
  I extends string,
  S extends string,
  A extends string,
  O extends string,
  U extends string,
  F,
> = string extends U
  ? Model | OpenModel
  : [Exclude<U, keyof F>] extends [never]
    ? Model<P | NewParameters<F>, I, S, A | U, O>
    : OpenModel<P | NewParameters<F>, I, S, A | Extract<U, keyof F>, O, Exclude<U, keyof F>>;

/**
 * Fills unknown relations: with an equation, `{ is, parameters }` where it has parameters of its own, or a network, {@link mlp}.
 *
 * @throws GreyboxError `model/invalid` for names that are not unknown, and for equations that use what the relation does not depend on, or have another unit
 *
 * @example
 * const open = defineOpenModel({
 *   name: "batch",
 *   time: "min",
 *   states: { c: { unit: "mol/L", initial: 1 } },
 *   unknown: { r: { unit: "mol/L/min", of: ["c"] } },
 *   derivatives: { c: "-r" },
 * });
 * const model = substitute(open, { r: { is: "k*c", parameters: { k: { value: 0.3, unit: "1/min" } } } });
 * model.system().parameters; // => ["k"]
 */
export function substitute<
  P extends string,
  I extends string,
  S extends string,
  A extends string,
  O extends string,
  U extends string,
  const F extends { readonly [N in U]?: Fill },
>(model: OpenModel<P, I, S, A, O, U>, fills: F & { readonly [N in Exclude<keyof F, U>]: never }): Substituted<P, I, S, A, O, U, F> {
  // The compiler knows from the names in `fills` which of the two it is.
  return filled(model.definition, fills as Table<Fill | undefined>) as Substituted<P, I, S, A, O, U, F>;
}

function filled(open: OpenDefinition, fills: Table<Fill | undefined>): Model | OpenModel {
  const problems: Problem[] = [];
  const report: Report = (found) => void problems.push(found);
  const left = { ...open.unknown };
  const parameters: Record<string, ModelDefinition["parameters"][string]> = { ...open.parameters };
  const algebraic: Record<string, ModelDefinition["algebraic"][string]> = { ...open.algebraic };
  for (const [name, fill] of Object.entries(fills)) {
    const unknown = Object.hasOwn(open.unknown, name) ? open.unknown[name]! : undefined;
    if (fill === undefined) continue;
    if (unknown === undefined) {
      report(
        problem(
          "model/not-unknown",
          { where: `substitute.${name}` },
          { name, nearest: nearestNames(name, Object.keys(open.unknown)), unknown: Object.keys(open.unknown) },
        ),
      );
      continue;
    }
    const filling = fillingOf(name, fill, unknown, open, report);
    if (typeof fill === "string" || !("fill" in fill)) checkUse(name, filling, unknown, open, report);
    delete left[name];
    const description = unknown.description === undefined ? {} : { description: unknown.description };
    algebraic[name] = { unit: unknown.unit, is: filling.is, ...description };
    Object.assign(algebraic, filling.algebraic);
    for (const [parameter, value] of Object.entries(filling.parameters ?? {})) {
      if (Object.hasOwn(parameters, parameter)) {
        report(
          problem("model/duplicate", { where: `substitute.${name}.parameters.${parameter}` }, { name: parameter, first: "parameters" }),
        );
      }
      parameters[parameter] = value;
    }
  }
  if (problems.length > 0) throw new GreyboxError("model/invalid", { model: open.name, problems });
  const { unknown: _, ...definition } = open;
  const whole = { ...definition, parameters, algebraic };
  return Object.keys(left).length > 0 ? openModelFromDefinition({ ...whole, unknown: left }) : modelFromDefinition(whole);
}

function fillingOf(name: string, fill: Fill, unknown: UnknownDefinition, open: OpenDefinition, report: Report): Filling {
  if (typeof fill === "string") return { is: fill };
  if (!("fill" in fill)) return fill;
  const { parameters, inputs, states, algebraic } = open;
  return fill.fill(name, unknown, {
    unitOf: (of) => (states[of] ?? parameters[of] ?? algebraic[of] ?? open.unknown[of])?.unit ?? inputs[of] ?? "1",
    rangeOf(of) {
      const [low, high] = unknown.ranges?.[of] ?? parameters[of]?.bounds ?? [states[of]?.min, states[of]?.max];
      return low !== undefined && high !== undefined ? [low, high] : undefined;
    },
    refuse: (why, remedy) => report(problem("model/filling", { where: `substitute.${name}` }, { name, why, remedy })),
  });
}

/** An equation may use what the relation depends on, parameters, and what comes with it. */
function checkUse(name: string, filling: Filling, { of }: UnknownDefinition, open: OpenDefinition, report: Report): void {
  const own = new Set([...Object.keys(filling.parameters ?? {}), ...Object.keys(filling.algebraic ?? {})]);
  const allowed = new Set([...of, ...Object.keys(open.parameters), ...own]);
  const names = new Set([...namesOfModel(open), ...own]);
  for (const text of [filling.is, ...Object.values(filling.algebraic ?? {}).map(({ is }) => is)]) {
    for (const used of new Set(namesOf(text, names))) {
      if (allowed.has(used) || !names.has(used)) continue;
      report(problem("model/not-argument", { where: `substitute.${name}`, equation: text }, { name, used, of }));
    }
  }
}

/**
 * The weights of a network inside a model, to be estimated.
 *
 * @param name  the relation that the network fills
 */
export function weightsOf<P extends string>(
  model: { readonly definition: ModelDefinition; readonly names?: { readonly parameters: P } },
  name: string,
): P[] {
  // They are parameters of this model, so of the type of its parameters.
  return Object.keys(model.definition.parameters).filter(
    (parameter) => parameter.startsWith(`${name}.`) && /^[Wb]\d+\[/.test(parameter.slice(name.length + 1)),
  ) as P[];
}
