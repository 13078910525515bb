/** Guesses from archived points whether a historian has compressed them, and how coarsely. */
import type { Grain } from "../cleaning/noise.ts";

/** Fewer points do not tell. */
const fewest = 30;

/**
 * Deviation of the compression [unit of the values], within about a factor of two; undefined where the points look like a scan.
 *
 * Archived corners come at very unequal times; so do values noted at random times, which cannot be told apart from them. As long as most
 * corners are kept because one single point left the door, hardly any stands off the line through its neighbours by less than the
 * deviation: a low quantile of these distances tells it. Where a door spans many points the distances scatter, with their median near it.
 * Measured on simulated processes in `portrait.test.ts`.
 *
 * @param time  increasing [s], shape (k)
 */
export function compressionOf(time: Float64Array, value: Float64Array, grain: Grain): number | undefined {
  const n = time.length;
  if (n < fewest) return undefined;
  const steps = Float64Array.from({ length: n - 1 }, (_, i) => time[i + 1]! - time[i]!).sort();
  if (at(steps, 0.9) < 2.5 * at(steps, 0.1)) return undefined;
  const distances = Float64Array.from({ length: n - 2 }, (_, i) => {
    const share = (time[i + 1]! - time[i]!) / (time[i + 2]! - time[i]!);
    return Math.abs(value[i + 1]! - value[i]! - share * (value[i + 2]! - value[i]!));
  }).sort();
  const estimate = at(distances, 0.15) > 0.5 * at(distances, 0.5) ? at(distances, 0.1) : at(distances, 0.5);
  return estimate > 0.5 * grain.quantum ? estimate : undefined;
}

const at = (sorted: Float64Array, share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!;
