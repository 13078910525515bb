/** `greybox check --identifiability`: whether what is measured could fix what is to be estimated, before there is data. */
import { type Identifiability, type IdentifiabilityQuestion, identifiability } from "../calibration/index.ts";
import type { Model } from "../models/index.ts";

export interface IdentifiabilityOptions {
  readonly measured?: string;
  readonly estimate?: string;
  readonly unknownInitial?: string;
  readonly constant?: string;
}

export interface IdentifiabilityCheck extends Identifiability {
  readonly name: string;
  readonly ok: boolean;
}

/**
 * Without options: all parameters with bounds, or all where none has any; measured are the outputs, or the states where there are none.
 */
export function checkIdentifiability(model: Model, options: IdentifiabilityOptions): IdentifiabilityCheck {
  const { parameters, states, outputs } = model.definition;
  const bounded = Object.keys(parameters).filter((name) => parameters[name]!.bounds !== undefined);
  const estimate = listOf(options.estimate) ?? (bounded.length > 0 ? bounded : Object.keys(parameters));
  const measured = listOf(options.measured) ?? (Object.keys(outputs).length > 0 ? Object.keys(outputs) : Object.keys(states));
  const unknown = listOf(options.unknownInitial) ?? [];
  const initial: IdentifiabilityQuestion["initial"] = unknown.includes("all")
    ? "unknown"
    : Object.fromEntries(unknown.map((state) => [state, "unknown" as const]));
  const inputs = Object.fromEntries((listOf(options.constant) ?? []).map((name) => [name, "constant" as const]));
  const answer = identifiability(model, { estimate, measured, initial, inputs });
  return { name: model.name, ok: answer.unidentifiable.length === 0, ...answer };
}

export function identifiabilityText({ name, ok, meaning, assumed }: IdentifiabilityCheck): string {
  return [`${ok ? "ok" : "no"}  ${name}`, ...[...meaning, ...assumed].map((sentence) => `    ${sentence}`), ""].join("\n");
}

function listOf(text: string | undefined): string[] | undefined {
  return text?.split(",").map((name) => name.trim());
}
