import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AssetDefinition,
  assetTree,
  memorySource,
  openHistorian,
  queryAssets,
  readAssets,
  type Series,
  seriesOf,
  type TagInfo,
} from "../../src/historian/index.ts";
import { failsWith, file } from "./scratch.ts";

const start = Date.UTC(2026, 2, 1) / 1000;
const hour = 3600;
const at = (hours: number): string => new Date((start + hours * hour) * 1000).toISOString();

const definition: AssetDefinition = {
  name: "Acme",
  level: "enterprise",
  parts: [
    {
      name: "North",
      level: "site",
      documents: [{ title: "Site plan", file: "plan.pdf" }],
      contexts: {
        grade: {
          events: [
            { value: "A", from: at(0), to: at(10) },
            { value: "B", from: at(10), to: at(20) },
            { value: "A", from: at(20) },
          ],
        },
      },
      parts: [
        {
          name: "R1",
          level: "unit",
          description: "stirred reactor",
          variables: {
            T: { tag: "TI101", unit: "degC", description: "reactor temperature" },
            cA: { tag: "LAB.CA", unit: "mol/L", source: "lab", lab: { detection: [0.05] } },
          },
          contexts: {
            mode: { tag: "TIC101.MODE", states: { automatic: 1, manual: 0 } },
            batch: {
              events: [
                { value: "B2", from: at(12), to: at(30), facts: { operator: "shift 3", charge: 512 } },
                { value: "B1", from: at(0), to: at(11) },
              ],
            },
          },
          sheet: { volume: { value: 1.2, unit: "m^3", source: "drawing 4711" } },
          documents: [{ title: "Data sheet", file: "r1.pdf" }],
          parts: [{ name: "P1", level: "equipment", variables: { speed: { tag: "SI102", unit: "rpm", scale: 10 } } }],
        },
        {
          name: "R2",
          level: "unit",
          variables: {
            T: {
              unit: "degC",
              periods: [
                { tag: "TI201", to: at(5) },
                { tag: "TI201A", unit: "degF", from: at(5) },
              ],
            },
          },
        },
      ],
    },
  ],
};

const hourly = (tag: string, valueAt: (h: number) => number, info: Omit<TagInfo, "tag"> = {}): Series => {
  const time = Array.from({ length: 31 }, (_, h) => start + h * hour);
  return seriesOf(tag, { time, value: time.map((_, h) => valueAt(h)) }, info);
};
const open = (...series: readonly Series[]) =>
  openHistorian(memorySource({ name: "m", series: new Map(series.map((one) => [one.tag, one])) }));
const plant = {
  plant: await open(
    hourly("TI101", (h) => 60 + h, { unit: "degC" }),
    hourly("SI102", (h) => h),
    hourly("TIC101.MODE", (h) => (h >= 6 && h < 15 ? 0 : 1), { stepped: true }),
    hourly("TI201", (h) => h),
    hourly("TI201A", (h) => 1.8 * h + 32),
  ),
  lab: await open(seriesOf("LAB.CA", { time: [start + 4 * hour, start + 22 * hour], value: [0.4, 0.6] })),
};
const sourced: AssetDefinition = withSource(definition);

/** The same tree, with every tag but the laboratory's in the historian of the plant. */
function withSource(node: AssetDefinition): AssetDefinition {
  const variables = Object.fromEntries(Object.entries(node.variables ?? {}).map(([name, one]) => [name, { source: "plant", ...one }]));
  const contexts = Object.fromEntries(
    Object.entries(node.contexts ?? {}).map(([name, one]) => [name, "tag" in one ? { ...one, source: "plant" } : one]),
  );
  return { ...node, variables, contexts, ...(node.parts ? { parts: node.parts.map(withSource) } : {}) };
}
const tree = assetTree(sourced);
const hours = (t: number): number => (t - start) / hour;

test("one query gives the variables of a unit within a window and a context, with laboratory, sheet and files", async () => {
  const answer = await queryAssets(tree, plant, { unit: "R1", from: at(2), to: at(28), context: { grade: "A", mode: "automatic" } });
  assert.equal(answer.unit, "Acme/North/R1");
  assert.deepEqual(
    answer.stretches.map(({ from, to, context }) => [hours(from), hours(to), context]),
    [
      [2, 6, { grade: "A", mode: "automatic", batch: "B1" }],
      [20, 28, { grade: "A", mode: "automatic", batch: "B2" }],
    ],
  );
  const [early, late] = answer.stretches;
  assert.deepEqual([...early!.series["T"]!.value], [62, 63, 64, 65]);
  assert.deepEqual([...early!.series["cA"]!.value], [0.4]);
  assert.deepEqual([...late!.series["cA"]!.value], [0.6]);
  assert.deepEqual([...early!.series["P1.speed"]!.value], [20, 30, 40, 50]);
  assert.deepEqual(late!.facts["batch"], { operator: "shift 3", charge: 512 });
  assert.deepEqual(answer.variables["cA"], { tag: "LAB.CA", unit: "mol/L", description: undefined, lab: true });
  assert.deepEqual(answer.sheet["volume"], { value: 1.2, unit: "m^3", source: "drawing 4711" });
  assert.deepEqual(
    answer.documents.map(({ title }) => title),
    ["Data sheet", "Site plan"],
  );
});

