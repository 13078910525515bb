import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../../src/core/index.ts";
import { grossErrors, reconcile, reconcileComponents } from "../../../src/historian/index.ts";

/** Heat exchanger with a bypass: feed splits, one branch goes through the exchanger, the other through a valve, both are mixed again. */
const bypass = {
  splitter: { in: ["1"], out: ["2", "3"] },
  exchanger: { in: ["2"], out: ["4"] },
  valve: { in: ["3"], out: ["5"] },
  mixer: { in: ["4", "5"], out: ["6"] },
};
const read = (values: Readonly<Record<string, number>>, sigma = 1) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, sigma }]));
/** S. Narasimhan, C. Jordache, Data Reconciliation and Gross Error Detection, Gulf 2000, chapter 1: measured flows of this network. */
const published = { "1": 101.91, "2": 64.45, "3": 34.65, "4": 64.2, "5": 36.44, "6": 98.88 };

test("the published flows of a heat exchanger with bypass are reconciled to the published values", () => {
  const { streams, global } = reconcile(bypass, read(published));
  const expected = { "1": 100.22, "2": 64.5, "3": 35.72, "4": 64.5, "5": 35.72, "6": 100.22 };
  for (const [name, value] of Object.entries(expected)) assert.ok(Math.abs(streams[name]!.value! - value) < 0.005, name);
  assert.equal(global.degrees, 4);
  assert.ok(global.passed);
});

test("with stream 2 reading 4 too high the global test gives the published 16.674 against 9.488, and blames 2", () => {
  const { before, after, errors } = grossErrors(bypass, read({ ...published, "2": 68.45 }));
  assert.equal(before.statistic.toFixed(3), "16.674");
  assert.equal(before.critical.toFixed(3), "9.488");
  assert.deepEqual(
    errors.map((error) => error.name),
    ["2"],
  );
  assert.ok(Math.abs(errors[0]!.size - 4) < 2 * errors[0]!.sigma);
  assert.ok(after.passed);
});

test("only two of the six flows measured: what follows is told, and what does not", () => {
  const { streams } = reconcile(bypass, read({ "1": 100, "2": 64 }));
  assert.deepEqual(
    Object.fromEntries(
      Object.entries(streams).map(([name, { kind, value }]) => [name, [kind, value === undefined ? value : Math.round(value)]]),
    ),
    {
      "1": ["unchecked", 100],
      "2": ["unchecked", 64],
      "3": ["determined", 36],
      "4": ["determined", 64],
      "5": ["determined", 36],
      "6": ["determined", 100],
    },
  );
  const { streams: fewer } = reconcile(bypass, read({ "1": 100, "6": 101 }));
  assert.equal(fewer["1"]!.kind, "redundant");
  assert.equal(fewer["1"]!.value, 100.5);
  assert.equal(fewer["2"]!.kind, "undetermined");
  assert.equal(fewer["2"]!.value, undefined);
});

test("reconciled values close every balance, and have smaller errors than the measurements", () => {
  const truth: Record<string, number> = { "1": 100, "2": 64, "3": 36, "4": 64, "5": 36, "6": 100 };
  const stream = random(7);
  let [before, after] = [0, 0];
  let outside = 0;
  for (let run = 0; run < 400; run++) {
    const measured = Object.fromEntries(Object.entries(truth).map(([name, value]) => [name, { value: value + stream.normal(), sigma: 1 }]));
    const { streams } = reconcile(bypass, measured);
    const v = (name: string): number => streams[name]!.value!;
    for (const gap of [v("1") - v("2") - v("3"), v("2") - v("4"), v("3") - v("5"), v("4") + v("5") - v("6")])
      assert.ok(Math.abs(gap) < 1e-9);
    for (const [name, value] of Object.entries(truth)) {
      before += (measured[name]!.value - value) ** 2;
      after += (v(name) - value) ** 2;
      if (Math.abs(v(name) - value) > 1.96 * streams[name]!.sigma!) outside++;
    }
  }
  // Two of six degrees of freedom are left: the squared error falls to a third of what it was.
  assert.ok(Math.abs(after / before - 1 / 3) < 0.05, `${after / before}`);
  assert.ok(Math.abs(outside / 2400 - 0.05) < 0.02, `${outside / 2400} outside of 95 %`);
});

test("the global test raises false alarms as often as its level says", () => {
  const stream = random(8);
  let alarms = 0;
  for (let run = 0; run < 1000; run++) {
    const measured = {
      a: { value: 10 + stream.normal(), sigma: 1 },
      b: { value: 10 + stream.normal(), sigma: 1 },
      c: { value: 10 + stream.normal(), sigma: 1 },
    };
    if (!reconcile({ x: { in: ["a"], out: ["b"] }, y: { in: ["b"], out: ["c"] } }, measured).global.passed) alarms++;
  }
  assert.ok(Math.abs(alarms / 1000 - 0.05) < 0.021, `${alarms / 1000}`);
});

test("errors that no balance can tell apart are named together", () => {
  // One node: any of its three flows may be the one that is wrong.
  const { errors } = grossErrors(
    { node: { in: ["a"], out: ["b", "c"] }, more: { in: ["b"], out: ["d"] } },
    read({ a: 100, b: 50, c: 40, d: 50 }),
  );
  assert.deepEqual(
    errors.map(({ name, equivalent }) => [name, equivalent]),
    [["a", ["c"]]],
  );
});

