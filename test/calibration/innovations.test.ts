/** Disturbances of the process: corrections by measured values, alone and in a closed loop. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, diagnose } from "../../src/calibration/index.ts";
import { random, signal } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { checkGradient } from "./gradient.ts";
import { measured, window } from "./windows.ts";

const pair = defineModel({
  name: "pair",
  time: "min",
  parameters: { k: { value: 0.4, unit: "1/min", bounds: [0.01, 5], scale: "log" }, h: { value: 1.2, unit: "1", bounds: [0.1, 5] } },
  inputs: { u: "K" },
  states: { a: { unit: "K", initial: 1 }, b: { unit: "K", initial: "h*0.5 K" } },
  derivatives: { a: "k*(h*u - a)", b: "k*(a - b)" },
  outputs: { sum: { unit: "K", is: "a + h*b" } },
});

test("the gradient is exact through corrections, also of states that are not measured, and with sample times of two tags", () => {
  const times = [0, 0.5, 1, 1.5, 2, 3];
  const draw = random(3).fork("innovations");
  const a = measured(
    times,
    times.map((t) => 2 - t * Math.exp(-t) + 0.2 * draw.normal()),
    { sigma: 0.1 },
  );
  const sum = measured([0.7, 1.5, 2.5], [2.2, 3.1, 2.9]);
  const windows = [window("w", "min", { a, sum }, { u: signal([0, 1, 3], [1, 2, 1.5]) })];
  const innovations = { a: { a: true, b: true }, sum: { b: 0.2, a: { value: 0.1 } } } as const;
  checkGradient(
    { model: pair, windows, estimate: ["k", "h"], innovations, initial: { a: { estimate: true } }, solver: { rtol: 1e-11 } },
    2e-5,
  );
});

/** A tank under a controller that reads it once a minute; its feed wanders unseen. The truth is tau = 12 min. */
function underControl(seed: number, controlled = true) {
  const draw = random(seed).fork("under control");
  const [time, T, heat]: [number[], number[], number[]] = [[], [], []];
  let [actual, wander, level] = [0, 0, 2];
  for (let t = 0; t < 400; t++) {
    if (t % 20 === 0) level = draw.normal() > 0 ? 2 : -2;
    const read = actual + 0.05 * draw.normal();
    const action = controlled ? 4 * (level - read) : level;
    time.push(t);
    T.push(read);
    heat.push(action);
    for (let i = 0; i < 40; i++) {
      actual += (action + wander - actual) / 12 / 40;
      wander += -wander / 40 / 40 + (0.4 / Math.sqrt(40)) * draw.normal();
    }
  }
  return window("w", "min", { T: measured(time, T) }, { heat: signal(time, heat, "hold") });
}

const tank = defineModel({
  name: "tank",
  time: "min",
  parameters: {
    tau: { value: 8, unit: "min", bounds: [0.5, 100], scale: "log" },
    memory: { value: 20, unit: "min", bounds: [1, 1000], scale: "log" },
  },
  inputs: { heat: "K" },
  states: { T: { unit: "K", initial: 0 }, w: { unit: "K", initial: 0, nominal: 1 } },
  derivatives: { T: "(heat + w - T)/tau", w: "-w/memory" },
});

test("data from a closed loop: taking the disturbance for noise is wrong by more than 10 %, following it by less than 2 %", async () => {
  const mean = { naive: 0, correlated: 0, followed: 0 };
  const seeds = [1, 2, 3, 4];
  for (const seed of seeds) {
    const question = { model: tank, windows: [underControl(seed)], solver: { rtol: 1e-6 } } as const;
    const error = (tau: number): number => (tau / 12 - 1) / seeds.length;
    const errors = { sigma: { estimate: true }, correlationTime: { estimate: true } } as const;
    mean.naive += error((await calibrate({ ...question, estimate: ["tau"] })).parameters.tau.value);
    mean.correlated += error((await calibrate({ ...question, estimate: ["tau"], likelihood: { T: errors } })).parameters.tau.value);
    const followed = await calibrate({ ...question, estimate: ["tau", "memory"], innovations: { T: { T: true, w: true } } });
    mean.followed += error(followed.parameters.tau.value);
    const { interval } = followed.parameters.tau;
    assert.ok(interval && interval[0] < 12 * 1.1 && interval[1] > 12 * 0.9, `${interval}`);
  }
  assert.ok(mean.naive > 0.1, `residuals as noise: ${mean.naive}`);
  // One rate of fading is not quite what a disturbance of the feed leaves behind.
  assert.ok(Math.abs(mean.correlated) < mean.naive / 2, `correlated errors: ${mean.correlated}, as noise ${mean.naive}`);
  assert.ok(Math.abs(mean.followed) < 0.02, `disturbance followed: ${mean.followed}`);
});

test("a diagnosis says that an input answers to what the fit has not explained, and only where it does", async () => {
  for (const controlled of [true, false]) {
    const question = { model: tank, windows: [underControl(1, controlled)], estimate: ["tau"], solver: { rtol: 1e-6 } } as const;
    const { findings } = diagnose(question, await calibrate(question));
    const feedback = findings.find(({ kind }) => kind === "feedback");
    assert.equal(feedback !== undefined, controlled, feedback?.meaning);
    if (feedback) assert.match(feedback.meaning, /the input heat answers to them \(correlation -0\.\d+\), as under a controller/);
  }
});

test("what cannot be corrected is refused by name", async () => {
  const windows = [window("w", "min", { a: measured([1, 2, 3], [1, 1.4, 1.7]) }, { u: signal([0, 3], [1, 1]) })];
  const question = { model: pair, windows, estimate: ["k"] } as const;
  await assert.rejects(calibrate({ ...question, innovations: { b: { b: true } } }), {
    code: "calibration/innovations",
    message: /Values of "b" cannot correct the run: no window has measured values of it/,
  });
  await assert.rejects(calibrate({ ...question, steady: true, innovations: { a: { a: true } } }), { code: "calibration/innovations" });
  await assert.rejects(calibrate({ ...question, innovations: { a: { c: true } } } as never), { code: "calibration/unknown-name" });
});
