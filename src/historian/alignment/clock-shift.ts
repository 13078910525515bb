/** By how much one tag is behind another in one stretch of their records. */
import { type Curve, onGrid } from "./grid.ts";

export interface Shift {
  /** Middle of the stretch [s]. */
  readonly at: number;
  /** [s] */
  readonly offset: number;
  /** [s] */
  readonly standardError: number;
  readonly correlation: number;
}

/** The shift of y behind x in one stretch; undefined where one of them is still. */
export function shiftOf(x: Curve, y: Curve, [from, to]: readonly [number, number], largest: number, step: number): Shift | undefined {
  const places: number[] = [];
  for (let k = 0; k < y.x.length; k++) if (y.x[k]! >= from && y.x[k]! < to) places.push(k);
  if (places.length < 20) return undefined;
  let [best, offset] = [-Infinity, 0];
  const values = Float64Array.from(places, (k) => y.y[k]!);
  const trial = new Float64Array(places.length);
  for (let shift = -largest; shift <= largest; shift += step) {
    readAt(x, places, y.x, shift, trial);
    const r = correlationOf(trial, values);
    if (r > best) [best, offset] = [r, shift];
  }
  if (!Number.isFinite(best)) return undefined;
  return improved(x, y, places, values, { offset, correlation: best }, step, largest, (from + to) / 2);
}

/** Gauss–Newton on shift, gain and level, with the slope of x taken over one grid step to either side. */
function improved(
  x: Curve,
  y: Curve,
  places: readonly number[],
  values: Float64Array,
  start: { readonly offset: number; readonly correlation: number },
  step: number,
  largest: number,

  at: number,
): Shift {
  const n = places.length;
  const [now, later, sooner] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let { offset } = start;
  let standardError = step;
  for (let turn = 0; turn < 8; turn++) {
    readAt(x, places, y.x, offset, now);
    readAt(x, places, y.x, offset - step / 2, later);
    readAt(x, places, y.x, offset + step / 2, sooner);
    const fit = slopeFit(now, (i) => (later[i]! - sooner[i]!) / step, values);
    if (fit === undefined) break;
    standardError = fit.standardError;
    const change = Math.max(-2 * step, Math.min(2 * step, fit.shift));
    offset = Math.max(-largest, Math.min(largest, offset + change));
    if (Math.abs(change) < 1e-4 * step) break;
  }
  return { at, offset, standardError: Math.max(standardError, 1e-6 * step), correlation: start.correlation };
}

/** Least squares of y ≈ level + gain·x − gain·shift·x'; the error of the shift allows for residuals that follow each other. */
function slopeFit(x: Float64Array, slopeAt: (i: number) => number, y: Float64Array): { shift: number; standardError: number } | undefined {
  const n = x.length;
  let [mx, ms, my] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    mx += x[i]! / n;
    ms += slopeAt(i) / n;
    my += y[i]! / n;
  }
  let [xx, xs, ss, xy, sy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [u, s, v] = [x[i]! - mx, slopeAt(i) - ms, y[i]! - my];
    xx += u * u;
    xs += u * s;
    ss += s * s;
    xy += u * v;
    sy += s * v;
  }
  const determinant = xx * ss - xs * xs;
  if (!(determinant > 1e-12 * xx * ss)) return undefined;
  const gain = (ss * xy - xs * sy) / determinant;
  const c = (xx * sy - xs * xy) / determinant;
  if (!(Math.abs(gain) > 0)) return undefined;
  let [rr, r1, previous] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const rest = y[i]! - my - gain * (x[i]! - mx) - c * (slopeAt(i) - ms);
    rr += rest * rest;
    r1 += rest * previous;
    previous = rest;
  }
  const rho = rr > 0 ? Math.max(0, Math.min(0.99, r1 / rr)) : 0;
  const variance = ((rr / Math.max(1, n - 3)) * (xx / determinant) * ((1 + rho) / (1 - rho))) / (gain * gain);
  return { shift: -c / gain, standardError: Math.sqrt(variance) };
}

/**
 * A curve on an even grid, averaged over five of its places with weights 1 2 3 2 1. Both tags are treated alike, so that no shift comes of it;
 * without it the noise of a tag, which is less between two points than at one, would draw the shift to halves of a step. Stretches without
 * points for ten steps are left out.
 */
export function smoothed(curve: Curve, step: number, held: boolean): Curve {
  const from = curve.x[0]!;
  const count = Math.floor((curve.x.at(-1)! - from) / step) + 1;
  const { value, valid } = onGrid(curve, from, step, count, held, 10 * step);
  const [x, y]: [number[], number[]] = [[], []];
  const weights = [1, 2, 3, 2, 1];
  for (let i = 2; i < count - 2; i++) {
    let sum = 0;
    let whole = true;
    for (let j = 0; j < 5; j++) {
      sum += (weights[j]! / 9) * value[i + j - 2]!;
      whole &&= valid[i + j - 2] === 1;
    }
    if (!whole) continue;
    x.push(from + i * step);
    y.push(sum);
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

/** x at the times of some points of y, less a shift. */
function readAt({ x, y }: Curve, places: readonly number[], times: Float64Array, shift: number, out: Float64Array): void {
  let k = 0;
  for (let i = 0; i < places.length; i++) {
    const at = times[places[i]!]! - shift;
    while (k + 2 < x.length && x[k + 1]! <= at) k++;
    const share = Math.max(0, Math.min(1, (at - x[k]!) / (x[k + 1]! - x[k]!)));
    out[i] = y[k]! + share * (y[k + 1]! - y[k]!);
  }
}

function correlationOf(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let [ma, mb] = [0, 0];
  for (let i = 0; i < n; i++) {
    ma += a[i]! / n;
    mb += b[i]! / n;
  }
  let [aa, ab, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    aa += (a[i]! - ma) ** 2;
    ab += (a[i]! - ma) * (b[i]! - mb);
    bb += (b[i]! - mb) ** 2;
  }
  const still = 1e-20 * n;
  return aa > still * ma * ma && bb > still * mb * mb ? ab / Math.sqrt(aa * bb) : -Infinity;
}
