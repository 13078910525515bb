/** Small drawings as SVG text: a frame with two axes, and marks inside it. No scripts, no outside resources. */

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly label: string;
  /** Places of tick marks. Default: round numbers. */
  readonly ticks?: readonly { readonly at: number; readonly text: string }[] | undefined;
}

export interface Frame {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly width: number;
  readonly height: number;
}

/** From data to pixels. */
export interface Scales {
  x(value: number): number;
  y(value: number): number;
}

const margin = { left: 62, right: 14, top: 28, bottom: 40 } as const;

/** Text as it may stand in HTML and SVG. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** A drawing; `marks` gets the scales and returns SVG elements. */
export function drawing(frame: Frame, marks: (scales: Scales) => string): string {
  const { title, x, y, width, height } = frame;
  const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom];
  const scales: Scales = {
    x: (value) => left + ((value - x.low) / (x.high - x.low)) * (right - left),
    y: (value) => bottom - ((value - y.low) / (y.high - y.low)) * (bottom - top),
  };
  const across = (x.ticks ?? roundTicks(x.low, x.high)).map(({ at, text }) => {
    const place = pixel(scales.x(at));
    return `<line class="grid" x1="${place}" x2="${place}" y1="${top}" y2="${bottom}"/><text class="tick" x="${place}" y="${bottom + 15}" text-anchor="middle">${escaped(text)}</text>`;
  });
  const up = (y.ticks ?? roundTicks(y.low, y.high)).map(({ at, text }) => {
    const place = pixel(scales.y(at));
    return `<line class="grid" x1="${left}" x2="${right}" y1="${place}" y2="${place}"/><text class="tick" x="${left - 6}" y="${pixel(scales.y(at) + 3.5)}" text-anchor="end">${escaped(text)}</text>`;
  });
  return [
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    ...across,
    ...up,
    `<text class="title" x="${left}" y="16">${escaped(title)}</text>`,
    `<text class="axis" x="${(left + right) / 2}" y="${height - 6}" text-anchor="middle">${escaped(x.label)}</text>`,
    `<text class="axis" transform="translate(13 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>`,
    marks(scales),
    "</svg>",
  ].join("");
}

/** All points of a series as one path: dots, because its strokes have no length and round ends. */
export function dots(xs: ArrayLike<number>, ys: ArrayLike<number>, scales: Scales, kind: string): string {
  // What falls on the same half pixel is seen once.
  const places = new Set<string>();
  for (let i = 0; i < xs.length; i++) places.add(`M${half(scales.x(xs[i] as number))} ${half(scales.y(ys[i] as number))}h0`);
  const path = [...places].join("");
  return `<path class="dots ${kind}" d="${path}"/>`;
}

export function polyline(xs: ArrayLike<number>, ys: ArrayLike<number>, scales: Scales, kind: string): string {
  let path = "";
  for (let i = 0; i < xs.length; i++)
    path += `${i === 0 ? "M" : "L"}${pixel(scales.x(xs[i] as number))} ${pixel(scales.y(ys[i] as number))}`;
  return `<path class="line ${kind}" d="${path}"/>`;
}

export function pixel(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function half(value: number): string {
  return String(Math.round(value * 2) / 2);
}

/** Narrower, relative to the numbers themselves, is rounding: ticks could not be told apart. */
const narrowest = 1e-9;

/** Least and greatest of some columns with a little room; never an empty range. */
export function rangeOf(...columns: readonly ArrayLike<number>[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      low = Math.min(low, column[i] as number);
      high = Math.max(high, column[i] as number);
    }
  }
  if (!(low <= high)) return [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  const room = high - low <= narrowest * size ? Math.max(size * 0.05, 1e-9) : (high - low) * 0.05;
  return [low - room, high + room];
}

/** Three to seven round numbers between low and high: steps of 1, 2 or 5 times a power of ten. */
function roundTicks(low: number, high: number): { at: number; text: string }[] {
  const rough = (high - low) / 6.5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const ticks: { at: number; text: string }[] = [];
  // Beyond this whole numbers are not told apart any more.
  if (!(Math.max(Math.abs(low), Math.abs(high)) / step < 1e12)) return ticks;
  for (let i = Math.ceil(low / step); i <= Math.floor(high / step); i++) ticks.push({ at: i * step, text: tickText(i * step, step) });
  return ticks;
}

/** Powers of ten, with 2 and 5 between them where there are few; places are decimal logarithms. */
export function logTicks(low: number, high: number): { at: number; text: string }[] {
  const every = Math.ceil((high - low) / 6);
  const between = high - low < 2.5 ? [1, 2, 5] : [1];
  const ticks: { at: number; text: string }[] = [];
  for (let power = Math.floor(low); power <= high; power += every) {
    for (const factor of between) {
      const at = power + Math.log10(factor);
      if (at >= low && at <= high)
        ticks.push({ at, text: Math.abs(power) < 4 ? String(Number((factor * 10 ** power).toPrecision(2))) : `${factor}e${power}` });
    }
  }
  return ticks;
}

function tickText(value: number, step: number): string {
  if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(step) < 1e-3)) return value.toExponential(1).replace("e+", "e");
  return value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
}
