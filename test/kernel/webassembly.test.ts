/** WebAssembly against the interpreter: bit for bit where it calls the same functions, in units of the last place where it has its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { random } from "../../src/core/index.ts";
import {
  type BinaryOperation,
  instantiateWebAssembly,
  interpret,
  type Kernel,
  type KernelFunction,
  linkWebAssembly,
  type UnaryOperation,
  type Value,
} from "../../src/kernel/index.ts";
import { bytes } from "../../src/kernel/webassembly/bytes.ts";
import { arbitraryKernel, awkward, exactKernel } from "./arbitrary.ts";

function run(f: KernelFunction, s: number, x: readonly number[]): number[] {
  const out = new Float64Array(6).fill(7);
  f(s, 2, Float64Array.from(x), out);
  return Array.from(out);
}

test("WebAssembly has the bits of the interpreter on random kernels and awkward numbers", () => {
  fc.assert(
    fc.property(exactKernel, awkward, fc.array(awkward, { minLength: 4, maxLength: 4 }), (kernel, s, x) => {
      assert.deepEqual(run(instantiateWebAssembly(kernel), s, x), run(interpret(kernel), s, x));
    }),
    { seed: 20261122, numRuns: 800 },
  );
});

/** Runs a random kernel for two members side by side and gives both results. */
function runTwo(kernel: Kernel, s: readonly number[], x: readonly (readonly number[])[]): number[][] {
  const sizes = { x: 4, out: 6, w: 4 };
  const { memory, functions } = linkWebAssembly([kernel], 14, { lanes: 2 });
  const numbers = new Float64Array(memory.buffer);
  const [outAt, workAt] = [2 * sizes.x, 2 * (sizes.x + sizes.out)];
  for (let k = 0; k < sizes.x; k++) for (let lane = 0; lane < 2; lane++) numbers[2 * k + lane] = x[lane]![k]!;
  numbers.fill(7, outAt, workAt);
  functions.get(kernel.name)!(s[0]!, s[1]!, 2, 0, 8 * outAt, 8 * workAt);
  return [0, 1].map((lane) => Array.from({ length: sizes.out }, (_, k) => numbers[outAt + 2 * k + lane]!));
}

