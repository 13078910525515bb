import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { random, reasonsIn } from "../../src/core/index.ts";
import {
  bareView,
  bias,
  clean,
  clockJump,
  disorder,
  dropOut,
  duplicates,
  exceptionReport,
  freeze,
  inOrder,
  late,
  loseStatus,
  markBad,
  noisy,
  quantise,
  reportTimes,
  rescale,
  ruleDefaults,
  type Series,
  saturate,
  sentinels,
  seriesOf,
  spikes,
  swap,
  swingingDoor,
  withLayer,
  withoutMethod,
} from "../../src/historian/index.ts";

/** A slow wave with noise, one point every ten seconds. */
function wave(points: number, seed: number, { sigma = 0.3, amplitude = 5, period = 2000 } = {}): Series {
  const stream = random(seed);
  const time = Array.from({ length: points }, (_, i) => 10 * i);
  return seriesOf("TI101", {
    time,
    value: time.map((t) => 80 + amplitude * Math.sin((2 * Math.PI * t) / period) + sigma * stream.normal()),
  });
}

/** Value of the archived line at a time. */
function lineAt(series: Series, t: number): number {
  let k = series.time.findIndex((time) => time >= t);
  if (series.time[k] === t) return series.value[k]!;
  k = Math.max(1, k);
  const share = (t - series.time[k - 1]!) / (series.time[k]! - series.time[k - 1]!);
  return series.value[k - 1]! + share * (series.value[k]! - series.value[k - 1]!);
}

test("swinging door: no dropped point is further than the deviation from the archived line", () => {
  const record = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 50 }), value: fc.double({ min: -10, max: 10, noNaN: true }) }), {
    minLength: 2,
    maxLength: 80,
  });
  fc.assert(
    fc.property(record, fc.double({ min: 0.01, max: 5, noNaN: true }), (points, deviation) => {
      let t = 0;
      const series = seriesOf("A", { time: points.map(({ gap }) => (t += gap)), value: points.map(({ value }) => value) });
      const archived = swingingDoor(series, { deviation, exception: 0 });
      assert.equal(archived.time[0], series.time[0]);
      assert.equal(archived.time.at(-1), series.time.at(-1));
      series.time.forEach((time, i) => {
        assert.ok(Math.abs(lineAt(archived, time) - series.value[i]!) <= deviation * (1 + 1e-9), `at ${time}`);
      });
    }),
    { numRuns: 500, seed: 1 },
  );
});

test("swinging door keeps only the ends of a straight line, and all corners", () => {
  const saw = seriesOf("A", {
    time: Array.from({ length: 41 }, (_, i) => i),
    value: Array.from({ length: 41 }, (_, i) => Math.abs((i % 20) - 10)),
  });
  assert.deepEqual(Array.from(swingingDoor(saw, { deviation: 0.01, exception: 0 }).time), [0, 10, 20, 30, 40]);
});

test("no silence is longer than the longest interval, and what was done is noted", () => {
  const still = seriesOf("A", { time: Array.from({ length: 1000 }, (_, i) => 10 * i), value: new Array(1000).fill(5) });
  const archived = swingingDoor(still, { deviation: 0.5, maxInterval: 600 });
  assert.ok(archived.time.every((t, i) => i === 0 || t - archived.time[i - 1]! <= 600));
  assert.ok(archived.time.length < 30);
  assert.deepEqual(archived.info, { tag: "A", compression: 0.5, exception: 0.25, maxInterval: 600, stepped: false });
});

test("exception report sends every change beyond its deviation, with the point before it", () => {
  const step = seriesOf("A", { time: [0, 1, 2, 3, 4, 5], value: [0, 0.1, 0, 5, 5.1, 5] });
  assert.deepEqual(Array.from(exceptionReport(step, { exception: 0.5 }).time), [0, 2, 3, 5]);
});

test("changes of status and missing values are archived, whatever the deviation", () => {
  const series = markBad(seriesOf("A", { time: [0, 1, 2, 3, 4, 5, 6], value: [1, 1, 1, 1, null, 1, 1] }), { from: 1, to: 3 }).series;
  assert.deepEqual(Array.from(swingingDoor(series, { deviation: 10 }).time), [0, 1, 2, 3, 4, 5, 6]);
});

