/** Delays: against solutions by the method of steps, published values, and differences of whole runs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isGreyboxError, type ModelDefinition, type Signal, signal } from "../../../src/core/index.ts";
import { modelFromDefinition } from "../../../src/models/index.ts";
import { type SimulateOptions, simulate, steadyState } from "../../../src/solvers/index.ts";

type Draft = Partial<Omit<ModelDefinition, "parameters" | "states">> & {
  readonly p?: Readonly<Record<string, number>>;
  readonly x: Readonly<Record<string, number>>;
};

/** A model without units: parameters and initial values as numbers. */
function model({ p = {}, x, ...rest }: Draft) {
  return modelFromDefinition({
    name: "late",
    time: "1",
    parameters: Object.fromEntries(Object.entries(p).map(([name, value]) => [name, { value, unit: "1" }])),
    inputs: {},
    states: Object.fromEntries(Object.entries(x).map(([name, initial]) => [name, { unit: "1", initial }])),
    algebraic: {},
    derivatives: {},
    events: {},
    outputs: {},
    ...rest,
  });
}

type AnyModel = ReturnType<typeof model>;

/** Simulates a model whose names the compiler does not know. */
const simulated = (
  of: AnyModel,
  options: Omit<SimulateOptions<AnyModel>, "inputs"> & { readonly inputs?: Readonly<Record<string, number | Signal>> },
) => simulate(of, { inputs: {}, ...options });

const methods = ["tsit5", "vern7", "rodas5p"] as const;
const close = (actual: number, expected: number, tolerance: number, what = ""): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${what}: ${actual}, expected ${expected}`);

/** Of x′ = −x(t − τ), x = 1 before 0: Σ (−1)ᵏ (t − (k−1)τ)ᵏ/k! as far as k ≤ t/τ + 1. */
function polynomial(t: number, tau: number): number {
  let [sum, factorial] = [0, 1];
  for (let k = 0; k <= Math.floor(t / tau) + 1; k++) {
    if (k > 0) factorial *= k;
    sum += ((-1) ** k * (t - (k - 1) * tau) ** k) / factorial;
  }
  return sum;
}
const decay = model({ p: { tau: 1 }, x: { x: 1 }, derivatives: { x: "-delay(x, tau)" } });

for (const method of methods) {
  test(`${method}: x' = -x(t - tau) is the polynomial of the method of steps, and so are its derivatives`, () => {
    const rtol = 1e-9;
    const run = simulated(decay, { span: [0, 5], method, rtol, atol: 1e-11, at: [0.5, 1.5, 2.5, 3.7, 5], sensitivities: ["tau", "x(0)"] });
    const slack = 1e-8;
    for (const [i, t] of run.time.entries()) {
      close(run.column("x")[i]!, polynomial(t, 1), slack, `x(${t})`);
      close(run.sensitivity("x", "x(0)")[i]!, polynomial(t, 1), slack, `dx/dx0(${t})`);
      const h = 1e-4;
      const dtau = (polynomial(t, 1 + h) - polynomial(t, 1 - h)) / (2 * h);
      if (Math.abs(t - Math.round(t)) > h) close(run.sensitivity("x", "tau")[i]!, dtau, 10 * slack, `dx/dtau(${t})`);
    }
  });
}

test("steps end where the start of the run comes back, so that polynomials of degree up to four are exact", () => {
  const run = simulated(decay, { span: [0, 3], method: "tsit5", rtol: 1e-3, at: [0.3, 1, 1.9, 3] });
  for (const [i, t] of run.time.entries()) close(run.column("x")[i]!, polynomial(t, 1), 1e-14, `x(${t})`);
});

