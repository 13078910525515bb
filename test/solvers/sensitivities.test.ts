/** Derivatives of steps: closed forms, stiff kinetics, step control. Those through events are compared in `hybrid/`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { solve } from "greybox/solvers";
import { writtenCases } from "./hybrid/written-cases.ts";
import { written } from "./hyperdual.ts";
import { hires, pollution, rober } from "./problems.ts";

const tight = { rtol: 1e-11 } as const;

test("the derivative by the drop height of a bouncing ball is the textbook's", () => {
  const ball = writtenCases[0]!.system;
  const { tangents, states } = solve(
    ball,
    { span: [0, 0.7], samples: Float64Array.of(0.7), directions: { count: 1, dp: Float64Array.of(0, 0, 1) } },
    tight,
  );
  const [g, e, h0, t] = [9.81, 0.8, 1, 0.7];
  const tau = Math.sqrt((2 * h0) / g);
  const [dTau, v] = [1 / (g * tau), g * tau];
  const h = e * v * (t - tau) - (g * (t - tau) ** 2) / 2;
  const dh = e * g * dTau * (t - tau) - e * v * dTau + g * (t - tau) * dTau;
  assert.ok(Math.abs(states[0]! - h) < 1e-9 && Math.abs(tangents![0]! - dh) < 1e-9, `${tangents![0]} for ${dh}`);
});

test("stiff kinetics: derivatives are as accurate as the states at the same tolerance", () => {
  for (const [system, end, active] of [
    [rober(), 100, 3],
    [hires(), 50, 6],
    [pollution(), 1, 2],
  ] as const) {
    const a = system.active.length;
    const dp = Float64Array.from({ length: active * a }, (_, i) => (i % a === Math.floor(i / a) ? 1 : 0));
    const run = (rtol: number) =>
      solve(
        system,
        { span: [0, end], samples: Float64Array.of(end / 10, end), directions: { count: active, dp } },
        { rtol, method: "rodas5p" },
      );
    const [usual, fine] = [run(1e-6), run(1e-9)];
    const n = system.states.length;
    for (let k = 0; k < active; k++) {
      for (let i = 0; i < n; i++) {
        const values = (tangents: Float64Array) => [tangents[k * n + i]!, tangents[(active + k) * n + i]!];
        const [one, other] = [values(usual.tangents!), values(fine.tangents!)];
        const scale = Math.max(...other.map(Math.abs), (1e-3 * system.nominal[i]!) / system.p[k]!);
        for (const [row, value] of one.entries()) {
          assert.ok(
            Math.abs(value - other[row]!) / scale < 2e-4,
            `${system.name}: ∂${system.states[i]}/∂p${k}: ${value} for ${other[row]}`,
          );
        }
      }
    }
  }
});

test("derivatives are near the tolerance also where the states are at rest and would allow any step", () => {
  // x stays at 1; its derivative by k swings.
  const easy = written({
    states: ["x", "v"],
    parameters: { k: 1 },
    initial: (_t, _x, _u, [k]) => [k!, 0],
    rhs: (_t, [x, v], _u, [k]) => [v!, x!.minus(1).times(-400).minus(k!.minus(1).times(7))],
  });
  // ∂x/∂k = −7/400 + (1 + 7/400)·cos 20t
  const exact = (t: number): number => -7 / 400 + (1 + 7 / 400) * Math.cos(20 * t);
  for (const method of ["tsit5", "rodas5p"] as const) {
    const error = (derivativeSlack?: number): number => {
      const samples = Float64Array.of(0.7, 1.3, 2);
      const problem = { span: [0, 2] as const, samples, directions: { count: 1, dp: Float64Array.of(1) } };
      const { tangents } = solve(easy, problem, { method, rtol: 1e-6, derivativeSlack });
      return Math.max(...Array.from(samples, (t, row) => Math.abs(tangents![2 * row]! - exact(t))));
    };
    assert.ok(error() < 6e-4, `${method}: ${error()}`);
    assert.ok(error(1) < 2e-5, `${method}, controlled like the states: ${error(1)}`);
    assert.ok(error(Infinity) > 0.1, `${method}, states only: ${error(Infinity)}`);
  }
});

test("a direction in which nothing changes has zero derivatives and disturbs nothing", () => {
  const plain = written({ states: ["x"], parameters: { k: 1 }, initial: () => [1], rhs: (_t, [x], _u, [k]) => [k!.times(x!).times(-1)] });
  for (const method of ["tsit5", "rodas5p"] as const) {
    const { outcome, tangents } = solve(
      plain,
      { span: [0, 1], samples: Float64Array.of(1), directions: { count: 2, dp: Float64Array.of(0, 1), dx0: Float64Array.of(0, 0) } },
      { method },
    );
    assert.equal(outcome.kind, "success");
    assert.equal(tangents![0], 0);
    assert.ok(Math.abs(tangents![1]! + Math.exp(-1)) < 1e-5);
  }
});
