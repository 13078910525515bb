/** Texts, codes and layouts that historians are known to write, each read by a mapping or refused by name. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { reason, severity } from "../../src/core/index.ts";
import { openHistorian, openMapping } from "../../src/historian/index.ts";
import { dataFolder, needs } from "./data-folder.ts";
import { failsWith, file } from "./scratch.ts";

const folder = "historian_quirk_strings";
const quirks = (): Record<string, string[] & Record<string, string>> =>
  JSON.parse(readFileSync(join(dataFolder(folder)!, "sentinels.json"), "utf8"));
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const stamp = (i: number): string => new Date(Date.UTC(2026, 0, 1) + 60000 * i).toISOString();

test("every text that is known from numeric columns becomes a Bad point without a value, is counted and shown", needs(folder), async () => {
  const { PI_digital_or_system_states_seen_in_numeric_columns: states, PI_DataLink_cell_errors: errors } = quirks();
  const words = [...states!, ...errors!.filter((text) => !text.includes("(two trailing"))];
  const rows = [`${stamp(0)},1.5`, ...words.map((word, i) => `${stamp(i + 1)},${quoted(word)}`), `${stamp(words.length + 1)},2.5`];
  const data = file("quirks.csv", `time,TI101\n${rows.join("\n")}\n`);
  await using plant = await openMapping(file("quirks.json", JSON.stringify({ historian: { time: "time" } })), data);
  const { value, status, reasons } = await plant.read("TI101");
  assert.equal(value.length, words.length + 2);
  words.forEach((word, i) => {
    assert.equal(severity(status[i + 1]!), "bad", JSON.stringify(word));
    assert.ok((reasons[i + 1]! & reason.notANumber) !== 0 && value[i + 1] === 0, JSON.stringify(word));
  });
  assert.deepEqual([value[0], value.at(-1)], [1.5, 2.5]);
  const counted = plant.findings().reduce((sum, { count }) => sum + count, 0);
  assert.equal(counted, words.length);
});

test("each quality of OPC classic has the severity that its words say", needs(folder), async () => {
  const known = Object.entries(quirks()["OPC_DA_quality (general knowledge)"]!).filter(([code]) => /^\d+$/.test(code));
  const rows = known.map(([code], i) => `${stamp(i)},TI101,${i},${code}`);
  const mapping = {
    historian: { layout: { tag: "tag", value: "value" }, time: "time", status: { column: "quality", map: "opc-classic" } },
  };
  const data = file("classic.csv", `time,tag,value,quality\n${rows.join("\n")}\n`);
  const { status } = await (await openMapping(file("classic.json", JSON.stringify(mapping)), data)).read("TI101");
  for (const [i, [code, words]] of known.entries()) {
    assert.equal(severity(status[i]!), words.split(" ")[0]!.toLowerCase(), `${code}: ${words}`);
  }
});

test("a Wonderware history export is read by its columns", needs(folder), async () => {
  const columns = quirks()["Wonderware_History_columns"]! as unknown as string;
  const row = (i: number, tag: string, value: string, quality: number): string =>
    columns
      .split(",")
      .map(
        (name) =>
          ({ DateTime: `2026-01-01 00:0${i}:00.0000000`, TagName: tag, Value: value, OPCQuality: String(quality), wwTimeZone: "UTC" })[
            name
          ] ?? "",
      )
      .join(",");
  const data = file(
    "wonderware.csv",
    `${columns}\n${row(0, "FIC1", "1.5", 192)}\n${row(1, "FIC1", "1.6", 64)}\n${row(1, "TI1", "20.5", 192)}\n${row(2, "FIC1", "", 24)}\n`,
  );
  const mapping = {
    historian: {
      zone: "UTC",
      time: "DateTime",
      layout: { tag: "TagName", value: "Value" },
      status: { column: "OPCQuality", map: "opc-classic" },
    },
  };
  await using plant = await openMapping(file("wonderware.json", JSON.stringify(mapping)), data);
  assert.deepEqual(
    plant.tags.map(({ tag }) => tag),
    ["FIC1", "TI1"],
  );
  const { value, status } = await plant.read("FIC1");
  assert.deepEqual([...value], [1.5, 1.6, 0]);
  assert.deepEqual(Array.from(status, severity), ["good", "uncertain", "bad"]);
});

test("pairs of columns of unequal length, as DataLink writes them, are read side by side", needs(folder), async () => {
  assert.match(quirks()["layouts"]!["DataLink_compressed_data"]!, /pairs of columns/);
  const data = file("pairs.csv", `${stamp(0)},1.5,${stamp(0)},20\n${stamp(1)},1.6,${stamp(2)},21\n${stamp(5)},1.7,,\n`);
  const mapping = {
    historian: {
      header: ["t1", "FIC1", "t2", "TI1"],
      layout: {
        groups: [
          { tag: "FIC1", time: "t1", value: "FIC1" },
          { tag: "TI1", time: "t2", value: "TI1" },
        ],
      },
    },
  };
  await using plant = await openMapping(file("pairs.json", JSON.stringify(mapping)), data);
  assert.deepEqual([...(await plant.read("FIC1")).value], [1.5, 1.6, 1.7]);
  assert.deepEqual([...(await plant.read("TI1")).value], [20, 21]);
});

test("decimal commas between commas are refused as ragged, with the row", needs(folder), async () => {
  assert.match(quirks()["other_locales"]!["it_openHistorian"]!, /decimal comma inside a comma file/);
  const data = file("it.csv", `time,Average\n${stamp(0)},49,9954600816362\n${stamp(1)},50,0012\n`);
  await assert.rejects(openHistorian(data), failsWith("historian/ragged", "row"));
});
