/** The drawings of a portrait's page: ribbons of status over time, and the course of the values above them. */
import type { Course, Stretch } from "./ribbon.ts";
import { percent } from "./words.ts";

/** Text as it may stand in HTML and SVG. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** A stretch of time [s] that is drawn from edge to edge. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** Drawings stretch with the page; these are their inner units. */
const [wide, ribbonHigh, courseHigh] = [1000, 16, 84];

/** Bad stands on the ground, Uncertain on it, Good on top: what is wrong is seen however little it is. Silence is the ground itself. */
export function ribbonDrawing(tag: string, ribbon: readonly Stretch[], extent: Extent): string {
  const x = along(extent);
  const path = (kind: "good" | "uncertain" | "bad"): string => {
    const bars = ribbon.map((stretch) => {
      if (stretch[kind] === 0) return "";
      const [left, right] = [x(stretch.from), x(stretch.to)];
      const below = kind === "bad" ? 0 : kind === "uncertain" ? stretch.bad : stretch.bad + stretch.uncertain;
      // A thousandth of a stretch is a pixel high all the same.
      const height = Math.max(stretch[kind] * ribbonHigh, kind === "good" ? 0 : 1.2);
      return `M${left} ${pixel(ribbonHigh - below * ribbonHigh)}V${pixel(ribbonHigh - below * ribbonHigh - height)}H${right}V${pixel(ribbonHigh - below * ribbonHigh)}Z`;
    });
    return `<path class="fill-${kind}" d="${bars.join("")}"/>`;
  };
  const label = `${tag}: ${sharesText(ribbon)}`;
  return `<svg class="ribbon" viewBox="0 0 ${wide} ${ribbonHigh}" preserveAspectRatio="none" role="img" aria-label="${escaped(label)}"><title>${escaped(label)}</title>${path("good")}${path("uncertain")}${path("bad")}</svg>`;
}

/** Shares of the whole time of a ribbon. */
export function sharesOf(ribbon: readonly Stretch[]): Readonly<Record<"good" | "uncertain" | "bad" | "silent", number>> {
  const sums = { good: 0, uncertain: 0, bad: 0, silent: 0 };
  let whole = 0;
  for (const stretch of ribbon) {
    const lasts = stretch.to - stretch.from;
    whole += lasts;
    for (const kind of ["good", "uncertain", "bad", "silent"] as const) sums[kind] += lasts * stretch[kind];
  }
  if (whole > 0) for (const kind of ["good", "uncertain", "bad", "silent"] as const) sums[kind] /= whole;
  return sums;
}

function sharesText(ribbon: readonly Stretch[]): string {
  const parts = Object.entries(sharesOf(ribbon)).filter(([, share]) => share > 0);
  return parts.length > 0 ? parts.map(([kind, share]) => `${percent(share)} ${kind}`).join(", ") : "too few points";
}

/** From the smallest to the greatest value in each part, as a band; a line where a part has one value. */
export function courseDrawing(tag: string, { low, high }: Course, span: readonly [number, number], extent: Extent): string {
  const known = [...low, ...high].filter((v) => v !== null);
  const [bottom, top] = [Math.min(...known), Math.max(...known)];
  const x = along(extent);
  const width = (span[1] - span[0]) / low.length;
  const y = (value: number): string =>
    pixel(top > bottom ? 2 + (courseHigh - 4) * (1 - (value - bottom) / (top - bottom)) : courseHigh / 2);
  const bands: string[] = [];
  for (let first = 0; first < low.length; first++) {
    if (low[first] === null) continue;
    let stop = first;
    while (stop < low.length && low[stop] !== null) stop++;
    const edges = (part: number): [string, string] => [x(span[0] + part * width), x(span[0] + (part + 1) * width)];
    const over = Array.from({ length: stop - first }, (_, i) => edges(first + i).map((at) => `${at} ${y(high[first + i]!)}`));
    const under = Array.from({ length: stop - first }, (_, i) => edges(first + i).map((at) => `${at} ${y(low[first + i]!)}`));
    bands.push(`M${[...over.flat(), ...under.flat().reverse()].join("L")}Z`);
    first = stop;
  }
  return `<svg class="course" viewBox="0 0 ${wide} ${courseHigh}" preserveAspectRatio="none" role="img" aria-label="${escaped(`Course of ${tag}`)}"><path class="area" d="${bands.join("")}"/></svg>`;
}

function along({ from, to }: Extent): (time: number) => string {
  return (time) => pixel(to > from ? (wide * (time - from)) / (to - from) : 0);
}

const pixel = (x: number): string => String(Math.round(x * 100) / 100);
