/** A fit, and what was found out beyond it, as a person reads them in a shell. */
import type { Bootstrap, Calibrated, Comparison, Diagnosis, Profile, ReportOptions, Sample } from "../../calibration/index.ts";
import { compareFits } from "../../calibration/index.ts";
import { digits, table } from "../text.ts";

export function calibrationText(
  fit: Calibrated,
  { profiles, sample, bootstrap, diagnosis, identifiability, former }: ReportOptions,
): string {
  return [
    fitText(fit),
    ...(profiles ? [profileText(profiles, fit.level)] : []),
    ...(sample ? [sampleText(sample, fit.level)] : []),
    ...(bootstrap ? [bootstrapText(bootstrap)] : []),
    ...(identifiability ? [`What the equations let data fix:\n${sentences(identifiability.meaning)}`] : []),
    ...(diagnosis ? [diagnosisText(diagnosis)] : []),
    ...(former ? [`What changed since the former fit:\n${comparisonText(compareFits(former, fit))}`] : []),
  ].join("\n");
}

function fitText({ parameters, tags, verdict, termination, starts, level, method }: Calibrated): string {
  const estimates = Object.entries(parameters).map(([name, { value, unit, standardError, interval, identifiable, atBound }]) => {
    const remark = atBound ? `at its ${atBound} bound` : identifiable ? "" : "not fixed by the data";
    return [name, digits(value), digits(standardError), interval ? rangeText(interval) : "", unit, remark];
  });
  const fits = Object.entries(tags).map(([name, { rmse, bias, points, unit }]) => [name, digits(rmse), digits(bias), String(points), unit]);
  const best = starts[0]?.cost;
  const equal = starts.filter(({ cost }) => cost !== undefined && best !== undefined && cost - best <= 0.1).length;
  return [
    table(["parameter", "value", "standard error", `${percent(level)} % interval`, "unit", ""], estimates),
    table(["observable", "RMSE", "bias", "points", "unit"], fits),
    `${termination.ok ? "Converged" : "Not converged"} (${[method?.name, termination.kind].filter(Boolean).join(", ")}); ${equal} of ${starts.length} starts reached the best cost.\n`,
    ...(verdict.length > 0 ? [`Before using these parameters:\n${sentences(verdict)}`] : []),
  ].join("\n");
}

function profileText(profiles: readonly Profile[], level: number): string {
  const rows = profiles.map(({ name, interval, unit, meaning }) => [name, rangeText(interval), unit, meaning]);
  return table(["profile", `${percent(level)} % interval`, "unit", ""], rows);
}

function sampleText({ quantities, verdict }: Sample, level: number): string {
  const tail = (1 - level) / 2;
  const rows = Object.values(quantities).map(({ name, mean, standardDeviation, quantile, unit, rHat, effective }) => [
    name,
    digits(mean),
    digits(standardDeviation),
    rangeText([quantile(tail), quantile(1 - tail)]),
    unit,
    `R̂ ${rHat.toFixed(3)}, worth ${Math.round(effective)}`,
  ]);
  return `${table(["posterior", "mean", "deviation", `${percent(level)} % of draws`, "unit", ""], rows)}${sentences(verdict)}`;
}

function bootstrapText({ quantities, verdict, level, draws, failed, kind }: Bootstrap): string {
  const rows = Object.values(quantities).map(({ name, mean, bias, standardDeviation, interval, unit }) => [
    name,
    digits(mean),
    digits(bias),
    digits(standardDeviation),
    interval ? rangeText(interval) : "",
    unit,
  ]);
  const fate = failed > 0 ? `, ${failed} came to no end` : "";
  return `${table(["bootstrap", "mean", "bias", "deviation", `${percent(level)} % interval`, "unit"], rows)}${draws} refits (${kind})${fate}.\n${sentences(verdict)}`;
}

function diagnosisText({ verdict }: Diagnosis): string {
  return verdict.length > 0 ? `The residuals object:\n${sentences(verdict)}` : "The residuals hold nothing against the fit.\n";
}

export function comparisonText({ estimates, meaning, only }: Comparison): string {
  const rows = estimates.map(({ name, unit, before, after, relative, standardErrors }) => [
    name,
    digits(before.value),
    digits(after.value),
    unit,
    relative === undefined ? "" : `${signed(100 * relative, 2)} %`,
    standardErrors === undefined ? "" : signed(standardErrors, 2),
  ]);
  const alone = [
    ...(only.before.length > 0 ? [`Only in the former fit: ${only.before.join(", ")}.`] : []),
    ...(only.after.length > 0 ? [`Only in the later fit: ${only.after.join(", ")}.`] : []),
  ];
  const changed = rows.length > 0 ? table(["parameter", "before", "after", "unit", "change", "in standard errors"], rows) : "";
  return `${changed}${sentences([...meaning, ...alone])}`;
}

function sentences(list: readonly string[]): string {
  return list.map((sentence) => `- ${sentence}\n`).join("");
}

function rangeText([low, high]: readonly [number | undefined, number | undefined]): string {
  return `${low === undefined ? "open" : digits(low)} … ${high === undefined ? "open" : digits(high)}`;
}

function signed(value: number, figures: number): string {
  const text = String(Number(value.toPrecision(figures)));
  return value > 0 ? `+${text}` : text;
}

function percent(level: number): string {
  return String(Number((100 * level).toPrecision(4)));
}
