/** The equations of a checked model, parsed: what code is generated from. */
import type { Expression } from "./expression.ts";

/** One event: a zero crossing of `when`, and the states that it sets. */
export interface ParsedEvent {
  readonly when: Expression;
  /** By state. States that are not in it stay as they are. */
  readonly then: ReadonlyMap<string, Expression>;
}

/**
 * Every equation of a model by the name it belongs to. Maps, because names come from people and `__proto__` is a name.
 *
 * A number with a unit literal is the number as written: units are checked, never converted, so `420 K` is 420.
 */
export interface ParsedEquations {
  /** Explicit algebraic quantities, each after those it depends on. */
  readonly algebraic: ReadonlyMap<string, Expression>;
  /** Residuals of implicit algebraic quantities, in declared order. */
  readonly implicit: ReadonlyMap<string, Expression>;
  /** One a state, in the declared order of the states. */
  readonly derivatives: ReadonlyMap<string, Expression>;
  readonly outputs: ReadonlyMap<string, Expression>;
  /** One a state, numbers included, in the declared order of the states. */
  readonly initial: ReadonlyMap<string, Expression>;
  readonly events: ReadonlyMap<string, ParsedEvent>;
}
