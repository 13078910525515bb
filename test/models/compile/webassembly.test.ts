/** Kernels of models as WebAssembly against their evaluation by interpreter and JavaScript. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../../src/core/index.ts";
import { instantiate, instantiateWebAssembly, interpret, type Kernel } from "../../../src/kernel/index.ts";
import { modelKernels } from "../../../src/models/compile/index.ts";
import { compileSystem } from "../../../src/models/compile/system.ts";
import { equationsOf, models, tubular } from "../fixtures.ts";

/** Models that use exp, log or pow, where WebAssembly rounds differently. */
const approximate = new Set(["reactor", "everything", "tubular"]);

for (const definition of [...models, tubular(150)]) {
  const equations = equationsOf(definition);
  const system = compileSystem(definition, equations)();
  const { rhs, jacobian, sparsity } = modelKernels({ definition, equations });

  test(`${definition.name} with ${system.states.length} states: WebAssembly agrees with JavaScript and interpreter`, () => {
    const kernels: readonly (readonly [Kernel, number])[] = [
      [rhs, system.states.length],
      [jacobian, sparsity.rows.length],
    ];
    const draw = random(definition.name);
    for (const [kernel, size] of kernels) {
      const [javascript, webassembly, slow] = [instantiate(kernel), instantiateWebAssembly(kernel), interpret(kernel)];
      for (let i = 0; i < (size > 100 ? 10 : 200); i++) {
        const near = (value: number): number => value * (0.5 + draw.uniform());
        const operands = [near(2), system.nominal.map(near), Float64Array.from(system.inputs, () => near(1)), system.p.map(near)];
        const results = [javascript, webassembly, slow].map((f) => {
          const out = new Float64Array(size);
          f(...operands, out);
          return Array.from(out);
        }) as [number[], number[], number[]];
        assert.deepEqual(results[0], results[2]);
        if (!approximate.has(definition.name)) assert.deepEqual(results[1], results[2]);
        else
          for (const [k, value] of results[1].entries()) {
            // Sums cancel: the size of their terms is guessed from that of the largest result.
            assert.ok(
              Math.abs(value - results[2][k]!) <= 2e-13 * (1 + Math.abs(results[2][k]!) + Math.max(...results[2].map(Math.abs)) / 100),
              `${value} ${results[2][k]}`,
            );
          }
      }
    }
  });
}
