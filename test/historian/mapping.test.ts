import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type AnySource, random } from "../../src/core/index.ts";
import {
  bind,
  bindMapping,
  type Mapping,
  mappingJson,
  mappingOf,
  mappingTypeScript,
  memorySource,
  openHistorian,
  openMapping,
  prepare,
  proposeMapping,
  readMapping,
  seriesOf,
  type TagInfo,
} from "../../src/historian/index.ts";
import { failsWith, file, scratch } from "./scratch.ts";
import { tank } from "./tank.ts";

const csv = "stamp;FIC101;TI101;TI102\n2026-01-01 00:00;1,5;20,5;19\n2026-01-01 00:10;1,6;20,7;19,2\n2026-01-01 00:20;1,4;20,9;19,3\n";
const written = { file: "plant.csv", zone: "Europe/Berlin", decimal: ",", time: { column: "stamp", format: "yyyy-MM-dd HH:mm" } };
const binding = {
  q: { tag: "FIC101", unit: "m^3/h" },
  T: {
    unit: "degC",
    sigma: 0.3,
    periods: [
      { tag: "TI102", to: "2025-12-31T23:10:00Z" },
      { tag: "TI101", from: "2025-12-31T23:10:00Z" },
    ],
  },
};
const mappingFile = (name: string, mapping: object): string => file(name, JSON.stringify(mapping));

test("a record is imported by its mapping only, from beside the mapping", async () => {
  file("plant.csv", csv);
  const path = mappingFile("plant.json", { historian: written, binding });
  await using plant = await openMapping(path);
  assert.deepEqual(
    plant.tags.map(({ tag }) => tag),
    ["FIC101", "TI101", "TI102"],
  );
  const { windows } = await prepare(plant, bindMapping(tank, await readMapping(path), path));
  const { T } = windows[0]!.measured;
  assert.deepEqual(
    Array.from(T!.value, (v) => Math.round(10 * (v - 273.15)) / 10),
    [19, 20.7, 20.9],
  );
  assert.equal(windows[0]!.epoch, Date.UTC(2025, 11, 31, 23) / 1000);
});

test("another record written alike is read by the same mapping", async () => {
  const path = mappingFile("other.json", { historian: { ...written, file: "nowhere.csv" } });
  const series = await (await openMapping(path, file("second.csv", csv))).read("TI101");
  assert.deepEqual([...series.value], [20.5, 20.7, 20.9]);
  await assert.rejects(openMapping(path), failsWith("historian/file-missing", "nowhere.csv"));
});

for (const [why, mapping, ...texts] of [
  ["a misspelt field", { historian: { decmal: "," } }, "historian.decmal", '"decimal"'],
  ["a field beside", { historian: {}, tags: {} }, "tags", "historian"],
  ["a decimal sign", { historian: { decimal: ";" } }, "historian.decimal", '"." or ","'],
  ["a sentinel as text", { historian: { sentinels: ["-999"] } }, "historian.sentinels", "list of numbers"],
  ["a misspelt fact of a tag", { historian: { info: { A: { step: true } } } }, "historian.info.A.step", "stepped"],
  ["a misspelt binding", { historian: {}, binding: { T: { tag: "A", unti: "K" } } }, "binding.T.unti", '"unit"'],
  ["a period", { historian: {}, binding: { T: { unit: "K", periods: [{ tag: "A", form: 1 }] } } }, "binding.T.periods[0].form", '"from"'],
  ["the laboratory", { historian: {}, binding: { T: { unit: "K", tag: "A", lab: { limit: 1 } } } }, "binding.T.lab.limit"],
  ["no historian", { binding: {} }, "historian", "an object"],
  ["a list", [], "the file", "an object"],
] as const) {
  test(`a mapping is refused with the place: ${why}`, () => {
    assert.throws(() => mappingOf(JSON.stringify(mapping), "m.json"), failsWith("historian/mapping", ...texts));
  });
}

test("what is no JSON is refused, and so is a mapping without what is asked of it", async () => {
  assert.throws(() => mappingOf("{", "m.json"), failsWith("historian/mapping", "m.json", "JSON"));
  await assert.rejects(readMapping(join(scratch, "none.json")), failsWith("historian/file-missing"));
  await assert.rejects(openMapping(mappingFile("fileless.json", { historian: {} })), failsWith("historian/mapping", "historian.file"));
  assert.throws(() => bindMapping(tank, { historian: {} }, "m.json"), failsWith("historian/mapping", "binding"));
});

test("a binding of a mapping is checked like any other", () => {
  const bound =
    (entry: object): (() => unknown) =>
    () =>
      bindMapping(tank, { historian: {}, binding: entry as Mapping["binding"] }, "m.json");
  assert.throws(bound({ cB: { tag: "A", unit: "mol/L" } }), failsWith("historian/bind-name", "cA"));
  assert.throws(bound({ T: { tag: "A", unit: "?" } }), failsWith("historian/bind-unit", "?"));
});

