/** Agreement of two numbers, relative to the expected one. */
import assert from "node:assert/strict";

export function close(actual: number, expected: number, relative: number): void {
  const error = Math.abs(actual - expected) / (Math.abs(expected) || 1);
  assert.ok(error <= relative, `${actual} is not ${expected}: off by ${error.toExponential(2)}`);
}
