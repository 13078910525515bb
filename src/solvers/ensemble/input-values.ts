/** Parameters and inputs as the equations of a lane read them. */
import type { Value } from "../../core/index.ts";
import { control } from "./lane-program.ts";
import { load, minus, plus, times } from "./values.ts";

/** A parameter, or an input at some time, by the straight line of the piece that the lane is in. */
export function inputsAt(array: string, offset: number, time: Value, moving: boolean): Value {
  if (array === "p" || !moving) return load(array, offset);
  return plus(load("u", offset), times(load("slope", offset), minus(time, load("control", control.begin))));
}
