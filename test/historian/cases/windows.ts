/** What a calibration and a prediction get of a series: the same tag bound as a measured quantity and as an input. */
import {
  bind,
  type LabFields,
  memorySource,
  type PrepareOptions,
  prepare,
  type Series,
  seriesOf,
  type Window,
} from "../../../src/historian/index.ts";
import { tank } from "../tank.ts";

/** Windows with the series as temperature `T`, beside an input that is always there. */
export async function asMeasured(
  series: Series,
  options: PrepareOptions = {},
  more: { readonly sigma?: number; readonly compression?: number; readonly lab?: LabFields } = {},
): Promise<readonly Window[]> {
  const q = seriesOf("Q", { time: [-1e9, ...span(series)], value: [1, 1, 1], status: [0, 0, 0] });
  const binding = bind(tank, { q: { tag: "Q", unit: "L/min" }, T: { ...more, tag: series.tag, unit: "K" } });
  return (await prepare(memorySource({ name: "case", series: new Map([q, series].map((one) => [one.tag, one])) }), binding, options))
    .windows;
}

/** Windows with the series as input `q`. */
export async function asInput(series: Series, options: PrepareOptions = {}, hold?: "hold" | "linear"): Promise<readonly Window[]> {
  const binding = bind(tank, { q: { tag: series.tag, unit: "L/min", ...(hold ? { hold } : {}) } });
  return (await prepare(memorySource({ name: "case", series: new Map([[series.tag, series]]) }), binding, options)).windows;
}

function span({ time }: Series): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const t of time) {
    low = Math.min(low, t);
    high = Math.max(high, t);
  }
  return [low, high + 1];
}

/** Status that a prediction at a time sees of the input. */
export function statusAt(window: Window, seconds: number, unitSeconds = 60): number {
  const steps = window.inputStatus["q"];
  if (steps === undefined) return 0;
  const t = (seconds - window.epoch) / unitSeconds;
  let k = 0;
  while (k + 1 < steps.time.length && steps.time[k + 1]! <= t) k++;
  return steps.status[k]!;
}
