import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { reason, status } from "../../../src/core/index.ts";
import {
  type AggregateName,
  aggregate,
  aggregateBits,
  aggregateKinds,
  clean,
  cleanedSeries,
  ruleDefaults,
  seriesOf,
} from "../../../src/historian/index.ts";
import { failsWith } from "../scratch.ts";

const line = (values: readonly (number | null)[], step = 1, codes?: readonly number[]) =>
  seriesOf(
    "TI",
    { time: values.map((_, i) => step * i), value: values, status: codes ?? values.map((v) => (v === null ? status.bad : 0)) },
    { stepped: false },
  );

test("the average over time of a straight line is its middle, whatever the intervals", () => {
  const ramp = line([0, 10, 20, 30, 40], 10);
  for (const every of [1, 7, 10, 13, 40]) {
    const { time, value } = aggregate(ramp, "TimeAverage2", { from: 0, to: 40, every });
    time.forEach((t, i) => {
      const end = Math.min(t + every, 40);
      assert.ok(Math.abs(value[i]! - (t + end) / 2) < 1e-12, `every ${every}, at ${t}`);
    });
  }
});

test("spreads are those of the Good points, by their two definitions", () => {
  const points = line([2, 4, 4, 4, 5, 5, 7, 9]);
  const of = (name: AggregateName) => aggregate(points, name, { from: 0, to: 8 }).value[0]!;
  assert.equal(of("Average"), 5);
  assert.equal(of("StandardDeviationPopulation"), 2);
  assert.equal(of("VariancePopulation"), 4);
  assert.ok(Math.abs(of("VarianceSample") - 32 / 7) < 1e-14);
  assert.ok(Math.abs(of("StandardDeviationSample") - Math.sqrt(32 / 7)) < 1e-14);
  const doubted = aggregate(line([1, 3, 100], 1, [0, 0, status.bad]), "StandardDeviationPopulation", { from: 0, to: 3 });
  assert.deepEqual([doubted.value[0], doubted.status[0]! >>> 30], [1, 1]);
});

test("one Good point has no spread", () => {
  assert.equal(aggregate(line([5]), "StandardDeviationSample", { from: 0, to: 1 }).value[0], 0);
});

test("intervals that run backwards include their later end, give the same extremes and changed signs", () => {
  const points = line([5, 1, 4, 2, 8, 3]);
  const forwards = { from: 0.5, to: 4.5, every: 2 };
  const backwards = { from: 4.5, to: 0.5, every: 2 };
  const both = (name: AggregateName) =>
    [aggregate(points, name, forwards).value, aggregate(points, name, backwards).value.toReversed()] as const;
  for (const name of ["Minimum", "Maximum", "Range", "Average", "TimeAverage2", "Total2", "Count", "DurationGood"] as const) {
    const [a, b] = both(name);
    assert.deepEqual(a, b, name);
  }
  for (const name of ["Delta", "DeltaBounds"] as const) {
    const [a, b] = both(name);
    assert.deepEqual(
      a,
      b.map((v) => 0 - v),
      name,
    );
  }
  assert.deepEqual(Array.from(aggregate(points, "Start", backwards).time), [4, 2]);
  assert.deepEqual(Array.from(aggregate(points, "Start", backwards).value), [8, 4]);
  // A point at a border belongs to the interval that begins with it, in either direction.
  assert.deepEqual(Array.from(aggregate(points, "Count", { from: 0, to: 4, every: 2 }).value), [2, 2]);
  assert.deepEqual(Array.from(aggregate(points, "Count", { from: 4, to: 0, every: 2 }).value), [2, 2]);
  assert.deepEqual(Array.from(aggregate(points, "End", { from: 4, to: 0, every: 2 }).time), [3, 1]);
});

test("a share of Bad time makes a result Bad, Uncertain or Good as the limits say", () => {
  const half = line([1, null, 1, null, 1]);
  const code = (percentDataBad: number, percentDataGood: number) =>
    aggregate(half, "TimeAverage2", { from: 0, to: 4, stepped: true, percentDataBad, percentDataGood }).status[0]! >>> 30;
  assert.deepEqual([code(100, 100), code(50, 100), code(60, 50), code(60, 51)], [1, 2, 0, 1]);
});

test("Uncertain points count as Bad unless that is switched off", () => {
  const points = line([1, 5, 1, 1], 1, [0, status.uncertain, 0, 0]);
  const of = (treatUncertainAsBad: boolean) => aggregate(points, "TimeAverage2", { from: 0, to: 3, stepped: true, treatUncertainAsBad });
  assert.deepEqual([of(true).value[0], of(true).status[0]! >>> 30], [1, 1]);
  assert.ok(Math.abs(of(false).value[0]! - 7 / 3) < 1e-14);
  assert.equal(of(false).status[0]! >>> 30, 1);
});

