/** From moments to the columns that a learner sees. */
import type { Moment } from "../hybrid.ts";
import { type Feature, featureName } from "./feature.ts";

/** One row of features, or the names of those that could not be had. */
export function valuesOf(features: readonly Feature[], moment: Moment): { values: Float64Array; missing: readonly string[] } {
  const values = new Float64Array(features.length);
  const missing: string[] = [];
  for (const [c, feature] of features.entries()) {
    const value = read(feature, moment);
    if (value === undefined || !Number.isFinite(value)) missing.push(featureName(feature));
    else values[c] = value;
  }
  return { values, missing };
}

function read(feature: Feature, moment: Moment): number | undefined {
  switch (feature.kind) {
    case "input":
      return moment.input(feature.name, moment.time - feature.lag);
    case "computed":
      return moment.computed(feature.name, moment.time - feature.lag);
    case "measured":
      return moment.measured(feature.name, moment.time - feature.lag);
    case "residual":
      return moment.residual(feature.name, moment.time - feature.lag);
    case "time":
      return moment.time;
    default:
      return feature satisfies never;
  }
}

/** Times at which the mechanism must have computed something for the features at `time` to be had. */
export function timesNeeded(features: readonly Feature[], time: number): number[] {
  return features.flatMap((feature) => (feature.kind === "computed" && time - feature.lag >= 0 ? [time - feature.lag] : []));
}
