/** What every source promises. A new source is tested by one line that calls this; a new promise is tested on all of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reason, severity, status } from "../../src/core/index.ts";
import { between, openHistorian, type Series, type Source, seriesOf, type TagInfo } from "../../src/historian/index.ts";
import { failsWith } from "./scratch.ts";

/** What a kind of source can carry besides time and value. */
export interface Claim {
  /** A source that holds exactly these series. */
  readonly make: (series: readonly Series[]) => Promise<Source>;
  /** Carries unit, range, stepping and compression of tags. */
  readonly metadata: boolean;
  /** Keeps the order of arrival; otherwise points come by time. */
  readonly arrival: boolean;
}

const start = 1767225600;
const codes = [status.good, status.goodLocalOverride, status.uncertainLastUsableValue, status.badSensorFailure, 0x40a40001, 0xffffffff];

const scanned = seriesOf(
  "TI101.PV",
  {
    time: Array.from({ length: 3000 }, (_, i) => start + 10 * i),
    value: Array.from({ length: 3000 }, (_, i) => Math.sin(i) * 10 ** ((i % 7) - 3)),
    status: Array.from({ length: 3000 }, (_, i) => codes[i % 50] ?? 0),
  },
  { unit: "degC", range: [-1e4, 1e4], stepped: false, compression: 0.25, maxInterval: 600 },
);
const stepped = seriesOf(
  "HS 7/ä",
  { time: [start, start + 0.125, start + 3600], value: [0, 1, 0], status: [0, 0, 0] },
  { unit: "1", stepped: true },
);
const holed = seriesOf("LAB", {
  time: [0, 1, 2, 3].map((h) => start + 3600 * h),
  value: [1.5, null, 2.5, null],
  status: [0, status.badNoData, 0, status.badNoCommunication],
});
const awkward = seriesOf("X", {
  time: [1, 2, 3, 4, 5, 6].map((s) => start + s),
  value: [-0, 5e-324, Number.MAX_VALUE, 0.1 + 0.2, 1e22, -1e-7],
  status: new Array(6).fill(0),
});
const disordered = seriesOf("LATE", {
  time: [0, 20, 10, 30, 30].map((s) => start + s),
  value: [0, 2, 1, 3, 4],
  status: new Array(5).fill(0),
});
const all = [scanned, stepped, holed, awkward, disordered];

