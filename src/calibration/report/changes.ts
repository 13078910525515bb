/** What changed between two fits, as a part of a page. */
import type { Comparison } from "../comparison/compare.ts";
import type { EstimateChange } from "../comparison/estimates.ts";
import { short } from "../verdict/sentences.ts";
import { changeChart } from "./change-chart.ts";
import { cell, folded, number, row, rowHead, sentenceList, table } from "./html.ts";
import { digits, probability } from "./numbers.ts";

export function changes(comparison: Comparison): string {
  const { meaning, estimates, only, joint, definitions, data } = comparison;
  const alone = [
    ...(only.before.length > 0 ? [`Only in the former fit: ${only.before.join(", ")}.`] : []),
    ...(only.after.length > 0 ? [`Only in the later fit: ${only.after.join(", ")}.`] : []),
  ];
  const among = data.relation === "apart" ? "" : ", if the fits shared no data";
  const together =
    joint && joint.freedom > 1
      ? `<p>All ${joint.freedom} together: χ² ${short(joint.statistic)} on ${joint.freedom} degrees of freedom; chance ${probability(joint.tail)}${among}.</p>`
      : "";
  return (
    sentenceList([...meaning, ...alone], "notes") +
    (estimates.length > 0 ? estimateTable(estimates) + together + changeChart(estimates) : "") +
    tagTable(comparison) +
    likelihoods(comparison) +
    (definitions.length > 0
      ? folded(`What changed in the model: ${definitions.length}`, definitionTable(comparison), definitions.length <= 12)
      : "")
  );
}

function estimateTable(estimates: readonly EstimateChange[]): string {
  const rows = estimates.map(({ name, unit, before, after, relative, standardErrors }) =>
    row([
      rowHead(name),
      number(digits(before.value, before.standardError)),
      number(digits(after.value, after.standardError)),
      cell(unit === "1" ? "" : unit),
      number(relative === undefined ? "" : `${signed(Number((100 * relative).toPrecision(2)))} %`),
      number(standardErrors === undefined ? "–" : signed(Number(standardErrors.toFixed(1)))),
    ]),
  );
  return table(["", "#before", "#after", "unit", "#change", "#in standard errors"], rows);
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : value < 0 ? `−${Math.abs(value)}` : "0";
}

function tagTable({ tags }: Comparison): string {
  const rows = tags.map(({ name, before, after }) =>
    row([
      rowHead(name),
      number(before ? String(before.points) : "–"),
      number(after ? String(after.points) : "–"),
      number(before ? short(before.rmse) : "–"),
      number(after ? short(after.rmse) : "–"),
      cell((after ?? before)?.unit ?? ""),
    ]),
  );
  return table(["", "#points before", "#after", "#RMSE before", "#after", "unit"], rows);
}

function likelihoods({ criteria: [before, after], data }: Comparison): string {
  if (!before || !after || data.relation !== "same") return "";
  const rows = (["values", "unknowns", "aic", "aicc", "bic"] as const).map((key) => {
    const text = { values: "measured values", unknowns: "estimated", aic: "AIC", aicc: "AICc", bic: "BIC" }[key];
    const [a, b] = [before[key], after[key]];
    const figure = (value: number | undefined): string => (value === undefined ? "–" : key.length > 4 ? String(value) : value.toFixed(2));
    return row([rowHead(text), number(figure(a)), number(figure(b))]);
  });
  return table(["", "#before", "#after"], rows);
}

function definitionTable({ definitions }: Comparison): string {
  return table(
    ["", "before", "after"],
    definitions.map(({ where, before, after }) => row([rowHead(where), cell(before ?? "not there"), cell(after ?? "not there")])),
  );
}
