/** Cases L: what laboratories and the way of their results do. */
import assert from "node:assert/strict";
import { reason, severity, status } from "../../../src/core/index.ts";
import { bias, corrections, misprint, mixUp, replicates, reportTimes, scheduledTimes } from "../../../src/historian/faults/index.ts";
import {
  bareView,
  bind,
  clean,
  doubt,
  handlingOf,
  lateResultLayer,
  memorySource,
  methodChange,
  misprints,
  openHistorian,
  overdueSince,
  prepare,
  repeatabilityLayer,
  repeatabilityOf,
  repeatabilitySuspicion,
  ruleDefaults,
  type Series,
  sampleTimeSuspicion,
  seriesOf,
  swappedSamples,
  type View,
  withLayer,
} from "../../../src/historian/index.ts";
import { file } from "../scratch.ts";
import { tank } from "../tank.ts";
import { type Course, claimedBy, course, eventVerdict, instrument, moment, requireHandling, streamOf, sum } from "./plant.ts";
import { compared, type PlantCase, watched } from "./registry.ts";
import { asMeasured } from "./windows.ts";

type Stream = ReturnType<typeof streamOf>;
const laboratory = { stepped: true, versions: true } as const;
const shift = 28_800;

/** Three samples a day at no round time, of a property that wanders slowly. */
function samples(stream: Stream, count: number, more: { readonly level?: number; readonly amplitude?: number } = {}): Course {
  const { value } = course(stream, { points: count, step: shift, slowness: 6 * shift, level: 50, amplitude: 2, ...more });
  return { value, time: value.map((_, i) => 1767225600 + i * shift + 37 + Math.floor(7000 * stream.uniform())) };
}

/** Results as they are written: to two decimals. */
const written = (series: Series): Series => ({ ...series, value: series.value.map((x) => Number(x.toFixed(2))) });

/** A view in which the points of suspicions are doubted. */
const approved = (series: Series, told: Parameters<typeof doubt>[1][]): View =>
  told.reduce((view, one) => doubt(view, one), bareView(series));

