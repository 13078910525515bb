/** The tables of estimates: parameters, then initial values; and what other ways say of their intervals. */
import { counted } from "../../core/index.ts";
import type { Calibrated, Estimate } from "../calibrated.ts";
import { short } from "../verdict/sentences.ts";
import { cell, folded, number, row, rowHead, table } from "./html.ts";
import { digits, rangeText, readable } from "./numbers.ts";
import type { ReportOptions } from "./options.ts";

/** Initial values that are estimated are folded away when there are more. */
const initialShown = 3;

/** Parameters, then initial values; the parameters come first in `names`. */
export function estimates(fit: Calibrated): string {
  const parameters = parameterCount(fit);
  const rest = estimateTable(fit, parameters, fit.names.length);
  const others = fit.names.length - parameters;
  if (parameters === 0) return rest;
  const initial = fit.names.slice(parameters).every((name) => /\(0\)( in .*)?$/.test(name));
  const noun = initial ? "estimated initial value" : "more estimate";
  const summary = counted(others, noun);
  return estimateTable(fit, 0, parameters) + (others > 0 ? folded(summary, rest, others <= initialShown) : "");
}

/** Whether what comes after the parameters is folded away. */
export function foldsAfterParameters(fit: Calibrated): boolean {
  const parameters = parameterCount(fit);
  return parameters > 0 && fit.names.length - parameters > initialShown;
}

export function parameterCount({ names, model }: Calibrated): number {
  return names.filter((name) => Object.hasOwn(model.definition.parameters, name)).length;
}

function estimateTable(fit: Calibrated, from: number, to: number): string {
  const rows = fit.names.slice(from, to).map((name, i) => {
    const estimate = fit.parameters[name];
    if (!estimate) return "";
    const j = from + i;
    const { value, unit, standardError, interval } = estimate;
    const shares = fit.covariance[j * fit.names.length + j]!;
    const percent =
      standardError === undefined || value === 0 ? "" : `${Number(((100 * Math.sqrt(shares)) / Math.abs(value)).toPrecision(2))} %`;
    return row([
      rowHead(name),
      number(digits(value, standardError)),
      cell(unit === "1" ? "" : unit),
      number(standardError === undefined ? "–" : readable(Number(standardError.toPrecision(2)))),
      number(percent),
      number(interval ? rangeText(interval, standardError) : "–"),
      cell(remarks(estimate)),
    ]);
  });
  return table(["", "#value", "unit", "#standard error", "#relative", `#${short(100 * fit.level)} % interval`, ""], rows);
}

function remarks({ atBound, identifiable, physical }: Estimate): string {
  return [atBound ? `at its ${atBound} bound` : identifiable ? "" : "not fixed by the data", physical ? "" : "unphysical"]
    .filter((remark) => remark !== "")
    .join(", ");
}

/** Intervals side by side: of the parabola, and of whatever else was asked. */
export function intervals(fit: Calibrated, { profiles, sample, bootstrap }: ReportOptions): string {
  const { names, parameters, level } = fit;
  const profiled = new Map((profiles ?? []).map((one) => [one.name, one]));
  const shown = names.filter((name) => profiled.has(name) || sample?.quantities[name] || bootstrap?.quantities[name]);
  if (shown.length === 0) return "";
  const tail = (1 - level) / 2;
  const rows = shown.map((name) => {
    const estimate = parameters[name]!;
    const of = (ends: readonly [number | undefined, number | undefined] | undefined): string =>
      number(ends === undefined ? "–" : rangeText(ends, estimate.standardError));
    const drawn = sample?.quantities[name];
    return row([
      rowHead(name),
      of(estimate.interval),
      ...(profiles ? [of(profiled.get(name)?.interval)] : []),
      ...(sample ? [of(drawn && [drawn.quantile(tail), drawn.quantile(1 - tail)])] : []),
      ...(bootstrap ? [of(bootstrap.quantities[name]?.interval)] : []),
      cell(estimate.unit === "1" ? "" : estimate.unit),
    ]);
  });
  const head = [
    "",
    "#parabola",
    ...(profiles ? ["#profile"] : []),
    ...(sample ? ["#posterior"] : []),
    ...(bootstrap ? ["#bootstrap"] : []),
    "unit",
  ];
  return `<h3>Intervals of ${short(100 * level)} % by other ways</h3>${table(head, rows)}`;
}
