/**
 * A rate over time from what was measured: the smoothest course with which the balances of the model explain the data.
 *
 * States and rate are unknown at each point of time. Balances hold as trapezoids; the rate is a cubic smoothing spline, written as the
 * integral of a random walk; everything together is linear least squares along time, once for each linearisation of the balances.
 *
 * @see A. Bardow, W. Marquardt, "Incremental and simultaneous identification of reaction kinetics: methods and comparison", Chem. Eng. Sci.
 *   59 (2004) 2673–2684; G. Wahba, *Spline Models for Observational Data*, SIAM 1990, §1.5 (random walk) and §4.4 (cross-validation).
 */
import type { Directions, System } from "../../core/index.ts";
import type { RateRecord } from "./record.ts";
import { type Smoothed, type Stretch, smooth } from "./smoother.ts";

export interface RateSolution {
  /** Shape (points, n + 2): states, rate, slope of the rate. */
  readonly values: readonly Float64Array[];
  /** Standard error of the rate for unit σ, by record. Shape (points). */
  readonly errors: readonly Float64Array[];
  /** Weighted sum of squared deviations, effective number of parameters, number of points. */
  readonly squares: number;
  readonly freedom: number;
  readonly points: number;
}

/** Balances and known starts hold to this share of the typical size of a state. */
const tight = 1e-6;
const iterations = 30;

/** @param roughness  standard deviation of the random walk of the slope: unit of the rate over time^1.5 */
export function solveRate(
  system: System,
  records: readonly RateRecord[],
  sizes: Float64Array,
  begin: readonly Float64Array[],
  roughness: number,
  once = false,
): RateSolution | undefined {
  const n = system.states.length;
  const size = n + 2;
  let current = begin;
  for (let turn = 0; turn < (once ? 1 : iterations); turn++) {
    const solved: Smoothed[] = [];
    const linear = records.map((record, w) => linearised(system, record, current[w]!, sizes, roughness));
    for (const { stretches } of linear) {
      const found = smooth(stretches, size);
      if (!found?.values.every(Number.isFinite)) return undefined;
      solved.push(found);
    }
    let change = 0;
    for (const [w, { values }] of solved.entries()) {
      for (let k = 0; k < values.length; k++) {
        if (k % size >= n) continue;
        change = Math.max(change, Math.abs(values[k]! - current[w]![k]!) / sizes[k % size]!);
      }
    }
    // A long way is gone by halves: balances that are not linear are only known near the course they were linearised at.
    const share = once || change <= 1 ? 1 : Math.max(0.3, 1 / change);
    const next = solved.map(({ values }, w) => values.map((value, k) => current[w]![k]! + share * (value - current[w]![k]!)));
    if (once || (share === 1 && change < 1e-7)) return described(linear, solved, next, n);
    current = next;
    if (turn === iterations - 1) return change < 1e-2 ? described(linear, solved, next, n) : undefined;
  }
  return undefined;
}

function described(linear: readonly Linearised[], solved: readonly Smoothed[], values: readonly Float64Array[], n: number): RateSolution {
  const size = n + 2;
  const columns = 2 * size + 1;
  let [squares, freedom, points] = [0, 0, 0];
  for (const [w, { stretches, data }] of linear.entries()) {
    const { values: own, covariance } = solved[w]!;
    for (const [k, { rows }] of stretches.entries()) {
      for (let row = 0; row < data[k]!; row++) {
        const at = row * columns;
        let off = -rows[at + columns - 1]!;
        for (let i = 0; i < size; i++) {
          off += rows[at + i]! * own[k * size + i]!;
          for (let j = 0; j < size; j++) freedom += rows[at + i]! * covariance[(k * size + i) * size + j]! * rows[at + j]!;
        }
        squares += off * off;
        points++;
      }
    }
  }
  const errors = solved.map(({ covariance }) =>
    Float64Array.from({ length: covariance.length / (size * size) }, (_, k) => Math.sqrt(covariance[(k * size + n) * size + n]!)),
  );
  return { values, errors, squares, freedom, points };
}

interface Linearised {
  readonly stretches: readonly Stretch[];
  /** How many of the rows of each stretch, which come first, are data. */
  readonly data: readonly number[];
}

