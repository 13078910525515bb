/** Large models: generated code grows in proportion, and no function becomes too long for the engine (with `--trace-opt`, V8 optimises all of 24 kB). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { emitJavaScript } from "../../../src/kernel/index.ts";
import { modelKernels } from "../../../src/models/compile/index.ts";
import { compileSystem } from "../../../src/models/compile/system.ts";
import { equationsOf, tubular } from "../fixtures.ts";

function generated(cells: number): Readonly<Record<string, string>> {
  const definition = tubular(cells);
  const equations = equationsOf(definition);
  const { rhs, jacobian, adjoint } = modelKernels({ definition, equations });
  const tangent = compileSystem(definition, equations)({ active: ["k0", "E", "D"] }).kernels!.tangent();
  return Object.fromEntries(
    Object.entries({ rhs, jacobian, adjoint: adjoint(), tangent }).map(([name, kernel]) => [name, emitJavaScript(kernel)]),
  );
}

test("four times the cells make four times the code, in functions that the engine still optimises", () => {
  const [small, large] = [generated(100), generated(400)];
  for (const [name, source] of Object.entries(large)) {
    const ratio = source.length / small[name]!.length;
    assert.ok(ratio > 3.5 && ratio < 4.6, `${name}: ${ratio} times the code`);
    const functions = source.split(/^const \w+ = \(function /m).slice(1);
    assert.ok(functions.length > 4, `${name}: ${functions.length} functions`);
    for (const one of functions.slice(0, -1)) assert.ok(one.length < 25_000, `${name}: ${one.length} characters`);
  }
});
