/** Gains by which measured values correct the states of a run: known numbers or unknowns. Plain data. */
import { GreyboxError, type System } from "../../core/index.ts";
import { unknownName } from "./names.ts";
import type { InnovationGain, Question } from "./question.ts";
import { plainUnknown, type Unknown } from "./unknown.ts";

export interface InnovationPlan {
  readonly tag: string;
  /** Index into `system.states`. */
  readonly state: number;
  /** In units of the state by unit of the tag; or the unknown that is. */
  readonly gain: number | { readonly unknown: number };
}

/** Where the search for a state's correction by its own measured value starts, and where it may go: 0 ignores the value, 1 believes it. */
const own = { start: 0.5, lower: 0, upper: 1 } as const;

/**
 * @param first  index of the first unknown that comes from here
 * @throws GreyboxError `calibration/unknown-name`, `calibration/innovations`, `calibration/algebraic-initial`
 */
export function innovationPlans(
  { model, innovations = {}, steady, windows }: Question,
  system: System,
  first: number,
): { plans: InnovationPlan[]; unknowns: Unknown[] } {
  const chosen = Object.entries(innovations as Record<string, Readonly<Record<string, InnovationGain | undefined>> | undefined>);
  const plans: InnovationPlan[] = [];
  const unknowns: Unknown[] = [];
  const refuse = (tag: string, why: string): GreyboxError => new GreyboxError("calibration/innovations", { tag, why });
  for (const [tag, gains] of chosen) {
    if (gains === undefined) continue;
    if (!system.observables.includes(tag)) throw unknownName(model, "observable", tag, system.observables);
    if (steady === true || system.states.length === 0) throw refuse(tag, "steady states and regressions have no course to correct");
    if (system.delays) throw refuse(tag, "the model remembers its past (delay), which a correction would tear");
    if (!windows.some(({ measured }) => measured[tag])) throw refuse(tag, "no window has measured values of it");
    for (const [name, wanted] of Object.entries(gains)) {
      if (wanted === undefined) continue;
      const state = system.states.indexOf(name);
      if (state < 0) throw unknownName(model, "state", name, system.states);
      if (system.mass?.[state] === 0) throw new GreyboxError("calibration/algebraic-initial", { state: name });
      if (typeof wanted === "number") {
        plans.push({ tag, state, gain: wanted });
        continue;
      }
      plans.push({ tag, state, gain: { unknown: first + unknowns.length } });
      unknowns.push(gainUnknown(tag, name, wanted, gainUnit(model, name, tag), system.nominal[state]!, sizeOf(windows, tag)));
    }
  }
  return { plans, unknowns };
}

function gainUnit({ definition: { states, algebraic, outputs } }: Question["model"], state: string, tag: string): string {
  const unit = (name: string): string => (states[name] ?? algebraic[name] ?? outputs[name])?.unit ?? "1";
  return unit(state) === unit(tag) ? "1" : `(${unit(state)})/(${unit(tag)})`;
}

function gainUnknown(
  tag: string,
  state: string,
  wanted: Exclude<InnovationGain, number>,
  unit: string,
  stateSize: number,
  tagSize: number,
): Unknown {
  const isOwn = state === tag;
  const { value, bounds }: Exclude<InnovationGain, true | number> = wanted === true ? {} : wanted;
  const [lower, upper] = bounds ?? (isOwn ? [own.lower, own.upper] : [-Infinity, Infinity]);
  return {
    ...plainUnknown,
    acts: [{ sets: "gain" }],
    name: `innovation gain of ${state} by ${tag}`,
    unit,
    scale: "linear",
    nominal: isOwn ? 1 : stateSize / tagSize,
    start: value ?? Math.min(Math.max(isOwn ? own.start : 0, lower), upper),
    lower,
    upper,
  };
}

/** Size of the measured values of a tag: what its gains are measured against. */
function sizeOf(windows: Question["windows"], tag: string): number {
  let largest = 0;
  for (const { measured } of windows) for (const value of measured[tag]?.value ?? []) largest = Math.max(largest, Math.abs(value));
  return largest > 0 && largest < Infinity ? largest : 1;
}
