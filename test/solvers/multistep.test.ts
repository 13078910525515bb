/** Backward differentiation: its numbers, its orders, its derivatives, and what it is chosen for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type System, signal } from "greybox/core";
import { createSolver, odeSystem, solve } from "greybox/solvers";
import { bdf } from "../../src/solvers/methods/bdf.ts";
import { differenceWeights, interpolantWeights, leadingSum, predictorWeights } from "../../src/solvers/multistep/formula.ts";
import { written } from "./hyperdual.ts";
import { hires, orego, rober, roberAlgebraic, vanDerPol } from "./problems.ts";

const times = Float64Array.of(1, 0.8, 0.5, 0.45, 0.1, -0.3);
const [t, h] = [1, 0.4];

test("predictor, slope and interpolant are exact for polynomials of their degree through points at any distance", () => {
  for (let k = 1; k <= 5; k++) {
    const power = (x: number): number => (x - 0.7) ** k;
    const [value, slope, lagrange] = [new Float64Array(6), new Float64Array(6), new Float64Array(36)];
    predictorWeights(times, k, t, h, value, slope);
    let [x, rate] = [power(times[0]!), 0];
    for (let j = 1; j <= k; j++) {
      x += value[j]! * (power(times[j]!) - power(times[0]!));
      rate += (slope[j]! * (power(times[j]!) - power(times[0]!))) / h;
    }
    assert.ok(Math.abs(x - power(1.4)) < 1e-12, `order ${k}: ${x}`);
    assert.ok(Math.abs(rate - k * 0.7 ** (k - 1)) < 1e-11, `order ${k}: slope ${rate}`);
    interpolantWeights(times, k, t, h, 6, lagrange);
    for (const theta of [0, 0.3, 1]) {
      let sum = 0;
      for (let j = 0; j <= k; j++) {
        let weight = 0;
        for (let m = k; m >= 0; m--) weight = weight * theta + lagrange[j * 6 + m]!;
        sum += weight * power(j < k ? times[j]! : t + h);
      }
      assert.ok(Math.abs(sum - power(t + theta * h)) < 1e-12);
    }
  }
});

test("the scaled difference of x^(q+1) is h^(q+1)·(q + 1)!, of lower powers zero", () => {
  const weights = new Float64Array(7);
  for (let q = 1; q <= 5; q++) {
    differenceWeights(times, q, t, h, weights);
    const applied = (power: number): number => {
      let sum = weights[q + 1]! * (t + h) ** power;
      for (let j = 0; j <= q; j++) sum += weights[j]! * times[j]! ** power;
      return sum;
    };
    let factorial = 1;
    for (let j = 2; j <= q + 1; j++) factorial *= j;
    assert.ok(Math.abs(applied(q + 1) - factorial * h ** (q + 1)) < 1e-10 * factorial);
    for (let power = 0; power <= q; power++) assert.ok(Math.abs(applied(power)) < 1e-9);
  }
});

test("every order is stable at infinity, and on the real axis at all steps", () => {
  // x̂ and x̂′ of equal steps, for x' = λx: x = (h·x̂′ − γ·x̂)/(hλ − γ) on past values; the roots of the recurrence stay inside the unit circle.
  for (let k = 1; k <= 5; k++) {
    const equal = Float64Array.from({ length: 6 }, (_, j) => -j);
    const [value, slope] = [new Float64Array(6), new Float64Array(6)];
    predictorWeights(equal, k, 0, 1, value, slope);
    const gamma = (1 - bdf.kappa[k]!) * leadingSum(k);
    for (const z of [-1e-2, -1, -10, -1e6]) {
      const past = Array.from({ length: k + 1 }, (_, j) => (j === 0 ? 1 : 0.9 ** j));
      let most = 0;
      for (let step = 0; step < 4000; step++) {
        let [x, rate] = [past[0]!, 0];
        for (let j = 1; j <= k; j++) {
          x += value[j]! * (past[j]! - past[0]!);
          rate += slope[j]! * (past[j]! - past[0]!);
        }
        past.unshift((rate - gamma * x) / (z - gamma));
        past.pop();
        if (step > 3900) most = Math.max(most, Math.abs(past[0]!));
      }
      assert.ok(most < (z === -1e-2 ? 1e-10 : 1e-30), `order ${k}, z = ${z}: ${most}`);
    }
  }
});

/** Largest relative error at the end. */
function errorAtEnd(system: System, end: number, atol: number, y: readonly number[], rtol: number): number {
  const { outcome, states } = solve(system, { span: [0, end], samples: Float64Array.of(end) }, { method: "bdf", rtol, atol });
  assert.equal(outcome.kind, "success", `${system.name}: ${outcome.kind}`);
  return Math.max(...y.map((value, i) => Math.abs(states[i]! / value - 1)));
}

