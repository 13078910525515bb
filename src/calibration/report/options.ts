/** What a report can show beside the fit itself. */
import type { Calibrated } from "../calibrated.ts";
import type { Profile } from "../profile/profile.ts";
import type { Sample } from "../sampling/sample.ts";

export interface ReportOptions {
  /** As `profile` gave them. */
  readonly profiles?: readonly Profile[] | undefined;
  /** As `sample` gave it. */
  readonly sample?: Sample | undefined;
  /** A fit to compare with: what changed since then. */
  readonly former?: Calibrated | undefined;
}
