/** The sensor as a whole: right numbers, honest status, no NaN. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { status } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { biasUpdate, type Prediction, type SensorOptions, softSensor } from "../../src/sensors/index.ts";
import { fitOf, tank } from "./fixtures.ts";

const tags = { T: { unit: "K", points: 200, rmse: 0.5, bias: 0, sigma: 0.5, sigmaEstimated: true } };
const fit = fitOf(tank, tags);
const steady = { q: 10, Tin: 290, Q: 70_000 };
const known = { estimate: "T", initial: { T: 300 } } as const;
const codes = ({ reasons }: Prediction) => reasons.map((it) => it.code);

/** T(t) of the tank with constant inputs, t in minutes. */
function exact(t: number, from = 300, { q, Tin, Q } = steady): number {
  const end = Tin + (Q * 60) / (q * 4180);
  return end + (from - end) * Math.exp((-q / 100) * t);
}

test("with constant inputs the sensor follows the exact solution, whatever the steps between points", () => {
  const sensor = softSensor(fit, { ...known, rtol: 1e-10, maxAge: 1e5 });
  let time = 1_700_000_000;
  for (const minutes of [0, 1, 0.25, 30, 3, 0.01]) {
    time += 60 * minutes;
    const { value, status: state, physics } = sensor.predict({ time, ...steady });
    const expected = exact((time - 1_700_000_000) / 60);
    assert.ok(Math.abs((value ?? 0) - expected) < 1e-6, `${value} instead of ${expected}`);
    assert.equal(state.severity, "good");
    assert.equal(physics, value);
  }
});

test("points in other units, an answer in another unit, and a constant input give the same plant", () => {
  const plain = softSensor(fit, known);
  const converted = softSensor(fit, {
    ...known,
    unit: "degC",
    inputs: { q: { unit: "m^3/h" }, Tin: { unit: "degC" }, Q: 70_000 },
  });
  for (const time of [0, 60, 120]) {
    const a = plain.predict({ time, ...steady });
    const b = converted.predict({ time, q: 0.6, Tin: 16.85 });
    assert.ok(Math.abs((a.value ?? 0) - 273.15 - (b.value ?? 0)) < 1e-9);
    const [lo, hi] = [a.interval, b.interval].map((interval) => (interval ? interval[1] - interval[0] : 0));
    assert.ok(Math.abs((lo ?? 0) - (hi ?? 1)) < 1e-9, "a difference of kelvins is one of degrees");
  }
});

test("a linear input is followed along the line, a held one is not", () => {
  const ramp = (time: number) => ({ time, q: 10, Tin: 290 + time / 60, Q: 0 });
  const at = (hold: "hold" | "linear") => {
    const sensor = softSensor(fit, { ...known, rtol: 1e-10, maxAge: 1e5, inputs: { Tin: { hold } } });
    sensor.predict(ramp(0));
    return sensor.predict(ramp(600)).value ?? 0;
  };
  // dT/dt = a·(290 + t − T), a = 0.1/min: T = 290 + t − 1/a + (T0 − 290 + 1/a)·exp(−a·t)
  assert.ok(Math.abs(at("linear") - (290 + 10 - 10 + 20 * Math.exp(-1))) < 1e-6);
  assert.ok(Math.abs(at("hold") - (290 + 10 * Math.exp(-1))) < 1e-6);
});

test("an algebraic output answers for the inputs of this very point", () => {
  const sensor = softSensor(fit, { ...known, estimate: "rise" });
  sensor.predict({ time: 0, ...steady });
  const { value } = sensor.predict({ time: 0, ...steady, Tin: 280 });
  assert.equal(value, 20);
});

test("an implicit quantity is consistent with inputs that have just stepped", () => {
  const implicit = defineModel({
    name: "implicit",
    time: "s",
    inputs: { u: "1" },
    states: { x: { unit: "1", initial: 1 } },
    algebraic: { z: { unit: "1", guess: 1, zero: "z*z - u*u" } },
    derivatives: { x: "(z - x)/1 s" },
  });
  const sensor = softSensor(fitOf(implicit), { estimate: "z", initial: { x: 1 } });
  assert.ok(Math.abs((sensor.predict({ time: 0, u: 1 }).value ?? 0) - 1) < 1e-8);
  assert.ok(Math.abs((sensor.predict({ time: 1, u: 3 }).value ?? 0) - 3) < 1e-8);
});

