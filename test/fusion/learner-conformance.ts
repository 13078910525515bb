/** What every learner promises. A new learner is tested by one call; a new promise is tested on all of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isGreyboxError, random } from "../../src/core/index.ts";
import { restoreLearned } from "../../src/fusion/index.ts";
import type { Learner, Matrix } from "../../src/fusion/learner.ts";

interface Claim {
  readonly make: () => Learner;
  /** Largest error of a learned linear map, relative to the spread of the target. */
  readonly linear: number;
  /** Reason for which the suite cannot run here. */
  readonly skip?: string | undefined;
}

export function matrix(rows: readonly (readonly number[])[]): Matrix {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, data: Float64Array.from(rows.flat()) };
}

/** Rows of normal numbers and a target that is linear in them, with noise. */
export function linearData(seed: number, rows: number, slopes: readonly number[], noise = 0): { features: Matrix; target: Float64Array } {
  const source = random(seed);
  const table = Array.from({ length: rows }, () => slopes.map((_, c) => 10 * c + (c + 1) * source.normal()));
  const target = table.map((row) => 5 + row.reduce((sum, x, c) => sum + slopes[c]! * x, 0) + noise * source.normal());
  return { features: matrix(table), target: Float64Array.from(target) };
}

export function learnerConformance(name: string, { make, linear, skip }: Claim): void {
  const options = skip === undefined ? {} : { skip };
  const data = linearData(7, 80, [1, -0.5, 0.25], 0.1);

  test(`${name}: learns the same bits twice with the same seed`, options, async () => {
    const [first, second] = [
      await make().learn(data.features, data.target, { seed: 3 }),
      await make().learn(data.features, data.target, { seed: 3 }),
    ];
    assert.deepEqual(second.predict(data.features), first.predict(data.features));
  });

  test(`${name}: its state goes through JSON and predicts the same bits`, options, async () => {
    const learned = await make().learn(data.features, data.target, { seed: 3 });
    const restored = restoreLearned(learned.kind, JSON.parse(JSON.stringify(learned.state)));
    assert.equal(restored.kind, name);
    assert.deepEqual(restored.predict(data.features), learned.predict(data.features));
  });

  test(`${name}: learns a linear map`, options, async () => {
    const { features, target } = linearData(11, 200, [2, -1, 0.5]);
    const learned = await make().learn(features, target, { seed: 1 });
    const fresh = linearData(12, 50, [2, -1, 0.5]);
    const spread = Math.sqrt(4 + 4 + 2.25);
    const predicted = learned.predict(fresh.features);
    const rms = Math.sqrt(predicted.reduce((sum, value, row) => sum + (value - fresh.target[row]!) ** 2, 0) / predicted.length);
    assert.ok(rms < linear * spread, `off by ${rms / spread} of the spread`);
  });

  test(`${name}: a column that never changes makes no difference and no NaN`, options, async () => {
    const rows = Array.from({ length: 60 }, (_, row) => [Math.sin(row), 4]);
    const learned = await make().learn(
      matrix(rows),
      Float64Array.from(rows, ([x]) => x!),
      { seed: 1 },
    );
    const [there, elsewhere] = learned.predict(
      matrix([
        [0.5, 4],
        [0.5, 1e6],
      ]),
    );
    assert.ok(Number.isFinite(there));
    assert.equal(elsewhere, there);
  });

  test(`${name}: a target that never changes is predicted exactly`, options, async () => {
    const learned = await make().learn(data.features, new Float64Array(80).fill(3.25), { seed: 1 });
    assert.deepEqual(new Set(learned.predict(data.features)), new Set([3.25]));
  });

  test(`${name}: a row of weight 0 is as if it were not there`, options, async () => {
    const kept = Array.from({ length: 60 }, (_, row) => [Math.sin(row), Math.cos(3 * row)]);
    const target = Float64Array.from(kept, ([x]) => x!);
    const without = await make().learn(matrix(kept), target, { seed: 5 });
    const with0 = await make().learn(matrix([...kept, [1e6, -1e6]]), Float64Array.from([...target, 1e9]), {
      seed: 5,
      weights: Float64Array.from({ length: 61 }, (_, row) => (row < 60 ? 1 : 0)),
    });
    assert.deepEqual(with0.predict(matrix(kept)), without.predict(matrix(kept)));
  });

  test(`${name}: a weight above 0 pulls`, options, async () => {
    const rows = matrix(Array.from({ length: 40 }, (_, row) => [row % 2]));
    const target = Float64Array.from({ length: 40 }, (_, row) => (row < 20 ? row % 2 : 3 * (row % 2)));
    const weights = Float64Array.from({ length: 40 }, (_, row) => (row < 20 ? 1 : 20));
    const at = matrix([[0], [1]]);
    const plain = (await make().learn(rows, target, { seed: 2 })).predict(at);
    const pulled = (await make().learn(rows, target, { seed: 2, weights })).predict(at);
    assert.ok(pulled[1]! - pulled[0]! > plain[1]! - plain[0]! + 0.3, `${plain} → ${pulled}`);
  });

  test(`${name}: refuses tables of the wrong shape, values that are not numbers and weights below 0 by code`, options, async () => {
    const one = new Float64Array(1);
    await assert.rejects(make().learn(data.features, one, { seed: 1 }), (error) => isGreyboxError(error, "learner/shape"));
    await assert.rejects(make().learn({ rows: 2, columns: 2, data: one }, new Float64Array(2), { seed: 1 }), (error) =>
      isGreyboxError(error, "learner/shape"),
    );
    await assert.rejects(make().learn(matrix([[1], [Number.NaN]]), new Float64Array(2), { seed: 1 }), (error) =>
      isGreyboxError(error, "learner/non-finite"),
    );
    await assert.rejects(make().learn(data.features, data.target, { seed: 1, weights: new Float64Array(80).fill(-1) }), (error) =>
      isGreyboxError(error, "learner/weight"),
    );
    const learned = await make().learn(data.features, data.target, { seed: 1 });
    assert.throws(
      () => learned.predict(matrix([[1]])),
      (error) => isGreyboxError(error, "learner/shape"),
    );
  });
}
