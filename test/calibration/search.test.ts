/** The trust-region search on functions with known answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { boundedStep } from "../../src/calibration/search/bounded-step.ts";
import type { LeastSquares } from "../../src/calibration/search/problem.ts";
import {
  type SearchOptions,
  type SearchResult,
  search,
  searchDefaults,
  type TrustRegionResult,
} from "../../src/calibration/search/trust-region.ts";
import { svd } from "../../src/core/linear-algebra/svd.ts";
import { regression } from "./regression.ts";

function find(problem: LeastSquares, start: readonly number[], options: Partial<SearchOptions> = {}): SearchResult {
  const steps = search(problem, Float64Array.from(start), { ...searchDefaults, ...options });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const near = (actual: number, expected: number, relative: number): void =>
  assert.ok(Math.abs(actual - expected) <= relative * Math.max(1e-300, Math.abs(expected)), `${actual} is not ${expected} ± ${relative}`);

const rosenbrock = (x: Float64Array) => ({
  r: [10 * (x[1]! - x[0]! ** 2), 1 - x[0]!],
  rows: [
    [-20 * x[0]!, 10],
    [-1, 0],
  ],
});

test("a linear problem is solved in two steps at most", () => {
  const rows = [
    [1, 0],
    [1, 1],
    [1, 2],
    [1, 3],
  ];
  const y = [1, 2.9, 5.1, 7];
  const line = regression(2, (x) => ({ rows, r: rows.map(([a, b], i) => a! * x[0]! + b! * x[1]! - y[i]!) }));
  const { x, iterations, termination } = find(line, [0, 0], { firstStep: 100 });
  near(x[0]!, 0.97, 1e-14);
  near(x[1]!, 2.02, 1e-14);
  assert.ok(iterations <= 2 && termination.ok, `${iterations} ${termination.kind}`);
});

test("the curved valley of Rosenbrock is followed to its end", () => {
  const problem = regression(2, rosenbrock);
  const { x, termination } = find(problem, [-1.2, 1]);
  near(x[0]!, 1, 1e-10);
  near(x[1]!, 1, 1e-10);
  assert.ok(termination.ok && problem.evaluations < 40, `${problem.evaluations} evaluations`);
});

test("a search that is paused at every step and goes on elsewhere takes the same way, to the last bit", () => {
  const problem = () => regression(2, rosenbrock, { upper: [0.9, Infinity] });
  const whole = find(problem(), [-1.2, 1]);
  let part: TrustRegionResult = { ...whole, resume: undefined, x: Float64Array.of(-1.2, 1) };
  for (let pauses = 0; pauses < 100; pauses++) {
    // Only what a message between machines keeps.
    const { x, resume } = structuredClone(part);
    const steps = search(problem(), x, searchDefaults, resume);
    steps.next();
    const { done, value } = steps.next();
    part = value;
    if (done) break;
  }
  const { evaluations, ...found } = part;
  assert.deepEqual(found, { x: whole.x, merit: whole.merit, iterations: whole.iterations, termination: whole.termination });
  assert.ok(whole.iterations > 10 && evaluations > whole.evaluations, "each time it goes on costs an evaluation");
});

test("a bound that is active at the solution is reached exactly and the others are optimal there", () => {
  const problem = regression(2, rosenbrock, { upper: [0.5, Infinity] });
  const { x, termination } = find(problem, [-1.2, 1]);
  assert.equal(x[0], 0.5);
  near(x[1]!, 0.25, 1e-10);
  assert.ok(termination.ok);
});

test("a start outside the bounds is moved inside; every evaluated point keeps them", () => {
  const visited: number[] = [];
  const watched = (x: Float64Array) => {
    visited.push(x[0]!);
    return rosenbrock(x);
  };
  find(regression(2, watched, { lower: [-0.5, -10], upper: [2, 10] }), [-5, 5]);
  assert.ok(visited.slice(1).every((value) => value >= -0.5 && value <= 2));
});

test("points that cannot be evaluated shrink the step and never count as good", () => {
  const logarithm = regression(1, (x) => ({ r: [Math.log(x[0]!) - 2], rows: [[1 / x[0]!]] }));
  const { x, termination } = find(logarithm, [60], { firstStep: 100 });
  near(x[0]!, Math.exp(2), 1e-10);
  assert.ok(termination.ok);
  const nowhere = regression(1, () => ({ r: [Number.NaN], rows: [[1]] }));
  assert.deepEqual(find(nowhere, [1]).termination, { kind: "solve-failed", ok: false });
});

test("without information along a direction the search does not drift along it", () => {
  const t = [0.5, 1, 2, 4];
  const product = regression(2, (x) => ({
    r: t.map((ti) => x[0]! * x[1]! * ti - 6 * ti),
    rows: t.map((ti) => [x[1]! * ti, x[0]! * ti]),
  }));
  const { x, termination } = find(product, [1, 1]);
  near(x[0]! * x[1]!, 6, 1e-10);
  near(x[0]!, x[1]!, 1e-8);
  assert.ok(termination.ok);
});

test("an unknown noise level does not change the least-squares estimate of a single group", () => {
  const t = [0, 0.5, 1, 2, 3, 5];
  const y = [2.05, 1.6, 1.21, 0.75, 0.44, 0.18];
  const decay = (sigma: number | undefined) =>
    regression(
      2,
      (x) => ({
        r: t.map((ti, i) => x[0]! * Math.exp(-x[1]! * ti) - y[i]!),
        rows: t.map((ti) => [Math.exp(-x[1]! * ti), -ti * x[0]! * Math.exp(-x[1]! * ti)]),
      }),
      { sigma },
    );
  const known = find(decay(0.05), [1, 1]).x;
  const unknown = find(decay(undefined), [1, 1]).x;
  near(unknown[0]!, known[0]!, 1e-9);
  near(unknown[1]!, known[1]!, 1e-9);
});

/** Numbers up to 10 with three decimals: no denormals, whose products vanish. */
const moderate = (min: number) => fc.integer({ min: min * 1000, max: 10_000 }).map((thousandths) => thousandths / 1000);