test("the ladder: Good, held, substituted, last laboratory value, Bad; each rung visible", () => {
  const lab = biasUpdate({ gain: 1, maxAge: 5000 });
  const sensor = softSensor(fit, { ...known, lab, maxAge: 120, inputs: { Q: { substitute: 70_000 } } });
  const good = sensor.predict({ time: 0, ...steady });
  assert.equal(good.status.name, "Good");
  assert.deepEqual(codes(good), []);
  sensor.lab({ sampleTime: 0, reportedTime: 50, value: 301 });

  const held = sensor.predict({ time: 60, q: 10, Tin: 290, Q: null });
  assert.equal(held.status.name, "Uncertain_LastUsableValue");
  assert.deepEqual(codes(held), ["input-held"]);
  assert.equal(held.bias, 1);
  assert.equal(held.age, 60);

  const substituted = sensor.predict({ time: 180, q: 10, Tin: 290 });
  assert.equal(substituted.status.name, "Uncertain_SubstituteValue");
  assert.deepEqual(codes(substituted), ["input-substituted", "state-unsettled"]);

  const standIn = sensor.predict({ time: 400, q: { value: 10, status: status.badSensorFailure }, Tin: 290, Q: 70_000 });
  assert.equal(standIn.status.name, "Uncertain_LastUsableValue");
  assert.equal(standIn.value, 301);
  assert.equal(standIn.physics, null);
  assert.ok(codes(standIn).includes("last-lab") && codes(standIn).includes("no-interval"));
  assert.equal(standIn.interval, null);

  const bad = sensor.predict({ time: 5001, Tin: 290, Q: 70_000 });
  assert.equal(bad.status.name, "Bad_NoData");
  assert.equal(bad.value, null);
});

test("before any data the answer is Bad and waits", () => {
  const { value, status: state } = softSensor(fit, known).predict({ time: 0 });
  assert.equal(value, null);
  assert.equal(state.name, "Bad_WaitingForInitialData");
});

test("an unknown start is doubted until a twin that started elsewhere answers alike", () => {
  const sensor = softSensor(fit, { estimate: "T" });
  let settled = Number.NaN;
  for (let minute = 0; minute <= 120 && Number.isNaN(settled); minute++) {
    const prediction = sensor.predict({ time: 60 * minute, ...steady });
    if (prediction.status.severity === "good") settled = minute;
    else assert.equal(prediction.status.name, "Uncertain_InitialValue");
  }
  // 30 K·exp(−0.1·t) falls to a fifth of the half-width, 1.645·0.5 K, at t = 52.1 min.
  assert.equal(settled, 53);
});

test("after hours without inputs the state is doubted again", () => {
  const sensor = softSensor(fit, { ...known, maxAge: 300 });
  sensor.predict({ time: 0, ...steady });
  assert.equal(sensor.predict({ time: 60, ...steady }).status.name, "Good");
  const after = sensor.predict({ time: 10_000, ...steady });
  assert.equal(after.status.name, "Uncertain_InitialValue");
  assert.deepEqual(codes(after), ["state-unsettled"]);
});

test("a bad reading of an input without influence on the estimate leaves its status alone", () => {
  const two = defineModel({
    name: "two tanks",
    time: "s",
    inputs: { a: "1", b: "1" },
    states: { x: { unit: "1", initial: 0 }, y: { unit: "1", initial: 0 } },
    derivatives: { x: "(a - x)/10 s", y: "(b - y)/10 s" },
  });
  const sensor = softSensor(fitOf(two), { estimate: "x", initial: { x: 0, y: 0 } });
  sensor.predict({ time: 0, a: 1, b: 1 });
  assert.equal(sensor.predict({ time: 5, a: 1, b: null }).status.severity, "good");
  assert.equal(sensor.predict({ time: 6, a: null, b: 1 }).status.severity, "uncertain");
});

test("a point from the past is answered Bad and changes nothing", () => {
  const [one, other] = [softSensor(fit, known), softSensor(fit, known)];
  for (const sensor of [one, other]) sensor.predict({ time: 100, ...steady });
  const late = one.predict({ time: 50, q: 99, Tin: 400, Q: 0 });
  assert.equal(late.value, null);
  assert.deepEqual(codes(late), ["out-of-order"]);
  assert.deepEqual(one.predict({ time: 160, ...steady }), other.predict({ time: 160, ...steady }));
});

test("a mechanism that cannot be computed is Bad for that point and starts again", () => {
  const runaway = defineModel({
    name: "runaway",
    time: "s",
    inputs: { u: "1" },
    states: { x: { unit: "1", initial: 1 } },
    derivatives: { x: "u*x*x/1 s" },
  });
  const sensor = softSensor(fitOf(runaway), { estimate: "x", initial: { x: 1 } });
  sensor.predict({ time: 0, u: 1 });
  const failed = sensor.predict({ time: 2, u: 0 });
  assert.equal(failed.value, null);
  assert.deepEqual(codes(failed), ["solve-failed"]);
  assert.match(failed.reasons[0]?.text ?? "", /x/);
  assert.equal(sensor.predict({ time: 3, u: 0 }).value, 1);
});

test("a time that is not seconds is the caller's mistake", () => {
  for (const time of [Number.NaN, 1_700_000_000_000, Number.POSITIVE_INFINITY]) {
    assert.throws(() => softSensor(fit, known).predict({ time, ...steady }), { code: "sensor/point-time" });
  }
});

