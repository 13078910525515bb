/** Cases T that live at reading: zones, epochs, formats. Text in, refusal or UTC out. */
import assert from "node:assert/strict";
import { reason, severity } from "../../../src/core/index.ts";
import { openHistorian, type Series } from "../../../src/historian/index.ts";
import { zoneOf } from "../../../src/historian/zone.ts";
import { failsWith, file } from "../scratch.ts";
import { streamOf } from "./plant.ts";
import { requireRead } from "./read.ts";
import type { PlantCase, Verdict } from "./registry.ts";

const instant = (iso: string): number => Date.parse(iso) / 1000;
const caught: Verdict = { hits: 1, misses: 0, falseAlarms: 0 };

/** A clock on the wall, as text. */
function wall(utc: number, zone: string): string {
  return new Date((utc + zoneOf(zone).offsetAt(utc)) * 1000).toISOString().slice(0, 19).replace("T", " ");
}

const csv = (rows: readonly (readonly [string, number])[]): string => `time,A\n${rows.map(([t, v]) => `${t},${v}`).join("\n")}\n`;

async function read(name: string, content: string, options: Parameters<typeof openHistorian>[1]): Promise<Series> {
  return await (await openHistorian(file(name, content), options)).read("A");
}

export const stampCases: readonly PlantCase[] = [
  {
    id: "T1",
    title: "the hour that happens twice when clocks go back",
    deterministic: true,
    flag: "finding `ambiguous-hour`; `timeSuspect` where the order of rows was lost",
    status: "Good by order; else Uncertain",
    calibration: "weight 1 by order; else weight 0",
    prediction: "Good by order; else Uncertain",
    by: "zone.ts",
    async run(seed) {
      const stream = streamOf("T1", seed);
      const zone = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns"][seed % 4]!;
      const change = {
        "Europe/Berlin": "2026-10-25T01:00Z",
        "America/New_York": "2026-11-01T06:00Z",
        "Australia/Lord_Howe": "2026-04-04T15:00Z",
        "America/St_Johns": "2026-11-01T04:30Z",
      }[zone]!;
      const step = [60, 300, 600, 900][stream.integer(4)]!;
      const start = instant(change) - 6 * 3600 + step * stream.integer(5);
      const utc = Array.from({ length: (12 * 3600) / step }, (_, i) => start + i * step);
      const rows = utc.map((t, i) => [wall(t, zone), i] as const);
      const kept = await read(`t1-${seed}.csv`, csv(rows), { zone });
      assert.deepEqual(Array.from(kept.time), utc);
      assert.ok(kept.status.every((code) => code === 0));
      // Newest first is an order as well.
      assert.deepEqual(Array.from((await read(`t1-back-${seed}.csv`, csv(rows.toReversed()), { zone })).time), utc.toReversed());
      const twice = new Set(rows.filter(([t], i) => rows.some(([other], j) => i !== j && other === t)).map(([t]) => t));
      const sorted = [...rows].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1]));
      const lost = await read(`t1-lost-${seed}.csv`, csv(sorted), { zone });
      let [hits, misses, falseAlarms] = [0, 0, 0];
      sorted.forEach(([t], i) => {
        const doubted = (lost.reasons[i]! & reason.timeSuspect) !== 0;
        if (doubted) assert.equal(severity(lost.status[i]!), "uncertain");
        if (twice.has(t)) doubted ? hits++ : misses++;
        else if (doubted) falseAlarms++;
      });
      requireRead(lost, (i) => (twice.has(sorted[i]![0]) ? { weight: 0, prediction: "uncertain" } : { weight: 1, prediction: "good" }));
      return { hits, misses, falseAlarms };
    },
  },
  {
    id: "T2",
    title: "an hour that never happened when clocks go forward",
    deterministic: true,
    flag: "refused: `historian/zone-gap`, with the rows",
    status: "–",
    calibration: "nothing is read",
    prediction: "nothing is read",
    by: "zone.ts",
    async run(seed) {
      const stream = streamOf("T2", seed);
      const start = instant("2026-03-28T22:00Z");
      // A logger that stays in winter time writes the hour that Berlin skips.
      const rows = Array.from(
        { length: 48 },
        (_, i) =>
          [new Date((start + 3600 + i * 600 + stream.integer(500)) * 1000).toISOString().slice(0, 19).replace("T", " "), i] as const,
      );
      const first = rows.findIndex(([t]) => t >= "2026-03-29 02:00:00");
      await assert.rejects(
        read(`t2-${seed}.csv`, csv(rows), { zone: "Europe/Berlin" }),
        failsWith("historian/zone-gap", `${first + 2}`, rows[first]![0]),
      );
      const fixed = await read(`t2-${seed}.csv`, csv(rows), { zone: "+01:00" });
      assert.equal(fixed.time.length, 48);
      return caught;
    },
  },
  {
    id: "T16",
    title: "counts of an unknown epoch: s, ms, µs, ns, spreadsheet days, FILETIME, .NET ticks",
    deterministic: true,
    flag: "refused: `historian/time-magnitude`, with the declarations that would fit",
    status: "–",
    calibration: "nothing is read",
    prediction: "nothing is read",
    by: "files/epochs.ts",
    async run(seed) {
      const stream = streamOf("T16", seed);
      const seconds = instant("2026-01-01T00:00Z") + stream.integer(1e7);
      const epochs = ["s", "ms", "us", "ns", "filetime", "dotnet", "excel"] as const;
      const written = (t: number): Record<(typeof epochs)[number], string> => ({
        s: String(t),
        ms: String(BigInt(t) * 1000n),
        us: String(BigInt(t) * 1_000_000n),
        ns: String(BigInt(t) * 1_000_000_000n),
        filetime: String((BigInt(t) + 11_644_473_600n) * 10_000_000n),
        dotnet: String((BigInt(t) + 62_135_596_800n) * 10_000_000n),
        excel: String(t / 86400 + 25569),
      });
      let hits = 0;
      for (const is of epochs) {
        const content = csv([0, 60, 120].map((dt, i) => [written(seconds + dt)[is], i]));
        const right = await read(`t16-${is}-${seed}.csv`, content, {
          time: { column: "time", epoch: is },
          ...(is === "excel" ? { zone: "UTC" } : {}),
        });
        assert.deepEqual(Array.from(right.time), [seconds, seconds + 60, seconds + 120], is);
        for (const declared of epochs) {
          // Ticks of 2026 are nanoseconds of 1990: both are possible, and what is declared is believed.
          if (declared === is || (is === "dotnet" && declared === "ns")) continue;
          const reading = read(`t16-${is}-${seed}.csv`, content, {
            time: { column: "time", epoch: declared },
            ...(declared === "excel" ? { zone: "UTC" } : {}),
          });
          await assert.rejects(reading, failsWith("historian/time-magnitude", `epoch: "${is}"`), `${is} as ${declared}`);
          hits++;
        }
      }
      return { hits, misses: 0, falseAlarms: 0 };
    },
  },
  {
    id: "T17",
    title: "nanoseconds that a double cannot hold, and counts written with too few digits",
    deterministic: true,
    flag: "read digit by digit; refused: `historian/time-format` for 1.70E+18",
    status: "Good",
    calibration: "weight 1, times exact to the microsecond",
    prediction: "Good",
    by: "files/epochs.ts",
    async run(seed) {
      const stream = streamOf("T17", seed);
      const counts = Array.from({ length: 50 }, () => 1_700_000_000_000_000_000n + BigInt(stream.integer(2 ** 31)) * 1_000_000_007n).sort();
      const exact = (count: bigint): number => Number(`${count / 1_000_000_000n}.${String(count % 1_000_000_000n).padStart(9, "0")}`);
      const kept = await read(`t17-${seed}.csv`, csv(counts.map((count, i) => [String(count), i])), {
        time: { column: "time", epoch: "ns" },
      });
      assert.deepEqual(Array.from(kept.time), counts.map(exact));
      // Through a double first, the last digits differ for most: that path is not taken.
      assert.ok(counts.some((count) => Number(count) / 1e9 !== exact(count)));
      requireRead(kept, () => ({ weight: 1, prediction: "good" }));
      const rounded = csv(counts.map((count, i) => [Number(count).toExponential(6).toUpperCase(), i]));
      await assert.rejects(
        read(`t17-rounded-${seed}.csv`, rounded, { time: { column: "time", epoch: "ns" } }),
        failsWith("historian/time-format", "E+18", "all its digits"),
      );
      return caught;
    },
  },
  {
    id: "T18",
    title: "day and month exchanged",
    deterministic: true,
    flag: "refused: `historian/day-month` by order, `historian/time-format` by a month 13; undeclared: `historian/time-format`",
    status: "–",
    calibration: "nothing is read",
    prediction: "nothing is read",
    by: "files/day-month.ts",
    async run(seed) {
      const stream = streamOf("T18", seed);
      const text = (t: number, american: boolean): string => {
        const [y, m, d] = new Date(t * 1000).toISOString().slice(0, 10).split("-") as [string, string, string];
        return `${american ? `${m}/${d}` : `${d}/${m}`}/${y} ${new Date(t * 1000).toISOString().slice(11, 19)}`;
      };
      const start = Date.UTC(2026, stream.integer(12), 1) / 1000;
      const american = seed % 2 === 0;
      const [right, wrong] = american ? ["MM/dd/yyyy HH:mm:ss", "dd/MM/yyyy HH:mm:ss"] : ["dd/MM/yyyy HH:mm:ss", "MM/dd/yyyy HH:mm:ss"];
      // Eleven days around the end of a month: no day above 12 in the first file, one in the second.
      const short = Array.from({ length: 40 }, (_, i) => start + (i < 20 ? i * 36000 : 31 * 86400 + (i - 20) * 36000));
      const long = Array.from({ length: 40 }, (_, i) => start + (i * 86400) / 2);
      const content = (times: readonly number[]): string => csv(times.map((t, i) => [text(t, american), i]));
      await assert.rejects(
        read(`t18-a-${seed}.csv`, content(short), { zone: "UTC", time: { column: "time", format: wrong } }),
        failsWith("historian/day-month", "back and forth"),
      );
      await assert.rejects(
        read(`t18-b-${seed}.csv`, content(long), { zone: "UTC", time: { column: "time", format: wrong } }),
        failsWith("historian/time-format"),
      );
      await assert.rejects(read(`t18-c-${seed}.csv`, content(short), { zone: "UTC" }), failsWith("historian/time-format", "dd.MM.yyyy"));
      for (const [name, times] of [
        ["d", short],
        ["e", long],
      ] as const) {
        const kept = await read(`t18-${name}-${seed}.csv`, content(times), { zone: "UTC", time: { column: "time", format: right } });
        assert.deepEqual(Array.from(kept.time), times);
      }
      return caught;
    },
  },
];
