import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { random, reason, status } from "../../../src/core/index.ts";
import { aggregate, asOfJoin, type Series, seriesOf, watermark } from "../../../src/historian/index.ts";
import { failsWith } from "../scratch.ts";

const points = (time: readonly number[], value: readonly number[], codes?: readonly number[]) =>
  seriesOf("X", { time, value, status: codes ?? time.map(() => 0) });

test("an as-of join gives archived values only, with their age", () => {
  const { columns } = asOfJoin([5, 10, 15, 30], [points([10, 20], [1, 2])]);
  const x = columns["X"]!;
  assert.deepEqual(
    [Array.from(x.place), Array.from(x.value)],
    [
      [-1, 0, 0, 1],
      [0, 1, 1, 2],
    ],
  );
  assert.deepEqual(Array.from(x.age), [Infinity, 0, 5, 10]);
  assert.equal(x.status[0], status.badNoData);
});

test("a Bad point makes its answer Bad unless it is to be passed over", () => {
  const series = points([0, 10], [1, 2], [0, status.badSensorFailure]);
  assert.equal(asOfJoin([15], [series]).columns["X"]!.status[0], status.badSensorFailure);
  const passed = asOfJoin([15], [series], { skipBad: true }).columns["X"]!;
  assert.deepEqual([passed.value[0], passed.status[0], passed.age[0]], [1, 0, 15]);
});

test("points out of reach are gaps", () => {
  const x = asOfJoin([100], [points([0], [7])], { tolerance: 60 }).columns["X"]!;
  assert.deepEqual([x.value[0], x.status[0], x.reasons[0]! & reason.gap], [0, status.badNoData, reason.gap]);
});

test("a join in linear time is that of looking each time up", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 30 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { maxLength: 30 }),
      fc.constantFrom("before", "after", "nearest"),
      fc.boolean(),
      (asked, stamps, direction, skipBad) => {
        const times = [...asked].sort((a, b) => a - b);
        const time = [...stamps].sort((a, b) => a - b);
        const codes = time.map((t) => (t % 3 === 0 ? status.bad : 0));
        const x = asOfJoin(times, [points(time, time, codes)], { direction, skipBad }).columns["X"]!;
        times.forEach((t, i) => {
          const fit = time.filter(
            (s, k) => (!skipBad || codes[k] === 0) && (direction === "before" ? s <= t : direction === "after" ? s >= t : true),
          );
          const best = fit.toSorted((a, b) => Math.abs(a - t) - Math.abs(b - t) || a - b)[0];
          assert.equal(x.place[i], best === undefined ? -1 : time.indexOf(best), `${direction} ${t} in ${time}`);
        });
      },
    ),
    { numRuns: 300 },
  );
});

test("times that run back and tags given twice are refused", () => {
  assert.throws(() => asOfJoin([2, 1], []), failsWith("historian/align"));
  assert.throws(() => asOfJoin([1], [points([], []), points([], [])]), failsWith("historian/align", "twice"));
});

test("what is known in the end does not depend on the order of arrival", () => {
  const arrival = fc.record({
    tag: fc.constantFrom("A", "B"),
    time: fc.integer({ min: 0, max: 40 }),
    value: fc.integer({ min: 0, max: 3 }),
    code: fc.constantFrom(0, 0, status.uncertain, status.bad),
    version: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(
      fc.array(arrival, { minLength: 1, maxLength: 40 }),
      fc.integer(),
      fc.integer({ min: 0, max: 15 }),
      (arrivals, seed, lateness) => {
        const run = (order: readonly (typeof arrivals)[number][]) => {
          const mark = watermark({ lateness });
          const seen = new Map<string, Map<number, { value: number; status: number }>>();
          const note = (tag: string, time: number, value: number, code: number): void => {
            const of = seen.get(tag) ?? new Map();
            seen.set(tag, of.set(time, { value, status: code }));
          };
          const take = ({ released, revisions }: ReturnType<typeof mark.add>): void => {
            for (const one of released) {
              one.time.forEach((t, k) => {
                assert.ok(!seen.get(one.tag)?.has(t), "a point is released once");
                note(one.tag, t, one.value[k]!, one.status[k]!);
              });
            }
            for (const { tag, time, before, after } of revisions) {
              assert.deepEqual(before, seen.get(tag)?.get(time), "a revision says what had been released");
              note(tag, time, after.value, after.status);
            }
          };
          for (const { tag, time, value, code, version } of order) {
            take(mark.add(seriesOf(tag, { time: [time], value: [value], status: [code] }), version));
          }
          take(mark.finish());
          for (const tag of mark.tags) {
            const { time, value, status: codes } = mark.series(tag);
            // Whoever follows releases and revisions knows as much as the buffer.
            time.forEach((t, k) => {
              assert.deepEqual(seen.get(tag)!.get(t), { value: value[k], status: codes[k] });
            });
          }
          return [...mark.tags].sort().map((tag) => mark.series(tag));
        };
        const shuffled = [...arrivals];
        const dice = random(seed);
        for (let i = shuffled.length - 1; i > 0; i--) {
          const j = dice.integer(i + 1);
          [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
        }
        const [a, b] = [run(arrivals), run(shuffled)];
        assert.deepEqual(b, a);
        const options = { from: 0, to: 41, every: 7 };
        const means = (all: readonly Series[]) => all.map((one) => aggregate(one, "TimeAverage2", options));
        assert.deepEqual(means(b), means(a));
      },
    ),
    { numRuns: 200 },
  );
});

test("the watermark runs behind the latest time, or behind the slowest of the tags that are waited for", () => {
  const free = watermark({ lateness: 10 });
  assert.equal(free.add(points([0, 30], [1, 2])).watermark, 20);
  const bound = watermark({ lateness: 10, all: ["X", "Y"] });
  assert.equal(bound.add(points([0, 30], [1, 2])).released.length, 0);
  const { watermark: mark, released } = bound.add(seriesOf("Y", { time: [15], value: [5] }));
  assert.deepEqual([mark, released.map(({ tag, time }) => [tag, ...time])], [5, [["X", 0]]]);
});
