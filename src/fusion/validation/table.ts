/** A validation as a table that a person reads. */
import type { Score, Validation } from "./validation.ts";

/**
 * The rivals side by side, fold by fold, and what must be known to read them.
 *
 * @example
 * console.log(validationTable(hybrid.validation));
 */
export function validationTable(validation: Validation): string {
  const { overall, unit, time, folds } = validation;
  const rivals: [string, Score | undefined][] = [
    ["mechanism only", overall.mechanism],
    ["data only", overall.dataOnly],
    [`persistence (${number(validation.horizon)} ${time} old)`, overall.persistence],
    ["hybrid", overall.hybrid],
  ];
  const head = ["", `RMSE [${unit}]`, "MAE", "bias", ...folds.map((_, i) => `fold ${i + 1}`)];
  const keys = ["mechanism", "dataOnly", "persistence", "hybrid"] as const;
  const rows = rivals.map(([name, score], r) => [
    name,
    number(score?.rmse),
    number(score?.mae),
    number(score?.bias),
    ...folds.map((fold) => number(fold[keys[r]!]?.rmse)),
  ]);
  return [
    `"${validation.on}" on ${overall.hybrid.points} points that were not learned from (${folds.length} folds, embargo ${number(validation.embargo)} ${time})`,
    ...aligned([head, ...rows]),
    `hybrid against mechanism: RMSE ${signed(-100 * overall.improvement)} %`,
    `${Math.round(100 * validation.level)} % interval: covers ${(100 * validation.coverage).toFixed(1)} % (by fold ${folds.map((fold) => (100 * fold.coverage).toFixed(0)).join(", ")})`,
    ...validation.notes.map((note) => `- ${note}`),
  ].join("\n");
}

function number(value: number | undefined): string {
  return value === undefined ? "–" : String(Number(value.toPrecision(4)));
}

function signed(value: number): string {
  return `${value > 0 ? "+" : value < 0 ? "−" : "±"}${Math.abs(value).toFixed(1)}`;
}

/** Columns under each other: names to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  return rows.map((row) => row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join("  "));
}
