/** Moves the mechanism from point to point: reads the tags down their ladder, advances, shows the filter what was measured. */
import type { StartSource } from "../calibration/index.ts";
import { describeOutcome, type System, severity, status } from "../core/index.ts";
import type { Corrected } from "../fusion/index.ts";
import type { Correction, CorrectionState } from "./correction.ts";
import { type PhysicsState, physics } from "./physics.ts";
import type { Point } from "./point.ts";
import type { InputAgreement, MeasuredAgreement, SensorSpec } from "./spec.ts";
import { secondsIn } from "./stream.ts";
import { type TagReader, type TagState, tagReader, type Usable } from "./tags.ts";
import type { Verdict } from "./verdict.ts";

/** What the mechanism says at a point, in model units. */
export interface Driven {
  /** Value of the estimate as the mechanism computes it. */
  readonly estimate: number;
  /** What the learned part makes of it; undefined where the sensor has none. */
  readonly corrected: Corrected | undefined;
  /** Standard deviation of the estimate in the eyes of the filter; undefined without one. */
  readonly deviation: number | undefined;
  /** How much an unknown start still matters; undefined when it does not. */
  readonly disagreement: { readonly now: number; readonly first: number } | undefined;
}

/** Plain data. */
export interface DriveState {
  readonly origin: number | undefined;
  /** Inputs at the last point, in model units. */
  readonly before: Float64Array;
  readonly inputs: Readonly<Record<string, TagState>>;
  readonly measured: Readonly<Record<string, TagState>>;
  readonly shown: Readonly<Record<string, number>>;
  readonly mechanism: PhysicsState;
  readonly learned: CorrectionState | undefined;
}

export interface Drive {
  /** Undefined where the mechanism cannot be computed; the verdict then says why. */
  follow(point: Point, verdict: Verdict): Driven | undefined;
  /** An unknown start has been forgotten. */
  settle(): void;
  /** A late measured value of what the learned part corrects: measured minus computed, known from a time [s] on. */
  late(reportedTime: number, residual: number): void;
  state(): DriveState;
  restore(state: DriveState): void;
}

interface Followed<A> {
  readonly tag: A;
  readonly reader: TagReader;
}

/**
 * @param influential  inputs that reach the estimate
 * @param fallback  states at the start where nothing better is known, in model units; or what to read them off
 */
