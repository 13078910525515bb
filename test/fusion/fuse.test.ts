/** The residual architecture on a plant whose missing physics is known. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inline } from "../../src/compute/index.ts";
import { contentHash, isGreyboxError, signal } from "../../src/core/index.ts";
import { fuse, type HybridState, hybridFromState, pls, residual, ridge, validate, validationTable } from "../../src/fusion/index.ts";
import { exactFit, measured, plantWindow } from "./synthetic.ts";

/** The plant adds 0.8·v to the lag; its noise is 0.05. */
const missing = { extra: (_u: number, v: number) => 0.8 * v };
const question = residual({ on: "x", from: ["u", "v", "x"], learner: ridge() });
const window = plantWindow(missing);
const hybrid = await fuse(exactFit(), question, { windows: [window] });

test("a residual that is linear in an input is found, and the error on unseen points falls to the noise", () => {
  const { mechanism, hybrid: fused, dataOnly, persistence, improvement } = hybrid.validation.overall;
  assert.ok(Math.abs(mechanism.rmse - 0.8 / Math.sqrt(3)) < 0.06, `mechanism ${mechanism.rmse}`);
  assert.ok(fused.rmse < 0.06 && fused.rmse > 0.045, `hybrid ${fused.rmse}, noise 0.05`);
  assert.ok(dataOnly!.rmse > 5 * fused.rmse && persistence.rmse > 5 * fused.rmse);
  assert.ok(improvement > 0.85 && hybrid.share > 0.95 && hybrid.share <= 1);
});

test("all rivals are scored on the same points, all points once", () => {
  const { overall, folds } = hybrid.validation;
  for (const { mechanism, dataOnly, persistence, hybrid: fused } of [overall, ...folds]) {
    assert.deepEqual(new Set([mechanism.points, dataOnly!.points, persistence.points]), new Set([fused.points]));
  }
  assert.equal(
    folds.reduce((sum, fold) => sum + fold.hybrid.points, 0),
    overall.hybrid.points,
  );
  assert.equal(overall.hybrid.points, 399);
});

test("on fresh windows the hybrid keeps its error and its interval keeps its level", async () => {
  const fresh = [2, 3, 4].map((seed) => plantWindow({ ...missing, seed, name: `fresh ${seed}` }));
  const { hybrid: fused, mechanism, coverage, domain } = validate(hybrid, fresh);
  assert.ok(fused.rmse < 0.06 && mechanism.rmse > 0.4, `${fused.rmse} against ${mechanism.rmse}`);
  // 1 197 points: three standard errors of a share of 0.9 are 0.026.
  assert.ok(Math.abs(coverage - hybrid.level) < 0.03, `covers ${coverage}`);
  assert.ok(Math.abs(hybrid.validation.coverage - hybrid.level) < 0.045, `out of fold ${hybrid.validation.coverage}`);
  assert.ok(domain.inside > 0.9 && domain.outside < 0.01);
});

test("a mechanism that lacks nothing is left alone: hardly anything of the learned part is used", async () => {
  const nothing = await fuse(exactFit(), question, { windows: [plantWindow({ points: 300, seed: 9 })] });
  const { learned } = nothing.predict(plantWindow({ seed: 10 }));
  assert.ok(
    learned.every((value) => Math.abs(value) < 0.02),
    `up to ${Math.max(...learned.map(Math.abs))} where the noise is 0.05`,
  );
  assert.ok(nothing.validation.overall.hybrid.rmse < 1.02 * nothing.validation.overall.mechanism.rmse);
});

test("far from the training data the learned part is exactly 0, the interval is wider, and the reading says which feature", () => {
  const far = plantWindow({ ...missing, seed: 5, reach: 30 });
  const { value, physics, learned, lo, hi, domain } = hybrid.predict(far);
  const outside = domain.map(({ verdict }, i) => ({ verdict, i })).filter(({ verdict }) => verdict === "outside");
  assert.ok(outside.length > 300);
  for (const { i } of outside) {
    assert.equal(learned[i], 0);
    assert.equal(value[i], physics[i]);
    assert.ok(hi[i]! - lo[i]! >= 4 * hybrid.guard.halfWidthOutside);
    assert.ok(domain[i]!.beyond.includes("v") && domain[i]!.distance >= 1);
  }
});

