/** Linear solvers: every one solves what the dense one with pivoting solves, or hands over to it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { factorLU, random, type Sparsity, solveLU } from "greybox/core";
import { denseSolver } from "../../src/solvers/linear/dense.ts";
import { eliminate } from "../../src/solvers/linear/elimination.ts";
import { sparseSolver } from "../../src/solvers/linear/sparse.ts";
import { straightLineSolver } from "../../src/solvers/linear/straight-line.ts";

/** M·x for a row-major matrix. */
const product = (matrix: Float64Array, x: Float64Array): Float64Array =>
  x.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * x.length + j]! * value, 0));

test("factors reproduce the matrix: A·(A⁻¹b) = b, also where the first pivot is zero", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (n, seed) => {
      const draw = random(seed);
      const a = Float64Array.from({ length: n * n }, () => draw.normal());
      a[0] = n > 1 ? 0 : 1;
      const x = Float64Array.from({ length: n }, () => draw.normal());
      const [lu, b, pivots] = [a.slice(), product(a, x), new Int32Array(n)];
      assert.ok(factorLU(lu, n, pivots));
      solveLU(lu, n, pivots, b, 0);
      const back = product(a, b);
      const forth = product(a, x);
      const scale = Math.max(...a.map(Math.abs)) * n * Math.max(...b.map(Math.abs), 1);
      for (let i = 0; i < n; i++) assert.ok(Math.abs(back[i]! - forth[i]!) < 1e-13 * scale);
    }),
    { seed: 1, numRuns: 100 },
  );
});

test("singular matrices and values that are not numbers are refused, not divided by", () => {
  const pivots = new Int32Array(2);
  assert.equal(factorLU(Float64Array.of(1, 2, 2, 4), 2, pivots), false);
  assert.equal(factorLU(Float64Array.of(0, 0, 0, 0), 2, pivots), false);
  assert.equal(factorLU(Float64Array.of(Number.NaN, 1, 1, 1), 2, pivots), false);
  assert.equal(factorLU(Float64Array.of(Infinity, 1, 1, 1), 2, pivots), false);
});

/** A random pattern with its values; `sparse` of the entries, always with something in every row. */
function drawn(n: number, seed: number, share: number): { sparsity: Sparsity; values: Float64Array } {
  const draw = random(seed);
  const places = Array.from({ length: n * n }, (_, i) => i).filter((i) => i % n === (Math.floor(i / n) + 1) % n || draw.uniform() < share);
  return {
    sparsity: { rows: Int32Array.from(places, (i) => Math.floor(i / n)), columns: Int32Array.from(places, (i) => i % n) },
    values: Float64Array.from(places, () => draw.normal()),
  };
}

const makers = { "written-out": straightLineSolver, listed: sparseSolver } as const;

