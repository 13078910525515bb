/** Whole records through sensors: against the hybrid itself, on threads, with late laboratory values, and with a filter that pays. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { threads } from "../../src/compute/index.ts";
import { reason, status } from "../../src/core/index.ts";
import { ekf, fuse, residual, ridge, ukf } from "../../src/fusion/index.ts";
import type { Measured, Window } from "../../src/historian/index.ts";
import { biasUpdate, predictAll, softSensor } from "../../src/sensors/index.ts";
import { fit, heldOut, hybrid, training } from "./chain.ts";

const truth = (name: "T" | "Tw") => heldOut.measured[name] as Measured;

test("a stream of points gives what the hybrid gives for the whole window, to the tolerance of the solver", async () => {
  const [said] = await predictAll(softSensor(hybrid, { estimate: "T" }), [heldOut], { at: truth("T").time });
  const whole = hybrid.predict(heldOut);
  assert.equal(said?.predictions.length, whole.time.length);
  for (const [i, prediction] of said?.predictions.entries() ?? []) {
    if (prediction.domain?.missing.length) continue; // The stream is too young for the features that look back.
    assert.ok(Math.abs((prediction.value ?? 0) - (whole.value[i] ?? 0)) < 1e-3, `at ${prediction.time}`);
    assert.ok(Math.abs((prediction.interval?.[0] ?? 0) - (whole.lo[i] ?? 0)) < 1e-3);
    assert.equal(prediction.domain?.verdict, whole.domain[i]?.verdict);
    assert.equal(prediction.time, heldOut.epoch + 60 * (whole.time[i] ?? 0));
  }
});

test("threads give the same bits as inline, record by record", async () => {
  const sensor = softSensor(hybrid, { estimate: "T", lab: biasUpdate() });
  const records = [heldOut, ...training];
  const inline = await predictAll(sensor, records);
  await using pool = threads({ workers: 2 });
  let done = 0;
  const spread = await predictAll(sensor, records, { compute: pool, onProgress: () => done++ });
  assert.deepEqual(spread, inline);
  assert.equal(done, 3);
});

test("predicting records leaves the live stream alone", async () => {
  const [used, spared] = [softSensor(fit, { estimate: "T" }), softSensor(fit, { estimate: "T" })];
  await predictAll(used, [heldOut]);
  const point = { time: 0, q: 10, Tin: 290, Q: 5e4 };
  assert.deepEqual(used.predict(point), spared.predict(point));
});

test("laboratory values act from when they were reported, and correct a mechanism that is off", async () => {
  const measured = truth("T");
  const sampled = Array.from(measured.time.keys()).filter((i) => i % 30 === 0);
  const pick = (column: Float64Array) => Float64Array.from(sampled, (i) => column[i] ?? 0);
  const lab: Measured = {
    ...measured,
    time: pick(measured.time),
    value: pick(measured.value),
    status: new Uint32Array(sampled.length),
    reasons: new Uint32Array(sampled.length).fill(reason.unverified),
    weight: new Float64Array(sampled.length).fill(1),
    reported: Float64Array.from(sampled, (i) => (measured.time[i] ?? 0) + 45),
  };
  const window: Window = { ...heldOut, measured: { T: lab } };
  const at = measured.time;
  const [with_] = await predictAll(softSensor(fit, { estimate: "T", lab: biasUpdate({ gain: 0.5 }) }), [window], { at });
  const [without] = await predictAll(softSensor(fit, { estimate: "T" }), [window], { at });
  const firstBias = with_?.predictions.find((it) => it.bias !== 0);
  assert.ok(firstBias && firstBias.time - window.epoch >= 45 * 60, "no bias before the first report");
  const rmse = (said: typeof with_) =>
    Math.sqrt(at.reduce((sum, _, i) => sum + ((said?.predictions[i]?.value ?? 0) - (measured.value[i] ?? 0)) ** 2, 0) / at.length);
  assert.ok(rmse(with_) < 0.7 * rmse(without), `${rmse(with_)} against ${rmse(without)}`);
  assert.ok(
    with_?.labs.every(({ decision }) => decision === "accepted" || decision === "no-prediction" || decision === "awaiting-confirmation"),
  );
});

for (const filter of [ekf(), ukf()]) {
  test(`${filter.kind}: measurements of T make the estimate of Tw better than the mechanism alone`, async () => {
    const at = truth("Tw").time;
    const open: Window = { ...heldOut, measured: { T: truth("T") } };
    const rmseOf = async (sensor: Parameters<typeof predictAll>[0]) => {
      const [said] = await predictAll(sensor, [open], { at });
      const values = truth("Tw").value;
      return Math.sqrt(at.reduce((sum, _, i) => sum + ((said?.predictions[i]?.value ?? 0) - (values[i] ?? 0)) ** 2, 0) / at.length);
    };
    const alone = await rmseOf(softSensor(fit, { estimate: "Tw", measured: { T: {} } }));
    const filtered = await rmseOf(softSensor(fit, { estimate: "Tw", filter, measured: { T: {} } }));
    assert.ok(filtered < 0.35 * alone, `${filtered} against ${alone}`);
  });
}

test("a filter whose measurement goes Bad falls back on the mechanism and says so", () => {
  const sensor = softSensor(fit, { estimate: "Tw", filter: ekf(), measured: { T: { maxAge: 100 } } });
  const inputs = { q: 10, Tin: 290, Q: 5e4 };
  for (let k = 0; k < 60; k++) sensor.predict({ time: 60 * k, ...inputs, T: 350 });
  const held = sensor.predict({ time: 3600, ...inputs, T: { value: 350, status: status.badSensorFailure } });
  assert.equal(held.status.name, "Uncertain_LastUsableValue");
  const open = sensor.predict({ time: 3700, ...inputs });
  assert.equal(open.status.name, "Uncertain_SubNormal");
  assert.deepEqual(
    open.reasons.map((it) => it.code),
    ["measurement-unusable"],
  );
  assert.notEqual(open.value, null);
});

test("a measurement that cannot be true is not believed, and the answer says so", () => {
  const sensor = softSensor(fit, { estimate: "Tw", filter: ekf(), measured: { T: {} } });
  const inputs = { q: 10, Tin: 290, Q: 5e4 };
  let before = sensor.predict({ time: 0, ...inputs, T: 350 });
  for (let k = 1; k < 60; k++) before = sensor.predict({ time: 60 * k, ...inputs, T: 350 });
  const after = sensor.predict({ time: 3600, ...inputs, T: 700 });
  assert.deepEqual(
    after.reasons.map((it) => it.code),
    ["measurement-rejected"],
  );
  assert.ok(Math.abs((after.value ?? 0) - (before.value ?? 0)) < 5);
});

test("a learned part that no filter carries to the estimate is refused", () => {
  assert.throws(() => softSensor(hybrid, { estimate: "Tw" }), { code: "sensor/option" });
});

test("a measurement that is told twice counts once", () => {
  const make = () => softSensor(fit, { estimate: "Tw", filter: ekf(), measured: { T: { heartbeat: 600 } } });
  const [once, twice] = [make(), make()];
  const inputs = { q: 10, Tin: 290, Q: 5e4 };
  for (const sensor of [once, twice]) sensor.predict({ time: 0, ...inputs, T: 350 });
  once.predict({ time: 60, ...inputs, T: 352 });
  for (let k = 0; k < 3; k++) twice.predict({ time: 60, ...inputs, T: 352 });
  once.predict({ time: 120, ...inputs });
  twice.predict({ time: 120, ...inputs, T: { value: 352, time: 60 } });
  assert.equal(twice.predict({ time: 180, ...inputs }).value, once.predict({ time: 180, ...inputs }).value);
});

test("what is wrong with a filter is told when the sensor is made", () => {
  assert.throws(() => softSensor(fit, { estimate: "Tw", filter: ekf({ noise: { Tx: 1 } }), measured: { T: {} } }), { code: "filter/name" });
  assert.throws(() => softSensor(fit, { estimate: "Tw", filter: ekf(), measured: {} }), { code: "sensor/option" });
  assert.throws(() => softSensor(fit, { estimate: "Tw", filter: ekf(), measured: { T: { sigma: -1 } } }), { code: "sensor/option" });
});

test("far outside the trained domain the mechanism stands alone, wider and Uncertain", () => {
  const sensor = softSensor(hybrid, { estimate: "T", initial: { T: 320, Tw: 320 } });
  const normal = { q: 10, Tin: 290, Q: 6e4 };
  const series = (Q: number) => {
    const stream = sensor.fresh();
    let last = stream.predict({ time: 0, ...normal, Q });
    for (let k = 1; k <= 40; k++) last = stream.predict({ time: 60 * k, ...normal, Q });
    return last;
  };
  const [inside, outside] = [series(6e4), series(4e5)];
  assert.equal(inside.status.severity, "good");
  assert.equal(outside.status.name, "Uncertain_SubNormal");
  assert.ok(outside.reasons.some((it) => it.code === "outside-domain"));
  assert.equal(outside.learned, 0);
  assert.equal(outside.value, outside.physics);
  const width = (it: typeof inside) => (it.interval ? it.interval[1] - it.interval[0] : 0);
  assert.ok(width(outside) > 2 * width(inside));
});

/** T as a laboratory sees it: every 20 minutes, reported 10 minutes later. */
function asLab(window: Window): Window {
  const measured = window.measured["T"] as Measured;
  const sampled = Array.from(measured.time.keys()).filter((i) => i % 10 === 0);
  const pick = (column: Float64Array) => Float64Array.from(sampled, (i) => column[i] ?? 0);
  const lab: Measured = {
    ...measured,
    time: pick(measured.time),
    value: pick(measured.value),
    status: new Uint32Array(sampled.length),
    reasons: new Uint32Array(sampled.length),
    weight: new Float64Array(sampled.length).fill(1),
    reported: Float64Array.from(sampled, (i) => (measured.time[i] ?? 0) + 10),
  };
  return { ...window, measured: { ...window.measured, T: lab } };
}