test("faults are the same for the same seed, others for another, and leave the original alone", () => {
  const original = wave(500, 1);
  const before = structuredClone(original);
  for (const make of [
    (seed: number) => spikes(original, { share: 0.05, size: 10, seed }),
    (seed: number) => sentinels(original, { share: 0.05, value: -9999, seed }),
    (seed: number) => duplicates(original, { share: 0.05, seed }),
    (seed: number) => disorder(original, { places: 4, seed }),
    (seed: number) => noisy(original, { sigma: 1, seed }),
  ]) {
    assert.deepEqual(make(7), make(7));
    assert.notDeepEqual(make(7), make(8));
    assert.ok(make(7).affected.includes(1));
  }
  assert.deepEqual(original, before);
});

test("what each fault does", () => {
  const series = seriesOf("A", { time: [0, 10, 20, 30], value: [1, 2, 3, 4] });
  const other = seriesOf("B", { time: [0, 10, 20, 30], value: [9, 8, 7, 6] });
  const middle = { from: 10, to: 30 };
  const valuesOf = ({ series: { value } }: { series: Series }) => Array.from(value);
  assert.deepEqual(valuesOf(bias(series, { size: 5, ...middle })), [1, 7, 8, 4]);
  assert.deepEqual(valuesOf(freeze(series, middle)), [1, 2, 2, 4]);
  assert.deepEqual(valuesOf(rescale(series, { factor: 2, shift: 1, ...middle })), [1, 5, 7, 4]);
  assert.deepEqual(valuesOf(saturate(series, [2, 3])), [2, 2, 3, 3]);
  assert.deepEqual(valuesOf(quantise(series, 2)), [2, 2, 4, 4]);
  assert.deepEqual(swap(series, other, middle).map(valuesOf), [
    [1, 8, 7, 4],
    [9, 2, 3, 6],
  ]);
  assert.deepEqual(Array.from(dropOut(series, middle).series.time), [0, 30]);
  assert.deepEqual(Array.from(late(series, middle).series.time), [0, 30, 10, 20]);
  assert.deepEqual(Array.from(clockJump(series, { at: 20, seconds: -15 }).series.time), [0, 10, 5, 15]);
  assert.deepEqual(Array.from(loseStatus(markBad(series, middle).series).series.status), [0, 0, 0, 0]);
  const reported = reportTimes(series, { delay: [3600, 7200], tag: "A.R", seed: 1 });
  assert.ok(reported.value.every((known, i) => known >= series.time[i]! + 3600 && known <= series.time[i]! + 7200));
});

test("raw data is untouched by cleaning, and every layer can be taken off again", () => {
  const raw = spikes(freeze(duplicates(wave(2000, 2), { share: 0.02, seed: 1 }).series, { from: 5000, to: 6000 }).series, {
    share: 0.01,
    size: 10,
    seed: 1,
  }).series;
  const before = structuredClone(raw);
  const { view } = clean(raw, { ...ruleDefaults, sentinels: [-9999] });
  assert.deepEqual(raw, before);
  let rest = view;
  for (const { method } of view.layers) rest = withoutMethod(rest, method);
  assert.deepEqual([rest.status, rest.reasons, rest.omitted, rest.layers], [raw.status, raw.reasons, new Uint8Array(raw.time.length), []]);
  const again = view.layers.reduce(withLayer, bareView(raw));
  assert.deepEqual([again.status, again.reasons, again.omitted], [view.status, view.reasons, view.omitted]);
  assert.ok(inOrder(view).every((place, k, order) => k === 0 || raw.time[place]! > raw.time[order[k - 1]!]!));
});

/** Share of what was flagged that should be, and of what should be that was flagged. */
function judged(flagged: Uint8Array, truth: Uint8Array): { precision: number; recall: number } {
  let [hits, alarms, faults] = [0, 0, 0];
  truth.forEach((isFault, i) => {
    faults += isFault;
    alarms += flagged[i]!;
    if (isFault === 1 && flagged[i] === 1) hits++;
  });
  return { precision: alarms === 0 ? 1 : hits / alarms, recall: faults === 0 ? 1 : hits / faults };
}
const flaggedAs = (series: Series, name: string) =>
  clean(series, ruleDefaults).view.reasons.map((mask) => (reasonsIn(mask).includes(name as "spike") ? 1 : 0));

test("spikes of ten standard deviations are found on a moving, noisy, quantised signal", () => {
  let [precision, recall] = [1, 1];
  for (let seed = 0; seed < 10; seed++) {
    const clear = quantise(wave(2000, seed), 0.1).series;
    const { series, affected } = spikes(clear, { share: 0.02, size: 3, seed });
    const found = judged(Uint8Array.from(flaggedAs(series, "spike")), affected);
    precision = Math.min(precision, found.precision);
    recall = Math.min(recall, found.recall);
  }
  assert.ok(precision >= 0.95 && recall >= 0.9, `precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`);
});