test("two lags and a system: example 1 of dde23 agrees with the values published for it", () => {
  // y1' = y1(t−1), y2' = y1(t−1) + y2(t−0.2), y3' = y2, all 1 before 0; values by the method of steps on [0, 1].
  const shampine = model({
    x: { y1: 1, y2: 1, y3: 1 },
    derivatives: { y1: "delay(y1, 1)", y2: "delay(y1, 1) + delay(y2, 0.2)", y3: "y2" },
  });
  const run = simulated(shampine, { span: [0, 1], rtol: 1e-10, at: [0.2, 0.4, 1] });
  // On [0, 0.2] y2 = 1 + 2t; on [0.2, 0.4] y2' = 2 + 2(t − 0.2).
  close(run.column("y1")[2]!, 2, 1e-10);
  close(run.column("y2")[0]!, 1.4, 1e-10);
  close(run.column("y2")[1]!, 1.4 + 2 * 0.2 + 0.04, 1e-10);
  close(run.column("y3")[0]!, 1 + 0.2 + 0.04, 1e-10);
});

test("a history given by signals is followed, its corners and the jump at the start included", () => {
  // x' = x(t − tau) with x = t on [−2, 0), 5 at 0: x = 5 + ((t − tau)² − tau²)/2 as long as t < tau.
  const given = model({ p: { tau: 1.5 }, x: { x: 5 }, derivatives: { x: "delay(x, tau)" } });
  const past = signal([-4, -2, 0], [-2, -2, 0], "linear");
  const solveAt = (tau: number) =>
    simulated(given, { span: [0, 2], parameters: { tau }, history: { x: past }, rtol: 1e-11, at: [1, 2], sensitivities: ["tau"] });
  const run = solveAt(1.5);
  close(run.column("x")[0]!, 5 + (0.25 - 2.25) / 2, 1e-11);
  const atTau = 5 - 2.25 / 2;
  // On [tau, 2 tau] the delayed value is 5 + ((s − tau)² − tau²)/2 at s = t − tau.
  const inner = (5 - 2.25 / 2) * 0.5 + ((-1) ** 3 - (-1.5) ** 3) / 6;
  close(run.column("x")[1]!, atTau + inner, 1e-10);
  const h = 1e-5;
  const difference = (i: number) => (solveAt(1.5 + h).column("x")[i]! - solveAt(1.5 - h).column("x")[i]!) / (2 * h);
  for (const i of [0, 1]) close(run.sensitivity("x", "tau")[i]!, difference(i), 1e-7, `dx/dtau ${i}`);
});

test("Mackey-Glass blood cells: two methods agree far beyond their tolerance apart, and derivatives with differences", () => {
  const cells = model({
    p: { beta: 2, gamma: 1, tau: 2, n: 7 },
    x: { x: 0.5 },
    derivatives: { x: "beta*delay(x, tau)/(1 + delay(x, tau)^n) - gamma*x" },
  });
  const solved = (parameters: Record<string, number>, method: "tsit5" | "rodas5p" = "tsit5") =>
    simulated(cells, { span: [0, 12], parameters, method, rtol: 1e-10, atol: 1e-12, at: [3, 7, 12], sensitivities: ["tau", "beta"] });
  const [one, other] = [solved({}), solved({}, "rodas5p")];
  for (const i of [0, 1, 2]) {
    close(one.column("x")[i]!, other.column("x")[i]!, 1e-8);
    for (const [name, value] of [
      ["tau", 2],
      ["beta", 2],
    ] as const) {
      const h = 1e-5;
      const difference = (solved({ [name]: value + h }).column("x")[i]! - solved({ [name]: value - h }).column("x")[i]!) / (2 * h);
      close(one.sensitivity("x", name)[i]!, difference, 1e-6, `${name} at ${one.time[i]}`);
      close(other.sensitivity("x", name)[i]!, difference, 1e-6, `${name} at ${one.time[i]}, rodas5p`);
    }
  }
});

const steps: Signal = signal([0, 1, 2, 3, 4, 6], [0, 1, 3, 2, 2, 2]);
const lagged = model({
  p: { tau: 1.3, k: 0.7 },
  x: { x: 0 },
  inputs: { u: "1" },
  derivatives: { x: "k*(delay(u, tau) - x)" },
  outputs: { late: { unit: "1", is: "2*delay(u, tau)" } },
});
/** x′ = k(u(t − τ) − x): a sum of exponentials, one for each step of u. */
const response = (t: number, tau: number, k: number): number =>
  [
    [1, 1],
    [2, 2],
    [3, -1],
  ].reduce((sum, [at, jump]) => sum + (t > at! + tau ? jump! * (1 - Math.exp(-k * (t - at! - tau))) : 0), 0);

