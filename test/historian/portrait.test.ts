import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../src/core/index.ts";
import {
  dropOut,
  freeze,
  markBad,
  memorySource,
  openHistorian,
  portraitOf,
  portraitText,
  quantise,
  type Series,
  seriesOf,
  swingingDoor,
} from "../../src/historian/index.ts";

const start = 1767225600;
/** Filtered noise with white noise on top: what a process does between its disturbances. */
function process(points: number, seed: number, { sigma = 0.3, step = 10 } = {}): Series {
  const stream = random(seed);
  let state = 0;
  const time = Array.from({ length: points }, (_, i) => start + step * i);
  const value = time.map(() => {
    state = 0.99 * state + 0.5 * stream.normal();
    return 80 + state + sigma * stream.normal();
  });
  return seriesOf("TI101", { time, value }, { unit: "degC" });
}
const portrait = async (series: Series) =>
  (await portraitOf(await openHistorian(memorySource({ name: "test", series: new Map([[series.tag, series]]) })))).tags[0]!;

test("noise is estimated within a tenth from what a process does besides", async () => {
  for (const sigma of [0.3, 1, 3]) {
    const flat = seriesOf("A", {
      time: Array.from({ length: 5000 }, (_, i) => i),
      value: Array.from({ length: 5000 }, (_, i) => 0.01 * i),
    });
    const stream = random(sigma);
    const noisy = { ...flat, value: flat.value.map((v) => v + sigma * stream.normal()) };
    assert.ok(Math.abs((await portrait(noisy)).noise / sigma - 1) < 0.1);
  }
});

test("the step of a quantised signal is found, and none where there is none", async () => {
  assert.ok(Math.abs((await portrait(quantise(process(2000, 1), 0.25).series)).quantum - 0.25) < 1e-9);
  assert.equal((await portrait(process(2000, 1))).quantum, 0);
});

test("a scan does not look compressed", async () => {
  for (let seed = 0; seed < 20; seed++) assert.equal((await portrait(process(2000, seed))).compression, undefined);
});

test("compression of two to eight noise deviations is seen, and its deviation told within a factor of two", async () => {
  for (const deviation of [0.6, 1.2, 2.4]) {
    for (let seed = 0; seed < 5; seed++) {
      const estimate = (await portrait(swingingDoor(process(20000, seed), { deviation }))).compression;
      assert.ok(estimate !== undefined && estimate > deviation / 2 && estimate < deviation * 2, `${deviation}: ${estimate}`);
    }
  }
});

test("gaps, status and doubts are counted", async () => {
  const raw = dropOut(
    markBad(freeze(quantise(process(3000, 3), 0.01).series, { from: start + 20000, to: start + 21000 }).series, {
      from: start + 5000,
      to: start + 5100,
    }).series,
    { from: start + 10000, to: start + 12000 },
  ).series;
  const { status, gaps, doubts, points, span, step } = await portrait(raw);
  assert.deepEqual([points, step, span], [2800, 10, [start, start + 29990]]);
  assert.deepEqual(status, { good: 2790, uncertain: 0, bad: 10 });
  assert.equal(doubts.sourceBad, 10);
  assert.equal(doubts.frozen, 99);
  assert.equal(gaps.longest[0]!.to - gaps.longest[0]!.from, 2010);
});

test("the portrait is plain data and reads as a table", async () => {
  const plant = await openHistorian(memorySource({ name: "plant.csv", series: new Map([["TI101", process(100, 1)]]) }));
  const whole = await portraitOf(plant);
  assert.deepEqual(JSON.parse(JSON.stringify(whole)).tags[0].points, 100);
  const [first, header, row] = portraitText(whole).split("\n");
  assert.equal(first, "plant.csv: 2026-01-01 00:00:00 to 2026-01-01 00:16:30");
  assert.match(header!, /^tag +unit +points +step/);
  assert.match(row!, /^TI101 +degC +100 +10 s +100 +0 +0 +1\.000 +1\.000 +1\.000/);
});
