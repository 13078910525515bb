/** Draws against densities that are known. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, sample } from "../../src/calibration/index.ts";
import { effectiveSize, splitRHat } from "../../src/calibration/sampling/diagnostics.ts";
import { nuts } from "../../src/calibration/sampling/nuts.ts";
import { openSpace } from "../../src/calibration/sampling/open-space.ts";
import { threads } from "../../src/compute/index.ts";
import { isGreyboxError, random } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

const close = (actual: number, expected: number, by: number, what = ""): void =>
  assert.ok(Math.abs(actual - expected) <= by, `${what} ${actual} is not ${expected} ± ${by}`);

test("a correlated Gaussian is drawn with its mean, variances and covariance, from a metric that is not its own", () => {
  // Precision [[2, -1.8], [-1.8, 2]]: standard deviations of 1.62, correlation 0.9.
  const chain = nuts(
    {
      size: 2,
      evaluate([a, b], gradient) {
        gradient[0] = -(2 * (a! - 1) - 1.8 * (b! + 2));
        gradient[1] = -(2 * (b! + 2) - 1.8 * (a! - 1));
        return -((a! - 1) ** 2 - 1.8 * (a! - 1) * (b! + 2) + (b! + 2) ** 2);
      },
    },
    new Float64Array(2),
    Float64Array.of(1, 0, 0, 1),
    300,
    random(1),
  );
  for (let i = 0; i < 300; i++) chain.next();
  const [a, b] = [new Float64Array(6000), new Float64Array(6000)];
  for (let i = 0; i < 6000; i++) {
    const { z } = chain.next().value;
    a[i] = z[0]!;
    b[i] = z[1]!;
  }
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const variance = 2 / (4 - 3.24);
  close(ma, 1, 0.12);
  close(mb, -2, 0.12);
  close(mean(a.map((value) => (value - ma) ** 2)), variance, 0.15 * variance);
  close(mean(a.map((value, i) => (value - ma) * (b[i]! - mb))), 0.9 * variance, 0.15 * variance);
});

test("a banana is drawn to its ends", () => {
  // x ~ N(0, 1), y | x ~ N(x², 0.5²).
  const chain = nuts(
    {
      size: 2,
      evaluate([x, y], gradient) {
        const off = (y! - x! * x!) / 0.25;
        gradient[0] = -x! + 2 * x! * off;
        gradient[1] = -off;
        return -0.5 * x! * x! - 0.5 * (y! - x! * x!) * off;
      },
    },
    new Float64Array(2),
    Float64Array.of(0.5, 0, 0, 0.5),
    500,
    random(3),
  );
  for (let i = 0; i < 500; i++) chain.next();
  let [sum, squares, high] = [0, 0, 0];
  for (let i = 0; i < 8000; i++) {
    const { z } = chain.next().value;
    sum += z[0]! / 8000;
    squares += (z[0]! * z[0]!) / 8000;
    high += z[1]! / 8000;
  }
  close(sum, 0, 0.12);
  close(squares, 1, 0.15);
  close(high, 1, 0.15);
});

test("open coordinates give back what they were made of, with the slope that differences have", () => {
  const space = openSpace(Float64Array.of(-Infinity, 2, -Infinity, -1), Float64Array.of(Infinity, Infinity, 5, 3));
  const x = Float64Array.of(0.3, 2.5, 1.5, 0.7);
  const z = space.open(x);
  const back = new Float64Array(4);
  space.closed(z, back);
  for (let j = 0; j < 4; j++) close(back[j]!, x[j]!, 1e-12);
  const [slope, gradient] = [new Float64Array(4), new Float64Array(4)];
  const logarithm = space.jacobian(z, slope, gradient);
  close(
    logarithm,
    slope.reduce((sum, value) => sum + Math.log(Math.abs(value)), 0),
    1e-12,
  );
  for (let j = 0; j < 4; j++) {
    const [up, down, other] = [z.slice(), z.slice(), new Float64Array(4)];
    up[j]! += 1e-5;
    down[j]! -= 1e-5;
    space.closed(up, back);
    space.closed(down, other);
    close(slope[j]!, (back[j]! - other[j]!) / 2e-5, 1e-8);
    const difference =
      space.jacobian(up, new Float64Array(4), new Float64Array(4)) - space.jacobian(down, new Float64Array(4), new Float64Array(4));
    close(gradient[j]!, difference / 2e-5, 1e-8);
  }
});

test("chains that stand apart, or that hardly move, are told", () => {
  const draw = random(9);
  const white = Array.from({ length: 4 }, () => Float64Array.from({ length: 1000 }, () => draw.normal()));
  close(splitRHat(white), 1, 0.01);
  close(effectiveSize(white) / 4000, 1, 0.15);
  assert.ok(splitRHat(white.map((chain, i) => chain.map((value) => value + i))) > 1.3);
  const slow = white.map((chain) => {
    let value = 0;
    return chain.map((noise) => (value = 0.9 * value + noise));
  });
  // (1 − 0.9)/(1 + 0.9) of the draws.
  close(effectiveSize(slow) / 4000, 0.0526, 0.02);
});

const line = defineModel({
  name: "line",
  time: "h",
  parameters: { a: { value: 1, unit: "K" }, b: { value: 1, unit: "K/h" } },
  states: { x: { unit: "K", initial: "a", nominal: 1 } },
  derivatives: { x: "b" },
});
const time = Float64Array.from({ length: 8 }, (_, i) => i + 1);
const noise = random(5);
const value = time.map((t) => 3 + 0.5 * t + 0.4 * noise.normal());

test("the posterior of a linear model has the moments of its normal or Student distribution; any number of workers draws the same", async () => {
  for (const sigma of [0.4, undefined]) {
    const question = { model: line, windows: [window("w", "h", { x: measured(time, value, { sigma }) })], estimate: ["a", "b"] } as const;
    const fit = await calibrate(question);
    const drawn = await sample(question, fit, { draws: 1500, seed: 2 });
    // Student's t with 6 degrees of freedom has the variance 6/4.
    const wider = sigma === undefined ? Math.sqrt(6 / 4) : 1;
    for (const name of ["a", "b"] as const) {
      const { mean, standardDeviation, rHat, effective } = drawn.quantities[name]!;
      const { value: best, standardError } = fit.parameters[name];
      close(mean, best, 0.12 * standardError!, name);
      close(standardDeviation / (standardError! * wider), 1, 0.1, name);
      assert.ok(rHat < 1.02 && effective > 500, `${rHat} ${effective}`);
    }
    assert.deepEqual(drawn.verdict, []);
    if (sigma === undefined) continue;
    await using compute = threads({ workers: 2 });
    const again = await sample({ ...question, compute }, fit, { draws: 1500, seed: 2 });
    assert.deepEqual(again.quantities.a!.draws, drawn.quantities.a!.draws);
  }
});

test("a bound cuts the posterior off, and a prior narrows it", async () => {
  const bounded = defineModel({
    ...line.definition,
    parameters: { a: { value: 3, unit: "K", bounds: [2.9, 10] }, b: { value: 0.5, unit: "K/h" } },
  } as never);
  const question = { model: bounded, windows: [window("w", "h", { x: measured([1], [3.2], { sigma: 0.5 }) })], estimate: ["a"] } as never;
  const fit = await calibrate(question);
  const { quantities } = await sample(question, fit, { draws: 1500, seed: 4 });
  const { draws } = quantities["a"]!;
  assert.ok(draws.every((one) => one >= 2.9 && one <= 10));
  // A normal distribution about 2.7, of deviation 0.5, cut off at 2.9: its mean is 2.7 + 0.5·φ(0.4)/Φ(−0.4).
  close(quantities["a"]!.mean, 2.7 + (0.5 * 0.36827014) / 0.34457826, 0.03);
});

test("an option that makes no sense is refused", async () => {
  const question = { model: line, windows: [window("w", "h", { x: measured(time, value) })], estimate: ["a", "b"] } as const;
  const fit = await calibrate(question);
  await assert.rejects(sample(question, fit, { chains: 0 }), (error) => isGreyboxError(error) && error.code === "calibration/option");
});