for (const method of ["tsit5", "rodas5p"] as const) {
  for (const tau of [1.3, 1]) {
    test(`${method}: a delayed input of steps, its lag ${tau === 1 ? "such that steps meet steps" : "between them"}: values and derivatives by the lag`, () => {
      const at = [1.1, 2.15, 2.7, 3.9, 5.5];
      const options = { span: [0, 6], inputs: { u: steps }, parameters: { tau }, method, rtol: 1e-9, atol: 1e-11, at } as const;
      const run = simulated(lagged, { ...options, sensitivities: ["tau", "k"] });
      for (const [i, t] of at.entries()) {
        close(run.column("x")[i]!, response(t, tau, 0.7), 1e-7, `x(${t})`);
        const h = 1e-6;
        const slope = (response(t, tau + h, 0.7) - response(t, tau - h, 0.7)) / (2 * h);
        close(run.sensitivity("x", "tau")[i]!, slope, 1e-6, `dx/dtau(${t})`);
        close(run.sensitivity("x", "k")[i]!, (response(t, tau, 0.7 + h) - response(t, tau, 0.7 - h)) / (2 * h), 1e-6, `dx/dk(${t})`);
        close(
          run.column("late")[i]!,
          [1, 2, 3].reduce((sum, s, j) => sum + (t > s + tau ? 2 * [1, 2, -1][j]! : 0), 0),
          1e-14,
        );
      }
    });
  }
}

test("steps are not kept short by the lag of an input, only by that of a state", () => {
  const count = (lag: string) =>
    simulated(model({ x: { x: 1 }, inputs: { u: "1" }, derivatives: { x: `-x + ${lag}` } }), {
      span: [0, 10],
      inputs: { u: 1 },
      rtol: 1e-4,
    }).statistics.steps;
  assert.ok(count("delay(u, 0.01)") < 60);
  assert.ok(count("delay(x, 0.01)") >= 1000);
});

test("an observable of delayed values has the derivatives of its run: a ramp seen late", () => {
  const ramp = model({
    p: { tau: 0.5 },
    x: { x: 0 },
    derivatives: { x: "1 + 0*x" },
    outputs: { y: { unit: "1", is: "delay(x^2, tau)*tau" } },
  });
  const run = simulated(ramp, { span: [0, 3], at: [0.2, 2], rtol: 1e-8, sensitivities: ["tau", "x(0)"] });
  close(run.column("y")[1]!, 1.5 ** 2 * 0.5, 1e-9);
  close(run.sensitivity("y", "tau")[1]!, 1.5 ** 2 - 2 * 1.5 * 0.5, 1e-9);
  close(run.sensitivity("y", "x(0)")[1]!, 2 * 1.5 * 0.5, 1e-9);
  close(simulated(ramp, { span: [0, 3] }).at(2).y!, 1.5 ** 2 * 0.5, 1e-9);
});

test("what an event does comes back one lag later, at an instant that moves with the parameters", () => {
  // x rises at rate a and is set back by 1 at x = 1; y' = x(t − tau) integrates a saw tooth that is late.
  const saw = model({
    p: { a: 0.8, tau: 0.6 },
    x: { x: 0, y: 0 },
    derivatives: { x: "a + 0*x", y: "delay(x, tau)" },
    events: { full: { when: "x - 1", direction: "rising", then: { x: "x - 1" } } },
  });
  const area = (t: number, a: number, tau: number): number => {
    const s = t - tau;
    if (s <= 0) return 0;
    const teeth = Math.floor(a * s);
    return teeth / (2 * a) + (a * (s - teeth / a) ** 2) / 2;
  };
  for (const method of ["tsit5", "rodas5p"] as const) {
    const run = simulated(saw, { span: [0, 5], method, at: [1, 2.3, 4.9], rtol: 1e-9, sensitivities: ["a", "tau"] });
    for (const [i, t] of run.time.entries()) {
      close(run.column("y")[i]!, area(t, 0.8, 0.6), 1e-8, `y(${t})`);
      const h = 1e-6;
      close(run.sensitivity("y", "a")[i]!, (area(t, 0.8 + h, 0.6) - area(t, 0.8 - h, 0.6)) / (2 * h), 1e-7, `dy/da(${t})`);
      close(run.sensitivity("y", "tau")[i]!, (area(t, 0.8, 0.6 + h) - area(t, 0.8, 0.6 - h)) / (2 * h), 1e-7, `dy/dtau(${t})`);
    }
  }
});

