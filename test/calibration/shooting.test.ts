/** Multiple shooting: its linear algebra, its derivatives, what it is good for, and what it is refused for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Calibrated, calibrate, fitToState, type Question } from "../../src/calibration/index.ts";
import { givenStart } from "../../src/calibration/objective/objective.ts";
import { asked } from "../../src/calibration/question/asked.ts";
import { courseOf } from "../../src/calibration/shooting/course.ts";
import { type Chain, chainStep } from "../../src/calibration/shooting/elimination.ts";
import type { SegmentRun } from "../../src/calibration/shooting/segment-run.ts";
import { threads } from "../../src/compute/index.ts";
import { type AnySource, isGreyboxError, random, reason, svd, toPlain } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { simulate } from "../../src/solvers/index.ts";
import { measured, window } from "./windows.ts";

const predation = defineModel({
  name: "lotka-volterra",
  time: "1",
  parameters: {
    a: { value: 5, unit: "1", bounds: [0, 10] },
    b: { value: 5, unit: "1", bounds: [0, 10] },
    c: { value: 5, unit: "1", bounds: [0, 10] },
    d: { value: 5, unit: "1", bounds: [0, 10] },
  },
  states: { x: { unit: "1", initial: 1, min: 0 }, y: { unit: "1", initial: 1, min: 0 } },
  derivatives: { x: "a*x - b*x*y", y: "-c*y + d*x*y" },
});
const truth = { a: 1.5, b: 1, c: 3, d: 1 };
const names = ["a", "b", "c", "d"] as const;

/** Both populations over many cycles, with errors. */
function cycles(name: string, until: number, count: number, sigma: number, start: { x?: number; y?: number } = {}) {
  const at = Array.from({ length: count }, (_, i) => ((i + 1) * until) / count);
  const run = simulate(predation, { span: [0, until], at, parameters: truth, initial: start });
  const draw = random(7).fork(name);
  const noisy = (column: Float64Array) => column.map((value) => value + sigma * draw.normal());
  return window(name, "1", { x: measured(at, noisy(run.column("x"))), y: measured(at, noisy(run.column("y"))) });
}

const near = (fit: Calibrated, tolerance: number): number =>
  fit.starts.filter(({ parameters }) => names.every((name) => Math.abs((parameters[name] ?? 0) / truth[name] - 1) < tolerance)).length;

