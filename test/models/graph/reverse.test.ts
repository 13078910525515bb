/** Reverse derivatives against forward ones. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { random } from "../../../src/core/index.ts";
import { buildEquations } from "../../../src/models/compile/equations.ts";
import { build } from "../../../src/models/graph/build.ts";
import { derivatives } from "../../../src/models/graph/derivative.ts";
import { evaluateNodes } from "../../../src/models/graph/evaluate.ts";
import { graph } from "../../../src/models/graph/graph.ts";
import { reverse } from "../../../src/models/graph/reverse.ts";
import { apart } from "../differences.ts";
import { equationsOf, everything, hires, tubular } from "../fixtures.ts";
import { arbitraryExpression, names } from "./arbitrary.ts";

test("one reverse sweep gives the forward derivatives of random expressions", () => {
  const ordinary = fc.double({ min: 0.2, max: 2, noNaN: true });
  let compared = 0;
  fc.assert(
    fc.property(arbitraryExpression, fc.array(ordinary, { minLength: 3, maxLength: 3 }), (expression, point) => {
      const g = graph();
      const node = build(g, expression, (name) => g.symbol(name));
      const symbols = names.map((name) => g.symbol(name));
      const derivative = derivatives(g);
      const slope = reverse(g, new Map([[node, g.number(1)]]));
      const nodes = [...symbols.map((symbol) => derivative(node, symbol)), ...symbols.map(slope)];
      const values = evaluateNodes(g, nodes, (name) => point[names.indexOf(name as "x")]!);
      for (let i = 0; i < 3; i++) {
        const [forward, backward] = [values[i]!, values[i + 3]!];
        // Where a derivative is infinite or not defined, the two ways meet 0·∞ at different places.
        if (!Number.isFinite(forward) || !Number.isFinite(backward) || Math.abs(forward) > 1e100) continue;
        compared++;
        assert.ok(apart(forward, backward) < 1e-9, `${forward} ${backward}`);
      }
    }),
    { seed: 20261122, numRuns: 1500 },
  );
  assert.ok(compared > 3000, `${compared} compared`);
});

for (const definition of [hires, everything, tubular(5)]) {
  test(`${definition.name}: weighted sums of all equations have the derivatives of the sums, at four nodes for each one at most`, () => {
    const { graph: g, f, x, p, derivative } = buildEquations(definition, equationsOf(definition));
    const weights = f.map((_, i) => g.symbol(`weight${i}`));
    const before = g.nodes.length;
    const slope = reverse(g, new Map(f.map((node, i) => [node, weights[i]!])));
    const swept = g.nodes.length - before;
    const symbols = [...x, ...p];
    const jacobian = symbols.map((symbol) => f.map((node) => derivative(node, symbol)));
    assert.ok(swept <= 4 * before, `${swept} for ${before}`);
    const draw = random(definition.name);
    const values = new Map<string, number>();
    const lookup = (name: string): number => {
      if (!values.has(name)) values.set(name, 0.3 + draw.uniform());
      return values.get(name)!;
    };
    const weight = evaluateNodes(g, weights, lookup);
    const backward = evaluateNodes(g, symbols.map(slope), lookup);
    for (const [k, column] of jacobian.entries()) {
      const forward = evaluateNodes(g, column, lookup).reduce((sum, value, i) => sum + value * weight[i]!, 0);
      const size = evaluateNodes(g, column, lookup).reduce((sum, value, i) => sum + Math.abs(value * weight[i]!), 0);
      assert.ok(Math.abs(forward - backward[k]!) <= 1e-12 * (1 + size), `${forward} ${backward[k]}`);
    }
  });
}

test("forward over reverse gives the product of a Hessian with a direction", () => {
  const g = graph();
  const [x, y] = [g.symbol("x"), g.symbol("y")];
  const f = g.binary("mul", g.binary("mul", x, x), g.unary("exp", y)); // x² e^y
  const slope = reverse(g, new Map([[f, g.number(1)]]));
  const derivative = derivatives(g);
  const hessian = [slope(x), slope(y)].flatMap((node) => [derivative(node, x), derivative(node, y)]);
  const e = Math.exp(0.5);
  const values = evaluateNodes(g, hessian, (name) => (name === "x" ? 3 : 0.5));
  assert.deepEqual(
    values.map((value) => value / e),
    [2, 6, 6, 9],
  );
});
