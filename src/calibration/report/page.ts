/** The page of a calibration: self-contained HTML without scripts or outside resources, readable offline and in ten years. */
import type { Calibrated, Estimate, ResidualSeries } from "../calibrated.ts";
import { short } from "../verdict/sentences.ts";
import { correlationMap, parity, residualsOverTime, trend, waterfall } from "./charts.ts";
import { style } from "./style.ts";
import { escaped } from "./svg.ts";

/** Windows drawn for each tag; a fleet has hundreds. */
const windowsDrawn = 12;

/**
 * The report of a fit as one HTML page: what `fit.report("fit.html")` writes.
 */
export function reportPage(fit: Calibrated): string {
  const { name } = fit.model;
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>Calibration of ${escaped(name)}</title><style>${style}</style></head><body>`,
    `<h1>Calibration of ${escaped(name)}</h1>`,
    verdict(fit),
    `<h2>Estimates</h2>${estimates(fit)}`,
    `<h2>Fit by tag</h2>${tagTable(fit)}${charts(fit)}`,
    fit.starts.length > 1 ? `<h2>Starts</h2>${waterfall(fit.starts)}` : "",
    fit.names.length > 1 ? `<h2>Correlation of the estimates</h2>${correlationMap(fit)}` : "",
    `<h2>Provenance</h2>${provenance(fit)}`,
    "</body></html>\n",
  ].join("\n");
}

function verdict({ verdict: found, termination, cost, tags }: Calibrated): string {
  const points = Object.values(tags).reduce((sum, tag) => sum + tag.points, 0);
  const ended = termination.ok ? `converged (${termination.kind})` : `did not converge (${termination.kind})`;
  const summary = `<p>The search ${ended} at a cost of ${short(cost)} for ${points} measured values.</p>`;
  if (found.length === 0) return `${summary}<p class="good">Nothing to object to.</p>`;
  return `${summary}<ul class="verdict">${found.map((sentence) => `<li>${escaped(sentence)}</li>`).join("")}</ul>`;
}

function estimates(fit: Calibrated): string {
  const rows = fit.names.map((name, j) => {
    const estimate = fit.parameters[name];
    if (!estimate) return "";
    const { value, unit, standardError, interval } = estimate;
    const shares = fit.covariance[j * fit.names.length + j]!;
    const percent = standardError === undefined || value === 0 ? "" : `${short((100 * Math.sqrt(shares)) / Math.abs(value))} %`;
    return row([
      `<th scope="row">${escaped(name)}</th>`,
      number(digits(value, standardError)),
      cell(unit === "1" ? "" : unit),
      number(standardError === undefined ? "–" : short(standardError)),
      number(percent),
      number(interval ? `${short(interval[0])} … ${short(interval[1])}` : "–"),
      cell(remarks(estimate)),
    ]);
  });
  const head = ["", "value", "unit", "standard error", "", `${short(100 * fit.level)} % interval`, ""];
  return table(head, rows);
}

/** As many digits as the standard error lets mean something, and two more. */
function digits(value: number, standardError: number | undefined): string {
  if (!standardError || value === 0) return short(value);
  const meaningful = Math.ceil(Math.log10(Math.abs(value) / standardError)) + 2;
  return String(Number(value.toPrecision(Math.min(Math.max(meaningful, 3), 12))));
}

function remarks({ atBound, identifiable, physical }: Estimate): string {
  return [atBound ? `at its ${atBound} bound` : identifiable ? "" : "not fixed by the data", physical ? "" : "unphysical"]
    .filter((remark) => remark !== "")
    .join(", ");
}

function tagTable({ tags }: Calibrated): string {
  const rows = Object.entries(tags).map(([name, { unit, points, rmse, bias, sigma, sigmaEstimated }]) =>
    row([
      `<th scope="row">${escaped(name)}</th>`,
      number(String(points)),
      number(short(rmse)),
      number(short(bias)),
      number(`${short(sigma)}${sigmaEstimated ? " (estimated)" : ""}`),
      cell(unit === "1" ? "" : unit),
    ]),
  );
  return table(["", "points", "RMSE", "mean residual", "σ", "unit"], rows);
}

function charts({ residuals, tags, model }: Calibrated): string {
  const { time } = model.definition;
  return Object.entries(tags)
    .map(([name, { sigma }]) => {
      const series = residuals.filter(({ tag }) => tag === name);
      if (series.length === 0) return "";
      const overTime = (one: ResidualSeries): string => trend(one, time) + residualsOverTime(one, sigma, time);
      const more = series.length > windowsDrawn ? `<p>${series.length - windowsDrawn} more windows are not drawn.</p>` : "";
      return `<h3>${escaped(name)}</h3><div class="charts">${parity(name, series)}${series.slice(0, windowsDrawn).map(overTime).join("")}</div>${more}`;
    })
    .join("");
}

function provenance({ provenance: { model, data, question, seed, version } }: Calibrated): string {
  const rows = Object.entries({ model, data, question, seed: String(seed), greybox: version }).map(([key, value]) =>
    row([`<th scope="row">${key}</th>`, `<td><code>${escaped(value)}</code></td>`]),
  );
  return table([], rows);
}

function table(head: readonly string[], rows: readonly string[]): string {
  const top = head.length > 0 ? `<thead><tr>${head.map((text) => `<th scope="col">${escaped(text)}</th>`).join("")}</tr></thead>` : "";
  return `<div class="scroll"><table>${top}<tbody>${rows.join("")}</tbody></table></div>`;
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.join("")}</tr>`;
}

function cell(text: string): string {
  return `<td>${escaped(text)}</td>`;
}

function number(text: string): string {
  return `<td class="number">${escaped(text)}</td>`;
}