test("the step of the eliminated problem is that of the whole one", () => {
  const draw = random(3);
  const [q, d, n, segments] = [2, 2, 3, 4];
  const matrix = (rows: number, columns: number): Float64Array => Float64Array.from({ length: rows * columns }, () => draw.normal());
  const shape = { states: Int32Array.of(0, 2), sizes: Float64Array.of(0.5, 2) };
  const chain = (): Chain => {
    const runs = Array.from({ length: segments }, (_, k) => {
      const m = q + (k === 0 ? 0 : d);
      const triangle = matrix(m + 1, m + 1);
      for (let i = 0; i <= m; i++) for (let j = 0; j < i; j++) triangle[i * (m + 1) + j] = 0;
      const base = { node: matrix(1, k === 0 ? 0 : d), end: matrix(1, n) };
      return { m, node: base.node, end: base.end, base, ends: matrix(m, n), sums: new Float64Array(1), triangles: [triangle] };
    });
    return { segments: runs as unknown as SegmentRun[], multipliers: runs.slice(1).map(() => matrix(1, d)) };
  };
  const chains = [chain(), chain()];
  const gap = 3;
  const open = new Float64Array(q).fill(1e6);
  const step = chainStep(
    chains,
    undefined,
    shape,
    { sigma: Float64Array.of(2), gap, damping: 0 },
    open.map((v) => -v),
    open,
  );

  // The same as one matrix: columns of the unknowns, then of all nodes.
  const nodes = (segments - 1) * d;
  const columns = q + chains.length * nodes;
  const rows: number[][] = [];
  const right: number[] = [];
  for (const [c, { segments: runs, multipliers }] of chains.entries()) {
    const place = (k: number, j: number): number => (j < q ? j : q + c * nodes + (k - 1) * d + (j - q));
    for (const [k, { m, triangles, ends, base }] of runs.entries()) {
      for (let i = 0; i <= m; i++) {
        const row = new Array<number>(columns).fill(0);
        for (let j = 0; j < m; j++) row[place(k, j)] = triangles[0]![i * (m + 1) + j]! / 2;
        rows.push(row);
        right.push(triangles[0]![i * (m + 1) + m]! / 2);
      }
      const next = runs[k + 1];
      for (let i = 0; next && i < d; i++) {
        const row = new Array<number>(columns).fill(0);
        const size = shape.sizes[i]!;
        for (let j = 0; j < m; j++) row[place(k, j)] = (gap / size) * ends[j * n + shape.states[i]!]!;
        row[place(k + 1, q + i)] = -gap;
        rows.push(row);
        right.push((gap * (base.end[shape.states[i]!]! - next.base.node[i]!)) / size + multipliers[k]![i]!);
      }
    }
  }
  const { values, left, right: vectors } = svd(Float64Array.from(rows.flat()), rows.length, columns);
  const solution = Array.from({ length: columns }, (_, j) =>
    values.reduce(
      (sum, value, i) => sum - (vectors[j * columns + i]! / value) * right.reduce((s, b, r) => s + left[r * columns + i]! * b, 0),
      0,
    ),
  );
  const found = [...step.x, ...step.nodes.flatMap((chained) => chained.flatMap((node) => [...node]))];
  const off = Math.max(...found.map((value, j) => Math.abs(value - solution[j]!)));
  assert.ok(off < 1e-10, `the steps differ by ${off}`);
  const residual = rows.map((row, i) => row.reduce((sum, value, j) => sum + value * solution[j]!, right[i]!));
  const squares = (list: readonly number[]): number => list.reduce((sum, value) => sum + value * value, 0);
  const fall = 0.5 * (squares(right) - squares(residual));
  assert.ok(Math.abs(step.predicted / fall - 1) < 1e-10, `predicted ${step.predicted}, computed ${fall}`);
});

test("small steps lower the cost as predicted, whatever is believed of errors, starts, windows and instruments", () => {
  const windows = [cycles("first", 6, 24, 0.1), cycles("second", 4, 17, 0.1, { x: 2 })];
  const limits = windows.map((one) => ({
    ...one,
    measured: { ...one.measured, x: { ...one.measured["x"]!, reasons: one.measured["x"]!.value.map((v) => (v < 1 ? 1 : 0)) } },
  }));
  const censored = limits.map((one) => ({
    ...one,
    measured: {
      ...one.measured,
      x: { ...one.measured.x, reasons: Uint32Array.from(one.measured.x.reasons, (on) => (on ? reason.censored : 0)) },
    },
  }));
  const cases: Readonly<Record<string, Partial<Question>>> = {
    "one σ for all": { noise: "common" },
    "heavy tails": { likelihood: { x: { kind: "student", sigma: 0.2 }, y: { kind: "huber", sigma: 0.1 } } },
    "relative errors": { likelihood: { x: { scale: "log", sigma: 0.1 }, y: { sigma: 0.1, proportional: 0.1 } } },
    "correlated errors": { likelihood: { x: { correlationTime: 0.3, sigma: 0.1 } } },
    limits: { windows: censored, likelihood: { x: { sigma: 0.1 } } },
    "priors and starts": {
      priors: { a: { normal: [1, 1] } },
      initial: { x: { estimate: true, value: 1.2 }, y: { estimate: true, share: "all" } },
    },
    "values of windows": { estimate: ["b", "c", "d"], perWindow: { a: { pool: { sd: 0.3 } } } },
    instruments: { instruments: { x: { bias: true, lag: { value: 0.2, bounds: [0.01, 1] } }, y: { gain: true } } },
    "one tag only": { windows: windows.map((one) => ({ ...one, measured: { x: one.measured["x"]! } })) },
  };
  for (const [name, more] of Object.entries(cases)) {
    const question = { model: predation, windows, estimate: names, shooting: { nodes: 4 }, ...more } as unknown as Question;
    const { plan, system } = asked(question);
    const x = givenStart(plan).map((value) => value * 0.5);
    const course = courseOf(plan, system, { nodes: 4 }, x, { noise: 0.05, rtol: 1e-10 });
    assert.ok(course, name);
    assert.ok(course.evaluate(x, true), name);
    const before = course.cost(3);
    const q = x.length;
    const room = new Float64Array(q).fill(1);
    const step = chainStep(
      course.chains,
      course.beliefs,
      course.shape,
      { sigma: course.sigma, gap: 3, damping: 1e4 },
      room.map((v) => -v),
      room,
    );
    course.move(step.nodes);
    assert.ok(
      course.evaluate(
        x.map((value, j) => value + step.x[j]!),
        false,
      ),
      name,
    );
    const ratio = (before - course.cost(3)) / step.predicted;
    assert.ok(Math.abs(ratio - 1) < 2e-3, `${name}: fell by ${ratio} of what was predicted`);
  }
});

