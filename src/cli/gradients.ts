/** Are a model's exact derivatives those of its functions? At its initial state, and at the end of a run where a span is given. */
import { type AnySource, GreyboxError, reachedEnd, type System } from "../core/index.ts";
import { checkDerivatives, derivativeDefaults, simulate } from "../solvers/index.ts";
import { digits, table } from "./text.ts";

/** The worst derivative of one function. Figures that are not finite numbers are null. */
export interface GradientRow {
  /** Such as "rhs", "jacobian", "then trip" or "run by k0". */
  readonly of: string;
  readonly entry: string;
  readonly exact: number | null;
  readonly difference: number | null;
  readonly error: number | null;
  readonly ok: boolean;
}

export interface GradientCheck {
  readonly name: string;
  readonly ok: boolean;
  /** Worst first. */
  readonly rows: readonly GradientRow[];
}

export interface GradientOptions {
  readonly inputs: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<string, number>>;
  /** Also the sensitivities of a run over this span, by each parameter. */
  readonly span: readonly [number, number] | undefined;
}

const runDefaults = {
  rtol: 1e-10,
  /** Relative change of a parameter; differences are extrapolated from this one and its half. */
  change: 1e-3,
  /** Errors above this are mistakes: the steps of two runs differ, so their difference is good to about 1e-7. */
  tolerance: 1e-5,
} as const;

/** @throws GreyboxError `solver/missing-input`, `solver/unknown-name`, `solver/not-differentiable` */
export function checkGradients(model: AnySource, { inputs, parameters, span }: GradientOptions): GradientCheck {
  const plain = model.system();
  if (!plain.differentiable) {
    const why = "it comes without exact derivatives, so there is nothing to check";
    throw new GreyboxError("solver/not-differentiable", { system: plain.name, why });
  }
  const missing = plain.inputs.filter((name) => inputs[name] === undefined);
  if (missing.length > 0) throw new GreyboxError("solver/missing-input", { model: plain.name, missing });
  const system = model.system({ active: plain.parameters });
  const p = Float64Array.from(system.parameters, (name, i) => parameters[name] ?? system.p[i]!);
  const width = system.inputs.length + (system.delays?.names.length ?? 0);
  const u = Float64Array.from({ length: width }, (_, i) => inputs[system.inputs[i] ?? ""] ?? 0);
  const x = new Float64Array(system.states.length);
  system.initial.evaluate(0, x.slice(), u, p, x);
  if (system.delays) {
    const past = new Float64Array(system.delays.names.length);
    system.delays.of.evaluate(0, x, u, p, past);
    u.set(past, system.inputs.length);
  }
  const rows = checkDerivatives(system, { x, u, p }).map(({ of, entry, exact, difference, error }) =>
    rowOf(of, entryName(system, of, entry), exact, difference, error, derivativeDefaults.tolerance),
  );
  if (span) rows.push(...runRows(model, system, { inputs, parameters, span }));
  rows.sort((one, other) => (other.error ?? Infinity) - (one.error ?? Infinity));
  return { name: system.name, ok: rows.every(({ ok }) => ok), rows };
}

function rowOf(of: string, entry: string, exact: number, difference: number, error: number, tolerance: number): GradientRow {
  const shown = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return { of, entry, exact: shown(exact), difference: shown(difference), error: shown(error), ok: error <= tolerance };
}

function entryName(system: System, of: string, entry: number): string {
  const { states, observables, events, jacobian } = system;
  const pair = (row: number, column: number): string => `${states[row]} by ${states[column]}`;
  if (of === "observe") return observables[entry] ?? "";
  if (of === "when") return events?.names[entry] ?? "";
  if (of === "jacobian") return jacobian ? pair(jacobian.sparsity.rows[entry] ?? 0, jacobian.sparsity.columns[entry] ?? 0) : "";
  if (of === "jacobian against rhs") return pair(Math.floor(entry / states.length), entry % states.length);
  return states[entry] ?? "";
}

/** Sensitivities at the end of a run against differences between runs, by each parameter the state that is farthest off. */
function runRows(model: AnySource, system: System, { inputs, parameters, span }: GradientOptions): GradientRow[] {
  const end = (changed: Readonly<Record<string, number>>): Readonly<Record<string, number>> => {
    const run = simulate(model, {
      span: span!,
      inputs,
      parameters: { ...parameters, ...changed },
      at: [span![1]],
      rtol: runDefaults.rtol,
      dense: false,
    });
    const values = Object.fromEntries(system.states.map((name) => [name, run.column(name).at(-1) ?? Number.NaN]));
    return reachedEnd(run.outcome) ? values : Object.fromEntries(system.states.map((name) => [name, Number.NaN]));
  };
  const exact = simulate(model, {
    span: span!,
    inputs,
    parameters,
    at: [span![1]],
    rtol: runDefaults.rtol,
    sensitivities: system.parameters,
  });
  const here = end({});
  return system.parameters.map((parameter, j) => {
    const value = parameters[parameter] ?? system.p[j]!;
    const step = runDefaults.change * (Math.abs(value) || 1);
    const [ahead, behind] = [end({ [parameter]: value + step }), end({ [parameter]: value - step })];
    const [near, nearBehind] = [end({ [parameter]: value + step / 2 }), end({ [parameter]: value - step / 2 })];
    let worst: GradientRow | undefined;
    for (const [i, state] of system.states.entries()) {
      const coarse = (ahead[state]! - behind[state]!) / (2 * step);
      const fine = (near[state]! - nearBehind[state]!) / step;
      const difference = fine + (fine - coarse) / 3;
      const slope = exact.sensitivity(state, parameter).at(-1) ?? Number.NaN;
      // What a change of the parameter by its own size does to the state, against the size of the state where that is larger.
      const scale = Math.max(
        Math.abs(slope),
        Math.abs(difference),
        Math.max(Math.abs(here[state]!), system.nominal[i]!) / (Math.abs(value) || 1),
      );
      const error = Math.abs(slope - difference) / scale;
      const row = rowOf(`run by ${parameter}`, state, slope, difference, error, runDefaults.tolerance);
      if (!worst || !((row.error ?? Infinity) <= (worst.error ?? Infinity))) worst = row;
    }
    return worst!;
  });
}

export function gradientText({ name, ok, rows }: GradientCheck): string {
  const cells = rows.map(({ of, entry, exact, difference, error, ok: good }) => [
    of,
    entry,
    digits(exact),
    digits(difference),
    error === null ? "" : error.toExponential(1),
    good ? "ok" : "WRONG",
  ]);
  const verdict = ok ? `ok  the derivatives of ${name} are those of its functions` : `no  derivatives of ${name} are wrong`;
  return `${verdict}\n${table(["of", "worst entry", "exact", "difference", "error", ""], cells)}`;
}
