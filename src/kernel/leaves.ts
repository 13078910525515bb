/** A value with its leaves replaced: what every rewriting of kernels is made of. */
import type { Test, Value } from "./kernel.ts";

/** The value with its leaves (numbers, locals, scalars, loads) replaced, from left to right. */
export function mapLeaves(value: Value, change: (leaf: Value) => Value): Value {
  if (value.op === "number" || value.op === "local" || value.op === "scalar" || value.op === "load") return change(value);
  if (value.op === "select") {
    const test = mapTest(value.test, (one) => mapLeaves(one, change));
    const yes = mapLeaves(value.yes, change);
    return { op: "select", test, yes, no: mapLeaves(value.no, change) };
  }
  if ("of" in value) return { op: value.op, of: mapLeaves(value.of, change) };
  const left = mapLeaves(value.left, change);
  return { op: value.op, left, right: mapLeaves(value.right, change) };
}

/** The test with each value that it compares replaced, from left to right. */
export function mapTest(test: Test, change: (value: Value) => Value): Test {
  switch (test.op) {
    case "not":
      return { op: "not", of: mapTest(test.of, change) };
    case "and":
    case "or": {
      const left = mapTest(test.left, change);
      return { op: test.op, left, right: mapTest(test.right, change) };
    }
    default: {
      const left = change(test.left);
      return { op: test.op, left, right: change(test.right) };
    }
  }
}
