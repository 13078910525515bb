/** Quantiles against closed forms and tables. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chiSquareQuantile,
  chiSquareTail,
  fisherTail,
  logGamma,
  normalCdf,
  normalQuantile,
  studentQuantile,
} from "../../src/core/index.ts";

const near = (actual: number, expected: number, relative: number): void =>
  assert.ok(Math.abs(actual / expected - 1) <= relative, `${actual} is not ${expected}`);

test("Student's t with one and two degrees of freedom has closed forms", () => {
  for (const p of [0.6, 0.9, 0.975, 0.9995]) {
    near(studentQuantile(p, 1), Math.tan(Math.PI * (p - 0.5)), 1e-12);
    near(studentQuantile(p, 2), (2 * p - 1) / Math.sqrt(2 * p * (1 - p)), 1e-12);
    near(studentQuantile(1 - p, 2), -(2 * p - 1) / Math.sqrt(2 * p * (1 - p)), 1e-12);
  }
});

test("quantiles are those of published tables", () => {
  near(studentQuantile(0.975, 4), 2.7764451051977987, 1e-12);
  near(studentQuantile(0.95, 30), 1.6972608865939574, 1e-12);
  near(normalQuantile(0.975), 1.959963984540054, 1e-15);
  near(normalQuantile(1e-10), -6.361340902404056, 1e-14);
  near(studentQuantile(0.975, Infinity), 1.959963984540054, 1e-15);
});

test("the normal distribution function keeps its relative accuracy in the tail", () => {
  // Mathematica: CDF[NormalDistribution[], -x].
  near(normalCdf(-1), 0.15865525393145707, 1e-14);
  near(normalCdf(-10), 7.61985302416052e-24, 1e-13);
  near(normalCdf(-30), 4.90671392714821e-198, 1e-12);
  for (const p of [1e-12, 0.01, 0.3, 0.5, 0.9, 0.999]) near(normalCdf(normalQuantile(p)), p, 1e-13);
});

test("chi-square has closed forms with one and two degrees of freedom", () => {
  for (const p of [0.01, 0.5, 0.95, 0.999]) {
    near(chiSquareQuantile(p, 2), -2 * Math.log(1 - p), 1e-12);
    near(chiSquareQuantile(p, 1), normalQuantile((1 + p) / 2) ** 2, 1e-11);
    near(chiSquareTail(chiSquareQuantile(p, 7), 7), 1 - p, 1e-10);
  }
  // Table value.
  near(chiSquareQuantile(0.95, 10), 18.307038053275146, 1e-12);
});

test("the gamma function at whole and half numbers", () => {
  near(logGamma(11), Math.log(3628800), 1e-14);
  near(logGamma(0.5), 0.5 * Math.log(Math.PI), 1e-14);
});

test("Fisher's F: one degree of freedom above is Student's t squared, infinitely many below are chi-square", () => {
  for (const [p, freedom] of [
    [0.9, 3],
    [0.99, 10],
    [0.999, 40],
  ] as const) {
    near(fisherTail(studentQuantile((1 + p) / 2, freedom) ** 2, 1, freedom), 1 - p, 1e-9);
    near(fisherTail(chiSquareQuantile(p, freedom) / freedom, freedom, 1e7), 1 - p, 1e-4);
  }
});