test("the share of Good time and the reasons of the points come with each value", () => {
  const points = line([1, 2, null, 4]);
  const { percentGood, reasons } = aggregate(points, "Average", { from: 0, to: 4, every: 2 });
  assert.deepEqual(Array.from(percentGood), [100, 50]);
  assert.deepEqual(
    Array.from(reasons, (mask) => mask & reason.sourceBad),
    [0, reason.sourceBad],
  );
});

test("nothing is made up where there is no data", () => {
  for (const name of Object.keys(aggregateKinds) as AggregateName[]) {
    const before = aggregate(line([1, 2, 3]), name, { from: -20, to: -10 });
    assert.deepEqual([before.status[0], before.value[0]], [status.badNoData, 0], name);
    const empty = aggregate(line([]), name, { from: 0, to: 1 });
    assert.equal(empty.status[0], status.badNoData, name);
  }
});

test("totals of parts add up to the total of the whole, and extremes contain averages", () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.integer({ min: -50, max: 50 }), { freq: 6, nil: null }), { minLength: 3, maxLength: 40 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (values, parts, stepped) => {
        const series = line(values, 1);
        const to = values.length - 1;
        const options = { from: 0, to, stepped };
        const whole = aggregate(series, "Total2", options);
        const pieces = aggregate(series, "Total2", { ...options, every: to / parts });
        const sum = pieces.value.reduce((a, b) => a + b, 0);
        const scale = 1e-9 * (1 + Math.abs(whole.value[0]!));
        if (whole.status[0]! >>> 30 < 2) assert.ok(Math.abs(sum - whole.value[0]!) < 1e-7 + scale, `${sum} for ${whole.value[0]}`);
        const [low, mean, high] = (["Minimum2", "TimeAverage2", "Maximum2"] as const).map((name) => aggregate(series, name, options));
        if (mean!.status[0]! >>> 30 < 2 && low!.status[0]! >>> 30 < 2) {
          assert.ok(low!.value[0]! <= mean!.value[0]! + 1e-9 && mean!.value[0]! <= high!.value[0]! + 1e-9);
        }
        const durations = (["DurationGood", "DurationBad"] as const).map((name) => aggregate(series, name, options).value[0]!);
        assert.ok(durations[0]! + durations[1]! <= 1000 * to + 1e-6);
      },
    ),
    { numRuns: 300 },
  );
});

test("the order of arrival of points does not matter", () => {
  const sorted = line([3, 1, 4, 1, 5, 9, 2, 6]);
  const places = [5, 2, 7, 0, 3, 1, 6, 4];
  const shuffled = seriesOf(
    "TI",
    { time: places, value: places.map((k) => sorted.value[k]!), status: places.map(() => 0) },
    { stepped: false },
  );
  for (const name of Object.keys(aggregateKinds) as AggregateName[]) {
    const options = { from: 0, to: 8, every: 3 };
    assert.deepEqual(aggregate(shuffled, name, options), aggregate(sorted, name, options), name);
  }
});

test("aggregates of a cleaned series do not count what cleaning doubts", () => {
  const raw = seriesOf("TI", { time: [0, 1, 2, 3], value: [5, -9999, 5, 5], status: [0, 0, 0, 0] }, { stepped: false });
  const seen = cleanedSeries(clean(raw, { ...ruleDefaults, sentinels: [-9999] }));
  const { value, status: codes, reasons } = aggregate(seen, "Average", { from: 0, to: 4 });
  assert.deepEqual([value[0], codes[0]! >>> 30, reasons[0]! & reason.sentinel], [5, 1, reason.sentinel]);
  assert.equal(raw.status[1], 0);
});

test("the shorter rest is partial, and an aggregate that is not one is refused by name", () => {
  const { time, status: codes } = aggregate(line([1, 1, 1, 1, 1, 1]), "Average", { from: 0, to: 5, every: 2 });
  assert.deepEqual(Array.from(time), [0, 2, 4]);
  assert.deepEqual(
    Array.from(codes, (code) => code & aggregateBits.partial),
    [0, 0, aggregateBits.partial],
  );
  const misspelt = "TimeAvarage" as AggregateName;
  assert.throws(() => aggregate(line([1]), misspelt, { from: 0, to: 1 }), failsWith("historian/aggregate", "TimeAverage"));
  assert.throws(() => aggregate(line([1]), "Average", { from: 1, to: 1 }), failsWith("historian/option"));
});
