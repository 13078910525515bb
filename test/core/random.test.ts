import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../src/core/index.ts";

test("equal seeds give equal streams, other seeds other streams", () => {
  const draw = (seed: number | string) =>
    Array.from(
      { length: 20 },
      (
        (stream) => () =>
          stream.uniform()
      )(random(seed)),
    );
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
  assert.deepEqual(draw("7"), draw(7));
});

test("a fork depends on its label only, not on what was drawn before", () => {
  const [fresh, used] = [random(1), random(1)];
  for (let i = 0; i < 13; i++) used.normal();
  assert.equal(fresh.fork("a").uniform(), used.fork("a").uniform());
  assert.notEqual(fresh.fork("a").uniform(), fresh.fork("b").uniform());
});

test("uniform numbers pass a chi-square test on 100 cells and a serial correlation test", () => {
  const n = 100_000;
  const cells = new Float64Array(100);
  const stream = random(20261122);
  let [sum, previous] = [0, stream.uniform()];
  for (let i = 0; i < n; i++) {
    const x = stream.uniform();
    assert.ok(x >= 0 && x < 1);
    cells[Math.floor(x * 100)]! += 1;
    sum += (x - 0.5) * (previous - 0.5);
    previous = x;
  }
  const chi2 = cells.reduce((total, count) => total + (count - n / 100) ** 2 / (n / 100), 0);
  assert.ok(chi2 > 60 && chi2 < 149, `chi² = ${chi2.toFixed(1)} for 99 degrees of freedom`); // 0.1 % tails: 60.0, 148.2
  assert.ok(Math.abs((12 * sum) / n) < 4 / Math.sqrt(n), `serial correlation ${((12 * sum) / n).toFixed(4)}`);
});

test("normal numbers have the moments of the standard normal", () => {
  const n = 100_000;
  const stream = random("moments");
  const moments = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const z = stream.normal();
    for (let k = 0; k < 4; k++) moments[k]! += z ** (k + 1) / n;
  }
  // Standard errors of the sample moments: 1, √2, √15, √96 over √n.
  for (const [k, [expected, spread]] of [
    [0, 1],
    [1, Math.SQRT2],
    [0, Math.sqrt(15)],
    [3, Math.sqrt(96)],
  ].entries()) {
    assert.ok(Math.abs(moments[k]! - expected!) < (4 * spread!) / Math.sqrt(n), `moment ${k + 1} is ${moments[k]}`);
  }
});

test("integer(bound) reaches every value and none outside", () => {
  const stream = random(3);
  const seen = new Set(Array.from({ length: 1000 }, () => stream.integer(7)));
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5, 6]);
});