const matrix = fc.integer({ min: 1, max: 6 }).chain((q) =>
  fc.record({
    q: fc.constant(q),
    entries: fc.array(moderate(-10), { minLength: (q + 1) ** 2, maxLength: (q + 1) ** 2 }),
    room: fc.array(fc.tuple(moderate(0), moderate(0)), {
      minLength: q,
      maxLength: q,
    }),
    radius: fc.double({ min: 1e-3, max: 10, noNaN: true }),
  }),
);

test("a bounded step keeps radius and bounds and never promises a rise", () => {
  fc.assert(
    fc.property(matrix, ({ q, entries, room, radius }) => {
      const triangle = Float64Array.from(entries, (value, i) => (i % (q + 1) >= Math.floor(i / (q + 1)) ? value : 0));
      const low = Float64Array.from(room, ([a]) => -a);
      const high = Float64Array.from(room, ([, b]) => b);
      const scale = new Float64Array(q).fill(1);
      const { p, predicted, length } = boundedStep({ size: q, triangle, scale, radius, low, high });
      assert.ok(p.every((value, j) => value >= low[j]! && value <= high[j]!));
      assert.ok(length <= 1.5 * radius && predicted >= -1e-9, `${length} > ${radius} or ${predicted}`);
    }),
    { numRuns: 300 },
  );
});

test("singular values and vectors rebuild the matrix, also when its columns depend on one another", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 4 }),
      fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 45, maxLength: 45 }),
      (n, extra, entries) => {
        const m = n + extra;
        const a = Float64Array.from(entries.slice(0, m * n));
        const { values, left, right } = svd(a, m, n);
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let k = 0; k < n; k++) sum += left[i * n + k]! * values[k]! * right[j * n + k]!;
            assert.ok(Math.abs(sum - a[i * n + j]!) < 1e-12);
          }
        }
        for (let k = 1; k < n; k++) assert.ok(values[k]! <= values[k - 1]!);
      },
    ),
    { numRuns: 300 },
  );
});
