/** What keeps a validation honest: folds that do not leak, intervals that cover, knowledge that is not from the future. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isGreyboxError, random } from "../../src/core/index.ts";
import { lastKnown } from "../../src/fusion/features/last-known.ts";
import { halfWidth } from "../../src/fusion/validation/conformal.ts";
import { blockedFolds, correlationTime, type RowTimes } from "../../src/fusion/validation/folds.ts";
import { measured } from "./synthetic.ts";

const windows = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(100), fc.boolean()), { minLength: 1, maxLength: 5 })
  .map((list): RowTimes => {
    const rows = list.flatMap(([count], w) => Array.from({ length: count }, (_, i) => ({ w, t: i * (1 + (w % 3)) })));
    return {
      window: Int32Array.from(rows, ({ w }) => w),
      time: Float64Array.from(rows, ({ t }) => t),
      starts: list.map(([, at, calendar], w) => (calendar ? { clock: "calendar", at } : { clock: `window ${w}`, at: 0 })),
    };
  })
  .filter(({ time }) => time.length >= 10);

test("every row is held out once, and no row is learned from within the embargo of a held-out stretch, also across windows", () => {
  fc.assert(
    fc.property(windows, fc.integer({ min: 2, max: 6 }), fc.nat(30), (rows, count, embargo) => {
      const folds = blockedFolds(rows, count, embargo);
      assert.deepEqual(
        folds.flatMap(({ held }) => [...held]),
        [...rows.time.keys()],
      );
      for (const { held, learned } of folds) {
        for (const out of held) {
          const [a, at] = [rows.starts[rows.window[out]!]!, rows.time[out]!];
          for (const row of learned) {
            const b = rows.starts[rows.window[row]!]!;
            if (a.clock !== b.clock) continue;
            assert.ok(Math.abs(a.at + at - b.at - rows.time[row]!) > embargo, `row ${row} is too near to row ${out}`);
          }
        }
      }
    }),
    { seed: 20, numRuns: 200 },
  );
});

test("the embargo leaves out no more than it must", () => {
  const rows = {
    window: new Int32Array(100),
    time: Float64Array.from({ length: 100 }, (_, i) => i),
    starts: [{ clock: "window 0", at: 0 }],
  };
  const folds = blockedFolds(rows, 4, 5);
  assert.deepEqual(
    folds.map(({ learned }) => learned.length),
    [70, 65, 65, 70],
  );
});

test("fewer than two folds and a negative embargo are refused", () => {
  const rows = { window: new Int32Array(9), time: new Float64Array(9), starts: [{ clock: "w", at: 0 }] };
  assert.throws(
    () => blockedFolds(rows, 1, 0),
    (error) => isGreyboxError(error, "fusion/option"),
  );
  assert.throws(
    () => blockedFolds(rows, 2, -1),
    (error) => isGreyboxError(error, "fusion/option"),
  );
});

test("a residual that forgets with time constant τ is found to remember for τ, white noise for one spacing", () => {
  const source = random(3);
  const count = 20000;
  const rows = { window: new Int32Array(count), time: Float64Array.from({ length: count }, (_, i) => i / 10) };
  let x = 0;
  const slow = rows.time.map(() => {
    x = x * Math.exp(-0.1 / 5) + source.normal();
    return x;
  });
  const remembered = correlationTime(rows, slow);
  assert.ok(Math.abs(remembered - 5) < 1, `remembers ${remembered}`);
  assert.ok(
    Math.abs(
      correlationTime(
        rows,
        rows.time.map(() => source.normal()),
      ) - 0.1,
    ) < 1e-9,
  );
  assert.equal(correlationTime(rows, new Float64Array(count).fill(3)), 0);
});

test("the half width is the score of rank ⌈(n + 1)·level⌉", () => {
  const scores = Float64Array.from({ length: 19 }, (_, i) => 19 - i);
  assert.equal(halfWidth(scores, 0.9), 18);
  assert.equal(halfWidth(scores, 0.95), 19);
  assert.equal(halfWidth(scores, 0.99), 19);
});

test("the next point is covered as often as promised, for any distribution of errors", () => {
  // For n scores without ties the exact probability is ⌈(n + 1)·level⌉/(n + 1): 18/20 = 0.9.
  const source = random(17);
  let covered = 0;
  for (let run = 0; run < 20000; run++) {
    const scores = Float64Array.from({ length: 20 }, () => Math.exp(2 * source.normal()));
    if (scores[19]! <= halfWidth(scores.subarray(0, 19), 0.9)) covered++;
  }
  // Standard error √(0.09/20000) = 0.0021.
  assert.ok(Math.abs(covered / 20000 - 0.9) < 0.008, `covered ${covered / 20000}`);
});

test("a laboratory value is known when it is reported, and a late report of an early sample replaces nothing newer", () => {
  const lab = measured(Float64Array.of(0, 10, 20), Float64Array.of(1, 2, 3), 0.1, Float64Array.of(5, 40, 25));
  const known = lastKnown(lab);
  assert.deepEqual(
    [4.9, 5, 24, 25, 39, 41].map((t) => known(t)?.value),
    [undefined, 1, 1, 3, 3, 3],
  );
});

test("points of weight 0 and of Bad status are never known; asked for before t, a point does not answer for itself", () => {
  const some = measured(Float64Array.of(0, 1, 2, 3), Float64Array.of(1, 2, 3, 4), 0.1);
  some.weight[1] = 0;
  some.status[2] = 0x808c0000;
  assert.equal(lastKnown(some)(2.5)?.value, 1);
  assert.equal(lastKnown(some, "before")(3)?.value, 1);
  assert.equal(lastKnown(some)(3)?.value, 4);
});
