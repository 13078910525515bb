/** The Gaussian process against the formulas that define it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Matrix, solve } from "ml-matrix";
import { random } from "../../src/core/index.ts";
import { type GaussianProcessState, gaussianProcess } from "../../src/fusion/index.ts";
import { covariance, negativeLogLikelihood } from "../../src/fusion/learners/marginal-likelihood.ts";
import { minimise } from "../../src/fusion/learners/minimise.ts";
import { matrix } from "./learner-conformance.ts";

const source = random(8);
const data = {
  rows: 25,
  columns: 2,
  x: Float64Array.from({ length: 50 }, () => source.normal()),
  y: Float64Array.from({ length: 25 }, () => source.normal()),
  weight: Float64Array.from({ length: 25 }, () => 0.5 + source.uniform()),
};

test("the marginal likelihood is that of a normal distribution with the covariance written out", () => {
  const theta = Float64Array.of(0.3, -0.2, 0.1, -1);
  const K = Matrix.from1DArray(25, 25, [...covariance(data, theta)]);
  for (let i = 0; i < 25; i++) K.set(i, i, K.get(i, i) + Math.exp(-2) / data.weight[i]!);
  const y = Matrix.columnVector([...data.y]);
  const exact = 0.5 * y.transpose().mmul(solve(K, y)).get(0, 0) + 0.5 * Math.log(determinant(K));
  assert.ok(Math.abs(negativeLogLikelihood(data, theta, new Float64Array(4)) - exact / 25) < 1e-12);
});

test("its gradient agrees with differences to nine digits", () => {
  const theta = Float64Array.of(0.3, -0.2, 0.1, -1);
  const gradient = new Float64Array(4);
  negativeLogLikelihood(data, theta, gradient);
  const h = 1e-5;
  for (let k = 0; k < 4; k++) {
    const at = (step: number) =>
      negativeLogLikelihood(
        data,
        theta.map((value, i) => (i === k ? value + step : value)),
        new Float64Array(4),
      );
    const difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    assert.ok(Math.abs(gradient[k]! - difference) < 1e-9, `${gradient[k]} against ${difference}`);
  }
});

test("it finds a sine in noise, says how large the noise is, and returns to the mean far away", async () => {
  const draws = random(2);
  const xs = Array.from({ length: 150 }, () => [10 * draws.uniform(), draws.normal()]);
  const target = Float64Array.from(xs, ([x]) => 3 + Math.sin(x!) + 0.1 * draws.normal());
  const learned = await gaussianProcess().learn(matrix(xs), target, { seed: 1 });
  const grid = Array.from({ length: 50 }, (_, i) => [0.5 + 0.18 * i, 0]);
  const error = Math.max(...learned.predict(matrix(grid)).map((value, i) => Math.abs(value - 3 - Math.sin(grid[i]![0]!))));
  assert.ok(error < 0.12, `off by ${error}`);
  const state = learned.state as GaussianProcessState;
  assert.ok(Math.abs(state.noise * state.targetScale - 0.1) < 0.02, `noise ${state.noise * state.targetScale}`);
  assert.ok(state.length[1]! > 5 * state.length[0]!, "the second column does not matter, so its length is long");
  const far = learned.predict(matrix([[1000, 0]]))[0]!;
  assert.ok(Math.abs(far - state.targetMean) < 1e-9);
});

test("without noise it goes through its points", async () => {
  const xs = Array.from({ length: 12 }, (_, i) => [i / 4]);
  const target = Float64Array.from(xs, ([x]) => Math.exp(-x!) * Math.cos(3 * x!));
  const predicted = (await gaussianProcess().learn(matrix(xs), target, { seed: 1 })).predict(matrix(xs));
  for (const [i, value] of predicted.entries()) assert.ok(Math.abs(value - target[i]!) < 1e-3);
});

test("of more rows than it can hold it draws some by the seed", async () => {
  const xs = Array.from({ length: 300 }, (_, i) => [i / 30]);
  const target = Float64Array.from(xs, ([x]) => Math.sin(x!));
  const learn = (seed: number) => gaussianProcess({ points: 60, search: 40 }).learn(matrix(xs), target, { seed });
  const [one, other] = [await learn(1), await learn(2)];
  assert.equal((one.state as GaussianProcessState).alpha.length, 60);
  assert.notDeepEqual(one.state, other.state);
  assert.ok(one.predict(matrix(xs)).every((value, i) => Math.abs(value - target[i]!) < 0.02));
});

test("the search for hyperparameters finds the minimum of Rosenbrock's valley, and the bound where that is in the way", () => {
  const valley = (x: Float64Array, gradient: Float64Array) => {
    const [a, b] = [1 - x[0]!, x[1]! - x[0]! ** 2];
    gradient.set([-2 * a - 400 * x[0]! * b, 200 * b]);
    return a * a + 100 * b * b;
  };
  const wide = { lower: Float64Array.of(-5, -5), upper: Float64Array.of(5, 5) };
  const free = minimise(valley, Float64Array.of(-1.2, 1), wide, 200, 1e-9);
  assert.ok(Math.hypot(free.x[0]! - 1, free.x[1]! - 1) < 1e-7);
  const bounded = minimise(valley, Float64Array.of(-1.2, 1), { ...wide, upper: Float64Array.of(0.5, 5) }, 200, 1e-9);
  assert.ok(Math.abs(bounded.x[0]! - 0.5) < 1e-12 && Math.abs(bounded.x[1]! - 0.25) < 1e-7);
});

function determinant(matrix: Matrix): number {
  const n = matrix.rows;
  const a = matrix.to2DArray();
  let product = 1;
  for (let k = 0; k < n; k++) {
    product *= a[k]![k]!;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j < n; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  return product;
}
