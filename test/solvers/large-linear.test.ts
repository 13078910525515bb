/** Linear solvers for large patterns: they solve what the dense one with pivoting solves, in any order of the unknowns, at linear cost for bands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { random, type Sparsity } from "greybox/core";
import { bandOrder } from "../../src/solvers/linear/band-order.ts";
import { bandedSolver } from "../../src/solvers/linear/banded.ts";
import { denseSolver } from "../../src/solvers/linear/dense.ts";
import { minimumDegree } from "../../src/solvers/linear/minimum-degree.ts";
import { sparseLuSolver } from "../../src/solvers/linear/sparse-lu.ts";
import { transversal } from "../../src/solvers/linear/transversal.ts";

/** A pattern from places, rows first, with random values. */
function matrixOf(n: number, has: (i: number, j: number) => boolean, seed: number): { sparsity: Sparsity; values: Float64Array } {
  const [rows, columns]: [number[], number[]] = [[], []];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (!has(i, j)) continue;
      rows.push(i);
      columns.push(j);
    }
  }
  const draw = random(seed);
  return {
    sparsity: { rows: Int32Array.from(rows), columns: Int32Array.from(columns) },
    values: Float64Array.from(rows, () => draw.normal()),
  };
}

/** A shuffle of 0 … n − 1. */
function shuffled(n: number, seed: number): number[] {
  const draw = random(seed);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(draw.uniform() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

for (const [name, make] of Object.entries({ banded: bandedSolver, "sparse LU": sparseLuSolver })) {
  test(`${name} agrees with the dense solver on shuffled bands, with small diagonals and algebraic rows, at changing values`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.integer(),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 3 }),
        (n, seed, below, above) => {
          const place = shuffled(n, seed);
          const draw = random(seed + 1);
          const mass = Uint8Array.from({ length: n }, () => (draw.uniform() < 0.3 ? 0 : 1));
          const near = (i: number, j: number): boolean => place[i]! - place[j]! <= below && place[j]! - place[i]! <= above;
          // No diagonal in the rows of algebraic states: only pivoting solves those.
          const { sparsity, values } = matrixOf(n, (i, j) => near(i, j) && (i !== j || mass[i] === 1), seed);
          const [solver, dense] = [make(n, sparsity, mass), denseSolver(n, sparsity, mass)];
          if (!solver) return;
          for (const shift of [0.01, 3, 100]) {
            const regular = dense.factor(values, shift);
            const b = Float64Array.from({ length: 2 * n }, (_, i) => Math.sin(i + seed));
            const [one, other] = [b.slice(), b.slice()];
            const factored = solver.factor(values, shift);
            if (!regular || !factored) continue;
            solver.solve(one, 2);
            dense.solve(other, 2);
            const size = Math.max(...other.map(Math.abs));
            // Ill-conditioned draws are judged by how large their solutions are.
            if (size > 1e4) continue;
            for (let i = 0; i < b.length; i++) assert.ok(Math.abs(one[i]! - other[i]!) < 1e-9 * size, `${one[i]} against ${other[i]}`);
            const dJ = Float64Array.from({ length: 2 * values.length }, (_, i) => Math.cos(i + seed));
            const v = Float64Array.from({ length: n }, (_, i) => 1 / (i + 1));
            const [changed, expected] = [b.slice(), b.slice()];
            solver.solveChanged(changed, 2, dJ, v);
            dense.solveChanged(expected, 2, dJ, v);
            for (let i = 0; i < b.length; i++)
              assert.ok(Math.abs(changed[i]! - expected[i]!) < 1e-8 * Math.max(size, ...expected.map(Math.abs)));
          }
        },
      ),
      { seed: 3, numRuns: 120 },
    );
  });

  test(`${name} refuses a singular matrix and values that are not numbers, and recovers`, () => {
    const { sparsity } = matrixOf(3, (i, j) => Math.abs(i - j) < 2, 1);
    const solver = make(3, sparsity, Uint8Array.of(0, 0, 0))!;
    const regular = Float64Array.of(2, 1, 1, 2, 1, 1, 2);
    assert.equal(solver.factor(Float64Array.of(1, 1, 1, 1, 0, 0, 1), 1), false);
    assert.equal(solver.factor(regular, 1), true);
    assert.equal(solver.factor(Float64Array.of(Number.NaN, 1, 1, 2, 1, 1, 2), 1), false);
    assert.equal(solver.factor(regular, 1), true);
    const b = Float64Array.of(-3, -4, -3);
    solver.solve(b, 1);
    for (const value of b) assert.ok(Math.abs(value - 1) < 1e-14);
  });
}

