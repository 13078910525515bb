/** The small parts of a sensor: ladder of one tag, memory of predictions, traces, quantiles, influence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { random, severity, status } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { influentialInputs } from "../../src/sensors/influence.ts";
import { nextScale, normalHalfWidth, scaleDefaults } from "../../src/sensors/interval-scale.ts";
import { past } from "../../src/sensors/past.ts";
import { statusReport } from "../../src/sensors/prediction.ts";
import { type TagAgreement, tagReader } from "../../src/sensors/tags.ts";
import { trace } from "../../src/sensors/trace.ts";

const agreed: TagAgreement = {
  name: "q",
  conversion: { factor: 2, shift: 1 },
  range: [0, 100],
  heartbeat: 0,
  maxAge: 300,
  substitute: undefined,
};

test("a tag goes down the ladder: fresh, held, substituted, missing", () => {
  const reader = tagReader({ ...agreed, substitute: 7 });
  reader.accept({ time: 0, q: 10 });
  assert.deepEqual(reader.read(0).usable, { value: 21, status: status.good, age: 0, fresh: true });
  const held = reader.read(300);
  assert.equal(held.usable?.value, 21);
  assert.equal(held.usable?.status, status.uncertainLastUsableValue);
  assert.deepEqual(
    held.reasons.map((it) => it.code),
    ["input-held"],
  );
  const substituted = reader.read(301);
  assert.equal(substituted.usable?.value, 7);
  assert.equal(substituted.usable?.status, status.uncertainSubstituteValue);
  const bare = tagReader(agreed);
  bare.accept({ time: 0, q: 10 });
  assert.equal(bare.read(301).usable, undefined);
  assert.deepEqual(
    bare.read(301).reasons.map((it) => it.code),
    ["input-missing"],
  );
});

test("silence within the heartbeat leaves a reading Good", () => {
  const reader = tagReader({ ...agreed, heartbeat: 600, maxAge: 600 });
  reader.accept({ time: 0, q: 10 });
  assert.equal(reader.read(600).usable?.status, status.good);
  assert.equal(reader.read(600).usable?.fresh, false);
  reader.accept({ time: 601, q: null });
  assert.equal(reader.read(601).usable, undefined);
});

test("a Bad reading ends the heartbeat's trust at once", () => {
  const reader = tagReader({ ...agreed, heartbeat: 600, maxAge: 600 });
  reader.accept({ time: 0, q: 10 });
  reader.accept({ time: 10, q: { value: 10, status: status.badSensorFailure } });
  assert.equal(reader.read(10).usable?.status, status.uncertainLastUsableValue);
  reader.accept({ time: 20, q: 11 });
  assert.equal(reader.read(20).usable?.status, status.good);
});

test("readings that are not measurements are never used: Bad, NaN, infinite, out of range, without a value", () => {
  for (const q of [
    { value: 10, status: status.bad },
    { value: 10, status: 0x80ff0000 },
    Number.NaN,
    Number.POSITIVE_INFINITY,
    50,
    -1,
    { value: null },
    { value: 10, time: Number.NaN },
  ]) {
    const reader = tagReader(agreed);
    reader.accept({ time: 0, q });
    assert.equal(reader.read(0).usable, undefined, JSON.stringify(q));
    assert.equal(reader.read(0).reasons.length > 0, true);
  }
});

test("a reading is as old as its source says, and one stamped in the future does not block the next", () => {
  const reader = tagReader(agreed);
  reader.accept({ time: 1000, q: { value: 10, time: 699 } });
  assert.equal(reader.read(1000).usable, undefined);
  reader.accept({ time: 1010, q: { value: 11, time: 9999 } });
  reader.accept({ time: 1020, q: 12 });
  assert.equal(reader.read(1020).usable?.value, 25);
});

test("an Uncertain reading is used and says so", () => {
  const reader = tagReader(agreed);
  reader.accept({ time: 0, q: { value: 10, status: status.uncertainSubNormal } });
  assert.equal(reader.read(0).usable?.status, status.uncertainSubNormal);
  assert.deepEqual(
    reader.read(0).reasons.map((it) => it.code),
    ["input-uncertain"],
  );
});

test("past predictions are met between their points, not across a gap and not where there was none", () => {
  const memory = past(1000, 100);
  const at = (value: number) => ({ physics: value, value, stated: value + 1, halfWidth: 2 });
  memory.record(0, at(0));
  memory.record(100, at(10));
  memory.record(300, at(20));
  memory.record(400, undefined);
  assert.deepEqual(memory.at(25), { physics: 2.5, value: 2.5, stated: 3.5, halfWidth: 2 });
  assert.deepEqual(memory.at(100), at(10));
  assert.equal(memory.at(200), undefined);
  assert.equal(memory.at(350), undefined);
  assert.equal(memory.at(-1), undefined);
});

test("the memory of predictions forgets what is older than its span and stays right over many points", () => {
  const memory = past(500, 10);
  for (let t = 0; t <= 5000; t++) memory.record(t, { physics: t, value: t, stated: t, halfWidth: undefined });
  assert.equal(memory.at(4000), undefined);
  assert.equal(memory.at(4700.5)?.value, 4700.5);
  assert.equal(memory.at(5000)?.value, 5000);
});

test("a trace holds or interpolates, and keeps what its span needs", () => {
  const [held, straight] = [trace(10, "hold"), trace(10, "linear")];
  for (const course of [held, straight]) for (const t of [0, 4, 8, 12, 16]) course.push(t, t * t);
  assert.equal(held.at(7), 16);
  assert.equal(straight.at(7), 52);
  assert.equal(held.at(6), 16);
  assert.equal(held.at(1), undefined);
  held.push(17, undefined);
  assert.equal(held.at(17.5), undefined);
});

test("quantiles of the normal agree with published values to fourteen digits", () => {
  for (const [level, z] of [
    [0.5, 0.6744897501960817],
    [0.9, 1.6448536269514722],
    [0.95, 1.959963984540054],
    [0.99, 2.5758293035489004],
  ] as const) {
    assert.ok(Math.abs(normalHalfWidth(level) / z - 1) < 1e-14, `level ${level}: ${normalHalfWidth(level)}`);
  }
});

test("the interval's factor finds the width that covers the wanted share, from too narrow and from too wide", () => {
  for (const width of [0.8, 3]) {
    const draws = random(`coverage ${width}`);
    let scale = 1;
    let hits = 0;
    for (let i = 0; i < 6000; i++) {
      const hit = Math.abs(draws.normal()) <= scale * width;
      if (i >= 1000 && hit) hits++;
      scale = nextScale(scale, hit, 0.9);
    }
    assert.ok(Math.abs(hits / 5000 - 0.9) < 0.02, `coverage ${hits / 5000} from a half-width of ${width}`);
  }
});

test("the interval's factor stays within its bounds, however long luck or misfortune lasts", () => {
  let [narrow, wide] = [1, 1];
  for (let i = 0; i < 1000; i++) [narrow, wide] = [nextScale(narrow, true, 0.9), nextScale(wide, false, 0.9)];
  assert.deepEqual([narrow, wide], [scaleDefaults.narrowest, scaleDefaults.widest]);
});

test("only inputs that reach an observable through the equations count for it", () => {
  const model = defineModel({
    name: "two",
    time: "s",
    inputs: { a: "1", b: "1", c: "1", d: "1" },
    states: { x: { unit: "1", initial: 0 }, y: { unit: "1", initial: 0 } },
    algebraic: { r: { unit: "1", is: "x + a" } },
    derivatives: { x: "(b - r)/1 s", y: "(c - y)/1 s" },
    events: { jump: { when: "y - 1", then: { x: "0" } } },
    outputs: { both: { unit: "1", is: "x + d" } },
  });
  assert.deepEqual([...influentialInputs(model.definition, "y")], ["c"]);
  assert.deepEqual([...influentialInputs(model.definition, "r")].sort(), ["a", "b", "c"]);
  assert.deepEqual([...influentialInputs(model.definition, "both")].sort(), ["a", "b", "c", "d"]);
});

test("status codes keep their name and severity whatever their lower bits say", () => {
  assert.equal(statusReport(0x40900001).name, "Uncertain_LastUsableValue");
  assert.equal(statusReport(0x80310000).severity, "bad");
  assert.equal(statusReport(0x80ff0000 | 0).name, "Bad");
  assert.equal(severity(statusReport(0xc0000000).code), "bad");
});
