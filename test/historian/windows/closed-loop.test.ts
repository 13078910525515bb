import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../../src/core/index.ts";
import { type ControlLoop, loopSegments, seriesOf } from "../../../src/historian/index.ts";
import { failsWith } from "../scratch.ts";

const n = 6000;

/** A first-order process under PI control, sampled once a second: set-point, output, measured value and mode. */
function loopOf(seed: number, setpoint: (i: number) => number, manual?: (i: number) => number | undefined): ControlLoop {
  const dice = random(seed);
  const [sp, mv, pv, mode] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let [x, integral, drift] = [50, 50, 0];
  for (let i = 0; i < n; i++) {
    drift = 0.999 * drift + 0.02 * dice.normal();
    pv[i] = x + drift + 0.1 * dice.normal();
    sp[i] = setpoint(i);
    const hand = manual?.(i);
    mode[i] = hand === undefined ? 1 : 0;
    const error = sp[i]! - pv[i]!;
    if (hand === undefined) integral += (0.8 * error) / 40;
    else integral = hand;
    mv[i] = Math.max(0, Math.min(100, hand ?? integral + 0.8 * error));
    x += (mv[i]! - x) / 30;
  }
  const tag = (name: string, value: Float64Array, stepped: boolean, range?: [number, number]) =>
    seriesOf(name, { time: Float64Array.from(value.keys()), value, status: new Uint32Array(n) }, { stepped, range });
  return {
    setpoint: tag("SP", sp, true),
    output: tag("OP", mv, true, [0, 100]),
    measured: tag("PV", pv, false),
    mode: tag("MODE", mode, true),
  };
}

const options = { automatic: [1], timeConstant: "30 s" };
const covers = (spans: readonly { from: number; to: number }[], t: number) => spans.some(({ from, to }) => from <= t && t <= to);

test("in automatic the stretches after changes of the set-point are informative, quiet ones are not, in 10 records of 10", () => {
  for (let seed = 0; seed < 10; seed++) {
    const { informative, rejected } = loopSegments(
      loopOf(seed, (i) => 50 + (i >= 2000 ? 5 : 0) + (i >= 2200 ? -8 : 0)),
      options,
    );
    assert.ok(covers(informative, 2050) && covers(informative, 2250), JSON.stringify(informative));
    assert.ok(
      informative.every(({ from, to }) => from >= 1990 && to < 4500),
      JSON.stringify(informative),
    );
    assert.ok(informative.every(({ mode, moved, chance }) => mode === "automatic" && moved === "setpoint" && chance < 0.001));
    assert.ok(covers(rejected, 1000) && covers(rejected, 5500));
  }
});

test("by hand it is the output that counts", () => {
  const bumps = (i: number) => (i >= 3000 && i < 4000 ? (i < 3200 ? 50 : i < 3500 ? 58 : 45) : undefined);
  const { informative } = loopSegments(
    loopOf(3, () => 50, bumps),
    options,
  );
  const manual = informative.filter(({ mode }) => mode === "manual");
  assert.ok(covers(manual, 3230) && covers(manual, 3530), JSON.stringify(informative));
  assert.ok(manual.every(({ moved, from, to }) => moved === "output" && from >= 3000 && to <= 4000));
});

test("an output at its limit, and a mode that is not known, are told as such", () => {
  const { rejected } = loopSegments(
    loopOf(1, (i) => (i >= 1000 && i < 2000 ? 130 : 50)),
    options,
  );
  assert.ok(rejected.some(({ why, from, to }) => why === "output at its limit" && from < 1200 && to > 1200));
});

test("a measured value that does not answer is not informative", () => {
  const loop = loopOf(5, (i) => 50 + (i >= 2000 ? 5 : 0));
  const dice = random("dead");
  const dead = { ...loop.measured, value: loop.measured.value.map(() => 50 + dice.normal()) };
  const { informative, rejected } = loopSegments({ ...loop, measured: dead }, options);
  assert.deepEqual(informative, []);
  assert.ok(rejected.some(({ why }) => why === "the measured value does not answer"));
});

test("what automatic is must be said", () => {
  const loop = loopOf(0, () => 50);
  assert.throws(() => loopSegments(loop, {}), failsWith("historian/option", "automatic"));
  assert.throws(
    () => loopSegments({ setpoint: loop.setpoint, output: loop.output, measured: loop.measured }, {}),
    failsWith("historian/option", "always"),
  );
});