test("signals without spikes have none: noise, ramps, steps, idling, coarse quantisation, archived corners, pulses", () => {
  const time = Array.from({ length: 3000 }, (_, i) => 10 * i);
  const stream = random(9);
  const of = (value: (i: number) => number) => seriesOf("A", { time, value: time.map((_, i) => value(i)) });
  const signals: Record<string, Series> = {
    noise: of(() => stream.normal()),
    ramps: of((i) => Math.abs((i % 200) - 100) + 0.1 * stream.normal()),
    steps: of((i) => 10 * Math.floor(i / 150) + 0.1 * stream.normal()),
    idling: of((i) => (i % 500 === 0 ? 1 : 0)),
    coarse: quantise(wave(3000, 3, { sigma: 0.2 }), 1).series,
    corners: swingingDoor(wave(20000, 4), { deviation: 0.6 }),
    pulses: of((i) => (i % 11 === 0 ? 50 : 0) + stream.normal()),
  };
  for (const [name, series] of Object.entries(signals)) {
    const share = flaggedAs(series, "spike").reduce((sum: number, f) => sum + f, 0) / series.time.length;
    assert.ok(share <= 0.001, `${name}: ${share}`);
  }
});

test("a frozen transmitter is found, from its second equal value to its last", () => {
  for (let seed = 0; seed < 5; seed++) {
    const { series, affected } = freeze(quantise(wave(2000, seed), 0.1).series, { from: 8000, to: 9000 });
    const found = judged(Uint8Array.from(flaggedAs(series, "frozen")), affected);
    assert.ok(found.precision >= 0.95 && found.recall >= 0.9, `seed ${seed}: ${JSON.stringify(found)}`);
  }
});

test("rest is no failure: set-points, closed valves, the end of the range, coarse steps", () => {
  const time = Array.from({ length: 2000 }, (_, i) => 10 * i);
  const stream = random(5);
  const of = (value: (i: number) => number) => seriesOf("A", { time, value: time.map((_, i) => value(i)) });
  const signals: Record<string, Series> = {
    "set-point": of((i) => 50 + 5 * Math.floor(i / 700)),
    "closed valve": of((i) => (i > 500 && i < 900 ? 0 : 20 + stream.normal())),
    "end of the range": saturate(wave(2000, 6), [77, 83]).series,
    "coarse steps": quantise(wave(2000, 7, { sigma: 0.15 }), 1).series,
  };
  for (const [name, series] of Object.entries(signals)) {
    const count = flaggedAs(series, "frozen").reduce((sum: number, f) => sum + f, 0);
    assert.equal(count, 0, `${name}: ${count}`);
  }
});

test("equal copies collapse, conflicting ones leave the last, late stretches are put back, a clock set back is doubted", () => {
  const series = wave(300, 1);
  const kept = (faulty: Series, rules = {}) => {
    const { view, order } = clean(faulty, { ...ruleDefaults, spikes: false, frozen: false, ...rules });
    return {
      view,
      time: Float64Array.from(order, (place) => faulty.time[place]!),
      value: Float64Array.from(order, (place) => faulty.value[place]!),
    };
  };
  const twice = kept(duplicates(series, { share: 0.1, seed: 1 }).series);
  assert.deepEqual([twice.time, twice.value], [series.time, series.value]);
  const differing = duplicates(series, { share: 0.1, seed: 1, differing: 1 });
  const last = kept(differing.series);
  assert.deepEqual(last.time, series.time);
  assert.equal(last.view.reasons.filter((mask) => reasonsIn(mask).includes("conflict")).length, 60);
  assert.ok(last.value.some((v, i) => v === series.value[i]! + 1));
  const buffered = kept(late(series, { from: 1000, to: 2000 }).series);
  assert.deepEqual([buffered.time, buffered.value], [series.time, series.value]);
  assert.equal(buffered.view.reasons.filter((mask) => reasonsIn(mask).includes("disordered")).length, 100);
  const back = kept(clockJump(series, { at: 2000, seconds: -305 }).series);
  const doubted = back.view.reasons.map((mask) => (reasonsIn(mask).includes("timeSuspect") ? 1 : 0));
  assert.equal(
    doubted.reduce((sum, one) => sum + one, 0),
    30,
  );
  assert.equal(doubted[200], 1);
});
