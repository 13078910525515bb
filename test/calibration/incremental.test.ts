/** An unknown rate found step by step: the smoother, the course of the rate, its law, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { smooth } from "../../src/calibration/incremental/smoother.ts";
import { identifyRate, type RateQuestion } from "../../src/calibration/index.ts";
import { isGreyboxError, random, svd } from "../../src/core/index.ts";
import { defineOpenModel, substitute } from "../../src/models/index.ts";
import { simulate } from "../../src/solvers/index.ts";
import { measured, window } from "./windows.ts";

const open = defineOpenModel({
  name: "batch",
  time: "min",
  parameters: {
    H: { value: 40, unit: "K*L/mol" },
    loss: { value: 0.05, unit: "1/min", bounds: [0.001, 1] },
    Tc: { value: 300, unit: "K" },
  },
  states: {
    a: { unit: "mol/L", initial: 2, min: 0 },
    b: { unit: "mol/L", initial: 1.5, min: 0 },
    T: { unit: "K", initial: 320 },
  },
  unknown: { r: { unit: "mol/L/min", of: ["a", "b", "T"], sign: "positive" } },
  derivatives: { a: "-r", b: "-r", T: "H*r - loss*(T - Tc)" },
});
const slow = { value: 0.1, bounds: [1e-4, 10], scale: "log" } as const;
const laws = {
  "first order": { is: "k*a", parameters: { k: { ...slow, unit: "1/min" } } },
  "second order": { is: "k*a*b", parameters: { k: { ...slow, unit: "L/mol/min" } } },
  saturating: { is: "v*a/(K + a)", parameters: { v: { ...slow, unit: "mol/L/min" }, K: { ...slow, value: 1, unit: "mol/L" } } },
  "second order, activated": {
    is: "k*exp(-E*(1/T - 1/(320 K)))*a*b",
    parameters: { k: { ...slow, unit: "L/mol/min" }, E: { value: 4000, unit: "K", bounds: [0, 20000] } },
  },
} as const;
const truth = substitute(open, {
  r: { is: "k*exp(-E*(1/T - 1/(320 K)))*a*b", parameters: { k: { value: 0.08, unit: "L/mol/min" }, E: { value: 6000, unit: "K" } } },
});
const rateOf = (a: number, b: number, T: number): number => 0.08 * Math.exp(-6000 * (1 / T - 1 / 320)) * a * b;

/** A batch with errors of σ 0.02 mol/L and 0.2 K. */
function batch(name: string, start: { a?: number; b?: number; T?: number }, tags: readonly ("a" | "T")[], known = false) {
  const at = Array.from({ length: 40 }, (_, i) => 0.75 * (i + 1));
  const run = simulate(truth, { span: [0, 30], at, initial: start });
  const draw = random("batch").fork(name);
  const sigma = { a: 0.02, T: 0.2 };
  const noisy = (tag: "a" | "T") =>
    measured(
      at,
      run.column(tag).map((value) => value + sigma[tag] * draw.normal()),
      known ? { sigma: sigma[tag] } : {},
    );
  return window(name, "min", Object.fromEntries(tags.map((tag) => [tag, noisy(tag)])));
}

test("smoothing along a line is least squares of the whole, with its covariance", () => {
  const draw = random(5);
  const [size, points, each] = [2, 4, 4];
  const columns = 2 * size + 1;
  const stretches = Array.from({ length: points }, (_, k) => {
    const rows = Float64Array.from({ length: each * columns }, () => draw.normal());
    if (k === points - 1) for (let i = 0; i < each; i++) rows.fill(0, i * columns + size, i * columns + 2 * size);
    return { rows, count: each };
  });
  const found = smooth(stretches, size);
  assert.ok(found, "determined");
  const width = points * size;
  const whole = stretches.flatMap(({ rows }, k) =>
    Array.from({ length: each }, (_, i) => {
      const row = new Float64Array(width);
      for (let j = 0; j < 2 * size; j++) if (k * size + j < width) row[k * size + j] = rows[i * columns + j]!;
      return { row, right: rows[i * columns + columns - 1]! };
    }),
  );
  const { values, left, right } = svd(Float64Array.from(whole.flatMap(({ row }) => [...row])), whole.length, width);
  for (let j = 0; j < width; j++) {
    let [value, variance] = [0, 0];
    for (const [i, s] of values.entries()) {
      const along = right[j * width + i]! / s;
      value += along * whole.reduce((sum, one, row) => sum + left[row * width + i]! * one.right, 0);
      variance += along * along;
    }
    assert.ok(Math.abs(found.values[j]! - value) < 1e-10, `value ${j}`);
    const [point, place] = [Math.floor(j / size), j % size];
    assert.ok(Math.abs(found.covariance[(point * size + place) * size + place]! - variance) < 1e-9 * (1 + variance), `variance ${j}`);
  }
  const loose = stretches.map(({ rows, count }, k) => ({ rows: k === 2 ? rows.map(() => 0) : rows, count: k === 2 ? 0 : count }));
  assert.equal(smooth(loose.slice(2), size), undefined);
});

