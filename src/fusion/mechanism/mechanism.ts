/** The mechanism as fusion needs it: something that can be run over a window and read at given times. */
import type { Window } from "../../historian/index.ts";
import type { MechanismRun } from "./run.ts";

export interface Mechanism {
  /** What can be read off. */
  readonly inputs: readonly string[];
  readonly observables: readonly string[];
  /** Calibrated parameters, in the order of the columns of `sensitivity`. */
  readonly parameters: readonly string[];
  /**
   * @param times  increasing, from the start of the window
   * @param sensitivityOf  observable whose derivatives are wanted as well
   * @throws GreyboxError `fusion/mechanism` when the window cannot be run through
   */
  run(window: Window, times: Float64Array, sensitivityOf?: string): MechanismRun;
}
