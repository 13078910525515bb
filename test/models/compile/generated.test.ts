/** Generated functions against the evaluator of equations, bit for bit, and their derivatives against differences and one another. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Differentiable, type Directions, type ModelDefinition, type Random, random, type System } from "../../../src/core/index.ts";
import { instantiate } from "../../../src/kernel/index.ts";
import { compileSystem, modelKernels } from "../../../src/models/compile/index.ts";
import { evaluateExpression } from "../../../src/models/graph/evaluate.ts";
import type { Expression } from "../../../src/models/language/expression.ts";
import { apart, ridders } from "../differences.ts";
import { equationsOf, models } from "../fixtures.ts";

/** A point (t, x, u, p) at which a model is looked at. */
interface Point {
  readonly t: number;
  readonly x: Float64Array;
  readonly u: Float64Array;
  readonly p: Float64Array;
}

const points = 1000;
const awkward = [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 1e-310, 1e200, -1e200, 745, -745];

/** Values of ordinary size; now and then, if asked for, one that finds mistakes. */
function pointOf(system: System, draw: Random, rare = 0): Point {
  const value = (size: number): number =>
    draw.uniform() < rare ? awkward[draw.integer(awkward.length)]! : size * (0.3 + 1.4 * draw.uniform());
  return {
    t: value(2),
    x: system.nominal.map((size) => value(size)),
    u: Float64Array.from(system.inputs, () => value(2)),
    p: system.p.map((size) => value(size)),
  };
}

/** Values of every name of a model at a point, by the evaluator alone. */
function oracle(definition: ModelDefinition, system: System, { t, x, u, p }: Point): (expression: Expression) => number {
  const values = new Map<string, number>([["t", t]]);
  for (const [i, name] of system.states.entries()) values.set(name, x[i]!);
  for (const [i, name] of system.inputs.entries()) values.set(name, u[i]!);
  for (const [i, name] of system.parameters.entries()) values.set(name, p[i]!);
  const value = (expression: Expression): number => evaluateExpression(expression, (name) => values.get(name)!);
  for (const [name, expression] of equationsOf(definition).algebraic) values.set(name, value(expression));
  return value;
}

const evaluated = (f: Differentiable, { t, x, u, p }: Point): Float64Array => {
  const out = new Float64Array(f.size).fill(Number.NaN);
  f.evaluate(t, x, u, p, out);
  return out;
};

/** Compares as numbers: NaN equals NaN, 0 does not equal −0. */
function same(actual: Float64Array, expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length, what);
  for (const [i, value] of expected.entries()) assert.ok(Object.is(actual[i], value), `${what}[${i}] is ${actual[i]}, not ${value}`);
}

function directionsOf(system: System, count: number, fill: (array: "dt" | "dx" | "du" | "dp") => number): Directions {
  const make = (array: "dt" | "dx" | "du" | "dp", length: number): Float64Array =>
    Float64Array.from({ length: count * length }, () => fill(array));
  return {
    count,
    dt: make("dt", 1),
    dx: make("dx", system.states.length),
    du: make("du", system.inputs.length),
    dp: make("dp", system.active.length),
  };
}

function along(f: Differentiable, { t, x, u, p }: Point, directions: Directions): Float64Array {
  const out = new Float64Array(f.size * directions.count).fill(Number.NaN);
  f.tangent(t, x, u, p, directions, out);
  return out;
}

/** The point moved by h along direction 0. */
function moved(system: System, { t, x, u, p }: Point, { dt, dx, du, dp }: Directions, h: number): Point {
  const shifted = p.slice();
  for (const [k, index] of system.active.entries()) shifted[index]! += h * dp[k]!;
  return { t: t + h * dt[0]!, x: x.map((value, i) => value + h * dx[i]!), u: u.map((value, i) => value + h * du[i]!), p: shifted };
}

