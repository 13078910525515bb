/** What the functions mean that lead from one kind of pressure or gas volume to the other. One meaning for numbers and for nodes. */
import type { FunctionName } from "./expression.ts";

/** Normal state of gases, DIN 1343: 0 °C and 1.01325 bar. */
export const normalState = { temperature: 273.15, pressure: 1.01325 } as const;

export type Conversion = Extract<FunctionName, "toAbsolute" | "toGauge" | "toActual" | "toNormal">;

export const isConversion = (name: FunctionName): name is Conversion =>
  name === "toAbsolute" || name === "toGauge" || name === "toActual" || name === "toNormal";

/** Arithmetic on whatever stands for numbers. */
export interface Arithmetic<V> {
  number(value: number): V;
  binary(op: "add" | "sub" | "mul" | "div", a: V, b: V): V;
}

/** toAbsolute: p + patm. toGauge: p − patm. toActual: V·(T/T₀)·(p₀/p). toNormal: V·(T₀/T)·(p/p₀), ideal gases. */
export function converted<V>(name: Conversion, [a, b, c]: readonly V[], { number, binary }: Arithmetic<V>): V {
  if (name === "toAbsolute") return binary("add", a!, b!);
  if (name === "toGauge") return binary("sub", a!, b!);
  const [t0, p0] = [number(normalState.temperature), number(normalState.pressure)];
  return name === "toActual"
    ? binary("mul", binary("mul", a!, binary("div", b!, t0)), binary("div", p0, c!))
    : binary("mul", binary("mul", a!, binary("div", t0, b!)), binary("div", c!, p0));
}
