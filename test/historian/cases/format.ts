/** Cases F: how exports and messages are written. Text or bytes in, refusal or exactly what was meant out. */
import assert from "node:assert/strict";
import { reason, severity, status } from "../../../src/core/index.ts";
import { bareView, clean, handlingOf, openHistorian, ruleDefaults, type Series, seriesOf } from "../../../src/historian/index.ts";
import { encodePayload } from "../../../src/historian/sources/sparkplug/encode.ts";
import { sparkplugSource } from "../../../src/historian/sources/sparkplug/source.ts";
import { failsWith, file } from "../scratch.ts";
import { fakeBroker, metricOf } from "../sparkplug/edge.ts";
import { wholeOf } from "./pi.ts";
import { claimedBy, course, instrument, streamOf } from "./plant.ts";
import { compared, type PlantCase, watched } from "./registry.ts";

const caught = { hits: 1, misses: 0, falseAlarms: 0 };
const elapsed = { time: { column: "t", elapsed: "s" } } as const;

/** Values as a German spreadsheet writes them. */
function german(x: number, thousands: boolean): string {
  const [whole, decimals] = x.toFixed(2).split(".") as [string, string];
  return `${thousands ? whole.replace(/\B(?=(\d{3})+$)/g, ".") : whole},${decimals}`;
}

const allGood = (series: Series): void => {
  const view = bareView(series);
  for (let i = 0; i < series.time.length; i++)
    assert.deepEqual(handlingOf(view, i), { weight: 1, likelihood: "value", prediction: "good" });
};

