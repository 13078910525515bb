/** Residuals of one tag as reports draw them: standardised, with what they may depend on beside them, all windows together. */
import type { Calibrated } from "../calibrated.ts";
import type { Diagnosis } from "../diagnostics/diagnosis.ts";

/** One window. Columns of equal length; limits are not among them. */
export interface ResidualColumns {
  readonly window: string;
  /** Over the size of their errors. */
  readonly residual: Float64Array;
  readonly computed: Float64Array;
  readonly inputs: Readonly<Record<string, Float64Array>>;
}

export interface ResidualsOfTag {
  readonly windows: readonly ResidualColumns[];
  /** False where points between those shown were left out: then neighbours are not neighbours. */
  readonly complete: boolean;
}

export function residualsOfTag(fit: Calibrated, tag: string, diagnosis: Diagnosis | undefined): ResidualsOfTag {
  const diagnosed = diagnosis?.series.filter((one) => one.tag === tag) ?? [];
  if (diagnosed.length > 0) return { windows: diagnosed, complete: true };
  const series = fit.residuals.filter((one) => one.tag === tag);
  const sigma = fit.tags[tag]?.sigma ?? 1;
  const windows = series.map(({ window, measured, computed, standardised, inputs = {}, limits }): ResidualColumns => {
    const values = limits && Int32Array.from([...limits.keys()].filter((i) => limits[i] === 0));
    const kept = (column: Float64Array): Float64Array => (values ? picked(column, values) : column);
    return {
      window,
      residual: kept(standardised ?? measured.map((value, i) => (value - computed[i]!) / sigma)),
      computed: kept(computed),
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, column]) => [name, kept(column)])),
    };
  });
  return { windows, complete: series.every(({ every = 1 }) => every === 1) };
}

/** Correlation of residuals some points apart, of all windows together, about 0. Shape (lags). */
export function autocorrelation(windows: readonly ResidualColumns[], lags: number): Float64Array {
  const values = new Float64Array(lags);
  let size = 0;
  for (const { residual } of windows) {
    for (let i = 0; i < residual.length; i++) {
      size += residual[i]! * residual[i]!;
      for (let lag = 1; lag <= Math.min(lags, i); lag++) values[lag - 1]! += residual[i]! * residual[i - lag]!;
    }
  }
  return size > 0 ? values.map((sum) => sum / size) : values;
}

/** Of two columns of equal length; 0 where one of them does not change. */
export function correlation(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  let [mx, my] = [0, 0];
  for (let i = 0; i < n; i++) {
    mx += x[i]! / n;
    my += y[i]! / n;
  }
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    xx += (x[i]! - mx) ** 2;
    xy += (x[i]! - mx) * (y[i]! - my);
    yy += (y[i]! - my) ** 2;
  }
  return xx > 1e-24 * n * mx * mx && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

/** Points of one drawing: more cannot be told apart. */
const drawn = 4000;

/** Which of many points to draw: every so many, and the tenth as many that lie farthest out. All of them where they are few. */
export function pointsToDraw(residual: Float64Array, most: number = drawn): Int32Array {
  const n = residual.length;
  if (n <= most) return Int32Array.from(residual.keys());
  const sizes = residual.map(Math.abs).sort();
  const far = sizes[n - Math.ceil(most / 10)]!;
  const every = Math.ceil(n / most);
  const picks: number[] = [];
  for (let i = 0; i < n; i++) if (i % every === 0 || (Math.abs(residual[i]!) >= far && picks.length < 2 * most)) picks.push(i);
  return Int32Array.from(picks);
}

export function picked(column: Float64Array, points: Int32Array): Float64Array {
  const out = new Float64Array(points.length);
  for (let i = 0; i < points.length; i++) out[i] = column[points[i]!]!;
  return out;
}

export function joined(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all;
}