export const laboratoryCases: readonly PlantCase[] = [
  {
    id: "L1",
    title: "a schedule in place of sample times",
    deterministic: true,
    flag: "suspicion `sample-time`; `sampleTimeUnknown` once declared `scheduled`",
    status: "Good",
    calibration: "weight σ²/(σ² + s²w²/3): the faster the process moves, the less it counts",
    prediction: "Good",
    by: "laboratory/sample-times.ts, cleaning/laboratory.ts",
    async run(seed) {
      const stream = streamOf("L1", seed);
      const sound = instrument("LAB1", samples(stream, 60), stream, { sigma: 0.2 });
      const { series } = scheduledTimes(sound, { every: [3600, 7200, 14_400][seed % 3]! });
      const untouched = watched(series);
      const told = sampleTimeSuspicion(series);
      assert.match(told?.proposal ?? "", /scheduled/);
      assert.equal(told!.reason, "sampleTimeUnknown");
      const [window] = await asMeasured(series, {}, { sigma: 0.2, lab: { sampleTime: "scheduled", within: "2 h" } });
      const { weight, status: codes, reasons } = window!.measured["T"]!;
      assert.ok(weight.every((w) => w > 0 && w <= 1) && weight.some((w) => w < 0.9));
      assert.ok(codes.every((code) => severity(code) === "good") && reasons.every((mask) => (mask & reason.sampleTimeUnknown) !== 0));
      untouched();
      return { hits: 1, misses: 0, falseAlarms: sampleTimeSuspicion(sound) === undefined ? 0 : 1 };
    },
  },
  {
    id: "L2",
    title: "results that come hours late, or never",
    deterministic: true,
    flag: "`lateUpload`; counted as `noReportTime` where none came; `overdueSince`",
    status: "as delivered",
    calibration: "late ones count; those without a report time do not",
    prediction: "no bias update from late ones; the laboratory is overdue",
    by: "laboratory/overdue.ts, windows/cut.ts",
    async run(seed) {
      const stream = streamOf("L2", seed);
      const series = instrument("LAB1", samples(stream, 60), stream, { sigma: 0.2 });
      const reported = reportTimes(series, { delay: [3600, 7200], tag: "LAB1.R", seed });
      const truth = Uint8Array.from(series.time, () => (stream.uniform() < 0.1 ? 1 : 0));
      truth[0] = 1;
      const times = reported.value.map((t, i) => (truth[i] === 1 ? t + 86_400 : t));
      const untouched = watched(series);
      const view = withLayer(bareView(series), lateResultLayer(bareView(series), times, 8 * 3600));
      requireHandling(view, "lateUpload", { weight: 1, likelihood: "value", prediction: "good" });
      const last = series.time.at(-1)!;
      assert.equal(overdueSince(series.time, { every: shift, delay: 7200, now: last + shift }), 0);
      assert.equal(overdueSince(series.time, { every: shift, delay: 7200, now: last + shift + 7200 + 500 }), 500);
      // Some never come: no report time, no weight, but counted.
      const never = seriesOf("LAB1.R", {
        time: series.time,
        value: Array.from(times, (t, i) => (i % 10 === 3 ? null : t)),
        status: series.value.map(() => 0),
      });
      const q = seriesOf("Q", { time: [series.time[0]! - 10, last + 10], value: [1, 1], status: [0, 0] });
      const source = memorySource({ name: "lab", series: new Map([q, series, never].map((one) => [one.tag, one])) });
      const tags = bind(tank, { q: { tag: "Q", unit: "L/min" }, T: { tag: "LAB1", unit: "K", lab: { reported: "LAB1.R" } } });
      const { windows } = await prepare(source, tags);
      assert.equal(windows[0]!.excluded["T"]!["noReportTime"], 6);
      assert.equal(windows[0]!.measured["T"]!.value.length, 54);
      untouched();
      return compared(truth, claimedBy(view, "lateUpload"));
    },
  },
  {
    id: "L3",
    title: "bottles of two sample points mixed up",
    deterministic: false,
    flag: "suspicion `swapped-samples`; `labSuspect` once approved",
    status: "Uncertain once approved",
    calibration: "weight 0 once approved; a robust loss until then",
    prediction: "Uncertain once approved",
    by: "laboratory/swapped-samples.ts",
    run(seed) {
      const stream = streamOf("L3", seed);
      const top = samples(stream, 150, { level: 50 });
      const bottom = { time: top.time, value: samples(stream, 150, { level: 70 }).value };
      const [a, b] = [instrument("LAB.TOP", top, stream, { sigma: 0.4 }), instrument("LAB.BOTTOM", bottom, stream, { sigma: 0.4 })];
      const [first, second] = mixUp(a, b, { share: 0.06, seed });
      const untouched = watched(first.series, second.series);
      const told = swappedSamples(first.series, second.series);
      for (const one of told) assert.equal(one.reason, "labSuspect");
      const views = [first, second].map(({ series }) => approved(series, [...told]));
      for (const view of views) requireHandling(view, "labSuspect", { weight: 0, likelihood: "none", prediction: "uncertain" });
      untouched();
      return sum(
        compared(first.affected, claimedBy(views[0]!, "labSuspect")),
        compared(second.affected, claimedBy(views[1]!, "labSuspect")),
        { hits: 0, misses: 0, falseAlarms: swappedSamples(a, b).length },
      );
    },
  },
  {
    id: "L4",
    title: "below the limit of detection",
    deterministic: true,
    flag: "`censored`",
    status: "Uncertain_SubNormal",
    calibration: "the likelihood of a limit, in full; never half of it",
    prediction: "Uncertain",
    by: "files/value-cells.ts, cleaning/laboratory.ts",
    async run(seed) {
      const stream = streamOf("L4", seed);
      const raw = written(instrument("LAB1", samples(stream, 60, { level: 1, amplitude: 0.6 }), stream, { sigma: 0.05 }));
      const limit = 0.6;
      const truth = Uint8Array.from(raw.value, (x) => (x < limit ? 1 : 0));
      const cells = Array.from(raw.value, (x) => (x < limit ? `<${limit}` : String(x)));
      const text = `time,LAB1\n${cells.map((cell, i) => `${new Date(raw.time[i]! * 1000).toISOString()},${cell}`).join("\n")}\n`;
      const series = await (await openHistorian(file(`l4-${seed}.csv`, text))).read("LAB1");
      const { view } = clean(series, ruleDefaults, laboratory);
      truth.forEach((below, i) => {
        if (below === 0) return;
        assert.equal(series.value[i], limit);
        assert.equal(view.status[i], status.uncertainSubNormal);
        assert.deepEqual(handlingOf(view, i), { weight: 1, likelihood: "below", prediction: "uncertain" });
      });
      // The same limit declared, for results that were written as numbers.
      const [window] = await asMeasured(raw, {}, { sigma: 0.05, lab: { detection: [limit] } });
      assert.deepEqual(
        Uint8Array.from(window!.measured["T"]!.reasons, (mask) => ((mask & reason.censored) !== 0 ? 1 : 0)),
        Uint8Array.from(raw.value, (x) => (x <= limit ? 1 : 0)),
      );
      return compared([...truth, 1], [...Uint8Array.from(series.reasons, (mask) => ((mask & reason.censored) !== 0 ? 1 : 0)), 1]);
    },
  },
  {
    id: "L5",
    title: "typed wrong: decimal sign, exchanged digits",
    deterministic: false,
    flag: "`labSuspect`, with what was probably meant",
    status: "Uncertain_SensorNotAccurate",
    calibration: "weight 0; the correction is proposed, not made",
    prediction: "Uncertain",
    by: "laboratory/misprints.ts",
    run(seed) {
      const stream = streamOf("L5", seed);
      const sound = written(instrument("LAB1", samples(stream, 200), stream, { sigma: 0.2 }));
      const { series, affected } = misprint(sound, { share: 0.05, seed, least: 10 });
      const untouched = watched(series);
      const { view, order } = clean(series, ruleDefaults, laboratory);
      requireHandling(view, "labSuspect", { weight: 0, likelihood: "none", prediction: "uncertain" });
      assert.deepEqual(view.value, series.value);
      const meant = misprints(bareView(series), order);
      const right = meant.filter((one) => Math.abs(one.meant - sound.value[one.place]!) < 0.005).length;
      assert.ok(right >= 0.8 * meant.length, `${right} of ${meant.length}`);
      untouched();
      return sum(
        compared(affected, claimedBy(view, "labSuspect")),
        compared(new Uint8Array(200), claimedBy(clean(sound, ruleDefaults, laboratory).view, "labSuspect")),
      );
    },
  },
  {
    id: "L6",
    title: "a result that was corrected later",
    deterministic: true,
    flag: "`superseded`, on the earlier version",
    status: "as delivered; left out",
    calibration: "the latest version counts",
    prediction: "from the latest version on, forward only",
    by: "cleaning/same-time.ts",
    async run(seed) {
      const stream = streamOf("L6", seed);
      const sound = instrument("LAB1", samples(stream, 60), stream, { sigma: 0.2 });
      const { series, affected } = corrections(sound, { share: 0.15, size: 3, seed });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults, laboratory);
      requireHandling(view, "superseded", { weight: 0, likelihood: "none" });
      const [window] = await asMeasured(series, {}, { sigma: 0.2, lab: {} });
      assert.deepEqual(window!.measured["T"]!.value, sound.value);
      assert.equal(window!.excluded["T"]!["superseded"], 9);
      untouched();
      return compared(affected, claimedBy(view, "superseded"));
    },
  },
  {
    id: "L7",
    title: "another method, or another unit of results",
    deterministic: false,
    flag: "suspicion `method`, with size and time; `labSuspect` once approved",
    status: "Uncertain once approved",
    calibration: "weight 0 from there on, until the next period has an offset of its own",
    prediction: "Uncertain once approved",
    by: "laboratory/method-change.ts",
    run(seed) {
      const stream = streamOf("L7", seed);
      const truth = samples(stream, 150);
      const analyser = instrument("AI1", truth, stream, { sigma: 0.3 });
      const sound = instrument("LAB1", truth, stream, { sigma: 0.3 });
      const at = moment(stream, sound);
      const { series } = bias(sound, { size: seed % 2 === 0 ? 1.2 : -1.2, from: at });
      const untouched = watched(series, analyser);
      const told = methodChange(series, analyser);
      if (told) {
        const view = approved(series, [told]);
        requireHandling(view, "labSuspect", { weight: 0, likelihood: "none", prediction: "uncertain" });
        assert.ok(Math.abs(Math.abs(told.figures["size"]!) - 1.2) < 5 * told.figures["sigma"]!);
      }
      const onSound = methodChange(sound, analyser);
      untouched();
      return eventVerdict(
        told ? [told] : [],
        { kind: "method", from: at, within: 5 * shift, reason: "labSuspect" },
        onSound ? [onSound] : [],
      );
    },
  },
  {
    id: "L8",
    title: "a repeatability worse than assumed",
    deterministic: false,
    flag: "suspicion `repeatability`; `noisy` once approved",
    status: "Good",
    calibration: "weight σ²/s² with s from duplicates",
    prediction: "Good; the gain of the bias update is lowered with σ",
    by: "laboratory/repeatability.ts",
    run(seed) {
      const stream = streamOf("L8", seed);
      const truth = instrument("LAB1", samples(stream, 40), stream, { sigma: 0 });
      const [worse, good] = [0.4, 0.2].map((sigma) => replicates(truth, { sigma, seed, apart: 120 }));
      const untouched = watched(worse!, good!);
      const view = bareView(worse!);
      const found = repeatabilityOf(view, 300);
      assert.ok(found !== undefined && found.pairs === 40 && Math.abs(found.sigma - 0.4) < 0.2);
      const told = repeatabilitySuspicion("LAB1", found, 0.2);
      const weighed = withLayer(view, repeatabilityLayer(view, found, 0.2));
      const factor = (0.2 / found.sigma) ** 2;
      requireHandling(weighed, "noisy", { weight: Math.min(1, factor), likelihood: "value", prediction: "good" });
      const onSound = repeatabilitySuspicion("LAB1", repeatabilityOf(bareView(good!), 300), 0.2);
      untouched();
      return eventVerdict(told ? [told] : [], { kind: "repeatability", reason: "noisy" }, onSound ? [onSound] : []);
    },
  },
];
