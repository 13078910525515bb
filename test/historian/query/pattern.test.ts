import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { status } from "../../../src/core/index.ts";
import { bind, findPattern, memorySource, parsePattern, type Series, seriesOf } from "../../../src/historian/index.ts";
import { failsWith } from "../scratch.ts";
import { tank } from "../tank.ts";

const plant = (...series: Series[]) => memorySource({ name: "plant", series: new Map(series.map((one) => [one.tag, one])) });
/** Points a minute apart, drawn as straight lines or held. */
const tag = (
  name: string,
  value: readonly (number | null)[],
  info: { unit?: string; stepped?: boolean } = { unit: "K", stepped: false },
  codes?: number[],
) => seriesOf(name, { time: value.map((_, i) => 60 * i), value, status: codes ?? value.map((v) => (v === null ? status.bad : 0)) }, info);
const minutes = (matches: readonly { from: number; to: number }[]) =>
  matches.map(({ from, to }) => [Math.round(6e4 * (from / 60)) / 6e4, Math.round(6e4 * (to / 60)) / 6e4]);
const rules = { spikes: false, frozen: false } as const;
const found = async (text: string, series: readonly Series[], options = {}) =>
  (await findPattern(plant(...series), text, { rules, ...options })).matches;

const states = { "FIC101.MODE": { automatic: 1, manual: 0 } };
/** 300 K, up by 1 K a minute from 20 to 30 min, then 310 K. */
const rising = tag(
  "TI101.PV",
  Array.from({ length: 61 }, (_, i) => 300 + Math.max(0, Math.min(10, i - 20))),
);

test("the expert's sentence finds the rise that happened in automatic, with its evidence", async () => {
  const text = "TI101.PV rises by more than 5 K within 10 min while FIC101.MODE is automatic";
  const mode = (from: number) =>
    tag(
      "FIC101.MODE",
      Array.from({ length: 61 }, (_, i) => (i >= from ? 1 : 0)),
      { stepped: true },
    );
  const [match, ...others] = await found(text, [rising, mode(10)], { states });
  assert.deepEqual([minutes([match!]), others], [[[20, 30]], []]);
  assert.equal(match!.evidence[0]!.change!.change, 10);
  assert.deepEqual(match!.evidence[0]!.values, { first: 300, last: 310, least: 300, greatest: 310 });
  assert.deepEqual(
    match!.evidence.map(({ condition }) => condition),
    ["TI101.PV rises by more than 5 K within 10 min", "FIC101.MODE is automatic"],
  );
  assert.deepEqual(minutes(await found(text, [rising, mode(27)], { states })), [[27, 30]]);
  assert.deepEqual(await found(text, [rising, mode(40)], { states }), []);
});

test("limits are crossed between points, where the line crosses them", async () => {
  assert.deepEqual(minutes(await found("TI101.PV > 304.5 K", [rising])), [[24.5, 60]]);
  assert.deepEqual(minutes(await found("TI101.PV is between 302 and 308.25 K", [rising])), [[22, 28.25]]);
  assert.deepEqual(minutes(await found("TI101.PV < 30 degC", [rising])), [[0, 23.15]]);
  assert.deepEqual(minutes(await found("TI101.PV is not above 304 K", [rising])), [[0, 24]]);
});

test("changes are differences: degrees Celsius need no offset, falls and less than are the other way round", async () => {
  assert.deepEqual(minutes(await found("TI101.PV rises by at least 10 degC within 10 min", [rising])), [[20, 30]]);
  assert.deepEqual(await found("TI101.PV rises by more than 10 K within 10 min", [rising]), []);
  assert.deepEqual(await found("TI101.PV falls by more than 0.1 K within 10 min", [rising]), []);
  assert.deepEqual(minutes(await found("TI101.PV changes by less than 0.5 K within 1 min", [rising])), [
    [0, 20],
    [30, 60],
  ]);
});

test("a steady climb is found over its whole length", async () => {
  const ramp = seriesOf("X", { time: [0, 36000], value: [0, 600], status: [0, 0] }, { unit: "K", stepped: false, maxInterval: 1e6 });
  assert.deepEqual(await found("X rises by more than 5 K within 10 min", [ramp]).then((m) => m.map(({ from, to }) => [from, to])), [
    [0, 36000],
  ]);
});

test("a step of a held tag is a change from when it happens", async () => {
  const step = tag("SP", [...new Array(10).fill(1), ...new Array(30).fill(7)], { unit: "bar", stepped: true });
  assert.deepEqual(minutes(await found("SP rises by more than 5 bar within 3 min", [step])), [[10, 13]]);
});

test("stays within, for, before and after", async () => {
  assert.deepEqual(minutes(await found("TI101.PV stays within 1 K for 15 min", [rising])), [
    [0, 21],
    [29, 60],
  ]);
  const pump = tag(
    "P",
    Array.from({ length: 61 }, (_, i) => ((i >= 5 && i < 8) || (i >= 15 && i < 40) ? 1 : 0)),
    { stepped: true },
  );
  assert.deepEqual(minutes(await found("P is 1 for at least 5 min", [pump])), [[15, 40]]);
  assert.deepEqual(minutes(await found("P is 1 for at most 5 min", [pump])), [[5, 8]]);
  assert.deepEqual(minutes(await found("P = 1 before TI101.PV > 300.5 K by at most 13 min", [pump, rising])), [[5, 8]]);
  assert.deepEqual(minutes(await found("TI101.PV > 300.5 K after P = 1 for at most 4 min by less than 15 min", [pump, rising])), [
    [20.5, 60],
  ]);
  assert.deepEqual(await found("TI101.PV > 300.5 K after P = 1 for at most 4 min by less than 5 min", [pump, rising]), []);
});