test("published end points are met: 6 digits at rtol 1e-9, also with an algebraic state", () => {
  const robertson = [2.083340149701255e-8, 8.333360770334713e-14, 0.999999979166505];
  const oregonator = [1.000814870318523, 1228.178521549917, 132.0554942846706];
  const relaxed = [1.706167732170469, -0.0008928097010248125];
  assert.ok(errorAtEnd(rober(), 1e11, 1e-20, robertson, 1e-9) < 1e-6);
  assert.ok(errorAtEnd(roberAlgebraic(), 1e11, 1e-20, robertson, 1e-9) < 1e-6);
  assert.ok(errorAtEnd(orego(), 360, 1e-12, oregonator, 1e-9) < 1e-6);
  assert.ok(errorAtEnd(vanDerPol(), 2000, 1e-12, relaxed, 1e-9) < 1e-6);
});

test("the error follows the tolerance over six decades", () => {
  const y = [0.0007371312573325668, 0.0001442485726316185, 5.888729740967575e-5, 0.001175651343283149, 0.002386356198831331];
  const errors = [1e-4, 1e-6, 1e-8, 1e-10].map((rtol) => Math.log10(errorAtEnd(hires(), 321.8122, 1e-14, y, rtol)));
  const slope = (errors[0]! - errors.at(-1)!) / 6;
  assert.ok(slope > 0.75 && slope < 1.35, `${slope.toFixed(2)} decades of error for one of tolerance: ${errors}`);
});

/** A network with an algebraic state, an input that steps and an event that doses. */
const dosed = written({
  name: "dosed",
  states: ["a", "b", "c"],
  parameters: { k: 40, l: 0.7, limit: 0.4 },
  inputs: ["u"],
  mass: [1, 1, 0],
  initial: () => [1, 0, 0.1],
  rhs: (t, [a, b, c], [u], [k, l]) => [
    k!.times(a!).times(c!).times(-1).plus(u!).plus(t.times(0.01)),
    k!.times(a!).times(c!).minus(l!.times(b!)),
    c!.times(c!.plus(1)).minus(b!.plus(0.2)).times(1),
  ],
  events: [
    {
      name: "dose",
      when: (_t, [, b], _u, [, , limit]) => b!.minus(limit!),
      direction: 1,
      then: (_t, [a, b, c]) => [a!.plus(0.02), b!.times(0.25), c!],
    },
  ],
});
const problem = {
  span: [0, 3] as const,
  inputs: [signal([0, 1, 2, 3], [0.5, 1.5, 0.2, 0.2])],
  samples: Float64Array.of(0.35, 1, 1.7, 2.4, 3),
};

test("states and derivatives, through events, inputs and algebraic states, are those of rodas5p", () => {
  const directions = { count: 3, dp: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1) };
  const [one, other] = (["bdf", "rodas5p"] as const).map((method) =>
    solve(dosed, { ...problem, directions }, { method, rtol: 1e-10, atol: 1e-12 }),
  );
  assert.equal(one!.outcome.kind, "success");
  assert.ok(one!.events.length > 0);
  assert.equal(one!.events.length, other!.events.length);
  for (const [i, value] of one!.states.entries())
    assert.ok(Math.abs(value - other!.states[i]!) < 2e-8, `state ${i}: ${value} ${other!.states[i]}`);
  const scale = Math.max(...other!.tangents!.map(Math.abs));
  for (const [i, value] of one!.tangents!.entries())
    assert.ok(Math.abs(value - other!.tangents![i]!) < 1e-6 * scale, `tangent ${i}: ${value} ${other!.tangents![i]}`);
});

test("linear invariants of a reaction network hold to rounding, of its derivatives too", () => {
  const exchange = written({
    states: ["a", "b", "c"],
    parameters: { k: 30 },
    autonomous: true,
    initial: () => [1, 0.2, 0.1],
    rhs: (_t, [a, b, c], _u, [k]) => {
      const [there, back] = [k!.times(a!).times(b!.plus(1)), b!.times(c!.plus(0.5))];
      return [back.minus(there), there.minus(back).minus(b!), b!];
    },
  });
  for (const method of ["tsit5", "vern7", "rodas5p", "bdf"] as const) {
    const directions = { count: 1, dp: Float64Array.of(1) };
    const { states, tangents, times: at } = solve(exchange, { span: [0, 10], directions }, { method, rtol: 1e-5 });
    assert.ok(at.length > 10);
    for (let row = 0; row < at.length; row++) {
      const total = (values: Float64Array): number => values[3 * row]! + values[3 * row + 1]! + values[3 * row + 2]!;
      assert.ok(Math.abs(total(states) - 1.3) < 1e-13, `${method}: ${total(states) - 1.3}`);
      assert.ok(Math.abs(total(tangents!)) < 1e-13, `${method}: ${total(tangents!)}`);
    }
  }
});

