/** Cases H: what archives and their exports leave out, draw in, cut short or change later. */
import assert from "node:assert/strict";
import { isGreyboxError, reason, severity, status } from "../../../src/core/index.ts";
import { dropOut, interpolatedExport, markBad, swingingDoor } from "../../../src/historian/faults/index.ts";
import {
  archiveHoles,
  bareView,
  bind,
  clean,
  compressionSuspicion,
  editsBetween,
  handlingOf,
  memorySource,
  prepare,
  ruleDefaults,
  type Series,
  seriesHash,
  seriesOf,
  supersededLayer,
  withLayer,
  withoutMethod,
} from "../../../src/historian/index.ts";
import { fakePi } from "../sources/fake-servers.ts";
import { tank } from "../tank.ts";
import { piSource, wholeOf } from "./pi.ts";
import { claimedBy, course, eventVerdict, instrument, moment, requireHandling, streamOf, sum } from "./plant.ts";
import { compared, type PlantCase, watched } from "./registry.ts";
import { asInput, asMeasured, statusAt } from "./windows.ts";

const caught = { hits: 1, misses: 0, falseAlarms: 0 };
const none = (series: Series): Uint8Array => new Uint8Array(series.time.length);

export const historyCases: readonly PlantCase[] = [
  {
    id: "H1",
    title: "an interpolated export presented as raw",
    deterministic: false,
    flag: "`interpolated`, on what lies between corners",
    status: "Good",
    calibration: "weight 0 between corners: as many observations as were archived",
    prediction: "Good",
    by: "cleaning/interpolated.ts",
    async run(seed) {
      const stream = streamOf("H1", seed);
      const sound = instrument("TI1", course(stream), stream);
      const archived = swingingDoor(sound, { deviation: 0.6 + 1.2 * stream.uniform() });
      const { info: _, ...bare } = archived;
      const { series, affected } = interpolatedExport({ ...bare, info: { tag: "TI1" } }, { step: 10 });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      requireHandling(view, "interpolated", { weight: 0 });
      requireHandling(clean(series, { ...ruleDefaults, spikes: false }).view, "interpolated", { weight: 0, prediction: "good" });
      const [measured] = await asMeasured(series);
      const effective = measured!.measured["T"]!.weight.reduce((total, w) => total + w, 0);
      assert.ok(effective <= 1.05 * archived.time.length, `${effective} of ${archived.time.length}`);
      assert.equal(claimedBy(withoutMethod(view, "straight-lines"), "interpolated").includes(1), false);
      untouched();
      const smooth = instrument("TI2", course(stream), stream, { sigma: 0 });
      return sum(
        compared(affected, claimedBy(view, "interpolated")),
        ...[sound, smooth].map((one) => compared(none(one), claimedBy(clean(one, ruleDefaults).view, "interpolated"))),
      );
    },
  },
  {
    id: "H2",
    title: "a compression coarser than the noise",
    deterministic: false,
    flag: "suspicion `compression`, with the deviation and its ratio to σ",
    status: "Good",
    calibration: "the declared deviation is handed on (`compression`): the likelihood has a dead band",
    prediction: "Good",
    by: "suspicion/compressed.ts",
    async run(seed) {
      const stream = streamOf("H2", seed);
      const sound = instrument("TI1", course(stream, { points: 20_000 }), stream);
      const ratio = 2 + 6 * stream.uniform();
      const archived = swingingDoor(sound, { deviation: 0.3 * ratio });
      const series = { ...archived, info: { tag: "TI1" } };
      const untouched = watched(series);
      const told = compressionSuspicion(series, 0.3);
      if (told)
        assert.ok(told.figures["ratio"]! > ratio / 2.2 && told.figures["ratio"]! < 2.2 * ratio, `${told.figures["ratio"]} for ${ratio}`);
      assert.equal(compressionSuspicion(archived), undefined, "declared is no suspicion");
      const [window] = await asMeasured(series, {}, { sigma: 0.3, compression: 0.3 * ratio });
      assert.equal(window!.measured["T"]!.compression, 0.3 * ratio);
      assert.deepEqual(handlingOf(bareView(series), 5), { weight: 1, likelihood: "value", prediction: "good" });
      untouched();
      const onSound = compressionSuspicion(sound, 0.3);
      return eventVerdict(told ? [told] : [], { kind: "compression" }, onSound ? [onSound] : []);
    },
  },
  {
    id: "H3",
    title: "straight lines through a tag that steps",
    deterministic: true,
    flag: "`interpolated`, on values between states",
    status: "Uncertain_SensorNotAccurate",
    calibration: "weight 0; states are held, never half of one",
    prediction: "Uncertain; the last state stands in",
    by: "cleaning/interpolated.ts",
    async run(seed) {
      const stream = streamOf("H3", seed);
      const states = Array.from({ length: 60 }, () => stream.integer(3));
      const times = Array.from({ length: 60 }, (_, i) => 600 * i);
      const raw = seriesOf("XV1", { time: times, value: states, status: times.map(() => 0) }, { stepped: true });
      // Read at times that fall between changes now and then.
      const dense = interpolatedExport(raw, { step: 600 / 7 + 0.001 * seed });
      const held = { ...dense.series, value: dense.series.value.slice() };
      // Only some of the lines are drawn; most of the export holds, as a server that mixes both does.
      const drawn = new Uint8Array(held.time.length);
      held.time.forEach((t, i) => {
        const before = states[Math.min(Math.floor(t / 600), 59)]!;
        if (!Number.isInteger(held.value[i]!) && i % 9 !== 0) held.value[i] = before;
        drawn[i] = Number.isInteger(held.value[i]!) ? 0 : 1;
      });
      const untouched = watched(held);
      const { view } = clean(held, ruleDefaults, { stepped: true });
      requireHandling(view, "interpolated", { weight: 0, likelihood: "none", prediction: "uncertain" });
      const [window] = await asInput(held);
      assert.equal(window!.inputs["q"]!.interpolation ?? "hold", "hold");
      assert.ok(Array.from(window!.inputs["q"]!.values).every(Number.isInteger));
      assert.equal(severity(statusAt(window!, held.time[drawn.indexOf(1)]!)), "uncertain");
      untouched();
      return compared(drawn, claimedBy(view, "interpolated"));
    },
  },
  {
    id: "H4",
    title: "an outage, or a stretch of Bad, in the middle",
    deterministic: true,
    flag: "`gap`, on the first point after it",
    status: "no points there; nothing is drawn across",
    calibration: "windows end and begin there",
    prediction: "none across it",
    by: "cleaning/silence.ts, windows/spans.ts",
    async run(seed) {
      const stream = streamOf("H4", seed);
      const sound = instrument("FI1", course(stream), stream, { stepped: false });
      const from = moment(stream, sound);
      const to = from + 400 + 1000 * stream.uniform();
      const { series } = dropOut(sound, { from, to });
      const untouched = watched(series);
      const after = series.time.findIndex((t) => t >= to);
      const { view } = clean(series, ruleDefaults);
      requireHandling(view, "gap", { prediction: "good" });
      for (const faulty of [series, markBad(sound, { from, to }).series]) {
        const windows = await asInput(faulty, {}, "linear");
        assert.equal(windows.length, 2);
        assert.ok(windows[0]!.epoch + 60 * windows[0]!.duration < from && windows[1]!.epoch >= to);
      }
      untouched();
      return compared(
        Uint8Array.from(series.time, (_, i) => (i === after ? 1 : 0)),
        claimedBy(view, "gap"),
      );
    },
  },
  {
    id: "H5",
    title: "no value before the archive begins",
    deterministic: true,
    flag: "rejected window, with the input that has no value throughout",
    status: "no bound",
    calibration: "no window before the first point; nothing is filled back",
    prediction: "none",
    by: "windows/spans.ts",
    async run(seed) {
      const stream = streamOf("H5", seed);
      const sound = instrument("FI1", course(stream, { points: 300 }), stream);
      const series = dropOut(sound, { from: -Infinity, to: moment(stream, sound) }).series;
      const untouched = watched(series);
      const [window] = await asInput(series);
      assert.equal(window!.epoch, series.time[0]);
      await assert.rejects(asInput(series, { windows: [[series.time[0]! - 600, series.time[0]! + 600]] }), (error) => {
        assert.ok(isGreyboxError(error, "historian/no-windows"));
        assert.match(error.message, /no value throughout of q/);
        return true;
      });
      untouched();
      return caught;
    },
  },
  {
    id: "H6",
    title: "a reading cut short at the limit of the server",
    deterministic: true,
    flag: "read on to the end; what cannot be told apart is refused",
    status: "as archived",
    calibration: "every point counts",
    prediction: "as archived",
    by: "sources/from-time-on.ts",
    async run(seed) {
      const stream = streamOf("H6", seed);
      const sound = { ...instrument("TI1", course(stream, { points: 500 }), stream) };
      const series = { ...sound, time: sound.time.map((t) => t + 1767225600) };
      const fake = await fakePi([series], { cap: 7 + stream.integer(60) });
      const read = await wholeOf(piSource(fake.url), "TI1");
      assert.deepEqual([read.time, read.value, read.status], [series.time, series.value, series.status]);
      assert.ok(fake.asked.filter(({ path }) => path.endsWith("/recorded")).length > 5);
      return caught;
    },
  },
  {
    id: "H7",
    title: "an error inside an answer that says it succeeded",
    deterministic: true,
    flag: "asked again; then refused: `historian/server-failed`",
    status: "–",
    calibration: "nothing is read, never less than all",
    prediction: "nothing is read",
    by: "sources/pi-web-api.ts",
    async run(seed) {
      const stream = streamOf("H7", seed);
      const sound = instrument("TI1", course(stream, { points: 200 }), stream);
      const series = { ...sound, time: sound.time.map((t) => t + 1767225600) };
      const fake = await fakePi([series], { cap: 50 });
      const faulty = '{"Items":[{"Timestamp":"2026-01-01T00:00:00Z","Value":1,"Good":true},{"Errors":[{"Message":["archive offline"]}]}]}';
      const bad = 1 + stream.integer(3);
      let pages = 0;
      fake.trouble = ({ path }) => (path.endsWith("/recorded") && ++pages === bad ? { body: faulty } : undefined);
      assert.deepEqual((await wholeOf(piSource(fake.url), "TI1")).value, series.value);
      fake.trouble = ({ path }) => (path.endsWith("/recorded") ? { body: faulty } : undefined);
      await assert.rejects(wholeOf(piSource(fake.url), "TI1"), (error) => isGreyboxError(error, "historian/server-failed"));
      return caught;
    },
  },
  {
    id: "H8",
    title: "a hole of the archive: many tags silent together",
    deterministic: true,
    flag: "`groupStale`, on the first point after it; a calendar of holes",
    status: "as delivered: it is no fault of a sensor",
    calibration: "windows end there; the points around it count",
    prediction: "Good again after it",
    by: "cleaning/archive-holes.ts, windows/holes.ts",
    async run(seed) {
      const stream = streamOf("H8", seed);
      const tags = ["FI1", "TI1", "PI1", "LI1", "AI1"].map((tag) => instrument(tag, course(stream), stream));
      const from = moment(stream, tags[0]!);
      const to = from + 500 + 2000 * stream.uniform();
      const faulty = tags.map((one) => dropOut(one, { from, to }).series);
      // One sensor has an outage of its own besides.
      faulty[0] = dropOut(faulty[0]!, { from: 1000, to: 2000 }).series;
      const untouched = watched(...faulty);
      const cleaned = faulty.map((one) => clean(one, ruleDefaults));
      const { holes, layers } = archiveHoles(cleaned);
      assert.equal(holes.length, 1);
      assert.ok(holes[0]!.from < from && holes[0]!.from >= from - 10 && holes[0]!.to >= to && holes[0]!.to < to + 10);
      const verdicts = faulty.map((series, i) => {
        const view = withLayer(cleaned[i]!.view, layers[i]!);
        const after = series.time.findIndex((t) => t >= to);
        assert.equal(view.status[after], cleaned[i]!.view.status[after]);
        return compared(
          Uint8Array.from(series.time, (_, k) => (k === after ? 1 : 0)),
          claimedBy(view, "groupStale"),
        );
      });
      // The same when tags are bound and windows are cut.
      const binding = bind(tank, {
        q: { tag: "FI1", unit: "L/min" },
        Tc: { tag: "TI1", unit: "K" },
        T: { tag: "PI1", unit: "K" },
        cA: { tag: "LI1", unit: "mol/L" },
      });
      const source = memorySource({ name: "plant", series: new Map(faulty.map((one) => [one.tag, one])) });
      const { windows } = await prepare(source, binding, { windows: [[0, 19_000]], maxGap: "1 h" });
      for (const name of ["T", "cA"]) {
        const { reasons, time, weight } = windows[0]!.measured[name]!;
        const noted = Array.from(reasons.keys()).filter((k) => (reasons[k]! & reason.groupStale) !== 0);
        assert.equal(noted.length, 1);
        assert.ok(Math.abs(60 * time[noted[0]!]! - to) <= 10 && weight[noted[0]!] === 1);
      }
      untouched();
      return sum(...verdicts, { hits: 0, misses: 0, falseAlarms: archiveHoles(tags.map((one) => clean(one, ruleDefaults))).holes.length });
    },
  },
  {
    id: "H9",
    title: "history that was edited after it had been read",
    deterministic: true,
    flag: "`superseded`, on what does not hold any more; another hash",
    status: "Uncertain",
    calibration: "weight 0 for the old values; pinned by hash",
    prediction: "Uncertain",
    by: "edits.ts",
    run(seed) {
      const stream = streamOf("H9", seed);
      const before = instrument("TI1", course(stream, { points: 500 }), stream);
      const truth = Uint8Array.from(before.time, () => (stream.uniform() < 0.05 ? 1 : 0));
      const value = before.value.map((x, i) => (truth[i] === 1 ? x + 1 : x));
      const after = { ...before, value };
      const untouched = watched(before, after);
      assert.notEqual(seriesHash(before), seriesHash(after));
      assert.equal(seriesHash(before), seriesHash({ ...before, value: before.value.slice() }));
      const edits = editsBetween(before, after);
      const view = withLayer(bareView(before), supersededLayer(bareView(before), edits));
      requireHandling(view, "superseded", { weight: 0, likelihood: "none", prediction: "uncertain" });
      assert.equal(editsBetween(before, before).changed.length, 0);
      const shorter = dropOut(before, { from: 100, to: 200 }).series;
      assert.deepEqual([editsBetween(before, shorter).removed.length, editsBetween(shorter, before).added.length], [10, 10]);
      assert.equal(status.uncertain, view.status[truth.indexOf(1)]);
      assert.ok(view.reasons.every((mask, i) => ((mask & reason.superseded) !== 0) === (truth[i] === 1)));
      untouched();
      return compared(truth, claimedBy(view, "superseded"));
    },
  },
];
