import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { random, reason, status } from "../../src/core/index.ts";
import {
  clean,
  cusum,
  handlingOf,
  precedence,
  ruleDefaults,
  screened,
  seriesOf,
  suspectedOscillation,
  usualSpeeds,
  withoutMethod,
} from "../../src/historian/index.ts";

/** S. Song et al., "SCREEN: stream data cleaning under speed constraints", SIGMOD 2015: the sequence of its first example. */
const sixPoints = { time: [1, 2, 3, 5, 7, 8], value: [12, 12.5, 13, 10, 15, 15.5], limits: [-0.5, 0.5] as const };

test("speed constraints repair the one point of six that breaks them, to the value that changes least", () => {
  const { time, value, limits } = sixPoints;
  assert.deepEqual(Array.from(screened(Float64Array.from(time), Float64Array.from(value), limits, 5)), [12, 12.5, 13, 14, 15, 15.5]);
});

const record = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 9 }), value: fc.double({ min: -50, max: 50, noNaN: true }) }), {
  minLength: 2,
  maxLength: 40,
});
const columns = (points: readonly { gap: number; value: number }[]) => {
  let t = 0;
  return { time: Float64Array.from(points, ({ gap }) => (t += gap)), value: Float64Array.from(points, ({ value }) => value) };
};

test("after the repair no speed is outside of its limits", () => {
  fc.assert(
    fc.property(record, fc.double({ min: 0.01, max: 5, noNaN: true }), fc.integer({ min: 1, max: 30 }), (points, speed, window) => {
      const { time, value } = columns(points);
      const repaired = screened(time, value, [-speed, speed], window);
      for (let i = 1; i < time.length; i++)
        assert.ok(Math.abs(repaired[i]! - repaired[i - 1]!) <= speed * (time[i]! - time[i - 1]!) * (1 + 1e-9) + 1e-12);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test("a record that keeps its speeds stays as it is, bit for bit", () => {
  fc.assert(
    fc.property(record, (points) => {
      const { time, value } = columns(points);
      let fastest = 0;
      for (let i = 0; i < time.length; i++)
        for (let j = i + 1; j < time.length; j++) fastest = Math.max(fastest, Math.abs(value[j]! - value[i]!) / (time[j]! - time[i]!));
      const limit = fastest * (1 + 1e-9) + 1e-9;
      assert.deepEqual(Array.from(screened(time, value, [-limit, limit], 20)), Array.from(value));
    }),
    { numRuns: 300, seed: 2 },
  );
});

test("a repair is a layer: it can be counted, has its own status, and can be taken off", () => {
  const { time, value, limits } = sixPoints;
  const raw = seriesOf("x", { time, value, status: time.map(() => status.good) });
  const { view } = clean(raw, { ...ruleDefaults, speed: { limits, window: 5 } });
  assert.equal(view.value[3], 14);
  assert.equal(raw.value[3], 10);
  assert.equal(view.status[3], status.uncertainSubstituteValue);
  assert.ok((view.reasons[3]! & reason.substituted) !== 0);
  assert.equal(handlingOf(view, 3).weight, 0);
  assert.deepEqual(Array.from(withoutMethod(view, "speed").value), value);
});

test("usual speeds are the median and three robust standard deviations", () => {
  const stream = random(3);
  const time = Float64Array.from({ length: 5001 }, (_, i) => i);
  let x = 0;
  const [slow, fast] = usualSpeeds(
    time,
    time.map(() => (x += 2 + stream.normal())),
  );
  assert.ok(Math.abs(slow + 1) < 0.15 && Math.abs(fast - 5) < 0.15, `${slow} ${fast}`);
});

test("cumulative sums raise a false alarm every 465 deviations on average, and see one standard deviation after ten", () => {
  const stream = random(4);
  const quiet = Float64Array.from({ length: 200_000 }, () => stream.normal());
  const between = quiet.length / cusum(quiet, 1).length;
  assert.ok(Math.abs(between / 465 - 1) < 0.12, `${between}`);
  let delay = 0;
  for (let run = 0; run < 400; run++)
    delay +=
      cusum(
        Float64Array.from({ length: 200 }, () => 1 + stream.normal()),
        1,
      )[0]!.at + 1;
  assert.ok(Math.abs(delay / 400 / 10.4 - 1) < 0.08, `${delay / 400}`);
});

test("two records that wander by themselves are not told to follow each other", () => {
  let related = 0;
  for (let seed = 0; seed < 40; seed++) {
    const stream = random(`precedence/${seed}`);
    const walk = () => {
      let x = 0;
      return seriesOf("w", {
        time: Array.from({ length: 800 }, (_, i) => i),
        value: Array.from({ length: 800 }, () => (x += stream.normal())),
      });
    };
    if (precedence(walk(), walk(), 50).verdict !== "unrelated") related++;
  }
  assert.ok(related <= 1, `${related} of 40`);
});

test("noise has no period, and a period is told within a fiftieth", () => {
  let found = 0;
  for (let seed = 0; seed < 40; seed++) {
    const stream = random(`period/${seed}`);
    const time = Array.from({ length: 600 }, (_, i) => i + 0.3 * stream.uniform());
    found += suspectedOscillation(seriesOf("n", { time, value: time.map(() => stream.normal()) })).length;
    const [told] = suspectedOscillation(
      seriesOf("s", { time, value: time.map((t) => 1.5 * Math.sin((2 * Math.PI * t) / 37) + stream.normal()) }),
    );
    assert.ok(Math.abs(told!.figures.period! / 37 - 1) < 0.02);
    assert.ok(Math.abs(told!.figures.amplitude! / 1.5 - 1) < 0.25);
  }
  assert.equal(found, 0);
});
