/** The verdict on a definition from anywhere, as data: for `greybox check` and for programs that edit models. */

import { contentHash } from "../../core/index.ts";
import type { Problem } from "../language/problem.ts";
import { examine } from "./examine.ts";

export interface ModelSummary {
  readonly name: string;
  readonly time: string;
  readonly parameters: number;
  readonly inputs: number;
  readonly states: number;
  readonly explicit: number;
  readonly implicit: number;
  readonly events: number;
  readonly outputs: number;
  /** Content hash of the definition. */
  readonly hash: string;
  /** Such as "cstr: 2 states, 6 parameters, 4 inputs, 1 explicit quantity, 1 event, 1 output; time in min". */
  readonly text: string;
}

export interface ModelCheck {
  /** Empty for a model that can be used. */
  readonly problems: readonly Problem[];
  /** Counts what could be read. */
  readonly summary: ModelSummary;
}

/**
 * Checks a definition without ever throwing.
 *
 * @example
 * checkDefinition({ name: "a", time: "s", states: {}, derivatives: { x: "1" } }).problems[0].code; // => "model/not-a-state"
 */
export function checkDefinition(raw: unknown): ModelCheck {
  const { definition, problems } = examine(raw);
  const { name, time, parameters, inputs, states, algebraic, events, outputs } = definition;
  const count = (table: object): number => Object.keys(table).length;
  const explicit = Object.values(algebraic).filter((entry) => "is" in entry).length;
  const counts = {
    parameters: count(parameters),
    inputs: count(inputs),
    states: count(states),
    explicit,
    implicit: count(algebraic) - explicit,
    events: count(events),
    outputs: count(outputs),
  };
  const nouns = [
    [counts.states, "state"],
    [counts.parameters, "parameter"],
    [counts.inputs, "input"],
    [counts.explicit, "explicit quantity", "explicit quantities"],
    [counts.implicit, "implicit quantity", "implicit quantities"],
    [counts.events, "event"],
    [counts.outputs, "output"],
  ] as const;
  const parts = nouns.filter(([number]) => number > 0).map(([number, one, more = `${one}s`]) => `${number} ${number === 1 ? one : more}`);
  return {
    problems,
    summary: { name, time, ...counts, hash: contentHash(definition), text: `${name}: ${parts.join(", ")}; time in ${time}` },
  };
}
