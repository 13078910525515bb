/** The coefficients of every method: what the theory says of them, and what the steps they make promise. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { explicitStepper } from "../../src/solvers/explicit-runge-kutta.ts";
import { rodas5p } from "../../src/solvers/methods/rodas5p.ts";
import { tsit5 } from "../../src/solvers/methods/tsit5.ts";
import { rosenbrockStepper } from "../../src/solvers/rosenbrock.ts";
import { stepperConformance } from "./conformance.ts";

stepperConformance(tsit5, (iterate) => explicitStepper(tsit5, iterate));
stepperConformance(rodas5p, (iterate) => rosenbrockStepper(rodas5p, iterate));

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const near = (actual: number, expected: number, what: string, tolerance = 2e-14): void =>
  assert.ok(Math.abs(actual - expected) < tolerance, `${what}: ${actual}, expected ${expected}`);

test("tsit5: rows of a sum to c, and the last stage is the solution", () => {
  for (const [i, row] of tsit5.a.entries()) near(total(row), tsit5.c[i]!, `row ${i}`);
  assert.deepEqual(tsit5.a.at(-1), tsit5.b.slice(0, -1));
});

test("tsit5: quadrature conditions Σ b c^q = 1/(q+1) hold up to order 5, and the embedded ones up to order 4", () => {
  for (let q = 0; q < 5; q++) near(total(tsit5.b.map((b, i) => b * tsit5.c[i]! ** q)), 1 / (q + 1), `b, q = ${q}`);
  for (let q = 0; q < 4; q++) near(total(tsit5.bError.map((b, i) => b * tsit5.c[i]! ** q)), 0, `b − b̂, q = ${q}`);
});

test("tsit5: the interpolant's weights end at b and integrate powers of θ up to order 4", () => {
  for (const [i, row] of tsit5.dense.entries()) near(total(row), tsit5.b[i]!, `weight ${i} at θ = 1`, 2e-13);
  for (const theta of [0.2, 0.5, 0.8]) {
    for (let q = 0; q < 4; q++) {
      const weights = tsit5.dense.map((row) => total(row.map((r, m) => r * theta ** (m + 1))));
      near(total(weights.map((b, i) => b * tsit5.c[i]! ** q)), theta ** (q + 1) / (q + 1), `θ = ${theta}, q = ${q}`, 1e-13);
    }
  }
});

/** Γ = (I/γ − C)⁻¹: the transformed coefficients back in the form of the theory. */
function gammaMatrix(): number[][] {
  const { C, gamma, c } = rodas5p;
  const matrix = c.map(() => c.map(() => 0));
  for (let j = 0; j < c.length; j++) {
    for (let i = j; i < c.length; i++) {
      const known = total(C[i]!.slice(j, i).map((value, k) => value * matrix[j + k]![j]!));
      matrix[i]![j] = gamma * ((i === j ? 1 : 0) + known);
    }
  }
  return matrix;
}

test("rodas5p: c and d are the row sums of α and Γ", () => {
  const matrix = gammaMatrix();
  for (const [i, row] of matrix.entries()) {
    near(total(row), rodas5p.d[i]!, `d ${i}`, 1e-13);
    near(total(rodas5p.a[i]!.map((a, j) => a * total(matrix[j]!))), rodas5p.c[i]!, `c ${i}`, 1e-13);
  }
});

test("rodas5p: the stability function vanishes at infinity and is at most 1 on the imaginary axis", () => {
  // For x' = λx each U solves a triangular system; R(z) is the last state plus the last U.
  const stability = (re: number, im: number): number => {
    const { a, C, gamma } = rodas5p;
    const U: [number, number][] = [];
    let state: [number, number] = [1, 0];
    for (let i = 0; i < C.length; i++) {
      const sum = (row: readonly number[], part: 0 | 1): number => total(row.map((value, j) => value * U[j]![part]));
      state = [1 + sum(a[i]!, 0), sum(a[i]!, 1)];
      // (1/γ − z)·U = z·state + Σ C U
      const right = [re * state[0] - im * state[1] + sum(C[i]!, 0), re * state[1] + im * state[0] + sum(C[i]!, 1)] as const;
      const [dr, di] = [1 / gamma - re, -im];
      const size = dr * dr + di * di;
      U.push([(right[0] * dr + right[1] * di) / size, (right[1] * dr - right[0] * di) / size]);
    }
    const last = U.at(-1)!;
    return Math.hypot(state[0] + last[0], state[1] + last[1]);
  };
  assert.ok(stability(-1e8, 0) < 1e-6, `R(−1e8) = ${stability(-1e8, 0)}`);
  near(stability(-0.01, 0), Math.exp(-0.01), "R(−0.01)");
  for (let y = 0.1; y < 100; y *= 1.3) assert.ok(stability(0, y) <= 1 + 1e-9, `|R(${y}i)| = ${stability(0, y)}`);
});
