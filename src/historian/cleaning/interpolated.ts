/** Points that were never measured: read between archived ones by whoever exported the record. */
import { status } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";
import type { Grain } from "./noise.ts";

/** Fewer points do not tell. */
const fewest = 30;
/** Share of the moving points that must lie on straight lines. */
const mostly = 0.3;
/** Steps may differ by this share in a record that is called regular. */
const evenly = 0.01;

/**
 * Points on straight lines between corners, in a record of even steps: an interpolated export presented as raw. The corners were archived;
 * what lies between them repeats what they say and weighs nothing. Inputs use it as it stands.
 *
 * A line is exact to rounding, or to the quantum in which the export was written. Curves that are merely smooth bend everywhere a little: there
 * the bends have all sizes, while of an interpolated record they are either none or clear.
 *
 * @param order  usable places by time, shape (k)
 */
export function interpolatedLayer(view: View, order: Int32Array, grain: Grain): Layer {
  const { time, value } = view;
  const n = order.length;
  let straight = new Uint8Array(0);
  let count = 0;
  if (n >= fewest && isEven(time, order, grain.step)) {
    straight = new Uint8Array(n);
    let scale = 0;
    for (const place of order) scale = Math.max(scale, Math.abs(value[place]!));
    const tolerance = Math.max(1e-12 * scale, 1.01 * grain.quantum);
    let [moving, slight, clear] = [0, 0, 0];
    for (let k = 1; k < n - 1; k++) {
      const [a, x, b] = [value[order[k - 1]!]!, value[order[k]!]!, value[order[k + 1]!]!];
      const bend = Math.abs(x - (a + b) / 2);
      if (bend <= tolerance) {
        straight[k] = 1;
        count++;
        if (Math.abs(b - a) > 2 * tolerance) moving++;
      } else if (bend <= 3 * tolerance) slight++;
      else clear++;
    }
    if (moving < mostly * (moving + slight + clear) || clear < 3 || slight > 0.3 * (slight + clear)) count = 0;
  }
  const places = count === 0 ? new Int32Array(0) : order.filter((_, k) => straight[k] === 1).sort();
  return {
    method: "straight-lines",
    reason: "interpolated",
    places,
    status: 0,
    omit: false,
    weights: new Float64Array(places.length),
  };
}

function isEven(time: Float64Array, order: Int32Array, step: number): boolean {
  let even = 0;
  for (let k = 1; k < order.length; k++) if (Math.abs(time[order[k]!]! - time[order[k - 1]!]! - step) <= evenly * step) even++;
  return even >= 0.9 * (order.length - 1);
}

/** Modes and states are small whole numbers. */
const mostStates = 20;

/**
 * Values between two states: half a valve, mode 1.4. Whoever exported the record drew straight lines through a tag that steps. Where
 * nearly all values are small whole numbers, one that is not was never measured.
 *
 * @param order  usable places by time, shape (k)
 */
export function betweenStatesLayer(view: View, order: Int32Array): Layer {
  const { value } = view;
  let whole = 0;
  const states = new Set<number>();
  for (const place of order) {
    const x = value[place]!;
    if (!Number.isInteger(x)) continue;
    whole++;
    if (states.size <= mostStates) states.add(x);
  }
  const places: number[] = [];
  const [low, high] = [Math.min(...states), Math.max(...states)];
  if (order.length >= fewest && states.size >= 2 && states.size <= mostStates && high - low <= mostStates && whole >= 0.8 * order.length) {
    for (let k = 1; k < order.length; k++) if (!Number.isInteger(value[order[k]!]!)) places.push(order[k]!);
  }
  return {
    method: "between-states",
    reason: "interpolated",
    places: Int32Array.from(places).sort(),
    status: status.uncertainSensorNotAccurate,
    omit: false,
  };
}
