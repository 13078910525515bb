/** A system near one point, seen by its differential states alone: how they move, and how the algebraic states follow them. */
import { type Directions, factorLU, type System, solveLU } from "../../core/index.ts";

/** Which states are differential. */
export interface Split {
  /** Indices of the differential states, d of them. */
  readonly differential: Int32Array;
  readonly algebraic: Int32Array;
}

export function splitOf(system: System): Split {
  const all = Array.from(system.states.keys());
  const moves = (i: number) => (system.mass?.[i] ?? 1) !== 0;
  return { differential: Int32Array.from(all.filter(moves)), algebraic: Int32Array.from(all.filter((i) => !moves(i))) };
}

export interface Linearised {
  /** ∂(dx/dt)/∂x of the differential states, the algebraic ones following. Row-major, shape (d, d). */
  readonly a: Float64Array;
  /** ∂(all states)/∂(differential states): the identity, and what keeps the algebraic equations at zero. Row-major, shape (n, d). */
  readonly lift: Float64Array;
}

/** @returns undefined when the algebraic equations are singular there */
export function linearise(
  system: System,
  split: Split,
  t: number,
  x: Float64Array,
  u: Float64Array,
  p: Float64Array,
): Linearised | undefined {
  const { differential, algebraic } = split;
  const [n, d, g] = [x.length, differential.length, algebraic.length];
  const jacobian = jacobianOf(system, t, x, u, p);
  const lift = new Float64Array(n * d);
  for (const [k, i] of differential.entries()) lift[i * d + k] = 1;
  if (g > 0) {
    const block = new Float64Array(g * g);
    for (const [row, i] of algebraic.entries()) for (const [c, j] of algebraic.entries()) block[row * g + c] = jacobian[i * n + j]!;
    const pivots = new Int32Array(g);
    if (!factorLU(block, g, pivots)) return undefined;
    const column = new Float64Array(g);
    for (const [k, j] of differential.entries()) {
      for (const [row, i] of algebraic.entries()) column[row] = -jacobian[i * n + j]!;
      solveLU(block, g, pivots, column, 0);
      for (const [row, i] of algebraic.entries()) lift[i * d + k] = column[row]!;
    }
  }
  const a = new Float64Array(d * d);
  for (const [row, i] of differential.entries()) {
    for (let k = 0; k < d; k++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += jacobian[i * n + j]! * lift[j * d + k]!;
      a[row * d + k] = sum;
    }
  }
  return { a, lift };
}

/** ∂f/∂x, row-major, shape (n, n): exact where the system can, else by forward differences. */
function jacobianOf(system: System, t: number, x: Float64Array, u: Float64Array, p: Float64Array): Float64Array {
  const n = x.length;
  const out = new Float64Array(n * n);
  if (system.differentiable) {
    const columns = new Float64Array(n * n);
    system.rhs.tangent(t, x, u, p, unitDirections(n, n, u.length, system.active.length), columns);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] = columns[j * n + i]!;
    return out;
  }
  const [base, moved, y] = [new Float64Array(n), new Float64Array(n), Float64Array.from(x)];
  system.rhs.evaluate(t, x, u, p, base);
  for (let j = 0; j < n; j++) {
    const step = 1.5e-8 * Math.max(Math.abs(x[j]!), system.nominal[j]!);
    y[j] = x[j]! + step;
    system.rhs.evaluate(t, y, u, p, moved);
    for (let i = 0; i < n; i++) out[i * n + j] = (moved[i]! - base[i]!) / (y[j]! - x[j]!);
    y[j] = x[j]!;
  }
  return out;
}

function unitDirections(count: number, n: number, r: number, a: number): Directions {
  const dx = new Float64Array(count * n);
  for (let k = 0; k < count; k++) dx[k * n + k] = 1;
  return { count, dt: new Float64Array(count), dx, du: new Float64Array(count * r), dp: new Float64Array(count * a) };
}

/**
 * Moves the algebraic states until their equations hold, by Newton's method; the differential states stay.
 *
 * @param x  all states; the algebraic ones are overwritten, or left as they were when the method does not converge
 * @returns true when the equations hold to rounding of the states; then a second call changes no bit
 */
export function makeConsistent(system: System, split: Split, t: number, x: Float64Array, u: Float64Array, p: Float64Array): boolean {
  const { algebraic } = split;
  const [n, g] = [x.length, algebraic.length];
  if (g === 0) return true;
  const trial = Float64Array.from(x);
  const value = new Float64Array(n);
  const [block, pivots, step] = [new Float64Array(g * g), new Int32Array(g), new Float64Array(g)];
  for (let turn = 0; turn < newton.turns; turn++) {
    const jacobian = jacobianOf(system, t, trial, u, p);
    for (const [row, i] of algebraic.entries()) for (const [c, j] of algebraic.entries()) block[row * g + c] = jacobian[i * n + j]!;
    if (!factorLU(block, g, pivots)) return false;
    system.rhs.evaluate(t, trial, u, p, value);
    for (const [row, i] of algebraic.entries()) step[row] = -value[i]!;
    solveLU(block, g, pivots, step, 0);
    const size = algebraic.reduce((most, i, row) => Math.max(most, Math.abs(step[row]!) / (system.nominal[i]! + Math.abs(trial[i]!))), 0);
    if (!Number.isFinite(size)) return false;
    if (size < newton.tolerance) {
      x.set(trial);
      return true;
    }
    for (const [row, i] of algebraic.entries()) trial[i]! += step[row]!;
  }
  return false;
}

const newton = { turns: 25, tolerance: 1e-12 } as const;