function linearised(system: System, record: RateRecord, at: Float64Array, sizes: Float64Array, roughness: number): Linearised {
  const n = system.states.length;
  const size = n + 2;
  const columns = 2 * size + 1;
  const r = system.inputs.length;
  const known = r - 1;
  const { times, after, before, measured, start } = record;
  const x = new Float64Array(n);
  const u = new Float64Array(r);
  const m = system.observables.length;
  const y = new Float64Array(m);
  const directions = n + 1;
  const dy = new Float64Array(directions * Math.max(m, n));
  const along: Directions = {
    count: directions,
    dt: new Float64Array(directions),
    dx: new Float64Array(directions * n),
    du: new Float64Array(directions * r),
    dp: new Float64Array(directions * system.active.length),
  };
  for (let i = 0; i < n; i++) along.dx[i * n + i] = 1;
  along.du[n * r + known] = 1;
  const load = (k: number, from: Float64Array, point: number): void => {
    for (let i = 0; i < n; i++) x[i] = at[k * size + i]!;
    for (let j = 0; j < known; j++) u[j] = from[point * known + j]!;
    u[known] = at[k * size + n]!;
  };
  const f = new Float64Array(n);
  const stretches: Stretch[] = [];
  const data: number[] = [];
  for (let k = 0; k < times.length; k++) {
    const next = k + 1 < times.length;
    const rows = new Float64Array((measured[k]!.length + 2 * n + 2) * columns);
    let count = 0;
    load(k, after, k);
    if (measured[k]!.length > 0) {
      system.observe.evaluate(times[k]!, x, u, system.p, y);
      system.observe.tangent(times[k]!, x, u, system.p, along, dy);
      for (const { observable, value, factor } of measured[k]!) {
        const row = count++ * columns;
        let right = value - y[observable]!;
        for (let i = 0; i <= n; i++) {
          const slope = dy[i * m + observable]!;
          rows[row + i] = factor * slope;
          right += slope * at[k * size + i]!;
        }
        rows[row + columns - 1] = factor * right;
      }
    }
    data.push(count);
    if (k === 0) {
      for (let i = 0; i < n; i++) {
        if (start.given[i] !== 1) continue;
        const row = count++ * columns;
        rows[row + i] = 1 / (tight * sizes[i]!);
        rows[row + columns - 1] = start.values[i]! / (tight * sizes[i]!);
      }
    }
    if (next) {
      const h = times[k + 1]! - times[k]!;
      const first = count;
      count += n;
      for (const end of [0, 1]) {
        load(k + end, end === 0 ? after : before, k);
        const time = times[k + end]!;
        system.rhs.evaluate(time, x, u, system.p, f);
        system.rhs.tangent(time, x, u, system.p, along, dy);
        for (let i = 0; i < n; i++) {
          const row = (first + i) * columns;
          const scale = 1 / (tight * sizes[i]!);
          const algebraic = system.mass?.[i] === 0;
          // Algebraic equations hold at the end of each stretch.
          if (algebraic && end === 0) continue;
          const share = (algebraic ? h : h / 2) * scale;
          let right = share * f[i]!;
          for (let j = 0; j <= n; j++) {
            const slope = dy[j * n + i]!;
            rows[row + end * size + j]! -= share * slope;
            right -= share * slope * at[(k + end) * size + j]!;
          }
          if (!algebraic) rows[row + end * size + i]! += (end === 0 ? -1 : 1) * scale;
          rows[row + columns - 1]! += right;
        }
      }
      // The rate goes on along its slope; what it does beside is a random walk of the slope, whitened.
      const a = Math.sqrt((h * h * h) / 3) * roughness;
      const b = ((h * h) / 2 / Math.sqrt((h * h * h) / 3)) * roughness;
      const c = Math.sqrt(h / 4) * roughness;
      const value = count++ * columns;
      const slope = count++ * columns;
      rows[value + size + n] = 1 / a;
      rows[value + n] = -1 / a;
      rows[value + n + 1] = -h / a;
      rows[slope + size + n + 1] = 1 / c;
      rows[slope + n + 1] = -1 / c;
      for (let j = 0; j < 2 * size; j++) rows[slope + j]! -= (b / c) * rows[value + j]!;
    }
    stretches.push({ rows, count });
  }
  return { stretches, data };
}
