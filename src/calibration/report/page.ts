/** The page of a calibration: self-contained HTML without scripts or outside resources, readable offline and in ten years. */
import type { Calibrated, Estimate, ResidualSeries } from "../calibrated.ts";
import { short } from "../verdict/sentences.ts";
import { type ChartSize, correlationMap, parity, residualsOverTime, sizes, trend, waterfall } from "./charts.ts";
import type { ReportOptions } from "./options.ts";
import { style } from "./style.ts";
import { escaped } from "./svg.ts";

/** Windows drawn for each tag: so many at once, more when unfolded, no more than that; a fleet has hundreds. */
const windowsDrawn = { open: 6, most: 24 } as const;
/** Initial values that are estimated are folded away when there are more. */
const initialShown = 3;

/**
 * The report of a fit as one HTML page: what `fit.report("fit.html")` writes.
 */
export function reportPage(fit: Calibrated, _options: ReportOptions = {}): string {
  const { name } = fit.model;
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>Calibration of ${escaped(name)}</title><style>${style}</style></head><body>`,
    `<h1>Calibration of ${escaped(name)}</h1>`,
    verdict(fit),
    `<h2>Estimates</h2>${estimates(fit)}`,
    `<h2>Fit by tag</h2>${tagTable(fit)}${charts(fit)}`,
    `<div class="beside">${starts(fit)}${correlations(fit)}</div>`,
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

/** Parameters, then initial values; the parameters come first in `names`. */
function estimates(fit: Calibrated): string {
  const parameters = parameterCount(fit);
  const initial = fit.names.length - parameters;
  const rest = estimateTable(fit, parameters, fit.names.length);
  if (parameters === 0) return rest;
  const open = initial <= initialShown ? " open" : "";
  const summary = initial === 1 ? "1 estimated initial value" : `${initial} estimated initial values`;
  return estimateTable(fit, 0, parameters) + (initial > 0 ? `<details${open}><summary>${summary}</summary>${rest}</details>` : "");
}

function parameterCount({ names, model }: Calibrated): number {
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
      `<th scope="row">${escaped(name)}</th>`,
      number(digits(value, standardError)),
      cell(unit === "1" ? "" : unit),
      number(standardError === undefined ? "–" : readable(Number(standardError.toPrecision(2)))),
      number(percent),
      number(interval ? `${digits(interval[0], standardError)} … ${digits(interval[1], standardError)}` : "–"),
      cell(remarks(estimate)),
    ]);
  });
  return table(["", "#value", "unit", "#standard error", "#relative", `#${short(100 * fit.level)} % interval`, ""], rows);
}

/** As many digits as the standard error lets mean something, and one more. */
function digits(value: number, standardError: number | undefined): string {
  if (!standardError || value === 0) return readable(Number(short(value)));
  const meaningful = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(standardError)) + 2;
  return readable(Number(value.toPrecision(Math.min(Math.max(meaningful, 2), 12))));
}

/** Powers of ten where a row of zeros would have to be counted. */
function readable(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return short(value);
  return size >= 1e6 || (size > 0 && size < 1e-4) ? value.toExponential().replace("e+", "e") : String(value);
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
  return table(["", "#points", "#RMSE", "#mean residual", "#σ", "unit"], rows);
}

/** One window: a row for each tag. Several: all parities in a row, then fit and residuals of each window side by side. */
function charts({ residuals, tags, model }: Calibrated): string {
  const { time } = model.definition;
  const drawn = Object.entries(tags).flatMap(([name, { sigma }]) => {
    const series = residuals.filter(({ tag }) => tag === name);
    return series.length > 0 ? [{ name, sigma, series }] : [];
  });
  const pair = (one: ResidualSeries, sigma: number, size: ChartSize): string =>
    trend(one, time, size) + residualsOverTime(one, sigma, time, size);
  if (drawn.every(({ series }) => series.length === 1)) {
    return drawn
      .map(({ name, sigma, series }) => {
        const row = parity(name, series) + series.map((one) => pair(one, sigma, sizes.third)).join("");
        return `<h3>${escaped(name)}</h3><div class="charts one">${row}</div>`;
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
    const summary = `${count} more ${count === 1 ? "window" : "windows"}`;
    const folded = count > 0 ? `<details><summary>${summary}</summary>${pairs(open, most)}${undrawn}</details>` : "";
    return `<h3>${escaped(name)} by window</h3>${pairs(0, open)}${folded}`;
  });
  return `<div class="charts parities">${drawn.map(({ name, series }) => parity(name, series)).join("")}</div>${windows.join("")}`;
}

function starts({ starts }: Calibrated): string {
  if (starts.length < 2) return "";
  const counts = new Map<string, number>();
  for (const { termination } of starts) {
    const end = termination.ok ? "converged" : termination.kind.replaceAll("-", " ");
    counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  const ends = [...counts].map(([end, count]) => `${count} ${end}`).join(", ");
  const rings = starts.some(({ termination }) => !termination.ok) ? " (rings: not converged)" : "";
  return `<section><h2>Starts</h2><p>${starts.length} starts: ${ends}${rings}.</p>${waterfall(starts)}</section>`;
}

function correlations(fit: Calibrated): string {
  const q = fit.names.length;
  if (q < 2) return "";
  const parameters = parameterCount(fit);
  const folded = q - parameters > initialShown && parameters > 0;
  const all = folded ? `<details><summary>with initial values</summary>${correlationMap(fit, q)}</details>` : "";
  return `<section><h2>Correlation of the estimates</h2>${correlationMap(fit, folded ? parameters : q)}${all}</section>`;
}

function provenance({ provenance: { model, data, question, seed, version } }: Calibrated): string {
  const rows = Object.entries({ model, data, question, seed: String(seed), greybox: version }).map(([key, value]) =>
    row([`<th scope="row">${key}</th>`, `<td><code>${escaped(value)}</code></td>`]),
  );
  return table([], rows);
}

/** @param head  texts over the columns; `#` before one that stands over numbers */
function table(head: readonly string[], rows: readonly string[]): string {
  const over = head.map((text) =>
    text.startsWith("#") ? `<th scope="col" class="number">${escaped(text.slice(1))}</th>` : `<th scope="col">${escaped(text)}</th>`,
  );
  const top = head.length > 0 ? `<thead><tr>${over.join("")}</tr></thead>` : "";
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
