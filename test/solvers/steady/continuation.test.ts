/** Continuation against closed forms: folds, Hopf points, crossings, closed branches, algebraic states, large systems. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { defineModel } from "greybox";
import { continueSteady, odeSystem, simulate } from "greybox/solvers";

const close = (actual: number | undefined, expected: number, tolerance: number, what = ""): void => {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${what} ${actual} for ${expected}`);
};

const cubic = defineModel({
  name: "cubic",
  time: "1",
  parameters: { a: { value: 0, unit: "1" } },
  states: { x: { unit: "1", initial: 1 } },
  derivatives: { x: "a + x - x^3" },
});

test("the folds of an S-curve are those of its cubic, ±2/√27 at x = ∓1/√3, to 1e-13", () => {
  const { branches, special, outcome } = continueSteady(cubic, { vary: "a", from: -1, to: 1 });
  assert.equal(outcome.kind, "success");
  assert.equal(branches.length, 1);
  assert.deepEqual(branches[0]!.ends, ["from", "to"]);
  assert.deepEqual(
    special.map(({ kind }) => kind),
    ["fold", "fold"],
  );
  for (const [i, sign] of [-1, 1].entries()) {
    close(special[i]!.at, (sign * 2) / Math.sqrt(27), 1e-13);
    close(special[i]!.values.x, -sign / Math.sqrt(3), 1e-11);
    assert.equal(special[i]!.stable, undefined);
  }
  const [branch] = branches;
  const x = branch!.column("x");
  for (const [i, a] of branch!.at.entries()) {
    close(a + x[i]! - x[i]! ** 3, 0, 1e-13);
    assert.equal(branch!.stable[i], 1 - 3 * x[i]! ** 2 < 0);
  }
});

test("all steady states at a value are read off the branches exactly, also from the other end", () => {
  for (const [from, to] of [
    [-1, 1],
    [1, -1],
  ] as const) {
    const curve = continueSteady(cubic, { vary: "a", from, to });
    assert.equal(curve.branches[0]!.at[0], from);
    assert.deepEqual(curve.branches[0]!.ends, ["from", "to"]);
    const found = curve.at(0);
    assert.deepEqual(
      found.map(({ stable }) => stable),
      [true, false, true],
    );
    for (const [i, x] of [-1, 0, 1].entries()) close(found[i]!.values.x, x, 1e-12);
    close(found[1]!.eigenvalues?.real[0], 1, 1e-12);
    assert.throws(() => curve.at(2), { code: "solver/option" });
  }
});

/** Uppal, Ray & Poore 1974 with the reaction rate written out, and as an algebraic state of an index-1 model. */
const explicit = defineModel({
  name: "uppal-ray-poore",
  time: "1",
  parameters: { Da: { value: 0.06, unit: "1" }, B: { value: 14, unit: "1" }, beta: { value: 2, unit: "1" } },
  states: { x: { unit: "1", initial: 0.1 }, theta: { unit: "1", initial: 0.5 } },
  derivatives: { x: "Da*(1 - x)*exp(theta) - x", theta: "B*Da*(1 - x)*exp(theta) - (1 + beta)*theta" },
});
const implicit = defineModel({
  name: "uppal-ray-poore-implicit",
  time: "1",
  parameters: { Da: { value: 0.06, unit: "1" }, B: { value: 14, unit: "1" }, beta: { value: 2, unit: "1" } },
  states: { x: { unit: "1", initial: 0.1 }, theta: { unit: "1", initial: 0.5 } },
  algebraic: { r: { unit: "1", guess: 0.1, zero: "r + 0.5*r^3 - (Da*(1 - x)*exp(theta) + 0.5*r^3)" } },
  derivatives: { x: "r - x", theta: "B*r - (1 + beta)*theta" },
});