export function drive(
  system: System,
  spec: SensorSpec,
  learned: Correction | undefined,
  influential: ReadonlySet<string>,
  fallback: Readonly<Record<string, number | StartSource>>,
): Drive {
  const inputs = new Map(spec.inputs.map((tag): [string, Followed<InputAgreement>] => [tag.name, { tag, reader: tagReader(tag) }]));
  const measured = new Map(spec.measured.map((tag): [string, Followed<MeasuredAgreement>] => [tag.name, { tag, reader: tagReader(tag) }]));
  const holds = system.inputs.map((name) => inputs.get(name)?.tag.hold ?? "hold");
  const mechanism = physics(system, { filter: spec.filter, rtol: spec.rtol, holds });
  const unitOfTime = secondsIn(system.time);
  const estimateAt = system.observables.indexOf(spec.estimate);
  const observableAt = new Map(system.observables.map((name, i) => [name, i]));
  const now = new Float64Array(system.inputs.length);
  const before = new Float64Array(system.inputs.length);
  /** When the newest measurement of each tag was taken that the filter has seen. */
  const shown = new Map<string, number>();
  let origin: number | undefined;

  /** Brings `now` up to date. False when an input is missing that the mechanism cannot do without. */
  const readInputs = (time: number, verdict: Verdict): boolean => {
    let complete = true;
    for (const [i, name] of system.inputs.entries()) {
      const followed = inputs.get(name);
      if (!followed) {
        now[i] = spec.constants[name]!;
        continue;
      }
      const { usable, reasons } = followed.reader.read(time);
      if (influential.has(name)) {
        verdict.add(reasons);
        if (usable) {
          verdict.lower(usable.status);
          verdict.used(usable.age);
        }
      }
      const value = usable?.value ?? (influential.has(name) ? undefined : followed.reader.lastValue);
      if (value === undefined) {
        complete = false;
        if (!influential.has(name)) verdict.add(reasons);
      } else now[i] = value;
    }
    return complete;
  };

  /** What the ladder gives for each measured tag that matters here. It can make the answer Uncertain, never Bad: the mechanism goes on. */
  const readMeasured = (time: number, verdict: Verdict): ReadonlyMap<string, Usable | undefined> => {
    const found = new Map<string, Usable | undefined>();
    for (const [name, { tag, reader }] of measured) {
      const { usable, reasons } = reader.read(time);
      found.set(name, usable);
      if (spec.filter === undefined || tag.sigma === undefined) continue;
      if (usable) {
        verdict.lower(usable.status);
        verdict.add(reasons);
        verdict.used(usable.age);
      } else {
        verdict.because(
          status.uncertainSubNormal,
          "measurement-unusable",
          `${name}: no usable measurement, so nothing corrects the mechanism.`,
          name,
        );
      }
    }
    return found;
  };

  const start = (t: number, found: ReadonlyMap<string, Usable | undefined>): void => {
    const first = [...found].flatMap(([name, usable]) => (usable && system.states.includes(name) ? [[name, usable.value] as const] : []));
    const sure = { ...Object.fromEntries(first), ...spec.initial };
    // What another observable shows was true where the fit began; here it has to be forgotten like any guess.
    const guessed = Object.entries(fallback).flatMap(([state, from]) => {
      if (typeof from === "number") return [[state, from] as const];
      const value = found.get(from.observable)?.value;
      return value === undefined ? [] : [[state, value * from.factor + from.shift] as const];
    });
    mechanism.start(t, now, { ...Object.fromEntries(guessed), ...sure }, new Set(Object.keys(sure)));
  };

  const learn = (t: number, values: Float64Array, found: ReadonlyMap<string, Usable | undefined>, time: number): Corrected | undefined => {
    if (!learned) return undefined;
    const computed = (name: string): number | undefined => values[observableAt.get(name) ?? -1];
    learned.record(t, {
      computed,
      input: (name) => spec.constants[name] ?? inputs.get(name)?.reader.read(time).usable?.value,
      measured: (name) => found.get(name)?.value,
      fresh: (name) => found.get(name)?.fresh ?? false,
    });
    return learned.ask(computed(learned.on) ?? Number.NaN);
  };

  /** Shows the filter every Good value that this point brought. */
  const correct = (found: ReadonlyMap<string, Usable | undefined>, learnedPart: number, time: number, verdict: Verdict): boolean => {
    let changed = false;
    for (const [name, usable] of found) {
      const sigma = measured.get(name)?.tag.sigma;
      if (!usable?.fresh || sigma === undefined || severity(usable.status) !== "good") continue;
      // A reading that is told again is not a second measurement.
      const stamp = time - usable.age;
      if (stamp <= (shown.get(name) ?? Number.NEGATIVE_INFINITY)) continue;
      shown.set(name, stamp);
      const innovation = mechanism.update(name, usable.value - (name === learned?.on ? learnedPart : 0), sigma);
      if (!innovation) continue;
      changed ||= innovation.accepted;
      if (!innovation.accepted) {
        const text = `${name}: the measurement is ${Math.abs(innovation.standardised).toFixed(1)} standard deviations from what the filter expects, and was not believed.`;
        verdict.because(status.uncertainSensorNotAccurate, "measurement-rejected", text, name);
      }
    }
    return changed;
  };

  return {
    state: () => ({
      origin,
      before: Float64Array.from(before),
      inputs: toldBy(inputs),
      measured: toldBy(measured),
      shown: Object.fromEntries(shown),
      mechanism: mechanism.state(),
      learned: learned?.state(),
    }),
    restore(state) {
      origin = state.origin;
      before.set(state.before);
      for (const [name, { reader }] of inputs) reader.restore(state.inputs[name]!);
      for (const [name, { reader }] of measured) reader.restore(state.measured[name]!);
      shown.clear();
      for (const [name, stamp] of Object.entries(state.shown)) shown.set(name, stamp);
      mechanism.restore(state.mechanism);
      if (state.learned) learned?.restore(state.learned);
    },
    settle: () => mechanism.settle(),
    late: (reportedTime, residual) => learned?.late((reportedTime - (origin ?? reportedTime)) / unitOfTime, residual),
    follow(point, verdict) {
      const { time } = point;
      origin ??= time;
      const t = (time - origin) / unitOfTime;
      let bridge = true;
      for (const { tag, reader } of inputs.values()) {
        if (influential.has(tag.name) && reader.idle(time) > tag.maxAge) bridge = false;
        reader.accept(point);
      }
      for (const { reader } of measured.values()) reader.accept(point);

      const complete = readInputs(time, verdict);
      const found = readMeasured(time, verdict);
      if (!complete) return undefined;

      if (!mechanism.started) start(t, found);
      else {
        const outcome = mechanism.advance(t, before, now, bridge);
        if (outcome.kind !== "success") {
          verdict.because(status.bad, "solve-failed", `The mechanism cannot be computed. ${describeOutcome(outcome)}`);
          mechanism.stop();
          shown.clear();
          learned?.clear();
          return undefined;
        }
        // For a while nobody knew the inputs: what they did to the state has to be forgotten first.
        if (!bridge) mechanism.doubt(now);
      }
      before.set(now);

      let values = mechanism.observe(now);
      let corrected = learn(t, values, found, time);
      if (spec.filter && correct(found, corrected?.learned ?? 0, time, verdict)) {
        values = mechanism.observe(now);
        corrected = learn(t, values, found, time);
      }
      const estimate = values[estimateAt]!;
      if (!Number.isFinite(estimate)) {
        verdict.because(status.bad, "solve-failed", `The mechanism computes no finite ${spec.estimate} here.`);
        return undefined;
      }
      return {
        estimate,
        corrected,
        deviation: mechanism.deviation(spec.estimate),
        disagreement: mechanism.disagreement(estimateAt, now),
      };
    },
  };
}

function toldBy(followed: ReadonlyMap<string, Followed<unknown>>): Readonly<Record<string, TagState>> {
  return Object.fromEntries([...followed].map(([name, { reader }]) => [name, reader.state()]));
}