test("the trust falls without a jump from 1 to 0 as a feature leaves its range, and the interval never narrows", () => {
  const upper = hybrid.guard.upper[hybrid.guard.features.indexOf("v")]!;
  let [last, widest] = [1, 0];
  for (let step = 0; step <= 200; step++) {
    const v = upper + 0.005 * step;
    const moment = {
      time: 1,
      input: (name: string) => (name === "v" ? v : 0),
      computed: () => 0,
      measured: () => undefined,
      residual: () => undefined,
    };
    const { domain, lo, hi } = hybrid.correct(moment, 0);
    assert.ok(domain.trust <= last && last - domain.trust < 0.05, `from ${last} to ${domain.trust} at ${v}`);
    assert.ok(hi - lo >= widest - 1e-12);
    [last, widest] = [domain.trust, hi - lo];
  }
  assert.equal(last, 0);
});

test("a moment without the value of an input gets the mechanism alone, and the reading names the feature", () => {
  const moment = {
    time: 1,
    input: (name: string) => (name === "v" ? undefined : 0),
    computed: () => 0,
    measured: () => 1,
    residual: () => 1,
  };
  const { learned, value, domain } = hybrid.correct(moment, 7);
  assert.deepEqual([learned, value, domain.verdict, domain.missing], [0, 7, "outside", ["v"]]);
});

test("the stored hybrid goes through JSON and predicts the same bits; with another fit it is refused", () => {
  const state = JSON.parse(JSON.stringify(hybrid.toState())) as HybridState;
  const restored = hybridFromState(state, exactFit());
  const fresh = plantWindow({ ...missing, seed: 8, reach: 1.5 });
  assert.deepEqual(restored.predict(fresh), hybrid.predict(fresh));
  assert.deepEqual(JSON.parse(JSON.stringify(restored.toState())), state);
  const fit = exactFit();
  const other = { ...fit, model: { ...fit.model, definition: { ...fit.model.definition, name: "another" } } };
  assert.throws(
    () => hybridFromState(state, other),
    (error) => isGreyboxError(error, "fusion/state"),
  );
});

test("folds learned on a compute give the same bits as without one", async () => {
  await using compute = inline();
  const again = await fuse(exactFit(), question, { windows: [window], compute });
  assert.deepEqual(again.toState(), hybrid.toState());
});

test("the target under another name is refused as a feature, also in another unit", async () => {
  const target = window.measured["x"]!;
  const fahrenheit = signal([0, ...target.time], [32, ...target.value.map((x) => 1.8 * x + 32)]);
  const copy = {
    ...window,
    inputs: {
      ...window.inputs,
      v: fahrenheit,
    },
  };
  await assert.rejects(
    fuse(exactFit(), question, { windows: [copy] }),
    (error) => isGreyboxError(error, "fusion/leak") && error.message.includes('"v"'),
  );
  const own = residual({ on: "x", from: ["u"], measured: ["x"], learner: ridge() });
  await assert.rejects(fuse(exactFit(), own, { windows: [window] }), (error) => isGreyboxError(error, "fusion/leak"));
  const now = residual({ on: "x", from: ["u"], dynamic: { lags: [0] }, learner: ridge() });
  await assert.rejects(fuse(exactFit(), now, { windows: [window] }), (error) => isGreyboxError(error, "fusion/leak"));
});

