/** How a historian kept the values of a tag, as far as a person says it. Plain data. */

import type { Door } from "../../core/index.ts";

/** Sizes in the unit that the tag has in the model, times in the time unit of the model. */
export interface ArchiveChoice {
  /** Compression deviation: half the width of the swinging door. Default: that of the windows. */
  readonly compression?: number | undefined;
  /** Exception deviation in front of it. Default: half the compression deviation. 0: every change was sent. */
  readonly exception?: number | undefined;
  /** When the door is open too wide. Default: `aperture`, as in process historians; `parallel`: as Bristol wrote it. */
  readonly door?: Door | undefined;
  /** Longest time without a point. Default: none. */
  readonly maxInterval?: number | undefined;
  /** `archived` (default): windows hold the points that were kept. `interpolated`: values read off the lines between them. */
  readonly points?: "archived" | "interpolated" | undefined;
  /**
   * Whether a fit uses what is known of dropped values: that each was within the deviations of the line between archived points. Default: no.
   * Matters where the model could leave those lines; a bias of archived points it does not cure.
   */
  readonly between?: boolean | undefined;
  /** Time between two values at the source. Default: the shortest time between two archived points. */
  readonly every?: number | undefined;
  /** Standard deviation of the values at the source. Default: that of the windows or the likelihood where one is given, else estimated. */
  readonly sigma?: number | undefined;
  /** Time over which errors at the source stay alike. Default 0: they are independent. */
  readonly correlationTime?: number | undefined;
}