test("many cycles are fitted from anywhere, which single runs are not, with the same bits on any number of threads", async () => {
  const question = {
    model: predation,
    windows: [cycles("long", 16, 64, 0.05)],
    estimate: names,
    starts: 4,
    seed: 2,
    giveUp: false,
  } as const;
  const plain = await calibrate(question);
  const cut = await calibrate({ ...question, shooting: { nodes: "auto" } });
  assert.ok(near(plain, 0.02) <= 1, `${near(plain, 0.02)} of 4 single runs`);
  assert.equal(near(cut, 0.02), 4);
  assert.deepEqual(cut.verdict, []);
  await using two = threads({ workers: 2 });
  const there = await calibrate({ ...question, shooting: { nodes: 5 }, starts: 2, compute: two });
  const bits = (fit: Calibrated): string => JSON.stringify(toPlain({ ...fitToState(fit) }));
  assert.equal(bits(there), bits(await calibrate({ ...question, shooting: { nodes: 5 }, starts: 2 })));
});

test("a state that is not measured, another rhythm for each tag, algebraic states and inputs with steps", async () => {
  const model = defineModel({
    name: "reactor",
    time: "h",
    parameters: {
      k: { value: 0.05, unit: "1/h", bounds: [0.01, 100], scale: "log" },
      K: { value: 20, unit: "1", bounds: [0.1, 100], scale: "log" },
    },
    inputs: { feed: "mol/L/h" },
    states: {
      a: { unit: "mol/L", initial: 1, min: 0 },
      b: { unit: "mol/L", initial: 0, min: 0 },
      s: { unit: "mol/L", initial: 0, min: 0 },
    },
    algebraic: { e: { unit: "mol/L", guess: 0.5, zero: "e + K*e*e/(1 mol/L) - b" } },
    derivatives: { a: "feed - k*a", b: "k*a - e/(2 h)", s: "e/(2 h) - s/(10 h)" },
  });
  const feed = { times: Float64Array.of(0, 3, 7, 30), values: Float64Array.of(0.2, 0.6, 0, 0), interpolation: "hold" } as const;
  const [often, seldom] = [Array.from({ length: 60 }, (_, i) => (i + 1) / 2), [5, 11, 16, 24, 30]];
  const run = (at: readonly number[]) => simulate(model, { span: [0, 30], at, inputs: { feed }, parameters: { k: 0.6, K: 3 } });
  const data = window("day", "h", { s: measured(often, run(often).column("s")), b: measured(seldom, run(seldom).column("b")) }, { feed });
  const fit = await calibrate({ model, windows: [data], estimate: ["k", "K"], shooting: { nodes: 7 } });
  assert.ok(Math.abs(fit.parameters.k.value / 0.6 - 1) < 1e-5, `k ${fit.parameters.k.value}`);
  assert.ok(Math.abs(fit.parameters.K.value / 3 - 1) < 1e-5, `K ${fit.parameters.K.value}`);
});

