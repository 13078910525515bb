/** Loops that end early: the same in every emitter, and with two members for the sake of either or of both. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Condition,
  checkKernel,
  emitWgsl,
  instantiate,
  instantiateWebAssembly,
  interpret,
  type Kernel,
  linkWebAssembly,
  type Test,
  type Value,
} from "../../src/kernel/index.ts";

const x: Value = { op: "load", array: "x", at: { offset: 0 } };
const steps: Value = { op: "load", array: "x", at: { offset: 1 } };
const number = (value: number): Value => ({ op: "number", value });
const large: Test = { op: "gt", left: x, right: number(1) };

/** Halves x until it is 1 or less, and counts how often. */
const halving = (condition: Condition["in"]): Kernel => ({
  name: "halving",
  scalars: [{ name: "most", type: "integer" }],
  arrays: [{ name: "x", role: "out" }],
  body: [
    {
      do: "loop",
      loop: "i",
      count: "most",
      while: { test: large, in: condition },
      body: [
        { do: "let", local: 1, value: { op: "select", test: large, yes: { op: "mul", left: x, right: number(0.5) }, no: x } },
        { do: "let", local: 2, value: { op: "select", test: large, yes: number(1), no: number(0) } },
        { do: "store", array: "x", at: { offset: 0 }, value: { op: "local", local: 1 } },
        { do: "store", array: "x", at: { offset: 1 }, value: { op: "add", left: steps, right: { op: "local", local: 2 } } },
      ],
    },
  ],
});

test("a loop ends when its test fails, before a pass, or when its count is reached", () => {
  for (const make of [interpret, instantiate, instantiateWebAssembly]) {
    for (const [start, most, end] of [
      [8, 100, [1, 3]],
      [1, 100, [1, 0]],
      [8, 2, [2, 2]],
      [Number.NaN, 100, [Number.NaN, 0]],
    ] as const) {
      const values = Float64Array.of(start, 0);
      make(halving("every"))(most, values);
      assert.deepEqual(Array.from(values), end);
    }
  }
});

test("with two members the loop goes on for either, or stops with the first", () => {
  const run = (condition: Condition["in"]): number[] => {
    const { memory, functions } = linkWebAssembly([halving(condition)], 2, { lanes: 2 });
    const values = new Float64Array(memory.buffer);
    values.set([8, 2, 0, 0]);
    functions.get("halving")!(100, 0);
    return Array.from(values.subarray(0, 4));
  };
  assert.deepEqual(run("some"), [1, 1, 3, 1]);
  assert.deepEqual(run("every"), [4, 1, 1, 1]);
});

test("the condition knows what is known outside the loop only, and shaders break", () => {
  const kernel = halving("some");
  assert.match(emitWgsl(kernel), /if \(!\(.*> 1f\)\) \{\s*break;/);
  const [loop] = kernel.body;
  assert.ok(loop?.do === "loop");
  const own: Test = { op: "gt", left: { op: "local", local: 1 }, right: number(0) };
  assert.throws(() => checkKernel({ ...kernel, body: [{ ...loop, while: { test: own, in: "some" } }] }), { code: "kernel/undeclared" });
});
