/** Everything that was agreed about a sensor, as plain data in model units: what a bundle carries besides the model and what was learned. */
import type { Interpolation } from "../core/index.ts";
import type { Filter } from "../fusion/index.ts";
import type { Binding } from "../historian/index.ts";
import type { BiasOptions } from "./lab-rule.ts";
import type { TagAgreement } from "./tags.ts";

export interface InputAgreement extends TagAgreement {
  /** Unit in points. */
  readonly unit: string;
  readonly hold: Interpolation;
}

export interface MeasuredAgreement extends TagAgreement {
  readonly unit: string;
  /** Standard deviation of the measurement error, in model units; undefined: only features use the tag. */
  readonly sigma: number | undefined;
}

export interface SensorSpec {
  readonly name: string;
  /** The observable that is answered for. */
  readonly estimate: string;
  /** Unit of the answer. */
  readonly unit: string;
  /** Level of the interval, such as 0.9. */
  readonly level: number;
  readonly inputs: readonly InputAgreement[];
  /** Inputs that never change, in model units. */
  readonly constants: Readonly<Record<string, number>>;
  readonly measured: readonly MeasuredAgreement[];
  /** Known states at the start, in model units; the others come from a first measurement or from the model. */
  readonly initial: Readonly<Record<string, number>>;
  readonly filter: Filter | undefined;
  readonly lab: BiasOptions | undefined;
  /** Relative tolerance of the integration. */
  readonly rtol: number;
  /** Which archived tag is which quantity; lets a bundle read a historian by itself. */
  readonly binding: Binding | undefined;
}

/** Read by the code, the docs and the tests. Times in seconds. */
export const defaults = {
  /** Level of the interval of a sensor without a hybrid; with one, the hybrid's. */
  interval: 0.9,
  maxAge: 300,
  heartbeat: 0,
  rtol: 1e-6,
  /** A state is settled when a twin that started this share of the nominal sizes elsewhere … */
  twinShare: 0.1,
  /** … answers within this share of the half-width of the interval, */
  settledInHalfWidths: 0.2,
  /** or, where there is no interval, has come this much closer than it was at the start. */
  settledShare: 0.05,
} as const;
