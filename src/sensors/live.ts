/** A soft sensor at work: a point in, an answer out; laboratory values whenever they arrive. */
import { type Calibrated, type StartSource, startSource } from "../calibration/index.ts";
import { conversion, GreyboxError, severity, status } from "../core/index.ts";
import type { Hybrid } from "../fusion/index.ts";
import { correction } from "./correction.ts";
import { type Driven, type DriveState, drive } from "./drive.ts";
import { halfWidthRule, spreadOf } from "./half-width.ts";
import { influentialInputs } from "./influence.ts";
import { nextScale } from "./interval-scale.ts";
import { judgeDomain } from "./judge-domain.ts";
import { applyLab, type BiasState, type LabRecord, type LabUpdate, noBias, type PastPrediction } from "./lab-bias.ts";
import { type PastState, past } from "./past.ts";
import { checkTime, type Point } from "./point.ts";
import { domainReport, type Prediction, type PredictionDomain, statusReport } from "./prediction.ts";
import { defaults, type SensorSpec } from "./spec.ts";
import { unitOfObservable } from "./units-of.ts";
import { type Verdict, verdict } from "./verdict.ts";

/** Everything a sensor is made of. `hash` names it. */
export interface SensorParts {
  readonly fit: Calibrated;
  readonly hybrid: Hybrid | undefined;
  readonly spec: SensorSpec;
  readonly hash: string;
}

/** All that a stream has left in a sensor. Plain data but for typed arrays. */
export interface LiveState {
  readonly bias: BiasState;
  readonly scale: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly said: PastState;
  readonly mechanism: DriveState;
}

/** One stream through a sensor. It has identity and changes: one owner. */
export interface LiveSensor {
  predict(point: Point): Prediction;
  lab(record: LabRecord): LabUpdate;
  state(): LiveState;
  restore(state: LiveState): void;
}

/** What was found out about a point; in the unit of the answer. */
interface Answer {
  readonly value: number;
  readonly halfWidths: readonly [number, number] | undefined;
  /** Null where the mechanism had no part in it. */
  readonly physics: number | null;
  readonly learned: number;
  readonly bias: number;
  readonly domain: PredictionDomain | null;
  /** False while an unknown start still matters: nothing is to be learned from a comparison with it. */
  readonly settled: boolean;
}

