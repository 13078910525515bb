/** Colourings are valid always, and small where it is known how small they can be. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { colourColumns } from "greybox/core";
import { compileSystem } from "../../../src/models/compile/index.ts";
import { equationsOf, tubular } from "../fixtures.ts";

const patternOf = (entries: readonly (readonly [number, number])[]) => ({
  rows: Int32Array.from(entries, ([row]) => row),
  columns: Int32Array.from(entries, ([, column]) => column),
});

test("columns of one colour never share a row, and there are at least as many colours as the fullest row has entries", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(fc.nat({ max: 15 }), fc.nat({ max: 15 })), { selector: ([i, j]) => 16 * i + j }), (entries) => {
      const colours = colourColumns(patternOf(entries), 16);
      const seen = new Set<string>();
      const fullest = new Map<number, number>();
      for (const [row, column] of entries) {
        const key = `${row}/${colours[column]}`;
        assert.ok(!seen.has(key));
        seen.add(key);
        fullest.set(row, (fullest.get(row) ?? 0) + 1);
      }
      const count = Math.max(0, ...colours) + 1;
      assert.ok(count >= Math.max(1, ...fullest.values()) && count <= 16);
    }),
    { seed: 5, numRuns: 300 },
  );
});

test("bands need as many colours as they are wide, arrows as many as they have columns, diagonals one", () => {
  const n = 60;
  const all = Array.from({ length: n }, (_, i) => i);
  const band = all.flatMap((i) => [-2, -1, 0, 1].map((d) => [i, i + d] as const).filter(([, j]) => j >= 0 && j < n));
  const colours = (entries: readonly (readonly [number, number])[]): number => Math.max(...colourColumns(patternOf(entries), n)) + 1;
  assert.equal(colours(band), 4);
  assert.equal(colours(all.map((i) => [i, i])), 1);
  assert.equal(colours([...all.map((i) => [i, i] as const), ...all.map((j) => [0, j] as const)]), n);
});

test("the Jacobian of a tubular reactor comes from six directions, however many cells it has", () => {
  for (const cells of [10, 40]) {
    const definition = tubular(cells);
    const system = compileSystem(definition, equationsOf(definition))();
    const n = 2 * cells;
    const { sparsity } = system.jacobian!;
    const colours = colourColumns(sparsity, n);
    const count = Math.max(...colours) + 1;
    assert.ok(count <= 6, `${count} colours`);
    const along = { count, dt: new Float64Array(count), dx: new Float64Array(count * n), du: new Float64Array(0), dp: new Float64Array(0) };
    for (const [column, colour] of colours.entries()) along.dx[colour * n + column] = 1;
    const x = Float64Array.from({ length: n }, (_, i) => 320 + Math.sin(i));
    const [products, values] = [new Float64Array(count * n), new Float64Array(sparsity.rows.length)];
    system.rhs.tangent(0, x, new Float64Array(0), system.p, along, products);
    system.jacobian!.evaluate(0, x, new Float64Array(0), system.p, values);
    for (const [k, value] of values.entries()) {
      const found = products[colours[sparsity.columns[k]!]! * n + sparsity.rows[k]!]!;
      assert.ok(Math.abs(found - value) <= 1e-12 * (1 + Math.abs(value)), `${found} ${value}`);
    }
  }
});
