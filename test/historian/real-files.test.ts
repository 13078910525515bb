import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { reason, status } from "../../src/core/index.ts";
import { bind, type FileOptions, openHistorian, portraitOf, portraitText, prepare } from "../../src/historian/index.ts";
import { meaningOf } from "../../src/historian/status-codes.ts";
import { dataFolder, needs } from "./data-folder.ts";
import { failsWith } from "./scratch.ts";
import { tank } from "./tank.ts";

/** Measured records, each imported by its mapping only: file, options, number of tags, points of the first tag, span [s]. */
const records: readonly (readonly [string, string, FileOptions, number, number, number])[] = [
  ["tclab", "apm_energy_balance_mimo_600s.csv", { time: { column: "Time (sec)", elapsed: "s" } }, 6, 599, 598.9001860618591],
  ["tclab", "apm_2nd_order_mimo_3s.csv", { time: { column: "Time (sec)", elapsed: "s" } }, 4, 201, 600.0015766620636],
  ["tclab", "apm_hybrid_mimo_3s.csv", { time: { column: "Time", elapsed: "s" } }, 4, 201, 600],
  ["tclab", "apm_step_test_siso_kelvin_noheader.csv", { header: ["t", "Q", "T"], time: { column: "t", elapsed: "s" } }, 2, 571, 572.14],
  ["cascaded_tanks", "estimation.csv", { time: { every: 4, unit: "s" }, tags: ["uEst", "yEst"] }, 2, 1024, 4092],
  [
    "eta_factory_decimal_comma",
    "ETAFactory_HNHT_ScenarioData_LiveScenario.csv.gz",
    { time: "Time (UTC)", zone: "UTC", decimal: "," },
    27,
    5760,
    345540,
  ],
  [
    "eta_factory_decimal_comma",
    "live_run_test_000-01_episode_raw.csv.gz",
    { time: { every: 1, unit: "min" }, decimal: ",", texts: { True: 1, False: 0 } },
    10,
    2911,
    174600,
  ],
  ["skab", "anomaly-free.csv.gz", { zone: "Europe/Moscow" }, 8, 9405, 9960],
  ["skab", "valve1_0.csv.gz", { zone: "Europe/Moscow" }, 10, 1147, 1199],
  ["flotation", "flotation_hourly_clean.csv", { time: "NewDateTime", zone: "America/Sao_Paulo" }, 13, 3278, 12942000],
  ["debutanizer", "debutanizer_data.txt", { skip: 1, delimiter: "spaces", time: { every: 1, unit: "min" } }, 8, 2394, 143580],
  ["daisy", "cstr.dat.gz", { delimiter: "spaces", header: ["t", "q", "cA", "T"], time: { column: "t", elapsed: "min" } }, 3, 7500, 44994],
  ["indpensim", "batch_seed42_b01_states.csv.gz", { time: { column: "time_h", elapsed: "h" }, units: "row" }, 45, 1085, 780480],
  ["hudson_bay", "hudson-bay-lynx-hare.csv", { comment: "#", time: { column: "Year", elapsed: "year" } }, 2, 21, 631152000],
];

for (const [folder, name, options, tags, points, span] of records) {
  test(`${folder}/${name} is imported by mapping only`, needs(folder), async () => {
    const plant = await openHistorian(join(dataFolder(folder)!, name), options);
    const { tags: portraits } = await portraitOf(plant);
    assert.equal(portraits.length, tags);
    const [first] = portraits;
    assert.equal(first!.points, points);
    assert.ok(Math.abs(first!.span![1] - first!.span![0] - span) < 1e-3 * span, `span ${first!.span![1] - first!.span![0]}`);
    for (const portrait of portraits) {
      assert.ok(portrait.quality !== undefined && Object.values(portrait.quality).every((share) => share >= 0 && share <= 1), portrait.tag);
      assert.ok(
        (portrait.doubts.spike ?? 0) <= 0.03 * points && (portrait.doubts.frozen ?? 0) <= 0.15 * points,
        `${portrait.tag}: ${JSON.stringify(portrait.doubts)}`,
      );
    }
    assert.ok(portraitText(await portraitOf(plant)).includes(first!.tag));
  });
}

test("a decimal comma is refused until it is declared", needs("eta_factory_decimal_comma"), async () => {
  const path = join(dataFolder("eta_factory_decimal_comma")!, "ETAFactory_HNHT_ScenarioData_LiveScenario.csv.gz");
  await assert.rejects(
    openHistorian(path, { time: "Time (UTC)", zone: "UTC" }),
    failsWith("historian/decimal", "WT_WW-P-50.215.ThHy_ext.PU315", 'decimal: ","'),
  );
  const series = await (await openHistorian(path, { time: "Time (UTC)", zone: "UTC", decimal: "," })).read("WT_WW-P-50.215.ThHy_ext.PU315");
  assert.equal(series.value[0], 23.61998748779297);
});

test("a local time is refused until its zone is declared", needs("skab"), async () => {
  const path = join(dataFolder("skab")!, "anomaly-free.csv.gz");
  await assert.rejects(openHistorian(path), failsWith("historian/zone-required", "9405 time stamps", "2020-02-08 13:30:47", "row 2"));
});

test("words that historians leave in numeric columns are known", needs("historian_quirk_strings"), () => {
  const strings = JSON.parse(readFileSync(join(dataFolder("historian_quirk_strings")!, "sentinels.json"), "utf8")) as Record<
    string,
    string[] & Record<string, string>
  >;
  const words = [
    ...strings["PI_digital_or_system_states_seen_in_numeric_columns"]!,
    ...strings["PI_DataLink_cell_errors"]!.filter((text) => !text.includes("(two trailing")),
  ];
  for (const word of words) {
    const meant = meaningOf(word);
    assert.ok(meant !== undefined && meant.status >>> 30 === 2 && (meant.reasons & reason.notANumber) !== 0, JSON.stringify(word));
  }
  assert.equal(meaningOf("I/O Timeout")?.status, status.badNoCommunication);
  assert.equal(meaningOf("Non un numero")?.status, status.badNoData);
  assert.equal(meaningOf("Valve stuck?"), undefined);
});

test("the temperature laboratory becomes one window in kelvin, with the measured points as they are", needs("tclab"), async () => {
  const plant = await openHistorian(join(dataFolder("tclab")!, "apm_energy_balance_mimo_600s.csv"), {
    time: { column: "Time (sec)", elapsed: "s" },
  });
  const tags = bind(tank, { q: { tag: "Heater 1 (%)", unit: "L/min" }, T: { tag: "Temperature 1 (degC)", unit: "degC" } });
  const { windows } = await prepare(plant, tags);
  assert.deepEqual([windows.length, windows[0]!.epoch, windows[0]!.measured["T"]!.value.length], [1, 0, 599]);
  assert.ok(Math.abs(windows[0]!.measured["T"]!.value[0]! - 293.98) < 1e-9);
  assert.deepEqual(windows[0]!.excluded, {});
});