for (const [name, make] of Object.entries(makers)) {
  test(`${name} elimination agrees with dense elimination on random patterns, several right-hand sides at once`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 14 }), fc.integer(), fc.double({ min: 0.01, max: 0.9, noNaN: true }), (n, seed, share) => {
        const { sparsity, values } = drawn(n, seed, share);
        const [sparse, dense] = [make(n, sparsity, undefined), denseSolver(n, sparsity, undefined)];
        if (!sparse) return; // More fill-in than the dense solver has operations.
        assert.equal(sparse.kind, "sparse");
        const shift = 3 * n;
        assert.ok(sparse.factor(values, shift) && dense.factor(values, shift));
        const b = Float64Array.from({ length: 3 * n }, (_, i) => Math.sin(i + seed));
        const dJ = Float64Array.from({ length: 3 * values.length }, (_, i) => Math.cos(i + seed));
        const v = Float64Array.from({ length: n }, (_, i) => 1 / (i + 1));
        const changed = b.map((value, i) => {
          const [k, row] = [Math.floor(i / n), i % n];
          return values.reduce(
            (sum, _, z) => (sparsity.rows[z] === row ? sum + dJ[k * values.length + z]! * v[sparsity.columns[z]!]! : sum),
            value,
          );
        });
        const [one, other, both, expected] = [b.slice(), b.slice(), b.slice(), changed];
        sparse.solve(one, 3);
        dense.solve(other, 3);
        sparse.solveChanged(both, 3, dJ, v);
        dense.solve(expected, 3);
        for (let i = 0; i < b.length; i++) {
          assert.ok(Math.abs(one[i]! - other[i]!) < 1e-12, `${one[i]} against ${other[i]}`);
          assert.ok(Math.abs(both[i]! - expected[i]!) < 1e-12);
        }
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  test(`${name} elimination hands a pivot that is too small over to pivoting, and comes back`, () => {
    // y' = …, 0 = ε·y + z, 0 = y + z with y, z algebraic: the order may choose ε.
    const sparsity: Sparsity = { rows: Int32Array.of(0, 1, 1, 2, 2), columns: Int32Array.of(0, 1, 2, 1, 2) };
    const mass = Uint8Array.of(1, 0, 0);
    const [sparse, dense] = [make(3, sparsity, mass)!, denseSolver(3, sparsity, mass)];
    for (const epsilon of [1e-30, 0, 2, 1e-30]) {
      for (const values of [
        Float64Array.of(-1, epsilon, 1, 1, 1),
        Float64Array.of(-1, 1, 1, 1, epsilon),
        Float64Array.of(-1, 1, epsilon, 1, 1),
      ]) {
        const [one, other] = [Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3)];
        assert.ok(sparse.factor(values, 10) && dense.factor(values, 10));
        sparse.solve(one, 1);
        dense.solve(other, 1);
        for (let i = 0; i < 3; i++) assert.ok(Math.abs(one[i]! - other[i]!) < 1e-12, `ε = ${epsilon}: ${one} against ${other}`);
      }
    }
    assert.equal(sparse.factor(Float64Array.of(-1, 1, 1, 1, 1), 10), false, "and a singular matrix is still refused");
  });
}

test("a band of 1000 states is eliminated without fill-in", () => {
  const n = 1000;
  const places = Array.from({ length: n }, (_, i) => [i - 1, i, i + 1].filter((j) => j >= 0 && j < n).map((j) => [i, j] as const)).flat();
  const sparsity = { rows: Int32Array.from(places, ([i]) => i), columns: Int32Array.from(places, ([, j]) => j) };
  const { places: filled } = eliminate(n, sparsity, undefined, 1e6)!;
  assert.equal(filled, places.length);
  const solver = sparseSolver(n, sparsity, undefined)!;
  const values = Float64Array.from(places, ([i, j]) => (i === j ? -2 : 1));
  assert.ok(solver.factor(values, 1));
  const x = Float64Array.from({ length: n }, (_, i) => Math.sin(i));
  const b = x.map((value, i) => 3 * value - (x[i - 1] ?? 0) - (x[i + 1] ?? 0));
  solver.solve(b, 1);
  for (let i = 0; i < n; i++) assert.ok(Math.abs(b[i]! - x[i]!) < 1e-13);
});

test("the order keeps an arrow free of fill-in, and a pattern with an empty algebraic column is refused", () => {
  const n = 12;
  const [rows, columns] = [[] as number[], [] as number[]];
  for (let i = 0; i < n; i++) {
    for (const j of i === 0 ? Array.from({ length: n }, (_, k) => k) : [0, i]) {
      rows.push(i);
      columns.push(j);
    }
  }
  const arrow = { rows: Int32Array.from(rows), columns: Int32Array.from(columns) };
  assert.equal(eliminate(n, arrow, undefined, 1e6)!.places, rows.length);
  const empty = { rows: Int32Array.of(0, 1), columns: Int32Array.of(0, 0) };
  assert.equal(eliminate(2, empty, Uint8Array.of(1, 0), 1e6), undefined);
});
