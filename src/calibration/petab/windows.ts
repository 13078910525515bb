/** Measurements of PEtab as windows: one for each condition, or pair of conditions where one comes before the other. */
import { signal } from "../../core/index.ts";
import type { Measured, Window } from "../../historian/index.ts";
import type { Settled } from "../settling/settled.ts";
import { numberOf, type Row, type Table } from "./tables.ts";

/** One simulation that is compared with measurements. */
export interface Run {
  readonly name: string;
  readonly condition: string;
  /** Under which it comes to rest before. */
  readonly before: string | undefined;
}

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
    runs.set(key, { name: known ? `${condition} after ${before ?? "nothing"}` : condition, condition, before });
  }
  return runs;
}

export type ConditionInputs = Readonly<Record<string, ReadonlyMap<string, number>>>;

export function windowOf(key: string, run: Run, inputs: ConditionInputs, table: Table, tags: readonly string[]): Window {
  const points = new Map<string, { time: number; value: number }[]>();
  for (const [i, row] of table.rows.entries()) {
    if (runKey(row) !== key) continue;
    const list = points.get(tags[i]!) ?? [];
    list.push({ time: numberOf(table, row, "time"), value: numberOf(table, row, "measurement") });
    points.set(tags[i]!, list);
  }
  const times = [...points.values()].flatMap((list) => list.map(({ time }) => time).filter(Number.isFinite));
  const end = times.reduce((last, time) => Math.max(last, time), 0) || 1;
  return {
    name: run.name,
    time: "1",
    epoch: 0,
    duration: end,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, values]) => {
        const value = values.get(run.condition)!;
        return [name, signal([0, end], [value, value])];
      }),
    ),
    inputStatus: {},
    measured: Object.fromEntries([...points].map(([tag, list]) => [tag, measuredOf(list)])),
    excluded: {},
  };
}

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
export function settledOf(run: Run, inputs: ConditionInputs, restarted: readonly string[]): Settled | undefined {
  if (run.before === undefined) return undefined;
  const values = Object.entries(inputs).map(([name, column]) => [name, column.get(run.before!)!] as const);
  return { inputs: Object.fromEntries(values), restart: restarted };
}
