/** Cases T of one record by itself: order, duplicates, silences, scans, stamps that were cut or mean an interval. */
import assert from "node:assert/strict";
import { reason, severity } from "../../../src/core/index.ts";
import {
  averages,
  clockAhead,
  clockJump,
  duplicates,
  exceptionReport,
  late,
  overScan,
  quantise,
  reportTimes,
  resend,
  truncateTimes,
} from "../../../src/historian/faults/index.ts";
import {
  type bareView,
  clean,
  handlingOf,
  inOrder,
  intervalOf,
  ruleDefaults,
  type Series,
  seriesOf,
  withoutMethod,
} from "../../../src/historian/index.ts";
import { claimedBy, course, instrument, moment, requireHandling, streamOf, sum } from "./plant.ts";
import { compared, type PlantCase, type Verdict, watched } from "./registry.ts";
import { asInput, asMeasured, statusAt } from "./windows.ts";

/** Nothing is claimed of a record that is sound. */
function onSound(series: Series, ...why: readonly (keyof typeof reason)[]): Verdict {
  const { view } = clean(series, ruleDefaults);
  return sum(...why.map((one) => compared(new Uint8Array(series.time.length), claimedBy(view, one))));
}

const timesOf = (view: ReturnType<typeof bareView>): number[] => Array.from(inOrder(view), (place) => view.time[place]!);

