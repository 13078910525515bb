/** A bound tag after cleaning, in model units: what windows are cut from. */
import { type Interpolation, type Reason, reason, reasonsIn, status } from "../../core/index.ts";
import type { BoundTag } from "../bind.ts";
import { type Cleaned, clean } from "../cleaning/clean.ts";
import { withLaboratory } from "../cleaning/laboratory.ts";
import type { Layer } from "../cleaning/layers.ts";
import type { Grain } from "../cleaning/noise.ts";
import type { Rules } from "../cleaning/rules.ts";
import { gathered, gatheredCodes, type Series } from "../series.ts";

export interface Track {
  readonly bound: BoundTag;
  /** Columns by strictly increasing time, points that are left out removed. Shape (k). */
  readonly time: Float64Array;
  /** In the unit of the model. */
  readonly value: Float64Array;
  readonly status: Uint32Array;
  readonly reasons: Uint32Array;
  readonly weight: Float64Array;
  /** 1 where there is a value that counts in a fit; of an input also where it can be shown to the model all the same. */
  readonly usable: Uint8Array;
  /** Times and reasons of the points that were left out altogether. */
  readonly omitted: { readonly time: Float64Array; readonly reasons: Uint32Array };
  readonly hold: Interpolation;
  /** In the unit of the model. */
  readonly compression: number;
  /** Longest silence, and longest stretch of unusable points, that is bridged [s]. */
  readonly bridges: { readonly silence: number; readonly bad: number };
  readonly layers: readonly Layer[];
  readonly raw: Series;
  readonly cleaned: Cleaned;
  /** Where several tags follow one another, each by itself; raw series, layers and cleaning above are then those of the last. */
  readonly parts?: readonly Track[] | undefined;
}

export function trackOf(raw: Series, bound: BoundTag, rules: Rules, maxGap: number | undefined): Track {
  const { info } = raw;
  const hold = bound.hold ?? (info.stepped === false ? "linear" : "hold");
  const bare = clean(raw, rules, {
    range: bound.range,
    stepped: bound.reported !== undefined || bound.lab !== undefined || (bound.role === "input" ? hold === "hold" : info.stepped),
    versions: bound.reported !== undefined || bound.lab !== undefined,
    sigma: bound.sigma === undefined ? undefined : bound.sigma / Math.abs(bound.factor),
  });
  const cleaned = { ...bare, view: withLaboratory(bare.view, bare.order, bound.lab, bound) };
  const { view, order, grain } = cleaned;
  const count = order.length;
  const [time, value, weight] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const [codes, reasons, usable] = [new Uint32Array(count), new Uint32Array(count), new Uint8Array(count)];
  const byLevel = [rules.weights.good, rules.weights.uncertain, rules.weights.bad, rules.weights.bad];
  for (let k = 0; k < count; k++) {
    const place = order[k]!;
    const absent = (view.reasons[place]! & reason.notANumber) !== 0;
    time[k] = view.time[place]!;
    value[k] = absent ? 0 : bound.factor * view.value[place]! + bound.shift;
    codes[k] = view.status[place]!;
    reasons[k] = view.reasons[place]!;
    weight[k] = absent ? 0 : byLevel[codes[k]! >>> 30]! * (view.weight?.[place] ?? 1);
    usable[k] = weight[k]! > 0 || (bound.role === "input" && !absent && showable(codes[k]!, reasons[k]!, rules)) ? 1 : 0;
  }
  const compression = bound.compression ?? Math.abs(bound.factor) * (info.compression ?? 0);
  return {
    bound,
    time,
    value,
    status: codes,
    reasons,
    weight,
    usable,
    omitted: omittedOf(cleaned),
    hold,
    compression,
    bridges: bridgesOf(bound.maxGap ?? maxGap, info.maxInterval, hold === "hold" || compression > 0, grain),
    layers: view.layers,
    raw,
    cleaned,
  };
}

/**
 * A factor on the weight says how much a point tells, not whether it was so. What was set by hand, or repaired, is no evidence, but the
 * best that is known of an input: it is shown with its status, Uncertain.
 */
function showable(code: number, mask: number, { weights }: Rules): boolean {
  const level = code >>> 30;
  return (level === 0 ? weights.good : level === 1 ? weights.uncertain : weights.bad) > 0 || (level === 1 && (mask & standIn) !== 0);
}

const standIn = reason.manual | reason.substituted;

/**
 * What is declared holds for everything. Else silence means nothing where only changes are reported, up to the longest interval of the
 * reporting rule where that is known; elsewhere it may last as long as is usual for the tag. A stretch of Bad points may last ten median
 * steps, or the longest interval.
 */
function bridgesOf(declared: number | undefined, maxInterval: number | undefined, byException: boolean, grain: Grain): Track["bridges"] {
  if (declared !== undefined) return { silence: declared, bad: declared };
  const longest = maxInterval === undefined ? undefined : 1.5 * maxInterval;
  return { silence: longest ?? (byException ? Infinity : grain.silence), bad: Math.max(10 * grain.step, longest ?? 0) };
}

function omittedOf({ view }: Cleaned): Track["omitted"] {
  const places: number[] = [];
  for (let place = 0; place < view.omitted.length; place++) if (view.omitted[place] === 1) places.push(place);
  return { time: gathered(view.raw.time, places), reasons: gatheredCodes(view.reasons, places) };
}

/** Why a point does not count, in the order in which the reasons are given: what it is before what was found out about it. */
const inOrderOfBlame: readonly Reason[] = [
  "sentinel",
  "notANumber",
  "sourceBad",
  "outOfRange",
  "duplicate",
  "superseded",
  "conflict",
  "timeSuspect",
  "groupStale",
  "frozen",
  "spike",
  "manual",
  "labSuspect",
  "sampleTimeUnknown",
  "scaleSuspect",
  "identitySuspect",
  "biased",
  "imbalance",
  "outOfContext",
  "interpolated",
  "overDense",
  "timeCoarse",
  "noisy",
  "counterReset",
  "substituted",
  "saturated",
  "censored",
  "sourceUncertain",
];

/** The reason under which a point that does not count is counted. */
export function mainReason(mask: number, code: number): string {
  const found = reasonsIn(mask);
  const main = inOrderOfBlame.find((name) => found.includes(name));
  return main ?? (code >>> 30 >= 2 ? "sourceBad" : code >>> 30 === 1 ? "sourceUncertain" : (found[0] ?? "sourceBad"));
}

/** Status of an input while its last usable value stands for unusable ones. */
export const bridgedStatus = status.uncertainLastUsableValue;
