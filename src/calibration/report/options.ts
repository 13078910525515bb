/** What a report can show beside the fit itself. */
import type { Bootstrap } from "../bootstrap/bootstrap.ts";
import type { Calibrated } from "../calibrated.ts";
import type { Diagnosis } from "../diagnostics/diagnosis.ts";
import type { Identifiability } from "../identifiability/identifiability.ts";
import type { Profile } from "../profile/profile.ts";
import type { Sample } from "../sampling/sample.ts";

/** Each as the function of that name gave it. */
export interface ReportOptions {
  readonly profiles?: readonly Profile[] | undefined;
  readonly sample?: Sample | undefined;
  readonly bootstrap?: Bootstrap | undefined;
  readonly diagnosis?: Diagnosis | undefined;
  /** As `identifiabilityOf` gave it. */
  readonly identifiability?: Identifiability | undefined;
  /** A fit to compare with: what changed since then. */
  readonly former?: Calibrated | undefined;
}