test("two gross errors in a larger network are found one after the other", () => {
  let found = 0;
  for (let seed = 0; seed < 40; seed++) {
    const stream = random(`two/${seed}`);
    const truth: Record<string, number> = { "1": 100, "2": 64, "3": 36, "4": 64, "5": 36, "6": 100 };
    const measured = Object.fromEntries(Object.entries(truth).map(([name, value]) => [name, { value: value + stream.normal(), sigma: 1 }]));
    measured["1"] = { value: measured["1"]!.value + 10, sigma: 1 };
    measured["5"] = { value: measured["5"]!.value - 9, sigma: 1 };
    const names = grossErrors(bypass, measured).errors.map((error) => error.name);
    if (names.length === 2 && names.includes("1") && names.includes("5")) found++;
  }
  assert.ok(found >= 36, `${found} of 40`);
});

test("a leak is told from a measurement that reads wrong where the balances can", () => {
  const network = { a: { in: ["1"], out: ["2"] }, b: { in: ["2"], out: ["3"] }, c: { in: ["3"], out: ["4"] } };
  const { errors } = grossErrors(network, read({ "1": 100, "2": 100, "3": 90, "4": 90 }), { leaks: true });
  assert.equal(errors[0]!.kind, "leak");
  assert.equal(errors[0]!.name, "b");
  assert.ok(Math.abs(errors[0]!.size - 10) < 1e-9);
});

/** NC State University & University of Ottawa, Basic Concepts in Data Reconciliation (2003), table 4.1: a binary distillation column. */
const column = {
  feed: { flow: { value: 1095.475, sigma: 4.8 }, fractions: { A: { value: 0.4822, sigma: 0.0048 }, B: { value: 0.517, sigma: 0.0052 } } },
  top: { flow: { value: 478.402, sigma: 3.9 }, fractions: { A: { value: 0.941, sigma: 0.0094 }, B: { value: 0.0501, sigma: 0.0005 } } },
  bottom: { flow: { value: 488.232, sigma: 4.4 }, fractions: { A: { value: 0.0197, sigma: 0.0002 }, B: { value: 0.9748, sigma: 0.0097 } } },
};
const distillation = { column: { in: ["feed"], out: ["top", "bottom"] } };

test("flows and compositions of a published column are reconciled to a least-squares optimum that closes all balances", () => {
  const { streams, outcome, global } = reconcileComponents(distillation, ["A", "B"], column);
  assert.equal(outcome, "converged");
  const at = (name: keyof typeof column) => ({ F: streams[name]!.flow!, A: streams[name]!.fractions.A!, B: streams[name]!.fractions.B! });
  const [f, t, b] = [at("feed"), at("top"), at("bottom")];
  assert.ok(Math.abs(f.F - t.F - b.F) < 1e-6);
  for (const c of ["A", "B"] as const) assert.ok(Math.abs(f.F * f[c] - t.F * t[c] - b.F * b[c]) < 1e-6);
  for (const one of [f, t, b]) assert.ok(Math.abs(one.A + one.B - 1) < 1e-9);
  // The feed flow does not fit: 1095 in, 967 out.
  assert.ok(!global.passed);
  // Optimality: along the four directions that keep all balances, the weighted sum of squares does not fall.
  const cost = (xf: number, xt: number, xb: number, F: number): number => {
    const T = (F * (xf - xb)) / (xt - xb);
    const point = { feed: [F, xf], top: [T, xt], bottom: [F - T, xb] } as const;
    let sum = 0;
    for (const [name, [flow, x]] of Object.entries(point) as [keyof typeof column, readonly [number, number]][]) {
      const { flow: m, fractions } = column[name];
      sum +=
        ((flow - m.value) / m.sigma) ** 2 +
        ((x - fractions.A.value) / fractions.A.sigma) ** 2 +
        ((1 - x - fractions.B.value) / fractions.B.sigma) ** 2;
    }
    return sum;
  };
  const best = [f.A, t.A, b.A, f.F] as const;
  const least = cost(...best);
  for (let i = 0; i < 4; i++) {
    for (const sign of [-1, 1]) {
      const moved = [...best] as [number, number, number, number];
      moved[i]! *= 1 + sign * 1e-4;
      assert.ok(cost(...moved) > least, `direction ${i}`);
    }
  }
});

test("an unmeasured flow follows from compositions", () => {
  const { flow: _, ...bottom } = column.bottom;
  const { streams } = reconcileComponents(distillation, ["A", "B"], { ...column, bottom });
  assert.ok(streams.bottom!.flow! > 400 && streams.bottom!.flow! < 650);
  assert.ok(Math.abs(streams.feed!.flow! - streams.top!.flow! - streams.bottom!.flow!) < 1e-6);
});

test("balances that make no sense are refused by name", () => {
  assert.throws(() => reconcile({}, {}), /no balance is declared/);
  assert.throws(() => reconcile({ n: { in: ["a"], out: ["a"] } }, {}), /stream "a" occurs twice/);
  assert.throws(
    () => reconcile({ n: { in: ["feed"], out: ["top"] } }, { fed: { value: 1, sigma: 1 } }),
    /no balance has a stream "fed"; nearest: "feed"/,
  );
  assert.throws(
    () => reconcile({ n: { in: ["feed"], out: ["top"] } }, { feed: { value: 1, sigma: 0 } }),
    /standard deviation of "feed" is 0/,
  );
});
