import assert from "node:assert/strict";
import { test } from "node:test";
import { isGreyboxError, signal, valueAt } from "../../src/core/index.ts";

test("a held signal keeps each value until the next time, from the right at a step", () => {
  const held = signal([0, 5, 10], [1, 2, 3]);
  assert.deepEqual(
    [0, 4.999, 5, 9, 10].map((t) => valueAt(held, t)),
    [1, 1, 2, 2, 3],
  );
});

test("a linear signal is exact on straight lines", () => {
  const linear = signal([0, 1, 4], [1, 3, 9], "linear");
  for (const t of [0, 0.25, 1, 2.5, 4]) assert.equal(valueAt(linear, t), 1 + 2 * t);
});

test("a signal of one point is constant", () => {
  assert.equal(valueAt(signal([3], [7]), 100), 7);
  assert.equal(valueAt(signal([3], [7], "linear"), -100), 7);
});

test("what is not a signal is refused with the place and the values", () => {
  assert.throws(
    () => signal([0, 1], [5]),
    (error) => isGreyboxError(error, "signal/length"),
  );
  assert.throws(
    () => signal([], []),
    (error) => isGreyboxError(error, "signal/length"),
  );
  assert.throws(
    () => signal([0, 2, 2], [1, 1, 1]),
    (error) => isGreyboxError(error, "signal/order") && error.details.index === 2,
  );
  assert.throws(
    () => signal([0, 1], [5, Number.NaN]),
    (error) => isGreyboxError(error, "signal/non-finite"),
  );
});

test("a signal does not change when the arrays it was made from do", () => {
  const values = [1, 2];
  const held = signal([0, 1], values);
  values[0] = 99;
  assert.equal(valueAt(held, 0), 1);
});
