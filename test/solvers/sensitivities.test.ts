/** Derivatives by parameters and initial values, through events, algebraic equations and inputs, against independent differences. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Problem, type SolveOptions, solve } from "greybox/solvers";
import { type HybridCase, hybridCases } from "./hybrid-systems.ts";
import { written } from "./hyperdual.ts";
import { hires, pollution, rober } from "./problems.ts";

const tight = { rtol: 1e-11 } as const;

/** Derivatives by every parameter and every differential initial value, from Richardson-extrapolated central differences. */
function differences(problem: Problem, each: HybridCase, options: SolveOptions): Float64Array[] {
  const { system } = each;
  const start = solve(system, { ...problem, samples: Float64Array.of(problem.span[0]) }, options).states;
  const run = (p: Float64Array, x0: Float64Array | undefined, x0Given: Uint8Array | undefined) =>
    solve(system, { ...problem, p, x0, x0Given }, options).states;
  const richardson = (at: (step: number) => Float64Array, h: number): Float64Array => {
    const central = (step: number): Float64Array => {
      const [up, down] = [at(step), at(-step)];
      return up.map((value, i) => (value - down[i]!) / (2 * step));
    };
    const [coarse, fine] = [central(h), central(h / 2)];
    return fine.map((value, i) => value + (value - coarse[i]!) / 3);
  };
  const byParameter = Array.from(system.p, (value, j) => {
    const at = (step: number) =>
      run(
        system.p.map((v, i) => (i === j ? v + step : v)),
        undefined,
        undefined,
      );
    return richardson(at, (each.step ?? 5e-4) * Math.abs(value));
  });
  const byInitial = Array.from(start).map((value, j) => {
    const given = Uint8Array.from(start, (_, i) => (i === j ? 1 : 0));
    return richardson(
      (step) =>
        run(
          system.p,
          start.map((v, i) => (i === j ? v + step : v)),
          given,
        ),
      (each.step ?? 5e-4) * Math.abs(value) || 1e-3 * system.nominal[j]!,
    );
  });
  return [...byParameter, ...byInitial.filter((_, j) => system.mass?.[j] !== 0)];
}

function directionsOf({ system }: HybridCase) {
  const [a, n] = [system.active.length, system.states.length];
  const differential = system.states.map((_, i) => i).filter((i) => system.mass?.[i] !== 0);
  const count = a + differential.length;
  const [dp, dx0] = [new Float64Array(count * a), new Float64Array(count * n)];
  for (let k = 0; k < a; k++) dp[k * a + k] = 1;
  for (const [k, i] of differential.entries()) dx0[(a + k) * n + i] = 1;
  return { count, dp, dx0 };
}

for (const each of hybridCases) {
  const { system } = each;
  const methods = system.mass ? (["rodas5p"] as const) : (["tsit5", "rodas5p"] as const);
  const problem = { span: each.span, samples: Float64Array.from(each.samples), inputs: each.inputs ?? [] };

  test(`${each.name}: derivatives by all parameters and initial values agree with differences to 1e-7`, () => {
    const n = system.states.length;
    const directions = directionsOf(each);
    const expected = differences(problem, each, { ...tight, method: methods[0] });
    for (const method of methods) {
      const { outcome, states, tangents, events } = solve(system, { ...problem, directions }, { ...tight, method });
      assert.equal(outcome.kind, "success");
      const most = (i: number) => Math.max(...each.samples.map((_, row) => Math.abs(states[row * n + i]!)));
      if (each.events)
        assert.deepEqual(
          events.map(({ event }) => system.events!.names[event]),
          each.events,
        );
      for (let k = 0; k < directions.count; k++) {
        for (let i = 0; i < n; i++) {
          const exact = each.samples.map((_, row) => tangents![(row * directions.count + k) * n + i]!);
          const difference = each.samples.map((_, row) => expected[k]![row * n + i]!);
          const scale = Math.max(...exact.map(Math.abs), ...difference.map(Math.abs), (0.1 * most(i)) / Math.abs(system.p[k] ?? 1));
          for (const [row, value] of exact.entries()) {
            const error = Math.abs(value - difference[row]!) / scale;
            assert.ok(
              error < 1e-7,
              `${method}, ${system.states[i]}, direction ${k}, t = ${each.samples[row]}: ${value}, not ${difference[row]}`,
            );
          }
        }
      }
    }
  });
}

test("the derivative by the drop height of a bouncing ball is the textbook's", () => {
  const ball = hybridCases[0]!.system;
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
