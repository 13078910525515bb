/** Laboratory values: what is taken over, what is not, and why. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type BiasOptions, biasUpdate } from "../../src/sensors/index.ts";
import { applyLab, type BiasState, type LabRecord, noBias, type PastPrediction } from "../../src/sensors/lab-bias.ts";

const past: PastPrediction = { physics: 10, value: 10, stated: 10, halfWidth: 1 };
const record = (value: number, more: Partial<LabRecord> = {}): LabRecord => ({ sampleTime: 0, reportedTime: 60, value, ...more });
const run = (records: readonly LabRecord[], options: BiasOptions, from: BiasState = noBias) =>
  records.reduce(
    (so, next) => {
      const { update, state } = applyLab(so.state, next, past, options);
      return { state, updates: [...so.updates, update] };
    },
    { state: from, updates: [] as ReturnType<typeof applyLab>["update"][] },
  );

test("after n equal errors the bias has closed 1 − (1 − K)^n of the gap", () => {
  const { state } = run(
    Array.from({ length: 5 }, (_, i) => record(12, { sampleTime: i })),
    biasUpdate({ gain: 0.3, gate: 10 }),
  );
  assert.ok(Math.abs(state.bias - 2 * (1 - 0.7 ** 5)) < 1e-14, `bias ${state.bias}`);
});

test("an error beyond the gate waits for a second one like it", () => {
  const options = biasUpdate({ gain: 0.5 });
  const alone = run([record(20)], options);
  assert.equal(alone.updates[0]?.decision, "awaiting-confirmation");
  assert.equal(alone.state.bias, 0);
  const unlike = run([record(20), record(2)], options);
  assert.deepEqual(
    unlike.updates.map((it) => it.decision),
    ["awaiting-confirmation", "awaiting-confirmation"],
  );
  const confirmed = run([record(20), record(21)], options);
  assert.deepEqual(
    confirmed.updates.map((it) => it.decision),
    ["awaiting-confirmation", "accepted"],
  );
  assert.equal(confirmed.state.bias, 5.5);
});

test("a value tenfold too large is refused with the value that would fit", () => {
  const { updates } = run([record(101)], biasUpdate());
  assert.equal(updates[0]?.decision, "awaiting-confirmation");
  assert.match(updates[0]?.text ?? "", /decimal point in the wrong place: 10\.1 would fit/);
});

test("maxStep bounds each change, limit bounds the bias and says so", () => {
  const options = biasUpdate({ gain: 1, gate: 100, maxStep: 0.5, limit: 0.8 });
  const { updates } = run([record(12), record(12), record(12)], options);
  assert.deepEqual(
    updates.map((it) => it.bias),
    [0.5, 0.8, 0.8],
  );
  assert.deepEqual(
    updates.map((it) => it.atLimit),
    [false, true, true],
  );
  const back = run([record(10)], options, { ...noBias, bias: 0.8, atLimit: true });
  assert.equal(back.state.atLimit, false);
});

test("a retest has the effect that the right value would have had from the start", () => {
  const options = biasUpdate({ gain: 0.25, gate: 100 });
  const right = run([record(12, { sampleId: "a" })], options);
  const retested = run([record(16, { sampleId: "a" }), record(12, { sampleId: "a" })], options);
  assert.equal(retested.updates[1]?.decision, "revised");
  assert.equal(retested.state.bias, right.state.bias);
});

test("results that are too late, out of range, before their sample or without a prediction leave the bias alone", () => {
  const options = biasUpdate({ gain: 1, gate: 100, maxDelay: 100, range: [0, 50] });
  const decisions = [
    applyLab(noBias, record(12, { reportedTime: 101 }), past, options),
    applyLab(noBias, record(51), past, options),
    applyLab(noBias, record(Number.NaN), past, options),
    applyLab(noBias, record(12, { reportedTime: -1 }), past, options),
    applyLab(noBias, record(12), undefined, options),
  ];
  assert.deepEqual(
    decisions.map((it) => it.update.decision),
    ["too-late", "out-of-range", "not-a-number", "not-before-report", "no-prediction"],
  );
  for (const { state } of decisions) assert.equal(state.bias, 0);
});

test("a value below the detection limit corrects only a prediction above it", () => {
  const options = biasUpdate({ gain: 1, gate: 100 });
  assert.equal(applyLab(noBias, record(11, { censored: "below" }), past, options).update.decision, "censored-consistent");
  assert.equal(applyLab(noBias, record(9, { censored: "below" }), past, options).update.bias, -1);
  assert.equal(applyLab(noBias, record(9, { censored: "above" }), past, options).update.decision, "censored-consistent");
});

test("options that make no sense are refused by name", () => {
  for (const options of [{ gain: 0 }, { gain: 1.1 }, { gain: Number.NaN }, { limit: 0 }, { maxDelay: -1 }, { range: [2, 1] as const }]) {
    assert.throws(() => biasUpdate(options), { code: "sensor/bias-option" }, JSON.stringify(options));
  }
});
