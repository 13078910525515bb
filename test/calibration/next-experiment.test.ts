/** Proposed experiments against published optimal designs, against exhaustive search, and against what really comes of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, evaluate, nextExperiment } from "../../src/calibration/index.ts";
import { type AnySource, GreyboxError, random, signal } from "../../src/core/index.ts";
import { type Window, windowFromTable } from "../../src/historian/index.ts";
import { defineModel } from "../../src/models/index.ts";

const decay = defineModel({
  name: "decay",
  time: "h",
  parameters: { k: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" }, A: { value: 4, unit: "1", bounds: [0.1, 100] } },
  states: { c: { unit: "1", initial: "A" } },
  derivatives: { c: "-k*c" },
});
const record = windowFromTable(decay, {
  time: [0.5, 1, 2, 4],
  measured: { c: [0.5, 1, 2, 4].map((t) => 4 * Math.exp(-0.5 * t)) },
  sigma: { c: 0.05 },
});

function near(actual: number | undefined, expected: number, tolerance: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

test("a decay of known start is measured after one time constant; of unknown start, at the start as well", async () => {
  const rate = { model: decay, windows: [record], estimate: ["k"] } as const;
  const [only] = nextExperiment(rate, await calibrate(rate), { horizon: 10, count: 1, fresh: true }).samples;
  near(only?.time, 2, 1e-4);
  const both = { model: decay, windows: [record], estimate: ["k", "A"] } as const;
  const { samples } = nextExperiment(both, await calibrate(both), { horizon: 10, count: 2, fresh: true });
  near(samples[0]?.time, 0, 0);
  near(samples[1]?.time, 2, 1e-4);
});

test("two reactions in a row: the D-optimal times of Box and Lucas (Biometrika 46 (1959) 77), 1.23 and 6.86", async () => {
  const chain = defineModel({
    name: "chain",
    time: "min",
    parameters: { k1: { value: 0.7, unit: "1/min", bounds: [0.01, 10] }, k2: { value: 0.2, unit: "1/min", bounds: [0.01, 10] } },
    states: { a: { unit: "1", initial: 1 }, b: { unit: "1", initial: 0 } },
    derivatives: { a: "-k1*a", b: "k1*a - k2*b" },
  });
  const b = [1, 3, 6].map((t) => (0.7 / 0.5) * (Math.exp(-0.2 * t) - Math.exp(-0.7 * t)));
  const question = {
    model: chain,
    windows: [windowFromTable(chain, { time: [1, 3, 6], measured: { b }, sigma: { b: 0.01 } })],
    estimate: ["k1", "k2"],
  } as const;
  const fit = await calibrate(question);
  const { samples } = nextExperiment(question, fit, { horizon: 20, fresh: true });
  near(samples[0]?.time, 1.2295, 1e-3);
  near(samples[1]?.time, 6.8577, 1e-3);
  const repeated = nextExperiment(question, fit, { horizon: 20, count: 6, apart: 0, fresh: true });
  assert.deepEqual(
    repeated.samples.map(({ time }) => time!.toFixed(2)),
    ["1.23", "1.23", "1.23", "6.86", "6.86", "6.86"],
  );
});

const enzyme = defineModel({
  name: "enzyme",
  time: "1",
  parameters: { V: { value: 2, unit: "1", bounds: [0.01, 10] }, K: { value: 0.8, unit: "1", bounds: [0.01, 10] } },
  inputs: { S: "1" },
  states: {},
  derivatives: {},
  outputs: { v: { unit: "1", is: "V*S/(K + S)" } },
});

test("Michaelis–Menten: half of the points at the largest concentration, half at K·S/(2K + S)", async () => {
  const S = [0.5, 1, 2, 4];
  const points = windowFromTable(enzyme, {
    time: [0, 1, 2, 3],
    inputs: { S },
    measured: { v: S.map((s) => (2 * s) / (0.8 + s)) },
    sigma: { v: 0.01 },
  });
  const question = { model: enzyme, windows: [points], estimate: ["V", "K"] } as const;
  const fit = await calibrate(question);
  const { samples, meaning } = nextExperiment(question, fit, { inputs: { S: { bounds: [0, 4] } }, fresh: true, count: 4 });
  const at = samples.map(({ inputs }) => inputs!.S!).sort((a, b) => a - b);
  for (const [i, expected] of [(0.8 * 4) / 5.6, (0.8 * 4) / 5.6, 4, 4].entries()) near(at[i], expected, 1e-4);
  assert.equal(meaning[0], "Measure v at S = 4 (2 times); v at S = 0.571 (2 times).");
});

test("a straight line: the ends of the range by every criterion", async () => {
  const line = defineModel({
    name: "line",
    time: "1",
    parameters: { a: { value: 1, unit: "1" }, b: { value: 1, unit: "1" } },
    inputs: { z: "1" },
    states: {},
    derivatives: {},
    outputs: { y: { unit: "1", is: "a + b*z" } },
  });
  const points = windowFromTable(line, { time: [0, 1, 2], inputs: { z: [0, 0.5, 1] }, measured: { y: [1, 1.5, 2] }, sigma: { y: 0.1 } });
  const question = { model: line, windows: [points], estimate: ["a", "b"] } as const;
  const fit = await calibrate(question);
  for (const criterion of ["D", "A", "E"] as const) {
    const { samples } = nextExperiment(question, fit, { criterion, inputs: { z: { bounds: [-1, 1] } }, fresh: true, count: 4 });
    assert.deepEqual(
      samples.map(({ inputs }) => inputs!.z!).sort((a, b) => a - b),
      [-1, -1, 1, 1],
      criterion,
    );
  }
  // What is there counts: with four points at 1, the next ones go to the other end.
  const lopsided = {
    ...question,
    windows: [
      windowFromTable(line, { time: [0, 1, 2, 3], inputs: { z: [1, 1, 1, 0.9] }, measured: { y: [2, 2, 2, 1.9] }, sigma: { y: 0.1 } }),
    ],
  };
  const { samples } = nextExperiment(lopsided, await calibrate(lopsided), { inputs: { z: { bounds: [-1, 1] } }, count: 2 });
  assert.deepEqual(
    samples.map(({ inputs }) => inputs!.z),
    [-1, -1],
  );
});

const lag = defineModel({
  name: "lag",
  time: "min",
  parameters: { k: { value: 0.5, unit: "1/min", bounds: [0.01, 10] }, g: { value: 2, unit: "1", bounds: [0.01, 100] } },
  inputs: { u: "1" },
  states: { x: { unit: "1", initial: 0 } },
  derivatives: { x: "k*(g*u - x)" },
});

async function lagged() {
  const time = [1, 2, 3, 4, 5, 6];
  const x = time.map((t) => 2 * (1 - Math.exp(-0.5 * t)));
  const question = {
    model: lag,
    windows: [windowFromTable(lag, { time, inputs: { u: 1 }, measured: { x }, sigma: { x: 0.05 } })],
    estimate: ["k", "g"],
  } as const;
  return { question, fit: await calibrate(question) };
}

test("moves of an input: none of all patterns of its bounds is better", async () => {
  const { question, fit } = await lagged();
  const options = { every: 1, horizon: 10, fresh: true } as const;
  const chosen = nextExperiment(question, fit, { ...options, inputs: { u: { bounds: [0, 1], moves: 5 } } });
  for (let pattern = 0; pattern < 32; pattern++) {
    const levels = [0, 1, 2, 3, 4].map((i) => (pattern >> i) & 1);
    const u = signal([0, 2, 4, 6, 8, 10], [...levels, levels[4]!], "hold");
    const given = nextExperiment(question, fit, { ...options, inputs: { u } });
    assert.ok(chosen.typical.after <= given.typical.after * (1 + 1e-9), `${levels}: ${given.typical.after} for ${chosen.typical.after}`);
  }
});

test("moves keep their limits", async () => {
  const { question, fit } = await lagged();
  const { inputs } = nextExperiment(question, fit, {
    horizon: 12,
    count: 4,
    inputs: { u: { bounds: [0.1, 0.9], most: 0.25, from: 0.4, moves: 5 } },
  });
  let before = 0.4;
  for (const level of inputs.u!.values) {
    assert.ok(level >= 0.1 && level <= 0.9 && Math.abs(level - before) <= 0.25 + 1e-12, `${before} to ${level}`);
    before = level;
  }
});

const two = defineModel({
  name: "two",
  time: "h",
  parameters: { k: { value: 0.5, unit: "1/h", bounds: [0.01, 10] }, s: { value: 2, unit: "1", bounds: [0.1, 10] } },
  states: { c: { unit: "1", initial: 1 } },
  derivatives: { c: "-k*c" },
  outputs: { y: { unit: "1", is: "s*c" }, z: { unit: "1", is: "c" } },
});

test("sensors: what tells nothing new is not bought, and money counts", async () => {
  const time = [0.5, 1, 2];
  const question = {
    model: two,
    windows: [windowFromTable(two, { time, measured: { y: time.map((t) => 2 * Math.exp(-0.5 * t)) }, sigma: { y: 0.05 } })],
    estimate: ["k", "s"],
  } as const;
  const fit = await calibrate(question);
  // z knows nothing of s.
  const one = nextExperiment(question, fit, { horizon: 6, every: 1, count: 1, of: ["s"], sensors: { y: {}, z: { sigma: 0.05 } } });
  assert.deepEqual(one.sensors, ["y"]);
  assert.match(one.meaning.at(-1)!, /z would tell less/);
  const rich = nextExperiment(question, fit, {
    horizon: 6,
    sensors: { y: { sigma: 0.05, cost: 1 }, z: { sigma: 0.05, cost: 20 } },
    budget: 6,
  });
  assert.deepEqual(rich.sensors, ["y"]);
  assert.equal(rich.cost, 6);
  const together = nextExperiment(question, fit, { horizon: 6, count: 2, together: true, sensors: { y: {}, z: { sigma: 0.05 } } });
  assert.equal(together.samples.length, 4);
  assert.equal(together.samples[0]!.time, together.samples[1]!.time);
});

test("standard errors fall as predicted: fits of simulated experiments scatter like that", async () => {
  const { question, fit } = await lagged();
  const next = nextExperiment(question, fit, { horizon: 12, count: 8, inputs: { u: { bounds: [0, 1], moves: 4 } } });
  const [first] = question.windows;
  const rng = random("experiments");
  const estimates: { k: number; g: number }[] = [];
  const again = windowAt(
    fit.model,
    next.samples.map(({ time }) => time!),
    next.inputs.u!,
  );
  const { columns } = evaluate(fit.model, again);
  for (let draw = 0; draw < 60; draw++) {
    const noisy = (window: Window, values: Float64Array): Window => ({
      ...window,
      measured: { x: { ...window.measured.x!, value: values.map((value) => value + 0.05 * rng.normal()) } },
    });
    const windows = [noisy(first, first.measured.x!.value), noisy(again, columns.x!)];
    const { k, g } = (await calibrate({ ...question, windows })).parameters;
    estimates.push({ k: k.value, g: g.value });
  }
  for (const name of ["k", "g"] as const) {
    const mean = estimates.reduce((sum, one) => sum + one[name], 0) / estimates.length;
    const sd = Math.sqrt(estimates.reduce((sum, one) => sum + (one[name] - mean) ** 2, 0) / (estimates.length - 1));
    const { before, after } = next.errors[name]!;
    assert.ok(Math.abs(sd / after! - 1) < 0.3, `${name}: ${sd} for ${after}`);
    near(before, fit.parameters[name].standardError!, 1e-6);
    assert.ok(sd < 0.85 * before!, `${name} is known better than before`);
  }
});

function windowAt(model: AnySource, time: readonly number[], u: ReturnType<typeof signal>): Window {
  const window = windowFromTable(model as typeof lag, {
    time,
    inputs: { u },
    measured: { x: time.map(() => 0) },
    sigma: { x: 0.05 },
    name: "next",
  });
  return window;
}

test("limits are kept, for all draws; sensors that are read anyway count", async () => {
  const { question, fit } = await lagged();
  const options = { horizon: 10, count: 2, inputs: { u: { bounds: [0, 1], moves: 5 } } } as const;
  const free = nextExperiment(question, fit, options);
  const kept = nextExperiment(question, fit, { ...options, limits: { x: [-0.1, 1.2] }, draws: 12 });
  const top = (next: typeof free): number => {
    const time = Array.from({ length: 101 }, (_, i) => i / 10);
    return Math.max(...evaluate(fit.model, windowAt(fit.model, time, next.inputs.u!)).columns.x!);
  };
  assert.ok(top(free) > 1.5, `without limits ${top(free)}`);
  assert.ok(top(kept) <= 1.2, `within limits ${top(kept)}`);
  const [low, high] = kept.typical.between!;
  assert.ok(low <= kept.typical.after && kept.typical.after <= high, `${low} ${kept.typical.after} ${high}`);
  const shown = {
    model: two,
    windows: [
      windowFromTable(two, { time: [1, 2, 3], measured: { y: [1.2, 0.75, 0.43], z: [0.6, 0.37, 0.23] }, sigma: { y: 0.05, z: 0.05 } }),
    ],
    estimate: ["k", "s"],
  } as const;
  const its = await calibrate(shown);
  const alone = nextExperiment(shown, its, { horizon: 6, count: 2, sensors: { y: {} } });
  const online = nextExperiment(shown, its, { horizon: 6, count: 2, online: { z: 0.5 } });
  assert.ok(online.typical.after < alone.typical.after, "more is known");
  assert.deepEqual(online.sensors, ["y"]);
  assert.equal(online.cost, 2);
  assert.throws(
    () => nextExperiment(question, fit, { ...options, limits: { x: [5, 6] } }),
    (error) => error instanceof GreyboxError && error.code === "calibration/next-experiment",
  );
});

test("averaged over what the fit allows, a proposal is better where the estimates are wrong", async () => {
  // Half a value is known of k: the best single time for the estimate is far off for some of what the fit allows.
  const question = {
    model: decay,
    windows: [windowFromTable(decay, { time: [1], measured: { c: [2.2] }, sigma: { c: 1.2 } })],
    estimate: ["k"],
  } as const;
  const fit = await calibrate(question);
  const best = nextExperiment(question, fit, { horizon: 20, count: 1 });
  const careful = nextExperiment(question, fit, { horizon: 20, count: 1, draws: 12 });
  assert.ok(careful.typical.between![1] <= best.typical.between![1], `${careful.typical.between} for ${best.typical.between}`);
  assert.ok(careful.samples[0]!.time! !== best.samples[0]!.time!, "it is another time");
});

test("initial values of the new run are unknown where those of the fit were", async () => {
  const question = {
    model: two,
    windows: [windowFromTable(two, { time: [0, 1, 2], measured: { z: [1.02, 0.6, 0.37] }, sigma: { z: 0.02 } })],
    estimate: ["k"],
    initial: { c: { estimate: true } },
  } as const;
  const fit = await calibrate(question);
  const open = nextExperiment(question, fit, { horizon: 6, count: 2 });
  assert.deepEqual(Object.keys(open.errors), ["k"]);
  const known = nextExperiment({ ...question, initial: { c: 1 } }, fit, { horizon: 6, count: 2 });
  assert.ok(known.errors.k!.after! < open.errors.k!.after!, "a start that is known helps");
});

test("what stays unknown is said", async () => {
  const question = {
    model: two,
    windows: [windowFromTable(two, { time: [0, 1, 2], measured: { y: [2, 1.2, 0.74] }, sigma: { y: 0.02 } })],
    estimate: ["k", "s"],
  } as const;
  const next = nextExperiment(question, await calibrate(question), { horizon: 6, fresh: true, sensors: { z: { sigma: 0.01 } } });
  assert.equal(next.errors.s!.after, undefined);
  assert.ok(
    next.meaning.some((sentence) => /s will stay unknown/.test(sentence)),
    next.meaning.join(" "),
  );
});

test("what is wrong with the request is named", async () => {
  const { question, fit } = await lagged();
  const code = (options: Parameters<typeof nextExperiment>[2]): string => {
    try {
      nextExperiment(question, fit, options);
      return "none";
    } catch (error) {
      return error instanceof GreyboxError ? error.code : String(error);
    }
  };
  assert.equal(code({}), "calibration/missing-input");
  assert.equal(code({ inputs: { w: 1 } }), "calibration/unknown-name");
  assert.equal(code({ inputs: { u: { bounds: [1, 0] } } }), "calibration/option");
  assert.equal(code({ inputs: { u: 1 }, horizon: -1 }), "calibration/option");
  assert.equal(code({ inputs: { u: 1 }, of: ["q"] }), "calibration/unknown-name");
  assert.equal(code({ inputs: { u: 1 }, sensors: { T: {} } }), "calibration/unknown-name");
  assert.equal(code({ inputs: { u: 1 }, times: [20], horizon: 10 }), "calibration/option");
  assert.equal(code({ inputs: { u: 1 }, initial: { y: 1 } }), "calibration/unknown-name");
});
