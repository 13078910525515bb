/** Emitted JavaScript against the interpreter, and against people who mean harm. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isGreyboxError } from "../../src/core/index.ts";
import {
  emitJavaScript,
  instantiate,
  interpret,
  type Kernel,
  type KernelFunction,
  type Statement,
  splitKernel,
  type Value,
} from "../../src/kernel/index.ts";
import { arbitraryKernel, awkward } from "./arbitrary.ts";

const number = (value: number): Value => ({ op: "number", value });
const load = (array: string, offset: number): Value => ({ op: "load", array, at: { offset } });
const store = (offset: number, value: Value, comment?: string): Statement => ({
  do: "store",
  array: "out",
  at: { offset },
  value,
  ...(comment === undefined ? {} : { comment }),
});
const kernelOf = (body: readonly Statement[]): Kernel => ({
  name: "f",
  scalars: [],
  arrays: [
    { name: "x", role: "in" },
    { name: "out", role: "out" },
  ],
  body,
});

/** Equal bit for bit, but for the sign and payload of NaN, which arithmetic does not define. */
const numbers = (array: Float64Array): number[] => Array.from(array);

function run(f: KernelFunction, s: number, x: readonly number[]): number[] {
  const out = new Float64Array(6).fill(7);
  f(s, 2, Float64Array.from(x), out);
  return numbers(out);
}

test("emitted JavaScript has the bits of the interpreter on random kernels and awkward numbers", () => {
  fc.assert(
    fc.property(arbitraryKernel, awkward, fc.array(awkward, { minLength: 4, maxLength: 4 }), (kernel, s, x) => {
      assert.deepEqual(run(instantiate(kernel), s, x), run(interpret(kernel), s, x));
    }),
    { seed: 20261122, numRuns: 1500 },
  );
});

test("a kernel cut into parts has the bits of the whole", () => {
  fc.assert(
    fc.property(
      arbitraryKernel,
      awkward,
      fc.array(awkward, { minLength: 4, maxLength: 4 }),
      fc.integer({ min: 1, max: 40 }),
      (kernel, s, x, size) => {
        const parts = splitKernel(kernel, size);
        // Work arrays are shared by the parts: declared as arrays of the caller here.
        const out = new Float64Array(6).fill(7);
        const work = parts[0]!.arrays.filter(({ role }) => role === "work").map(({ length }) => new Float64Array(length!));
        for (const part of parts) {
          const arrays = part.arrays.map((array) => (array.role === "work" ? { name: array.name, role: "out" as const } : array));
          interpret({ ...part, arrays })(s, 2, Float64Array.from(x), out, ...work);
        }
        assert.deepEqual(numbers(out), run(interpret(kernel), s, x));
      },
    ),
    { seed: 20261122, numRuns: 300 },
  );
});

