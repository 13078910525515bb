/** What is asked when an unknown rate is to be found, and what the answer holds. */
import type { AnySource } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import type { Filling, OpenModel } from "../../models/index.ts";
import type { Calibrated } from "../calibrated.ts";
import type { Question } from "../question/question.ts";

/** How a search is run, as in a calibration. */
type HowToSearch = Pick<
  Question,
  "likelihood" | "noise" | "starts" | "giveUp" | "seed" | "spread" | "level" | "solver" | "search" | "compute" | "signal"
>;

export interface RateQuestion extends HowToSearch {
  /** With one unknown relation: the rate. */
  readonly model: OpenModel;
  readonly windows: readonly Window[];
  /** As in a calibration; a state that is estimated or starts from a measured value is left free when the rate is looked for. */
  readonly initial?: Question["initial"];
  /** Laws that the rate may follow, by name: equations of what the rate depends on, with parameters of their own. */
  readonly laws: Readonly<Record<string, string | Filling>>;
  /** Parameters of the model that are estimated together with those of the law, when the model is calibrated with it. */
  readonly estimate?: readonly string[] | undefined;
  /** So many of the laws, the best to fit the rate, are calibrated with the whole model; default 3. */
  readonly calibrated?: number | undefined;
  /**
   * What the smoothness of the rate is chosen by. `"cross-validation"` (default): the generalised one; `"discrepancy"`: as smooth as deviations
   * of size σ allow, where every tag has its σ.
   */
  readonly smoothness?: "cross-validation" | "discrepancy" | undefined;
}

/** The rate over one window, without any law. Columns of equal length. */
export interface RateCourse {
  readonly window: string;
  /** In the time unit of the model. */
  readonly time: Float64Array;
  /** In the unit of the rate. */
  readonly rate: Float64Array;
  /** One standard error, smoothing taken for granted. */
  readonly standardError: Float64Array;
  /** Course of the states with which the balances hold, in their units. */
  readonly states: Readonly<Record<string, Float64Array>>;
}

/** A law beside the rate, and, where it was calibrated, beside the data. */
export interface LawResult {
  readonly law: string;
  readonly is: string;
  /** Of the law, and those that were estimated with it; from the calibration where there is one. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Root mean square between law and rate, in the unit of the rate, and as a share of that of the rate. */
  readonly rmse: number;
  readonly share: number;
  /** The model with this law, calibrated. */
  readonly fit: Calibrated<AnySource, string> | undefined;
  /** Akaike's criterion with its correction for few points, of the calibration; undefined where there is none. Lower is better. */
  readonly aicc: number | undefined;
  /** Akaike weight among the laws that were calibrated: about the probability that it predicts best of them. */
  readonly weight: number | undefined;
}

export interface RateIdentified {
  readonly rate: string;
  readonly unit: string;
  readonly courses: readonly RateCourse[];
  /** What the data says of the rate in numbers of parameters, and how many points that is from. */
  readonly effectiveParameters: number;
  readonly points: number;
  /** Best first: those that were calibrated by AICc, then the others by their distance from the rate. */
  readonly laws: readonly LawResult[];
  /** What to make of it, in a few words. */
  readonly meaning: string;
}

export const rateDefaults = { calibrated: 3, smoothness: "cross-validation" } as const;
