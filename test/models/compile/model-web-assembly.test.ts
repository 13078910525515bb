/** Models as WebAssembly modules, by the public function. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../../src/core/index.ts";
import { modelFromDefinition, modelWebAssembly } from "../../../src/models/index.ts";
import { hires, pollu, reactor, roberDae } from "../fixtures.ts";

for (const definition of [hires, pollu, reactor, roberDae]) {
  test(`${definition.name}: right-hand side and Jacobian of the module are those of the system, and two lanes those of one`, () => {
    const model = modelFromDefinition(definition);
    const system = model.system();
    const one = modelWebAssembly(model);
    const two = modelWebAssembly(model, { lanes: 2 });
    assert.deepEqual([...one.p], [...system.p]);
    assert.deepEqual([...one.sparsity.rows], [...system.jacobian!.sparsity.rows]);
    const draw = random(definition.name);
    for (let point = 0; point < 20; point++) {
      const member = point % 2;
      for (const name of ["x", "u", "p"] as const) {
        for (let i = 0; i < one[name].length; i++) {
          one[name][i] = (name === "x" ? system.nominal[i]! : name === "p" ? system.p[i]! : 1) * (0.5 + draw.uniform());
          two[name][2 * i + member] = one[name][i]!;
          two[name][2 * i + 1 - member] = draw.uniform();
        }
      }
      const t = draw.uniform();
      one.rhs(t);
      one.jacobian(t);
      two.rhs(t);
      two.jacobian(t);
      const dxdt = new Float64Array(system.states.length);
      const entries = new Float64Array(system.jacobian!.size);
      system.rhs.evaluate(t, one.x, one.u, one.p, dxdt);
      system.jacobian!.evaluate(t, one.x, one.u, one.p, entries);
      for (const [made, paired, expected] of [
        [one.dxdt, two.dxdt, dxdt],
        [one.entries, two.entries, entries],
      ] as const) {
        const largest = Math.max(...expected.map(Math.abs));
        for (const [i, value] of expected.entries()) {
          assert.ok(Math.abs(made[i]! - value) <= 1e-14 * largest, `${made[i]} ${value}`);
          assert.equal(paired[2 * i + member], made[i]);
        }
      }
    }
  });
}

test("the bytes are a module that another host can link", () => {
  const { bytes } = modelWebAssembly(modelFromDefinition(hires));
  assert.deepEqual([...bytes.subarray(0, 4)], [0x00, 0x61, 0x73, 0x6d]);
  const host = Reflect.get(globalThis, "WebAssembly") as {
    Module: { new (bytes: Uint8Array): object; exports(module: object): { name: string }[]; imports(module: object): object[] };
  };
  const module = new host.Module(bytes);
  assert.deepEqual(
    host.Module.exports(module).map(({ name }) => name),
    ["rhs", "jacobian"],
  );
  assert.deepEqual(host.Module.imports(module), [{ module: "kernel", name: "memory", kind: "memory" }]);
});
