/** Writes the sensor's answers to the held-out week as a table, one row an answer. */
import { writeFileSync } from "node:fs";
import type { Predicted } from "greybox/sensors";

/** Columns: time (ISO 8601, UTC), value, low, high, status, physics, learned, bias, reasons. No cell where there is no value. */
export function writeWeek(path: string, week: readonly Predicted[]): void {
  const rows = week
    .flatMap(({ predictions }) => predictions)
    .map(({ time, value, interval, status, physics, learned, bias, reasons }) => {
      const cells = [value, interval?.[0] ?? null, interval?.[1] ?? null, status.name, physics, learned, bias];
      const why = [...new Set(reasons.map(({ code }) => code))].join(" ");
      return [
        new Date(time * 1000).toISOString(),
        ...cells.map((cell) => (typeof cell === "number" ? cell.toPrecision(6) : (cell ?? ""))),
        why,
      ].join();
    });
  writeFileSync(path, `time,value,low,high,status,physics,learned,bias,reasons\n${rows.join("\n")}\n`);
}
