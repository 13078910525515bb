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

test("four times the cells make no more code: it is in loops, in functions that the engine optimises", () => {
  const [small, large] = [generated(100), generated(400)];
  for (const [name, source] of Object.entries(large)) {
    const ratio = source.length / small[name]!.length;
    // On the way back values are added up in the order of the cells turned round; those stay written out.
    const most = name === "adjoint" ? 4.6 : name === "tangent" ? 2 : 1.2;
    assert.ok(ratio < most, `${name}: ${ratio} times the code`);
    if (name !== "adjoint") assert.match(source, /for \(let row1 = 0;/);
    const functions = source.split(/^(?:const \w+ =|return) \(function /m).slice(1);
    for (const one of functions) assert.ok(one.length < 25_000, `${name}: ${one.length} characters`);
  }
});
