/** The small linear algebra that filters, guard and Gaussian process stand on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../src/core/index.ts";
import { choleskyFactor, solveLower, solveUpper } from "../../src/fusion/cholesky.ts";
import { accumulatedNoise, congruence } from "../../src/fusion/filters/process-noise.ts";
import { domainOf, readDomain } from "../../src/fusion/guard/domain.ts";
import { inverse } from "../../src/fusion/guard/precision.ts";
import { restoreLearned } from "../../src/fusion/index.ts";

const source = random(31);
const n = 6;
const root = Float64Array.from({ length: n * n }, () => source.normal());
const definite = congruence(root, identity(n), n);

test("L·Lᵀ gives the matrix back, and solving with it undoes multiplying", () => {
  const factor = new Float64Array(n * n);
  assert.ok(choleskyFactor(definite, n, factor));
  const again = congruence(factor, identity(n), n);
  for (const [i, value] of definite.entries()) assert.ok(Math.abs(again[i]! - value) < 1e-12);
  const x = Float64Array.from({ length: n }, () => source.normal());
  const b = x.map((_, i) => x.reduce((sum, value, j) => sum + definite[i * n + j]! * value, 0));
  solveLower(factor, n, b);
  solveUpper(factor, n, b);
  for (const [i, value] of x.entries()) assert.ok(Math.abs(b[i]! - value) < 1e-10);
});

test("a covariance of 0 along a direction has a root, an indefinite matrix has none", () => {
  const flat = Float64Array.of(4, 2, 0, 2, 1, 0, 0, 0, 0);
  const factor = new Float64Array(9);
  assert.ok(choleskyFactor(flat, 3, factor));
  assert.deepEqual(factor, Float64Array.of(2, 0, 0, 1, 0, 0, 0, 0, 0));
  assert.equal(choleskyFactor(Float64Array.of(1, 2, 2, 1), 2, factor), false);
  assert.equal(choleskyFactor(Float64Array.of(1, 0, 0, Number.NaN), 2, factor), false);
});

test("a definite matrix times its inverse is the identity", () => {
  const other = inverse(definite, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += definite[i * n + k]! * other[k * n + j]!;
      assert.ok(Math.abs(sum - (i === j ? 1 : 0)) < 1e-10);
    }
  }
});

test("noise of a rotation gathers evenly, of a decay saturates, of an integrator grows with the cube of time", () => {
  const rotation = accumulatedNoise(Float64Array.of(0, 3, -3, 0), Float64Array.of(2, 2), 5);
  for (const [i, exact] of [10, 0, 0, 10].entries()) assert.ok(Math.abs(rotation[i]! - exact) < 1e-11, `${rotation[i]}`);
  const decay = accumulatedNoise(Float64Array.of(-0.7), Float64Array.of(2), 3)[0]!;
  assert.ok(Math.abs(decay - (2 / 1.4) * (1 - Math.exp(-4.2))) < 1e-13);
  const chain = accumulatedNoise(Float64Array.of(0, 1, 0, 0), Float64Array.of(0, 1), 2);
  for (const [i, exact] of [8 / 3, 2, 2, 2].entries()) assert.ok(Math.abs(chain[i]! - exact) < 1e-12);
});

test("noise over two steps is the first carried through the second, plus the second", () => {
  const a = Float64Array.from({ length: 9 }, () => source.normal());
  const q = Float64Array.of(1, 0, 0.5);
  const [whole, half] = [accumulatedNoise(a, q, 0.8), accumulatedNoise(a, q, 0.4)];
  const carried = congruence(exponential(a, 0.4, 3), half, 3);
  for (const [i, value] of whole.entries()) assert.ok(Math.abs(value - half[i]! - carried[i]!) < 1e-11 * Math.abs(value) + 1e-13);
});

test("T² of the guard is Mahalanobis' distance up to the shrinkage, and one training row in a hundred is beyond its limit", () => {
  const rows = 5000;
  const data = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    const [a, b] = [source.normal(), source.normal()];
    data.set([10 + 2 * a, -3 + 0.5 * (0.8 * a + 0.6 * b)], 2 * row);
  }
  const learned = restoreLearned("ridge", { mean: [0, 0], scale: [1, 1], coefficients: [0, 0], targetMean: 0, targetScale: 1 });
  const guard = domainOf(["a", "b"], { rows, columns: 2, data }, learned);
  // χ² with two degrees of freedom: its 99 % point is 9.21.
  assert.ok(Math.abs(guard.t2Limit - 9.21) < 0.9, `limit ${guard.t2Limit}`);
  let beyond = 0;
  for (let row = 0; row < rows; row++) if (readDomain(guard, data.subarray(2 * row, 2 * row + 2), undefined).t2 > 1) beyond++;
  assert.equal(beyond, rows / 100);
  const against = readDomain(guard, Float64Array.of(14, -4.2), undefined);
  assert.ok(against.t2 > 1 && against.beyond.length === 0, "within both ranges, but against their correlation");
  assert.equal(readDomain(guard, Float64Array.of(10, -3), undefined).distance, 0);
});

function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
}

/** exp(A·h) by its series. */
function exponential(a: Float64Array, h: number, size: number): Float64Array {
  let [sum, term] = [identity(size), identity(size)];
  for (let k = 1; k < 40; k++) {
    const next = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) for (let l = 0; l < size; l++) next[i * size + j]! += (term[i * size + l]! * a[l * size + j]! * h) / k;
    }
    term = next;
    sum = sum.map((value, i) => value + term[i]!);
  }
  return sum;
}