for (const definition of models) {
  const equations = equationsOf(definition);
  const names = Object.keys(definition.parameters);
  const active = names.filter((_, i) => i % 3 !== 1);
  const system = compileSystem(definition, equations)({ active });
  const functions: readonly (readonly [string, Differentiable])[] = [
    ["rhs", system.rhs],
    ["jacobian", system.jacobian!],
    ["observe", system.observe],
    ["initial", system.initial],
    ...(system.events ? ([["when", system.events.when], ...system.events.then.map((f, i) => [`then ${i}`, f] as const)] as const) : []),
  ];

  test(`${definition.name}: generated functions have the bits of the evaluator at ${points} points, awkward ones included`, () => {
    const draw = random(`${definition.name}/bits`);
    for (let i = 0; i < points; i++) {
      const point = pointOf(system, draw, 0.1);
      const value = oracle(definition, system, point);
      same(evaluated(system.rhs, point), [...equations.derivatives.values(), ...equations.implicit.values()].map(value), "rhs");
      same(
        evaluated(system.observe, point),
        system.observables.map((name) => value(equations.outputs.get(name) ?? { op: "name", name })),
        "observe",
      );
      same(
        evaluated(system.initial, point),
        system.states.map((name) => {
          const algebraic = definition.algebraic[name];
          return algebraic && "guess" in algebraic ? algebraic.guess : value(equations.initial.get(name)!);
        }),
        "initial",
      );
      const { events } = system;
      if (events === undefined) continue;
      same(
        evaluated(events.when, point),
        [...equations.events.values()].map(({ when }) => value(when)),
        "when",
      );
      for (const [k, { then }] of [...equations.events.values()].entries()) {
        same(
          evaluated(events.then[k]!, point),
          system.states.map((name) => value(then.get(name) ?? { op: "name", name })),
          "then",
        );
      }
    }
  });

  test(`${definition.name}: tangents of every function agree with differences, along every kind of direction`, () => {
    const draw = random(`${definition.name}/tangent`);
    let [witnessed, looked] = [0, 0];
    for (let i = 0; i < 12; i++) {
      const point = pointOf(system, draw);
      // Steps in proportion to the size of what is moved.
      const only = (["dx", "dp", "dt", "du", "all"] as const)[i % 5]!;
      const directions = directionsOf(system, 1, (array) => (only === array || only === "all" ? draw.normal() : 0));
      const scaled: Directions = {
        ...directions,
        dx: directions.dx.map((d, k) => d * Math.abs(point.x[k]!)),
        dp: directions.dp.map((d, k) => d * Math.abs(point.p[system.active[k]!]!)),
      };
      for (const [name, f] of functions) {
        const exact = along(f, point, scaled);
        for (let k = 0; k < f.size; k++) {
          const { value, error } = ridders((h) => evaluated(f, moved(system, point, scaled, h))[k]!, 0, 1e-3);
          const size = 1 + Math.abs(evaluated(f, point)[k]!);
          looked++;
          // A witness that does not settle says nothing: differences over a kink, or of values that cancel.
          if (!(error < 1e-8 * (size + Math.abs(value)))) continue;
          witnessed++;
          assert.ok(
            Math.abs(exact[k]! - value) < 3e-8 * (size + Math.abs(value)),
            `${name}[${k}] along ${only}: ${exact[k]}, differences ${value} ± ${error}`,
          );
        }
      }
    }
    assert.ok(witnessed > 0.9 * looked, `${witnessed} of ${looked} had a witness`);
  });

  test(`${definition.name}: the Jacobian is the tangent of the right-hand side along every state, and nothing outside its places`, () => {
    const draw = random(`${definition.name}/jacobian`);
    const n = system.states.length;
    const { sparsity } = system.jacobian!;
    for (let i = 0; i < 20; i++) {
      const point = pointOf(system, draw);
      const directions = directionsOf(system, n, () => 0);
      for (let j = 0; j < n; j++) directions.dx[j * n + j] = 1;
      const columns = along(system.rhs, point, directions);
      const values = evaluated(system.jacobian!, point);
      const dense = new Float64Array(n * n);
      for (const [k, value] of values.entries()) dense[sparsity.columns[k]! * n + sparsity.rows[k]!] = value;
      for (const [k, value] of dense.entries()) assert.ok(apart(columns[k]!, value) < 1e-15, `${columns[k]} ${value}`);
    }
    for (let k = 1; k < sparsity.rows.length; k++) {
      const order = (at: number): number => sparsity.rows[at]! * n + sparsity.columns[at]!;
      assert.ok(order(k) > order(k - 1), "sorted by row, then column");
    }
  });

  test(`${definition.name}: second derivatives are symmetric`, () => {
    const draw = random(`${definition.name}/hessian`);
    const jacobian = system.jacobian!;
    for (let i = 0; i < 10; i++) {
      const point = pointOf(system, draw);
      // vᵀ(∂J/∂w)… : contract the Hessian of each row with two directions, in both orders.
      const [v, w] = [
        directionsOf(system, 1, (a) => (a === "dx" ? draw.normal() : 0)),
        directionsOf(system, 1, (a) => (a === "dx" ? draw.normal() : 0)),
      ];
      const contracted = (first: Directions, second: Directions): Float64Array => {
        const change = along(jacobian, point, first);
        const rows = new Float64Array(system.states.length);
        for (const [k, value] of change.entries()) rows[jacobian.sparsity.rows[k]!]! += value * second.dx[jacobian.sparsity.columns[k]!]!;
        return rows;
      };
      const [vw, wv] = [contracted(v, w), contracted(w, v)];
      const size = Math.max(1, ...along(jacobian, point, v).map(Math.abs));
      for (const [k, value] of vw.entries()) assert.ok(Math.abs(value - wv[k]!) < 1e-11 * size, `${value} ${wv[k]}`);
    }
  });

  test(`${definition.name}: the adjoint is the tangent seen from the other side`, () => {
    const draw = random(`${definition.name}/adjoint`);
    const [n, r, m] = [system.states.length, system.inputs.length, system.parameters.length];
    const all = compileSystem(definition, equations)({ active: names });
    const adjoint = instantiate(modelKernels({ definition, equations }).adjoint());
    for (let i = 0; i < 10; i++) {
      const point = pointOf(system, draw);
      const weights = Float64Array.from({ length: n }, () => draw.normal());
      const slopes = new Float64Array(n + r + m);
      adjoint(point.t, point.x, point.u, point.p, weights, slopes);
      const directions = directionsOf(all, 1, (array) => (array === "dt" ? 0 : draw.normal()));
      const forward = along(all.rhs, point, directions);
      const moves = [...directions.dx, ...directions.du, ...directions.dp];
      // wᵀ(∂f·d) = (wᵀ∂f)·d
      const left = forward.reduce((sum, value, k) => sum + weights[k]! * value, 0);
      const right = slopes.reduce((sum, value, k) => sum + value * moves[k]!, 0);
      const size = slopes.reduce((sum, value, k) => sum + Math.abs(value * moves[k]!), 1);
      assert.ok(Math.abs(left - right) < 1e-12 * size, `${left} ${right}`);
    }
  });

  test(`${definition.name}: several directions at once give the bits of each alone`, () => {
    const draw = random(`${definition.name}/several`);
    const point = pointOf(system, draw);
    const [n, r, a] = [system.states.length, system.inputs.length, system.active.length];
    const many = directionsOf(system, 5, () => draw.normal());
    for (const [name, f] of functions) {
      const together = along(f, point, many);
      for (let k = 0; k < 5; k++) {
        const one: Directions = {
          count: 1,
          dt: many.dt.slice(k, k + 1),
          dx: many.dx.slice(k * n, (k + 1) * n),
          du: many.du.slice(k * r, (k + 1) * r),
          dp: many.dp.slice(k * a, (k + 1) * a),
        };
        same(along(f, point, one), [...together.slice(k * f.size, (k + 1) * f.size)], `${name} along ${k}`);
      }
    }
  });
}
