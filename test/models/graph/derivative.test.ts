/** Exact derivatives against differences, and against what is known of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { random } from "../../../src/core/index.ts";
import { build } from "../../../src/models/graph/build.ts";
import { contains, dependencies } from "../../../src/models/graph/dependencies.ts";
import { derivatives } from "../../../src/models/graph/derivative.ts";
import { evaluateNodes } from "../../../src/models/graph/evaluate.ts";
import { graph } from "../../../src/models/graph/graph.ts";
import { printNode } from "../../../src/models/graph/print.ts";
import { parseExpression } from "../../../src/models/language/parse.ts";
import { apart, ridders } from "../differences.ts";
import { arbitraryExpression, names } from "./arbitrary.ts";

/** Value of an equation and its first and second derivative with respect to x, as functions of x and y. */
function smooth(text: string) {
  const g = graph();
  const node = build(g, parseExpression(text), (name) => g.symbol(name));
  const derivative = derivatives(g);
  const [x, y] = [g.symbol("x"), g.symbol("y")];
  const nodes = [
    node,
    derivative(node, x),
    derivative(node, y),
    derivative(derivative(node, x), x),
    derivative(derivative(node, x), y),
    derivative(derivative(node, y), x),
  ];
  return (xValue: number, yValue: number): number[] => evaluateNodes(g, nodes, (name) => (name === "x" ? xValue : yValue));
}

const functionsOfTwo = [
  "exp(x*y)",
  "log(x + y)",
  "log10(x*y)",
  "sqrt(x + 2*y)",
  "sin(x*y)",
  "cos(x - y)",
  "tan(0.3*x*y)",
  "asin(0.3*x*y)",
  "acos(0.3*x - 0.1*y)",
  "atan(x/y)",
  "sinh(x*y)",
  "cosh(x - y)",
  "tanh(x*y)",
  "abs(x - 5*y)",
  "abs(x + y)",
  "sign(x)*y^2*x",
  "min(x*x, 4*y)",
  "max(x*x, 0.01*y)",
  "x*y",
  "x/y",
  "x - y*x",
  "-x*y",
  "x^3*y^-2",
  "x^y",
  "(x + y)^1.7",
  "y^x",
  "2^(x*y)",
  "x^(y - 2)",
  "atan2(y, x)",
  "atan2(x*y, -x)",
  "if(x > y, x^2*y, x*y^2)",
  "if(x < 9 and not (y == x), sin(x)*y, x)",
  "floor(y)*x + ceil(x)*y",
  "exp(-8750/(300 + x))*y/(1 + y)",
];

test("first and second derivatives of every function agree with differences", () => {
  const draw = random(20261122);
  for (const text of functionsOfTwo) {
    const f = smooth(text);
    for (let i = 0; i < 5; i++) {
      const [x, y] = [1.05 + 0.9 * draw.uniform(), 1.05 + 0.9 * draw.uniform()];
      if (Math.abs(x - y) < 0.02) continue; // some of them have a kink there
      const [, dx, dy, dxx, dxy, dyx] = f(x, y) as [number, number, number, number, number, number];
      const witness: readonly (readonly [string, number, (v: number) => number, number])[] = [
        ["∂x", dx, (v) => f(v, y)[0]!, x],
        ["∂y", dy, (v) => f(x, v)[0]!, y],
        ["∂x∂x", dxx, (v) => f(v, y)[1]!, x],
        ["∂x∂y", dxy, (v) => f(x, v)[1]!, y],
        ["∂y∂x", dyx, (v) => f(v, y)[2]!, x],
      ];
      for (const [what, exact, along, at] of witness) {
        const { value, error } = ridders(along, at, 0.01);
        assert.ok(error < 1e-8, `no witness for ${what} of ${text}: ${error}`);
        assert.ok(apart(exact, value) < 1e-9, `${what} of ${text} at (${x}, ${y}): ${exact}, differences ${value}`);
      }
    }
  }
});

test("a derivative has no symbol that the node does not depend on, and is the number 0 where the node has none", () => {
  fc.assert(
    fc.property(arbitraryExpression, (expression) => {
      const g = graph();
      const node = build(g, expression, (name) => g.symbol(name));
      const derivative = derivatives(g);
      const dependsOn = dependencies(g);
      for (const name of names) {
        const symbol = g.symbol(name);
        const slope = derivative(node, symbol);
        for (const other of dependsOn(slope)) assert.ok(contains(dependsOn(node), other));
        if (!contains(dependsOn(node), symbol)) assert.equal(slope, g.number(0));
        assert.equal(derivative(node, symbol), slope);
      }
    }),
    { seed: 3, numRuns: 500 },
  );
});

test("powers are differentiable at zero wherever the mathematics is", () => {
  const at = (text: string, x: number, y: number) => smooth(text)(x, y).slice(1, 3);
  assert.deepEqual(at("x^2", 0, 1), [0, 0]);
  assert.deepEqual(at("x^1.5", 0, 1), [0, 0]);
  assert.deepEqual(at("x^y", 0, 2), [0, 0]);
  assert.deepEqual(at("x^y", 0, 1), [1, 0]);
  assert.deepEqual(at("x*abs(x)", 0, 1), [0, 0]);
  assert.deepEqual(at("sqrt(x)*y", 0, 1), [Infinity, 0]);
});

test("at a kink the derivative is that of the side the value is taken from", () => {
  const slope = (text: string, x: number): number => smooth(text)(x, 1)[1]!;
  assert.equal(slope("abs(x)", 0), 0);
  assert.equal(slope("min(x, 2*x)", 0), 1);
  assert.equal(slope("max(3*x, 2*x)", 0), 3);
  assert.equal(slope("if(x > 0, x, 5*x)", 0), 5);
  assert.equal(slope("floor(x)", 1), 0);
});

test("a derivative drops structural zeros, so no 0·∞ appears that the mathematics does not have", () => {
  const f = smooth("x + y*log(0*y)");
  assert.equal(f(1, 1)[1], 1);
});

test("derivatives share nodes with what they are derivatives of", () => {
  const g = graph();
  const node = build(g, parseExpression("k0*exp(-E/T)*c"), (name) => g.symbol(name));
  const before = g.nodes.length;
  const slope = derivatives(g)(node, g.symbol("T"));
  assert.equal(printNode(g, slope), "k0*(exp(-(E/T))*(E/T/T))*c");
  assert.ok(g.nodes.length - before <= 7, `${g.nodes.length - before} new nodes`);
});