test("without a context asked for, stretches still have one value of each", async () => {
  const { stretches } = await queryAssets(tree, plant, { unit: "R1", from: at(0), to: at(30), variables: ["T"] });
  assert.deepEqual(
    stretches.map(({ from, to, context }) => [hours(from), hours(to), context["grade"], context["mode"], context["batch"]]),
    [
      [0, 6, "A", "automatic", "B1"],
      [6, 10, "A", "manual", "B1"],
      [10, 11, "B", "manual", "B1"],
      [11, 12, "B", "manual", undefined],
      [12, 15, "B", "manual", "B2"],
      [15, 20, "B", "automatic", "B2"],
      [20, 30, "A", "automatic", "B2"],
    ],
  );
  assert.deepEqual(Object.keys(stretches[0]!.series), ["T"]);
  assert.equal(
    stretches.reduce((sum, { series }) => sum + series["T"]!.time.length, 0),
    30,
  );
});

test("several values of a context, and a pattern in the names of the variables", async () => {
  const either = await queryAssets(tree, plant, {
    unit: "R1",
    from: at(0),
    to: at(30),
    context: { batch: ["B1", "B2"] },
    variables: ["T"],
  });
  assert.equal(
    either.stretches.reduce((sum, { from, to }) => sum + to - from, 0),
    29 * hour,
  );
  const single = assetTree({ name: "R9", level: "unit", variables: { T: { tag: "TI101", unit: "degC" } } });
  const hot = await queryAssets(single, plant.plant, { unit: "R9", when: "T >= 80 degC" });
  assert.deepEqual(
    hot.stretches.map(({ from, to }) => [Math.round(hours(from)), Math.round(hours(to))]),
    [[20, 30]],
  );
});

test("a pattern speaks of variables of one source, beside others", async () => {
  const hot = await queryAssets(tree, plant, { unit: "R1", when: "T >= 80 degC", context: { grade: "A" }, variables: ["T", "cA"] });
  assert.equal(hours(hot.stretches[0]!.from), 20);
  assert.deepEqual([...hot.stretches[0]!.series["cA"]!.value], [0.6]);
  const both = "T >= 80 degC and cA > 0.1 mol/L";
  await assert.rejects(queryAssets(tree, plant, { unit: "R1", when: both }), failsWith("historian/asset-query", "single source"));
  await assert.rejects(queryAssets(tree, plant, { unit: "R1", when: "TT > 80 degC" }), failsWith("historian/asset-query", 'variable "TT"'));
});

test("a variable can be several tags one after the other", async () => {
  const { stretches } = await queryAssets(tree, plant, { unit: "North/R2", from: at(0), to: at(10), context: { grade: "A" } });
  const { value } = stretches[0]!.series["T"]!;
  // The second one is archived in °F.
  assert.deepEqual(Array.from(value, Math.round), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("nodes are found by path or by its end; what is not there is refused with what is", async () => {
  assert.equal(tree.node("R1/P1").path, "Acme/North/R1/P1");
  assert.throws(() => tree.node("R3"), failsWith("historian/asset-missing", "R3"));
  const twins = assetTree({
    name: "S",
    level: "site",
    parts: ["A", "B"].map((name) => ({ name, level: "area", parts: [{ name: "U", level: "unit" }] })),
  });
  assert.throws(() => twins.node("U"), failsWith("historian/asset-missing", "several", "S/A/U", "S/B/U"));
  await assert.rejects(
    queryAssets(tree, plant, { unit: "R1", context: { grad: "A" } }),
    failsWith("historian/asset-query", 'context "grad"', '"grade"'),
  );
  await assert.rejects(
    queryAssets(tree, plant, { unit: "R1", context: { mode: "auto" } }),
    failsWith("historian/asset-query", '"auto"', "automatic"),
  );
  await assert.rejects(queryAssets(tree, plant, { unit: "R1", variables: ["p"] }), failsWith("historian/asset-query", 'variable "p"'));
  await assert.rejects(
    queryAssets(tree, { other: plant.plant, lab: plant.lab }, { unit: "R1" }),
    failsWith("historian/asset-query", 'source "plant"'),
  );
});

for (const [why, broken, ...texts] of [
  [
    "a level above its parent",
    { name: "U", level: "unit", parts: [{ name: "S", level: "site" }] },
    "U/S",
    "site cannot lie within one of unit",
  ],
  ["a level that is none", { name: "U", level: "plant" }, '"plant"', "enterprise"],
  ["a slash in a name", { name: "U/1", level: "unit" }, "slash"],
  [
    "two of one name",
    {
      name: "S",
      level: "site",
      parts: [
        { name: "U", level: "unit" },
        { name: "U", level: "unit" },
      ],
    },
    "two of this name",
  ],
  ["a misspelt field", { name: "U", level: "unit", varaibles: {} }, "varaibles"],
  [
    "an event that ends before it begins",
    { name: "U", level: "unit", contexts: { b: { events: [{ value: "1", from: at(2), to: at(1) }] } } },
    "ends before",
  ],
  ["a context without states", { name: "U", level: "unit", contexts: { mode: { tag: "M" } } }, "states"],
] as const) {
  test(`a tree is refused by name: ${why}`, () => {
    assert.throws(() => assetTree(broken as AssetDefinition), failsWith("historian/asset", ...texts));
  });
}

test("variables are checked like bound tags", () => {
  const wrong = (variable: object) => () => assetTree({ name: "U", level: "unit", variables: { T: variable as never } });
  assert.throws(wrong({ tag: "A", unit: "furlong/blink" }), failsWith("historian/bind-unit"));
  assert.throws(wrong({ tag: "", unit: "K" }), failsWith("historian/bind-value", "tag"));
});

test("a tree is read from JSON", async () => {
  const read = await readAssets(file("tree.json", JSON.stringify(definition)));
  assert.deepEqual([...read.nodes.keys()], ["Acme", "Acme/North", "Acme/North/R1", "Acme/North/R1/P1", "Acme/North/R2"]);
  await assert.rejects(readAssets(file("broken.json", "{")), failsWith("historian/asset", "JSON"));
  await assert.rejects(readAssets("/nowhere/tree.json"), failsWith("historian/file-missing"));
});