test("names the model does not have, windows without the target and levels that are none are refused by code", async () => {
  // @ts-expect-error: "xx" is not an observable of the model
  await assert.rejects(fuse(exactFit(), residual({ on: "xx", from: ["u"], learner: ridge() }), { windows: [window] }), (error) =>
    isGreyboxError(error, "fusion/name"),
  );
  const bare = { ...window, measured: {} };
  await assert.rejects(fuse(exactFit(), question, { windows: [bare] }), (error) => isGreyboxError(error, "fusion/no-data"));
  await assert.rejects(fuse(exactFit(), question, { windows: [window], level: 90 }), (error) => isGreyboxError(error, "fusion/option"));
  const short = plantWindow({ points: 12 });
  await assert.rejects(fuse(exactFit(), question, { windows: [short], validation: { folds: 2, embargo: 9 } }), (error) =>
    isGreyboxError(error, "fusion/too-few"),
  );
  const unbound = { ...window, inputs: { u: window.inputs["u"]! } };
  await assert.rejects(fuse(exactFit(), question, { windows: [unbound] }), (error) => isGreyboxError(error, "fusion/mechanism"));
});

test("a dynamic residual predicts a drift that no input tells of, from the residual as it was known five minutes ago", async () => {
  const drifting = { extra: (_u: number, _v: number, _x: number, t: number) => Math.sin(t / 25), points: 600, noise: 0.02 };
  const still = residual({ on: "x", from: ["u"], learner: ridge() });
  const moving = residual({ on: "x", from: ["u"], dynamic: { lags: [5, 10] }, learner: ridge() });
  const options = { windows: [plantWindow(drifting)], validation: { embargo: 30 } };
  const [without, withPast] = [await fuse(exactFit(), still, options), await fuse(exactFit(), moving, options)];
  const [a, b] = [without.validation.overall, withPast.validation.overall];
  assert.ok(b.hybrid.rmse < 0.2 * a.hybrid.rmse, `${b.hybrid.rmse} against ${a.hybrid.rmse}`);
  assert.ok(withPast.features.some(({ kind }) => kind === "residual"));
  // The first minutes have no past to look at: the mechanism answers there.
  const first = withPast.predict(plantWindow({ ...drifting, seed: 2 }));
  assert.equal(first.learned[0], 0);
  assert.deepEqual(first.domain[0]!.missing, ["residual x 5 ago", "residual x 10 ago"]);
});

test("lagged inputs explain what the present ones cannot", async () => {
  const u = (t: number) => Math.sin(t / 11);
  const base = plantWindow({ points: 500, seed: 6 });
  const grid = Float64Array.from({ length: 1001 }, (_, i) => i / 2);
  const known = base.measured["x"]!;
  const delayed = {
    ...base,
    inputs: { ...base.inputs, v: signal(grid, grid.map(u), "linear") },
    measured: {
      x: measured(
        known.time,
        known.value.map((x, i) => x + u(known.time[i]! - 15)),
        0.05,
      ),
    },
  };
  const lagged = residual({ on: "x", from: ["v"], lags: { v: [15] }, learner: ridge() });
  const { features, validation } = await fuse(exactFit(), lagged, { windows: [delayed] });
  assert.deepEqual(features, [
    { kind: "input", name: "v", lag: 0 },
    { kind: "input", name: "v", lag: 15 },
  ]);
  assert.ok(validation.overall.hybrid.rmse < 0.06, `${validation.overall.hybrid.rmse}`);
  assert.ok(
    validation.notes.some((note) => note.includes('"v 15 ago"')),
    "the rows without a past are counted",
  );
});

test("a correction that is a change of a parameter in disguise is named by the confounding index", async () => {
  // The true gain is 2.2, not 2: the residual is 0.1 of x, which is the derivative with respect to K.
  const gain = await fuse(exactFit(), residual({ on: "x", from: ["x"], learner: ridge() }), {
    windows: [plantWindow({ extra: (_u, _v, x) => 0.1 * x })],
  });
  assert.ok(gain.confounding!.index > 0.98, `index ${gain.confounding!.index}`);
  assert.ok(Math.abs(gain.confounding!.shift["K"]!.by - 0.2) < 0.03, `shift ${gain.confounding!.shift["K"]!.by}`);
  assert.ok(Math.abs(gain.confounding!.shift["K"]!.standardErrors! - 20) < 3);
  assert.ok(hybrid.confounding!.index < 0.1, `index ${hybrid.confounding!.index} of a correction that no parameter can make`);
});