test("a long kernel in which nothing repeats becomes functions below 20 kB that give the same bits", () => {
  const body: Statement[] = [];
  for (let i = 1; i <= 4000; i++) {
    const before: Value = i === 1 ? load("x", 0) : { op: "local", local: i - 1 };
    const early: Value = i > 900 ? { op: "local", local: i - 900 } : load("x", 1);
    body.push({
      do: "let",
      local: i,
      value: { op: "sub", left: { op: "mul", left: before, right: number(0.999 - 1e-9 * i) }, right: early },
    });
  }
  const kernel = kernelOf([...body, store(0, { op: "local", local: 4000 })]);
  const source = emitJavaScript(kernel);
  const functions = source.split(/^const \w+ = \(function /m).slice(1);
  assert.ok(functions.length > 5);
  for (const one of functions) assert.ok(one.length < 20_000, `${one.length} characters`);
  const [emitted, expected] = [new Float64Array(1), new Float64Array(1)];
  instantiate(kernel)(Float64Array.of(1.5, 0.25), emitted);
  interpret(kernel)(Float64Array.of(1.5, 0.25), expected);
  assert.deepEqual(emitted, expected);
});

test("generated code reads like the equation it came from", () => {
  const x: Value = { op: "local", local: 1 };
  const kernel = kernelOf([
    { do: "let", local: 1, value: load("x", 0), hint: "cA" },
    store(
      0,
      {
        op: "sub",
        left: { op: "neg", of: { op: "mul", left: number(-2), right: x } },
        right: { op: "sub", left: x, right: { op: "add", left: x, right: number(1) } },
      },
      "dcA/dt",
    ),
    store(1, {
      op: "select",
      test: { op: "and", left: { op: "lt", left: x, right: number(0) }, right: { op: "not", of: { op: "eq", left: x, right: number(1) } } },
      yes: { op: "exp", of: x },
      no: number(-0),
    }),
  ]);
  assert.equal(
    emitJavaScript(kernel),
    [
      '"use strict";',
      "return (function f(x, out) {",
      "  const cA_1 = x[0];",
      "  out[0] = -(-2 * cA_1) - (cA_1 - (cA_1 + 1)); // dcA/dt",
      "  out[1] = cA_1 < 0 && !(cA_1 === 1) ? Math.exp(cA_1) : -0;",
      "});",
      "",
    ].join("\n"),
  );
});

test("hints and comments cannot become code, whatever they contain", () => {
  const attacks = [
    "*/ globalThis.reached = true; /*",
    "\n globalThis.reached = true //",
    "\r\nglobalThis.reached = true //",
    "\u2028globalThis.reached = true //",
    "\u2029globalThis.reached = true;//",
    "`$\u007bglobalThis.reached = true}`",
    "x = 1; globalThis.reached = true; const y",
    "__proto__",
    "constructor",
    "return",
    "Math",
    "\\u000aglobalThis.reached = true",
    "𝒙\u0000é",
  ];
  const reached = (): unknown => Reflect.get(globalThis, "reached");
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: "binary" })),
      fc.oneof(fc.constantFrom(...attacks), fc.string()),
      (hint, comment) => {
        const kernel = kernelOf([
          { do: "let", local: 1, value: load("x", 0), hint, comment },
          store(0, { op: "mul", left: number(2), right: { op: "local", local: 1 } }, `${comment}${hint}`),
        ]);
        const out = new Float64Array(1);
        instantiate(kernel)(Float64Array.of(21), out);
        assert.equal(out[0], 42);
        assert.equal(reached(), undefined);
        for (const line of emitJavaScript(kernel).split("\n"))
          assert.ok(
            /^( {2}(const \w+ = x\[0\];|out\[0\] = 2 \* \w+;)( \/\/ .*)?|"use strict";|return \(function f\(x, out\) \{|\}\);|)$/.test(
              line,
            ),
            line,
          );
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

test("what a kernel cannot mean is refused by name before code is made", () => {
  const refusals: readonly (readonly [string, Kernel])[] = [
    ["kernel/name", { ...kernelOf([]), name: "f(){}; evil" }],
    ["kernel/name", { ...kernelOf([]), arrays: [{ name: "x;evil()", role: "in" }] }],
    ["kernel/name", { ...kernelOf([]), arrays: [{ name: "eval", role: "in" }] }],
    ["kernel/name", { ...kernelOf([]), scalars: [{ name: "x", type: "number" }] }],
    ["kernel/undeclared", kernelOf([store(0, { op: "local", local: 1 })])],
    ["kernel/undeclared", kernelOf([store(0, load("y", 0))])],
    ["kernel/undeclared", kernelOf([store(0, { op: "scalar", name: "s" })])],
    ["kernel/undeclared", kernelOf([{ do: "loop", loop: "k", count: "evil()", body: [] }])],
    ["kernel/undeclared", kernelOf([{ do: "let", local: "1; evil()" as unknown as number, value: number(1) }])],
    [
      "kernel/undeclared",
      kernelOf([
        { do: "loop", loop: "k", count: 2, body: [{ do: "let", local: 1, value: number(1) }] },
        store(0, { op: "local", local: 1 }),
      ]),
    ],
    ["kernel/undeclared", kernelOf([store(0, { op: "load", array: "x", at: { offset: 0, strides: [{ loop: "k", by: 1 }] } })])],
    ["kernel/place", kernelOf([{ do: "store", array: "x", at: { offset: 0 }, value: number(1) }])],
    ["kernel/place", kernelOf([store(0.5, number(1))])],
    ["kernel/place", kernelOf([store("0] = evil(); x[0" as unknown as number, number(1))])],
    ["kernel/place", { ...kernelOf([]), arrays: [{ name: "w", role: "work" }] }],
    ["kernel/operation", kernelOf([store(0, { op: "constructor", of: number(1) } as unknown as Value)])],
    ["kernel/operation", kernelOf([store(0, number("evil()" as unknown as number))])],
    ["kernel/operation", kernelOf([{ do: "throw" } as unknown as Statement])],
  ];
  for (const [code, kernel] of refusals) {
    assert.throws(
      () => emitJavaScript(kernel),
      (error) => isGreyboxError(error) && error.code === code,
      `${code}: ${JSON.stringify(kernel)}`,
    );
  }
});
