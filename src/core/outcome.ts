/** How a numerical run ended. Every algorithm returns one; none throws it. */

/** Times are in the time unit of the model that was solved. */
export type Outcome =
  | { readonly kind: "success" }
  | { readonly kind: "terminated"; readonly at: number; readonly event: string }
  | { readonly kind: "max-steps"; readonly steps: number; readonly at: number }
  | { readonly kind: "max-time"; readonly seconds: number; readonly at: number }
  | { readonly kind: "step-too-small"; readonly at: number; readonly step: number; readonly state: string }
  | { readonly kind: "non-finite"; readonly at: number; readonly state: string }
  | { readonly kind: "inconsistent"; readonly at: number; readonly equation: string; readonly residual: number }
  | { readonly kind: "chatter"; readonly at: number; readonly event: string; readonly count: number }
  | { readonly kind: "cancelled"; readonly at: number };

/** True when the run reached its end, or the event that was to end it. */
export function reachedEnd(outcome: Outcome): boolean {
  return outcome.kind === "success" || outcome.kind === "terminated";
}

/** The sentence a person reads. Exhaustive: a new outcome does not compile until it has one. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "success":
      return "Reached the end of the interval.";
    case "terminated":
      return `Event "${outcome.event}" ended the run at t = ${outcome.at}.`;
    case "max-steps":
      return `Stopped at t = ${outcome.at} after ${outcome.steps} steps. Raise \`maxSteps\`, loosen the tolerance or try a stiff method.`;
    case "max-time":
      return `Stopped at t = ${outcome.at} after ${outcome.seconds} s of computing. Raise \`maxSeconds\` or shorten the span.`;
    case "step-too-small":
      return `The step fell to ${outcome.step} at t = ${outcome.at}; state "${outcome.state}" has the largest error.`;
    case "non-finite":
      return `State "${outcome.state}" became NaN or infinite at t = ${outcome.at}.`;
    case "inconsistent":
      return `No consistent values at t = ${outcome.at}: equation "${outcome.equation}" is missed by ${outcome.residual}.`;
    case "chatter":
      return `Event "${outcome.event}" fired ${outcome.count} times without progress at t = ${outcome.at}.`;
    case "cancelled":
      return `Cancelled at t = ${outcome.at}.`;
    default:
      return outcome satisfies never;
  }
}
