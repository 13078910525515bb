/** Robust estimates of what a record does from point to point: noise, quantisation, time step. */

/** Scale that makes the median absolute deviation of a normal distribution its standard deviation. */
export const madToSigma = 1.4826;

/** Median by selection; the mean of the middle two for an even count; 0 for none. Reorders its argument. */
export function medianOf(values: Float64Array): number {
  const n = values.length;
  if (n === 0) return 0;
  const middle = n >> 1;
  const upper = select(values, middle);
  if (n % 2 === 1) return upper;
  let lower = -Infinity;
  for (let i = 0; i < middle; i++) if (values[i]! > lower) lower = values[i]!;
  return (lower + upper) / 2;
}

/** The k-th smallest; everything before place k is then no greater. @see C. A. R. Hoare, "Find", CACM 4 (1961) 321. */
function select(values: Float64Array, k: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const pivot = middleOf(values[low]!, values[middle]!, values[high]!);
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const swap = values[i]!;
        values[i] = values[j]!;
        values[j] = swap;
        i++;
        j--;
      }
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k]!;
}

function middleOf(a: number, b: number, c: number): number {
  return a < b ? (b < c ? b : Math.max(a, c)) : a < c ? a : Math.max(b, c);
}

/** Shape of a record from point to point. */
export interface Grain {
  /** Standard deviation of the fast part [unit of the values]. */
  readonly noise: number;
  /** Smallest step between different values that most steps are multiples of; 0 where there is none. */
  readonly quantum: number;
  /** Median time step [s]. */
  readonly step: number;
  /** Longest silence that is usual [s]: ten median steps, or three times the step that 99 % of the steps do not exceed. */
  readonly silence: number;
}

/**
 * Noise from the deviation of each point from the line through its neighbours: a ramp leaves none, white noise of standard deviation σ
 * leaves σ·√(1 + a² + b²) with the weights a, b of the neighbours. Quantisation from the smallest step between neighbours.
 *
 * @param time  increasing [s], shape (k)
 */
export function grainOf(time: Float64Array, value: Float64Array): Grain {
  const n = time.length;
  if (n < 3) return { noise: 0, quantum: 0, ...stepsOf(time) };
  const bends = new Float64Array(n - 2);
  for (let i = 1; i < n - 1; i++) {
    const b = (time[i]! - time[i - 1]!) / (time[i + 1]! - time[i - 1]!);
    const a = 1 - b;
    bends[i - 1] = Math.abs(value[i]! - a * value[i - 1]! - b * value[i + 1]!) / Math.sqrt(1 + a * a + b * b);
  }
  return { noise: madToSigma * medianOf(bends), quantum: quantumOf(value), ...stepsOf(time) };
}

/** Of a scan the two limits of silence agree on ten steps; of archived corners the second is the longer. */
function stepsOf(time: Float64Array): Pick<Grain, "step" | "silence"> {
  if (time.length < 2) return { step: 0, silence: 0 };
  const steps = new Float64Array(time.length - 1);
  for (let i = 0; i < steps.length; i++) steps[i] = time[i + 1]! - time[i]!;
  const step = medianOf(steps);
  const long = select(steps, Math.floor(0.99 * (steps.length - 1)));
  return { step, silence: Math.max(10 * step, 3 * long) };
}

function quantumOf(value: Float64Array): number {
  let smallest = Infinity;
  let changes = 0;
  let scale = 0;
  for (const v of value) scale = Math.max(scale, Math.abs(v));
  const trifle = scale * 1e-12;
  for (let i = 1; i < value.length; i++) {
    const change = Math.abs(value[i]! - value[i - 1]!);
    if (change <= trifle) continue;
    changes++;
    if (change < smallest) smallest = change;
  }
  if (changes < 10) return 0;
  let multiples = 0;
  for (let i = 1; i < value.length; i++) {
    const change = Math.abs(value[i]! - value[i - 1]!);
    const ratio = change / smallest;
    if (change > trifle && Math.abs(ratio - Math.round(ratio)) < 0.02 && ratio < 1e4) multiples++;
  }
  return multiples >= 0.95 * changes ? smallest : 0;
}