test("a protected correction leaves to the parameters what is theirs and keeps the rest", async () => {
  const both = { windows: [plantWindow({ extra: (_u, v, x) => 0.1 * x + 0.8 * v })] };
  const asked = { on: "x", from: ["v", "x"], learner: ridge() } as const;
  const open = await fuse(exactFit(), residual(asked), both);
  const protectedOne = await fuse(exactFit(), residual({ ...asked, protect: "orthogonal" }), both);
  const slope = (hybrid: typeof open, name: string) => {
    const at = (value: number) =>
      hybrid.correct(
        {
          time: 1,
          input: () => (name === "v" ? value : 0),
          computed: () => (name === "x" ? value : 0),
          measured: () => undefined,
          residual: () => undefined,
        },
        0,
      ).learned;
    return (at(0.5) - at(-0.5)) / hybrid.share;
  };
  assert.ok(Math.abs(slope(open, "x") - 0.1) < 0.01 && Math.abs(slope(open, "v") - 0.8) < 0.01);
  assert.ok(Math.abs(slope(protectedOne, "x")) < 0.02, `${slope(protectedOne, "x")}`);
  assert.ok(Math.abs(slope(protectedOne, "v") - 0.8) < 0.05, `${slope(protectedOne, "v")}`);
  assert.ok(protectedOne.confounding!.index < 0.1 * open.confounding!.index + 0.01);
  const stiff = { ...exactFit(), parameters: {} };
  await assert.rejects(fuse(stiff, residual({ ...asked, protect: "orthogonal" }), both), (error) => isGreyboxError(error, "fusion/option"));
});

test("the fit's own windows are noted, and the table has every rival and note", async () => {
  const own = await fuse(exactFit(contentHash([window])), question, { windows: [window] });
  const text = validationTable(own.validation);
  for (const part of ["mechanism only", "data only", "persistence", "hybrid", "fold 5", "90 % interval", "calibrated on these windows"]) {
    assert.ok(text.includes(part), `${part} is not in\n${text}`);
  }
});

test("PLS tells by its reconstruction error that features no longer move together", async () => {
  const together = plantWindow({ extra: (u) => 0.5 * u, points: 300 });
  const pair = { ...together, inputs: { u: together.inputs["u"]!, v: together.inputs["u"]! } };
  const joint = await fuse(exactFit(), residual({ on: "x", from: ["u", "v"], learner: pls({ components: 1 }) }), { windows: [pair] });
  const at = (u: number, v: number) =>
    joint.correct(
      { time: 1, input: (name) => (name === "u" ? u : v), computed: () => 0, measured: () => undefined, residual: () => undefined },
      0,
    ).domain;
  assert.equal(at(0.5, 0.5).verdict, "inside");
  assert.equal(at(0.5, -0.5).verdict, "outside");
  assert.ok(at(0.5, -0.5).spe! > 1 && at(0.5, -0.5).beyond.length === 0);
});

test("two plants that show the same hours do not shut each other out, two cuts of one record do", async () => {
  const [a, b] = [
    plantWindow({ ...missing, name: "asset a", seed: 31, epoch: 1.7e9 }),
    plantWindow({ ...missing, name: "asset b", seed: 32, epoch: 1.7e9 }),
  ];
  const hybrid = await fuse(exactFit(), residual({ on: "x", from: ["u", "v"], learner: ridge() }), {
    windows: [a!, b!],
    validation: { folds: 2 },
  });
  assert.deepEqual(
    hybrid.validation.folds.map(({ trained }) => trained),
    [399, 399],
  );

  const again = { ...a!, name: "the same again" };
  await assert.rejects(
    fuse(exactFit(), residual({ on: "x", from: ["u", "v"], learner: ridge() }), { windows: [a!, again], validation: { folds: 2 } }),
    (error) => isGreyboxError(error, "fusion/too-few") && /overlap on the calendar/.test(error.message),
  );
});