/** A plant with the usual names, and what stands beside them. */
async function plant(infos: readonly (Omit<TagInfo, "tag"> & { readonly tag: string; readonly from: number; readonly to: number })[]) {
  const noise = random(1);
  const series = infos.map(({ tag, from, to, ...info }) => {
    const time = Array.from({ length: 300 }, (_, i) => i * 60);
    const value = time.map((_, i) => from + (to - from) * (0.5 + 0.45 * Math.sin(i / 30) + 0.02 * noise.normal()));
    return seriesOf(tag, { time, value }, info);
  });
  return openHistorian(memorySource({ name: "plant", series: new Map(series.map((one) => [one.tag, one])) }));
}
const usual = [
  { tag: "FIC101.PV", unit: "m^3/h", from: 5, to: 7 },
  { tag: "FIC101.SP", unit: "m^3/h", from: 5, to: 7 },
  { tag: "FIC101.MODE", from: 0, to: 1, stepped: true },
  { tag: "TIC102.PV", unit: "degC", description: "coolant", from: 10, to: 30 },
  { tag: "TI101.PV", unit: "degC", description: "reactor temperature", from: 20, to: 90 },
  { tag: "AI101.PV", unit: "kmol/m^3", from: 0.2, to: 1.4 },
  { tag: "PI101.PV", unit: "bar", from: 1, to: 3 },
] as const;

test("tags are proposed by unit, name and range; set-points, modes and other dimensions are not", async () => {
  const { tags, unused, mapping } = await proposeMapping(await plant(usual), tank, { file: "plant.csv" });
  const chosen = Object.fromEntries(tags.map(({ quantity, tag, unit }) => [quantity, [tag, unit]]));
  assert.deepEqual(chosen["q"], ["FIC101.PV", "m^3/h"]);
  assert.deepEqual(chosen["cA"], ["AI101.PV", "kmol/m^3"]);
  assert.deepEqual(new Set([chosen["T"]![0], chosen["Tc"]![0]]), new Set(["TI101.PV", "TIC102.PV"]));
  assert.deepEqual(unused, ["FIC101.SP", "FIC101.MODE", "PI101.PV"]);
  assert.ok(
    mapping.review!.some(({ about, note }) => about === "T" && note.includes("nearly as well")),
    "two temperatures fit alike",
  );
  assert.equal(mapping.historian.file, "plant.csv");
});

const coolant = { tag: "Tc", unit: "degC", from: 10, to: 30 } as const;

test("no unit is changed: one that the range speaks against stays, one that is missing is asked for, each with the evidence", async () => {
  const kelvin = await plant([coolant, { tag: "TI101", unit: "degC", from: 293, to: 330 }]);
  const [wrong] = (await proposeMapping(kelvin, tank)).tags.filter(({ quantity }) => quantity === "T");
  assert.equal(wrong!.unit, "degC");
  assert.ok(
    wrong!.review.some((note) =>
      /far from .* 300 K; in K or degF they would be near|far from .* 300 K; in K they would be near/.test(note),
    ),
    wrong!.review.join(),
  );
  const silent = await plant([coolant, { tag: "TI101", from: 20, to: 60 }]);
  const { tags, mapping } = await proposeMapping(silent, tank);
  const [unknown] = tags.filter(({ quantity }) => quantity === "T");
  assert.equal(unknown!.unit, "?");
  assert.ok(
    unknown!.review.some((note) => note.includes("degC")),
    unknown!.review.join(),
  );
  assert.throws(() => bindMapping(tank, mapping, "m.json"), failsWith("historian/bind-unit", '"?"'));
});

test("a proposal is a mapping that can be read back, or a part of a study", async () => {
  const proposed = await proposeMapping(await plant(usual), tank, { file: "plant.csv", zone: "UTC" });
  const read = mappingOf(mappingJson(proposed), "m.json");
  assert.deepEqual(read, proposed.mapping);
  const bound = bindMapping(tank, read, "m.json");
  assert.deepEqual(
    bound.tags.find(({ name }) => name === "q"),
    bind(tank as AnySource, { q: { tag: "FIC101.PV", unit: "m^3/h" } }).tags[0],
  );
  const code = mappingTypeScript(proposed, { name: "tank", from: "./tank.ts" });
  for (const line of [
    'import { tank } from "./tank.ts";',
    "export const binding = bind(tank, {",
    '  q: { tag: "FIC101.PV", unit: "m^3/h" },',
    "// REVIEW: ",
  ]) {
    assert.ok(code.includes(line), line);
  }
});

test("without a model a proposal tells how the record is written and what is suspicious in it", async () => {
  const { mapping, tags } = await proposeMapping(await plant([{ tag: "X", from: 0, to: 1 }]), undefined, { file: "x.csv" });
  assert.deepEqual(tags, []);
  assert.deepEqual([mapping.binding, mapping.historian], [undefined, { file: "x.csv" }]);
  assert.ok(mapping.review!.some(({ note }) => note.includes("unit")));
});

test("every option of reading is known to mappings", () => {
  const options = readFileSync(new URL("../../src/historian/files/options.ts", import.meta.url), "utf8");
  const declared = /export interface FileOptions \{([\s\S]*?)\n\}/.exec(options)![1]!;
  const names = [...declared.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name!);
  assert.ok(names.length > 15);
  for (const name of names) {
    assert.throws(
      () => mappingOf(JSON.stringify({ historian: { [name]: null } }), "m.json"),
      (error: Error) => !error.message.includes("one of file") && !error.message.includes("perhaps"),
    );
  }
});
