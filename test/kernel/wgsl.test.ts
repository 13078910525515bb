/** WGSL text as people read it, what it refuses, and, where the package `webgpu` finds an adapter, its results against double precision. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isGreyboxError, random } from "../../src/core/index.ts";
import { emitWgsl, instantiate, type Kernel, type Value } from "../../src/kernel/index.ts";
import { compileSystem, modelKernels } from "../../src/models/compile/index.ts";
import { equationsOf, everything, hires, reactor, tubular } from "../models/fixtures.ts";
import { openDevice, runOnDevice } from "./webgpu.ts";

const number = (value: number): Value => ({ op: "number", value });
const load = (array: string, offset: number): Value => ({ op: "load", array, at: { offset, strides: [{ loop: "k", by: 2 }] } });

const kernel: Kernel = {
  name: "mix",
  scalars: [
    { name: "t", type: "number" },
    { name: "n", type: "integer" },
  ],
  arrays: [
    { name: "x", role: "in" },
    { name: "w", role: "work", length: 3 },
    { name: "out", role: "out" },
  ],
  body: [
    {
      do: "loop",
      loop: "k",
      count: "n",
      body: [
        {
          do: "let",
          local: 1,
          value: { op: "pow", left: load("x", 1), right: { op: "scalar", name: "t" } },
          hint: "a*/b\n",
          comment: "a\u2028b",
        },
        { do: "store", array: "w", at: { offset: 2 }, value: { op: "log10", of: { op: "local", local: 1 } } },
        {
          do: "store",
          array: "out",
          at: { offset: 0, strides: [{ loop: "k", by: 1 }] },
          value: {
            op: "select",
            test: {
              op: "or",
              left: {
                op: "and",
                left: { op: "ne", left: { op: "local", local: 1 }, right: number(0.5) },
                right: { op: "not", of: { op: "lt", left: load("x", 0), right: number(0) } },
              },
              right: { op: "eq", left: number(1), right: number(-2) },
            },
            yes: { op: "neg", of: number(-7.2e10) },
            no: { op: "load", array: "w", at: { offset: 2 } },
          },
        },
      ],
    },
  ],
};

test("a shader reads like its kernel", () => {
  const text = emitWgsl(kernel);
  assert.equal(
    text.slice(text.indexOf("@compute")),
    [
      "@compute @workgroup_size(64)",
      "fn mix_(@builtin(global_invocation_id) id_: vec3<u32>) {",
      "  let member_ = id_.x;",
      "  if (member_ >= call_.members_) {",
      "    return;",
      "  }",
      "  for (var k_ = 0u; k_ < call_.n_; k_++) {",
      "    let ab_1 = power_(x_[(k_ * 2u + 1u) * call_.members_ + member_], call_.t_); // a b",
      "    w_[2u] = (log(ab_1) * 0.4342945f);",
      "    out_[(k_ * 1u) * call_.members_ + member_] = select(w_[2u], -(-72000000000f), (ab_1 != 0.5f && !(x_[(k_ * 2u) * call_.members_ + member_] < 0f)) || 1f == -2f);",
      "  }",
      "}",
      "",
    ].join("\n"),
  );
});

test("numbers that single precision cannot hold are refused by name", () => {
  for (const value of [1e39, 1e-50, Number.NaN, Infinity]) {
    const refused: Kernel = { ...kernel, scalars: [], body: [{ do: "store", array: "out", at: { offset: 0 }, value: number(value) }] };
    assert.throws(
      () => emitWgsl(refused),
      (error) => isGreyboxError(error, "kernel/single-precision") && error.message.includes(String(value)),
    );
  }
});

test("on a device, models agree with double precision to 1e-4 of their terms", async (t) => {
  const device = await openDevice();
  if (typeof device === "string") return t.skip(device);
  const members = 50;
  for (const definition of [reactor, hires, everything, tubular(4)]) {
    const equations = equationsOf(definition);
    const system = compileSystem(definition, equations)();
    const { rhs, jacobian, sparsity } = modelKernels({ definition, equations });
    const draw = random(definition.name);
    const near = (value: number): number => Math.fround(value * (0.5 + draw.uniform()));
    const rows = Array.from({ length: members }, () => [
      system.nominal.map(near),
      Float64Array.from(system.inputs, () => near(1)),
      system.p.map(near),
    ]);
    for (const [kernel, size] of [
      [rhs, system.states.length],
      [jacobian, sparsity.rows.length],
    ] as const) {
      const results = await runOnDevice(
        device,
        kernel,
        members,
        [0.5],
        [0, 1, 2].map((i) => rows.map((row) => row[i]!)),
        size,
      );
      const f = instantiate(kernel);
      for (const [member, row] of rows.entries()) {
        const exact = new Float64Array(size);
        f(0.5, ...row, exact);
        const largest = Math.max(...exact.map(Math.abs));
        for (const [i, value] of exact.entries()) {
          const found = results[member]![i]!;
          assert.ok(
            Math.abs(found - value) <= 1e-4 * (Math.abs(value) + 1e-3 * largest),
            `${definition.name} ${kernel.name}[${i}]: ${found}, ${value}`,
          );
        }
      }
    }
  }
  device.destroy();
});