export function sourceConformance(name: string, { make, metadata, arrival }: Claim): void {
  const opened = async () => openHistorian(await make(all));
  const tests = (what: string, run: () => Promise<void>) => test(`${name}: ${what}`, run);
  const bits = (column: Float64Array) => Buffer.from(column.slice().buffer).toString("hex");

  tests("lists every tag once", async () => {
    const { tags } = await opened();
    assert.deepEqual(tags.map((info) => info.tag).toSorted(), all.map((one) => one.tag).toSorted());
  });

  tests("says that its times are on the calendar", async () => {
    assert.equal((await opened()).calendar, true);
  });

  for (const one of all) {
    tests(`gives back every point of ${one.tag}, bit for bit in time and value, with its status`, async () => {
      const read = await (await opened()).read(one.tag);
      const expected = arrival ? one : byTime(one);
      assert.equal(bits(read.time), bits(expected.time));
      assert.equal(bits(read.value), bits(expected.value));
      assert.deepEqual(Array.from(read.status, severity), Array.from(expected.status, severity));
      assert.deepEqual(read.status, expected.status);
      assert.equal(read.tag, one.tag);
    });
  }

  tests("a point without a value is Bad, has the value 0 and says why", async () => {
    const { value, status: read, reasons } = await (await opened()).read("LAB");
    assert.deepEqual(Array.from(value), [1.5, 0, 2.5, 0]);
    assert.deepEqual(Array.from(read, severity), ["good", "bad", "good", "bad"]);
    assert.deepEqual(
      Array.from(reasons, (mask) => (mask & reason.notANumber) !== 0),
      [false, true, false, true],
    );
  });

  tests("never gives NaN or infinity", async () => {
    const plant = await opened();
    for (const one of all) {
      const { time, value } = await plant.read(one.tag);
      assert.ok(time.every(Number.isFinite) && value.every(Number.isFinite));
    }
  });

  tests("marks what its own status says as Uncertain or Bad", async () => {
    const { status: read, reasons } = await (await opened()).read("TI101.PV");
    read.forEach((code, i) => {
      const expected = { good: 0, uncertain: reason.sourceUncertain, bad: reason.sourceBad }[severity(code)];
      assert.equal(reasons[i]! & (reason.sourceUncertain | reason.sourceBad), expected);
    });
  });

  for (const [what, from, to] of [
    ["a middle part", start + 1000, start + 2000],
    ["from a time on", start + 29000, undefined],
    ["up to a time", undefined, start + 100],
    ["nothing between two points", start + 11, start + 19],
    ["nothing after the end", start + 1e6, undefined],
    ["nothing where from is to", start + 1000, start + 1000],
  ] as const) {
    tests(`gives ${what}: start included, end excluded`, async () => {
      const read = await (await opened()).read("TI101.PV", { from, to });
      const expected = between(scanned, from, to);
      assert.deepEqual([read.time, read.value, read.status], [expected.time, expected.value, expected.status]);
    });
  }

  tests("pages together are the whole, in order, none empty unless there is nothing", async () => {
    const source = await make(all);
    const times: number[] = [];
    let pages = 0;
    for await (const page of source.readRaw("TI101.PV")) {
      assert.ok(page.time.length > 0);
      assert.equal(page.tag, "TI101.PV");
      times.push(...page.time);
      pages++;
    }
    assert.deepEqual(times, Array.from(scanned.time));
    assert.ok(pages >= 1);
    await source.close();
  });

  tests("reading can stop after a page", async () => {
    const source = await make(all);
    for await (const page of source.readRaw("TI101.PV")) {
      assert.ok(page.time.length > 0);
      break;
    }
    const again = await openHistorian(source);
    assert.equal((await again.read("TI101.PV")).time.length, 3000);
    await again.close();
  });

  tests("two readers at once do not disturb each other", async () => {
    const plant = await opened();
    const [a, b, c] = await Promise.all([plant.read("TI101.PV"), plant.read("LAB"), plant.read("TI101.PV")]);
    assert.deepEqual(a, c);
    assert.equal(b.time.length, 4);
  });

  tests("reading twice gives the same", async () => {
    const plant = await opened();
    assert.deepEqual(await plant.read("LATE"), await plant.read("LATE"));
  });

  tests("a tag that is not there is refused with the nearest ones", async () => {
    await assert.rejects((await opened()).read("TI101PV"), failsWith("historian/tag-missing", 'Nearest: "TI101.PV"'));
  });

  tests("a tag like a property of objects is refused, too", async () => {
    await assert.rejects((await opened()).read("constructor"), failsWith("historian/tag-missing"));
  });

  tests("a late point keeps its place in the order of arrival, or comes by time: never lost, never doubled", async () => {
    const { time, value } = await (await opened()).read("LATE");
    assert.deepEqual(
      Array.from(time, (t, i) => [t - start, value[i]!]).sort(([a, x], [b, y]) => a! - b! || x! - y!),
      [
        [0, 0],
        [10, 1],
        [20, 2],
        [30, 3],
        [30, 4],
      ],
    );
  });

  if (metadata) {
    tests("knows unit, range, stepping and compression", async () => {
      const found = (await opened()).tags.find((info) => info.tag === "TI101.PV") as TagInfo;
      assert.deepEqual(
        { ...found },
        { tag: "TI101.PV", unit: "degC", range: [-1e4, 1e4], stepped: false, compression: 0.25, maxInterval: 600 },
      );
      assert.equal((await (await opened()).read("HS 7/ä")).info.stepped, true);
    });
  }

  tests("closes more than once without complaint", async () => {
    const plant = await opened();
    await plant.close();
    await plant.close();
    await plant[Symbol.asyncDispose]();
  });
}

function byTime(series: Series): Series {
  const order = Array.from(series.time.keys()).sort((a, b) => series.time[a]! - series.time[b]! || a - b);
  return {
    ...series,
    time: Float64Array.from(order, (i) => series.time[i]!),
    value: Float64Array.from(order, (i) => series.value[i]!),
    status: Uint32Array.from(order, (i) => series.status[i]!),
  };
}
