/** Every plant record of the data folder, imported by its mapping only: no code. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { mappingOf, openMapping, portraitOf, portraitPage, portraitText } from "../../src/historian/index.ts";
import { isUnit } from "../../src/historian/mapping/kinds.ts";
import { dataFolder, needs } from "./data-folder.ts";
import { records } from "./mappings/records.ts";

const mappings = join(import.meta.dirname, "mappings");

for (const { folder, mapping, files } of records) {
  test(`${folder}: ${files.length === 1 ? files[0] : `${files.length} files`} by ${mapping}.json only`, needs(folder), async () => {
    for (const file of files) {
      await using plant = await openMapping(join(mappings, `${mapping}.json`), join(dataFolder(folder)!, file));
      const portrait = await portraitOf(plant, undefined, { suspect: "nothing", parts: 20 });
      assert.ok(portrait.tags.length > 0);
      for (const { tag, points, span, quality, extent, ribbon, steps } of portrait.tags) {
        assert.ok(points > 1 && span && span[1] > span[0], tag);
        assert.ok(extent && extent[0] <= extent[1], tag);
        assert.ok(quality && Object.values(quality).every((share) => share >= 0 && share <= 1), tag);
        assert.equal(steps.histogram.reduce((sum, { count }) => sum + count, 0) <= points, true, tag);
        assert.deepEqual(
          [ribbon[0]!.from, ribbon.at(-1)!.to],
          span.map((t, i) => (i === 0 ? t : ribbon.at(-1)!.to)),
          tag,
        );
      }
      const page = portraitPage(portrait);
      for (const wrong of ["NaN", "undefined", "Infinity", "<script"]) assert.ok(!page.includes(wrong), `${wrong} on the page of ${file}`);
      assert.ok(portraitText(portrait).includes(portrait.tags[0]!.tag));
    }
  });
}

test("every mapping is in the table, and each unit in them is one", () => {
  const there = readdirSync(mappings).filter((name) => name.endsWith(".json"));
  assert.deepEqual(there.sort(), records.map(({ mapping }) => `${mapping}.json`).sort());
  for (const name of there) {
    const { historian } = mappingOf(readFileSync(join(mappings, name), "utf8"), name);
    for (const [tag, { unit }] of Object.entries(historian.info ?? {}))
      assert.ok(unit === undefined || isUnit(unit), `${name}: ${tag} in ${unit}`);
  }
});

/** What is no record of a plant over time: tables of experiments, and problems of other fields. */
const noPlantRecords = ["bates_watts", "cops_kinetics", "nist_strd", "parmest", "petab", "historian_quirk_strings"];

test("no record of the data folder is forgotten", needs(""), () => {
  const listed = new Map(records.map(({ folder }) => [folder, new Set<string>()]));
  for (const { folder, files } of records) for (const file of files) listed.get(folder)!.add(file);
  for (const folder of readdirSync(dataFolder("")!)) {
    if (noPlantRecords.includes(folder)) continue;
    assert.ok(listed.has(folder), folder);
    const there = readdirSync(dataFolder(folder)!).filter(
      (name) => /\.(csv|dat|txt)(\.gz)?$/.test(name) && !/^PROVENANCE|description/.test(name),
    );
    assert.deepEqual(
      there.filter((name) => !listed.get(folder)!.has(name)),
      [],
      folder,
    );
  }
});