test("runs do not depend on what was solved before, and own steps meet the interpolant", () => {
  const solver = createSolver(dosed, { method: "bdf", rtol: 1e-7, dense: true });
  const first = solver.solve({ span: problem.span, inputs: problem.inputs });
  solver.solve({ ...problem, span: [0, 3], x0: Float64Array.of(0.1, 0.1, 0.1) });
  assert.deepEqual(solver.solve({ span: problem.span, inputs: problem.inputs }).states, first.states);
  const x = new Float64Array(3);
  for (let row = 1; row < first.times.length; row++) {
    if (first.times[row] === first.times[row - 1] || first.times[row] === first.times[row + 1]) continue;
    first.dense!.state(first.times[row]!, x);
    for (let i = 0; i < 3; i++) assert.ok(Math.abs(x[i]! - first.states[3 * row + i]!) < 1e-12);
  }
});

/** Diffusion with a fast sink on an m × m grid: many places of fill-in. */
function plate(m: number) {
  const n = m * m;
  const states = Array.from({ length: n }, (_, i) => `x${i}`);
  const [rows, columns]: [number[], number[]] = [[], []];
  for (let i = 0; i < n; i++) {
    for (const j of [i - m, i - 1, i, i + 1, i + m]) {
      if (j < 0 || j >= n || (Math.abs(j - i) === 1 && Math.floor(i / m) !== Math.floor(j / m))) continue;
      rows.push(i);
      columns.push(j);
    }
  }
  const sparsity = { rows: Int32Array.from(rows), columns: Int32Array.from(columns) };
  return odeSystem({
    name: "plate",
    states,
    initial: Object.fromEntries(states.map((state, i) => [state, i === 0 ? 1 : 0])),
    sparsity,
    rhs(_t, x, _u, _p, out) {
      for (let i = 0; i < n; i++) out[i] = -x[i]! * x[i]!;
      for (let z = 0; z < rows.length; z++) out[rows[z]!]! += 400 * (x[columns[z]!]! - x[rows[z]!]!);
    },
  }).system();
}

test("a large system with much fill-in goes on by bdf once it is stiff, and the result says why; a band of that size does not", () => {
  const { method, reason, outcome, states, statistics } = solve(plate(20), { span: [0, 1], samples: Float64Array.of(1) });
  assert.equal(outcome.kind, "success");
  assert.equal(method, "bdf");
  assert.match(reason, /^stiff from t = .* found by tsit5; bdf, because a Jacobian and its factors cost \d+ times what a solution does$/);
  // Five places a row: five groups of columns or a few more, not 400.
  assert.ok(statistics.rhs < 60 * (statistics.jacobians + statistics.steps), `${statistics.rhs} evaluations`);
  const named = solve(plate(20), { span: [0, 1], samples: Float64Array.of(1) }, { method: "rodas5p", rtol: 1e-8 });
  for (const [i, value] of states.entries()) assert.ok(Math.abs(value - named.states[i]!) < 1e-6);
  const tube = odeSystem({
    name: "tube",
    states: Array.from({ length: 400 }, (_, i) => `x${i}`),
    initial: Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`x${i}`, i === 0 ? 1 : 0])),
    sparsity: { below: 1, above: 1 },
    rhs(_t, x, _u, _p, out) {
      for (let i = 0; i < 400; i++) out[i] = 4000 * ((x[i - 1] ?? x[i]!) - 2 * x[i]! + (x[i + 1] ?? x[i]!));
    },
    jacobian(_t, _x, _u, _p, out) {
      for (let i = 0, z = 0; i < 400; i++)
        for (const j of [i - 1, i, i + 1]) if (j >= 0 && j < 400) out[z++] = i !== j ? 4000 : i === 0 || i === 399 ? -4000 : -8000;
    },
  }).system();
  assert.equal(solve(tube, { span: [0, 1] }).method, "rodas5p");
});

test("sensitivities without exact derivatives, delays, and odd patterns are refused by name", () => {
  const directions = { count: 1, dp: new Float64Array(0) };
  assert.throws(() => solve(plate(3), { span: [0, 1], directions }, { method: "bdf" }), { code: "solver/not-differentiable" });
  const pattern = (rows: number[], columns: number[]) => () =>
    odeSystem({
      name: "x",
      states: ["x", "y"],
      initial: { x: 1, y: 1 },
      rhs: () => undefined,
      sparsity: { rows: Int32Array.from(rows), columns: Int32Array.from(columns) },
    }).system();
  assert.throws(pattern([0, 0], [1, 0]), { code: "solver/sparsity" });
  assert.throws(pattern([0, 2], [1, 0]), { code: "solver/sparsity" });
  assert.throws(pattern([0], [1, 0]), { code: "solver/shape" });
});
