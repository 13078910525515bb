/** Eigenvalues against matrices whose spectrum is known, and against what holds for every matrix. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eigenvalues, random } from "greybox/core";

/** Farthest from the nearest of the expected values, which are given as [real, imaginary]. */
function distance(a: Float64Array, n: number, expected: readonly (readonly [number, number])[]): number {
  const found = eigenvalues(a, n);
  assert.ok(found);
  const left = [...expected];
  let worst = 0;
  for (let i = 0; i < n; i++) {
    const gap = ([re, im]: readonly [number, number]): number => Math.hypot(re - found.real[i]!, im - found.imaginary[i]!);
    const nearest = left.reduce((best, one, k) => (gap(one) < gap(left[best]!) ? k : best), 0);
    worst = Math.max(worst, gap(left[nearest]!));
    left.splice(nearest, 1);
  }
  return worst;
}

const matrix = (n: number, entry: (i: number, j: number) => number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, k) => entry(Math.floor(k / n), k % n));

test("diagonal, triangular and empty matrices show their diagonal", () => {
  assert.deepEqual(eigenvalues(Float64Array.of(3, 5, 0, -2), 2)?.real, Float64Array.of(3, -2));
  assert.deepEqual(eigenvalues(new Float64Array(9), 3)?.real, new Float64Array(3));
  assert.deepEqual(eigenvalues(new Float64Array(0), 0)?.real, new Float64Array(0));
});

test("a rotation has a conjugate pair, the positive imaginary part first", () => {
  const found = eigenvalues(Float64Array.of(-0.1, -2, 2, -0.1), 2);
  assert.deepEqual([...found!.imaginary], [2, -2]);
  assert.deepEqual([...found!.real], [-0.1, -0.1]);
});

test("the second difference has 2 − 2·cos(kπ/(n+1))", () => {
  const n = 50;
  const a = matrix(n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0));
  const expected = Array.from({ length: n }, (_, k) => [2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 0] as const);
  assert.ok(distance(a, n, expected) < 1e-13);
});

test("a circulant matrix has the roots of unity", () => {
  const n = 7;
  const a = matrix(n, (i, j) => (j === (i + 1) % n ? 1 : 0));
  const expected = Array.from({ length: n }, (_, k) => [Math.cos((2 * Math.PI * k) / n), Math.sin((2 * Math.PI * k) / n)] as const);
  assert.ok(distance(a, n, expected) < 1e-14);
});

test("Clement's matrix has the whole numbers n−1, n−3, … 1−n", () => {
  const n = 12;
  const a = matrix(n, (i, j) => (j === i + 1 ? n - 1 - i : j === i - 1 ? i : 0));
  const expected = Array.from({ length: n }, (_, k) => [n - 1 - 2 * k, 0] as const);
  assert.ok(distance(a, n, expected) < 1e-11);
});

test("a companion matrix has the roots of its polynomial", () => {
  // (x + 1)(x + 2)(x − 3)(x² + 2x + 10)
  const coefficients = [-60, -82, -20, 3, 2];
  const a = matrix(5, (i, j) => (j === 4 ? -coefficients[i]! : i === j + 1 ? 1 : 0));
  const known = [
    [-1, 0],
    [-2, 0],
    [3, 0],
    [-1, 3],
    [-1, -3],
  ] as const;
  assert.ok(distance(a, 5, known) < 1e-12);
});

test("badly scaled rows and columns cost no accuracy", () => {
  // D⁻¹·A·D with D = diag(1, 1e8, 1e-8) and A with the eigenvalues 1, 2, 4.
  const a = [
    [1, 0, 0],
    [1, 2, 0],
    [1, 1, 4],
  ];
  const d = [1, 1e8, 1e-8];
  const scaled = matrix(3, (i, j) => (a[i]![j]! + (i < j ? 1e-3 : 0)) * (d[j]! / d[i]!));
  const plain = matrix(3, (i, j) => a[i]![j]! + (i < j ? 1e-3 : 0));
  const found = eigenvalues(plain, 3)!;
  const expected = Array.from(found.real, (re, i) => [re, found.imaginary[i]!] as const);
  assert.ok(distance(scaled, 3, expected) < 1e-13);
});

test("a Jordan block of three is good to the third root of round-off", () => {
  const jordan = matrix(3, (i, j) => (i === j ? 2 : j === i + 1 ? 1 : 0));
  const mixed = Float64Array.of(2, 1, 0, 0, 2, 1, 1e-15, 0, 2);
  for (const a of [jordan, mixed]) {
    const near = [2, 2, 2].map((re) => [re, 0] as const);
    assert.ok(distance(a, 3, near) < 2e-5);
  }
});

test("matrices that need exceptional shifts converge", () => {
  const swap = matrix(4, (i, j) => (j === (i + 3) % 4 ? 1 : 0));
  const expected = [
    [1, 0],
    [0, 1],
    [0, -1],
    [-1, 0],
  ] as const;
  assert.ok(distance(swap, 4, expected) < 1e-14);
  assert.ok(
    distance(Float64Array.of(0, 0, 1, 1, 0, 0, 0, 1, 0), 3, [
      [1, 0],
      [-0.5, Math.sqrt(0.75)],
      [-0.5, -Math.sqrt(0.75)],
    ]) < 1e-14,
  );
});

test("of random matrices, similar ones have equal eigenvalues, whose sums are the traces of A and A²", () => {
  const draw = random("eigenvalues");
  for (let round = 0; round < 60; round++) {
    const n = 1 + Math.floor(draw.uniform() * 20);
    const a = matrix(n, () => draw.normal());
    const found = eigenvalues(a, n)!;
    let [trace, square] = [0, 0];
    for (let i = 0; i < n; i++) {
      trace += a[i * n + i]!;
      for (let j = 0; j < n; j++) square += a[i * n + j]! * a[j * n + i]!;
    }
    const sum = found.real.reduce((total, re) => total + re, 0);
    const squares = found.real.reduce((total, re, i) => total + re * re - found.imaginary[i]! ** 2, 0);
    assert.ok(Math.abs(sum - trace) < 1e-12 * n * n, `trace of ${n}`);
    assert.ok(Math.abs(squares - square) < 1e-11 * n * n, `trace of the square of ${n}`);
    const reversed = matrix(n, (i, j) => a[(n - 1 - i) * n + (n - 1 - j)]!);
    const expected = Array.from(found.real, (re, i) => [re, found.imaginary[i]!] as const);
    assert.ok(distance(reversed, n, expected) < 1e-8);
    assert.ok(found.real.every((re, i) => i === 0 || re <= found.real[i - 1]!));
  }
});

test("entries that are no numbers have no eigenvalues", () => {
  assert.equal(eigenvalues(Float64Array.of(1, Number.NaN, 0, 1), 2), undefined);
});
