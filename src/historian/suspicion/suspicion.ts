/**
 * What looks wrong with a record but cannot be decided from it alone: told with its evidence, for a person to approve, never applied.
 *
 * Whoever agrees changes the mapping (a new validity period, another unit, another tag) or takes the points out with {@link doubt}.
 */
import { type Reason, status } from "../../core/index.ts";
import type { View } from "../cleaning/layers.ts";
import { withLayer } from "../cleaning/layers.ts";

export type SuspicionKind =
  | "alias"
  | "bias"
  | "bias-step"
  | "counter"
  | "drift"
  | "gain"
  | "imbalance"
  | "moved"
  | "name"
  | "oscillation"
  | "pressure-reference"
  | "renamed"
  | "replaced"
  | "sentinel"
  | "sign"
  | "square-root"
  | "swapped"
  | "unit"
  | "clock-drift"
  | "clock-step"
  | "compression"
  | "interval-stamp"
  | "local-time"
  | "method"
  | "misprint"
  | "repeatability"
  | "sample-time"
  | "swapped-samples"
  | "unit-missing";

export interface Suspicion {
  readonly kind: SuspicionKind;
  /** Other kinds that explain the record nearly as well. */
  readonly orElse?: readonly SuspicionKind[] | undefined;
  /** The tags concerned; the first is the doubted one. */
  readonly tags: readonly string[];
  /** Where it holds [s]; the whole record where it has no beginning or no end. */
  readonly from: number;
  readonly to: number;
  readonly reason: Reason;
  /** What was seen, as a sentence. */
  readonly evidence: string;
  /** What to change in the mapping if a person agrees. */
  readonly proposal: string;
  /** The numbers behind the sentence. */
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * The view with the points of a suspicion doubted, for a person who agrees with it: Uncertain, or as bad as `code` says. Taken off again
 * by `withoutMethod(view, suspicion.kind)`.
 */
export function doubt(view: View, suspicion: Suspicion, code: number = status.uncertainSensorNotAccurate): View {
  const places: number[] = [];
  for (let i = 0; i < view.time.length; i++) if (view.time[i]! >= suspicion.from && view.time[i]! < suspicion.to) places.push(i);
  return withLayer(view, {
    method: suspicion.kind,
    reason: suspicion.reason,
    places: Int32Array.from(places),
    status: code,
    omit: false,
  });
}

/** A number as a person reads it: four significant digits. */
export function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}
