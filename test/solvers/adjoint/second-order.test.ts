/** Second derivatives times a direction, against closed forms and differences of gradients. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "greybox/core";
import { modelFromDefinition } from "greybox/models";
import { type Course, createAdjointSolver } from "greybox/solvers";
import { hires, reactor, roberDae } from "../../models/fixtures.ts";
import { hybridSystems } from "../hybrid/systems.ts";

const growth = modelFromDefinition({
  name: "logistic growth",
  time: "1",
  parameters: { r: { value: 1.3, unit: "1" }, K: { value: 2, unit: "1" } },
  inputs: {},
  states: { x: { unit: "1", initial: "0.1*K" } },
  algebraic: {},
  derivatives: { x: "r*x*(1 - x/K)" },
  events: {},
  outputs: {},
});
/** Half the sum of squares. */
const squares = ({ states, tangents }: Course) => ({ states, change: tangents });

for (const method of ["tsit5", "rodas5p"] as const) {
  test(`${method}: the Hessian of a closed form times a direction`, () => {
    const solver = createAdjointSolver(growth.system({ active: ["r", "K"] }), { method, rtol: 1e-11 });
    const t = 1.4;
    const { by, product, gradient } = solver.product(
      { span: [0, t], samples: Float64Array.of(t) },
      { p: Float64Array.of(0.7, -0.4) },
      squares,
    )!;
    // x = K·y(r), y = 1/(1 + 9·exp(−rt))
    const [r, K] = [1.3, 2];
    const y = 1 / (1 + 9 * Math.exp(-r * t));
    const [dy, ddy] = [t * y * (1 - y), t * t * y * (1 - y) * (1 - 2 * y)];
    const near = (value: number, expected: number): void => assert.ok(Math.abs(value - expected) < 1e-9, `${value}, not ${expected}`);
    assert.equal(by, "exact");
    near(gradient.p[0]!, K * K * y * dy);
    near(gradient.p[1]!, K * y * y);
    near(product.p[0]!, 0.7 * K * K * (dy * dy + y * ddy) - 0.4 * 2 * K * y * dy);
    near(product.p[1]!, 0.7 * 2 * K * y * dy - 0.4 * y * y);
  });
}

test("second derivatives are symmetric, and those of the gradient, wherever nothing interferes", () => {
  const span = [0, 2] as const;
  const ramp = (level: number) => signal([0, 1, 2], [level, 1.1 * level, 0.9 * level], "linear");
  for (const definition of [{ ...reactor, events: {} }, roberDae, hires]) {
    const { name } = definition;
    const system = modelFromDefinition(definition).system({ active: Object.keys(definition.parameters) });
    const solver = createAdjointSolver(system, { rtol: 1e-9, method: "rodas5p" });
    const levels: Record<string, number> = { q: 100, cF: 1, TF: 350, Tc: 300 };
    const problem = { span, samples: Float64Array.of(0.5, 1.3, 2), inputs: system.inputs.map((input) => ramp(levels[input] ?? 1)) };
    const direction = (phase: number): Float64Array =>
      Float64Array.from(system.active, (index, k) => system.p[index]! * Math.cos(phase + k));
    const [one, other] = [direction(0), direction(1)];
    const [first, second] = [solver.product(problem, { p: one }, squares), solver.product(problem, { p: other }, squares)];
    assert.ok(first && second);
    assert.deepEqual([name, first.by, second.by], [name, "exact", "exact"]);
    const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const [left, right] = [dot(first.product.p, other), dot(second.product.p, one)];
    const size = Math.sqrt(dot(first.product.p, first.product.p) * dot(other, other)) + 1e-3 * Math.abs(dot(first.gradient.p, one));
    assert.ok(Math.abs(left - right) <= 1e-6 * size, `${name}: ${left}, ${right}`);
    const step = 1e-5;
    const gradientAt = (h: number): Float64Array => {
      const p = system.p.slice();
      for (const [k, index] of system.active.entries()) p[index]! += h * one[k]!;
      const run = createAdjointSolver(system, { rtol: 1e-11, method: "rodas5p" }).solve({ ...problem, p });
      return run.gradient({ states: run.states })!.p;
    };
    const [up, down, upper, lower] = [gradientAt(step), gradientAt(-step), gradientAt(2 * step), gradientAt(-2 * step)];
    const expected = up.map((value, k) => (8 * (value - down[k]!) - (upper[k]! - lower[k]!)) / (12 * step));
    const difference = expected.map((value, k) => value - first.product.p[k]!);
    const scale = Math.sqrt(dot(expected, expected)) + Math.sqrt(dot(up, up));
    assert.ok(Math.sqrt(dot(difference, difference)) <= 1e-5 * scale, `${name}: ${first.product.p}, differences ${expected}`);
  }
});

test("where an event interferes the product is one of differences, and says so", () => {
  const ball = hybridSystems.find(({ name, model }) => model && name.startsWith("ball that bounces"))!;
  const { system, span, samples } = ball;
  const p = system.p.map((value, k) => value * Math.cos(k));
  const answer = createAdjointSolver(system, { rtol: 1e-10 }).product({ span, samples: Float64Array.from(samples) }, { p }, squares)!;
  assert.equal(answer.by, "differences");
  assert.ok(answer.product.p.every(Number.isFinite));
});

test("the Hessian by initial values, with some of them given", () => {
  const solver = createAdjointSolver(growth.system({ active: ["r"] }), { rtol: 1e-11 });
  const [x0, t, K, r] = [0.3, 0.8, 2, 1.3];
  const problem = { span: [0, t] as const, samples: Float64Array.of(t), x0: Float64Array.of(x0) };
  const linear = ({ states }: Course) => ({ states: states.map(() => 1) });
  const { product } = solver.product(problem, { p: Float64Array.of(0), x0: Float64Array.of(0.2) }, linear)!;
  // x = K·E·x0/(K + x0(E − 1)), d²x/dx0² = −2K²E(E − 1)/(K + x0(E − 1))³
  const E = Math.exp(r * t);
  const expected = (-2 * K * K * E * (E - 1)) / (K + x0 * (E - 1)) ** 3;
  assert.ok(Math.abs(product.x0[0]! - 0.2 * expected) < 1e-9, `${product.x0[0]}, not ${0.2 * expected}`);
});
