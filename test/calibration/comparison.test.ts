/** Two fits side by side: differences against the closed form of straight lines, honest about data that both saw. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, compareFits, fitFromState, fitToState, informationCriteria } from "../../src/calibration/index.ts";
import { chiSquareTail } from "../../src/core/index.ts";
import { windowFromTable } from "../../src/historian/index.ts";
import { defineModel } from "../../src/models/index.ts";

const line = defineModel({
  name: "line",
  time: "h",
  parameters: { a: { value: 0, unit: "K" }, b: { value: 0, unit: "K/h" }, c: { value: 0, unit: "K/h^2" } },
  states: {},
  derivatives: {},
  outputs: { y: { unit: "K", is: "a + b*t + c*t*t" } },
});
const time = [0, 1, 2, 3, 4, 5];
const [march, april] = [
  [1.02, 2.96, 5.05, 6.9, 9.1, 10.98],
  [1.3, 3.5, 5.6, 7.8, 9.9, 12.2],
];

function record(y: readonly number[], name: string, sigma?: number) {
  return windowFromTable(line, { name, time, measured: { y }, ...(sigma && { sigma: { y: sigma } }) });
}

test("differences in standard errors, alone and together, are those of the textbook for independent straight lines", async () => {
  const [before, after] = await Promise.all([
    calibrate({ model: line, windows: [record(march!, "march", 0.1)], estimate: ["a", "b"] }),
    calibrate({ model: line, windows: [record(april!, "april", 0.2)], estimate: ["a", "b"] }),
  ]);
  const { estimates, joint, data, meaning } = compareFits(before, after);
  assert.equal(data.relation, "apart");
  // XᵀX of a straight line through these times.
  const [n, s, ss] = [6, 15, 55];
  const scale = (0.1 ** 2 + 0.2 ** 2) / (n * ss - s * s);
  const [da, db] = [estimates[0]!.difference, estimates[1]!.difference];
  assert.ok(Math.abs(estimates[0]!.standardErrors! - da / Math.sqrt(scale * ss)) < 1e-9, "a");
  assert.ok(Math.abs(estimates[1]!.standardErrors! - db / Math.sqrt(scale * n)) < 1e-9, "b");
  const statistic = (n * da * da + 2 * s * da * db + ss * db * db) / (0.1 ** 2 + 0.2 ** 2);
  assert.ok(Math.abs(joint!.statistic / statistic - 1) < 1e-9, `${joint!.statistic} and ${statistic}`);
  assert.equal(joint!.freedom, 2);
  assert.ok(Math.abs(joint!.tail - chiSquareTail(statistic, 2)) < 1e-12, "tail");
  assert.match(meaning.join(" "), /share no data.*b rose by 0\.1\d+ K\/h/);
});

test("one fit within another on the same data: twice the difference of ln L, against its distribution; criteria count every unknown", async () => {
  const windows = [record(march!, "march")];
  const [straight, bent] = await Promise.all([
    calibrate({ model: line, windows, estimate: ["a", "b"] }),
    calibrate({ model: line, windows, estimate: ["a", "b", "c"] }),
  ]);
  const { likelihoodRatio, data, definitions, criteria, meaning, only } = compareFits(straight, bent);
  assert.equal(data.relation, "same");
  assert.deepEqual(definitions, []);
  assert.deepEqual(only, { before: [], after: ["c"] });
  // With σ estimated, 2·ΔlnL = n·ln(RSS₀/RSS₁).
  const rss = (fit: typeof straight | typeof bent) => 6 * fit.tags["y"]!.rmse ** 2;
  assert.ok(Math.abs(likelihoodRatio!.statistic - 6 * Math.log(rss(straight) / rss(bent))) < 1e-9, "statistic");
  assert.deepEqual([likelihoodRatio!.larger, likelihoodRatio!.freedom], ["after", 1]);
  assert.deepEqual([criteria[0]!.unknowns, criteria[1]!.unknowns, criteria[1]!.values], [3, 4, 6], "σ is an unknown, too");
  const { aic, aicc, bic } = informationCriteria(bent)!;
  assert.ok(Math.abs(aic - (8 - 2 * bent.logLikelihood!)) < 1e-12, "aic");
  assert.ok(Math.abs(aicc! - (aic + (2 * 4 * 5) / (6 - 4 - 1))) < 1e-12, "aicc");
  assert.ok(Math.abs(bic - (4 * Math.log(6) - 2 * bent.logLikelihood!)) < 1e-12, "bic");
  assert.match(meaning.join(" "), /By AICc the former fit is better/);
});

test("what both saw is found by windows, also after the fits were stored; a fit without windows says that it is not known", async () => {
  const [m, a] = [record(march!, "march", 0.1), record(april!, "april", 0.1)];
  const [first, both] = await Promise.all([
    calibrate({ model: line, windows: [m], estimate: ["a", "b"] }),
    calibrate({ model: line, windows: [m, a], estimate: ["a", "b"] }),
  ]);
  const again = fitFromState(JSON.parse(JSON.stringify(fitToState(first))));
  const { data } = compareFits(again, both);
  assert.deepEqual(data, { relation: "overlapping", shared: ["march"], windows: [1, 2] });
  const { windows: _, ...provenance } = first.provenance;
  assert.equal(compareFits({ ...first, provenance }, both).data.relation, "unknown");
  assert.equal(compareFits(first, again).data.relation, "same");
});

test("windows that meet in time overlap where they hold the same values: two assets do not", async () => {
  const fitOf = (name: string, epoch: number, y: readonly number[]) =>
    calibrate({ model: line, windows: [{ ...record(y, name, 0.1), epoch }], estimate: ["a", "b"] });
  const later = [...march!.slice(2), 13.1, 14.8];
  const [monday, overlapping, other, tuesday] = await Promise.all([
    fitOf("x", 1e9, march!),
    fitOf("y", 1e9 + 7200, later),
    fitOf("y", 1e9 + 7200, april!),
    fitOf("x", 1e9 + 86400, april!),
  ]);
  assert.equal(compareFits(monday, overlapping).data.relation, "overlapping");
  assert.equal(compareFits(monday, other).data.relation, "apart");
  assert.equal(compareFits(monday, tuesday).data.relation, "apart");
  // Values that were not kept cannot tell: then it is believed.
  const bare = fitFromState(JSON.parse(JSON.stringify(fitToState(other, { residuals: false }))));
  assert.equal(compareFits(monday, bare).data.relation, "overlapping");
});

test("changed equations, constants, units and bounds are named; values that were estimated are results and no change", async () => {
  const decay = (rate: string, more: object = {}, unit: "h" | "min" = "h") =>
    defineModel({
      name: "decay",
      time: unit,
      parameters: { k: { value: 0.5, unit: `1/${unit}`, bounds: [0.01, 10], scale: "log", ...more }, q: { value: 1, unit: "1" } },
      states: { c: { unit: "mol/L", initial: 4 } },
      derivatives: { c: rate },
    });
  const fitOf = (model: ReturnType<typeof decay>, time = [1, 2, 4]) => {
    const window = windowFromTable(model, { time, measured: { c: [2.7, 1.79, 0.83] }, sigma: { c: 0.05 } });
    return calibrate({ model, windows: [window], estimate: ["k"] });
  };
  const [one, other, minutes] = await Promise.all([
    fitOf(decay("-k*c")),
    fitOf(decay("-k*c*q", { bounds: [0.01, 20] })),
    fitOf(decay("-k*c", { value: 0.01, bounds: [1e-4, 1] }, "min"), [60, 120, 240]),
  ]);
  const { definitions, estimates } = compareFits(one, other);
  assert.deepEqual(
    definitions.map(({ where }) => where),
    ["parameters.k", "derivatives.c"],
  );
  assert.deepEqual(definitions[1], { where: "derivatives.c", before: "-k*c", after: "-k*c*q" });
  assert.match(definitions[0]!.after!, /bounds \[0\.01,20\]/);
  assert.ok(Math.abs(estimates[0]!.standardErrors!) < 1e-3, "the same within the tolerance of the search");
  const converted = compareFits(one, minutes).estimates[0]!;
  assert.equal(converted.unit, "1/min");
  assert.ok(Math.abs(converted.before.value * 60 - one.parameters.k.value) < 1e-12, "the former value in the unit of the later");
  assert.ok(Math.abs(converted.relative!) < 1e-4, "a change of the unit is no change of the value");
});
