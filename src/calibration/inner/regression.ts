/** The best gain and offset of one reading, given what the model computes for it. */
import type { Unknown } from "../question/unknown.ts";

/** Running sums of points: the model's value h, the measured one m. */
export interface Points {
  readonly h: readonly number[];
  readonly m: readonly number[];
  readonly weight: readonly number[];
}

export interface Line {
  readonly gain: number;
  readonly offset: number;
  /** Whether each is at its best, rather than held at a bound or by nothing that it acts on. */
  readonly free: { readonly gain: boolean; readonly offset: boolean };
  /** Σ weight·(gain·h + offset − m)² */
  readonly sum: number;
}

/** Below this share of their size values of h do not differ. */
const flat = 1e-12;

/**
 * Least squares within bounds. What is not an unknown stays at `fixed`.
 *
 * @see G. H. Golub, V. Pereyra, SIAM J. Numer. Anal. 10 (1973) 413–432
 */
export function bestLine(
  points: Points,
  gain: Unknown | undefined,
  offset: Unknown | undefined,
  fixed: { gain: number; offset: number },
): Line {
  const { h, m, weight } = points;
  const [h0, m0] = offset ? [mean(h, weight), mean(m, weight)] : [0, fixed.offset];
  let [squares, product, size] = [0, 0, 0];
  for (let i = 0; i < h.length; i++) {
    squares += weight[i]! * (h[i]! - h0) ** 2;
    product += weight[i]! * (h[i]! - h0) * (m[i]! - m0);
    size += weight[i]! * h[i]! ** 2;
  }
  const acts = squares > flat * flat * size;
  const slope = gain && acts ? within(gain, product / squares) : { value: fixed.gain, free: false };
  const level = (g: number): { value: number; free: boolean } =>
    offset ? within(offset, mean(m, weight) - g * mean(h, weight)) : { value: fixed.offset, free: false };
  let line = { slope, level: level(slope.value) };
  if (gain && acts && offset && slope.free && !line.level.free) {
    // The offset is held at its bound: the gain is best with that.
    let [over, under] = [0, 0];
    for (let i = 0; i < h.length; i++) {
      over += weight[i]! * h[i]! * (m[i]! - line.level.value);
      under += weight[i]! * h[i]! ** 2;
    }
    line = { slope: within(gain, over / under), level: line.level };
  }
  let sum = 0;
  for (let i = 0; i < h.length; i++) sum += weight[i]! * (line.slope.value * h[i]! + line.level.value - m[i]!) ** 2;
  return { gain: line.slope.value, offset: line.level.value, free: { gain: line.slope.free, offset: line.level.free }, sum };
}

function within({ lower, upper }: Unknown, value: number): { readonly value: number; readonly free: boolean } {
  const held = Math.min(Math.max(value, lower), upper);
  return { value: held, free: held === value };
}

function mean(column: readonly number[], weight: readonly number[]): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < column.length; i++) {
    sum += weight[i]! * column[i]!;
    total += weight[i]!;
  }
  return sum / total;
}
