/** Guesses from archived points whether a historian has compressed them, and how coarsely. */
import { type Grain, medianOf } from "../cleaning/noise.ts";

/** Fewer points do not tell. */
const fewest = 30;

/**
 * Deviation of the compression [unit of the values]; undefined where the points look like a scan.
 *
 * Two signs must come together. Archived corners come at very unequal times. And each corner stands off the line through its neighbours
 * by about the deviation or more, or it would not have been archived, whereas noise has many points close to that line.
 *
 * @param time  increasing [s], shape (k)
 */
export function compressionOf(time: Float64Array, value: Float64Array, grain: Grain): number | undefined {
  const n = time.length;
  if (n < fewest) return undefined;
  const steps = Float64Array.from({ length: n - 1 }, (_, i) => time[i + 1]! - time[i]!).sort();
  if (steps[Math.floor(0.9 * steps.length)]! < 2.5 * steps[Math.floor(0.1 * steps.length)]!) return undefined;
  const bends = Float64Array.from({ length: n - 2 }, (_, i) => {
    const share = (time[i + 1]! - time[i]!) / (time[i + 2]! - time[i]!);
    return Math.abs(value[i + 1]! - value[i]! - share * (value[i + 2]! - value[i]!));
  }).sort();
  const low = bends[Math.floor(0.15 * bends.length)]!;
  const middle = medianOf(bends);
  return low > 0.3 * middle && low > 0.5 * grain.quantum ? low : undefined;
}
