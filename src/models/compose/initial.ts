/** Initial values of parts that depend on connected inputs: made of what the source is at the start. */
import type { ModelDefinition } from "../../core/index.ts";
import { scan } from "../language/scan.ts";
import { measureOf, unitText } from "../units/measure.ts";
import type { Connection } from "./connections.ts";
import { renamed } from "./rename.ts";

/**
 * Replaces connected names in initial values, so that what remains are parameters and inputs: a measurement that starts at its input starts
 * at the initial value of the state it is connected to. What cannot be traced back stays, and is reported as every name out of place is.
 */
export function withInitialValues(
  definition: ModelDefinition,
  connections: ReadonlyMap<string, Connection>,
  names: ReadonlySet<string>,
): ModelDefinition["states"] {
  const { states, algebraic } = definition;
  const sourceOf = (name: string): string | number | undefined => {
    const connected = connections.get(name)?.is;
    if (connected !== undefined) return connected;
    if (Object.hasOwn(states, name)) return states[name]!.initial;
    const entry = Object.hasOwn(algebraic, name) ? algebraic[name]! : undefined;
    return entry !== undefined && "is" in entry ? entry.is : undefined;
  };
  /** A number in `unit`, or an expression. */
  const traced = (text: string, unit: string, through: ReadonlySet<string>): string | number => {
    const only = text.trim();
    const direct = names.has(only) && !through.has(only) ? sourceOf(only) : undefined;
    if (typeof direct === "string") return traced(direct, unit, new Set([...through, only]));
    if (direct !== undefined && states[only]!.unit === unit) return direct;
    return renamed(text, names, (name) => {
      const source = through.has(name) ? undefined : sourceOf(name);
      if (source === undefined) return undefined;
      if (typeof source === "number") return `(${literal(source, states[name]!.unit, names)})`;
      return `(${traced(source, "", new Set([...through, name]))})`;
    });
  };
  return Object.fromEntries(
    Object.entries(states).map(([name, state]) => [
      name,
      typeof state.initial === "string" ? { ...state, initial: traced(state.initial, state.unit, new Set([name])) } : state,
    ]),
  );
}

/** A number with its unit, where the unit can be written behind a number; else the number. */
function literal(value: number, unit: string, names: ReadonlySet<string>): string {
  const text = unitText(measureOf(unit));
  const isOne = (written: string): boolean =>
    scan(
      written,
      (name) => names.has(name),
      () => undefined,
    )?.length === 1;
  return text !== "1" && isOne(`${Math.abs(value)} ${text}`) ? `${value} ${text}` : String(value);
}
