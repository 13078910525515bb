/** Windows that begin or end at rest, against closed forms; conserved quantities, which the equations of rest alone do not know, included. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, logLikelihood, type Question } from "../../src/calibration/index.ts";
import { isGreyboxError } from "../../src/core/index.ts";
import { windowFromTable } from "../../src/historian/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { checkGradient } from "./gradient.ts";

/** A ⇌ B: the sum of both is conserved. */
const exchange = defineModel({
  name: "exchange",
  time: "h",
  parameters: {
    k: { value: 0.8, unit: "1/h", bounds: [0.01, 10], scale: "log" },
    back: { value: 0.6, unit: "1/h", bounds: [0.01, 10], scale: "log" },
    total: { value: 2, unit: "mol/L", bounds: [0.1, 10] },
  },
  inputs: { faster: "1" },
  states: { A: { unit: "mol/L", initial: "total" }, B: { unit: "mol/L", initial: 0 } },
  algebraic: { r: { unit: "mol/L/h", is: "k*faster*A - back*B" } },
  derivatives: { A: "-r", B: "r" },
});

const rest = (k: number, back: number, total: number): number => (back * total) / (k + back);

function record(name: string, faster: number, time: readonly number[], A: readonly number[]) {
  return windowFromTable(exchange, {
    name,
    time: [...time],
    inputs: { faster: time.map(() => faster) },
    measured: { A: [...A] },
    sigma: { A: 0.05 },
  });
}

/** Values at the end of time are put in by hand: tables have none. */
function withRest(window: ReturnType<typeof record>, value: number): ReturnType<typeof record> {
  const { A } = window.measured;
  const longer = { ...A!, time: Float64Array.of(...A!.time, Infinity), value: Float64Array.of(...A!.value, value) };
  const [status, reasons, weight] = [
    new Uint32Array(longer.time.length),
    new Uint32Array(longer.time.length),
    new Float64Array(longer.time.length).fill(1),
  ];
  return { ...window, measured: { A: { ...longer, status, reasons, weight } } };
}

const question: Question = {
  model: exchange,
  windows: [record("step", 3, [0, 0.5, 1], [0.9, 0.6, 0.5]), withRest(record("after", 0.5, [0, 1], [2, 1.4]), 1.2)],
  estimate: ["k", "back", "total"],
  settled: { step: { inputs: { faster: 1 } } },
  solver: { rtol: 1e-10 },
};

test("a window starts where the model came to rest under other inputs, and goes on to where it rests", () => {
  const [k, back, total] = [0.8, 0.6, 2];
  const course = (from: number, faster: number, t: number): number => {
    const end = rest(k * faster, back, total);
    return end + (from - end) * Math.exp(-(k * faster + back) * t);
  };
  const before = rest(k, back, total);
  const expected = [
    ...[0, 0.5, 1].map((t, i) => course(before, 3, t) - [0.9, 0.6, 0.5][i]!),
    ...[0, 1, Infinity].map((t, i) => course(total, 0.5, t) - [2, 1.4, 1.2][i]!),
  ].reduce((sum, error) => sum - 0.5 * (error / 0.05) ** 2 - Math.log(0.05) - 0.5 * Math.log(2 * Math.PI), 0);
  const found = logLikelihood(question).logLikelihood!;
  assert.ok(Math.abs(found - expected) < 1e-6, `${found} is not ${expected}`);
});

test("derivatives follow the way to rest", () => checkGradient(question, 1e-4));

test("a state starts again beside one that rests", () => {
  const again = { ...question, settled: { step: { inputs: { faster: 1 }, restart: ["B"] } } };
  // A from rest, B from 0: their sum is what A rested at, and at t = 0 A is measured all the same.
  const sum = rest(0.8, 0.6, 2);
  const end = rest(2.4, 0.6, sum);
  const at = (t: number): number => end + (sum - end) * Math.exp(-3 * t);
  const other = logLikelihood({ ...again, windows: [question.windows[0]!] }).logLikelihood!;
  const expected = [0, 0.5, 1].reduce((all, t, i) => {
    return all - 0.5 * ((at(t) - [0.9, 0.6, 0.5][i]!) / 0.05) ** 2 - Math.log(0.05) - 0.5 * Math.log(2 * Math.PI);
  }, 0);
  assert.ok(Math.abs(other - expected) < 1e-6, `${other} is not ${expected}`);
});

test("a fit from rest finds what made the data", async () => {
  const [k, back] = [1.3, 0.4];
  const from = rest(k, back, 2);
  const end = rest(3 * k, back, 2);
  const time = [0, 0.1, 0.2, 0.4, 0.8];
  const window = record(
    "step",
    3,
    time,
    time.map((t) => end + (from - end) * Math.exp(-(3 * k + back) * t)),
  );
  const fit = await calibrate({ ...question, windows: [window], estimate: ["k", "back"], settled: { step: { inputs: { faster: 1 } } } });
  assert.ok(
    Math.abs(fit.parameters["k"]!.value - k) < 1e-5 && Math.abs(fit.parameters["back"]!.value - back) < 1e-5,
    fit.verdict.join(" "),
  );
});

test("a model that never rests fails by name, and so do names that are not there", () => {
  const tank = defineModel({
    name: "filling",
    time: "h",
    parameters: { q: { value: 1, unit: "m/h" } },
    states: { h: { unit: "m", initial: 1 } },
    derivatives: { h: "q" },
  });
  const window = windowFromTable(tank, { name: "day", time: [0, 1], measured: { h: [1, 2] }, sigma: { h: 0.1 } });
  const found = logLikelihood({ model: tank, windows: [window], estimate: ["q"], settled: { day: {} } });
  assert.match(found.logLikelihood === undefined ? found.why : "", /does not come to rest: "h" still changes/);
  for (const settled of [{ night: {} }, { day: { restart: ["H"] } }, { day: { inputs: { q: 1 } } }]) {
    assert.throws(
      () => logLikelihood({ model: tank, windows: [window], estimate: ["q"], settled }),
      (error) => isGreyboxError(error) && error.code === "calibration/unknown-name",
    );
  }
});
