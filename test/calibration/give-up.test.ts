/** Starts that cannot win are given up, by a rule that sees neither clocks nor workers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { estimate, reactor, window } from "../../bench/problems/cstr.ts";
import { calibrate, fitToState } from "../../src/calibration/index.ts";
import { agreed, firstComparison, hopeless } from "../../src/calibration/starts/give-up.ts";
import { threads } from "../../src/compute/index.ts";
import { toPlain } from "../../src/core/index.ts";

const question = { model: reactor, windows: [window], estimate, starts: 6, seed: 3 };

test("starts far behind are given up at the first comparison; the answer is the same", async () => {
  const whole = await calibrate({ ...question, giveUp: false });
  const fit = await calibrate(question);
  // Which of the starts at the minimum is best is decided by rounding.
  assert.ok(Math.abs(fit.cost - whole.cost) < 1e-9 * whole.cost);
  for (const name of estimate) {
    const { value, standardError } = whole.parameters[name];
    assert.ok(Math.abs(fit.parameters[name].value - value) < 1e-6 * (standardError ?? 0), name);
  }
  const given = fit.starts.filter(({ termination }) => termination.kind === "given-up");
  assert.ok(given.length > 0 && given.every(({ termination, iterations }) => !termination.ok && iterations === firstComparison));
  assert.ok(given.every(({ cost }) => cost !== undefined && cost > 1e5));
  assert.ok(fit.termination.ok && whole.starts.every(({ termination }) => termination.kind !== "given-up"));
  const total = (starts: typeof fit.starts): number => starts.reduce((sum, { evaluations }) => sum + evaluations, 0);
  assert.ok(total(fit.starts) < 0.6 * total(whole.starts), `${total(fit.starts)} of ${total(whole.starts)} evaluations`);
  for (const { start, parameters, iterations, termination } of fit.starts) {
    if (termination.kind === "given-up") continue;
    const same = whole.starts.find((other) => other.start === start);
    assert.deepEqual([parameters, iterations], [same?.parameters, same?.iterations], "who goes on after a comparison goes the same way");
  }
});

test("which starts are given up does not depend on the number of workers", async () => {
  await using two = threads({ workers: 2 });
  const bits = async (compute?: typeof two) => JSON.stringify(toPlain({ ...fitToState(await calibrate({ ...question, compute })) }));
  assert.equal(await bits(two), await bits());
});

test("a start goes on while it is near the best, or comes a tenth of the way nearer", () => {
  const given = [{ sigma: 1, count: 100, floor: 0 }];
  assert.equal(hopeless({ merit: 1000, before: 1080 }, 0, given), true);
  assert.equal(hopeless({ merit: 1000, before: 1120 }, 0, given), false);
  assert.equal(hopeless({ merit: 5, before: 5 }, 5, given), false);
  assert.equal(hopeless({ merit: 5.05, before: 5.05 }, 5, given), false);
});

test("nobody is given up before two starts have ended at the best minimum", () => {
  assert.equal(agreed([3, 7, 9], 3), false);
  assert.equal(agreed([3, 7, 3.05], 3), true);
});

test("with estimated noise the same sums of squares are judged as with the noise of the best", () => {
  const [count, best] = [100, 3];
  const unknown = [{ sigma: undefined, count, floor: 0 }];
  const merit = (sum: number): number => (count / 2) * Math.log(sum / count);
  for (const [now, before] of [
    [4, 4.2],
    [4, 4.05],
    [400, 439],
    [400, 441],
    [1e300, 1.2e300],
    [1e300, 1.05e300],
  ] as const) {
    const expected = (now - best) / (before - best) > 1 / 1.1;
    assert.equal(hopeless({ merit: merit(now), before: merit(before) }, merit(best), unknown), expected, `${now} after ${before}`);
  }
});
