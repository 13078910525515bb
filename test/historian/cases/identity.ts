/** Cases M: which instrument stands behind a name, and what is not said about it. */
import assert from "node:assert/strict";
import { bias, alias as doubled, redundant, rename, replaceInstrument, swap } from "../../../src/historian/faults/index.ts";
import {
  aliasTags,
  bind,
  clean,
  compareWithReference,
  doubt,
  lookalikeNames,
  normalisedName,
  qualified,
  renamedTags,
  replacedInstrument,
  ruleDefaults,
  type Series,
  type Suspicion,
  skeletonOf,
  suspectedMetadata,
  swappedTags,
} from "../../../src/historian/index.ts";
import { failsWith } from "../scratch.ts";
import { tank } from "../tank.ts";
import { claimedBy, course, eventVerdict, instrument, moment, requireHandling, streamOf } from "./plant.ts";
import { type PlantCase, watched } from "./registry.ts";

const proposal = {
  deterministic: false,
  status: "as delivered; Uncertain_SensorNotAccurate once approved",
  calibration: "as delivered; weight 0 once approved, or a new validity period",
  prediction: "as delivered; Uncertain once approved",
  by: "suspicion/identity.ts",
} as const;

/** Nothing is doubted before a person agrees; what is doubted then counts no more. */
function requireApproval(series: readonly Series[], told: readonly Suspicion[]): void {
  for (const one of told) {
    const doubted = series.find(({ tag }) => tag === one.tags[0])!;
    const { view } = clean(doubted, ruleDefaults);
    assert.equal(claimedBy(view, "identitySuspect").includes(1), false);
    requireHandling(doubt(view, one), "identitySuspect", { weight: 0, prediction: "uncertain" });
  }
}

