/** A feature: one column of what a learner sees, as plain data. */

export type Feature =
  /** A model input, `lag` before the moment. */
  | { readonly kind: "input"; readonly name: string; readonly lag: number }
  /** An observable as the mechanism computes it. */
  | { readonly kind: "computed"; readonly name: string; readonly lag: number }
  /** The last measured value of another observable that was known then. */
  | { readonly kind: "measured"; readonly name: string; readonly lag: number }
  /** Measured minus computed of the target itself, `lag` > 0 ago. */
  | { readonly kind: "residual"; readonly name: string; readonly lag: number }
  /** Time since the start of the run. */
  | { readonly kind: "time" };

/**
 * The name of a feature in readings and reports.
 *
 * @example
 * featureName({ kind: "input", name: "q", lag: 5 }); // => "q 5 ago"
 * featureName({ kind: "measured", name: "cA", lag: 0 }); // => "measured cA"
 */
export function featureName(feature: Feature): string {
  if (feature.kind === "time") return "time";
  const subject = feature.kind === "input" || feature.kind === "computed" ? feature.name : `${feature.kind} ${feature.name}`;
  return feature.lag > 0 ? `${subject} ${feature.lag} ago` : subject;
}
