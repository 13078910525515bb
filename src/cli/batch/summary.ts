/** What became of a batch, as text and as a table for spreadsheets. */
import { fleetOf, outstandingSentences } from "../../calibration/index.ts";
import { csvField, digits, table } from "../text.ts";
import type { BatchRow } from "./work.ts";

/** Assets listed one by one in a shell. */
const listed = 40;

export function summaryText(rows: readonly BatchRow[]): string {
  const count = (state: BatchRow["state"]): number => rows.filter((row) => row.state === state).length;
  const open = rows.filter(({ member }) => member && !member.ok);
  const fleet = fleetOf(rows.flatMap(({ member }) => (member ? [member] : [])));
  const parameters = fleet.map(({ name, count: assets, median, range: [least, greatest], unit }) => [
    name,
    String(assets),
    digits(median),
    `${digits(least)} … ${digits(greatest)}`,
    unit,
  ]);
  const trouble = [
    ...rows.filter(({ state }) => state === "failed").map(({ name, failure = "" }) => `- ${name} has no fit: ${failure}\n`),
    ...open.map(({ name, member }) => `- ${name} has not converged (${member?.termination ?? ""}).\n`),
    ...fleet.flatMap(outstandingSentences).map((sentence) => `- ${sentence}\n`),
    ...rows.filter(({ state }) => state === "not done").map(({ name }) => `- ${name} is not done; the same command goes on from here.\n`),
  ];
  const more = trouble.length > listed ? `- ${trouble.length - listed} more: see summary.csv.\n` : "";
  return [
    `${rows.length} fits: ${count("fitted")} made, ${count("kept")} kept, ${count("failed")} failed, ${count("not done")} not done.\n`,
    ...(parameters.length > 0 ? [table(["parameter", "assets", "median", "range", "unit"], parameters)] : []),
    ...(trouble.length > 0 ? [trouble.slice(0, listed).join("") + more] : []),
  ].join("\n");
}

/** One row an asset; the unit of each parameter stands in its head. */
export function summaryCsv(rows: readonly BatchRow[]): string {
  const units = new Map(
    rows.flatMap(({ member }) => Object.entries(member?.parameters ?? {}).map(([name, { unit }]) => [name, unit] as const)),
  );
  const heads = [...units].flatMap(([name, unit]) => [
    unit === "1" ? name : `${name} [${unit}]`,
    `${name} standard error`,
    `${name} remark`,
  ]);
  const lines = rows.map(({ name, state, member, code, failure, changed }) => {
    const values = [...units.keys()].flatMap((parameter) => {
      const estimate = member?.parameters[parameter];
      if (!estimate) return [null, null, null];
      const remark = estimate.atBound ? `at its ${estimate.atBound} bound` : estimate.identifiable ? null : "not fixed by the data";
      return [estimate.value, estimate.standardError ?? null, remark];
    });
    const ended = member ? member.termination : null;
    const said = [...(member?.verdict ?? []), ...(changed ?? [])].join(" ");
    return [name, state, ended, member?.points ?? null, member?.cost ?? null, ...values, said, code ?? null, failure ?? null]
      .map(csvField)
      .join(",");
  });
  return `${["asset", "state", "ended", "points", "cost", ...heads, "to read", "code", "failure"].map(csvField).join(",")}\n${lines.join("\n")}\n`;
}