test("a correction that looks back on its own past and on another tag is the same in a stream as over a window", async () => {
  const question = residual({ on: "T", from: ["q"], measured: ["Tw"], dynamic: { lags: [4] }, learner: ridge() });
  const dynamic = await fuse(fit, question, { windows: training });
  const whole = dynamic.predict(heldOut);
  const [said] = await predictAll(softSensor(dynamic, { estimate: "T" }), [heldOut], { at: whole.time });
  let compared = 0;
  for (const [i, prediction] of said?.predictions.entries() ?? []) {
    assert.ok(
      Math.abs((prediction.value ?? 0) - (whole.value[i] ?? 0)) < 1e-3,
      `at ${prediction.time}: ${prediction.value}, ${whole.value[i]}`,
    );
    if (prediction.learned !== 0) compared++;
  }
  assert.ok(compared > 300, `${compared} learned corrections compared`);
});

test("a correction that looks back on late laboratory values knows them from when they were reported", async () => {
  const windows = training.map(asLab);
  const question = residual({ on: "T", from: ["q"], dynamic: { lags: [2] }, learner: ridge() });
  const dynamic = await fuse(fit, question, { windows });
  const window = asLab(heldOut);
  const whole = dynamic.predict(window);
  // A gain this small leaves the bias out of the comparison.
  const sensor = softSensor(dynamic, { estimate: "T", lab: biasUpdate({ gain: 1e-12, gate: Number.POSITIVE_INFINITY }) });
  const [said] = await predictAll(sensor, [window], { at: whole.time });
  let compared = 0;
  for (const [i, prediction] of said?.predictions.entries() ?? []) {
    // The window starts from the first sample before anybody could know it; by then that is forgotten.
    if (prediction.time - window.epoch < 3 * 3600) continue;
    assert.ok(
      Math.abs((prediction.value ?? 0) - (whole.value[i] ?? 0)) < 1e-3,
      `at ${prediction.time}: ${prediction.value}, ${whole.value[i]}`,
    );
    if (prediction.learned !== 0) compared++;
  }
  assert.ok(compared > 20, `${compared} learned corrections compared`);
});