export const orderCases: readonly PlantCase[] = [
  {
    id: "T5",
    title: "a clock set back: the same time twice",
    deterministic: true,
    flag: "`timeSuspect`",
    status: "Uncertain",
    calibration: "weight 0; the stretch is never sorted in as if it were right",
    prediction: "Uncertain; the last usable value stands in",
    by: "cleaning/order.ts",
    async run(seed) {
      const stream = streamOf("T5", seed);
      const sound = instrument("TI1", course(stream), stream);
      const at = moment(stream, sound);
      const seconds = -Math.round(300 + 3000 * stream.uniform()) - 0.5;
      const { series } = clockJump(sound, { at, seconds });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      // The second pass, as far as it lies before the first one's end.
      const truth = Uint8Array.from(series.time, (t, i) => (sound.time[i]! >= at && t < at - 10 ? 1 : 0));
      requireHandling(view, "timeSuspect", { weight: 0, likelihood: "none", prediction: "uncertain" });
      assert.equal(claimedBy(withoutMethod(view, "clock"), "timeSuspect").includes(1), false);
      const [window] = await asInput(series);
      const place = truth.indexOf(1) + 1;
      assert.equal(severity(statusAt(window!, series.time[place]!)), "uncertain");
      untouched();
      return compared(truth, claimedBy(view, "timeSuspect"));
    },
  },
  {
    id: "T6",
    title: "a clock that ran ahead for a while, and stamps in the future",
    deterministic: false,
    flag: "`timeSuspect`",
    status: "Uncertain",
    calibration: "weight 0; what follows counts",
    prediction: "Uncertain; the last usable value stands in",
    by: "cleaning/order.ts",
    run(seed) {
      const stream = streamOf("T6", seed);
      const sound = instrument("TI1", course(stream), stream);
      const from = moment(stream, sound);
      const seconds = [3600, 86_400, 365.25 * 86_400, 4200][seed % 4]! + 5 * stream.uniform();
      const { series, affected } = clockAhead(sound, { from, to: from + 10 * (1 + stream.integer(60)), seconds });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      requireHandling(view, "timeSuspect", { weight: 0, likelihood: "none", prediction: "uncertain" });
      // A limit for the present catches what never came back.
      const future = clean(clockJump(sound, { at: from, seconds: 1e7 }).series, { ...ruleDefaults, latest: sound.time.at(-1)! }).view;
      assert.deepEqual(
        claimedBy(future, "timeSuspect"),
        Uint8Array.from(sound.time, (t) => (t >= from ? 1 : 0)),
      );
      untouched();
      return sum(compared(affected, claimedBy(view, "timeSuspect")), onSound(sound, "timeSuspect"));
    },
  },
  {
    id: "T8",
    title: "one time stamp, one value, twice",
    deterministic: true,
    flag: "`duplicate`",
    status: "as delivered",
    calibration: "one of them counts",
    prediction: "as if there were one",
    by: "cleaning/same-time.ts",
    run(seed) {
      const stream = streamOf("T8", seed);
      const sound = instrument("TI1", course(stream), stream);
      const { series, affected } = duplicates(sound, { share: 0.1, seed });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      assert.deepEqual(timesOf(view), Array.from(sound.time));
      for (const place of inOrder(view)) assert.deepEqual(handlingOf(view, place), { weight: 1, likelihood: "value", prediction: "good" });
      requireHandling(view, "duplicate", { weight: 0, likelihood: "none" });
      // A block that is sent once more is no clock gone wrong.
      const from = moment(stream, sound);
      const again = resend(sound, { from, to: from + 1000 });
      const resent = clean(again.series, ruleDefaults).view;
      assert.deepEqual(claimedBy(resent, "duplicate"), again.affected);
      assert.equal(claimedBy(resent, "timeSuspect").includes(1), false);
      untouched();
      return compared(affected, claimedBy(view, "duplicate"));
    },
  },
  {
    id: "T9",
    title: "one time stamp, several values",
    deterministic: true,
    flag: "`conflict`, on all of them",
    status: "as delivered; Uncertain where the policy is `none`",
    calibration: "the last received counts, or none of them; never an average",
    prediction: "Good with the last received; Uncertain with `none`",
    by: "cleaning/same-time.ts",
    run(seed) {
      const stream = streamOf("T9", seed);
      const sound = instrument("TI1", course(stream), stream);
      const { series, affected } = duplicates(sound, { share: 0.05, seed, differing: 0.5 });
      const untouched = watched(series);
      const { view } = clean(series, { ...ruleDefaults, spikes: false });
      const both = affected.slice();
      affected.forEach((second, i) => {
        if (second === 1) both[i - 1] = 1;
      });
      affected.forEach((second, i) => {
        if (second === 1) assert.deepEqual([view.omitted[i - 1], view.omitted[i], handlingOf(view, i).weight], [1, 0, 1]);
      });
      const strict = clean(series, { ...ruleDefaults, conflicts: "none" }).view;
      for (const place of inOrder(strict)) {
        if ((strict.reasons[place]! & reason.conflict) !== 0)
          assert.deepEqual(handlingOf(strict, place), { weight: 0, likelihood: "none", prediction: "uncertain" });
      }
      untouched();
      return compared(both, claimedBy(view, "conflict"));
    },
  },
  {
    id: "T10",
    title: "points that arrive in the wrong order",
    deterministic: true,
    flag: "`disordered`",
    status: "as delivered",
    calibration: "weight 1, in its place",
    prediction: "Good; windows are the same as from the record in order",
    by: "cleaning/order.ts",
    async run(seed) {
      const stream = streamOf("T10", seed);
      const sound = instrument("TI1", course(stream, { points: 600 }), stream);
      // Single points overtaken by up to four later ones, well apart.
      const places = Array.from(sound.time.keys());
      const truth = new Uint8Array(places.length);
      for (let i = 10; i < places.length - 10; i += 17) {
        const by = 1 + stream.integer(4);
        places.splice(i + by, 0, ...places.splice(i, 1));
        truth[i + by] = 1;
      }
      const take = (column: ArrayLike<number>): number[] => places.map((place) => column[place]!);
      const series = seriesOf("TI1", { time: take(sound.time), value: take(sound.value), status: take(sound.status) });
      const untouched = watched(series);
      for (const disorder of ["segment", "sort"] as const) {
        const { view } = clean(series, { ...ruleDefaults, disorder });
        assert.deepEqual(timesOf(view), Array.from(sound.time));
        requireHandling(view, "disordered", { weight: 1, prediction: "good" });
      }
      const [late, prompt] = [await asMeasured(series), await asMeasured(sound)];
      assert.deepEqual(late[0]!.measured["T"]!.value, prompt[0]!.measured["T"]!.value);
      untouched();
      return compared(truth, claimedBy(clean(series, ruleDefaults).view, "disordered"));
    },
  },
  {
    id: "T11",
    title: "a buffer uploaded after an outage",
    deterministic: true,
    flag: "`lateUpload`",
    status: "as delivered",
    calibration: "weight 1, in its place",
    prediction: "Good in hindcasts; not news for a live prediction (live windows: revisions after the watermark)",
    by: "cleaning/order.ts",
    async run(seed) {
      const stream = streamOf("T11", seed);
      const sound = instrument("TI1", course(stream), stream);
      const from = moment(stream, sound);
      const { series, affected } = late(sound, { from, to: from + 500 + 4000 * stream.uniform() });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      requireHandling(view, "lateUpload", { weight: 1, likelihood: "value", prediction: "good" });
      assert.deepEqual(timesOf(view), Array.from(sound.time));
      const [window] = await asInput(series);
      assert.deepEqual(window!.inputStatus, {});
      untouched();
      return compared(affected, claimedBy(view, "lateUpload"));
    },
  },
  {
    id: "T12",
    title: "uneven steps because only changes are reported",
    deterministic: true,
    flag: "none up to 1.5 times the longest interval of the rule; `gap` beyond",
    status: "Good",
    calibration: "weight 1; the window ends at a gap",
    prediction: "Good while the heartbeat comes",
    by: "cleaning/silence.ts",
    async run(seed) {
      const stream = streamOf("T12", seed);
      const sound = instrument("FI1", course(stream, { slowness: 3000 }), stream, { sigma: 0.05 });
      const reported = exceptionReport(sound, { exception: 1, maxInterval: 600 });
      const untouched = watched(reported);
      const { view } = clean(reported, ruleDefaults);
      const doubts = reason.gap | reason.timeSuspect | reason.timeCoarse | reason.frozen | reason.overDense | reason.interpolated;
      assert.ok(view.reasons.every((mask) => (mask & doubts) === 0));
      assert.ok(view.status.every((code, i) => code === 0 || (view.reasons[i]! & reason.spike) !== 0));
      assert.equal((await asInput(reported)).length, 1);
      // The heartbeat stops.
      const from = moment(stream, sound);
      const at = reported.time.findIndex((t) => t >= from + 1500);
      const silent = { ...reported, ...pickedBut(reported, from, from + 1500) };
      const truth = Uint8Array.from(silent.time, (t) => (t === reported.time[at] ? 1 : 0));
      assert.equal((await asInput(silent)).length, 2);
      untouched();
      return compared(truth, claimedBy(clean(silent, ruleDefaults).view, "gap"));
    },
  },
  {
    id: "T13",
    title: "uneven steps because a scheduler jitters",
    deterministic: true,
    flag: "none; times stay true. Opt-in `repairTimes` puts them on the grid: `timeCoarse`",
    status: "Good",
    calibration: "weight 1, at the true time",
    prediction: "Good",
    by: "cleaning/timestamp-repair.ts",
    run(seed) {
      const stream = streamOf("T13", seed);
      const sound = instrument("TI1", course(stream), stream);
      const series = { ...sound, time: sound.time.map((t) => t + 0.3 * Math.max(-9, Math.min(9, stream.normal()))) };
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      assert.equal(view.time, series.time);
      for (const why of ["timeSuspect", "timeCoarse", "gap", "disordered", "interpolated"] as const)
        assert.equal(claimedBy(view, why).includes(1), false, why);
      const repaired = clean(series, { ...ruleDefaults, repairTimes: { method: "median", interval: 10 } }).view;
      const grid = timesOf(repaired);
      const phase = grid[0]! / 10;
      assert.ok(grid.every((t) => Math.abs(t / 10 - phase - Math.round(t / 10 - phase)) < 1e-6));
      assert.ok(repaired.time.every((t, i) => Math.abs(t - sound.time[i]!) < 0.1));
      requireHandling(repaired, "timeCoarse", { weight: 1, prediction: "good" });
      for (const method of ["median", "mode", "cluster"] as const) {
        const found = intervalOf(
          Float64Array.from(series.time, (t) => Math.round(t * 10) / 10),
          method,
        );
        assert.ok(Math.abs(found - 10) < 0.35, `${method}: ${found}`);
      }
      untouched();
      return compared(new Uint8Array(series.time.length).fill(1), claimedBy(repaired, "timeCoarse"));
    },
  },
  {
    id: "T14",
    title: "a scan faster than the instrument",
    deterministic: false,
    flag: "`overDense`, on the repeats",
    status: "Good",
    calibration: "weight 0 for repeats: as many observations as readings",
    prediction: "Good",
    by: "cleaning/over-dense.ts",
    async run(seed) {
      const stream = streamOf("T14", seed);
      const times = 3 + stream.integer(10);
      const readings = quantise(instrument("AI1", course(stream, { points: 500, step: 60 }), stream), seed % 2 === 0 ? 0.05 : 0.01).series;
      const { series, affected } = overScan(readings, { times, step: 60 / times });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      requireHandling(view, "overDense", { weight: 0, prediction: "good" });
      const [measured] = await asMeasured(series);
      const effective = measured!.measured["T"]!.weight.reduce((total, w) => total + w, 0);
      assert.ok(Math.abs(effective - 500) <= 25, `${effective} of 500`);
      const [input] = await asInput(series, {}, "linear");
      assert.deepEqual(input!.inputStatus, {});
      untouched();
      // A coarse signal that repeats itself by nature is not a scan too fast.
      const coarse = quantise(instrument("TI2", course(stream), stream, { sigma: 0.2 }), 1).series;
      return sum(compared(affected, claimedBy(view, "overDense")), onSound(coarse, "overDense"), onSound(readings, "overDense"));
    },
  },
  {
    id: "T15",
    title: "stamps cut to whole seconds, minutes or hours",
    deterministic: false,
    flag: "`timeCoarse`",
    status: "Good",
    calibration: "one point a stamp, or all spread over the unit; weight σ²/(σ² + s²w²/3)",
    prediction: "Good",
    by: "cleaning/coarse-times.ts",
    run(seed) {
      const stream = streamOf("T15", seed);
      const unit = [60, 600, 3600][seed % 3]!;
      const sound = instrument("TI1", course(stream, { step: unit / 6, slowness: 10 * unit }), stream);
      const { series } = truncateTimes(sound, { to: unit });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      assert.equal(claimedBy(view, "conflict").includes(1), false);
      const kept = inOrder(view);
      assert.equal(kept.length, new Set(series.time).size);
      for (const place of kept) {
        const { weight, likelihood, prediction } = handlingOf(view, place);
        assert.ok(weight > 0 && weight <= 1 && likelihood === "value" && prediction === "good");
      }
      const spread = clean(series, { ...ruleDefaults, coarseTimes: "spread" }).view;
      assert.equal(inOrder(spread).length, series.time.length);
      assert.ok(spread.time.every((t, i) => Math.abs(t - sound.time[i]!) <= unit / 12 + 1e-6));
      untouched();
      const doubled = duplicates(sound, { share: 0.3, seed, differing: 1 }).series;
      return sum(
        compared(new Uint8Array(series.time.length).fill(1), claimedBy(view, "timeCoarse")),
        onSound(sound, "timeCoarse"),
        onSound(doubled, "timeCoarse"),
      );
    },
  },
  {
    id: "T19",
    title: "averages stamped at the end of their interval",
    deterministic: true,
    flag: "`timeCoarse`, from the declared `averaged`",
    status: "Good",
    calibration: "weight 1, in the middle of the interval",
    prediction: "Good",
    by: "cleaning/interval-stamps.ts",
    async run(seed) {
      const stream = streamOf("T19", seed);
      const interval = [60, 300, 900][seed % 3]!;
      const sound = instrument("FI1", course(stream), stream, { sigma: 0 });
      for (const stamp of ["start", "middle", "end"] as const) {
        const plain = averages(sound, { interval, stamp });
        const series = { ...plain, info: { ...plain.info, averaged: { interval, stamp } } };
        const untouched = watched(series);
        const { view } = clean(series, ruleDefaults);
        assert.deepEqual(timesOf(view), Array.from(averages(sound, { interval, stamp: "middle" }).time));
        requireHandling(view, "timeCoarse", { weight: 1, prediction: "good" });
        assert.equal(claimedBy(view, "timeCoarse").includes(0), stamp === "middle");
        // Undeclared, nothing is moved.
        assert.equal(clean(plain, ruleDefaults).view.time, plain.time);
        const [window] = await asMeasured(series);
        assert.equal(window!.measured["T"]!.weight.length, series.time.length);
        untouched();
      }
      return { hits: 1, misses: 0, falseAlarms: 0 };
    },
  },
  {
    id: "T20",
    title: "the time of the result instead of that of the sample",
    deterministic: true,
    flag: "suspicion `sample-time`; `sampleTimeUnknown` once declared",
    status: "Uncertain_SubNormal once declared `unknown`",
    calibration: "weight by policy for Uncertain (0), times σ²/(σ² + s²w²/3)",
    prediction: "Uncertain; no bias update from it",
    by: "laboratory/sample-times.ts",
    async run(seed) {
      return await resultTimes(seed);
    },
  },
];

