/** What every source promises. A new source is tested by one line that calls this; a new promise is tested on all of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reason, severity, status } from "../../src/core/index.ts";
import { between, openHistorian, type Series, type Source, seriesOf, type TagInfo, type TimeRange } from "../../src/historian/index.ts";
import { failsWith } from "./scratch.ts";

/** What a kind of source can carry besides time and value. */
export interface Claim {
  /** A source that holds exactly these series. */
  readonly make: (series: readonly Series[]) => Promise<Source>;
  /** Carries unit, range, stepping and compression of tags. */
  readonly metadata: boolean;
  /** Keeps the order of arrival; otherwise points come by time. */
  readonly arrival: boolean;
  /** False where the source holds one value a time, and the last one written stays. Default: true. */
  readonly doubles?: boolean;
  /** Codes that the source cannot hold, with what it gives in their place. Default: every code as it is. */
  readonly code?: (status: number) => number;
  /** Values that the source cannot hold bit for bit, such as −0, with what it gives. */
  readonly value?: (value: number) => number;
  /** Printed when the source cannot be had here. */
  readonly skip?: string | false;
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
const long = seriesOf("FI 200", {
  time: Array.from({ length: 70001 }, (_, i) => start + i / 4),
  value: Array.from({ length: 70001 }, (_, i) => i % 97),
  status: new Array(70001).fill(0),
});
const old = seriesOf("OLD", { time: [-86400.5, 0, 2 ** 31, 4e9], value: [1, 2, 3, 4], status: [0, 0, 0, 0] });
const all = [scanned, stepped, holed, awkward, disordered, long, old];

/** Everything that a source of the suite holds, for sources that are filled once. */
export const conformanceSeries: readonly Series[] = all;

export function sourceConformance(name: string, claim: Claim): void {
  const { make, metadata, arrival, doubles = true, code = (status) => status, value: kept = (value) => value, skip = false } = claim;
  const opened = async () => openHistorian(await make(all));
  const tests = (what: string, run: () => Promise<void>) => test(`${name}: ${what}`, { skip }, run);
  const bits = (column: Float64Array) => Buffer.from(column.slice().buffer).toString("hex");
  /** What the source should give of a series. */
  const expectedOf = (one: Series): Series => {
    const ordered = arrival ? one : byTime(one);
    const single = doubles ? ordered : lastOfEach(ordered);
    return { ...single, value: single.value.map(kept), status: single.status.map(code) };
  };
  const same = (read: Series, expected: Series) => {
    assert.equal(bits(read.time), bits(expected.time));
    assert.equal(bits(read.value), bits(expected.value));
    assert.deepEqual(read.status, expected.status);
  };
  const pagesOf = async (source: Source, tag: string, range?: TimeRange) => {
    const pages: Series[] = [];
    for await (const page of source.readRaw(tag, range)) pages.push(page);
    return pages;
  };

  tests("lists every tag once", async () => {
    await using plant = await opened();
    assert.deepEqual(plant.tags.map((info) => info.tag).toSorted(), all.map((one) => one.tag).toSorted());
  });

  tests("lists the same tags each time it is asked", async () => {
    await using source = await make(all);
    assert.deepEqual(await source.browse(), await source.browse());
  });

  tests("says that its times are on the calendar, and has a name", async () => {
    await using plant = await opened();
    assert.equal(plant.calendar, true);
    assert.ok(plant.name.length > 0);
  });

  for (const one of all) {
    tests(`gives back every point of ${one.tag}, bit for bit in time and value, with its status`, async () => {
      await using plant = await opened();
      const read = await plant.read(one.tag);
      same(read, expectedOf(one));
      assert.deepEqual([read.tag, read.info.tag], [one.tag, one.tag]);
    });
  }

  tests("a point without a value is Bad, has the value 0 and says why", async () => {
    await using plant = await opened();
    const { value, status: read, reasons } = await plant.read("LAB");
    assert.deepEqual(Array.from(value), [1.5, 0, 2.5, 0]);
    assert.deepEqual(Array.from(read, severity), ["good", "bad", "good", "bad"]);
    assert.deepEqual(
      Array.from(reasons, (mask) => (mask & reason.notANumber) !== 0),
      [false, true, false, true],
    );
  });

  tests("never gives NaN or infinity, and columns of equal length and of their own types", async () => {
    await using plant = await opened();
    for (const one of all) {
      const { time, value, status: codes, reasons } = await plant.read(one.tag);
      assert.ok(time.every(Number.isFinite) && value.every(Number.isFinite));
      assert.deepEqual([value.length, codes.length, reasons.length], [time.length, time.length, time.length]);
      assert.ok(
        time instanceof Float64Array && value instanceof Float64Array && codes instanceof Uint32Array && reasons instanceof Uint32Array,
      );
    }
  });

  tests("marks what its own status says as Uncertain or Bad", async () => {
    await using plant = await opened();
    const { status: read, reasons } = await plant.read("TI101.PV");
    assert.deepEqual(new Set(Array.from(read, severity)), new Set(["good", "uncertain", "bad"]));
    read.forEach((one, i) => {
      const expected = { good: 0, uncertain: reason.sourceUncertain, bad: reason.sourceBad }[severity(one)];
      assert.equal(reasons[i]! & (reason.sourceUncertain | reason.sourceBad), expected);
    });
  });

  for (const [what, tag, from, to] of [
    ["a middle part", "TI101.PV", start + 1000, start + 2000],
    ["from a time on", "TI101.PV", start + 29000, undefined],
    ["up to a time", "TI101.PV", undefined, start + 100],
    ["nothing between two points", "TI101.PV", start + 11, start + 19],
    ["nothing after the end", "TI101.PV", start + 1e6, undefined],
    ["nothing before the beginning", "TI101.PV", undefined, start],
    ["nothing where from is to", "TI101.PV", start + 1000, start + 1000],
    ["nothing where from is later than to", "TI101.PV", start + 2000, start + 1000],
    ["exactly one point", "TI101.PV", start + 1000, start + 1000.001],
    ["a part that begins at a fraction of a second", "HS 7/ä", start + 0.125, start + 3600],
    ["a part that ends at a fraction of a second", "HS 7/ä", start, start + 0.125],
    ["a part longer than a page", "FI 200", start + 100, start + 17400],
    ["a part before 1970", "OLD", -1e5, 0],
    ["everything, where the range is wider", "LAB", 0, 4e9],
    ["everything, where the range is wider than all calendars", "OLD", -1e15, 1e15],
  ] as const) {
    tests(`gives ${what}: start included, end excluded`, async () => {
      await using plant = await opened();
      const whole = expectedOf(all.find((one) => one.tag === tag)!);
      same(await plant.read(tag, { from, to }), between(whole, from, to));
    });
  }

  tests("pages together are the whole, in order, none empty unless there is nothing", async () => {
    await using source = await make(all);
    const pages = await pagesOf(source, "TI101.PV");
    assert.ok(pages.length >= 1 && pages.every((page) => page.time.length > 0 && page.tag === "TI101.PV"));
    assert.deepEqual(
      pages.flatMap((page) => Array.from(page.time)),
      Array.from(scanned.time),
    );
  });

  tests("a long tag comes in several pages of at most some ten thousand points", async () => {
    await using source = await make(all);
    const pages = await pagesOf(source, "FI 200");
    assert.ok(pages.length > 1 && pages.every((page) => page.time.length > 0 && page.time.length <= 70000));
    assert.deepEqual(Float64Array.from(pages.flatMap((page) => Array.from(page.time))), long.time);
  });

  tests("reading can stop after a page", async () => {
    await using source = await make(all);
    for await (const page of source.readRaw("FI 200")) {
      assert.ok(page.time.length > 0);
      break;
    }
    assert.equal((await (await openHistorian(source)).read("TI101.PV")).time.length, 3000);
  });

  tests("two readers at once do not disturb each other", async () => {
    await using plant = await opened();
    const [a, b, c] = await Promise.all([plant.read("TI101.PV"), plant.read("LAB"), plant.read("TI101.PV")]);
    assert.deepEqual(a, c);
    assert.equal(b.time.length, 4);
  });

  tests("two readers of one long tag, page by page in turn, both get everything", async () => {
    await using source = await make(all);
    const readers = [source.readRaw("FI 200"), source.readRaw("FI 200")].map((pages) => pages[Symbol.asyncIterator]());
    const counts = [0, 0];
    for (let running = 2; running > 0; ) {
      running = 0;
      for (const [k, reader] of readers.entries()) {
        const { done, value: page } = await reader.next();
        if (done) continue;
        counts[k]! += (page as Series).time.length;
        running++;
      }
    }
    assert.deepEqual(counts, [70001, 70001]);
  });

  tests("reading twice gives the same, also after a part", async () => {
    await using plant = await opened();
    assert.deepEqual(await plant.read("LATE"), await plant.read("LATE"));
    await plant.read("TI101.PV", { from: start, to: start + 50 });
    assert.equal((await plant.read("TI101.PV")).time.length, 3000);
  });

  tests("a tag that is not there is refused with the nearest ones", async () => {
    await using plant = await opened();
    await assert.rejects(plant.read("TI101PV"), failsWith("historian/tag-missing", 'Nearest: "TI101.PV"'));
  });

  for (const tag of ["constructor", "", "TI101.PV' OR '1'='1", "ti101.pv", "TI101.PV "]) {
    tests(`a tag ${JSON.stringify(tag)} that is not there is refused, too`, async () => {
      await using plant = await opened();
      await assert.rejects(plant.read(tag), failsWith("historian/tag-missing"));
    });
  }

  tests("a late point keeps its place in the order of arrival, or comes by time: never lost, never doubled", async () => {
    await using plant = await opened();
    const { time, value } = await plant.read("LATE");
    const points = [
      [0, 0],
      [10, 1],
      [20, 2],
      [30, 3],
      [30, 4],
    ];
    assert.deepEqual(
      Array.from(time, (t, i) => [t - start, value[i]!]).sort(([a, x], [b, y]) => a! - b! || x! - y!),
      doubles ? points : points.filter((_, i) => i !== 3),
    );
  });

  if (metadata) {
    tests("knows unit, range, stepping and compression", async () => {
      await using plant = await opened();
      const found = plant.tags.find((info) => info.tag === "TI101.PV") as TagInfo;
      assert.deepEqual(
        { ...found },
        { tag: "TI101.PV", unit: "degC", range: [-1e4, 1e4], stepped: false, compression: 0.25, maxInterval: 600 },
      );
      assert.equal((await plant.read("HS 7/ä")).info.stepped, true);
    });
  }

  tests("read at archived times gives the points themselves", async () => {
    await using plant = await opened();
    const read = await plant.readAt("TI101.PV", [start + 10, start + 29990]);
    const expected = expectedOf(scanned);
    assert.deepEqual(Array.from(read.value), [expected.value[1], expected.value[2999]]);
    assert.deepEqual(Array.from(read.status), [expected.status[1], expected.status[2999]]);
    assert.ok(read.reasons.every((mask) => (mask & reason.interpolated) === 0));
  });

  tests("read between archived times, stepped: the last value before, said to be interpolated", async () => {
    await using plant = await opened();
    const read = await plant.readAt("HS 7/ä", [start + 0.1, start + 1800], { stepped: true });
    assert.deepEqual(Array.from(read.value), [0, 1]);
    assert.ok(read.status.every((one) => severity(one) === "good" && (one & 0x403) === 0x402));
    assert.ok(read.reasons.every((mask) => (mask & reason.interpolated) !== 0));
  });

  tests("read between archived times, linear: on the line between them", async () => {
    await using plant = await opened();
    const read = await plant.readAt("FI 200", [start + 0.125, start + 24.125], { stepped: false });
    assert.deepEqual(Array.from(read.value), [0.5, 48]);
    assert.ok(read.reasons.every((mask) => (mask & reason.interpolated) !== 0));
  });

  tests("read at: no straight line across a Bad point, none across a gap, none before the beginning", async () => {
    await using plant = await opened();
    const lab = await plant.readAt("LAB", [start + 1800, start + 5400], { stepped: false });
    assert.deepEqual(Array.from(lab.status, severity), ["bad", "bad"]);
    const gap = await plant.readAt("HS 7/ä", [start + 0.1, start + 1800], { maxGap: "10 min" });
    assert.deepEqual(Array.from(gap.status, severity), ["good", "bad"]);
    assert.deepEqual(
      Array.from(gap.reasons, (mask) => (mask & reason.gap) !== 0),
      [false, true],
    );
    const before = await plant.readAt("TI101.PV", [start - 1]);
    assert.deepEqual([severity(before.status[0]!), before.value[0]], ["bad", 0]);
  });

  tests("read at: a value held beyond the end of the archive is Uncertain", async () => {
    await using plant = await opened();
    const read = await plant.readAt("HS 7/ä", [start + 7200]);
    assert.deepEqual([severity(read.status[0]!), read.value[0]], ["uncertain", 0]);
  });

  tests("read at: of several points at one time the last that arrived counts", async () => {
    await using plant = await opened();
    assert.deepEqual(Array.from((await plant.readAt("LATE", [start + 30, start + 15])).value), [4, 1]);
  });

  tests("read at: any order of times, any number of them", async () => {
    await using plant = await opened();
    const times = [start + 500, start + 20, start + 29000, start + 20];
    const one = await Promise.all(times.map(async (t) => (await plant.readAt("TI101.PV", [t])).value[0]!));
    assert.deepEqual(Array.from((await plant.readAt("TI101.PV", times)).value), one);
    assert.equal((await plant.readAt("TI101.PV", [])).time.length, 0);
  });

  tests("read at: refuses a time that is none and a tag that is not there", async () => {
    await using plant = await opened();
    await assert.rejects(plant.readAt("LAB", [Number.NaN]), failsWith("historian/option", "times[0]"));
    await assert.rejects(plant.readAt("LAP", [start]), failsWith("historian/tag-missing", '"LAB"'));
  });

  tests("says nothing of rows that it does not have, and counts what it noticed", async () => {
    await using plant = await opened();
    await plant.read("LAB");
    for (const { count, message } of plant.findings()) assert.ok(count > 0 && message.length > 0);
  });

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

/** Of points at one time the last, as sources keep them that hold one value a time. */
function lastOfEach(series: Series): Series {
  const places = Array.from(series.time.keys()).filter((i) => series.time[i] !== series.time[i + 1]);
  const { tag, info } = series;
  return {
    tag,
    info,
    time: Float64Array.from(places, (i) => series.time[i]!),
    value: Float64Array.from(places, (i) => series.value[i]!),
    status: Uint32Array.from(places, (i) => series.status[i]!),
    reasons: Uint32Array.from(places, (i) => series.reasons[i]!),
  };
}
