/** The moments of a window: what could be known at each time, from its signals, the run of the mechanism and the measured tags. */
import { severity, valueAt } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import type { Moment } from "../hybrid.ts";
import { computedAt, type MechanismRun } from "../mechanism/run.ts";
import { type Known, lastKnown } from "./last-known.ts";

/** @returns a function from a time to its moment */
export function momentsOf(window: Window, run: MechanismRun): (time: number) => Moment {
  const known = new Map<string, (t: number) => Known | undefined>();
  const latest = (name: string, at: number): Known | undefined => {
    const measured = Object.hasOwn(window.measured, name) ? window.measured[name] : undefined;
    if (!measured) return undefined;
    let question = known.get(name);
    if (!question) {
      question = lastKnown(measured);
      known.set(name, question);
    }
    return question(at);
  };
  return (time) => ({
    time,
    input: (name, at) => inputAt(window, name, at),
    computed: (name, at) => computedAt(run, name, at),
    measured: (name, at) => latest(name, at)?.value,
    residual(name, at) {
      const last = latest(name, at);
      const computed = last && computedAt(run, name, last.time);
      return computed === undefined ? undefined : last!.value - computed;
    },
  });
}

/** Value of an input where its signal reaches and its status is not Bad. */
function inputAt(window: Window, name: string, at: number): number | undefined {
  const signal = Object.hasOwn(window.inputs, name) ? window.inputs[name] : undefined;
  if (!signal || at < signal.times[0]! || at > Math.max(signal.times.at(-1)!, window.duration)) return undefined;
  const steps = Object.hasOwn(window.inputStatus, name) ? window.inputStatus[name] : undefined;
  if (steps && severity(statusAt(steps, at)) === "bad") return undefined;
  return valueAt(signal, at);
}

/** The status in force at a time; Good before the first step. */
function statusAt({ time, status }: Window["inputStatus"][string], at: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low > 0 ? status[low - 1]! : 0;
}
