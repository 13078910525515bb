/** Bundles: what is saved answers the same bits after it is loaded, and nothing else passes for it. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ukf } from "../../src/fusion/index.ts";
import { biasUpdate, loadSoftSensor, type SoftSensor, softSensor } from "../../src/sensors/index.ts";
import { fit, heldOut, hybrid } from "./chain.ts";
import { fitOf, tank } from "./fixtures.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "greybox-bundle-"));
});
after(() => rm(folder, { recursive: true }));

const simple = softSensor(fitOf(tank), {
  estimate: "T",
  lab: biasUpdate({ gain: 0.2 }),
  inputs: { q: { range: [0, Number.POSITIVE_INFINITY] } },
});

/** Feeds a sensor an hour with faults in it and returns all it said. */
function hour(sensor: SoftSensor): string {
  const said: unknown[] = [];
  const signals = heldOut.inputs;
  for (let k = 0; k < 60; k++) {
    const fault = k % 7 === 3;
    const tags = Object.fromEntries(Object.entries(signals).map(([name, { values }]) => [name, fault ? null : values[Math.floor(k / 20)]]));
    said.push(sensor.predict({ time: 1e9 + 60 * k, T: 310 + Math.sin(k), ...tags }));
    if (k === 30) said.push(sensor.lab({ sampleTime: 1e9 + 60, reportedTime: 1e9 + 1800, value: 311 }));
  }
  return JSON.stringify(said);
}

const variants = {
  "a mechanism with laboratory bias": () => softSensor(fit, { estimate: "T", lab: biasUpdate() }),
  "a hybrid": () => softSensor(hybrid, { estimate: "T", lab: biasUpdate(), unit: "degC" }),
  "a filter on a hybrid": () =>
    softSensor(hybrid, { estimate: "Tw", filter: ukf({ gate: Number.POSITIVE_INFINITY }), measured: { T: {} }, lab: biasUpdate() }),
};

for (const [name, make] of Object.entries(variants)) {
  test(`replay: ${name} answers the same bits after it was saved and loaded`, async () => {
    const path = join(folder, "sensor.greybox");
    const sensor = make() as unknown as SoftSensor;
    await sensor.save(path);
    const loaded = await loadSoftSensor(path);
    assert.equal(loaded.hash, sensor.hash);
    assert.deepEqual(loaded.tags, sensor.tags);
    assert.equal(hour(loaded), hour(sensor));
    await loaded.save(`${path}.again`);
    assert.equal(await readFile(`${path}.again`, "utf8"), await readFile(path, "utf8"), "saving what was loaded changes no byte");
  });
}

test("the same sensor made twice has the same hash; another option has another", () => {
  const make = (gain: number) => softSensor(fit, { estimate: "T", lab: biasUpdate({ gain }) }).hash;
  assert.equal(make(0.3), make(0.3));
  assert.notEqual(make(0.3), make(0.31));
});

test("a fresh stream of a sensor knows nothing of the one before", () => {
  const sensor = simple.fresh();
  const first = sensor.predict({ time: 0, q: 10, Tin: 290, Q: 0 });
  sensor.predict({ time: 1e5, q: 10, Tin: 290, Q: 1e5 });
  assert.deepEqual(sensor.fresh().predict({ time: 0, q: 10, Tin: 290, Q: 0 }), first);
});

test("changing any single value in a bundle is noticed, and the order of keys and the white space are not", async () => {
  const bundle = simple.toBundle();
  const path = join(folder, "edited.greybox");
  const load = async (edited: unknown) => {
    await writeFile(path, JSON.stringify(edited));
    return loadSoftSensor(path);
  };
  const leaves = leavesOf(bundle.content, []);
  assert.ok(leaves.length > 50, `${leaves.length} values`);
  for (const place of leaves) {
    const edited = structuredClone(bundle) as { content: unknown };
    change(edited.content, place);
    await assert.rejects(
      load(edited),
      (error: { code?: string }) => error.code === "bundle/tampered" || error.code === "bundle/invalid",
      place.join("."),
    );
  }
  assert.equal((await load(reversed(bundle))).hash, simple.hash);
});

test("another hash, another version, missing parts and other files are refused by name", async () => {
  const bundle = simple.toBundle();
  const path = join(folder, "wrong.greybox");
  const refused = async (text: string, code: string, says: RegExp) => {
    await writeFile(path, text);
    await assert.rejects(loadSoftSensor(path), { code, message: says });
  };
  await refused(JSON.stringify({ ...bundle, hash: "0".repeat(64) }), "bundle/tampered", /do not use this file/);
  await refused(JSON.stringify({ ...bundle, version: 2 }), "bundle/version", /version 2.*reads version 1/);
  const { fit: _, ...rest } = bundle.content as { fit: unknown };
  await refused(JSON.stringify({ ...bundle, content: rest }), "bundle/invalid", /content\.fit/);
  await refused("{}", "bundle/unreadable", /format/);
  await refused("q,T\n1,2\n", "bundle/unreadable", /not JSON/);
  await assert.rejects(loadSoftSensor(join(folder, "absent.greybox")), { code: "bundle/unreadable" });
});

type Place = readonly (string | number)[];

function leavesOf(value: unknown, place: Place): Place[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => leavesOf(item, [...place, i]));
  if (typeof value === "object" && value !== null) return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...place, key]));
  return [place];
}

function change(root: unknown, place: Place): void {
  let at = root as Record<string | number, unknown>;
  for (const key of place.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = place.at(-1) ?? "";
  const value = at[last];
  at[last] =
    typeof value === "number"
      ? value + 1e-9 * (Math.abs(value) || 1)
      : typeof value === "string"
        ? `${value} `
        : value === null
          ? 0
          : !value;
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}
