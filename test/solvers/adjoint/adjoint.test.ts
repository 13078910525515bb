/** The way back agrees with the way forward: the same derivative of the same steps, summed in another order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reachedEnd, type Signal, type System } from "greybox/core";
import { createAdjointSolver, solve } from "greybox/solvers";
import { hybridSystems } from "../hybrid/systems.ts";
import { hires, orego, pollution, rober, roberAlgebraic, vanDerPol } from "../problems.ts";
import { pulled } from "./pulled.ts";

interface Case {
  readonly name: string;
  readonly system: System;
  readonly span: readonly [number, number];
  readonly samples: readonly number[];
  readonly inputs?: readonly Signal[];
}

const published: readonly Case[] = [rober(), roberAlgebraic(), hires(), orego(), vanDerPol(5), pollution()].map((system) => ({
  name: system.name,
  system,
  span: [0, 20] as const,
  samples: [0, 0.3, 1, 5, 20],
}));

/** Derivatives of Σ weights·states by parameters, then initial values, from forward directions over the same steps. */
function forward({ system, span, samples, inputs = [] }: Case, weights: Float64Array, options: object): Float64Array {
  const [a, n] = [system.active.length, system.states.length];
  const count = a + n;
  const [dp, dx0] = [new Float64Array(count * a), new Float64Array(count * n)];
  for (let k = 0; k < a; k++) dp[k * a + k] = 1;
  for (let i = 0; i < n; i++) dx0[(a + i) * n + i] = 1;
  const problem = { span, samples: Float64Array.from(samples), inputs, directions: { count, dp, dx0 } };
  const { tangents, outcome } = solve(system, problem, { ...options, derivativeSlack: Infinity });
  assert.ok(reachedEnd(outcome), outcome.kind);
  return Float64Array.from({ length: count }, (_, k) => {
    let sum = 0;
    for (let row = 0; row < samples.length; row++)
      for (let i = 0; i < n; i++) sum += weights[row * n + i]! * tangents![(row * count + k) * n + i]!;
    return sum;
  });
}

for (const each of [...published, ...hybridSystems]) {
  const { system, span, samples, inputs = [] } = each;
  const n = system.states.length;
  const weights = Float64Array.from({ length: samples.length * n }, (_, i) => Math.sin(1 + i) / system.nominal[i % n]!);
  const methods =
    system.mass || each.name === "pollution"
      ? (["rodas5p"] as const)
      : each.name === "rober" || each.name === "hires"
        ? (["auto", "rodas5p"] as const)
        : (["tsit5", "rodas5p"] as const);
  for (const method of methods) {
    // Rounding grows where an explicit method walks along the edge of its stability.
    const limit = each.name.includes("stiff") && method === "tsit5" ? 1e-7 : 1e-11;
    test(`${each.name}, ${method}: the gradient from the way back is that of forward directions`, () => {
      const options = { method, rtol: 1e-6 };
      const expected = forward(each, weights, options);
      const run = createAdjointSolver(system.rhs.pullback ? system : pulled(system), options).solve({
        span,
        samples: Float64Array.from(samples),
        inputs,
      });
      const { p, x0 } = run.gradient({ states: weights })!;
      const found = [...p, ...x0];
      const size = (k: number): number => Math.abs(k < p.length ? system.p[system.active[k]!]! : system.nominal[k - p.length]!) || 1;
      const most = Math.max(...found.map((value, k) => Math.abs(value * size(k))));
      for (const [k, value] of found.entries()) {
        const error = (Math.abs(value - expected[k]!) * size(k)) / most;
        assert.ok(error < limit, `direction ${k}: ${value}, forward ${expected[k]}, ${error}`);
      }
    });
  }
}
