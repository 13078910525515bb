/**
 * Experiments of PEtab 2: periods, each with conditions that are applied at its start. What a condition sets stays until another one sets it;
 * each period so becomes a condition of its own, in the sense of PEtab 1, and states that are set on the way become events.
 */
import { GreyboxError } from "../../core/index.ts";
import type { Assignment } from "./conditions.ts";
import { formulaText, isUnread } from "./formula.ts";
import { nameOf } from "./names.ts";
import { numberOf, type Row, type Table } from "./tables.ts";
import type { Run } from "./windows.ts";

/** States that are set at a time that differs from run to run. */
export interface PeriodEvent {
  /** Input that says when; runs without it never come there. */
  readonly at: string;
  readonly then: Readonly<Record<string, string>>;
}

export interface Experiments {
  readonly runs: ReadonlyMap<string, Run>;
  readonly assignments: readonly Assignment[];
  readonly events: readonly PeriodEvent[];
}

interface Period {
  readonly time: number;
  readonly conditions: string[];
}

/**
 * @param conditions  rows conditionId, targetId, targetValue
 * @param experiments  rows experimentId, time, conditionId; absent: one of each that is measured, without conditions
 * @param isState  whether a symbol has a course of its own
 */
export function experimentsOf(
  measurements: Table,
  conditions: Table,
  experiments: Table | undefined,
  isState: (id: string) => boolean,
): Experiments {
  const refuse = (table: Table, row: Row | undefined, why: string): never => {
    throw new GreyboxError("calibration/petab", { file: table.file, line: row?.line, why });
  };
  const assigned = new Map<string, Row[]>();
  for (const row of conditions.rows) {
    const id = row.get("conditionId") ?? "";
    assigned.set(id, [...(assigned.get(id) ?? []), row]);
  }
  const periods = new Map<string, Period[]>();
  for (const row of experiments?.rows ?? []) {
    const id = row.get("experimentId") ?? "";
    const time = numberOf(experiments!, row, "time");
    const condition = row.get("conditionId");
    if (condition !== undefined && !assigned.has(condition))
      refuse(experiments!, row, `condition "${condition}" is not in ${conditions.file}`);
    const own = periods.get(id) ?? [];
    const known = own.find((period) => period.time === time);
    if (known) known.conditions.push(...(condition === undefined ? [] : [condition]));
    else own.push({ time, conditions: condition === undefined ? [] : [condition] });
    periods.set(id, own);
  }

  const runs = new Map<string, Run>();
  const assignments: Assignment[] = [];
  const events = new Map<string, PeriodEvent>();
  for (const row of measurements.rows) {
    const id = row.get("experimentId") ?? "";
    if (runs.has(id)) continue;
    const own =
      periods.get(id) ??
      (id === ""
        ? [{ time: 0, conditions: [] }]
        : refuse(measurements, row, `experiment "${id}" is not in ${experiments?.file ?? "a table"}`));
    runs.set(
      id,
      runOf(
        id === "" ? "default" : id,
        own.toSorted((a, b) => (a.time < b.time ? -1 : 1)),
      ),
    );
  }
  return { runs, assignments, events: [...events.values()] };

  function runOf(name: string, own: readonly Period[]): Run {
    const rests = own[0]!.time === -Infinity;
    const begin = rests ? 1 : 0;
    // At rest for ever is measured at some time all the same: nothing changes then.
    const all = own.length > begin ? own : [...own, { time: 0, conditions: [] }];
    const start = all[begin]!.time;
    const stays = new Map<string, Row>();
    const changes: { time: number; condition: string }[] = [];
    const at = new Map<string, number>();
    for (const [k, period] of all.entries()) {
      const rows = period.conditions.flatMap((condition) => assigned.get(condition)!);
      const condition = `${name}@${k}`;
      for (const row of rows) if (!isState(row.get("targetId") ?? "")) stays.set(row.get("targetId") ?? "", row);
      const states = rows.filter((row) => isState(row.get("targetId") ?? ""));
      for (const row of [...stays.values(), ...(k <= begin ? states : [])]) {
        assignments.push({ condition, symbol: row.get("targetId") ?? "", value: row.get("targetValue"), line: row.line });
      }
      if (k > begin && states.length > 0) at.set(eventOf(states), period.time - start);
      if (k > begin) changes.push({ time: period.time - start, condition });
    }
    return { name, condition: `${name}@${begin}`, before: rests ? `${name}@0` : undefined, start, changes, at };
  }

  function eventOf(rows: readonly Row[]): string {
    const then = Object.fromEntries(
      rows.map((row) => {
        const formula = row.get("targetValue") ?? "";
        const text = formulaText(formula, nameOf);
        return [nameOf(row.get("targetId")!), isUnread(text) ? refuse(conditions, row, `"${formula}" cannot be read: ${text.why}`) : text];
      }),
    );
    const key = JSON.stringify(then);
    const found = events.get(key) ?? { at: `period_start_${events.size + 1}`, then };
    events.set(key, found);
    return found.at;
  }
}

/** When an event happens that does not. */
export const never = 1e300;
