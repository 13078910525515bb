/** Dense and banded Jacobians hold the values of the sparse one, each at its place and nothing elsewhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../../src/core/index.ts";
import { instantiate, instantiateWebAssembly } from "../../../src/kernel/index.ts";
import { defineModel, jacobianLayout } from "../../../src/models/index.ts";
import { plugFlowReactor } from "../../../src/models/library/index.ts";

const mixed = defineModel({
  name: "mixed",
  time: "s",
  parameters: { a: { value: 2, unit: "1/s" } },
  states: { x: { unit: "1", initial: 1 }, y: { unit: "1", initial: 2 } },
  algebraic: { z: { unit: "1", guess: 1, zero: "z^3 + x*z - y" } },
  derivatives: { x: "-a*x*z", y: "a*(x - exp(-y))" },
});

for (const model of [mixed, plugFlowReactor({ cells: 12 })]) {
  for (const layout of ["dense", "banded"] as const) {
    test(`${model.name}, ${layout}: every entry of the sparse Jacobian stands at its place, the rest is untouched`, () => {
      const system = model.system();
      const n = system.states.length;
      const { sparsity } = system.jacobian!;
      const draw = random("layout");
      const x = Float64Array.from({ length: n }, () => 0.5 + draw.uniform());
      const u = Float64Array.from(system.inputs, () => 0.5 + draw.uniform());
      const values = new Float64Array(system.jacobian!.size);
      system.jacobian!.evaluate(0, x, u, system.p, values);
      const { kernel, size, at, lower, upper } = jacobianLayout(model, layout);
      assert.equal(size, layout === "dense" ? n * n : n * (lower + 1 + upper));
      for (const make of [instantiate, instantiateWebAssembly]) {
        const matrix = new Float64Array(size).fill(7);
        make(kernel)(0, x, u, system.p, matrix);
        const expected = new Float64Array(size).fill(7);
        for (let i = 0; i < values.length; i++) expected[at(sparsity.rows[i]!, sparsity.columns[i]!)] = values[i]!;
        for (let i = 0; i < size; i++) assert.ok(Math.abs(matrix[i]! - expected[i]!) <= 1e-13 * Math.abs(expected[i]!), `place ${i}`);
      }
    });
  }
}

test("a tube has a narrow band, however many cells", () => {
  const widths = [10, 40].map((cells) => {
    const { lower, upper } = jacobianLayout(plugFlowReactor({ cells }), "banded");
    return lower + upper;
  });
  assert.equal(widths[0], widths[1]);
});