test("laboratory values correct the answer from the sample time on, and widen or narrow the interval", () => {
  const sensor = softSensor(fit, { ...known, lab: biasUpdate({ gain: 0.5, gate: 10 }) });
  const first = sensor.predict({ time: 0, ...steady });
  sensor.predict({ time: 3600, ...steady, Q: 70_000 });
  const update = sensor.lab({ sampleTime: 0, reportedTime: 3600, value: (first.value ?? 0) + 2 });
  assert.deepEqual([update.decision, update.error, update.bias], ["accepted", 2, 1]);
  const next = sensor.predict({ time: 3660, ...steady });
  assert.equal(next.bias, 1);
  assert.equal(next.value, (next.physics ?? 0) + 1);
  const width = ({ interval }: Prediction) => (interval ? interval[1] - interval[0] : 0);
  assert.ok(width(next) > width(first), "a miss widens");
});

test("a laboratory value without a rule for it is refused", () => {
  assert.throws(() => softSensor(fit, known).lab({ sampleTime: 0, reportedTime: 0, value: 1 }), { code: "sensor/lab-not-configured" });
});

test("wrong options are refused by name before anything runs", () => {
  const make = (options: object) => () => softSensor(fit, { ...known, ...options } as SensorOptions<typeof tank>);
  assert.throws(make({ estimate: "TT" }), { code: "sensor/estimate" });
  assert.throws(make({ interval: 1.2 }), { code: "sensor/option" });
  assert.throws(make({ name: "a/b" }), { code: "sensor/option" });
  assert.throws(make({ inputs: { qq: {} } }), { code: "sensor/tag" });
  assert.throws(make({ inputs: { q: { unit: "bar" } } }), { code: "unit/incompatible" });
  assert.throws(make({ inputs: { q: { range: [5, 1] } } }), { code: "sensor/option" });
  assert.throws(make({ inputs: { q: Number.NaN } }), { code: "sensor/option" });
  assert.throws(make({ initial: { X: 1 } }), { code: "sensor/tag" });
  assert.throws(make({ unit: "bar" }), { code: "unit/incompatible" });
});

const anyNumber = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 0, 10, 290, 1e308, 5e-324));
const anyReading = fc.oneof(
  anyNumber,
  fc.constant(null),
  fc.constant(undefined),
  fc.record({
    value: fc.option(anyNumber),
    status: fc.constantFrom(undefined, 0, status.uncertainSubNormal, status.bad, 0xffffffff),
    time: fc.option(anyNumber, { nil: undefined }),
  }),
);
const anyPoint = fc.record({ step: fc.double({ min: -10, max: 1e5, noNaN: true }), q: anyReading, Tin: anyReading, Q: anyReading });

test("whatever comes in, what goes out is JSON without loss, Bad exactly where there is no value, and its parts add up", () => {
  fc.assert(
    fc.property(fc.array(anyPoint, { minLength: 1, maxLength: 12 }), fc.option(anyNumber), (steps, labValue) => {
      const sensor = softSensor(fit, {
        estimate: "T",
        lab: biasUpdate(),
        inputs: { q: { range: [0, 1000] }, Tin: { range: [200, 500] }, Q: { range: [-1e6, 1e6] } },
      });
      let time = 0;
      for (const { step, ...point } of steps) {
        time += step;
        const answer = sensor.predict({ time, ...point });
        assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer);
        assert.equal(answer.value === null, answer.status.severity === "bad");
        if (answer.value === null) assert.equal(answer.interval, null);
        if (answer.status.severity !== "good") assert.ok(answer.reasons.length > 0 || answer.status.name === "Bad_WaitingForInitialData");
        if (answer.value !== null && answer.physics !== null) assert.equal(answer.value, answer.physics + answer.learned + answer.bias);
        if (labValue !== null) sensor.lab({ sampleTime: time - 30, reportedTime: time, value: labValue });
      }
    }),
    { numRuns: 300, seed: 20260822 },
  );
});

test("the status is never better than that of the worst input that matters", () => {
  const grade = fc.constantFrom(status.good, status.uncertainSubNormal, status.bad);
  const rank = { good: 0, uncertain: 1, bad: 2 } as const;
  fc.assert(
    fc.property(fc.array(fc.record({ q: grade, Tin: grade, Q: grade }), { minLength: 1, maxLength: 6 }), (points) => {
      const sensor = softSensor(fit, { ...known, maxAge: 0 });
      for (const [i, given] of points.entries()) {
        const readings = { q: { value: 10, status: given.q }, Tin: { value: 290, status: given.Tin }, Q: { value: 0, status: given.Q } };
        const { severity } = sensor.predict({ time: 60 * i, ...readings }).status;
        const worst = Math.max(...Object.values(given).map((code) => code >>> 30));
        assert.ok(rank[severity] >= worst, `${severity} although the worst input is ${worst}`);
      }
    }),
    { numRuns: 100, seed: 20260822 },
  );
});
