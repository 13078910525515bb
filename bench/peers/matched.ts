/** Work against precision: errors against a reference, and times at equal error. */

/**
 * Root mean square over samples and columns, each column divided by its largest size over the samples.
 *
 * @param samples  rows; the rest of the length is columns
 * @param least  one for each column: it does not count where it is nowhere larger
 */
export function scaledError(values: Float64Array, reference: Float64Array, samples: number, least?: Float64Array): number {
  const width = reference.length / samples;
  if (values.length !== reference.length) return Number.NaN;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < width; i++) {
    let top = 0;
    for (let j = 0; j < samples; j++) top = Math.max(top, Math.abs(reference[j * width + i]!));
    if (!(top > (least?.[i] ?? 0))) continue;
    for (let j = 0; j < samples; j++) sum += ((values[j * width + i]! - reference[j * width + i]!) / top) ** 2;
    count += samples;
  }
  return Math.sqrt(sum / count);
}

/**
 * The time at an error, between two tolerances by the straight line through logarithms.
 *
 * Points go from loose to tight tolerances; the first that meets the target counts, with its predecessor that does not. If the loosest
 * meets it already, its time is the answer, which is fair to neither side, but not in favour of a slow one.
 *
 * @returns undefined where the target is not reached
 */
export function timeAt(target: number, points: readonly { readonly time: number; readonly error: number }[]): number | undefined {
  const place = points.findIndex(({ error }) => error <= target);
  if (place < 0) return undefined;
  const [before, after] = [points[place - 1], points[place]!];
  if (before === undefined || !(before.error > target) || after.error === 0) return after.time;
  const share = Math.log(before.error / target) / Math.log(before.error / after.error);
  return before.time * (after.time / before.time) ** share;
}
