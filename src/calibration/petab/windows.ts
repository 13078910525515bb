/** Measurements of PEtab as windows: one for each condition, or pair of conditions where one comes before the other. */
import { GreyboxError, type Signal, signal } from "../../core/index.ts";
import type { Measured, Window } from "../../historian/index.ts";
import type { Settled } from "../settling/settled.ts";
import { never } from "./experiments.ts";
import { numberOf, type Row, type Table } from "./tables.ts";

/** One simulation that is compared with measurements. */
export interface Run {
  readonly name: string;
  readonly condition: string;
  /** Under which it comes to rest before. */
  readonly before: string | undefined;
  /** When it starts: what is 0 in its window. */
  readonly start: number;
  /** Conditions that follow, by the time of the window at which they begin. */
  readonly changes: readonly { readonly time: number; readonly condition: string }[];
  /** Times of the window at which events of periods happen, by the input that says so. */
  readonly at: ReadonlyMap<string, number>;
}

/** How much after the start of a period a value counts that is measured at its start, as a share of the window: conditions come first. */
const behind = 1e-9;

export const runKey = (row: Row): string => `${row.get("preequilibrationConditionId") ?? ""}|${row.get("simulationConditionId") ?? ""}`;

/** In the order in which they are measured. */
export function runsOf(measurements: Table): ReadonlyMap<string, Run> {
  const runs = new Map<string, Run>();
  for (const row of measurements.rows) {
    const key = runKey(row);
    if (runs.has(key)) continue;
    const before = row.get("preequilibrationConditionId");
    const condition = row.get("simulationConditionId") ?? "";
    const known = [...runs.values()].some(({ name }) => name === condition);
    runs.set(key, {
      name: known ? `${condition} after ${before ?? "nothing"}` : condition,
      condition,
      before,
      start: 0,
      changes: [],
      at: new Map(),
    });
  }
  return runs;
}

export type ConditionInputs = Readonly<Record<string, ReadonlyMap<string, number>>>;

/** @param events  inputs that say when events of periods happen */
export function windowOf(
  run: Run,
  rows: readonly (readonly [row: Row, tag: string])[],
  table: Table,
  inputs: ConditionInputs,
  events: readonly string[],
): Window {
  const points = new Map<string, { time: number; value: number }[]>();
  const end = rows.reduce((last, [row]) => Math.max(last, finite(numberOf(table, row, "time") - run.start)), 0) || 1;
  for (const [row, tag] of rows) {
    const list = points.get(tag) ?? [];
    const time = numberOf(table, row, "time") - run.start;
    if (time < 0)
      throw new GreyboxError("calibration/petab", { file: table.file, line: row.line, why: `it is measured before its run starts` });
    const jumps = run.changes.some((change) => change.time === time);
    list.push({ time: jumps ? time + behind * end : time, value: numberOf(table, row, "measurement") });
    points.set(tag, list);
  }
  const last = end * (1 + behind);
  const phases = [{ time: 0, condition: run.condition }, ...run.changes.filter(({ time }) => time < last)];
  return {
    name: run.name,
    time: "1",
    epoch: 0,
    duration: end,
    inputs: Object.fromEntries([
      ...Object.entries(inputs).map(([name, values]) => {
        const column = phases.map(({ condition }) => values.get(condition)!);
        return [name, signal([...phases.map(({ time }) => time), last], [...column, column.at(-1)!])] as const;
      }),
      ...events.map((name) => [name, constant(run.at.get(name) ?? never, last)] as const),
    ]),
    inputStatus: {},
    measured: Object.fromEntries([...points].map(([tag, list]) => [tag, measuredOf(list)])),
    excluded: {},
  };
}

const finite = (time: number): number => (Number.isFinite(time) ? time : 0);
const constant = (value: number, end: number): Signal => signal([0, end], [value, value]);

function measuredOf(list: readonly { readonly time: number; readonly value: number }[]): Measured {
  const sorted = list.toSorted((a, b) => (a.time === b.time ? 0 : a.time - b.time));
  const k = sorted.length;
  return {
    time: Float64Array.from(sorted, ({ time }) => time),
    value: Float64Array.from(sorted, ({ value }) => value),
    status: new Uint32Array(k),
    reasons: new Uint32Array(k),
    weight: new Float64Array(k).fill(1),
    sigma: undefined,
    compression: 0,
  };
}

/** @param restarted  states that a condition sets */
export function settledOf(
  { before }: Run,
  inputs: ConditionInputs,
  events: readonly string[],
  restarted: readonly string[],
): Settled | undefined {
  if (before === undefined) return undefined;
  const values = [
    ...Object.entries(inputs).map(([name, column]) => [name, column.get(before)!] as const),
    ...events.map((name) => [name, never] as const),
  ];
  return { inputs: Object.fromEntries(values), restart: restarted };
}
