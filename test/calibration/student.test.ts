/** Quantiles against closed forms and tables. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { normalQuantile, studentQuantile } from "../../src/calibration/verdict/student.ts";

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
