/** The drawings of a calibration report. */
import type { Calibrated, ResidualSeries, StartResult } from "../calibrated.ts";
import { joined, picked, pointsToDraw } from "./residual-columns.ts";
import { dots, drawing, escaped, pixel, polyline, rangeOf } from "./svg.ts";

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/** In pixels where the page is wide; widths beside one another are in the proportion of the grid's columns, so that heights agree. */
export const sizes = {
  parity: { width: 310, height: 260 },
  /** Two beside a parity. */
  third: { width: 430, height: 260 },
  /** Two beside one another. */
  half: { width: 585, height: 220 },
} as const;

/** Measured against computed: on the diagonal where the model is right. */
export function parity(tag: string, series: readonly ResidualSeries[]): string {
  const [all, of] = [joined(series.map((one) => one.measured)), joined(series.map((one) => one.computed))];
  const points = pointsToDraw(all.map((value, i) => value - of[i]!));
  const [measured, computed] = [picked(all, points), picked(of, points)];
  const [low, high] = rangeOf(measured, computed);
  const unit = unitText(series[0]?.unit);
  const axis = { low, high };
  return drawing(
    {
      title: `${tag}: measured against computed`,
      x: { ...axis, label: `computed${unit}` },
      y: { ...axis, label: `measured${unit}` },
      ...sizes.parity,
    },
    (scales) => polyline([low, high], [low, high], scales, "reference") + dots(computed, measured, scales, "measured"),
  );
}

/** Measured points and the computed course over time, one window. */
export function trend(one: ResidualSeries, timeUnit: string, size: ChartSize): string {
  const [low, high] = rangeOf(one.measured, one.computed);
  return drawing(
    {
      ...timeFrame(one, timeUnit, `${one.window}: measured (dots), computed (line)`, size),
      y: { low, high, label: `${one.tag}${unitText(one.unit)}` },
    },
    (scales) => dots(one.time, one.measured, scales, "measured") + polyline(one.time, one.computed, scales, "computed"),
  );
}

/** Measured minus computed over time, with the band of ±2σ. */
export function residualsOverTime(one: ResidualSeries, sigma: number, timeUnit: string, size: ChartSize): string {
  const residual = one.measured.map((value, i) => value - one.computed[i]!);
  const [low, high] = rangeOf(residual, [-2.2 * sigma, 2.2 * sigma]);
  return drawing(
    {
      ...timeFrame(one, timeUnit, `${one.window}: measured − computed`, size),
      y: { low, high, label: `residual${unitText(one.unit)}` },
    },
    (scales) => {
      const [left, right] = [scales.x(one.time[0] ?? 0), scales.x(one.time.at(-1) ?? 1)];
      const [top, bottom] = [scales.y(2 * sigma), scales.y(-2 * sigma)];
      const band = `<rect class="band" x="${pixel(left)}" y="${pixel(top)}" width="${pixel(right - left)}" height="${pixel(bottom - top)}"/>`;
      return (
        band +
        polyline([one.time[0] ?? 0, one.time.at(-1) ?? 1], [0, 0], scales, "reference") +
        dots(one.time, residual, scales, "measured")
      );
    },
  );
}

/** Cost of all starts, best first, on a logarithmic scale of the distance from the best. */
export function waterfall(starts: readonly StartResult[]): string {
  const reached = starts.filter((start): start is StartResult & { cost: number } => start.cost !== undefined);
  const best = reached[0]?.cost ?? 0;
  const heights = reached.map(({ cost }) => Math.log10(Math.max(cost - best, 1e-6)));
  const [low, high] = [-6.3, Math.max(Math.ceil(Math.max(...heights, 0)), 1)];
  const ticks = Array.from({ length: high + 7 }, (_, i) => ({ at: i - 6, text: i === 0 ? "≤1e-6" : `1e${i - 6}` })).filter(
    (_, i) => i % Math.ceil((high + 7) / 8) === 0,
  );
  return drawing(
    {
      title: "Starts: cost above the best",
      x: { low: 0.5, high: reached.length + 0.5, label: "start, best first" },
      y: { low, high, label: "cost − best", ticks },
      width: 460,
      height: 300,
    },
    (scales) =>
      reached
        .map(({ start, cost, termination }, i) => {
          const place = `cx="${pixel(scales.x(i + 1))}" cy="${pixel(scales.y(heights[i]!))}"`;
          const title = `<title>start ${start}: cost ${cost.toPrecision(8)}, ${termination.kind}</title>`;
          return `<circle class="start${termination.ok ? "" : " stopped"}" r="3.5" ${place}>${title}</circle>`;
        })
        .join(""),
  );
}

/** Correlation of the first `q` estimates as coloured squares with numbers. */
export function correlationMap({ names: all, correlation }: Pick<Calibrated, "names" | "correlation">, q: number): string {
  const names = all.slice(0, q);
  const side = Math.max(26, Math.min(56, 420 / q));
  const left = 12 + 7 * Math.max(...names.map((name) => name.length));
  const size = side * q;
  const cells = names.flatMap((row, i) =>
    names.map((column, j) => {
      const value = correlation[i * all.length + j]!;
      const [x, y] = [pixel(left + j * side), pixel(8 + i * side)];
      const colour = value < 0 ? "falling" : "rising";
      const text = Math.abs(value) < 0.005 ? "0.00" : value.toFixed(2);
      const number =
        side >= 34
          ? `<text class="${Math.abs(value) > 0.6 ? "onColour" : "tick"}" x="${pixel(left + (j + 0.5) * side)}" y="${pixel(12 + (i + 0.5) * side)}" text-anchor="middle">${text}</text>`
          : "";
      const title = `<title>${escaped(row)} and ${escaped(column)}: ${value.toFixed(4)}</title>`;
      return `<rect class="${colour}" fill-opacity="${(Math.abs(value) * 0.85).toFixed(2)}" x="${x}" y="${y}" width="${pixel(side - 1)}" height="${pixel(side - 1)}">${title}</rect>${number}`;
    }),
  );
  const labels = names.flatMap((name, i) => [
    `<text class="tick" x="${left - 6}" y="${pixel(12 + (i + 0.5) * side)}" text-anchor="end">${escaped(name)}</text>`,
    `<text class="tick" transform="translate(${pixel(left + (i + 0.5) * side + 4)} ${pixel(size + 16)}) rotate(-40)" text-anchor="end">${escaped(name)}</text>`,
  ]);
  const [width, height] = [left + size + 10, 8 + size + 0.7 * left + 24].map((length) => Math.ceil(length));
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Correlation of the estimates">${cells.join("")}${labels.join("")}</svg>`;
}

function timeFrame(one: ResidualSeries, timeUnit: string, title: string, size: ChartSize) {
  const [low, high] = rangeOf(one.time);
  return { title, x: { low, high, label: `time${unitText(timeUnit)}` }, ...size };
}

function unitText(unit: string | undefined): string {
  return unit === undefined || unit === "1" ? "" : ` [${unit}]`;
}
