/**
 * Oscillations: a narrow peak in the spectrum, and whether the record is sampled fast enough to believe its period.
 *
 * @see N. R. Lomb, Astrophys. Space Sci. 39 (1976) 447–462; J. D. Scargle, "Studies in astronomical time series analysis II", Astrophys. J. 263
 *   (1982) 835–853: a periodogram for uneven times whose heights are exponential where there is only noise.
 */
import type { Rules } from "../cleaning/rules.ts";
import type { Series } from "../series.ts";
import { type Suspicion, shown } from "./suspicion.ts";
import { trendOf } from "./trend.ts";

/** Periods of fewer samples may be the fold of a faster oscillation. */
const sampledEnough = 4;
/** Longest stretch that is transformed [points]; fewest cycles that make an oscillation; chance of a false alarm; least share of the variance. */
const [longest, fewestCycles, chance, leastShare] = [1024, 6, 1e-4, 0.3];

/**
 * The strongest oscillation of a record, by pieces of at most 1024 points: at most one suspicion for adjoining pieces of the same period.
 *
 * A period shorter than four samples is told as doubtful in itself: what oscillates may be much faster than the record can show.
 */
export function suspectedOscillation(series: Series, rules: Partial<Rules> = {}): readonly Suspicion[] {
  const { time, value, grain } = trendOf(series, rules);
  const found: { from: number; to: number; period: number; share: number; amplitude: number }[] = [];
  const count = Math.max(1, Math.ceil(value.length / longest));
  for (let piece = 0; piece < count; piece++) {
    const [start, stop] = [Math.floor((piece * value.length) / count), Math.floor(((piece + 1) * value.length) / count)];
    if (stop - start < 64) continue;
    const peak = strongest(time.subarray(start, stop), value.subarray(start, stop), grain.step);
    if (!peak) continue;
    const last = found.at(-1);
    const to = time[stop] ?? time[stop - 1]!;
    if (last && last.to === time[start] && Math.abs(last.period / peak.period - 1) < 0.1) last.to = to;
    else found.push({ from: time[start]!, to, ...peak });
  }
  return found.map(({ from, to, period, share, amplitude }) => {
    const perCycle = period / grain.step;
    const aliased = perCycle < sampledEnough;
    return {
      kind: "oscillation",
      tags: [series.tag],
      from,
      to,
      reason: "outOfContext",
      evidence: `${series.tag} oscillates by ±${shown(amplitude)} with a period of ${shown(period)} s, ${shown(perCycle)} samples, ${Math.round(100 * share)} % of its variance`,
      proposal: aliased
        ? "So few samples a cycle may show a faster oscillation folded down: sample faster, or filter before sampling. Not for dynamic models."
        : "A loop may hunt. Leave it out where a steady state is meant; for dynamic models it is sampled fast enough.",
      figures: { period, share, amplitude, samplesPerCycle: perCycle },
    };
  });
}

/** The highest peak of the periodogram of the record without its slow part; undefined where noise alone could be as high. */
function strongest(time: Float64Array, value: Float64Array, step: number) {
  const n = value.length;
  const rest = withoutSlowPart(time, value);
  let variance = 0;
  for (const x of rest) variance += x ** 2 / (n - 1);
  if (!(variance > 0)) return undefined;
  const span = time[n - 1]! - time[0]!;
  const [lowest, highest] = [fewestCycles / span, 0.5 / step];
  const spacing = 0.5 / span;
  const frequencies = Math.floor((highest - lowest) / spacing);
  let [best, height] = [0, 0];
  const wave = waveOf(time, lowest, spacing);
  for (let k = 0; k <= frequencies; k++) {
    const power = lomb(rest, wave) / variance;
    if (power > height) [best, height] = [lowest + k * spacing, power];
    turn(wave);
  }
  // Of m independent heights, each exponential with mean 1, the highest exceeds z with probability m·exp(−z).
  const share = (2 * height) / n;
  if (frequencies * Math.exp(-height) > chance || share < leastShare) return undefined;
  return { period: 1 / best, share: Math.min(share, 1), amplitude: Math.sqrt(2 * Math.min(share, 1) * variance) };
}

/** Cosine and sine of a frequency at each time, and by how much the next frequency turns them on: no sine in the inner loop. */
interface Wave {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  readonly turnCos: Float64Array;
  readonly turnSin: Float64Array;
}

function waveOf(time: Float64Array, frequency: number, spacing: number): Wave {
  const at = (f: number, of: (phase: number) => number): Float64Array => time.map((t) => of(2 * Math.PI * f * (t - time[0]!)));
  return {
    cos: at(frequency, Math.cos),
    sin: at(frequency, Math.sin),
    turnCos: at(spacing, Math.cos),
    turnSin: at(spacing, Math.sin),
  };
}

/** On to the next frequency. Rounding grows by one unit a turn. */
function turn({ cos, sin, turnCos, turnSin }: Wave): void {
  for (let i = 0; i < cos.length; i++) {
    const [c, s, a, b] = [cos[i]!, sin[i]!, turnCos[i]!, turnSin[i]!];
    cos[i] = c * a - s * b;
    sin[i] = s * a + c * b;
  }
}

/** Normalised so that white noise of variance v has mean height v. The shift of time that makes sine and cosine orthogonal is worked in. */
function lomb(value: Float64Array, { cos, sin }: Wave): number {
  const n = value.length;
  let [c, s, c2, s2] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [co, si, v] = [cos[i]!, sin[i]!, value[i]!];
    c += v * co;
    s += v * si;
    c2 += co * co - si * si;
    s2 += 2 * co * si;
  }
  const shift = Math.atan2(s2, c2) / 2;
  const [a, b] = [Math.cos(shift), Math.sin(shift)];
  const [along, across] = [c * a + s * b, s * a - c * b];
  const cc = (n + Math.hypot(c2, s2)) / 2;
  const ss = n - cc;
  return 0.5 * ((cc > 1e-9 ? along ** 2 / cc : 0) + (ss > 1e-9 ? across ** 2 / ss : 0));
}

/** Deviations from a parabola: trends are no oscillation. */
function withoutSlowPart(time: Float64Array, value: Float64Array): Float64Array {
  const n = value.length;
  const [first, span] = [time[0]!, Math.max(time[n - 1]! - time[0]!, 1e-300)];
  const rest = value.slice();
  // Legendre polynomials are nearly orthogonal on such times; two sweeps settle what is left.
  for (let sweep = 0; sweep < 3; sweep++) {
    for (const shape of [() => 1, (x: number) => x, (x: number) => 1.5 * x * x - 0.5]) {
      let [dot, norm] = [0, 0];
      for (let i = 0; i < n; i++) {
        const p = shape((2 * (time[i]! - first)) / span - 1);
        dot += p * rest[i]!;
        norm += p * p;
      }
      for (let i = 0; i < n; i++) rest[i]! -= (dot / norm) * shape((2 * (time[i]! - first)) / span - 1);
    }
  }
  return rest;
}
