/** Consistent algebraic states found by walking from the guesses to where their equations hold, where Newton's method does not get there. */
import { jacobianOf } from "../jacobian.ts";
import { denseSolver } from "../linear/dense.ts";
import type { Iterate } from "../stepper.ts";
import { type Curve, unitsOf, walkerOn } from "./curve.ts";
import { type CurvePoint, follow, pointAt } from "./follow.ts";
import { homotopyDefaults } from "./homotopy.ts";

/**
 * Walks along g(z) = (1 − λ)·g(guess) from the values in `iterate.x`, differential states held, and leaves the first consistent ones there.
 * The inputs must stand at t.
 *
 * @returns false, with `iterate.x` as it was, where the walk finds none
 */
export function walkToConsistent(iterate: Iterate, t: number): boolean {
  const { system, inputs, x } = iterate;
  const n = x.length;
  const held = x.slice();
  const guess = new Float64Array(n);
  const f = new Float64Array(n);
  const isState = (i: number): boolean => system.mass?.[i] !== 0;
  system.rhs.evaluate(t, x, inputs.u, iterate.p, guess);
  const inner = jacobianOf(iterate);
  const values = new Float64Array(n * n);
  const curve: Curve = {
    n,
    units: unitsOf(system, x, 1),
    jacobian: { values, sparsity: undefined, evaluate: () => {} },
    linear: denseSolver(n, undefined, undefined),
    evaluate(z, out) {
      x.set(z.subarray(0, n));
      system.rhs.evaluate(t, x, inputs.u, iterate.p, out);
      iterate.statistics.rhs++;
      for (let i = 0; i < n; i++) out[i] = isState(i) ? z[i]! - held[i]! : out[i]! - (1 - z[n]!) * guess[i]!;
    },
    differentiate(z) {
      x.set(z.subarray(0, n));
      system.rhs.evaluate(t, x, inputs.u, iterate.p, f);
      inner.evaluate(t, x, f);
      values.fill(0);
      for (let k = 0; k < inner.values.length; k++) {
        const [row, column] = inner.sparsity ? [inner.sparsity.rows[k]!, inner.sparsity.columns[k]!] : [Math.floor(k / n), k % n];
        if (!isState(row)) values[row * n + column] = inner.values[k]!;
      }
      for (let i = 0; i < n; i++) if (isState(i)) values[i * n + i] = 1;
    },
    slope(_z, out) {
      for (let i = 0; i < n; i++) out[i] = isState(i) ? 0 : guess[i]!;
    },
  };
  const walker = walkerOn(curve);
  const start = new Float64Array(n + 1);
  start.set(x);
  let found: CurvePoint | undefined;
  const passed = (before: CurvePoint, now: CurvePoint): boolean => {
    const [a, b] = [before.z[n]! - 1, now.z[n]! - 1];
    if (a * b <= 0 && a !== b) found = pointAt(walker, before, now, 1);
    return found !== undefined;
  };
  const { low, high, maxPoints, maxStep } = homotopyDefaults;
  for (const direction of [1, -1] as const) {
    if (!found) follow(walker, start, { low, high, direction, maxPoints, maxStep, stop: passed });
  }
  x.set(held);
  if (!found) return false;
  for (let i = 0; i < n; i++) if (!isState(i)) x[i] = found.z[i]!;
  return true;
}