test("nodes are no more than samples, and none is at the end", async () => {
  const data = window("few", "1", { x: measured([0, 0.2, 0.4, 0.6, 0.8], [1, 0.5, 0.3, 0.2, 0.15]) });
  const fit = await calibrate({ model: predation, windows: [data], estimate: ["b"], shooting: { nodes: 50 } });
  const plain = await calibrate({ model: predation, windows: [data], estimate: ["b"] });
  assert.ok(Math.abs(fit.parameters.b.value / plain.parameters.b.value - 1) < 1e-4, `${fit.parameters.b.value}`);
});

test("an unstable process is fitted, though a run from a poor start goes out of bounds", async () => {
  const model = defineModel({
    name: "pendulum that stands",
    time: "s",
    parameters: { g: { value: 20, unit: "1/s^2", bounds: [1, 100] }, f: { value: 0.1, unit: "1/s", bounds: [0, 5] } },
    inputs: { u: "1/s^2" },
    states: { p: { unit: "1", initial: 0 }, v: { unit: "1/s", initial: 0 } },
    derivatives: { p: "v", v: "g*p - f*v + u" },
  });
  // A feedback has kept it near 0: what it did is known, and enters as an input.
  const at = Array.from({ length: 200 }, (_, i) => (i + 1) / 20);
  const [step, control, position] = [0.05, [] as number[], [] as number[]];
  let [p, v] = [0, 0];
  for (let k = 0; k < 200; k++) {
    const u = -18 * p - 6 * v + Math.sin(k * 0.35) + Math.cos(k * 0.11);
    control.push(u);
    const run = simulate(model, { span: [0, step], at: [step], initial: { p, v }, inputs: { u }, parameters: { g: 9.8, f: 0.5 } });
    [p, v] = [run.column("p")[0]!, run.column("v")[0]!];
    position.push(p);
  }
  const u = { times: Float64Array.of(0, ...at), values: Float64Array.of(...control, control[199]!), interpolation: "hold" } as const;
  const question = { model, windows: [window("run", "s", { p: measured(at, position) }, { u })], estimate: ["g", "f"] } as const;
  const cut = await calibrate({ ...question, shooting: { nodes: "auto" } });
  assert.ok(Math.abs(cut.parameters.g.value / 9.8 - 1) < 1e-3, `g ${cut.parameters.g.value}`);
});

test("it is refused by name where windows cannot be cut", async () => {
  const refused = async (model: AnySource, more: object, why: RegExp): Promise<void> => {
    const data = window("w", "h", { x: measured([1, 2, 3], [1, 1, 1]) });
    await assert.rejects(
      calibrate({ model, windows: [data], estimate: ["k"], shooting: { nodes: "auto" }, ...more } as Question),
      (error) => {
        assert.ok(isGreyboxError(error, "calibration/shooting"), String(error));
        assert.match(error.message, why);
        return true;
      },
    );
  };
  const decay = (rate: string) =>
    defineModel({
      name: "decay",
      time: "h",
      parameters: { k: { value: 1, unit: "1/h" } },
      states: { x: { unit: "1", initial: 1 } },
      derivatives: { x: rate },
    });
  await refused(decay("1/(1 h) - k*x"), { steady: true }, /steady/);
  await refused(decay("-k*delay(x, 0.5 h)"), {}, /dead times/);
  const question = { model: decay("-k*x"), windows: [window("w", "h", { x: measured([1, 2], [1, 1]) })], estimate: ["k"] } as const;
  await assert.rejects(calibrate({ ...question, shooting: { nodes: 0 } }), /shooting\.nodes/);
});
