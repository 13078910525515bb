/** Transposed derivatives of models: the same products as directional ones, whichever side the weights come from. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Differentiable, type Directions, type Gradient, random, type System } from "../../../src/core/index.ts";
import { compileSystem } from "../../../src/models/compile/index.ts";
import { equationsOf, models } from "../fixtures.ts";

const functionsOf = (system: System): [string, Differentiable][] => [
  ["rhs", system.rhs],
  ["jacobian", system.jacobian!],
  ["initial", system.initial],
  ["observe", system.observe],
  ...(system.events ? [["when", system.events.when] as [string, Differentiable]] : []),
  ...(system.events?.then.map((then, i): [string, Differentiable] => [`then ${i}`, then]) ?? []),
  ...(system.switches ? [["switches", system.switches.when] as [string, Differentiable]] : []),
];

for (const definition of models) {
  test(`${definition.name}: weights times a derivative along a direction are a transposed derivative times that direction`, () => {
    const names = Object.keys(definition.parameters);
    for (const active of [names, names.filter((_, i) => i % 2 === 1).reverse(), []]) {
      const system = compileSystem(definition, equationsOf(definition))({ active });
      const draw = random(`pullback ${definition.name} ${active.length}`);
      const [n, r, a] = [system.states.length, system.inputs.length, active.length];
      const vector = (length: number): Float64Array => Float64Array.from({ length }, () => 2 * draw.uniform() - 1);
      const x = system.nominal.map((size) => size * (0.5 + draw.uniform()));
      const u = Float64Array.from({ length: r }, () => 1 + draw.uniform());
      for (const [name, f] of functionsOf(system)) {
        const along: Directions = { count: 1, dt: new Float64Array(1), dx: vector(n), du: vector(r), dp: vector(a) };
        const weights = vector(f.size);
        const slope = new Float64Array(f.size);
        f.tangent(0.7, x, u, system.p, along, slope);
        const into: Gradient = { x: new Float64Array(n), u: new Float64Array(r), p: new Float64Array(a) };
        f.pullback!(0.7, x, u, system.p, weights, into);
        const once = [...into.x, ...into.u, ...into.p];
        f.pullback!(0.7, x, u, system.p, weights, into);
        assert.deepEqual(
          [...into.x, ...into.u, ...into.p],
          once.map((value) => 2 * value),
          `${name} adds`,
        );
        const direction = [...along.dx, ...along.du, ...along.dp];
        const left = weights.reduce((sum, weight, i) => sum + weight * slope[i]!, 0);
        const right = once.reduce((sum, value, i) => sum + value * direction[i]!, 0);
        const size =
          once.reduce((sum, value, i) => sum + Math.abs(value * direction[i]!), 0) +
          weights.reduce((sum, w, i) => sum + Math.abs(w * slope[i]!), 0);
        assert.ok(Math.abs(left - right) <= 2e-14 * size, `${name}: ${left}, ${right}`);
      }
    }
  });
}
