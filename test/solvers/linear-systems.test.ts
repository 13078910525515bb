/** Random linear systems with held inputs: all methods agree with each other, algebraic form with the form that has been solved by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { random, signal } from "greybox/core";
import { solve } from "greybox/solvers";
import { type Hyper, type Vector, type Written, written } from "./hyperdual.ts";

interface Drawn {
  /** dx/dt = A·x + B·y + c·u, 0 = C·x + D·y + e·u, D diagonal and far from 0. */
  readonly A: number[][];
  readonly B: number[][];
  readonly C: number[][];
  readonly D: number[];
  readonly c: number[];
  readonly e: number[];
}

function draw(seed: number, n: number, m: number, stiffness: number): Drawn {
  const r = random(seed);
  const matrix = (rows: number, columns: number): number[][] =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0.6 * r.normal()));
  const A = matrix(n, n);
  for (let i = 0; i < n; i++) A[i]![i]! -= 1 + (i === 0 ? stiffness : 0);
  return {
    A,
    B: matrix(n, m),
    C: matrix(m, n),
    D: Array.from({ length: m }, () => (r.uniform() < 0.5 ? -1 : 1) * (2 + r.uniform())),
    c: Array.from({ length: n }, () => r.normal()),
    e: Array.from({ length: m }, () => r.normal()),
  };
}

const dot = (row: readonly number[], x: Vector): Hyper => row.reduce((sum, value, j) => sum.plus(x[j]!.times(value)), x[0]!.times(0));

/** k scales every rate: a parameter whose derivative is known from time itself. */
function systems({ A, B, C, D, c, e }: Drawn) {
  const [n, m] = [A.length, D.length];
  const y = (x: Vector, u: Hyper): Hyper[] => D.map((d, i) => dot(C[i]!, x).plus(u.times(e[i]!)).over(-d));
  const rates = (x: Vector, y: Vector, u: Hyper, k: Hyper): Hyper[] =>
    A.map((row, i) =>
      k.times(
        dot(row, x)
          .plus(m > 0 ? dot(B[i]!, y) : 0)
          .plus(u.times(c[i]!)),
      ),
    );
  const names = (letter: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${letter}${i}`);
  const shared = { parameters: { k: 1 }, inputs: ["u"], autonomous: true } satisfies Partial<Written>;
  const reduced = written({
    ...shared,
    states: names("x", n),
    initial: () => A.map(() => 1),
    rhs: (_t, x, [u], [k]) => rates(x, y(x, u!), u!, k!),
  });
  const algebraic = written({
    ...shared,
    states: [...names("x", n), ...names("y", m)],
    mass: [...A.map(() => 1), ...D.map(() => 0)],
    initial: () => [...A.map(() => 1), ...D.map(() => 0)],
    rhs: (_t, z, [u], [k]) => {
      const [x, algebraicStates] = [z.slice(0, n), z.slice(n)];
      const residuals = D.map((d, i) => dot(C[i]!, x).plus(algebraicStates[i]!.times(d)).plus(u!.times(e[i]!)));
      return [...rates(x, algebraicStates, u!, k!), ...residuals];
    },
  });
  return { reduced, algebraic };
}

test("two methods and two forms of the same system have the same states and derivatives", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(0, 5, 60),
      (seed, n, m, stiffness) => {
        const { reduced, algebraic } = systems(draw(seed, n, m, stiffness));
        const problem = {
          span: [0, 2] as const,
          inputs: [signal([0, 0.5, 1.25, 2], [1, -1, 2, 2])],
          samples: Float64Array.of(0.5, 0.7, 1.25, 2),
          directions: { count: 1, dp: Float64Array.of(1) },
        };
        const options = { rtol: 1e-9, atol: 1e-9 };
        const explicit = solve(reduced, problem, { ...options, method: "tsit5" });
        const stiff = solve(reduced, problem, { ...options, method: "rodas5p" });
        const constrained = solve(algebraic, problem, { ...options, method: "rodas5p" });
        const scale = Math.max(1, ...explicit.states.map(Math.abs), ...explicit.tangents!.map(Math.abs));
        for (let row = 0; row < 4; row++) {
          for (let i = 0; i < n; i++) {
            for (const [values, width] of [
              [stiff, n],
              [constrained, n + m],
            ] as const) {
              assert.ok(Math.abs(values.states[row * width + i]! - explicit.states[row * n + i]!) < 1e-6 * scale);
              assert.ok(Math.abs(values.tangents![row * width + i]! - explicit.tangents![row * n + i]!) < 1e-6 * scale);
            }
          }
        }
      },
    ),
    { seed: 20260822, numRuns: 40 },
  );
});
