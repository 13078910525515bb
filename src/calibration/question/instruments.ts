/**
 * Instruments that do not show what the process does: with a bias, a gain, a lag, a dead time. They become part of the model that is
 * fitted, so that their errors are parameters like any other, and are taken off again from the answer.
 */
import { type AnySource, GreyboxError, type ModelDefinition, type ParameterDefinition } from "../../core/index.ts";
import { modelFromDefinition } from "../../models/index.ts";
import { isWrittenAsFunctions } from "../model-copy.ts";
import { unknownName } from "./names.ts";
import type { InstrumentChoice, InstrumentError, Question } from "./question.ts";

export interface Instrumented {
  /** The question about the model with its instruments. */
  readonly question: Question;
  /** What each tag reads: an observable of that model, by tag. Tags that are not here read what they are called. */
  readonly readings: ReadonlyMap<string, string>;
}

/** What a property is called in the model, in `fit.parameters` and in `priors`: `T.instrument.bias`. */
const nameOf = (tag: string, property: string): string => `${tag}.instrument.${property}`;

/**
 * @throws GreyboxError `calibration/unknown-name`, `calibration/instrument`, `model/invalid`
 */
export function withInstruments(question: Question): Instrumented {
  const chosen = Object.entries((question.instruments ?? {}) as Record<string, InstrumentChoice | undefined>);
  const readings = new Map<string, string>();
  if (chosen.length === 0) return { question, readings };
  let definition = question.model.definition;
  if (isWrittenAsFunctions(question.model)) {
    throw new GreyboxError("calibration/instrument", {
      tag: chosen[0]![0],
      why: "the model is written as functions, to which nothing can be added",
    });
  }
  const estimate: string[] = [...question.estimate];
  const initial: Record<string, unknown> = { ...question.initial };
  for (const [tag, choice] of chosen) {
    if (!choice) continue;
    const unit = unitOf(question.model, tag);
    const added = instrument(definition, tag, unit, choice);
    definition = added.definition;
    estimate.push(...added.estimate);
    if (added.lagged !== undefined) initial[added.lagged] = { measured: tag };
    readings.set(tag, added.reading);
  }
  const model: AnySource = modelFromDefinition(definition);
  return { question: { ...question, model, estimate, initial: initial as Question["initial"] }, readings };
}

function unitOf(model: AnySource, tag: string): string {
  const { states, algebraic, outputs } = model.definition;
  const found = [states, algebraic, outputs].find((kind) => Object.hasOwn(kind, tag))?.[tag];
  if (!found)
    throw unknownName(
      model,
      "observable",
      tag,
      [states, algebraic, outputs].flatMap((kind) => Object.keys(kind)),
    );
  return found.unit;
}

interface Added {
  readonly definition: ModelDefinition;
  readonly estimate: readonly string[];
  readonly lagged: string | undefined;
  readonly reading: string;
}

/** Process → dead time → lag → gain and bias. */
function instrument(definition: ModelDefinition, tag: string, unit: string, choice: InstrumentChoice): Added {
  const parameters: Record<string, ParameterDefinition> = { ...definition.parameters };
  const algebraic = { ...definition.algebraic };
  const states = { ...definition.states };
  const derivatives = { ...definition.derivatives };
  const estimate: string[] = [];
  const parameter = (property: keyof InstrumentChoice, size: string, nominal: number): string => {
    const name = nameOf(tag, property);
    if (Object.hasOwn(parameters, name))
      throw new GreyboxError("calibration/instrument", { tag, why: `the model has a parameter "${name}" already` });
    const wanted: InstrumentError = choice[property] as InstrumentError;
    const { value = nominal, bounds }: Exclude<InstrumentError, true | number> = typeof wanted === "object" ? wanted : {};
    const given = typeof wanted === "number" ? wanted : value;
    // Times are positive, and their logarithms say so.
    const scale = property === "lag" || property === "delay" ? "log" : "linear";
    parameters[name] = { value: given, unit: size, scale, ...(bounds === undefined ? {} : { bounds }) };
    if (typeof wanted !== "number") estimate.push(name);
    return name;
  };
  let now = tag;
  let lagged: string | undefined;
  if (choice.delay !== undefined) {
    const delayed = nameOf(tag, "delayed");
    algebraic[delayed] = { unit, is: `delay(${now}, ${parameter("delay", definition.time, 1)})` };
    now = delayed;
  }
  if (choice.lag !== undefined) {
    lagged = nameOf(tag, "lagged");
    const nominal = definition.states[tag]?.nominal;
    states[lagged] = { unit, initial: 0, ...(nominal === undefined ? {} : { nominal }) };
    derivatives[lagged] = `(${now} - ${lagged})/${parameter("lag", definition.time, 1)}`;
    now = lagged;
  }
  const gain = choice.gain === undefined ? now : `${parameter("gain", "1", 1)}*${now}`;
  const is = choice.bias === undefined ? gain : `${gain} + ${parameter("bias", unit, 0)}`;
  const reading = nameOf(tag, "reading");
  const outputs = { ...definition.outputs, [reading]: { unit, is } };
  return { definition: { ...definition, parameters, algebraic, states, derivatives, outputs }, estimate, lagged, reading };
}
