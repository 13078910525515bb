import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../../src/core/index.ts";
import {
  bareView,
  clockLayer,
  delayed,
  estimateDelay,
  fitClock,
  type Series,
  seriesOf,
  withLayer,
  withoutMethod,
} from "../../../src/historian/index.ts";
import { failsWith } from "../scratch.ts";

/** A wandering signal: AR(1) with the given memory in steps. */
function wander(seed: number, n: number, memory: number): Float64Array {
  const dice = random(seed);
  const a = Math.exp(-1 / memory);
  const x = new Float64Array(n);
  for (let i = 1; i < n; i++) x[i] = a * x[i - 1]! + Math.sqrt(1 - a * a) * dice.normal();
  return x;
}

const at = (x: Float64Array, t: number): number => {
  const k = Math.max(0, Math.min(x.length - 2, Math.floor(t)));
  return x[k]! + (t - k) * (x[k + 1]! - x[k]!);
};

const tag = (name: string, time: ArrayLike<number>, value: ArrayLike<number>, stepped = false): Series =>
  seriesOf(name, { time, value, status: new Uint32Array(time.length) }, { stepped });

const seconds = (n: number, step = 1, from = 0) => Float64Array.from({ length: n }, (_, i) => from + step * i);

test("a fixed delay is found within its interval, also behind noise, in 20 records of 20", () => {
  let inside = 0;
  for (let seed = 0; seed < 20; seed++) {
    const source = wander(seed, 2100, 30);
    const dice = random(`noise ${seed}`);
    const delay = 20 + (seed % 7) * 3.3;
    const input = tag(
      "in",
      seconds(2000, 1, 100),
      Float64Array.from({ length: 2000 }, (_, i) => at(source, 100 + i) + 0.05 * dice.normal()),
    );
    const output = tag(
      "out",
      seconds(2000, 1, 100),
      Float64Array.from({ length: 2000 }, (_, i) => 3 * at(source, 100 + i - delay) + 0.1 * dice.normal()),
    );
    const found = estimateDelay(input, output, { longest: 90, every: 1 });
    assert.equal(found.kind, "estimated", JSON.stringify(found));
    if (found.kind !== "estimated") return;
    assert.ok(Math.abs(found.value - delay) < 1.5, `${found.value} for ${delay}`);
    if (found.interval[0] <= delay && delay <= found.interval[1]) inside++;
  }
  assert.ok(inside >= 17, `${inside} of 20 intervals hold the delay`);
});

test("a volume is found from records in which the delay varies with the flow five times", () => {
  const n = 6000;
  const source = wander(4, n, 40);
  const time = seconds(n);
  const flow = Float64Array.from(time, (t) => 3 + 2 * Math.sin(t / 700));
  const volume = 150;
  const filled = new Float64Array(n);
  for (let k = 1; k < n; k++) filled[k] = filled[k - 1]! + (flow[k]! + flow[k - 1]!) / 2;
  const arriving = new Float64Array(n);
  let k = 0;
  for (let i = 0; i < n; i++) {
    while (k + 1 < i && filled[k + 1]! <= filled[i]! - volume) k++;
    const share = (filled[i]! - volume - filled[k]!) / (filled[k + 1]! - filled[k]! || 1);
    arriving[i] = at(source, k + Math.max(0, share));
  }
  const [input, output] = [tag("in", time, source), tag("out", time.subarray(400), arriving.subarray(400))];
  const found = estimateDelay(input, output, { longest: 150, every: 1, flow: tag("flow", time, flow) });
  assert.equal(found.kind, "estimated", JSON.stringify(found));
  if (found.kind !== "estimated") return;
  assert.equal(found.of, "volume");
  assert.ok(Math.abs(found.value - volume) < 3, `${found.value} ± ${found.standardError}`);
  // Applied, the inlet seen at its arrival is the outlet.
  const moved = delayed(input, { volume, flow: tag("flow", time, flow) });
  const misses = Array.from({ length: 4000 }, (_, i) => Math.abs(at(arriving, moved.time[i + 500]!) - moved.value[i + 500]!));
  assert.ok(misses.reduce((sum, miss) => sum + miss, 0) / misses.length < 0.05);
});

