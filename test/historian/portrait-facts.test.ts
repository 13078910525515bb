import assert from "node:assert/strict";
import { test } from "node:test";
import { status } from "../../src/core/index.ts";
import {
  disorder,
  duplicates,
  freeze,
  markBad,
  memorySource,
  openHistorian,
  type PortraitOptions,
  portraitOf,
  portraitPage,
  portraitText,
  type Series,
  seriesOf,
} from "../../src/historian/index.ts";

const start = Date.UTC(2026, 0, 1) / 1000;
const wave = (points: number, tag = "TI101"): Series => {
  const time = Array.from({ length: points }, (_, i) => start + 10 * i);
  return seriesOf(tag, { time, value: time.map((_, i) => 60 + 5 * Math.sin(i / 50) + Math.sin(i * 1.7) / 3) }, { unit: "degC" });
};
const whole = async (options: PortraitOptions, ...all: readonly Series[]) =>
  portraitOf(
    await openHistorian(memorySource({ name: "test.csv", series: new Map(all.map((one) => [one.tag, one])) })),
    undefined,
    options,
  );
const portrait = async (series: Series, options: PortraitOptions = {}) => (await whole(options, series)).tags[0]!;

test("steps are counted by 1, 2, 5, 10 … seconds, and their regularity told", async () => {
  const time = [0, 1, 2, 3, 4, 6, 11, 21, 71, 72, 73, 73.5];
  const { steps } = await portrait(seriesOf("A", { time, value: time.map((t) => Math.sin(t)) }));
  assert.deepEqual(steps.histogram, [
    { atMost: 0.5, count: 1 },
    { atMost: 1, count: 6 },
    { atMost: 2, count: 1 },
    { atMost: 5, count: 1 },
    { atMost: 10, count: 1 },
    { atMost: 20, count: 0 },
    { atMost: 50, count: 1 },
  ]);
  assert.equal(steps.regular, 6 / 11);
});

test("status codes are counted by their names, information bits aside", async () => {
  const codes = [0, 0, 0, 0x400, status.badNoCommunication, status.uncertainLastUsableValue, 0x80ab0000];
  const { statuses } = await portrait(seriesOf("A", { time: codes.map((_, i) => i), value: codes.map(Math.cos), status: codes }));
  assert.deepEqual(
    statuses.map(({ name, count }) => [name, count]),
    [
      ["Good", 4],
      ["UncertainLastUsableValue", 1],
      ["BadNoCommunication", 1],
      ["0x80AB0000", 1],
    ],
  );
});

test("flat lines, duplicates and clocks that went back are told", async () => {
  const frozen = freeze(wave(2000), { from: start + 5000, to: start + 6000 }).series;
  const { flat } = await portrait(frozen, { rules: { frozen: false } });
  assert.equal(flat.count, 1);
  assert.deepEqual([flat.longest[0]!.from, flat.longest[0]!.to], [start + 5000, start + 5990]);
  assert.ok(Math.abs(flat.share - 990 / 19990) < 1e-12);
  const doubled = duplicates(wave(500), { share: 0.1, seed: 1 });
  assert.deepEqual([(await portrait(doubled.series)).duplicates.same, doubled.series.time.length], [50, 550]);
  const late = disorder(wave(500), { places: 6, seed: 1 }).series;
  const { back, furthest } = (await portrait(late)).clock;
  assert.ok(back > 0 && furthest > 0 && furthest <= 100, `${back} ${furthest}`);
});

test("the ribbon adds up to all of the time, and its shares are those of the status", async () => {
  const marked = markBad(wave(1000), { from: start + 2500, to: start + 5000 }).series;
  const holed = { ...marked, ...cut(marked, start + 7000, start + 8000) };
  const { ribbon, course } = await portrait(holed, { parts: 40 });
  const sum = { good: 0, uncertain: 0, bad: 0, silent: 0 };
  for (const stretch of ribbon) {
    assert.ok(Math.abs(stretch.good + stretch.uncertain + stretch.bad + stretch.silent - 1) < 2e-3);
    for (const kind of ["good", "uncertain", "bad", "silent"] as const) sum[kind] += stretch[kind] * (stretch.to - stretch.from);
  }
  assert.ok(Math.abs(sum.bad - 2500) < 30, `bad ${sum.bad}`);
  // The point before the hole stands for the silence that is usual: ten steps of 10 s.
  assert.ok(Math.abs(sum.silent - 910) < 30, `silent ${sum.silent}`);
  assert.ok(ribbon.length < 12, "neighbours alike are one stretch");
  assert.deepEqual([ribbon[0]!.from, ribbon.at(-1)!.to], [start, start + 9990]);
  assert.equal(course.low.length, 40);
  assert.equal(course.low[12], null);
  assert.ok(course.low[0]! < course.high[0]!);
  assert.deepEqual((await portrait(holed, { parts: 0 })).ribbon, []);
});

function cut(series: Series, from: number, to: number): Pick<Series, "time" | "value" | "status" | "reasons"> {
  const keep = (_: number, i: number): boolean => !(series.time[i]! >= from && series.time[i]! < to);
  return {
    time: series.time.filter(keep),
    value: series.value.filter(keep),
    status: series.status.filter(keep),
    reasons: series.reasons.filter(keep),
  };
}

test("the share of manual operation comes from the states of a mode, and from values entered by hand", async () => {
  const time = [0, 100, 300, 400, 1000].map((t) => start + t);
  const mode = seriesOf("FIC.MODE", { time, value: [1, 0, 1, 0, 0] }, { stepped: true, states: { Auto: 1, Manual: 0 } });
  assert.equal((await portrait(mode)).manual, 0.8);
  const forced = seriesOf("FIC.PV", { time, value: [1, 2, 3, 4, 5], status: [0, 0, status.goodLocalOverride, 0, 0] });
  assert.equal((await portrait(forced)).manual, 0.1);
  assert.equal((await portrait(wave(100))).manual, undefined);
});

test("the page is one file without scripts, tells every tag, and escapes what it is told", async () => {
  const odd = seriesOf('<b>&"1', { time: [1, 2, 3, 4, 5].map((t) => start + t), value: [1, 2, 3, 2, 1] });
  const described = await whole({}, wave(500), odd);
  const page = portraitPage({
    ...described,
    suspicions: [
      {
        kind: "unit",
        tags: ["TI101"],
        from: start,
        to: Infinity,
        reason: "scaleSuspect",
        evidence: "It <looks> like °F.",
        proposal: "Declare it.",
        figures: { ratio: 1.8 },
      },
    ],
    rejected: [{ from: start, to: start + 10, why: "no value of x" }],
  });
  for (const text of ["TI101", "&lt;b&gt;&amp;&quot;1", "It &lt;looks&gt; like °F.", "ratio 1.8", "Not used", "Steps between points"])
    assert.ok(page.includes(text), text);
  for (const text of ["<script", "http:", "https:", "<b>", "NaN", "undefined", "Infinity"]) assert.ok(!page.includes(text), text);
  assert.equal(page.match(/class="ribbon"/g)!.length, 4);
  assert.ok(portraitText(described).includes("TI101"));
});

test("a historian without points has a portrait and a page", async () => {
  const described = await whole({}, seriesOf("EMPTY", { time: [], value: [] }));
  assert.equal(described.tags[0]!.points, 0);
  assert.ok(portraitPage(described).includes("EMPTY"));
});
