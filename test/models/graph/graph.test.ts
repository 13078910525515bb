/** The graph means what was written, to the last bit, and holds everything once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { build } from "../../../src/models/graph/build.ts";
import { derivatives } from "../../../src/models/graph/derivative.ts";
import { evaluateExpression, evaluateNodes } from "../../../src/models/graph/evaluate.ts";
import { graph, operands } from "../../../src/models/graph/graph.ts";
import { mostMultiplied, power, powerOf } from "../../../src/models/graph/power.ts";
import { expressionOf, nodeToLatex, printNode } from "../../../src/models/graph/print.ts";
import { sizeOf } from "../../../src/models/graph/size.ts";
import { parseExpression } from "../../../src/models/language/parse.ts";
import { awkward } from "../../kernel/arbitrary.ts";
import { arbitraryExpression } from "./arbitrary.ts";

const parsed = (text: string) => {
  const g = graph();
  return { g, node: build(g, parseExpression(text), (name) => g.symbol(name)) };
};

test("a graph has the bits of the expression it was built from, with signed zeros, infinities and NaN", () => {
  fc.assert(
    fc.property(arbitraryExpression, fc.array(awkward, { minLength: 3, maxLength: 3 }), (expression, [x, y, z]) => {
      const values: Record<string, number> = { x: x!, y: y!, z: z! };
      const g = graph();
      const node = build(g, expression, (name) => g.symbol(name));
      assert.deepEqual(
        evaluateNodes(g, [node], (name) => values[name]!),
        [evaluateExpression(expression, (name) => values[name]!)],
      );
    }),
    { seed: 20261122, numRuns: 5000 },
  );
});

test("a node comes after what it is made of, and no two nodes are alike", () => {
  fc.assert(
    fc.property(arbitraryExpression, (expression) => {
      const g = graph();
      build(g, expression, (name) => g.symbol(name));
      for (const [id, node] of g.nodes.entries()) for (const operand of operands(node)) assert.ok(operand < id);
      assert.equal(
        new Set(g.nodes.map((node) => (node.op === "number" ? `${Object.is(node.value, -0)}${node.value}` : JSON.stringify(node)))).size,
        g.nodes.length,
      );
    }),
    { seed: 7, numRuns: 300 },
  );
});

test("a graph rebuilt from its nodes has the same nodes at the same places, and goes on sharing", () => {
  fc.assert(
    fc.property(arbitraryExpression, (expression) => {
      const g = graph();
      const node = build(g, expression, (name) => g.symbol(name));
      const copy = graph(g.nodes);
      assert.deepEqual(copy.nodes, g.nodes);
      assert.equal(
        build(copy, expression, (name) => copy.symbol(name)),
        node,
      );
      assert.equal(copy.nodes.length, g.nodes.length);
    }),
    { seed: 8, numRuns: 300 },
  );
});

test("the same subexpression is one node, in either order of a sum or product", () => {
  const { g, node } = parsed("(a*b + c)/(c + b*a)");
  const { a, b } = g.nodes[node] as { a: number; b: number };
  assert.equal(a, b);
});

test("what sharing saves is counted", () => {
  const { g, node } = parsed("(a*b + c)/(c + b*a)");
  assert.deepEqual(sizeOf(g, [node]), { written: 11, shared: 6 });
  assert.deepEqual(sizeOf(g, [node, node]), { written: 22, shared: 6 });
});

test("only rules that hold for every double are applied", () => {
  const printed = (text: string): string => {
    const { g, node } = parsed(text);
    return printNode(g, node);
  };
  assert.equal(printed("1*x/1"), "x");
  assert.equal(printed("x - (-y)"), "x + y");
  assert.equal(printed("-x*y + z"), "z - x*y");
  assert.equal(printed("2*3 + x"), "6 + x");
  assert.equal(printed("x + 0"), "x + 0"); // −0 + 0 is 0
  assert.equal(printed("0*x"), "0*x"); // 0·∞ is NaN
  assert.equal(printed("x - x"), "x - x"); // ∞ − ∞ is NaN
  assert.equal(printed("x/x"), "x/x");
  assert.equal(printed("x/3"), "x/3"); // 1/3 is rounded
});

test("a literal whole exponent is a product within a few units of the last place of Math.pow", () => {
  for (let exponent = -mostMultiplied; exponent <= mostMultiplied; exponent++) {
    const g = graph();
    const node = power(g, g.symbol("x"), exponent);
    for (const x of [1.1, -0.37, 3, 17.25, -2.5]) {
      const [value] = evaluateNodes(g, [node], () => x);
      assert.equal(value, powerOf(x, exponent));
      assert.ok(Math.abs(value! / x ** exponent - 1) < 20 * Number.EPSILON, `${x}^${exponent}`);
    }
  }
  assert.equal(powerOf(Number.NaN, 0), 1);
  assert.equal(powerOf(0, -1), Infinity);
  assert.equal(powerOf(2, 0.5), Math.SQRT2);
  assert.equal(powerOf(2, 1.7), 2 ** 1.7);
});

test("equations deeper than the stack of the machine are differentiated and printed in part", () => {
  const g = graph();
  const x = g.symbol("x");
  let node = x;
  for (let i = 0; i < 50_000; i++) node = g.binary("add", g.binary("mul", node, g.number(0.5)), x);
  const slope = derivatives(g)(node, x);
  assert.deepEqual(
    evaluateNodes(g, [slope], () => 1),
    [2],
  );
  assert.ok(printNode(g, x).length === 1);
});

test("a node prints as a person would write it", () => {
  for (const text of [
    "q/V*(cF - cA) - k0*exp(-EoverR/T)*cA",
    "a - (b - c)",
    "a/(b*c)",
    "-(a + b)",
    "if(x > y and not (z <= a), 1, (a + b)*c)",
    "min(a, atan2(b, c))",
    "a or b < c",
  ]) {
    const { g, node } = parsed(text);
    const again = build(g, parseExpression(printNode(g, node)), (name) => g.symbol(name));
    assert.equal(again, node, printNode(g, node));
  }
  fc.assert(
    fc.property(arbitraryExpression, (expression) => {
      const g = graph();
      const node = build(g, expression, (name) => g.symbol(name));
      assert.equal(
        build(g, expressionOf(g, node, 1e6), (name) => g.symbol(name)),
        node,
      );
    }),
    { seed: 4, numRuns: 500 },
  );
  const { g, node } = parsed("q/V*(cF - cA) - k0*exp(-EoverR/T)*cA");
  assert.equal(printNode(g, node), "q/V*(cF - cA) - k0*exp(-(EoverR/T))*cA");
  assert.match(printNode(g, node, 4), /…/);
  for (const text of ["c^3*c", "c*c^3", "c^4*c^4", "c^16*c^16", "c^2*c^2*c"]) {
    const product = parsed(text);
    assert.equal(
      build(product.g, parseExpression(printNode(product.g, product.node)), (name) => product.g.symbol(name)),
      product.node,
      text,
    );
  }
  const powers = parsed("a^2 + b^5*c^3*c - (a + b)^-16");
  assert.equal(printNode(powers.g, powers.node), "a^2 + b^5*c^3*c - 1/(a + b)^16");
  assert.equal(nodeToLatex(powers.g, powers.node), "{a}^{2} + {b}^{5} \\, {c}^{3} \\, c - \\frac{1}{{\\left(a + b\\right)}^{16}}");
});