test("pivots that became too small are chosen anew: factors are as good as fresh ones", () => {
  const n = 30;
  const { sparsity, values } = matrixOf(n, (i, j) => i === j || (7 * i + 3 * j) % 11 === 0, 4);
  const kept = sparseLuSolver(n, sparsity, undefined)!;
  for (let turn = 0; turn < 6; turn++) {
    const shifted = values.map((value, z) => (turn % 2 === 1 && sparsity.rows[z] === sparsity.columns[z] ? 1e-9 * value : value));
    const fresh = denseSolver(n, sparsity, undefined);
    assert.ok(kept.factor(shifted, 1e-8) && fresh.factor(shifted, 1e-8));
    const [one, other] = [new Float64Array(n).fill(1), new Float64Array(n).fill(1)];
    kept.solve(one, 1);
    fresh.solve(other, 1);
    const size = Math.max(...other.map(Math.abs));
    for (let i = 0; i < n; i++) assert.ok(Math.abs(one[i]! - other[i]!) < 1e-9 * size);
  }
});

test("a shuffled band is found again, and two states a cell in blocks become a narrow band", () => {
  const n = 60;
  const place = shuffled(n, 5);
  assert.ok(bandOrder(n, matrixOf(n, (i, j) => Math.abs(place[i]! - place[j]!) <= 1, 1).sparsity).below <= 2);
  const blocks = matrixOf(n, (i, j) => (Math.floor(i / 30) === Math.floor(j / 30) && Math.abs(i - j) <= 1) || Math.abs(i - j) === 30, 1);
  const { below, above } = bandOrder(n, blocks.sparsity);
  assert.ok(below <= 3 && above <= 3, `${below}, ${above}`);
});

test("the order of least degree leaves a tree without fill-in, and a grid with far less than its band", () => {
  const n = 63;
  const tree = matrixOf(n, (i, j) => i === j || Math.floor((Math.max(i, j) - 1) / 2) === Math.min(i, j), 1);
  assert.equal(minimumDegree(n, tree.sparsity).solve, 2 * (n - 1) + n);
  const m = 24;
  const [rows, columns]: [number[], number[]] = [[], []];
  for (let i = 0; i < m * m; i++) {
    for (const j of [i - m, i - 1, i, i + 1, i + m]) {
      if (j < 0 || j >= m * m || (Math.abs(j - i) === 1 && Math.floor(i / m) !== Math.floor(j / m))) continue;
      rows.push(i);
      columns.push(j);
    }
  }
  const { order, factor } = minimumDegree(m * m, { rows: Int32Array.from(rows), columns: Int32Array.from(columns) });
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    Array.from({ length: m * m }, (_, i) => i),
  );
  assert.ok(factor < 0.5 * m * m * m * (m + 1), `${factor} multiplications`);
});

test("a structurally singular pattern has no transversal, a shuffled diagonal has one", () => {
  const columns = (n: number, pairs: readonly (readonly [number, number])[]) => {
    const sorted = [...pairs].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
    const starts = new Int32Array(n + 1);
    for (const [, j] of sorted) starts[j + 1]!++;
    for (let j = 0; j < n; j++) starts[j + 1]! += starts[j]!;
    return { n, starts, rows: Int32Array.from(sorted, ([i]) => i) };
  };
  assert.equal(
    transversal(
      columns(3, [
        [0, 0],
        [0, 1],
        [0, 2],
        [1, 0],
      ]),
    ),
    undefined,
  );
  assert.deepEqual(
    [
      ...transversal(
        columns(3, [
          [1, 0],
          [2, 1],
          [0, 2],
          [0, 0],
        ]),
      )!,
    ],
    [1, 2, 0],
  );
});