test("ignition, extinction and the onset of oscillations of a reactor are those of Uppal, Ray & Poore", () => {
  const [B, beta] = [14, 2];
  const b = B / (1 + beta);
  const damkohler = (x: number): number => x / ((1 - x) * Math.exp(b * x));
  const folds = [1, -1].map((sign) => (1 + sign * Math.sqrt(1 - 4 / b)) / 2);
  // Trace of the Jacobian: (B·x − 1 − β)·(1 − x) = 1.
  const hopfs = [1, -1]
    .map((sign) => (B + 1 + beta + sign * Math.sqrt((B + 1 + beta) ** 2 - 4 * B * (2 + beta))) / (2 * B))
    .filter((x) => x < 1);
  for (const model of [explicit, implicit]) {
    const { special, branches } = continueSteady(model, { vary: "Da", from: 0.01, to: 0.2 });
    assert.equal(branches.length, 1);
    const found = (kind: string) => special.filter((one) => one.kind === kind);
    assert.equal(found("fold").length, 2);
    for (const x of folds) {
      const fold = found("fold").find((one) => Math.abs(one.values.x - x) < 1e-9);
      close(fold?.at, damkohler(x), 1e-13, `fold of ${model.name}`);
    }
    const frequency = (x: number): number => Math.sqrt((B * x * x - (B * x - 1 - beta)) / (1 - x));
    const expected = hopfs.filter((x) => frequency(x) > 0 && damkohler(x) < 0.2);
    assert.ok(expected.length > 0);
    assert.equal(found("hopf").length, expected.length);
    for (const x of expected) {
      const hopf = found("hopf").find((one) => Math.abs(one.values.x - x) < 1e-9);
      close(hopf?.at, damkohler(x), 1e-11, `Hopf point of ${model.name}`);
      close(hopf?.period, (2 * Math.PI) / frequency(x), 1e-8);
    }
  }
});

test("behind a Hopf point a simulation oscillates with its period, before it comes to rest", () => {
  const { special } = continueSteady(explicit, { vary: "Da", from: 0.01, to: 0.2 });
  const hopf = special.find(({ kind }) => kind === "hopf")!;
  for (const [share, stays] of [
    [1.01, true],
    [0.995, false],
  ] as const) {
    const Da = hopf.at * share;
    const run = simulate(explicit, {
      span: [0, 60],
      parameters: { Da },
      initial: { x: hopf.values.x * 1.001, theta: hopf.values.theta },
      rtol: 1e-8,
    });
    const late = Array.from({ length: 100 }, (_, i) => run.at(50 + i / 10).x);
    const swing = Math.max(...late) - Math.min(...late);
    assert.equal(swing < 0.005, stays, `${swing} at ${Da}`);
  }
});

test("where growth takes over from washout the branches cross, and each is followed on its side", () => {
  // Chemostat: washout loses stability at D = mu·S0/(K + S0) = 0.5·10/(2 + 10).
  const chemostat = defineModel({
    name: "chemostat",
    time: "h",
    parameters: {
      D: { value: 0.1, unit: "1/h" },
      mu: { value: 0.5, unit: "1/h" },
      K: { value: 2, unit: "g/L" },
      S0: { value: 10, unit: "g/L" },
      Y: { value: 0.4, unit: "1" },
    },
    states: { X: { unit: "g/L", initial: 1, min: 0 }, S: { unit: "g/L", initial: 1, min: 0 } },
    derivatives: { X: "(mu*S/(K + S) - D)*X", S: "D*(S0 - S) - mu*S/(K + S)*X/Y" },
  });
  const critical = (0.5 * 10) / 12;
  const { branches, special, at } = continueSteady(chemostat, { vary: "D", from: 0.1, to: 0.6 });
  assert.equal(branches.length, 2);
  const crossing = special.find(({ kind }) => kind === "crossing");
  close(crossing?.at, critical, 1e-10);
  const growth = branches.find((branch) => branch.ends.includes("limit"))!;
  close(growth.at[growth.at.length - 1], critical, 1e-4);
  const [washout, grown] = at(0.2);
  assert.deepEqual([washout?.stable, grown?.stable], [false, true]);
  close(grown?.values.S, (0.2 * 2) / (0.5 - 0.2), 1e-12);
  assert.deepEqual(
    at(0.5).map(({ values, stable }) => [Math.abs(values.X) < 1e-12, stable]),
    [[true, true]],
  );
});

test("a branch that closes upon itself is found from a value inside, and its ends say so", () => {
  const isola = defineModel({
    name: "isola",
    time: "1",
    parameters: { a: { value: 0, unit: "1" } },
    states: { x: { unit: "1", initial: 0.5 } },
    derivatives: { x: "1 - a^2 - x^2" },
  });
  const missed = continueSteady(isola, { vary: "a", from: -2, to: 2 });
  assert.deepEqual([missed.branches.length, missed.outcome.kind], [0, "inconsistent"]);
  const { branches, special } = continueSteady(isola, { vary: "a", from: -2, to: 2, startAt: [0.3] });
  assert.equal(branches.length, 1);
  assert.deepEqual(branches[0]!.ends, ["closed", "closed"]);
  for (const [i, a] of [-1, 1].entries()) close(special[i]?.at, a, 1e-13);
});