test("and, or, not and brackets", async () => {
  assert.deepEqual(minutes(await found("TI101.PV > 302 K and TI101.PV < 308 K", [rising])), [[22, 28]]);
  assert.deepEqual(minutes(await found("not (TI101.PV > 302 K and TI101.PV < 308 K)", [rising])), [
    [0, 22],
    [28, 60],
  ]);
  assert.deepEqual(minutes(await found("TI101.PV < 302 K or TI101.PV > 308 K", [rising])), [
    [0, 22],
    [28, 60],
  ]);
});

test("where nothing is known neither a condition nor its contrary holds", async () => {
  const holes = tag(
    "X",
    Array.from({ length: 60 }, (_, i) => (i >= 20 && i < 40 ? null : 5)),
  );
  const { matches, unknown } = await findPattern(plant(holes), "X > 1 K", { rules });
  assert.deepEqual(minutes(matches), [
    [0, 19],
    [40, 59],
  ]);
  assert.deepEqual(minutes(unknown), [[19, 40]]);
  assert.deepEqual(await found("not X > 1 K", [holes]), []);
  assert.deepEqual(minutes(await found("X is missing", [holes])), [[19, 40]]);
  assert.deepEqual(minutes(await found("X is bad", [holes])), [[20, 40]]);
});

test("names of a model may be used, in its units", async () => {
  const binding = bind(tank, { T: { tag: "TI101.PV", unit: "degC" } });
  const celsius = tag(
    "TI101.PV",
    Array.from({ length: 61 }, (_, i) => 20 + i),
    { unit: "degC", stepped: false },
  );
  assert.deepEqual(minutes(await found("T > 300 K", [celsius], { binding })), [[6.85, 60]]);
});

test("mistakes are named with their place and the nearest word", async () => {
  const fails = async (text: string, code: Parameters<typeof failsWith>[0], ...texts: string[]) =>
    assert.rejects(findPattern(plant(rising), text, { rules, states }), failsWith(code, ...texts));
  await fails("TI101.PV rizes by 5 K within 10 min", "historian/query", '"rizes"', "character 10", '"rises"');
  await fails("TI101.P > 5 K", "historian/query", '"TI101.PV"');
  await fails("TI101.PV rises by more than 5 K withing 10 min", "historian/query", "within");
  await fails("TI101.PV rises by more than 5 K within 10", "historian/query", "10 min");
  await fails("TI101.PV > 5 bar", "historian/query-unit", "bar", "in K");
  await fails("TI101.PV is automatik", "historian/query-word", "automatik");
  await fails("TI101.PV > 5 K and", "historian/query", "the text ends");
  await fails("(TI101.PV > 5 K", "historian/query", '")"');
  await fails("TI101.PV > 5 K TI101.PV", "historian/query", "TI101.PV");
  await fails("", "historian/query", "the name of a tag");
  await assert.rejects(
    findPattern(plant(tag("X", [1, 2], { stepped: false })), "X > 5 K", { rules }),
    failsWith("historian/query-unit", "not known"),
  );
});

test("any text is read or refused, never anything else", () => {
  const words = fc.constantFrom(
    "TI",
    "rises",
    "by",
    "more",
    "than",
    "5",
    "K",
    "within",
    "10",
    "min",
    "while",
    "(",
    ")",
    "not",
    "and",
    "or",
    "is",
    "'a b'",
    ">",
    "for",
    "bar",
    "before",
    "1e5",
    "stays",
    "between",
    "@",
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 20 }), (parts) => {
      try {
        parsePattern(parts.join(" "));
      } catch (error) {
        failsWith("historian/query")(error);
      }
    }),
    { numRuns: 500 },
  );
  assert.throws(() => parsePattern("(".repeat(100)), failsWith("historian/query"));
  assert.throws(() => parsePattern("not ".repeat(100)), failsWith("historian/query"));
});

const pairsOf = (values: readonly number[], reach: number) =>
  values.flatMap((v, j) => values.slice(Math.max(0, j - reach), j).map((u) => v - u));

test("rises are those that comparing all pairs of points finds", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 25 }),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      async (values, reach, stepped) => {
        const matches = await found(`X rises by more than 3.5 K within ${reach} min`, [tag("X", values, { unit: "K", stepped })]);
        const pairs = pairsOf(values, reach);
        // A step at the very end of the record lasts no time.
        const seen = stepped ? pairsOf(values.slice(0, -1), reach) : pairs;
        if (seen.some((change) => change > 3.5)) assert.ok(matches.length > 0);
        for (const { evidence } of matches) {
          assert.ok(evidence[0]!.change!.change > 3.5);
          assert.ok(evidence[0]!.change!.to - evidence[0]!.change!.from <= 60 * reach + 1e-9);
        }
        if (stepped && matches.length > 0) assert.ok(pairs.some((change) => change > 3.5));
      },
    ),
    { numRuns: 150 },
  );
});
