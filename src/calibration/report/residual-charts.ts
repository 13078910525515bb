/** Drawings of standardised residuals: against what they should not depend on. */
import { normalQuantile } from "../../core/index.ts";
import type { InputCorrelation } from "../diagnostics/diagnosis.ts";
import { unitText } from "./html.ts";
import { dots, drawing, type Frame, pixel, polyline, rangeOf, type Scales } from "./svg.ts";

/** Two or three beside one another. */
const size = { width: 385, height: 230 } as const;
/** Groups of equally many points whose means are joined by a line; each has at least so many points. */
const groups = { most: 12, least: 8 } as const;
/** Points of a quantile plot. */
const quantiles = 400;

/** Residuals against anything: dots, and a line through the means of groups of neighbours. */
export function residualsAgainst(title: string, label: string, x: Float64Array, residual: Float64Array): string {
  const [low, high] = rangeOf(x);
  const reach = Math.max(3, ...rangeOf(residual).map(Math.abs));
  const frame: Frame = { title, x: { low, high, label }, y: { low: -reach, high: reach, label: "residual / σ" }, ...size };
  return drawing(frame, (scales) => {
    const { places, means } = groupMeans(x, residual);
    return (
      band(-2, 2, low, high, scales) +
      polyline([low, high], [0, 0], scales, "reference") +
      dots(x, residual, scales, "measured") +
      (places.length > 1 ? polyline(places, means, scales, "computed") : "")
    );
  });
}

/** Correlation of residuals with those some points before; within the band for white ones. */
export function autocorrelationChart(values: Float64Array, limit: number): string {
  const reach = Math.min(1.05, Math.max(2 * limit, 0.3, ...Array.from(values, Math.abs)) * 1.1);
  const frame: Frame = {
    title: "Autocorrelation",
    x: { low: 0, high: values.length + 1, label: "lag [points]" },
    y: { low: -reach, high: reach, label: "correlation" },
    ...size,
  };
  return drawing(frame, (scales) => {
    const lags = [...values.keys()].map((i) => i + 1);
    return band(-limit, limit, 0, values.length + 1, scales) + stems(lags, values, scales, (value) => Math.abs(value) > limit);
  });
}

/** Correlation of residuals with an input some time before. */
export function inputCorrelationChart({ input, lags, values, bands }: InputCorrelation, timeUnit: string): string {
  const reach = Math.min(1.05, Math.max(0.3, ...Array.from(values, Math.abs), ...bands) * 1.2);
  const step = lags.length > 1 ? lags[1]! - lags[0]! : 1;
  const frame: Frame = {
    title: `Correlation with ${input} before`,
    x: { low: (lags[0] ?? 0) - step, high: (lags.at(-1) ?? 1) + step, label: `lag${unitText(timeUnit)}` },
    y: { low: -reach, high: reach, label: "correlation" },
    ...size,
  };
  return drawing(
    frame,
    (scales) =>
      polyline(lags, bands, scales, "reference") +
      polyline(
        lags,
        bands.map((one) => -one),
        scales,
        "reference",
      ) +
      stems(Array.from(lags), values, scales, (value, i) => Math.abs(value) > bands[i]!),
  );
}

/** Sorted residuals against the quantiles of a normal distribution: on the diagonal where errors are normal with the σ they are said to have. */
export function quantileChart(residual: Float64Array): string {
  const sorted = residual.toSorted();
  const n = sorted.length;
  const count = Math.min(n, quantiles);
  // Ends are all kept, the middle is thinned.
  const at = (k: number): number => (count === n ? k : Math.round(((n - 1) * (1 - Math.cos((Math.PI * k) / (count - 1)))) / 2));
  const picks = [...new Set(Array.from({ length: count }, (_, k) => at(k)))];
  const expected = picks.map((i) => normalQuantile((i + 0.5) / n));
  const found = picks.map((i) => sorted[i]!);
  const reach = Math.max(2.5, ...rangeOf(expected).map(Math.abs));
  const [low, high] = rangeOf(found, [-reach, reach]);
  const frame: Frame = {
    title: "Against the normal distribution",
    x: { low: -reach, high: reach, label: "quantile of the normal distribution" },
    y: { low, high, label: "residual / σ" },
    ...size,
  };
  return drawing(
    frame,
    (scales) => polyline([-reach, reach], [-reach, reach], scales, "reference") + dots(expected, found, scales, "measured"),
  );
}

function band(from: number, to: number, left: number, right: number, { x, y }: Scales): string {
  const [a, b] = [x(left), x(right)];
  return `<rect class="band" x="${pixel(a)}" y="${pixel(y(to))}" width="${pixel(b - a)}" height="${pixel(y(from) - y(to))}"/>`;
}

function stems(at: readonly number[], values: Float64Array, { x, y }: Scales, out: (value: number, i: number) => boolean): string {
  return at
    .map((place, i) => {
      const value = values[i]!;
      const kind = out(value, i) ? "stem out" : "stem";
      return `<line class="${kind}" x1="${pixel(x(place))}" x2="${pixel(x(place))}" y1="${pixel(y(0))}" y2="${pixel(y(value))}"><title>lag ${Number(place.toPrecision(4))}: ${value.toFixed(3)}</title></line>`;
    })
    .join("");
}

/** Means of groups of equally many neighbours along x; none where there are few points, or x has few values. */
function groupMeans(x: Float64Array, y: Float64Array): { readonly places: number[]; readonly means: number[] } {
  const n = x.length;
  const count = Math.min(groups.most, Math.floor(n / groups.least));
  const order = Array.from(x.keys()).sort((a, b) => x[a]! - x[b]!);
  const [places, means]: [number[], number[]] = [[], []];
  for (let group = 0; group < count; group++) {
    const members = order.slice(Math.floor((group * n) / count), Math.floor(((group + 1) * n) / count));
    const mean = (column: Float64Array): number => members.reduce((sum, i) => sum + column[i]!, 0) / members.length;
    const place = mean(x);
    // An input that stands still for most of the time has groups at one place.
    if (places.length > 0 && !(place > places.at(-1)!)) continue;
    places.push(place);
    means.push(mean(y));
  }
  return { places, means };
}
