/** What callers can do wrong with `calibration`. One entry a code; every code is explained in `docs/errors.md`. */
import { counted, type Kind, kind, listed } from "../failure.ts";

export const calibrationFailures = {
  "calibration/unknown-name": kind<{ model: string; kind: string; name: string; nearest: readonly string[] }>(
    (d) => `Model "${d.model}" has no ${d.kind} "${d.name}".`,
    (d) => (d.nearest.length > 0 ? `Did you mean ${listed(d.nearest, "or")}?` : `See \`greybox describe\` for the names it has.`),
  ),
  "calibration/repeated": kind<{ kind: string; name: string }>(
    (d) => `The ${d.kind} "${d.name}" is given twice.`,
    () => "Give each once; windows need names of their own.",
  ),
  "calibration/prior": kind<{ name: string; prior: string; why: string }>(
    (d) => `The prior of "${d.name}", ${d.prior}, cannot be used: ${d.why}.`,
    () => "Write `normal: [mean, sd]`, `logNormal: [median, sd of the logarithm]` or `laplace: [centre, scale]`.",
  ),
  "calibration/tie": kind<{ name: string; to: string; why: string }>(
    (d) => `"${d.name}" cannot be tied to "${d.to}": ${d.why}.`,
    () => "Tie a parameter that is not estimated to one that is, by a factor that is not 0.",
  ),
  "calibration/no-asset": kind<{ name: string; window: string }>(
    (d) => `"${d.name}" has a value for each asset, but nothing says which asset window "${d.window}" is of.`,
    (d) => `Name it: \`assets: { "${d.window}": "…" }\`, or estimate by window.`,
  ),
  "calibration/pool-needs-prior": kind<{ name: string; spread: string }>(
    (d) => `The spread of "${d.name}" over its population cannot be estimated without a prior: the most likely spread would be 0.`,
    (d) => `Give one, such as \`priors: { "${d.spread}": { logNormal: [0.2, 0.7] } }\`, or a number as \`sd\`.`,
  ),
  "calibration/likelihood": kind<{ tag: string; why: string; instead: string }>(
    (d) => `The likelihood of "${d.tag}" does not fit: ${d.why}.`,
    (d) => d.instead,
  ),
  "calibration/petab": kind<{ file: string; line: number | undefined; why: string }>(
    (d) => `The PEtab problem cannot be used: ${d.file}${d.line === undefined ? "" : `, line ${d.line}`}: ${d.why}.`,
    () => "Correct the file, or write the question with `calibrate`; see docs/calibration.md for what is read.",
  ),
  "calibration/petab-write": kind<{ model: string; why: string }>(
    (d) => `The question about model "${d.model}" cannot be written as a problem of PEtab: ${d.why}.`,
    () => "Leave that out of the question that is written, or keep the question as it is; see docs/calibration.md for what PEtab can say.",
  ),
  "calibration/profile": kind<{ model: string }>(
    (d) => `The model "${d.model}" cannot be evaluated at the values of the fit, with the windows of this question.`,
    () => "Pass the question that the fit is the answer to.",
  ),
  "calibration/bootstrap": kind<{ kind: string; why: string; instead: string }>(
    (d) => `A ${d.kind} bootstrap cannot be made: ${d.why}.`,
    (d) => d.instead,
  ),
  "calibration/instrument": kind<{ tag: string; why: string }>(
    (d) => `The instrument of "${d.tag}" cannot be part of the fit: ${d.why}.`,
    () => "Correct its readings before, or define the model by equations with names of its own.",
  ),
  "calibration/rate": kind<{ model: string; why: string }>(
    (d) => `The unknown rate of model "${d.model}" cannot be identified: ${d.why}.`,
    () => "Fill what else is unknown with `substitute`, leave out what cannot be used, and measure states that the rate changes.",
  ),
  "calibration/shooting": kind<{ model: string; why: string }>(
    (d) => `The windows of model "${d.model}" cannot be cut at nodes: ${d.why}.`,
    () => "Leave `shooting` out.",
  ),
  "calibration/innovations": kind<{ tag: string; why: string }>(
    (d) => `Values of "${d.tag}" cannot correct the run: ${d.why}.`,
    () => "Leave the tag out of `innovations`.",
  ),
  "calibration/nothing-to-estimate": kind<{ model: string }>(
    (d) => `Nothing is to be estimated in model "${d.model}".`,
    () => "Name parameters in `estimate`, or initial values as `initial: { x: { estimate: true } }`.",
  ),
  "calibration/no-windows": kind<{ model: string }>(
    (d) => `There is no window of data to calibrate model "${d.model}" on.`,
    () => "Pass at least one window; see what `prepare` left out and why.",
  ),
  "calibration/no-measurements": kind<{ window: string; observables: readonly string[] }>(
    (d) => `Window "${d.window}" has no measured point with a weight above 0.`,
    (d) => `Bind a tag to one of ${listed(d.observables, "or")}, or leave the window out.`,
  ),
  "calibration/missing-input": kind<{ window: string; inputs: readonly string[] }>(
    (d) => `Window "${d.window}" does not say what the inputs ${listed(d.inputs)} did.`,
    () => "Bind a tag to each input of the model, or make it a parameter.",
  ),
  "calibration/input-span": kind<{ window: string; input: string; from: number; to: number; needed: number }>(
    (d) => `In window "${d.window}" input "${d.input}" is known from ${d.from} to ${d.to}, but measurements go from 0 to ${d.needed}.`,
    () => "Shorten the window to where its inputs are known.",
  ),
  "calibration/no-overlap": kind<{ window: string; input: string; from: number; to: number; first: number; last: number }>(
    (d) =>
      `In window "${d.window}" nothing was measured while input "${d.input}" is known: it is known from ${d.from} to ${d.to}, measurements go from ${d.first} to ${d.last}.`,
    () =>
      "Both count time from the start of the window, in the unit of the model: check time zones, units and which period each tag was read for.",
  ),
  "calibration/time-unit": kind<{ window: string; unit: string; expected: string }>(
    (d) => `Window "${d.window}" counts time in "${d.unit}", the model in "${d.expected}".`,
    () => "Prepare the window with the binding of this model.",
  ),
  "calibration/time-order": kind<{ window: string; tag: string; index: number; time: number }>(
    (d) =>
      `In window "${d.window}" the measured times of "${d.tag}" must not be negative and must increase; entry ${d.index} is ${d.time}.`,
    () => "Sort the points by time, count time from the start of the window, keep one value per time.",
  ),
  "calibration/measured-columns": kind<{ window: string; tag: string; why: string }>(
    (d) => `In window "${d.window}" the measurements of "${d.tag}" cannot be used: ${d.why}.`,
    () => "Columns have equal lengths, values are finite, weights are 0 or more, σ is above 0 or undefined.",
  ),
  "calibration/too-few-points": kind<{ points: number; unknowns: number }>(
    (d) => `${counted(d.points, "measured value")} cannot fix ${counted(d.unknowns, "unknown")}.`,
    () => "Estimate fewer quantities or add windows.",
  ),
  "calibration/start-outside-bounds": kind<{ name: string; value: number; lower: number; upper: number; unit: string }>(
    (d) => `The start of "${d.name}" is ${d.value} ${d.unit}, outside its bounds [${d.lower}, ${d.upper}].`,
    () => "Correct the value or the bounds where they are declared.",
  ),
  "calibration/log-scale": kind<{ name: string; value: number; unit: string }>(
    (d) => `"${d.name}" is to be searched on a logarithmic scale but its value is ${d.value} ${d.unit}.`,
    () => 'Give a value and bounds above 0, or declare `scale: "linear"`.',
  ),
  "calibration/measured-initial": kind<{ window: string; state: string; observable: string }>(
    (d) => `Window "${d.window}" has no good value of "${d.observable}" to start from.`,
    (d) => `Give a number, or estimate it: \`initial: { "${d.state}": { estimate: true } }\`.`,
  ),
  "calibration/algebraic-initial": kind<{ state: string }>(
    (d) => `"${d.state}" is an algebraic state: its initial value follows from the equations.`,
    () => "Leave it out of `initial`.",
  ),
  "calibration/no-influence": kind<{ names: readonly string[]; observables: readonly string[] }>(
    (d) => `Nothing measured depends on ${listed(d.names)}.`,
    (d) => `Leave it out of the estimate, or measure something that it acts on. Measured: ${listed(d.observables)}.`,
  ),
  "calibration/cannot-integrate": kind<{
    model: string;
    window: string;
    why: string;
    points: number;
    start: readonly string[];
  }>(
    (d) =>
      `Model "${d.model}" cannot be computed at the start of the search (${listed(d.start)}) nor at any of ${d.points} points at its starts and around. Window "${d.window}": ${d.why}`,
    () => "Correct start values, bounds or units until `greybox simulate` runs to the end of the window; then calibrate.",
  ),
  "calibration/not-differentiable": kind<{ model: string }>(
    (d) => `Model "${d.model}" gives no derivatives, which a calibration needs.`,
    () => "Write it with `defineModel`, or give the right-hand side its tangents.",
  ),
  "calibration/option": kind<{ option: string; value: unknown; rule: string }>(
    (d) => `\`${d.option}\` is ${String(d.value)}; it must be ${d.rule}.`,
    () => "Leave it out to use the default.",
  ),
  "calibration/cannot-travel": kind<{ model: string; compute: string }>(
    (d) => `Model "${d.model}" is written as functions, which cannot travel to ${d.compute}.`,
    () => "Write it with `defineModel`, or use `compute: inline()`.",
  ),
  "calibration/checkpoint": kind<{ path: string; why: string }>(
    (d) => `The checkpoint ${d.path} cannot be used: ${d.why}.`,
    () => "Name another file, or remove it to begin anew.",
  ),
  "calibration/identifiability": kind<{ model: string; why: string }>(
    (d) => `The structural identifiability of model "${d.model}" cannot be decided: ${d.why}.`,
    () => "Look at `loose` and at profiles of a fit instead, or write the model in equations without it.",
  ),
  "calibration/next-experiment": kind<{ model: string; why: string }>(
    (d) => `No next experiment with model "${d.model}" can be proposed: ${d.why}.`,
    () => "Give `sensors` their `sigma`, and `inputs`, `initial` and `horizon` with which the model can be run.",
  ),
  "calibration/stored": kind<{ missing: readonly string[] }>(
    (d) => `This is not a stored fit: it has no ${listed(d.missing, "or")}.`,
    () => "Give a file written by `greybox calibrate --out`, or what `fitToState` returned.",
  ),
} as const satisfies Record<string, Kind<never>>;
