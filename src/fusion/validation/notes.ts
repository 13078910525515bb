/** What a reader must know to read the figures of a validation, in sentences. */
import type { Calibrated } from "../../calibration/index.ts";
import { contentHash } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import { withoutMechanism } from "../features/declare.ts";
import type { Rows } from "../features/rows.ts";
import type { Guard } from "../guard/guard.ts";
import { scoresNeeded } from "./conformal.ts";
import type { CrossValidation } from "./cross-validate.ts";

export interface NotesQuestion {
  readonly fit: Calibrated;
  readonly windows: readonly Window[];
  readonly rows: Rows;
  readonly scores: CrossValidation;
  readonly guard: Guard;
  readonly level: number;
  /** True when the residual remembers for longer than an embargo can be. */
  readonly capped: boolean;
}

export function notesOf({ fit, windows, rows, scores, guard, level, capped }: NotesQuestion): string[] {
  const notes: string[] = [];
  if (contentHash(windows) === fit.provenance.data) {
    notes.push("The mechanism was calibrated on these windows: its own error is not out of sample. Windows kept apart show it.");
  }
  if (scores.overall.improvement <= 0) {
    notes.push("The learned part does not improve on the mechanism for points it has not seen. Deploy the mechanism.");
  } else if (scores.share < 0.5) {
    notes.push(`Only ${Math.round(100 * scores.share)} % of the learned part paid out of fold and is used.`);
  }
  if (scores.overall.dataOnly && scores.overall.dataOnly.rmse < scores.overall.hybrid.rmse) {
    notes.push("The learner without the mechanism predicts these points better than the hybrid does.");
  }
  if (capped) {
    notes.push("The residual remembers for longer than the embargo: neighbouring folds still tell a little of each other.");
  }
  if (withoutMechanism(rows.declared).length === 0) {
    notes.push("All features come from the mechanism; data-only has none and predicts the mean.");
  }
  const { points = 0, far = 0 } = guard.visited ?? {};
  if (far > 0.05 * points) {
    const share = Math.round((100 * far) / points);
    notes.push(`For ${share} % of the training the plant ran far from every measured value; there the mechanism stands alone.`);
  }
  if (rows.leftOut > 0) {
    const [name, count] = Object.entries(rows.lacking).reduce((most, other) => (other[1] > most[1] ? other : most));
    notes.push(`${rows.leftOut} measured values were left out because a feature could not be had at their time: "${name}" at ${count}.`);
  }
  if (rows.time.length < scoresNeeded(level)) {
    notes.push(`${rows.time.length} points are too few for an interval of level ${level}: it is the largest error seen.`);
  }
  return notes;
}
