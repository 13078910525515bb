/** What callers can do wrong with `fusion`. One entry a code; every code is explained in `docs/errors.md`. */
import { counted, type Kind, kind, listed } from "../failure.ts";

export const fusionFailures = {
  "learner/shape": kind<{ argument: string; expected: number; actual: number }>(
    (d) => `\`${d.argument}\` has ${d.actual}; ${d.expected} belong there.`,
    () => "Pass a row-major table of rows × columns, with one target and one weight a row, and as many columns as were learned from.",
  ),
  "learner/non-finite": kind<{ argument: string; row: number; column: number; value: number }>(
    (d) => `\`${d.argument}\` is ${d.value} in row ${d.row}, column ${d.column}.`,
    () => "Leave out rows without a value; a missing value is not written as NaN.",
  ),
  "learner/weight": kind<{ row: number; value: number }>(
    (d) => `Weight ${d.row} is ${d.value}.`,
    () => "Weights are finite and at least 0; 0 leaves the row out.",
  ),
  "learner/too-few": kind<{ learner: string; rows: number; needed: number }>(
    (d) => `The ${d.learner} learner got ${counted(d.rows, "row")} with a weight above 0; it needs ${d.needed}.`,
    () => "Give it more data, or fewer folds.",
  ),
  "learner/option": kind<{ learner: string; option: string; value: unknown; needed: string }>(
    (d) => `Option \`${d.option}\` of the ${d.learner} learner is ${JSON.stringify(d.value) ?? String(d.value)}.`,
    (d) => `It must be ${d.needed}.`,
  ),
  "learner/unknown": kind<{ learner: string; known: readonly string[] }>(
    (d) => `There is no learner "${d.learner}" to restore.`,
    (d) => `Known are ${listed(d.known)}. A learner of your own is restored by your own code.`,
  ),
  "learner/state": kind<{ learner: string; part: string }>(
    (d) => `The stored state of the ${d.learner} learner lacks a usable \`${d.part}\`.`,
    () => "Store what `learned.state` gives, unchanged.",
  ),
  "learner/no-tensorflow": kind<{ backend: string; tried: readonly string[] }>(
    (d) => `The network learner found no TensorFlow.js (asked for "${d.backend}"; tried ${listed(d.tried)}).`,
    () =>
      "Run `npm install @tensorflow/tfjs-core@4.22 @tensorflow/tfjs-layers@4.22 @tensorflow/tfjs-backend-wasm@4.22`, or `@tensorflow/tfjs-node@4.22` or " +
      "`@tensorflow/tfjs-node-gpu@4.22` where their native library can be had. Using a network that is already learned needs none of them.",
  ),
  "fusion/name": kind<{ option: string; name: string; known: readonly string[] }>(
    (d) => `\`${d.option}\` names "${d.name}", which the model does not have.`,
    (d) => `It has ${listed(d.known)}.`,
  ),
  "fusion/leak": kind<{ feature: string; target: string; why: string }>(
    (d) => `Feature "${d.feature}" would tell the learner the answer for "${d.target}": ${d.why}.`,
    () => "Leave it out, or use it with a lag that a live sensor would have as well.",
  ),
  "fusion/option": kind<{ option: string; value: unknown; needed: string }>(
    (d) => `Option \`${d.option}\` is ${JSON.stringify(d.value) ?? String(d.value)}.`,
    (d) => `It must be ${d.needed}.`,
  ),
  "fusion/no-data": kind<{ target: string; windows: readonly string[]; why: string }>(
    (d) => `There is nothing to learn a correction of "${d.target}" from in ${listed(d.windows)}: ${d.why}.`,
    () => "Bind and prepare the tag of the target and of every feature, and give windows that contain them.",
  ),
  "fusion/too-few": kind<{ target: string; points: number; needed: number; fold: number; embargo: number }>(
    (d) =>
      `Fold ${d.fold} of the validation of "${d.target}" has ${counted(d.points, "point")}, ${d.needed} are needed (embargo ${d.embargo}).`,
    () => "Give more data, fewer folds or a shorter embargo. Windows that overlap on the calendar shut each other out.",
  ),
  "fusion/mechanism": kind<{ window: string; outcome: string }>(
    (d) => `The mechanism could not be run over window "${d.window}": ${d.outcome}`,
    () => "Leave the window out, or calibrate the model so that it runs over it.",
  ),
  "fusion/state": kind<{ expected: string; got: string }>(
    (d) => `The stored hybrid belongs to ${d.expected}, but was given ${d.got}.`,
    () => "Restore it with the fit it was made from.",
  ),
  "filter/name": kind<{ name: string; known: readonly string[] }>(
    (d) => `The filter knows nothing called "${d.name}".`,
    (d) => `It knows ${listed(d.known)}.`,
  ),
  "filter/shape": kind<{ argument: string; expected: number; actual: number }>(
    (d) => `\`${d.argument}\` has length ${d.actual}; the system needs ${d.expected}.`,
    () => "Pass one value per state (or input, or parameter) in the order of the system.",
  ),
  "filter/option": kind<{ option: string; value: unknown; needed: string }>(
    (d) => `Option \`${d.option}\` of the filter is ${JSON.stringify(d.value) ?? String(d.value)}.`,
    (d) => `It must be ${d.needed}.`,
  ),
  "filter/sigma": kind<{ observable: string; sigma: number }>(
    (d) => `The measurement error of "${d.observable}" is ${d.sigma}.`,
    () => "Give a standard deviation above 0; an instrument without any error does not exist.",
  ),
  "filter/backward": kind<{ time: number; to: number }>(
    (d) => `The filter is at t = ${d.time} and cannot go back to ${d.to}.`,
    () => "Show it measurements in the order of time; for a late value start again from a stored state before it.",
  ),
  "filter/not-differentiable": kind<{ system: string }>(
    (d) => `System "${d.system}" has no derivatives, which the extended Kalman filter needs.`,
    () => "Use `ukf()`, or declare the equations so that they can be differentiated.",
  ),
} as const satisfies Record<string, Kind<never>>;