test("an event that a delayed step sets off happens at a time that moves with the lag", () => {
  const trip = model({
    p: { tau: 1.3 },
    x: { x: 0, t1: 0 },
    inputs: { u: "1" },
    derivatives: { x: "1 + 0*x", t1: "0*t1" },
    events: { seen: { when: "delay(u, tau) - 0.5", direction: "rising", then: { t1: "x", x: "0" } } },
  });
  const run = simulated(trip, { span: [0, 6], inputs: { u: steps }, at: [6], rtol: 1e-9, sensitivities: ["tau"] });
  close(run.column("t1")[0]!, 2.3, 1e-10);
  close(run.sensitivity("t1", "tau")[0]!, 1, 1e-10);
  close(run.sensitivity("x", "tau")[0]!, -1, 1e-10);
});

test("a stiff system with an algebraic state and a delay: both as the same model without the algebraic state", () => {
  const implicit = model({
    p: { k: 1e4, tau: 0.4 },
    x: { x: 1, y: 0 },
    algebraic: { z: { unit: "1", guess: 1, zero: "z - delay(x, tau) - y" } },
    derivatives: { x: "-z", y: "k*(cos(t) - y)" },
  });
  const explicit = model({ p: { k: 1e4, tau: 0.4 }, x: { x: 1, y: 0 }, derivatives: { x: "-delay(x, tau) - y", y: "k*(cos(t) - y)" } });
  const options = { span: [0, 3], at: [0.3, 1, 3], rtol: 1e-9, atol: 1e-11, method: "rodas5p", sensitivities: ["tau", "k"] } as const;
  const [one, other] = [simulated(implicit, options), simulated(explicit, options)];
  for (const i of [0, 1, 2]) {
    close(one.column("x")[i]!, other.column("x")[i]!, 1e-8);
    close(one.sensitivity("x", "tau")[i]!, other.sensitivity("x", "tau")[i]!, 1e-7);
  }
  const h = 1e-5;
  const difference =
    (simulated(explicit, { ...options, parameters: { tau: 0.4 + h } }).column("x")[2]! -
      simulated(explicit, { ...options, parameters: { tau: 0.4 - h } }).column("x")[2]!) /
    (2 * h);
  close(one.sensitivity("x", "tau")[2]!, difference, 1e-6);
});

test("the same problem has the same bits whatever is kept of it", () => {
  const options = { span: [0, 9], at: [2, 9], rtol: 1e-7 } as const;
  assert.deepEqual(simulated(decay, { ...options, dense: false }).column("x"), simulated(decay, options).column("x"));
});

test("at rest, what was is what is", () => {
  const rest = model({ p: { tau: 2 }, x: { x: 1 }, derivatives: { x: "1 - x*delay(x, tau)" } });
  close(steadyState(rest, { inputs: {}, near: { x: 3 } }).values.x!, 1, 1e-9);
});

test("what cannot be followed is refused by name", () => {
  const code = (expected: string) => (error: unknown) => isGreyboxError(error) && error.code === expected;
  assert.throws(() => simulated(decay, { span: [0, 1], parameters: { tau: 0 } }), code("solver/lag"));
  assert.throws(() => simulated(decay, { span: [0, 1], method: "odex" }), code("solver/unsupported"));
  assert.throws(() => simulated(decay, { span: [0, 1], method: "bdf" }), code("solver/unsupported"));
  assert.throws(() => simulated(decay, { span: [0, 1], history: { x: signal([-0.5, 0], [1, 1]) } }), code("solver/history"));
  const plain = model({ x: { x: 1 }, derivatives: { x: "-x" } });
  assert.throws(() => simulated(plain, { span: [0, 1], history: { x: 1 } }), code("solver/no-delays"));
});