export const identityCases: readonly PlantCase[] = [
  {
    ...proposal,
    id: "M1",
    title: "a tag is renamed",
    flag: "proposal `renamed`: both names in turn",
    run(seed) {
      const stream = streamOf("M1", seed);
      const sound = instrument("TI-OLD", course(stream), stream, { unit: "degC" });
      const at = moment(stream, sound);
      const [old, fresh] = rename(sound, { at, to: "TI-NEW", apart: 600 * stream.uniform() });
      // A tag that ends, and another that begins then by chance, elsewhere.
      const [other] = rename(instrument("PI-OLD", course(stream, { level: 5, amplitude: 0.4 }), stream, { unit: "degC", sigma: 0.02 }), {
        at,
        to: "x",
      });
      const all = [old, fresh, other];
      const untouched = watched(...all);
      const told = renamedTags(all);
      requireApproval(all, told);
      untouched();
      return eventVerdict(
        told.filter(({ tags }) => tags[0] === "TI-NEW" && tags[1] === "TI-OLD"),
        { kind: "renamed", from: at, within: 700, reason: "identitySuspect" },
        [...told.filter(({ tags }) => tags[1] !== "TI-OLD"), ...renamedTags([sound, other])],
      );
    },
  },
  {
    ...proposal,
    id: "M2",
    title: "a name is given to another instrument",
    flag: "proposal `replaced`: a new validity period",
    run(seed) {
      const stream = streamOf("M2", seed);
      const sound = instrument("TI2", course(stream), stream);
      const at = moment(stream, sound);
      const { series } = replaceInstrument(sound, { at, shift: stream.uniform() < 0.5 ? -20 : 25, sigma: 0.8, seed });
      const untouched = watched(series);
      const told = replacedInstrument(series);
      requireApproval([series], told);
      // A level that moves alone is the process.
      const moved = bias(sound, { size: 20, from: at }).series;
      untouched();
      return eventVerdict(told, { kind: "replaced", from: at, within: 600, reason: "identitySuspect" }, [
        ...replacedInstrument(sound),
        ...replacedInstrument(moved),
      ]);
    },
  },
  {
    ...proposal,
    id: "M3",
    title: "two tags are swapped",
    flag: "proposal `swapped`",
    run(seed) {
      const stream = streamOf("M3", seed);
      const a = instrument("TI3A", course(stream), stream);
      const b = instrument("TI3B", course(stream, { level: 110 }), stream, { sigma: 0.6 });
      const from = moment(stream, a);
      const swapped = swap(a, b, { from }).map(({ series }) => series);
      const untouched = watched(...swapped);
      const told = swappedTags(swapped);
      requireApproval(swapped, told);
      untouched();
      return eventVerdict(told, { kind: "swapped", from, within: 60, reason: "identitySuspect" }, swappedTags([a, b]));
    },
  },
  {
    ...proposal,
    id: "M4",
    title: "one measurement under several names",
    flag: "proposal `alias`: one primary, the others no evidence of their own",
    run(seed) {
      const stream = streamOf("M4", seed);
      const one = instrument("TI4", course(stream), stream);
      const copy = doubled(one, { tag: "ERP.TEMP_4", step: seed % 2 === 0 ? 0 : 0.1 });
      const second = redundant(instrument("TI4C", course(streamOf("M4", seed)), stream, { sigma: 0 }), { tag: "TI4C", sigma: 0.3, seed });
      const all = [one, copy, second];
      const untouched = watched(...all);
      const told = aliasTags(all);
      requireApproval(all, told);
      untouched();
      return eventVerdict(
        told.filter(({ tags }) => tags.includes("ERP.TEMP_4") && tags.includes("TI4")),
        { kind: "alias", reason: "identitySuspect" },
        told.filter(({ tags }) => tags.includes("TI4C")),
      );
    },
  },
  {
    id: "M5",
    title: "one name in two systems",
    deterministic: true,
    flag: "refusal `historian/tag-ambiguous`",
    status: "as delivered",
    calibration: "refused until the qualified name is given",
    prediction: "refused until the qualified name is given",
    by: "suspicion/names.ts",
    run(seed) {
      const find = qualified([
        { namespace: "north/dcs", tag: `TI${seed}` },
        { namespace: "south/dcs", tag: `TI${seed}` },
        { namespace: "south/dcs", tag: "FI1" },
      ]);
      assert.throws(() => find(`TI${seed}`), failsWith("historian/tag-ambiguous", `north/dcs/TI${seed}`, `south/dcs/TI${seed}`));
      assert.equal(find(`north/dcs/TI${seed}`).namespace, "north/dcs");
      assert.equal(find("FI1").namespace, "south/dcs");
      return { hits: 1, misses: 0, falseAlarms: 0 };
    },
  },
  {
    id: "M6",
    title: "unit or range missing or wrong",
    deterministic: true,
    flag: "refusal by `bind`; proposal `unit-missing` or `unit`",
    status: "as delivered",
    calibration: "refused until the unit is stated",
    prediction: "refused until the unit is stated",
    by: "bind.ts, suspicion/metadata.ts",
    run(seed) {
      const stream = streamOf("M6", seed);
      const kelvin = course(stream, { level: 353 });
      assert.throws(() => bind(tank, { T: { tag: "TI6", unit: "unknown" } }), /unknown/);
      const kinds = (info: Parameters<typeof instrument>[3]) =>
        suspectedMetadata(instrument("TI6", kelvin, stream, info)).map(({ kind }) => kind);
      assert.deepEqual(kinds({}), ["unit-missing"]);
      assert.deepEqual(kinds({ unit: "degC", range: [0, 150] }), ["unit"]);
      assert.deepEqual(kinds({ unit: "K", range: [273, 423] }), []);
      const [told] = suspectedMetadata(instrument("TI6", kelvin, stream, { unit: "degC", range: [0, 150] }));
      assert.match(told!.evidence, /in K it would fit/);
      return { hits: 2, misses: 0, falseAlarms: 0 };
    },
  },
  {
    id: "M7",
    title: "names that are written differently",
    deterministic: true,
    flag: "proposal `name`; names are shown as they are",
    status: "as delivered",
    calibration: "the exact name is bound",
    prediction: "the exact name is bound",
    by: "suspicion/names.ts",
    run(seed) {
      const stream = streamOf("M7", seed);
      const base = `TI-1${stream.integer(90) + 10}0.PV`;
      const ways = [
        base.replace("0", "O"),
        ` ${base}`,
        base.toLowerCase(),
        `\ufeff${base}`,
        base.replace("I", "l"),
        base.replace("-", "\u2013"),
      ];
      for (const way of ways) assert.equal(skeletonOf(way), skeletonOf(base), JSON.stringify(way));
      assert.equal(skeletonOf("5 µm"), skeletonOf("5 μm"));
      assert.notEqual(skeletonOf("TI101"), skeletonOf("TI102"));
      assert.equal(normalisedName(`\ufeff${base}\u00a0`), base);
      assert.equal(normalisedName("反应器温度 "), "反应器温度");
      const told = lookalikeNames([base, ways[seed % ways.length]!, "FI200.PV"].map((tag) => ({ tag })));
      assert.deepEqual(
        told.map(({ tags }) => tags),
        [[base, ways[seed % ways.length]!]],
      );
      return { hits: told.length, misses: 0, falseAlarms: 0 };
    },
  },
  {
    ...proposal,
    id: "M8",
    title: "a sensor is moved",
    flag: "proposal `moved`: its relation to others is another one",
    by: "suspicion/reference.ts",
    run(seed) {
      const stream = streamOf("M8", seed);
      const truth = course(stream);
      // Behind the exchanger instead of before it: another level, and less of the swings.
      const at = moment(stream, truth);
      const sound = instrument("TI8", truth, stream);
      const seen = { time: truth.time, value: truth.value.map((x, i) => (truth.time[i]! >= at ? 0.5 * (x - 80) + 65 : x)) };
      const series = instrument("TI8", seen, stream);
      const reference = instrument("TI9", truth, stream, { gain: 0.7, offset: 12 });
      const untouched = watched(series, reference);
      const told = compareWithReference(series, reference);
      requireApproval([series], told);
      untouched();
      return eventVerdict(
        told,
        { kind: "moved", from: at, within: 300, reason: "identitySuspect" },
        compareWithReference(sound, reference),
      );
    },
  },
];
