/** Data that is already in a program, such as the forty numbers of a kinetics table, as a window. */
import {
  type AnySource,
  GreyboxError,
  type InputOf,
  type Interpolation,
  nearestNames,
  type ObservableOf,
  reason,
  type Signal,
  signal,
  status,
} from "../core/index.ts";
import type { Measured, Window } from "./window.ts";

/** Columns in model units; one entry for each time, null where there is no value. */
export interface WindowTable<M extends AnySource> {
  /** Increasing, in the time unit of the model. The window begins at `from`. */
  readonly time: ArrayLike<number>;
  /** A constant, one value for each time, or a signal of its own whose time counts from the start of the window. */
  readonly inputs?: { readonly [K in InputOf<M>]?: ArrayLike<number> | Signal | number | undefined } | undefined;
  readonly measured: { readonly [K in ObservableOf<M>]?: ArrayLike<number | null> | undefined };
  /** Standard deviation of the measurement error, for each observable. Absent: estimated. */
  readonly sigma?: { readonly [K in ObservableOf<M>]?: number | undefined } | undefined;
  /** How inputs run between the times. Default: `hold`. */
  readonly hold?: Interpolation | { readonly [K in InputOf<M>]?: Interpolation | undefined } | undefined;
  /** Default: `table`. */
  readonly name?: string | undefined;
  /** Start of the window on the scale of `time`; default: the first time, or 0 where that is positive and there are no inputs over time. */
  readonly from?: number | undefined;
}

/**
 * Makes a window from columns.
 *
 * Values count as Good but unverified. Without inputs that change over time a window starts at 0 even when the first measurement comes
 * later, as kinetic tables do.
 *
 * @throws GreyboxError `historian/bind-name`, `historian/table-shape`, `historian/table-value`
 *
 * @example
 * windowFromTable(decay, { time: [0, 1, 2], measured: { x: [1, 0.37, null] }, sigma: { x: 0.01 } });
 */
export function windowFromTable<M extends AnySource>(model: M, table: WindowTable<M>): Window {
  const { definition } = model;
  const name = table.name ?? "table";
  const count = table.time.length;
  const refuse = (column: string, index: number, value: unknown, expected: string): never => {
    throw new GreyboxError("historian/table-value", { window: name, column, index, value: String(value), expected });
  };
  const checkShape = (column: string, length: number): void => {
    if (length !== count) throw new GreyboxError("historian/table-shape", { window: name, column, length, expected: count });
  };
  if (count === 0) throw new GreyboxError("historian/table-shape", { window: name, column: "time", length: 0, expected: 1 });
  const inputs = Object.entries(table.inputs ?? {}) as [string, ArrayLike<number> | Signal | number | undefined][];
  const overTime = inputs.some(([, column]) => typeof column === "object" && "length" in column);
  const from = table.from ?? (!overTime && table.time[0]! > 0 ? 0 : table.time[0]!);
  for (let i = 0; i < count; i++) {
    if (!Number.isFinite(table.time[i])) refuse("time", i, table.time[i], "a finite number");
    if (i > 0 && table.time[i]! <= table.time[i - 1]!)
      refuse("time", i, table.time[i], `greater than the one before (${table.time[i - 1]})`);
  }
  if (from > table.time[0]!) refuse("from", 0, from, "no later than the first time");
  const time = Float64Array.from(table.time, (t) => t - from);
  const duration = time[count - 1]!;

  const signals: Record<string, Signal> = {};
  for (const [key, column] of inputs) {
    if (column === undefined) continue;
    requireName(model, key, Object.keys(definition.inputs));
    const hold = typeof table.hold === "object" ? (table.hold as Record<string, Interpolation | undefined>)[key] : table.hold;
    if (typeof column === "number") {
      if (!Number.isFinite(column)) refuse(key, 0, column, "a finite number");
      signals[key] = signal(duration > 0 ? [0, duration] : [0], duration > 0 ? [column, column] : [column], "hold");
      continue;
    }
    if ("interpolation" in column) {
      signals[key] = column;
      continue;
    }
    checkShape(key, column.length);
    for (let i = 0; i < count; i++)
      if (!Number.isFinite(column[i])) refuse(key, i, column[i], "a finite number: an input has a value at each time");
    if (time[0]! > 0) refuse("from", 0, from, "the first time, where inputs are given over time");
    signals[key] = signal(time, column, hold ?? "hold");
  }

  const measured: Record<string, Measured> = {};
  const excluded: Record<string, Record<string, number>> = {};
  const observables = [definition.states, definition.algebraic, definition.outputs].flatMap((group) => Object.keys(group));
  for (const [key, column] of Object.entries(table.measured) as [string, ArrayLike<number | null> | undefined][]) {
    if (column === undefined) continue;
    requireName(model, key, observables);
    checkShape(key, column.length);
    const places = Array.from({ length: count }, (_, i) => i).filter((i) => column[i] !== null);
    for (const i of places) if (!Number.isFinite(column[i])) refuse(key, i, column[i], "a finite number, or null where there is no value");
    const sigma = (table.sigma as Record<string, number | undefined> | undefined)?.[key];
    if (sigma !== undefined && !(sigma > 0)) refuse(`sigma of ${key}`, 0, sigma, "greater than 0");
    measured[key] = {
      time: Float64Array.from(places, (i) => time[i]!),
      value: Float64Array.from(places, (i) => column[i]!),
      status: new Uint32Array(places.length).fill(status.good),
      reasons: new Uint32Array(places.length).fill(reason.unverified),
      weight: new Float64Array(places.length).fill(1),
      sigma,
      compression: 0,
    };
    if (places.length < count) excluded[key] = { notANumber: count - places.length };
  }
  for (const key of Object.keys(table.sigma ?? {})) if (!(key in measured)) requireName(model, key, Object.keys(measured));
  return { name, time: definition.time, epoch: 0, duration, inputs: signals, inputStatus: {}, measured, excluded };
}

function requireName(model: AnySource, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  const { inputs, states, algebraic, outputs } = model.definition;
  throw new GreyboxError("historian/bind-name", {
    model: model.definition.name,
    name,
    nearest: nearestNames(name, names),
    inputs: Object.keys(inputs),
    observables: [states, algebraic, outputs].flatMap((group) => Object.keys(group)),
  });
}
