/** Values that callers give by name, in the order of the system. */
import type { System } from "../core/index.ts";
import { indexOfName } from "./index-of-name.ts";

/** The system's parameters, some of them replaced. @throws GreyboxError `solver/unknown-name` */
export function parametersOf(system: System, values: Readonly<Record<string, number | undefined>> = {}): Float64Array {
  const p = system.p.slice();
  for (const [name, value] of Object.entries(values)) {
    const i = indexOfName("parameter", name, system.parameters, system.name);
    if (value !== undefined) p[i] = value;
  }
  return p;
}

/** Initial values that are given, and which they are. @throws GreyboxError `solver/unknown-name` */
export function initialValues(
  system: System,
  values: Readonly<Record<string, number | undefined>> = {},
): { x0: Float64Array; x0Given: Uint8Array } {
  const x0 = new Float64Array(system.states.length);
  const x0Given = new Uint8Array(system.states.length);
  for (const [name, value] of Object.entries(values)) {
    const i = indexOfName("state", name, system.states, system.name);
    if (value === undefined) continue;
    x0[i] = value;
    x0Given[i] = 1;
  }
  return { x0, x0Given };
}