test("the course of a rate is within its errors, its law is told from others, and the parameters are those of the whole model", async () => {
  const windows = [batch("warm", {}, ["a", "T"])];
  const question: RateQuestion = { model: open, windows, laws, estimate: ["loss"], seed: 1, starts: 3 };
  const found = await identifyRate(question);
  const [course] = found.courses;
  assert.ok(course, "a course for each window");
  const { a, b, T } = course.states as Record<"a" | "b" | "T", Float64Array>;
  const off = [...course.rate].map((rate, k) => Math.abs(rate - rateOf(a[k]!, b[k]!, T[k]!)) / course.standardError[k]!);
  const inside = off.filter((z) => z < 3).length / off.length;
  assert.ok(inside > 0.85, `${(100 * inside).toFixed(0)} % within three standard errors`);
  assert.ok(found.effectiveParameters > 4 && found.effectiveParameters < 40, `${found.effectiveParameters} parameters`);
  assert.equal(found.laws[0]?.law, "second order, activated");
  assert.match(found.meaning, /prefers "second order, activated"/);
  const { fit, weight, share } = found.laws[0]!;
  assert.ok((weight ?? 0) > 0.99 && share < 0.1, `weight ${weight}, ${share} of the rate off`);
  const estimates = fit!.parameters as Record<string, { value: number; interval?: readonly [number, number] }>;
  for (const [name, value] of Object.entries({ k: 0.08, E: 6000, loss: 0.05 })) {
    const { standardError } = fit!.parameters[name]!;
    assert.ok(Math.abs(estimates[name]!.value - value) < 3.5 * standardError!, `${name} is ${estimates[name]!.value}`);
  }
  assert.equal(found.laws.filter((law) => law.fit).length, 3, "the best three are calibrated");
  assert.equal(found.laws.at(-1)?.fit, undefined);
});

test("a rate follows from heat alone, from several windows, and as smooth as known errors allow", async () => {
  const windows = [batch("warm", {}, ["T"], true), batch("cool", { T: 305 }, ["T"], true)];
  const { "second order": second, "second order, activated": activated } = laws;
  const found = await identifyRate({
    model: open,
    windows,
    laws: { second, activated },
    initial: { T: "measured" },
    smoothness: "discrepancy",
    calibrated: 0,
    starts: 2,
  });
  assert.equal(found.courses.length, 2);
  assert.equal(found.laws[0]?.law, "activated");
  assert.equal(found.laws[0]?.fit, undefined);
  assert.match(found.meaning, /No law was calibrated/);
  const { E } = found.laws[0]!.parameters;
  assert.ok(Math.abs(E! / 6000 - 1) < 0.25, `E is ${E}: a smoothed rate is a little off`);
});

test("what it is not made for is refused by name", async () => {
  const windows = [batch("warm", {}, ["a"])];
  const refused = async (question: object, why: RegExp): Promise<void> => {
    await assert.rejects(identifyRate({ model: open, windows, laws, ...question } as RateQuestion), (error) => {
      assert.ok(isGreyboxError(error, "calibration/rate"), String(error));
      assert.match(error.message, why);
      return true;
    });
  };
  await refused({ laws: {} }, /no law/);
  await refused({ smoothness: "discrepancy" }, /σ of every tag, and a has none/);
  const two = defineOpenModel({
    name: "two",
    time: "min",
    states: { a: { unit: "mol/L", initial: 2 } },
    unknown: { r: { unit: "mol/L/min", of: ["a"] }, s: { unit: "mol/L/min", of: ["a"] } },
    derivatives: { a: "-r - s" },
  });
  await refused({ model: two }, /2 unknown relations \(r, s\)/);
  const apart = defineOpenModel({
    name: "apart",
    time: "min",
    states: { a: { unit: "mol/L", initial: 2 }, c: { unit: "mol/L", initial: 0 } },
    unknown: { r: { unit: "mol/L/min", of: ["a"] } },
    derivatives: { a: "-a/(5 min)", c: "r" },
  });
  await refused({ model: apart, laws: { none: "0 mol/L/min" } }, /does not determine the rate/);
  await assert.rejects(identifyRate({ model: open, windows, laws: { wrong: "k*c" } }), /model\/invalid|cannot be|not/);
});