async function resultTimes(seed: number): Promise<Verdict> {
  const { entryTimes } = await import("../../../src/historian/faults/index.ts");
  const { sampleTimeSuspicion } = await import("../../../src/historian/index.ts");
  const stream = streamOf("T20", seed);
  const drawn = Array.from({ length: 90 }, (_, i) => i * 28_800 + Math.floor(20_000 * stream.uniform()) + 37);
  const truth = course(stream, { points: 90, step: 28_800, slowness: 200_000 });
  const sound = instrument("LAB1", { time: drawn, value: truth.value }, stream, { sigma: 0.2 });
  const { series } = entryTimes(sound, { shift: 28_800, around: 600, seed });
  const untouched = watched(series);
  const told = sampleTimeSuspicion(series);
  assert.equal(told?.kind, "sample-time");
  assert.equal(told.reason, "sampleTimeUnknown");
  assert.match(told.proposal, /unknown/);
  // Known at once: the stamp is that of the entry, whatever the time of day.
  assert.match(
    sampleTimeSuspicion(
      sound,
      sound.time.map((t) => t + 60),
    )!.evidence,
    /at once/,
  );
  const reported = reportTimes(sound, { delay: [3600, 7200], tag: "R", seed }).value;
  assert.equal(sampleTimeSuspicion(sound, reported), undefined);
  const [window] = await asMeasured(
    series,
    { rules: { weights: { good: 1, uncertain: 0.5, bad: 0 } } },
    { sigma: 0.2, lab: { sampleTime: "unknown", within: "4 h" } },
  );
  const { weight, status: codes, reasons } = window!.measured["T"]!;
  assert.ok(weight.every((w) => w > 0 && w <= 0.5) && weight.some((w) => w < 0.25));
  assert.ok(codes.every((code) => severity(code) === "uncertain"));
  assert.ok(reasons.every((mask) => (mask & reason.sampleTimeUnknown) !== 0));
  untouched();
  return { hits: 1, misses: 0, falseAlarms: sampleTimeSuspicion(sound) === undefined ? 0 : 1 };
}

/** Columns without the points of a stretch. */
function pickedBut(series: Series, from: number, to: number): Pick<Series, "time" | "value" | "status" | "reasons"> {
  const keep = (_: number, i: number): boolean => !(series.time[i]! > from && series.time[i]! < to);
  return {
    time: series.time.filter(keep),
    value: series.value.filter(keep),
    status: series.status.filter(keep),
    reasons: series.reasons.filter(keep),
  };
}
