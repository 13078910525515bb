/** Objectives from less exact runs, for searches that look around. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate } from "../../src/calibration/index.ts";
import { coarseOf } from "../../src/calibration/objective/coarse.ts";
import { givenStart, objectiveOf } from "../../src/calibration/objective/objective.ts";
import { asked } from "../../src/calibration/question/asked.ts";
import { merit } from "../../src/calibration/search/problem.ts";
import { windowFromTable } from "../../src/historian/index.ts";
import { defineModel } from "../../src/models/index.ts";

const decay = defineModel({
  name: "decay",
  time: "h",
  parameters: { k: { value: 1, unit: "1/h", bounds: [0.01, 100], scale: "log" } },
  states: { c: { unit: "mol/L", initial: 2 } },
  derivatives: { c: "-k*c" },
});
const time = [0.5, 1, 1.5, 2, 3];
const measured = { c: time.map((t, i) => 2 * Math.exp(-0.4 * t) + 0.02 * (-1) ** i) };
const window = windowFromTable(decay, { time, measured, sigma: { c: 0.02 } });
const question = { model: decay, windows: [window], estimate: ["k"] } as const;
const made = (more: object = {}) => {
  const { plan, system } = asked({ ...question, ...more });
  return objectiveOf(plan, system);
};

test("a coarse objective is nearly the same, costs fewer steps, and is the objective itself where that is no more exact", () => {
  const fine = made();
  const coarse = coarseOf(fine);
  assert.notEqual(coarse, fine);
  assert.equal(coarseOf(fine), coarse, "it is remembered");
  const x = givenStart(fine.plan);
  assert.ok(fine.evaluate(x, false) && coarse.evaluate(x, false), "both can be evaluated");
  const [a, b] = [merit(fine.groups, fine.sums), merit(coarse.groups, coarse.sums)];
  assert.ok(a !== b && Math.abs(a - b) < 1e-3 * a, `${a} and ${b}`);
  const loose = made({ solver: { rtol: 1e-3 } });
  assert.equal(coarseOf(loose), loose);
});

test("a global search that looked around coarsely ends with exact runs: its answer is that of a local search", async () => {
  const global = await calibrate({ ...question, search: { method: "scatter" }, seed: 1 });
  const local = await calibrate({ ...question, search: { cost: 1e-16 } });
  assert.ok(Math.abs(global.parameters.k.value / local.parameters.k.value - 1) < 1e-6, String(global.parameters.k.value));
  assert.ok(Math.abs(global.cost - local.cost) < 1e-9 * local.cost, `${global.cost} and ${local.cost}`);
});