test("nothing is estimated without excitation, relation, room or a single answer", () => {
  const n = 1500;
  const time = seconds(n);
  const source = wander(9, n, 20);
  const why = (input: ArrayLike<number>, output: ArrayLike<number>, longest = 60) => {
    const found = estimateDelay(tag("in", time, input), tag("out", time, output), { longest, every: 1 });
    return found.kind === "refused" ? found.why : `estimated ${found.value}`;
  };
  assert.equal(why(new Float64Array(n).fill(5), source), "no-excitation");
  assert.equal(why(source, wander(77, n, 20)), "no-relation");
  const late = Float64Array.from(time, (t) => at(source, t - 60));
  assert.equal(why(source, late), "at-limit");
  const block = wander(5, 50, 0.5);
  const repeated = Float64Array.from(time, (t) => block[t % 50]!);
  assert.equal(
    why(
      repeated,
      Float64Array.from(time, (t) => repeated[(t + 40) % 50]!),
      120,
    ),
    "ambiguous",
  );
  const short = estimateDelay(
    tag("in", time.subarray(0, 80), source.subarray(0, 80)),
    tag("out", time.subarray(0, 80), source.subarray(0, 80)),
    { longest: 10, every: 1 },
  );
  assert.equal(short.kind === "refused" && short.why, "too-short");
});

test("unrelated wandering tags are taken for related in few records of 100", () => {
  let wrong = 0;
  for (let seed = 0; seed < 100; seed++) {
    const time = seconds(600);
    const found = estimateDelay(tag("a", time, wander(seed, 600, 25)), tag("b", time, wander(seed + 1000, 600, 25)), {
      longest: 40,
      every: 1,
    });
    if (found.kind === "estimated") wrong++;
  }
  assert.ok(wrong <= 5, `${wrong} of 100`);
});

test("a flow that stops cannot carry a volume, and is refused with the time", () => {
  const time = seconds(500);
  const source = wander(1, 500, 10);
  const flow = tag(
    "FI",
    time,
    Float64Array.from(time, (t) => (t > 200 && t < 220 ? 0 : 1)),
  );
  assert.throws(
    () => estimateDelay(tag("a", time, source), tag("b", time, source), { longest: 20, flow }),
    failsWith("historian/align", "FI", "201"),
  );
  assert.throws(
    () => estimateDelay(tag("a", time, source), tag("b", seconds(10, 1, 9e6), source.subarray(0, 10)), { longest: 20 }),
    failsWith("historian/align"),
  );
});

test("a fixed delay moves stamps and nothing else", () => {
  const series = tag("x", [0, 10], [1, 2]);
  const moved = delayed(series, "2 min");
  assert.deepEqual(Array.from(moved.time), [120, 130]);
  assert.equal(moved.value, series.value);
});

test("offset and drift of a clock are found within their intervals, and corrected in a layer that can be taken off", () => {
  let [offsets, drifts] = [0, 0];
  for (let seed = 0; seed < 20; seed++) {
    const n = 8640;
    const source = wander(seed, n, 60);
    const dice = random(`clock ${seed}`);
    const [offset, drift] = [(seed - 10) * 7.7, (seed % 5) * 40e-6];
    const truth = seconds(n, 10);
    const reference = tag(
      "TI1",
      truth,
      Float64Array.from(truth, (t) => 50 + at(source, t / 10) + 0.05 * dice.normal()),
    );
    const middle = 43200;
    const when = seconds(n - 600, 10, 3000).map((t) => t + 3);
    const stamps = when.map((t) => t + offset + drift * (t - middle));
    const suspect = tag(
      "TI2",
      stamps,
      Float64Array.from(when, (t) => 51 + at(source, t / 10) + 0.05 * dice.normal()),
    );
    const fit = fitClock(reference, suspect, { largest: "5 min" });
    assert.equal(fit.kind, "fitted", JSON.stringify(fit));
    if (fit.kind !== "fitted") return;
    const expected = offset + drift * (fit.at - middle);
    assert.ok(Math.abs(fit.offset - expected) < 2, `offset ${fit.offset} ± ${fit.offsetError} for ${expected}`);
    if (fit.offsetInterval[0] <= expected && expected <= fit.offsetInterval[1]) offsets++;
    if (fit.driftInterval[0] <= drift && drift <= fit.driftInterval[1]) drifts++;
    const view = withLayer(bareView(suspect), clockLayer(suspect, fit));
    assert.ok(
      view.time.every((t, k) => Math.abs(t - when[k]!) < 4),
      "times are right again",
    );
    assert.equal(withoutMethod(view, "clock-fit").time, suspect.time);
  }
  assert.ok(offsets >= 17 && drifts >= 17, `offset in ${offsets}, drift in ${drifts} of 20 intervals`);
});

test("clocks of tags that are still, or unrelated, are not compared", () => {
  const time = seconds(4000);
  const still = fitClock(tag("a", time, new Float64Array(4000).fill(1)), tag("b", time, wander(1, 4000, 30)), { largest: 60 });
  assert.equal(still.kind === "refused" && still.why, "no-excitation");
  const unrelated = fitClock(tag("a", time, wander(2, 4000, 5)), tag("b", time, wander(3, 4000, 5)), { largest: 60 });
  assert.equal(unrelated.kind === "refused" && unrelated.why, "no-relation");
});
