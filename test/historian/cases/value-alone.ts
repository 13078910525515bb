/** Cases V that one tag shows by itself, or with companions: spikes, flat lines, range ends, codes for nothing, noise, counters. */
import assert from "node:assert/strict";
import { reason, status } from "../../../src/core/index.ts";
import {
  failureCurrent,
  freeze,
  freezeTogether,
  noisy,
  oscillate,
  overrun,
  quantise,
  resetCounter,
  saturate,
  sentinels,
  spikes,
  zeroOnFailure,
} from "../../../src/historian/faults/index.ts";
import {
  clean,
  doubt,
  groupFreezeLayers,
  handlingOf,
  openHistorian,
  rateOf,
  ruleDefaults,
  suspectedCounter,
  suspectedOscillation,
  suspectedSentinels,
  withLayer,
  withoutMethod,
  zeroLayer,
} from "../../../src/historian/index.ts";
import { file } from "../scratch.ts";
import { claimedBy, course, eventVerdict, instrument, moment, requireHandling, streamOf, sum } from "./plant.ts";
import { compared, type PlantCase, watched } from "./registry.ts";

export const aloneCases: readonly PlantCase[] = [
  {
    id: "V1",
    title: "spikes",
    deterministic: false,
    flag: "`spike`",
    status: "Uncertain_SensorNotAccurate",
    calibration: "weight 0",
    prediction: "Uncertain; the last usable value stands in",
    by: "cleaning/spikes.ts",
    run(seed) {
      const stream = streamOf("V1", seed);
      const { series, affected } = spikes(instrument("TI1", course(stream), stream), { share: 0.01, size: 3, seed });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      requireHandling(view, "spike", { weight: 0, likelihood: "none", prediction: "uncertain" });
      assert.equal(claimedBy(withoutMethod(view, "spikes"), "spike").includes(1), false);
      untouched();
      return compared(affected, claimedBy(view, "spike"));
    },
  },
  {
    id: "V2",
    title: "a sensor that sticks",
    deterministic: false,
    flag: "`frozen`",
    status: "Bad_SensorFailure",
    calibration: "weight 0",
    prediction: "Bad input: not used",
    by: "cleaning/frozen.ts",
    run(seed) {
      const stream = streamOf("V2", seed);
      const sound = quantise(instrument("TI2", course(stream), stream), 0.05).series;
      const from = moment(stream, sound);
      const { series, affected } = freeze(sound, { from, to: from + 600 + 2000 * stream.uniform() });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      requireHandling(view, "frozen", { weight: 0, likelihood: "none", prediction: "bad" });
      untouched();
      return sum(
        compared(affected, claimedBy(view, "frozen")),
        compared(new Uint8Array(sound.time.length), claimedBy(clean(sound, ruleDefaults).view, "frozen")),
      );
    },
  },
  {
    id: "V3",
    title: "many tags freeze at one instant",
    deterministic: false,
    flag: "`groupStale`",
    status: "Uncertain_LastUsableValue",
    calibration: "weight 0",
    prediction: "Uncertain",
    by: "cleaning/companions.ts",
    run(seed) {
      const stream = streamOf("V3", seed);
      const sound = Array.from({ length: 6 }, (_, k) => instrument(`TI${k}`, course(stream), stream));
      const from = moment(stream, sound[0]!);
      const stuck = freezeTogether(sound.slice(0, 5), { from, to: from + 100 + 300 * stream.uniform() });
      const all = [...stuck.map(({ series }) => series), sound[5]!];
      const untouched = watched(...all);
      const cleaned = all.map((series) => clean(series, ruleDefaults));
      const layers = groupFreezeLayers(cleaned);
      const views = cleaned.map(({ view }, k) => withLayer(view, layers[k]!));
      for (const view of views) requireHandling(view, "groupStale", { weight: 0, likelihood: "none" });
      for (const { places } of groupFreezeLayers(sound.map((series) => clean(series, ruleDefaults)))) assert.equal(places.length, 0);
      untouched();
      return sum(
        ...views.map((view, k) => compared(stuck[k]?.affected ?? new Uint8Array(view.time.length), claimedBy(view, "groupStale"))),
      );
    },
  },
  {
    id: "V4",
    title: "the measuring range ends",
    deterministic: true,
    flag: "`saturated` and the limit bit",
    status: "Uncertain_EngineeringUnitsExceeded, limited high or low",
    calibration: "a limit: censored likelihood",
    prediction: "Uncertain",
    by: "cleaning/saturated.ts",
    run(seed) {
      const stream = streamOf("V4", seed);
      const range = [70, 84] as const;
      const { series, affected } = saturate(instrument("TI4", course(stream), stream, { range }), range);
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      const claimed = claimedBy(view, "saturated");
      for (let i = 0; i < claimed.length; i++) {
        if (claimed[i] === 0) continue;
        const high = series.value[i]! > 80;
        assert.equal(view.status[i]! >>> 16, status.uncertainEngineeringUnitsExceeded >>> 16);
        assert.equal(handlingOf(view, i).likelihood, high ? "above" : "below");
        assert.equal(handlingOf(view, i).weight, 1);
        assert.equal(handlingOf(view, i).prediction, "uncertain");
      }
      untouched();
      // A run of fewer than five points at the end is not told from a value that was there; it keeps its full weight as a value.
      const runs = runsOf(affected).filter(([start, stop]) => stop - start >= 5);
      const truth = new Uint8Array(affected.length);
      for (const [start, stop] of runs) truth.fill(1, start, stop);
      return compared(truth, claimed);
    },
  },
  {
    id: "V5",
    title: "failure currents scaled like measurements",
    deterministic: true,
    flag: "`outOfRange`",
    status: "Bad_SensorFailure",
    calibration: "weight 0",
    prediction: "Bad input: not used",
    by: "cleaning/namur.ts",
    run(seed) {
      const stream = streamOf("V5", seed);
      const range = [0, 160] as const;
      const sound = instrument("FI5", course(stream), stream, { range });
      const from = moment(stream, sound);
      const { series, affected } = failureCurrent(sound, { range, side: seed % 2 === 0 ? "low" : "high", from, to: from + 500 });
      const untouched = watched(series);
      const { view } = clean(series, ruleDefaults);
      affected.forEach((one, i) => {
        if (one === 1) assert.equal(view.status[i], status.badSensorFailure);
      });
      requireHandling(view, "outOfRange", { weight: 0, likelihood: "none", prediction: "bad" });
      untouched();
      return compared(affected, claimedBy(view, "outOfRange"));
    },
  },
  {
    id: "V6",
    title: "numbers that stand for nothing",
    deterministic: true,
    flag: "proposal `sentinel`; `sentinel` and `notANumber` once declared",
    status: "Bad_NoData once declared",
    calibration: "no value once declared; never clipped",
    prediction: "Bad input: not used",
    by: "suspicion/sentinels.ts, cleaning/values.ts",
    run(seed) {
      const stream = streamOf("V6", seed);
      const sound = instrument("TI6", course(stream), stream);
      const value = [-9999, 999.9, 65535, 1e30, 32767][seed % 5]!;
      const { series, affected } = sentinels(sound, { share: 0.01, value, seed });
      const untouched = watched(series);
      assert.deepEqual(
        suspectedSentinels(series).map(({ figures }) => figures.value),
        [value],
      );
      assert.deepEqual(suspectedSentinels(sound), []);
      const { view } = clean(series, { ...ruleDefaults, sentinels: [value] });
      requireHandling(view, "sentinel", { weight: 0, likelihood: "none", prediction: "bad" });
      untouched();
      return compared(affected, claimedBy(view, "sentinel"));
    },
  },
  {
    id: "V7",
    title: "zero written on failure",
    deterministic: false,
    flag: "`sentinel`, where a companion contradicts",
    status: "Bad_NoCommunication",
    calibration: "weight 0",
    prediction: "Bad input: not used",
    by: "cleaning/companions.ts",
    run(seed) {
      const stream = streamOf("V7", seed);
      const truth = course(stream);
      const companion = clean(instrument("FI7B", truth, stream, { gain: 2, offset: -20 }), ruleDefaults);
      const sound = instrument("FI7A", truth, stream);
      const from = moment(stream, sound);
      const { series, affected } = zeroOnFailure(sound, { from, to: from + 50 + 500 * stream.uniform() });
      const untouched = watched(series);
      const view = withLayer(clean(series, ruleDefaults).view, zeroLayer(clean(series, ruleDefaults), [companion]));
      requireHandling(view, "sentinel", { weight: 0, likelihood: "none", prediction: "bad" });
      // Where the companion stops as well, the zero is what the plant did.
      const stopped = { time: truth.time, value: truth.value.map((x, i) => (i > 700 && i < 800 ? 0 : x)) };
      const [a, b] = ["FI7C", "FI7D"].map((tag) =>
        clean(instrument(tag, stopped, stream, { sigma: tag === "FI7C" ? 0 : 0.3 }), ruleDefaults),
      );
      assert.equal(zeroLayer(a!, [b!]).places.length, 0);
      untouched();
      return compared(affected, claimedBy(view, "sentinel"));
    },
  },
  {
    id: "V8",
    title: "text and nothing where numbers belong",
    deterministic: true,
    flag: "`notANumber`",
    status: "Bad_NoData, or what the text means",
    calibration: "no value; counted",
    prediction: "Bad input: not used",
    by: "files/word-cells.ts, status-codes.ts",
    async run(seed) {
      const stream = streamOf("V8", seed);
      const words = ["NaN", "", "NULL", "-", "Inf", "n/a", "None"];
      const rows = Array.from({ length: 60 }, (_, i) => (i % 7 === seed % 7 ? words[stream.integer(words.length)]! : String(20 + i / 10)));
      const lines = rows.map((cell, i) => `${new Date(Date.UTC(2026, 0, 1) + 60_000 * i).toISOString()},${cell}`);
      const path = file(`v8-${seed}.csv`, `time,TI8\n${lines.join("\n")}\n`);
      await using plant = await openHistorian(path, { time: "time" });
      const series = await plant.read("TI8");
      const { view } = clean(series, ruleDefaults);
      const truth = rows.map((cell) => (words.includes(cell) ? 1 : 0));
      const found = Array.from(series.reasons, (mask) => ((mask & reason.notANumber) !== 0 ? 1 : 0));
      truth.forEach((missing, i) => {
        if (missing === 1) assert.deepEqual(handlingOf(view, i), { weight: 0, likelihood: "none", prediction: "bad" });
      });
      return compared(truth, found);
    },
  },
  {
    id: "V16",
    title: "quantised values",
    deterministic: true,
    flag: "the step in the portrait; nothing is doubted",
    status: "as delivered",
    calibration: "full weight; noise is at least step/√12",
    prediction: "as delivered",
    by: "cleaning/noise.ts, cleaning/spikes.ts",
    run(seed) {
      const stream = streamOf("V16", seed);
      const step = [0.5, 1, 2][seed % 3]!;
      const { series } = quantise(instrument("LI16", course(stream, { amplitude: 4 }), stream, { sigma: 0.1 }), step);
      const untouched = watched(series);
      const { view, grain } = clean(series, ruleDefaults);
      assert.ok(Math.abs(grain.quantum - step) < 1e-9, `${grain.quantum}`);
      for (const why of ["spike", "frozen"] as const) assert.equal(claimedBy(view, why).includes(1), false, why);
      for (let i = 0; i < view.status.length; i++) assert.equal(handlingOf(view, i).weight, 1);
      untouched();
      return { hits: 1, misses: 0, falseAlarms: 0 };
    },
  },
  {
    id: "V17",
    title: "a tag gets noisy",
    deterministic: false,
    flag: "`noisy`",
    status: "as delivered",
    calibration: "weight of its variance: 1/ratio²",
    prediction: "as delivered, with the reason",
    by: "cleaning/noisy.ts (rule `noise`)",
    run(seed) {
      const stream = streamOf("V17", seed);
      const sound = instrument("PI17", course(stream), stream);
      const from = moment(stream, sound);
      const { series, affected } = noisy(sound, { sigma: 1.5 + stream.uniform(), seed, from, to: from + 4000 });
      const untouched = watched(series);
      const rules = { ...ruleDefaults, spikes: false, noise: { points: 20, ratio: 2.5 } } as const;
      const { view } = clean(series, rules);
      const claimed = claimedBy(view, "noisy");
      let weight = 0;
      claimed.forEach((one, i) => {
        if (one === 1) weight = Math.max(weight, handlingOf(view, i).weight);
      });
      assert.ok(weight < 0.6, `${weight}`);
      requireHandling(view, "noisy", { likelihood: "value", prediction: "good" });
      untouched();
      return sum(compared(affected, claimed), compared(new Uint8Array(affected.length), claimedBy(clean(sound, rules).view, "noisy")));
    },
  },
  {
    id: "V18",
    title: "oscillations, and those sampled too slowly",
    deterministic: false,
    flag: "proposal `oscillation` with period, share and samples per cycle",
    status: "as delivered; Uncertain once approved",
    calibration: "left out of steady states once approved",
    prediction: "as delivered; Uncertain once approved",
    by: "suspicion/oscillation.ts",
    run(seed) {
      const stream = streamOf("V18", seed);
      const sound = instrument("FI18", course(stream, { points: 1000, amplitude: 0.6 }), stream);
      const fast = seed % 2 === 0;
      // 27 s sampled every 10 s is seen as it is, barely; 10.7 s is folded down to 153 s.
      const period = fast ? 26 + 2 * stream.uniform() : 150 + 50 * stream.uniform();
      const { series } = oscillate(sound, { amplitude: 1.2, period });
      const untouched = watched(series);
      const told = suspectedOscillation(series);
      for (const { figures, proposal } of told) {
        assert.ok(Math.abs(figures.period! / period - 1) < 0.05);
        assert.equal(/sample faster/.test(proposal), fast);
      }
      const view = told.reduce((seen, one) => doubt(seen, one), clean(series, ruleDefaults).view);
      requireHandling(view, "outOfContext", { weight: 0, prediction: "uncertain" });
      untouched();
      return eventVerdict(told, { kind: "oscillation", reason: "outOfContext" }, suspectedOscillation(sound));
    },
  },
  {
    id: "V19",
    title: "counters that run over or are reset",
    deterministic: true,
    flag: "`counterReset`; proposal `counter` where none is declared",
    status: "Good; what follows is `substituted`",
    calibration: "the unwrapped count, or its rate",
    prediction: "Good",
    by: "cleaning/counter.ts (rule `counter`), suspicion/counter.ts",
    run(seed) {
      const stream = streamOf("V19", seed);
      let total = 60_000 * stream.uniform();
      const time = Array.from({ length: 2000 }, (_, i) => 10 * i);
      const value = time.map(() => (total += 50 + 40 * stream.uniform()));
      const sound = instrument("FQ19", { time, value }, stream, { sigma: 0 });
      const runsOver = seed % 2 === 1;
      const { series, affected } = runsOver ? overrun(sound, 65_536) : resetCounter(sound, { at: moment(stream, sound) });
      const untouched = watched(series);
      assert.deepEqual(
        suspectedCounter(series).map(({ kind, figures }) => [kind, figures.modulus]),
        [["counter", runsOver ? 65_536 : undefined]],
      );
      assert.deepEqual(suspectedCounter(sound), []);
      const { view, order } = clean(series, {
        ...ruleDefaults,
        counter: runsOver ? { modulus: 65_536 } : {},
        spikes: false,
        frozen: false,
      });
      const { rate } = rateOf(view, order);
      const falls = Array.from(affected.keys()).filter((i) => affected[i] === 1);
      for (let i = 0; i < rate.length; i++) {
        // At a reset what flowed since the last reading is lost; it is a part of one interval.
        const expected = (value[i + 1]! - value[i]!) / 10;
        if (runsOver || !falls.includes(i + 1)) assert.ok(Math.abs(rate[i]! - expected) < 1e-6, `${i}`);
        assert.ok(rate[i]! >= 0);
      }
      requireHandling(view, "counterReset", { weight: 1, prediction: "good" });
      untouched();
      return compared(affected, claimedBy(view, "counterReset"));
    },
  },
];

function runsOf(labels: Uint8Array): [number, number][] {
  const runs: [number, number][] = [];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue;
    let stop = i;
    while (labels[stop] === 1) stop++;
    runs.push([i, stop]);
    i = stop;
  }
  return runs;
}
