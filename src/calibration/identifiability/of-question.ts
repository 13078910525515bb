/** Whether the data of a question could fix its unknowns if it had no errors. */
import { GreyboxError, isGreyboxError } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import type { Likelihood } from "../likelihood/likelihood.ts";
import { withInstruments } from "../question/instruments.ts";
import type { Question } from "../question/question.ts";
import type { InputCourse } from "./experiment.ts";
import { assess, type Identifiability } from "./identifiability.ts";
import type { Setting } from "./look.ts";

/** Windows of one kind that are looked at, and windows at all: more of the same tell nothing new. */
const windowsOf = { kind: 2, all: 6 } as const;

/**
 * Structural identifiability of what a question asks: each window is an experiment with its own tags, with inputs that run freely where they
 * moved and stay where they did not, and with its own unknown initial values.
 *
 * @throws GreyboxError `calibration/identifiability` for delays, implicit equations, steady states, also as starts, corrections by measured values, and models
 *   without equations
 *
 * @example
 * const drug = defineModel({
 *   name: "drug", time: "h",
 *   parameters: { k: { value: 0.3, unit: "1/h" }, V: { value: 20, unit: "L" } },
 *   states: { m: { unit: "mg", initial: 100 } },
 *   derivatives: { m: "-k*m" },
 *   outputs: { c: { unit: "mg/L", is: "m/V" } },
 * });
 * const record = windowFromTable(drug, { time: [1, 2, 4], measured: { c: [3.7, 2.7, 1.5] } });
 * identifiabilityOf({ model: drug, windows: [record], estimate: ["k", "V"] }).unidentifiable; // => []
 * identifiabilityOf({ model: drug, windows: [record], estimate: ["k", "V"], initial: { m: { estimate: true } } }).confounded[0].fixed; // => ["V/m(0)"]
 */
export function identifiabilityOf(question: Question): Identifiability {
  const { question: asked, readings } = withInstruments(question);
  const { model, estimate, windows, initial = {}, ties = {}, perWindow = {} } = asked;
  const refuse = (why: string): GreyboxError => new GreyboxError("calibration/identifiability", { model: model.name, why });
  if (asked.steady && Object.keys(model.definition.states).length > 0) throw refuse("its measured points are steady states");
  if (Object.keys(asked.innovations ?? {}).length > 0) throw refuse("measured values correct its states");
  if (Object.keys(asked.settled ?? {}).length > 0) throw refuse("its windows start from a steady state");
  const experiments = different(windows.map((window) => experimentOf(window, (tag) => seenAs(tag, asked, readings))));
  const starts = Object.entries(initial as Readonly<Record<string, unknown>>).flatMap(([state, choice]) => {
    if (choice === undefined) return [];
    const estimated = typeof choice === "object" && choice !== null && "estimate" in choice;
    return [[state, typeof choice === "number" ? choice : estimated ? ("unknown" as const) : ("known" as const)] as const];
  });
  const local = Object.entries(perWindow as Readonly<Record<string, unknown>>).flatMap(([name, choice]) =>
    choice === undefined ? [] : [name],
  );
  const setting: Setting = {
    estimate,
    perExperiment: local,
    initial: Object.fromEntries(starts),
    ties: ties as Setting["ties"],
    experiments,
  };
  return assess(model, setting, question.seed ?? 0);
}

/** The same for a verdict: undefined where it cannot be decided, or would take long. */
export function structureOf(question: Question): Identifiability | undefined {
  const { states } = question.model.definition;
  if (Object.keys(states).length + question.estimate.length > most) return undefined;
  try {
    return identifiabilityOf(question);
  } catch (error) {
    if (isGreyboxError(error)) return undefined;
    throw error;
  }
}

/** States and unknowns of models that are looked at without being asked: a tenth of a second. */
const most = 60;

function experimentOf({ name, inputs, measured }: Window, seen: (tag: string) => readonly string[]): Setting["experiments"][number] {
  const course = ({ values }: Window["inputs"][string]): InputCourse =>
    values.every((value) => value === values[0]) ? values[0]! : "free";
  const tags = Object.keys(measured).filter((tag) => measured[tag]!.value.length > 0);
  return {
    name,
    inputs: Object.fromEntries(Object.entries(inputs).map(([input, signal]) => [input, course(signal)])),
    measured: tags.flatMap(seen),
  };
}

/** Observables that a tag shows: its reading, and the size of its errors where the model computes that, which their scatter shows. */
function seenAs(tag: string, { likelihood = {} }: Question, readings: ReadonlyMap<string, string>): string[] {
  const sigma = (likelihood as Readonly<Record<string, Likelihood | undefined>>)[tag]?.sigma;
  return [readings.get(tag) ?? tag, ...(typeof sigma === "object" && "observable" in sigma ? [sigma.observable] : [])];
}

function different(all: Setting["experiments"]): Setting["experiments"] {
  const found = new Map<string, number>();
  return all
    .filter(({ inputs, measured }) => {
      const key = JSON.stringify([inputs, measured]);
      found.set(key, (found.get(key) ?? 0) + 1);
      return found.get(key)! <= windowsOf.kind;
    })
    .slice(0, windowsOf.all);
}