export function live({ fit, hybrid, spec, hash }: SensorParts): LiveSensor {
  const system = fit.model.system();
  const { definition } = fit.model;
  const influential = influentialInputs(definition, spec.estimate);
  const learned = hybrid && correction(hybrid, (name) => spec.inputs.find((input) => input.name === name)?.hold ?? "hold");
  const mechanism = drive(system, spec, learned, influential, fallbacksOf(fit));
  const toAnswer = conversion(unitOfObservable(definition, spec.estimate) ?? "1", spec.unit);
  const halfWidthsOf = halfWidthRule({ fit, hybrid, spec }, toAnswer);
  const maxAge = Math.max(...spec.inputs.map((tag) => tag.maxAge), defaults.maxAge);
  const said = past((spec.lab?.maxDelay ?? 0) + maxAge, maxAge);
  let bias: BiasState = noBias;
  let scale = 1;
  let first: number | undefined;
  let last: number | undefined;

  /** The answer from the mechanism, the learned part and the laboratory's bias. */
  const fromMechanism = (driven: Driven, found: Verdict): Answer => {
    const used = hybrid?.on === spec.estimate ? driven.corrected : undefined;
    const physics = driven.estimate * toAnswer.factor + toAnswer.shift;
    const part = (used?.learned ?? 0) * toAnswer.factor;
    const domain = driven.corrected ? domainReport(driven.corrected.domain) : null;
    if (domain) judgeDomain(domain, found);
    const width = halfWidthsOf(driven);
    const halfWidths: readonly [number, number] | undefined = width && [width[0] * scale, width[1] * scale];
    const settled = judgeStart(driven, halfWidths, found);
    return { value: physics + part + bias.bias, halfWidths, physics, learned: part, bias: bias.bias, domain, settled };
  };

  /** An unknown start counts until its consequences are small beside the interval. */
  const judgeStart = ({ disagreement }: Driven, halfWidths: readonly [number, number] | undefined, found: Verdict): boolean => {
    if (!disagreement) return true;
    const tolerance = halfWidths
      ? defaults.settledInHalfWidths * Math.max(...halfWidths)
      : defaults.settledShare * disagreement.first * toAnswer.factor;
    const settled = disagreement.now * toAnswer.factor <= tolerance;
    if (settled) mechanism.settle();
    else
      found.because(
        status.uncertainInitialValue,
        "state-unsettled",
        "The state of the plant is not known well yet; its start still matters.",
      );
    return settled;
  };

  /** The last rung before Bad: what the laboratory last found. */
  const fromLab = (time: number, found: Verdict): Answer | undefined => {
    if (!spec.lab || !bias.last) return undefined;
    const age = time - bias.last.sampleTime;
    if (age > spec.lab.maxAge) return undefined;
    found.add([{ code: "last-lab", on: spec.estimate, text: `The last laboratory value, ${age} s old, stands in.` }]);
    found.used(age);
    const width = spreadOf(bias.moves, spec.level);
    return {
      value: bias.last.value,
      halfWidths: width === undefined ? undefined : [width, width],
      physics: null,
      learned: 0,
      bias: 0,
      domain: null,
      settled: true,
    };
  };

  const judgeLab = (time: number, found: Verdict): void => {
    if (bias.atLimit)
      found.because(status.uncertainSubNormal, "bias-at-limit", "The laboratory bias is at its limit: the sensor wants a new calibration.");
    const every = spec.lab?.every;
    if (!spec.lab || every === undefined) return;
    const since = time - (bias.last?.sampleTime ?? first ?? time);
    if (since > every + spec.lab.maxDelay)
      found.add([{ code: "lab-overdue", text: `No laboratory value for ${since} s; one is expected every ${every} s.` }]);
  };

  const envelope = (time: number, answer: Answer | undefined, found: Verdict, code: number): Prediction => {
    const usable = answer !== undefined && Number.isFinite(answer.value) ? answer : undefined;
    const grade = usable ? code : severity(code) === "bad" ? code : status.bad;
    const widths = usable?.halfWidths;
    const measurable = widths?.every(Number.isFinite) ?? false;
    if (usable && !measurable) found.add([{ code: "no-interval", text: "Nothing measured says how far this may be from the truth." }]);
    // Adding 0 turns −0, which JSON does not know, into 0.
    return {
      time: time + 0,
      value: usable ? usable.value + 0 : null,
      unit: spec.unit,
      interval: usable && widths && measurable ? [usable.value - widths[0] + 0, usable.value + widths[1] + 0] : null,
      level: spec.level,
      status: statusReport(grade),
      reasons: found.reasons,
      physics: usable && usable.physics !== null ? usable.physics + 0 : null,
      learned: (usable?.learned ?? 0) + 0,
      bias: (usable?.bias ?? 0) + 0,
      domain: usable?.domain ?? null,
      age: found.age,
      model: { sensor: spec.name, hash },
    };
  };

  return {
    state: () => ({ bias, scale, first, last, said: said.state(), mechanism: mechanism.state() }),
    restore(state) {
      ({ bias, scale, first, last } = state);
      said.restore(state.said);
      mechanism.restore(state.mechanism);
    },
    predict(point) {
      const time = checkTime(point.time);
      const found = verdict();
      if (last !== undefined && time < last) {
        found.add([{ code: "out-of-order", text: `The point is ${last - time} s older than the one before it; a stream goes forward.` }]);
        return envelope(time, undefined, found, status.bad);
      }
      last = time;
      first ??= time;
      const driven = mechanism.follow(point, found);
      const answer = driven && fromMechanism(driven, found);
      said.record(time, answer && spoken(answer));
      if (answer) {
        judgeLab(time, found);
        return envelope(time, answer, found, found.status);
      }
      const standIn = fromLab(time, found);
      judgeLab(time, found);
      if (standIn) return envelope(time, standIn, found, status.uncertainLastUsableValue);
      return envelope(time, undefined, found, severity(found.status) === "bad" ? found.status : missingStatus(first === time));
    },

    lab(record) {
      if (!spec.lab) throw new GreyboxError("sensor/lab-not-configured", { sensor: spec.name });
      const known = said.at(record.sampleTime);
      const { update, state } = applyLab(bias, record, known, spec.lab);
      if (update.decision === "accepted" && known?.halfWidth !== undefined) {
        scale = nextScale(scale, Math.abs(record.value - known.stated) <= known.halfWidth, spec.level);
      }
      if (update.decision === "accepted" && known && hybrid?.on === spec.estimate) {
        mechanism.late(record.reportedTime, (record.value - known.physics) / toAnswer.factor);
      }
      bias = state;
      return update;
    },
  };
}

/** What a laboratory value may be compared with later. */
function spoken({ value, physics, learned, halfWidths, settled }: Answer): PastPrediction | undefined {
  if (physics === null || !settled) return undefined;
  return { physics, value: physics + learned, stated: value, halfWidth: halfWidths && Math.max(...halfWidths) };
}

const missingStatus = (atFirst: boolean): number => (atFirst ? status.badWaitingForInitialData : status.badNoData);

/** Starts that are numbers, or come from what another observable shows; a state's own measurement comes from the first point anyway. */
function fallbacksOf({ start, model }: Calibrated): Readonly<Record<string, number | StartSource>> {
  return Object.fromEntries(
    Object.entries(start).flatMap(([state, choice]) => {
      const from = typeof choice === "number" ? choice : startSource(choice, state, model.definition);
      return from === undefined || (typeof from === "object" && from.observable === state) ? [] : [[state, from] as const];
    }),
  );
}