test("an input is varied like a parameter: van de Vusse's reactor over its feed", () => {
  const vandevusse = defineModel({
    name: "vdv",
    time: "min",
    parameters: {
      k1: { value: 5 / 6, unit: "1/min" },
      k2: { value: 5 / 3, unit: "1/min" },
      k3: { value: 1 / 6, unit: "L/(mol*min)" },
      cF: { value: 10, unit: "mol/L" },
    },
    inputs: { D: "1/min" },
    states: { cA: { unit: "mol/L", initial: 3 }, cB: { unit: "mol/L", initial: 1 } },
    derivatives: { cA: "D*(cF - cA) - k1*cA - k3*cA^2", cB: "-D*cB + k1*cA - k2*cB" },
  });
  const { branches, special, at } = continueSteady(vandevusse, { vary: "D", from: 0.05, to: 4 });
  assert.equal(branches.filter(({ stable }) => stable.every((it) => it)).length >= 1, true);
  assert.equal(special.length, 0);
  for (const D of [0.05, 0.5714, 4]) {
    const cA = (-(5 / 6 + D) + Math.sqrt((5 / 6 + D) ** 2 + (4 / 6) * D * 10)) / (2 / 6);
    const physical = at(D).find(({ values }) => values.cA > 0);
    close(physical?.values.cA, cA, 1e-10);
    close(physical?.values.cB, ((5 / 6) * cA) / (D + 5 / 3), 1e-10);
    assert.equal(physical?.stable, true);
  }
});

test("of a system of many states the folds are found by the structure of its Jacobian: Bratu's problem", () => {
  const foldWith = (n: number): number => {
    const states = Array.from({ length: n }, (_, i) => `u${i}`);
    const h = 1 / (n + 1);
    const bratu = odeSystem({
      name: "bratu",
      states,
      parameters: { a: 1 },
      initial: Object.fromEntries(states.map((state) => [state, 0])),
      rhs: (_t, u, _u, p, out) => {
        for (let i = 0; i < n; i++) out[i] = ((u[i - 1] ?? 0) - 2 * u[i]! + (u[i + 1] ?? 0)) / (h * h) + p[0]! * Math.exp(u[i]!);
      },
      jacobian: (_t, u, _u, p, out) => {
        out.fill(0);
        for (let i = 0; i < n; i++) {
          out[i * n + i] = -2 / (h * h) + p[0]! * Math.exp(u[i]!);
          if (i > 0) out[i * n + i - 1] = 1 / (h * h);
          if (i + 1 < n) out[i * n + i + 1] = 1 / (h * h);
        }
      },
    });
    const curve = continueSteady(bratu, { vary: "a", from: 0.5, to: 4, startAt: [0.5], starts: 1, stability: false });
    assert.deepEqual(curve.branches[0]!.ends, ["from", "from"]);
    assert.deepEqual(
      curve.special.map(({ kind }) => kind),
      ["fold"],
    );
    return curve.special[0]!.at;
  };
  // 39 states are factored as a whole, 79 by blocks; extrapolated, the error of the differences, of second order, is gone.
  close((4 * foldWith(79) - foldWith(39)) / 3, 3.513830719125162, 1e-6);
});

test("a model with a conserved total is refused, because its steady states depend on where it starts", () => {
  const batch = defineModel({
    name: "batch",
    time: "s",
    parameters: { k: { value: 1, unit: "1/s" }, kBack: { value: 0.5, unit: "1/s" } },
    states: { A: { unit: "mol", initial: 1 }, B: { unit: "mol", initial: 0 } },
    derivatives: { A: "kBack*B - k*A", B: "k*A - kBack*B" },
  });
  assert.throws(() => continueSteady(batch, { vary: "k", from: 1, to: 2 }), { code: "solver/unsupported" });
});

test("mistakes are answered with code and value", () => {
  const call = (options: object) => () => continueSteady(cubic, { vary: "a", from: 0, to: 1, ...options } as never);
  assert.throws(call({ vary: "b" }), { code: "solver/unknown-name", message: /parameter or input/ });
  assert.throws(call({ to: 0 }), { code: "solver/option" });
  assert.throws(call({ from: Number.NaN }), { code: "solver/option" });
  assert.throws(call({ parameters: { a: 1 } }), { code: "solver/option", message: /varied/ });
  assert.throws(call({ startAt: [3] }), { code: "solver/option" });
  assert.throws(call({ starts: 0 }), { code: "solver/option" });
  assert.throws(call({ within: { x: [1, 0] } }), { code: "solver/option" });
  assert.throws(call({ within: { y: [1, 2] } }), { code: "solver/unknown-name" });
});
