/** Cases T that show only beside another record: zones never declared, zones changed on the way, clocks that drift. */
import assert from "node:assert/strict";
import { reason } from "../../../src/core/index.ts";
import { clockDrift, clockJump, localStamps } from "../../../src/historian/faults/index.ts";
import {
  bareView,
  clockLayer,
  compareClocks,
  doubt,
  fitClock,
  handlingOf,
  openHistorian,
  type Series,
  withLayer,
  withoutMethod,
} from "../../../src/historian/index.ts";
import { failsWith, file } from "../scratch.ts";
import { course, eventVerdict, instrument, moment, streamOf } from "./plant.ts";
import { type PlantCase, watched } from "./registry.ts";

/** Thirty days of two instruments that look at the same, every five minutes. */
function pair(id: string, seed: number, start: number): { a: Series; b: Series } {
  const stream = streamOf(id, seed);
  const { time, value } = course(stream, { points: 30 * 288, step: 300, slowness: 3000 });
  const truth = { time: time.map((t) => start + t), value };
  return {
    a: instrument("TI1A", truth, stream, { sigma: 0.6, gain: 0.9, offset: 5 }),
    b: instrument("TI1B", truth, stream, { sigma: 0.6 }),
  };
}

const instant = (iso: string): number => Date.parse(iso) / 1000;

export const clockCases: readonly PlantCase[] = [
  {
    id: "T3",
    title: "local time without its zone, taken for UTC",
    deterministic: false,
    flag: "refused at reading: `historian/zone-required`; beside a UTC record: suspicion `local-time`, `timeSuspect` once approved",
    status: "Uncertain once approved",
    calibration: "weight 0 until it is read again with its zone",
    prediction: "Uncertain once approved",
    by: "clocks/compare.ts",
    async run(seed) {
      const [zone, change] = (
        [
          ["Europe/Berlin", "2026-10-25T01:00Z"],
          ["America/New_York", "2026-11-01T06:00Z"],
          ["Europe/Berlin", "2026-03-29T01:00Z"],
        ] as const
      )[seed % 3]!;
      const { a, b } = pair("T3", seed, instant(change) - (8 + (seed % 14)) * 86_400);
      const { series } = localStamps(a, zone);
      const untouched = watched(series, b);
      const { suspicions } = compareClocks(series, b);
      for (const one of suspicions.filter(({ kind }) => kind === "local-time")) {
        const approved = doubt(bareView(series), one);
        const place = series.time.findIndex((t) => t > one.from);
        assert.deepEqual(handlingOf(approved, place), { weight: 0, likelihood: "none", prediction: "uncertain" });
        assert.ok((approved.reasons[place]! & reason.timeSuspect) !== 0);
        assert.deepEqual(withoutMethod(approved, "local-time").status, series.status);
        assert.match(one.proposal, /zone/);
      }
      if (seed === 1) {
        const text = `time,A\n${new Date(b.time[0]! * 1000).toISOString().slice(0, 19)},1\n`;
        await assert.rejects(openHistorian(file("t3.csv", text)), failsWith("historian/zone-required"));
      }
      untouched();
      return eventVerdict(
        suspicions,
        { kind: "local-time", from: instant(change), within: 8 * 3600, reason: "timeSuspect" },
        compareClocks(a, b).suspicions,
      );
    },
  },
  {
    id: "T4",
    title: "a source that changes its zone in the middle of the record",
    deterministic: false,
    flag: "suspicion `clock-step` with size and time; `timeSuspect` once approved",
    status: "Uncertain once approved",
    calibration: "weight 0 from there on until the mapping has a period of its own",
    prediction: "Uncertain once approved",
    by: "clocks/compare.ts",
    run(seed) {
      const { a, b } = pair("T4", seed, instant("2026-06-01T00:00Z"));
      const at = moment(streamOf("T4 at", seed), a);
      const size = [3600, -3600, 7200, 1800, -1800, 900, -5400, 19_800][seed % 8]!;
      const { series } = clockJump(a, { at, seconds: size });
      const untouched = watched(series, b);
      const { suspicions } = compareClocks(series, b, { maxLag: 6 * 3600 });
      for (const one of suspicions) {
        assert.equal(one.figures["size"], size);
        const approved = doubt(bareView(series), one);
        const place = approved.reasons.findIndex((mask) => (mask & reason.timeSuspect) !== 0);
        assert.deepEqual(handlingOf(approved, place), { weight: 0, likelihood: "none", prediction: "uncertain" });
        assert.deepEqual(handlingOf(approved, 0), { weight: 1, likelihood: "value", prediction: "good" });
      }
      untouched();
      // Within two hours of where it happened, on the clock of the record itself.
      return eventVerdict(
        suspicions,
        { kind: "clock-step", from: at + Math.max(size, 0), within: 3600, reason: "timeSuspect" },
        compareClocks(a, b).suspicions,
      );
    },
  },
  {
    id: "T7",
    title: "a clock that drifts",
    deterministic: false,
    flag: "suspicion `clock-drift` with ppm ± its error; `timeCoarse` on corrected stamps",
    status: "Good after correction",
    calibration: "weight 1 at the corrected time",
    prediction: "Good after correction",
    by: "clocks/compare.ts, alignment/clock.ts",
    run(seed) {
      const { a, b } = pair("T7", seed, instant("2026-06-01T00:00Z"));
      const ppm = (seed % 2 === 0 ? 1 : -1) * (100 + 10 * seed);
      const { series } = clockDrift(a, { ppm, seconds: 40 });
      const untouched = watched(series, b);
      const { suspicions } = compareClocks(series, b);
      for (const { figures } of suspicions)
        assert.ok(Math.abs(figures["ppm"]! - ppm) < 5 * figures["ppmSigma"]! && figures["ppmSigma"]! < 0.3 * Math.abs(ppm));
      const fit = fitClock(b, series, { largest: "15 min" });
      assert.equal(fit.kind, "fitted");
      if (fit.kind === "fitted") {
        const corrected = withLayer(bareView(series), clockLayer(series, fit));
        const worst = corrected.time.reduce((most, t, i) => Math.max(most, Math.abs(t - a.time[i]!)), 0);
        // A quarter of a scan, where the clock was wrong by up to ten minutes.
        assert.ok(worst < 75, `${worst} s`);
        assert.ok(corrected.reasons.every((mask) => (mask & reason.timeCoarse) !== 0));
        assert.deepEqual(handlingOf(corrected, 5), { weight: 1, likelihood: "value", prediction: "good" });
        assert.equal(withoutMethod(corrected, corrected.layers[0]!.method).time, series.time);
      }
      untouched();
      return eventVerdict(suspicions, { kind: "clock-drift", reason: "timeCoarse" }, compareClocks(a, b).suspicions);
    },
  },
];
