/** What callers can do wrong with `solvers`. One entry a code; every code is explained in `docs/errors.md`. */
import { counted, type Kind, kind, listed } from "../failure.ts";

export const solversFailures = {
  "solver/span": kind<{ from: number; to: number }>(
    (d) => `The span runs from ${d.from} to ${d.to}.`,
    () => "Give two finite times, the first before the second, in the time unit of the model.",
  ),
  "solver/option": kind<{ option: string; value: unknown; expected: string }>(
    (d) => `Option \`${d.option}\` is ${String(d.value)}; expected ${d.expected}.`,
    (d) => `Leave \`${d.option}\` out to use the default, or correct it.`,
  ),
  "solver/tolerance": kind<{ name: string; value: number }>(
    (d) => `Tolerance \`${d.name}\` is ${d.value}; it must be a finite number greater than 0.`,
    () => "Use rtol between 1e-3 and 1e-12, and atol about rtol times the smallest value of the state that matters to you.",
  ),
  "solver/shape": kind<{ argument: string; expected: number; actual: number; per: string }>(
    (d) => `\`${d.argument}\` has length ${d.actual}; expected ${d.expected} (${d.per}).`,
    (d) => `Check how \`${d.argument}\` is built, and the order of names in the system.`,
  ),
  "solver/sparsity": kind<{ problem: string }>(
    (d) => `\`sparsity\` is not a pattern of places: ${d.problem}.`,
    () => "Give rows and columns from 0, by rows, then columns, each place once; or how far a band reaches: `{ below: 1, above: 1 }`.",
  ),
  "solver/mass": kind<{ system: string; entry: string; value: unknown }>(
    (d) => `The mass of "${d.system}" is ${String(d.value)} for ${d.entry}; it must be 0 or 1, by state.`,
    () =>
      "The mass matrix is diagonal: 1 where `rhs` is dx/dt, 0 where it is a residual. Divide an equation by its factor; solve a full matrix inside `rhs`.",
  ),
  "solver/non-finite": kind<{ argument: string; name: string; value: number }>(
    (d) => `\`${d.argument}\` holds ${d.value} for "${d.name}".`,
    () => "Pass a finite number; a missing value is left out, not written as NaN.",
  ),
  "solver/unknown-name": kind<{ kind: string; name: string; model: string; nearest: readonly string[] }>(
    (d) => `"${d.name}" is not ${/^[aeiou]/.test(d.kind) ? "an" : "a"} ${d.kind} of "${d.model}".`,
    (d) => (d.nearest.length > 0 ? `Did you mean ${listed(d.nearest, "or")}?` : `"${d.model}" has none; leave it out.`),
  ),
  "solver/missing-input": kind<{ model: string; missing: readonly string[] }>(
    (d) => `No value for ${counted(d.missing.length, "input")} of "${d.model}": ${listed(d.missing)}.`,
    () => "Give each input a number, or a `signal(times, values)` that covers the span.",
  ),
  "solver/input-span": kind<{ input: string; first: number; last: number; from: number; to: number }>(
    (d) => `Input "${d.input}" is known from ${d.first} to ${d.last}, the span runs from ${d.from} to ${d.to}.`,
    () => "Shorten the span, or extend the signal: for `hold`, repeat the last value at the end of the span.",
  ),
  "solver/lag": kind<{ delay: string; lag: number; unit: string }>(
    (d) => `The time of ${d.delay} is ${d.lag} ${d.unit}; it must be a finite number greater than 0.`,
    () =>
      "Give the parameters in it values, and in a calibration bounds, that keep it positive; a delay of no time is left out of the equation.",
  ),
  "solver/history": kind<{ state: string; first: number; last: number; from: number; to: number }>(
    (d) => `The past of "${d.state}" is known from ${d.first} to ${d.last}; it is needed from ${d.from} to ${d.to}.`,
    () => "Let the signal cover the longest delay before the start; leave it out where the state was at rest at its initial value.",
  ),
  "solver/no-delays": kind<{ system: string }>(
    (d) => `\`history\` is given for "${d.system}", which has no delays and so no past.`,
    () => "Leave `history` out, or write `delay(x, tau)` where an equation sees the past.",
  ),
  "solver/samples": kind<{ index: number; time: number; from: number; to: number }>(
    (d) => `Sample ${d.index} is at ${d.time}; samples must not decrease and lie between ${d.from} and ${d.to}.`,
    () => "Sort the sample times and keep those inside the span.",
  ),
  "solver/method": kind<{ method: string; known: readonly string[] }>(
    (d) => `There is no method "${d.method}".`,
    (d) => `Choose ${listed(d.known, "or")}.`,
  ),
  "solver/unsupported": kind<{ method: string; what: string; instead: string }>(
    (d) => `Method "${d.method}" cannot do ${d.what}.`,
    (d) => d.instead,
  ),
  "solver/not-differentiable": kind<{ system: string; why: string }>(
    (d) => `Sensitivities of "${d.system}" are not to be had: ${d.why}.`,
    () => "Write the equations as a model (`defineModel`), or give the hand-written system its exact derivatives.",
  ),
  "solver/not-portable": kind<{ system: string }>(
    (d) => `"${d.system}" cannot go to other threads: it is made of functions, not of a definition.`,
    () => "Leave `compute` out to run here, or write the equations as a model (`defineModel`).",
  ),
  "solver/gpu-kernel-size": kind<{ model: string; what: string; size: number; limit: number }>(
    (d) => `A step of "${d.model}" is too long for a GPU: ${d.size} ${d.what}, where ${d.limit} are taken.`,
    () => "Leave `compute` out or use `threads()`; or let `gpu({ fallback: true })` solve on the processor what the GPU cannot take.",
  ),
  "solver/gpu-precision": kind<{ name: string; value: number; limit: string }>(
    (d) => `\`${d.name}\` is ${d.value}; a GPU computes in single precision, which takes ${d.limit}.`,
    () =>
      "Loosen the tolerance or change the unit; or compute on the processor, in double precision: leave `compute` out or use `threads()`.",
  ),
  "solver/outside": kind<{ time: number; from: number; to: number }>(
    (d) => `The trajectory runs from ${d.from} to ${d.to}; there is no value at ${d.time}.`,
    () => "Ask inside the interval; a trajectory is never extrapolated. See `outcome` for why it may have ended early.",
  ),
  "solver/no-dense-output": kind<{ why: string }>(
    (d) => `Values between the samples were not kept: ${d.why}.`,
    () => "Ask at the sampled times, or run again with `dense: true`.",
  ),
  "solver/not-reached": kind<{ system: string; outcome: string }>(
    (d) => `The run of "${d.system}" did not reach its end. ${d.outcome}`,
    () => "Read `outcome`; a trajectory that ended early is valid up to there.",
  ),
} as const satisfies Record<string, Kind<never>>;
