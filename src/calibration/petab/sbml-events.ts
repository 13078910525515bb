/**
 * Events of SBML as events of the language: what happens where a function crosses zero. A trigger that becomes true is such a crossing;
 * several conditions at once are the least or greatest of their functions.
 */
import { GreyboxError } from "../../core/index.ts";
import { isTruth, type MathContext, mathOfElement, mathText, truthText } from "./mathml.ts";
import { namesUsed } from "./names.ts";
import { child, type Element, listed } from "./xml.ts";

export interface SbmlEvent {
  readonly id: string;
  /** Rises through zero when the trigger becomes true. */
  readonly when: string;
  /** New values, by the name of SBML. */
  readonly then: ReadonlyMap<string, string>;
  /** Condition that sets it off at the start; absent: none. */
  readonly atStart: string | undefined;
}

/** Names that events give values to. */
export function eventTargets(model: Element): ReadonlySet<string> {
  const assignments = listed(model, "listOfEvents").flatMap((event) => listed(event, "listOfEventAssignments"));
  return new Set(assignments.flatMap(({ attributes }) => attributes["variable"] ?? []));
}

/**
 * In the order in which simultaneous ones act.
 *
 * @param constants  names, in the language, that do not change during a run
 * @throws GreyboxError `calibration/petab` for delays that depend on states, and priorities that are not numbers
 */
export function sbmlEvents(model: Element, context: MathContext, constants: ReadonlySet<string>): SbmlEvent[] {
  const events = listed(model, "listOfEvents");
  const ranked = events.map((event, place) => ({ event, place, rank: events.length > 1 ? rankOf(event, context) : 0 }));
  ranked.sort((a, b) => b.rank - a.rank || a.place - b.place);
  return ranked.map(({ event, place }) => eventOf(event, event.attributes["id"] ?? `event${place + 1}`, context, constants));
}

function rankOf(event: Element, context: MathContext): number {
  const priority = child(event, "priority");
  if (!priority) return 0;
  const value = Number(mathText(mathOfElement(priority, context), context).replace(/^\((.*)\)$/, "$1"));
  if (!Number.isFinite(value)) refuse(context, `event ${event.attributes["id"] ?? ""} has a priority that is computed`);
  return value;
}

function eventOf(event: Element, id: string, context: MathContext, constants: ReadonlySet<string>): SbmlEvent {
  const trigger = child(event, "trigger") ?? refuse(context, `event ${id} has no trigger`);
  const condition = mathOfElement(trigger, context);
  const delay = child(event, "delay");
  const delayed = delay === undefined ? undefined : mathText(mathOfElement(delay, context), context);
  const own = delayed === undefined ? context : { ...context, time: `(t - ${delayed})` };
  const when = crossing(condition, own, id);
  const then = new Map(
    listed(event, "listOfEventAssignments").map((one) => [one.attributes["variable"]!, mathText(mathOfElement(one, context), context)]),
  );
  if (delayed !== undefined) {
    // Known beforehand, so that it is the same as an event that comes later.
    const used = [delayed, when, ...then.values()].flatMap((text) => [...namesUsed(text)]);
    const moving = used.find((name) => !constants.has(name));
    if (moving !== undefined || trigger.attributes["persistent"] === "false" || [...then.values()].some((text) => /\bt\b/.test(text))) {
      refuse(context, `event ${id} is delayed and depends on ${moving === undefined ? "more than when it is set off" : `"${moving}"`}`);
    }
  }
  return { id, when, then, atStart: trigger.attributes["initialValue"] === "false" ? truthText(condition, own) : undefined };
}

/** Positive where the condition holds. */
function crossing(element: Element, context: MathContext, id: string): string {
  const { name, children } = element;
  if (name === "math" || name === "semantics") return crossing(children[0]!, context, id);
  const [head, ...operands] = children;
  if (!isTruth(element) || !head) return refuse(context, `the trigger of event ${id} is not a comparison`);
  const parts = (): string[] => operands.map((one) => crossing(one, context, id));
  const pairs = (sign: 1 | -1): string => {
    const values = operands.map((one) => mathText(one, context));
    const steps = values.slice(1).map((right, i) => (sign > 0 ? `(${values[i]} - ${right})` : `(${right} - ${values[i]})`));
    return steps.length === 1 ? steps[0]! : `min(${steps.join(", ")})`;
  };
  switch (head.name) {
    case "gt":
    case "geq":
      return pairs(1);
    case "lt":
    case "leq":
      return pairs(-1);
    case "and":
    case "or":
      return operands.length === 1 ? parts()[0]! : `${head.name === "and" ? "min" : "max"}(${parts().join(", ")})`;
    case "not":
      return `(-${parts()[0]})`;
    default:
      return refuse(context, `the trigger of event ${id} is made with "${head.name}"`);
  }
}

function refuse(context: MathContext, why: string): never {
  throw new GreyboxError("calibration/petab", { file: context.file, line: undefined, why });
}