test("two members side by side have the bits of each alone, with our own exp, log and pow among the operations", () => {
  const member = fc.array(awkward, { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(arbitraryKernel, fc.tuple(awkward, awkward), fc.tuple(member, member), (kernel, s, x) => {
      const alone = instantiateWebAssembly(kernel);
      assert.deepEqual(runTwo(kernel, s, x), [run(alone, s[0], x[0]), run(alone, s[1], x[1])]);
    }),
    { seed: 20261122, numRuns: 500 },
  );
});

/** out[k] = operation(x[k], y[k]) for k < n. */
function elementwise(op: UnaryOperation | BinaryOperation, operands: 1 | 2): KernelFunction {
  const element = (array: string): Value => ({ op: "load", array, at: { offset: 0, strides: [{ loop: "k", by: 1 }] } });
  const value = (operands === 1 ? { op, of: element("x") } : { op, left: element("x"), right: element("y") }) as Value;
  const kernel: Kernel = {
    name: "each",
    scalars: [{ name: "n", type: "integer" }],
    arrays: [
      { name: "x", role: "in" },
      { name: "y", role: "in" },
      { name: "out", role: "out" },
    ],
    body: [
      {
        do: "loop",
        loop: "k",
        count: "n",
        body: [{ do: "store", array: "out", at: { offset: 0, strides: [{ loop: "k", by: 1 }] }, value }],
      },
    ],
  };
  return instantiateWebAssembly(kernel);
}

const bits = new Float64Array(1);
const whole = new BigInt64Array(bits.buffer);
function unitsApart(a: number, b: number): number {
  const place = (value: number): bigint => {
    bits[0] = value;
    return whole[0]! < 0n ? -(whole[0]! & 0x7fffffffffffffffn) : whole[0]!;
  };
  return Number(place(a) - place(b));
}

const count = 50_000;
const draws: readonly (readonly [UnaryOperation | BinaryOperation, 1 | 2, (u: () => number) => readonly [number, number]])[] = [
  ["exp", 1, (u) => [1416 * (u() - 0.5), 0]],
  ["exp", 1, (u) => [2 * (u() - 0.5), 0]],
  ["log", 1, (u) => [Math.exp(1400 * (u() - 0.5)), 0]],
  ["log", 1, (u) => [0.5 + u(), 0]],
  ["pow", 2, (u) => [Math.exp(40 * (u() - 0.5)), 34 * (u() - 0.5)]],
  ["pow", 2, (u) => [0.5 + u(), 1000 * (u() - 0.5)]],
];

for (const [op, operands, draw] of draws) {
  test(`own ${op} stays within 2 units in the last place of Math.${op}, which is itself within 1`, () => {
    const stream = random(`${op}/${draw}`);
    const [x, y, out] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
    for (let i = 0; i < count; i++) [x[i], y[i]] = draw(stream.uniform) as [number, number];
    elementwise(op, operands)(count, x, y, out);
    const reference = Math[op as "pow"];
    for (let i = 0; i < count; i++) {
      const units = unitsApart(out[i]!, reference(x[i]!, y[i]!));
      assert.ok(Math.abs(units) <= 2, `${op}(${x[i]}, ${y[i]}) is ${out[i]}, ${units} units from Math`);
    }
  });
}

test("own functions give the host's answer where arguments or results are extraordinary", () => {
  const special = [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 5e-324, -5e-324, 1e-310, 1.7e308, -2, 3, -3, 0.5, 709.79, -745.2, 1e101];
  const points = special.flatMap((a) => special.map((b) => [a, b] as const));
  const [x, y] = [Float64Array.from(points, ([a]) => a), Float64Array.from(points, ([, b]) => b)];
  for (const [op, operands] of [
    ["exp", 1],
    ["log", 1],
    ["pow", 2],
  ] as const) {
    const out = new Float64Array(points.length);
    elementwise(op, operands)(points.length, x, y, out);
    for (const [i, [a, b]] of points.entries()) {
      const expected = operands === 1 ? Math[op as "exp"](a) : a ** b;
      if (Number.isFinite(expected) && Math.abs(expected) > 2 ** -1022)
        assert.ok(Math.abs(unitsApart(out[i]!, expected)) <= 2, `${op}(${a}, ${b})`);
      else assert.ok(Object.is(out[i], expected), `${op}(${a}, ${b}) is ${out[i]}, not ${expected}`);
    }
  }
});

/** Error of `found` in units of its last place, against base^exponent in exact integer arithmetic. For positive results. */
function exactUnits(base: number, exponent: number, found: number): number {
  const parts = (value: number): readonly [bigint, number] => {
    bits[0] = value;
    return [(whole[0]! & 0xfffffffffffffn) | 0x10000000000000n, Number((whole[0]! >> 52n) & 0x7ffn) - 1075];
  };
  const [mantissa, shift] = parts(base);
  const [units, place] = parts(found);
  // base^exponent = mantissa^exponent · 2^(shift·exponent), in units of 2^(place − 20).
  const down = place - 20 - shift * exponent;
  const power = mantissa ** BigInt(exponent);
  const scaled = down >= 0 ? power >> BigInt(down) : power << BigInt(-down);
  return Number((units << 20n) - scaled) / 2 ** 20;
}

test("own pow is within one unit in the last place of exact powers, up to the largest results", () => {
  const stream = random("exact powers");
  const samples = 4000;
  const [x, y, out] = [new Float64Array(samples), new Float64Array(samples), new Float64Array(samples)];
  for (let i = 0; i < samples; i++) {
    x[i] = 0.75 + 0.65 * stream.uniform();
    y[i] = Math.min(1000, Math.floor((690 * stream.uniform()) / Math.abs(Math.log(x[i]!))));
  }
  elementwise("pow", 2)(samples, x, y, out);
  let worst = 0;
  for (let i = 0; i < samples; i++) worst = Math.max(worst, Math.abs(exactUnits(x[i]!, y[i]!, out[i]!)));
  assert.ok(worst < 0.85, `${worst} units`);
  assert.ok(worst > 0.5, "nearest doubles are half a unit away at worst: the witness must see that much");
});

test("whole powers that doubles hold are exact", () => {
  const bases = Array.from({ length: 30 }, (_, i) => i + 1);
  const f = elementwise("pow", 2);
  for (const exponent of [1, 2, 3, 7, 10]) {
    const out = new Float64Array(bases.length);
    f(bases.length, Float64Array.from(bases), new Float64Array(bases.length).fill(exponent), out);
    for (const [i, base] of bases.entries()) if (base ** exponent <= 2 ** 53) assert.equal(out[i], base ** exponent);
  }
});

test("arrays larger than a page, far offsets and loops within loops reach the right places", () => {
  const kernel: Kernel = {
    name: "far",
    scalars: [{ name: "n", type: "integer" }],
    arrays: [
      { name: "x", role: "in" },
      { name: "w", role: "work", length: 9 },
      { name: "out", role: "out" },
    ],
    body: [
      {
        do: "loop",
        loop: "i",
        count: "n",
        body: [
          {
            do: "loop",
            loop: "j",
            count: 3,
            body: [
              {
                do: "store",
                array: "w",
                at: {
                  offset: 0,
                  strides: [
                    { loop: "i", by: 3 },
                    { loop: "j", by: 1 },
                  ],
                },
                value: {
                  op: "load",
                  array: "x",
                  at: {
                    offset: 70_000,
                    strides: [
                      { loop: "i", by: 10_000 },
                      { loop: "j", by: 1 },
                    ],
                  },
                },
              },
            ],
          },
        ],
      },
      {
        do: "loop",
        loop: "k",
        count: 9,
        body: [
          {
            do: "store",
            array: "out",
            at: { offset: 1000, strides: [{ loop: "k", by: 1 }] },
            value: { op: "neg", of: { op: "load", array: "w", at: { offset: 0, strides: [{ loop: "k", by: 1 }] } } },
          },
        ],
      },
    ],
  };
  const x = Float64Array.from({ length: 100_000 }, (_, i) => i);
  const [a, b] = [new Float64Array(1009), new Float64Array(1009)];
  instantiateWebAssembly(kernel)(3, x, a);
  interpret(kernel)(3, x, b);
  assert.deepEqual(Array.from(a), Array.from(b));
  assert.equal(a[1004], -80_001);
});

test("numbers are written as the specification says", () => {
  const written = (write: (out: ReturnType<typeof bytes>) => void): number[] => {
    const out = bytes();
    write(out);
    return Array.from(out.view());
  };
  assert.deepEqual(
    written((out) => out.unsigned(624485)),
    [0xe5, 0x8e, 0x26],
  );
  assert.deepEqual(
    written((out) => out.signed(-123456)),
    [0xc0, 0xbb, 0x78],
  );
  assert.deepEqual(
    written((out) => out.signed(64)),
    [0xc0, 0x00],
  );
  assert.deepEqual(
    written((out) => out.long(-1n)),
    [0x7f],
  );
  assert.deepEqual(
    written((out) => out.long(1n << 52n)),
    [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x08],
  );
  assert.deepEqual(
    written((out) => out.double(1)),
    [0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
  );
});
