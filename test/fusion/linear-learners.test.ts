/** Ridge and PLS against the formulas that define them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Matrix, solve } from "ml-matrix";
import { type PlsState, pls, type RidgeState, ridge } from "../../src/fusion/index.ts";
import { linearData, matrix } from "./learner-conformance.ts";

/** Columns scaled to mean 0 and variance 1. */
function standardised(values: Float64Array, columns: number): number[][] {
  const rows = values.length / columns;
  const table = Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => values[r * columns + c]!));
  for (let c = 0; c < columns; c++) {
    const mean = table.reduce((sum, row) => sum + row[c]!, 0) / rows;
    const deviation = Math.sqrt(table.reduce((sum, row) => sum + (row[c]! - mean) ** 2, 0) / rows);
    for (const row of table) row[c] = (row[c]! - mean) / deviation;
  }
  return table;
}

const { features, target } = linearData(21, 60, [1, -0.4, 0.2, 0], 1);
const X = new Matrix(standardised(features.data, 4));
const y = Matrix.columnVector(standardised(target, 1).map(([value]) => value!));

for (const lambda of [0, 0.01, 1]) {
  test(`ridge: with lambda ${lambda} the coefficients solve (XᵀX/n + λI)·b = Xᵀy/n`, async () => {
    const learned = await ridge({ lambda }).learn(features, target, { seed: 0 });
    const left = X.transpose().mmul(X).div(60).add(Matrix.eye(4).mul(lambda));
    const exact = solve(left, X.transpose().mmul(y).div(60)).to1DArray();
    for (const [c, value] of (learned.state as RidgeState).coefficients.entries()) assert.ok(Math.abs(value - exact[c]!) < 1e-12);
  });
}

test("ridge: the chosen lambda minimises n·‖y − Hy‖²/tr(I − H)² with the hat matrix written out", async () => {
  const state = (await ridge().learn(features, target, { seed: 0 })).state as RidgeState;
  const score = (lambda: number) => {
    const left = X.transpose().mmul(X).div(60).add(Matrix.eye(4).mul(lambda));
    const hat = X.mmul(solve(left, X.transpose())).div(60).add(Matrix.ones(60, 60).div(60));
    const rest = Matrix.sub(y, hat.mmul(y)).norm("frobenius");
    return (60 * rest * rest) / (60 - hat.trace()) ** 2;
  };
  // Neighbours on the grid of penalties, a factor 10^¼ apart.
  for (const factor of [10 ** 0.25, 10 ** -0.25]) assert.ok(score(state.lambda) <= score(state.lambda * factor));
  assert.ok(state.lambda > 1e-4 && state.lambda < 1, `lambda ${state.lambda}`);
});

test("ridge: of two equal columns each gets half, and more columns than rows are no obstacle", async () => {
  const rows = Array.from({ length: 30 }, (_, r) => [Math.sin(r), Math.sin(r)]);
  const { state } = await ridge({ lambda: 1e-6 }).learn(
    matrix(rows),
    Float64Array.from(rows, ([x]) => x!),
    { seed: 0 },
  );
  const [a, b] = (state as RidgeState).coefficients;
  assert.ok(Math.abs(a! - b!) < 1e-9 && Math.abs(a! + b! - 1) < 1e-5);
  const wide = linearData(3, 5, [1, 1, 1, 1, 1, 1, 1, 1]);
  const learned = await ridge().learn(wide.features, wide.target, { seed: 0 });
  assert.ok(learned.predict(wide.features).every((value) => Number.isFinite(value)));
});

test("PLS: with as many components as columns it is least squares", async () => {
  const learned = await pls({ components: 4 }).learn(features, target, { seed: 0 });
  const exact = solve(X.transpose().mmul(X), X.transpose().mmul(y)).to1DArray();
  for (const [c, value] of (learned.state as PlsState).coefficients.entries()) assert.ok(Math.abs(value - exact[c]!) < 1e-12);
});

test("PLS: the scores of its components are orthogonal, and the first direction is that of the covariance with the target", async () => {
  const { directions, components } = (await pls({ components: 3 }).learn(features, target, { seed: 0 })).state as PlsState;
  const R = Matrix.from1DArray(4, components, [...directions]);
  const scores = X.mmul(R);
  const products = scores.transpose().mmul(scores);
  for (let a = 0; a < 3; a++) for (let b = 0; b < a; b++) assert.ok(Math.abs(products.get(a, b)) < 1e-10 * products.get(a, a));
  const covariance = X.transpose().mmul(y).to1DArray();
  const ratio = covariance[0]! / R.get(0, 0);
  for (let c = 1; c < 4; c++) assert.ok(Math.abs(covariance[c]! - ratio * R.get(c, 0)) < 1e-10 * Math.abs(ratio));
});

test("PLS: of ten tags that all follow one hidden cause it takes one component", async () => {
  const source = linearData(5, 200, [1]);
  const noise = linearData(6, 200, new Array<number>(10).fill(1));
  const table = Array.from({ length: 200 }, (_, r) =>
    Array.from(
      { length: 10 },
      (_, c) => (c % 2 === 0 ? 1 : -1) * source.features.data[r]! + 0.02 * (noise.features.data[r * 10 + c]! / (c + 1)),
    ),
  );
  const { state } = await pls().learn(matrix(table), source.target, { seed: 0 });
  assert.equal((state as PlsState).components, 1);
});

test("PLS: the reconstruction error is 0 on the plane of its components and the squared distance off it", async () => {
  const flat = Array.from({ length: 50 }, (_, r) => [Math.sin(r), Math.sin(r)]);
  const learned = await pls({ components: 1 }).learn(
    matrix(flat),
    Float64Array.from(flat, ([x]) => x!),
    { seed: 0 },
  );
  const { scale } = learned.state as PlsState;
  const [on, off] = learned.reconstructionError!(
    matrix([
      [0.3, 0.3],
      [0.3 + scale[0]!, 0.3 - scale[1]!],
    ]),
  );
  assert.ok(on! < 1e-20);
  assert.ok(Math.abs(off! - 2) < 1e-10);
});
