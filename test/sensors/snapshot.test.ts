/** A stream that is written down and taken up again goes on with the same bits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isGreyboxError, random } from "../../src/core/index.ts";
import { ekf, ukf } from "../../src/fusion/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { biasUpdate, type LabRecord, type Point, type SensorSnapshot, type SoftSensor, softSensor } from "../../src/sensors/index.ts";
import { fit as fitOfChain, heldOut, hybrid } from "./chain.ts";
import { fitOf, tank } from "./fixtures.ts";

const tags = { T: { unit: "K", points: 200, rmse: 0.5, bias: 0, sigma: 0.5, sigmaEstimated: true, ratio: 1, neighbours: 0 } };

type Told = { readonly point: Point } | { readonly lab: LabRecord };

const tell = (sensor: Pick<SoftSensor, "predict" | "lab">, told: Told) =>
  "point" in told ? sensor.predict(told.point) : sensor.lab(told.lab);

/** Through text, as a file would. */
const written = (snapshot: SensorSnapshot): SensorSnapshot => JSON.parse(JSON.stringify(snapshot));

/** The same stream without a break, and with a new sensor taking over after each of `breaks`. */
function sameBits(make: () => SoftSensor, stream: readonly Told[], breaks: readonly number[]): void {
  const whole = make();
  const expected = stream.map((told) => tell(whole, told));
  let sensor = make();
  const answers = stream.map((told, i) => {
    if (breaks.includes(i)) {
      const next = make();
      next.resume(written(sensor.snapshot()));
      sensor = next;
    }
    return tell(sensor, told);
  });
  assert.deepEqual(answers, expected);
  assert.deepEqual(sensor.snapshot(), whole.snapshot());
}

/** Ten minutes of points with holes, bad readings, a gap, a late laboratory value and a retest. */
function eventful(): Told[] {
  const draw = random(5);
  const stream: Told[] = [];
  for (let i = 0; i < 60; i++) {
    const time = 1_700_000_000 + 60 * i + (i > 30 ? 1200 : 0);
    const q = i % 11 === 3 ? null : { value: 10 + draw.normal(), status: i % 7 === 2 ? 0x40000000 : 0 };
    const T = i % 5 === 0 ? { value: 318 + 0.5 * draw.normal(), status: 0, time: time - 20 } : undefined;
    stream.push({ point: { time, q, Tin: 290 + draw.normal(), Q: 70_000, ...(T && { T }) } });
    if (i % 13 === 12) {
      const lab = { sampleTime: time - 300, reportedTime: time, value: 316 + draw.normal(), sampleId: `s${i}` };
      stream.push({ lab });
      if (i > 30) stream.push({ lab: { ...lab, value: lab.value + 0.5 } });
    }
  }
  return stream;
}

test("a mechanism whose start is in doubt, with held inputs, gaps and laboratory values", () => {
  const make = () => softSensor(fitOf(tank, tags), { estimate: "T", lab: biasUpdate({ every: 600 }), maxAge: 180 }) as SoftSensor;
  const stream = eventful().map((told) => ("point" in told ? { point: { ...told.point, T: null } } : told));
  sameBits(make, stream, [0, 1, 5, 20, 31, 40, stream.length - 1]);
});

for (const filter of [ekf(), ukf()]) {
  test(`an ${filter.kind} keeps its belief, also while a second one doubts its start`, () => {
    const make = () =>
      softSensor(fitOf(tank, tags), {
        estimate: "rise",
        filter,
        measured: { T: { sigma: 0.5 } },
        inputs: { Tin: { hold: "linear" } },
        lab: biasUpdate(),
        maxAge: 180,
      }) as SoftSensor;
    const stream = eventful().map((told) => ("point" in told ? told : { lab: { ...told.lab, value: told.lab.value - 290 } }));
    sameBits(make, stream, [1, 2, 17, 33, 50]);
  });
}

test("a learned part keeps the past that its features look back on", () => {
  const make = () =>
    softSensor(hybrid, { estimate: "T", lab: biasUpdate(), maxAge: 1e4, initial: { T: 310, Tw: 310 } }) as unknown as SoftSensor;
  const stream = Array.from({ length: 40 }, (_, i): Told => {
    const t = 3 * i;
    const at = (name: "q" | "Tin" | "Q") => heldOut.inputs[name]!.values[Math.floor(t / 40)]!;
    return { point: { time: 180 * i, q: at("q"), Tin: at("Tin"), Q: at("Q") } };
  });
  assert.ok(hybrid.features.some((feature) => feature.kind !== "time" && feature.lag > 0));
  sameBits(make, stream, [1, 7, 23]);
});

test("an algebraic state comes back consistent", () => {
  const implicit = defineModel({
    name: "implicit",
    time: "s",
    inputs: { u: "1" },
    states: { x: { unit: "1", initial: 1 } },
    algebraic: { z: { unit: "1", guess: 1, zero: "z*z - u*u" } },
    derivatives: { x: "(z - x)/1 s" },
  });
  const make = () => softSensor(fitOf(implicit), { estimate: "z", initial: { x: 1 } }) as unknown as SoftSensor;
  sameBits(
    make,
    [1, 2, 1.5, 3, 2].map((u, time): Told => ({ point: { time, u } })),
    [1, 3],
  );
});

test("a snapshot of another bundle, a damaged one and something else are refused, and leave the sensor as it was", () => {
  const sensor = softSensor(fitOf(tank, tags), { estimate: "T", initial: { T: 300 } });
  const other = softSensor(fitOf(tank, tags), { estimate: "T", initial: { T: 300 }, maxAge: 77 });
  for (const it of [sensor, other]) it.predict({ time: 0, q: 10, Tin: 290, Q: 7e4 });
  const before = sensor.snapshot();
  const { state } = before as unknown as { state: { scale: number } };
  const refused: readonly (readonly [unknown, RegExp])[] = [
    [other.snapshot(), /belongs to the bundle/],
    [{ ...before, state: { ...state, scale: 0.1 } }, /not what was written/],
    [{ ...before, version: 2 }, /version 2/],
    [fitOfChain, /format/],
    [null, /format/],
  ];
  for (const [snapshot, why] of refused) {
    assert.throws(
      () => sensor.resume(snapshot as SensorSnapshot),
      (error) => isGreyboxError(error, "sensor/snapshot") && why.test(error.message),
    );
  }
  assert.deepEqual(sensor.snapshot(), before);
});
