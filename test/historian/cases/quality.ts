/** Cases Q: what a source says of its values, what exports do to it, and how far it is believed. */
import assert from "node:assert/strict";
import { reason, severity, status } from "../../../src/core/index.ts";
import { loseStatus, markBad, markSome, spikes } from "../../../src/historian/faults/index.ts";
import {
  aggregate,
  bareView,
  clean,
  handlingOf,
  memorySource,
  openHistorian,
  portraitOf,
  portraitText,
  ruleDefaults,
  type Series,
} from "../../../src/historian/index.ts";
import { failsWith, file } from "../scratch.ts";
import { piItems, wholeOf } from "./pi.ts";
import { claimedBy, course, instrument, moment, requireHandling, streamOf } from "./plant.ts";
import { compared, type PlantCase, watched } from "./registry.ts";
import { asInput, asMeasured, statusAt } from "./windows.ts";

const flagged = (series: Series, why: number): Uint8Array => Uint8Array.from(series.reasons, (mask) => ((mask & why) !== 0 ? 1 : 0));

export const qualityCases: readonly PlantCase[] = [
  {
    id: "Q1",
    title: "Bad, with a plausible value",
    deterministic: true,
    flag: "`sourceBad`",
    status: "as delivered: Bad",
    calibration: "weight 0; the value is kept for display",
    prediction: "not used: the last usable value stands in, Uncertain_LastUsableValue",
    by: "series.ts, windows/track.ts",
    async run(seed) {
      const stream = streamOf("Q1", seed);
      const sound = instrument("TI1", course(stream), stream);
      const from = moment(stream, sound);
      const { series, affected } = markBad(sound, { from, to: from + 80 });
      const untouched = watched(series);
      const { view } = clean(series, { ...ruleDefaults, spikes: false });
      const place = affected.indexOf(1);
      assert.deepEqual(handlingOf(view, place), { weight: 0, likelihood: "none", prediction: "bad" });
      const [measured] = await asMeasured(series, { rules: { spikes: false } });
      const { value, weight } = measured!.measured["T"]!;
      assert.equal(value[place], sound.value[place]);
      assert.deepEqual(
        weight,
        Float64Array.from(affected, (one) => 1 - one),
      );
      const [input] = await asInput(series);
      assert.equal(statusAt(input!, series.time[place]!), status.uncertainLastUsableValue);
      untouched();
      return compared(affected, flagged(series, reason.sourceBad));
    },
  },
  {
    id: "Q2",
    title: "Good, with an impossible value",
    deterministic: true,
    flag: "`outOfRange`",
    status: "Bad_OutOfRange",
    calibration: "weight 0",
    prediction: "not used",
    by: "cleaning/values.ts",
    run(seed) {
      const stream = streamOf("Q2", seed);
      const sound = instrument("TI1", course(stream), stream, { range: [0, 200] });
      const { series, affected } = spikes(sound, { share: 0.02, size: 400, seed });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      requireHandling(view, "outOfRange", { weight: 0, likelihood: "none", prediction: "bad" });
      untouched();
      return compared(affected, claimedBy(view, "outOfRange"));
    },
  },
  {
    id: "Q3",
    title: "Uncertain: last usable value, units exceeded, sensor not accurate",
    deterministic: true,
    flag: "`sourceUncertain`",
    status: "as delivered: Uncertain",
    calibration: "by policy: `weights.uncertain`, 0 unless it is raised",
    prediction: "Uncertain",
    by: "windows/track.ts",
    async run(seed) {
      const stream = streamOf("Q3", seed);
      const code = [status.uncertainLastUsableValue, status.uncertainEngineeringUnitsExceeded, status.uncertainSensorNotAccurate][
        seed % 3
      ]!;
      const { series, affected } = markSome(instrument("TI1", course(stream), stream), { share: 0.1, seed, code });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      affected.forEach((one, i) => {
        if (one === 0) return;
        assert.equal(view.status[i], code);
        assert.deepEqual(handlingOf(view, i), { weight: 0, likelihood: "none", prediction: "uncertain" });
        assert.equal(handlingOf(view, i, { good: 1, uncertain: 0.3, bad: 0 }).weight, 0.3);
      });
      const [measured] = await asMeasured(series, { rules: { spikes: false, weights: { good: 1, uncertain: 0.3, bad: 0 } } });
      assert.deepEqual(
        measured!.measured["T"]!.weight,
        Float64Array.from(affected, (one) => (one === 1 ? 0.3 : 1)),
      );
      untouched();
      return compared(affected, flagged(series, reason.sourceUncertain));
    },
  },
  {
    id: "Q4",
    title: "substituted, or overridden by hand",
    deterministic: true,
    flag: "`manual`",
    status: "Uncertain_SubstituteValue",
    calibration: "weight 0",
    prediction: "used, Uncertain",
    by: "cleaning/by-hand.ts",
    async run(seed) {
      const stream = streamOf("Q4", seed);
      const sound = instrument("FI1", course(stream), stream);
      const from = moment(stream, sound);
      const code = [status.goodLocalOverride, status.uncertainSubstituteValue, status.goodLocalOverride | 0x400][seed % 3]!;
      const { series, affected } = markBad(sound, { from, to: from + 500, code });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      requireHandling(view, "manual", { weight: 0, likelihood: "none", prediction: "uncertain" });
      const [input] = await asInput(series);
      const place = affected.indexOf(1) + 3;
      assert.equal(statusAt(input!, series.time[place]!), status.uncertainSubstituteValue);
      // The value itself is used, not the one before the override.
      const k = input!.inputs["q"]!.times.findIndex((t) => Math.abs(t * 60 + input!.epoch - series.time[place]!) < 1e-6);
      assert.equal(input!.inputs["q"]!.values[k], series.value[place]);
      untouched();
      return compared(affected, claimedBy(view, "manual"));
    },
  },
  {
    id: "Q5",
    title: "a digital state where a number belongs: I/O Timeout, Bad Input",
    deterministic: true,
    flag: "`notANumber`; finding `text`",
    status: "Bad, by state",
    calibration: "no value, only counted",
    prediction: "not used",
    by: "sources/pi-states.ts, status-codes.ts",
    async run(seed) {
      const stream = streamOf("Q5", seed);
      const states = [
        ["I/O Timeout", 246, status.badNoCommunication],
        ["Bad Input", 255, status.badSensorFailure],
        ["No Data", 248, status.badNoData],
        ["Scan Off", 238, status.badOutOfService],
      ] as const;
      const truth = Array.from({ length: 60 }, () => (stream.uniform() < 0.2 ? stream.integer(4) : -1));
      const { source } = await piItems(
        truth.map((state, i) =>
          state < 0
            ? { value: String(i) }
            : { value: `{"Name":"${states[state]![0]}","Value":${states[state]![1]},"IsSystem":true}`, flags: '"Good":false' },
        ),
      );
      const online = await wholeOf(source, "TI1");
      const text = `time,TI1\n${truth.map((state, i) => `${new Date(Date.UTC(2026, 0, 1) + 60_000 * i).toISOString()},${state < 0 ? i : states[state]![0]}`).join("\n")}\n`;
      const plant = await openHistorian(file(`q5-${seed}.csv`, text));
      const offline = await plant.read("TI1");
      assert.equal(plant.findings().find(({ kind }) => kind === "text")?.count, truth.filter((state) => state >= 0).length);
      for (const series of [online, offline]) {
        const view = bareView(series);
        truth.forEach((state, i) => {
          assert.equal(series.status[i], state < 0 ? 0 : states[state]![2]);
          assert.equal(series.value[i], state < 0 ? i : 0);
          if (state >= 0) assert.deepEqual(handlingOf(view, i), { weight: 0, likelihood: "none", prediction: "bad" });
        });
      }
      return compared(
        truth.map((state) => (state < 0 ? 0 : 1)),
        flagged(online, reason.notANumber),
      );
    },
  },
  {
    id: "Q6",
    title: "questionable, annotated",
    deterministic: true,
    flag: "`sourceUncertain` for questionable; finding `annotated`",
    status: "Uncertain; annotated values as they are",
    calibration: "questionable by policy for Uncertain; annotated counts",
    prediction: "Uncertain; Good if only annotated",
    by: "sources/pi-states.ts",
    async run(seed) {
      const stream = streamOf("Q6", seed);
      const truth = Array.from({ length: 60 }, () => stream.integer(4));
      const { source } = await piItems(
        truth.map((kind, i) => ({
          value: String(i),
          flags: `"Good":true,"Questionable":${kind === 1},"Substituted":false,"Annotated":${kind === 2}`,
        })),
      );
      const series = await wholeOf(source, "TI1");
      const view = bareView(series);
      for (const [i, kind] of truth.entries())
        assert.deepEqual(
          handlingOf(view, i),
          kind === 1 ? { weight: 0, likelihood: "none", prediction: "uncertain" } : { weight: 1, likelihood: "value", prediction: "good" },
        );
      const notes = source.findings().find(({ kind }) => kind === "annotated");
      assert.equal(notes?.count ?? 0, truth.filter((kind) => kind === 2).length);
      return compared(
        truth.map((kind) => (kind === 1 ? 1 : 0)),
        flagged(series, reason.sourceUncertain),
      );
    },
  },
  {
    id: "Q7",
    title: "an export that lost the status",
    deterministic: true,
    flag: "`unverified`, on every point; told in the portrait",
    status: "Good",
    calibration: "weight 1: the tests of values carry the load",
    prediction: "Good",
    by: "series.ts",
    async run(seed) {
      const stream = streamOf("Q7", seed);
      const marked = markSome(instrument("TI1", course(stream, { points: 400 }), stream), { share: 0.1, seed });
      const { series } = loseStatus(marked.series);
      const untouched = watched(series);
      const { view } = clean(series, { ...ruleDefaults, spikes: false });
      assert.deepEqual(handlingOf(view, 0), { weight: 1, likelihood: "value", prediction: "good" });
      const text = `time,TI1\n${Array.from(series.time, (t, i) => `${new Date(t * 1000).toISOString()},${series.value[i]}`).join("\n")}\n`;
      const read = await (await openHistorian(file(`q7-${seed}.csv`, text))).read("TI1");
      assert.deepEqual(read.reasons, series.reasons);
      const source = memorySource({ name: "export", series: new Map([["TI1", series]]) });
      const portrait = await portraitOf(await openHistorian(source));
      assert.equal(portrait.tags[0]!.doubts.unverified, series.time.length);
      assert.match(portraitText(portrait), /unverified|nobody|no status/i);
      untouched();
      return compared(new Uint8Array(series.time.length).fill(1), flagged(series, reason.unverified));
    },
  },
  {
    id: "Q8",
    title: "qualities of OPC classic, or percentages, read as OPC UA codes",
    deterministic: true,
    flag: "refused: `historian/status-map`; with `opc-classic` mapped, limit bits and all",
    status: "by the map QQSSSSLL",
    calibration: "weight by status",
    prediction: "by status",
    by: "status-codes.ts",
    async run(seed) {
      const stream = streamOf("Q8", seed);
      const known = [
        [192, "good"],
        [216, "good"],
        [64, "uncertain"],
        [68, "uncertain"],
        [84, "uncertain"],
        [0, "bad"],
        [8, "bad"],
        [24, "bad"],
      ] as const;
      const truth = [known[0], ...Array.from({ length: 59 }, () => known[stream.integer(known.length)]!)];
      const limits = truth.map(() => stream.integer(4));
      const text = `t,A,q\n${truth.map(([quality], i) => `${i},${i},${quality + limits[i]!}`).join("\n")}\n`;
      const options = (map: "ua" | "opc-classic") =>
        ({ time: { column: "t", elapsed: "s" }, status: { columns: { A: "q" }, map } }) as const;
      await assert.rejects(openHistorian(file(`q8-${seed}.csv`, text), options("ua")), failsWith("historian/status-map", '"ua"'));
      const percent = `t,A,q\n${truth.map((_, i) => `${i},${i},${[100, 0][i % 2]}`).join("\n")}\n`;
      for (const map of ["ua", "opc-classic"] as const)
        await assert.rejects(
          openHistorian(file(`q8-percent-${seed}.csv`, percent), options(map)),
          failsWith("historian/status-map", '"100"'),
        );
      const series = await (await openHistorian(file(`q8-${seed}.csv`, text), options("opc-classic"))).read("A");
      truth.forEach(([, level], i) => {
        assert.equal(severity(series.status[i]!), level);
        assert.equal(series.status[i]! & 0x300, limits[i]! << 8);
      });
      return compared(
        truth.map(([, level]) => (level === "good" ? 0 : 1)),
        flagged(series, reason.sourceBad | reason.sourceUncertain),
      );
    },
  },
  {
    id: "Q9",
    title: "an aggregate over good and bad values",
    deterministic: true,
    flag: "`sourceBad`, with `percentGood` beside the value",
    status: "Good, Uncertain_DataSubNormal or Bad, by the shares of Part 13",
    calibration: "Uncertain by policy (0), Bad 0",
    prediction: "as the status says",
    by: "alignment/aggregate.ts",
    run(seed) {
      const stream = streamOf("Q9", seed);
      const sound = instrument("TI1", course(stream, { points: 600 }), stream);
      const share = 0.1 + 0.3 * stream.uniform();
      const { series, affected } = markSome(sound, { share, seed });
      const untouched = watched(series);
      const result = aggregate(series, "Average", { from: 0, to: 6000, every: 600, percentDataBad: 50, percentDataGood: 85 });
      const strict = aggregate(series, "Average", { from: 0, to: 6000, every: 600 });
      const truth = new Uint8Array(result.time.length);
      const claimed = new Uint8Array(result.time.length);
      for (let k = 0; k < result.time.length; k++) {
        const bad = affected.subarray(60 * k, 60 * k + 60).reduce((total, one) => total + one, 0) / 60;
        const expected = bad >= 0.5 ? "bad" : 1 - bad >= 0.85 ? "good" : "uncertain";
        assert.equal(severity(result.status[k]!), expected, `interval ${k}: ${bad}`);
        truth[k] = expected === "good" ? 0 : 1;
        claimed[k] = severity(result.status[k]!) === "good" ? 0 : 1;
        // By default some Bad and some Good is neither.
        if (bad > 0 && bad < 1) assert.equal(strict.status[k]! & 0xffff0000, status.uncertainDataSubNormal);
        assert.ok(result.percentGood[k]! >= 0 && result.percentGood[k]! <= 100);
        if (bad > 0) assert.ok((result.reasons[k]! & reason.sourceBad) !== 0 && result.percentGood[k]! < 100);
        assert.equal(handlingOf(bareView(result), k).prediction, expected);
      }
      untouched();
      return { ...compared(truth, claimed), hits: compared(truth, claimed).hits + 1 };
    },
  },
];
