/** What the place of the features in the training domain means for the answer. */
import { status } from "../core/index.ts";
import type { PredictionDomain } from "./prediction.ts";
import type { Verdict } from "./verdict.ts";

export function judgeDomain(domain: PredictionDomain, found: Verdict): void {
  if (domain.missing.length > 0) {
    const text = `The learned part cannot be asked without ${domain.missing.join(", ")}; the mechanism stands alone.`;
    found.because(status.uncertainSubNormal, "features-missing", text);
  } else if (domain.verdict === "outside") {
    found.because(
      status.uncertainSubNormal,
      "outside-domain",
      `Outside what the learned part was trained on${named(domain.beyond)}; the mechanism stands alone.`,
    );
  } else if (domain.verdict === "edge") {
    const share = Math.round(100 * domain.trust);
    found.because(
      status.uncertainSubNormal,
      "edge-of-domain",
      `At the edge of what the learned part was trained on${named(domain.beyond)}; it counts ${share} %.`,
    );
  }
}

const named = (features: readonly string[]): string => (features.length > 0 ? ` (${features.join(", ")})` : "");