export const formatCases: readonly PlantCase[] = [
  {
    id: "F1",
    title: "decimal commas and thousands points",
    deterministic: true,
    flag: "refused: `historian/decimal`, with rows and the choices",
    status: "–",
    calibration: "nothing is read until it is declared; then weight 1",
    prediction: "Good once declared",
    by: "files/numbers.ts, files/value-cells.ts",
    async run(seed) {
      const stream = streamOf("F1", seed);
      const values = Array.from({ length: 50 }, () => Number((1e4 * stream.uniform()).toFixed(2)));
      for (const thousands of [false, true]) {
        const text = `t;A\n${values.map((x, i) => `${i};${german(x, thousands)}`).join("\n")}\n`;
        const path = file(`f1-${seed}-${thousands}.csv`, text);
        await assert.rejects(openHistorian(path, elapsed), failsWith("historian/decimal", "row", 'decimal: ","'));
        const series = await (
          await openHistorian(path, { ...elapsed, decimal: ",", ...(thousands ? { thousands: "." as const } : {}) })
        ).read("A");
        assert.deepEqual(Array.from(series.value), values);
        allGood(series);
      }
      // One cell in the other convention: the column is refused as a whole.
      const mixed = `t;A\n${values.map((x, i) => `${i};${i === 20 ? "12.5" : german(x, false)}`).join("\n")}\n`;
      await assert.rejects(
        openHistorian(file(`f1-mixed-${seed}.csv`, mixed), { ...elapsed, decimal: "," }),
        failsWith("historian/decimal", "row 22"),
      );
      return caught;
    },
  },
  {
    id: "F2",
    title: "separators, quoted newlines, ragged rows",
    deterministic: true,
    flag: "refused: `historian/ragged`, `historian/quote`, `historian/delimiter`, with rows",
    status: "–",
    calibration: "nothing is read from shifted cells",
    prediction: "nothing is read from shifted cells",
    by: "files/csv-scan.ts, files/delimiter.ts",
    async run(seed) {
      const stream = streamOf("F2", seed);
      for (const separator of [",", ";", "\t", "|"]) {
        const rows = Array.from({ length: 30 }, (_, i) => [String(i), `"remark ${separator} of\nrow ${i}"`, String(stream.integer(100))]);
        const path = file(`f2-${seed}.csv`, [["t", "note", "A"], ...rows].map((row) => row.join(separator)).join("\r\n"));
        const plant = await openHistorian(path, elapsed);
        assert.deepEqual(
          Array.from((await plant.read("A")).value),
          rows.map((row) => Number(row[2])),
        );
        await assert.rejects(plant.read("note"), failsWith("historian/text-column"));
        const place = 1 + stream.integer(29);
        const ragged = rows.map((row, i) => [String(i), i === place ? `1${separator}2` : "1", row[2]!]);
        await assert.rejects(
          openHistorian(file(`f2-ragged-${seed}.csv`, [["t", "B", "A"], ...ragged].map((row) => row.join(separator)).join("\n")), {
            ...elapsed,
            delimiter: separator as ",",
          }),
          failsWith("historian/ragged", `row ${place + 2}`),
        );
      }
      await assert.rejects(
        openHistorian(file(`f2-quote-${seed}.csv`, 't,A\n0,1\n1,"2\n2,3\n'), elapsed),
        failsWith("historian/quote", "row 3"),
      );
      return caught;
    },
  },
  {
    id: "F3",
    title: "what spreadsheets leave in cells: #DIV/0!, dates, 1.23E+05",
    deterministic: true,
    flag: "`notANumber`; findings `text`, counted with rows",
    status: "Bad",
    calibration: "no value, only counted",
    prediction: "not used",
    by: "status-codes.ts, files/value-cells.ts",
    async run(seed) {
      const stream = streamOf("F3", seed);
      const artefacts = ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "2026-03-01", "", "-", "NULL"];
      const truth = Array.from({ length: 80 }, () => (stream.uniform() < 0.25 ? stream.integer(artefacts.length) : -1));
      const cell = (kind: number, i: number): string => (kind >= 0 ? artefacts[kind]! : i % 5 === 0 ? `${(i + 1) / 10}E+02` : String(i));
      const path = file(`f3-${seed}.csv`, `t,A\n${truth.map((kind, i) => `${i},${cell(kind, i)}`).join("\n")}\n`);
      const plant = await openHistorian(path, elapsed);
      const series = await plant.read("A");
      const view = bareView(series);
      truth.forEach((kind, i) => {
        if (kind < 0) assert.equal(series.value[i], i % 5 === 0 ? (i + 1) * 10 : i);
        else assert.deepEqual([severity(series.status[i]!), series.value[i], handlingOf(view, i).weight], ["bad", 0, 0]);
      });
      const told = plant.findings().reduce((total, { kind, count }) => total + (kind === "text" || kind === "empty" ? count : 0), 0);
      assert.equal(told, truth.filter((kind) => kind >= 0).length);
      return compared(
        truth.map((kind) => (kind < 0 ? 0 : 1)),
        Array.from(series.reasons, (mask) => mask & reason.notANumber),
      );
    },
  },
  {
    id: "F4",
    title: "wide and long, headers repeated in the middle, a row of units",
    deterministic: true,
    flag: "finding `repeated-header`; layout and units are declared",
    status: "Good",
    calibration: "weight 1, the same series from each layout",
    prediction: "Good",
    by: "files/plan.ts, files/csv.ts",
    async run(seed) {
      const stream = streamOf("F4", seed);
      const values = Array.from({ length: 40 }, () => [stream.integer(100) / 10, stream.integer(100) / 10] as const);
      const stamp = (i: number): string => new Date(Date.UTC(2026, 0, 1) + 60_000 * i).toISOString();
      const wide = values.flatMap(([a, b], i) => [...(i === 20 ? ["time,A,B"] : []), `${stamp(i)},${a},${b}`]);
      const long = values.flatMap(([a, b], i) => [`A,${stamp(i)},${a}`, `B,${stamp(i)},${b}`]);
      const plants = [
        await openHistorian(
          file(`f4-wide-${seed}.csv`, `time,A,B\ndegC,degC,bar\n${wide.join("\n")}\n`.replace("degC,degC,bar", ",degC,bar")),
          { units: "row" },
        ),
        await openHistorian(file(`f4-long-${seed}.csv`, `tag,time,value\n${long.join("\n")}\n`)),
      ];
      for (const plant of plants) {
        for (const [k, tag] of ["A", "B"].entries()) {
          const series = await plant.read(tag);
          assert.deepEqual(
            Array.from(series.value),
            values.map((row) => row[k]),
          );
          assert.deepEqual(
            Array.from(series.time),
            values.map((_, i) => Date.parse(stamp(i)) / 1000),
          );
          allGood(series);
        }
      }
      assert.deepEqual(
        plants[0]!.tags.map(({ unit }) => unit),
        ["degC", "bar"],
      );
      const repeated = plants[0]!.findings().find(({ kind }) => kind === "repeated-header");
      assert.deepEqual([repeated?.count, repeated?.rows], [1, [23]]);
      return caught;
    },
  },
  {
    id: "F5",
    title: "totals in single precision beyond 16 million",
    deterministic: true,
    flag: "`noisy`, where the distance of such numbers exceeds the noise",
    status: "Good",
    calibration: "weight σ²/(σ² + step²/12)",
    prediction: "Good",
    by: "cleaning/float-resolution.ts",
    run(seed) {
      const stream = streamOf("F5", seed);
      const time = Array.from({ length: 2000 }, (_, i) => 60 * i);
      let total = 16_000_000 + 1000 * stream.uniform();
      const exact = time.map(() => (total += 1.2 + 0.2 * stream.uniform()));
      const of = (value: readonly number[]): Series => seriesOf("FQ1", { time, value, status: time.map(() => 0) });
      const series = of(exact.map(Math.fround));
      const untouched = watched(series);
      const options = { ...ruleDefaults, spikes: false, frozen: false } as const;
      const { view } = clean(series, options);
      // From 2^24 on the numbers are 2 apart, below it 1.
      const truth = Uint8Array.from(series.value, (x) => (x >= 2 ** 23 ? 1 : 0));
      for (let i = 0; i < 2000; i++) {
        const { weight, prediction } = handlingOf(view, i);
        assert.ok(weight > 0.3 && weight < 0.99 && prediction === "good", `${weight}`);
      }
      untouched();
      const verdict = compared(truth, claimedBy(view, "noisy"));
      return {
        ...verdict,
        falseAlarms: verdict.falseAlarms + compared(new Uint8Array(2000), claimedBy(clean(of(exact), options).view, "noisy")).falseAlarms,
      };
    },
  },
  {
    id: "F6",
    title: "MQTT: no birth, lost messages, kept messages, messages twice",
    deterministic: true,
    flag: "`groupStale` from the gap on; findings `no-birth`, `sequence-gap`, `retained-message`, `repeated-message`",
    status: "Uncertain_LastUsableValue until the next birth",
    calibration: "weight 0 while stale",
    prediction: "Uncertain while stale; a birth is asked for",
    by: "sources/sparkplug/sessions.ts",
    async run(seed) {
      const stream = streamOf("F6", seed);
      const sound = instrument("TI1", course(stream, { points: 60 }), stream);
      const message = (i: number, seq: number, born = false) => {
        const metric = metricOf(sound, i, 0, born);
        const metrics = born ? [{ name: "bdSeq", type: "Int64", value: 0 } as const, metric] : [metric];
        return encodePayload({ timestamp: 1000 + i, seq, metrics });
      };
      const broker = fakeBroker();
      const source = await sparkplugSource({ broker, settle: 0, clock: () => 595.5 });
      const send = (kind: string, payload: Uint8Array, retained = false): Promise<void> =>
        broker.send(`spBv1.0/plant/${kind}/edge`, payload, retained);
      await send("NDATA", message(0, 1));
      await send("NBIRTH", message(1, 0, true));
      const gap = 10 + stream.integer(30);
      for (let i = 2; i < gap; i++) await send("NDATA", message(i, i - 1));
      // The same message again, as QoS 1 allows.
      await send("NDATA", message(gap - 1, gap - 2));
      await send("NDATA", message(gap, gap - 1), true);
      // One message is lost.
      await send("NDATA", message(gap + 1, gap));
      await new Promise((resolve) => setImmediate(resolve));
      const series = await wholeOf(source, "plant/edge/TI1");
      const kinds = new Set(source.findings().map(({ kind }) => kind));
      for (const kind of ["no-birth", "repeated-message", "sequence-gap", "retained-message"] as const) assert.ok(kinds.has(kind), kind);
      assert.ok(
        broker.sent.some(({ topic }) => topic === "spBv1.0/plant/NCMD/edge"),
        "a birth is asked for",
      );
      // From birth to gap each point once; then stale, and Uncertain until a birth.
      assert.deepEqual(Array.from(series.value.subarray(0, gap - 1)), Array.from(sound.value.subarray(1, gap)));
      const view = bareView(series);
      let hits = 0;
      for (let i = gap - 1; i < series.time.length; i++) {
        assert.deepEqual(handlingOf(view, i), { weight: 0, likelihood: "none", prediction: "uncertain" });
        hits++;
      }
      assert.equal(series.status[gap - 1], status.uncertainLastUsableValue);
      assert.ok((series.reasons[gap - 1]! & reason.groupStale) !== 0);
      await send("NBIRTH", message(50, 0, true));
      await new Promise((resolve) => setImmediate(resolve));
      const again = await wholeOf(source, "plant/edge/TI1");
      const born = Array.from(again.value).indexOf(sound.value[50]!);
      assert.equal(handlingOf(bareView(again), born).prediction, "good");
      await source.close();
      return { hits, misses: 0, falseAlarms: 0 };
    },
  },
];
