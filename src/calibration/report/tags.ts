/** How well each tag is met: a table, the courses, and what is left over against everything it should not depend on. */
import type { Calibrated, ResidualSeries } from "../calibrated.ts";
import type { Diagnosis } from "../diagnostics/diagnosis.ts";
import { short } from "../verdict/sentences.ts";
import { type ChartSize, parity, residualsOverTime, sizes, trend } from "./charts.ts";
import { cell, folded, gallery, number, row, rowHead, table, unitText } from "./html.ts";
import { probability } from "./numbers.ts";
import { autocorrelationChart, inputCorrelationChart, quantileChart, residualsAgainst } from "./residual-charts.ts";
import { autocorrelation, correlation, joined, picked, pointsToDraw, type ResidualColumns, residualsOfTag } from "./residual-columns.ts";
import { escaped } from "./svg.ts";

/** Windows drawn for each tag: so many at once, more when unfolded, no more than that; a fleet has hundreds. */
const windowsDrawn = { open: 6, most: 24 } as const;
/** Drawings of residuals against inputs, those that they follow most first. */
const inputsDrawn = { open: 6, most: 24 } as const;
/** Lags of the autocorrelation: the most, and the share of the longest series that they may be. */
const lags = { most: 30, share: 4 } as const;
/** Fewer points say nothing of correlations or distributions. */
const leastPoints = 8;
/** Chance below which residuals are said to follow an input. */
const follows = 0.05;

export function tagTable({ tags }: Calibrated, diagnosis: Diagnosis | undefined): string {
  const rows = Object.entries(tags).map(([name, { unit, points, rmse, bias, sigma, sigmaEstimated }]) => {
    const found = diagnosis?.tags[name];
    const p = (test: { readonly p: number } | undefined): string => number(test ? probability(test.p) : "–");
    return row([
      rowHead(name),
      number(String(points)),
      number(short(rmse)),
      number(short(bias)),
      number(`${short(sigma)}${sigmaEstimated ? " (estimated)" : ""}`),
      cell(unit === "1" ? "" : unit),
      ...(diagnosis ? [p(found?.lackOfFit), p(found?.ljungBox), p(found?.normality), p(found?.spread)] : []),
    ]);
  });
  const tests = diagnosis ? ["#lack of fit", "#memory", "#normality", "#even spread"] : [];
  const note = diagnosis ? "<p>The last columns are the chances of residuals like these where all is well; small ones object.</p>" : "";
  return table(["", "#points", "#RMSE", "#mean residual", "#σ", "unit", ...tests], rows) + note;
}

/** One window: a row for each tag. Several: all parities in a row, then fit and residuals of each window side by side. */
export function charts(fit: Calibrated, diagnosis: Diagnosis | undefined): string {
  const { residuals, tags, model } = fit;
  const { time } = model.definition;
  const drawn = Object.entries(tags).flatMap(([name, { sigma }]) => {
    const series = residuals.filter(({ tag }) => tag === name);
    return series.length > 0 ? [{ name, sigma, series }] : [];
  });
  const pair = (one: ResidualSeries, sigma: number, size: ChartSize): string =>
    trend(one, time, size) + residualsOverTime(one, sigma, time, size);
  const left = (name: string): string => leftOver(fit, name, diagnosis);
  if (drawn.every(({ series }) => series.length === 1)) {
    return drawn
      .map(({ name, sigma, series }) => {
        const row = parity(name, series) + series.map((one) => pair(one, sigma, sizes.third)).join("");
        return `<h3>${escaped(name)}</h3><div class="charts one">${row}</div>${left(name)}`;
      })
      .join("");
  }
  const windows = drawn.map(({ name, sigma, series }) => {
    const pairs = (from: number, to: number): string =>
      `<div class="charts pairs">${series
        .slice(from, to)
        .map((one) => pair(one, sigma, sizes.half))
        .join("")}</div>`;
    const { open, most } = windowsDrawn;
    const undrawn = series.length > most ? `<p>${series.length - most} more are not drawn.</p>` : "";
    const count = series.length - open;
    const more = count > 0 ? folded(`${count} more ${count === 1 ? "window" : "windows"}`, pairs(open, most) + undrawn) : "";
    return `<h3>${escaped(name)} by window</h3>${pairs(0, open)}${more}${left(name)}`;
  });
  return `<div class="charts parities">${drawn.map(({ name, series }) => parity(name, series)).join("")}</div>${windows.join("")}`;
}

/** Residuals of all windows against computed values and inputs, their memory and their distribution. */
function leftOver(fit: Calibrated, tag: string, diagnosis: Diagnosis | undefined): string {
  const { windows, complete } = residualsOfTag(fit, tag, diagnosis);
  const residual = joined(windows.map((one) => one.residual));
  if (residual.length < leastPoints) return "";
  const unit = fit.tags[tag]?.unit;
  const points = pointsToDraw(residual);
  const computed = picked(joined(windows.map((one) => one.computed)), points);
  const drawings = [residualsAgainst("Against the computed value", `computed ${tag}${unitText(unit)}`, computed, picked(residual, points))];
  const longest = Math.max(...windows.map((one) => one.residual.length));
  if (complete && longest >= leastPoints) {
    const values = autocorrelation(windows, Math.max(1, Math.min(lags.most, Math.floor(longest / lags.share))));
    drawings.push(autocorrelationChart(values, 1.96 / Math.sqrt(residual.length)));
  }
  drawings.push(quantileChart(residual));
  const inputs = againstInputs(fit, windows, residual, points, tag, diagnosis);
  return `<h4>Residuals of ${escaped(tag)}</h4>${gallery(drawings, "drawings", { open: 3, most: 3 })}${gallery(inputs, "inputs", inputsDrawn)}`;
}

/** One drawing for each input that changes, and one of the lags where residuals follow it; those that matter most first. */
function againstInputs(
  { model }: Calibrated,
  windows: readonly ResidualColumns[],
  residual: Float64Array,
  points: Int32Array,
  tag: string,
  diagnosis: Diagnosis | undefined,
): string[] {
  const { inputs, time } = model.definition;
  const looked = diagnosis?.tags[tag]?.inputs ?? [];
  const found = Object.keys(windows[0]?.inputs ?? {}).flatMap((input) => {
    const x = joined(windows.map((one) => one.inputs[input] ?? new Float64Array(one.residual.length)));
    if (x.every((value) => value === x[0])) return [];
    const correlated = looked.find((one) => one.input === input);
    return [{ input, x, r: correlation(x, residual), correlated }];
  });
  found.sort((a, b) => (a.correlated?.p ?? 1) - (b.correlated?.p ?? 1) || Math.abs(b.r) - Math.abs(a.r));
  return found.flatMap(({ input, x, r, correlated }) => {
    const chance = correlated && correlated.p < follows ? `, chance ${probability(correlated.p)}` : "";
    const title = `Against ${input}: correlation ${r.toFixed(2).replace("-", "−")}${chance}`;
    const drawing = residualsAgainst(title, `${input}${unitText(inputs[input])}`, picked(x, points), picked(residual, points));
    const lagged = correlated && correlated.p < follows && correlated.lags.length > 1;
    return lagged ? [drawing, inputCorrelationChart(correlated, time)] : [drawing];
  });
}
