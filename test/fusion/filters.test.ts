/** What every filter promises, on systems whose exact answer is known; then what only one of them promises. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isGreyboxError, random, signal } from "../../src/core/index.ts";
import { ekf, type Filter, type FilterOptions, ukf } from "../../src/fusion/index.ts";
import { handSystem } from "./hand-system.ts";

const none = new Float64Array(0);
const filters: Readonly<Record<string, (options?: FilterOptions) => Filter>> = { ekf, ukf };

/** A mass that drifts: position follows velocity, velocity wanders. */
const drifting = handSystem({
  states: ["position", "velocity"],
  rhs: (x) => [x[1]!, 0],
  jacobian: () => [
    [0, 1],
    [0, 0],
  ],
});
/** A lag of rate 2 driven by an input. */
const lag = handSystem({ states: ["x"], inputs: ["u"], rhs: (x, u) => [2 * (u[0]! - x[0]!)], jacobian: () => [[-2]], control: [[2]] });
/** A pendulum, and its height as an output. */
const pendulum = handSystem({
  states: ["angle", "rate"],
  rhs: (x) => [x[1]!, -4 * Math.sin(x[0]!) - 0.2 * x[1]!],
  jacobian: (x) => [
    [0, 1],
    [-4 * Math.cos(x[0]!), -0.2],
  ],
  outputs: { height: { value: (x) => Math.sin(x[0]!), slope: (x) => [Math.cos(x[0]!), 0] } },
});

function close(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance * (1 + Math.abs(expected)), `${what}: ${actual}, exactly ${expected}`);
}

for (const [name, make] of Object.entries(filters)) {
  test(`${name}: on a linear system it is the Kalman filter in closed form, at irregular times`, () => {
    const [q, sigma] = [0.09, 0.4];
    const filter = make({ noise: { position: 0, velocity: 0.3 }, initial: { position: 2, velocity: 1 }, gate: Infinity }).start(
      drifting,
      Float64Array.of(1, -1),
    );
    let [x, v, a, b, c] = [1, -1, 4, 0, 1];
    const source = random(4);
    let t = 0;
    for (let k = 0; k < 40; k++) {
      const h = 0.05 + source.uniform();
      t += h;
      assert.equal(filter.advance(t, none).kind, "success");
      x += h * v;
      [a, b, c] = [a + 2 * h * b + h * h * c + (q * h ** 3) / 3, b + h * c + (q * h * h) / 2, c + q * h];
      if (k % 3 !== 0) {
        const measured = Math.sin(t) + sigma * source.normal();
        const seen = filter.update("position", measured, sigma);
        const s = a + sigma * sigma;
        close(seen.predicted, x, 1e-9, "predicted");
        close(seen.sigma, Math.sqrt(s), 1e-9, "innovation");
        const innovation = measured - x;
        [x, v] = [x + (a / s) * innovation, v + (b / s) * innovation];
        [a, b, c] = [a - (a * a) / s, b - (a * b) / s, c - (b * b) / s];
      }
      const state = filter.state();
      for (const [i, exact] of [x, v].entries()) close(state.x[i]!, exact, 1e-9, `state ${i} at ${t}`);
      for (const [i, exact] of [a, b, b, c].entries()) close(state.covariance[i]!, exact, 1e-9, `covariance ${i} at ${t}`);
    }
  });

  test(`${name}: a lag under a stepping input has the exact mean and the exact spread`, () => {
    const filter = make({ noise: { x: 0.5 }, initial: { x: 0.1 } }).start(lag, Float64Array.of(3));
    filter.advance(2, [signal([0, 1, 2], [1, 5, 5])]);
    const half = 1 + 2 * Math.exp(-2);
    close(filter.state().x[0]!, 5 + (half - 5) * Math.exp(-2), 1e-5, "mean");
    const gone = Math.exp(-8);
    close(filter.state().covariance[0]!, 0.01 * gone + (0.25 / 4) * (1 - gone), 1e-5, "variance");
  });

  test(`${name}: a fast state forgets in one long step, and its spread is what its noise keeps up`, () => {
    const fast = handSystem({ states: ["x"], rhs: (x) => [-1e5 * x[0]!], jacobian: () => [[-1e5]] });
    const filter = make({ noise: { x: 10 } }).start(fast, Float64Array.of(1));
    assert.equal(filter.advance(100, none).kind, "success");
    close(filter.state().covariance[0]!, 100 / 2e5, 1e-9, "variance");
  });

  test(`${name}: left alone, a state wanders by the declared share of its nominal size`, () => {
    const sized = handSystem({ states: ["x"], rhs: (x) => [0.3 * (50 - x[0]!)], jacobian: () => [[-0.3]], nominal: [50] });
    const filter = make().start(sized, Float64Array.of(50));
    filter.advance(200, none);
    close(filter.observe("x").sigma, 0.01 * 50, 1e-6, "spread");
  });

  test(`${name}: its errors are as large as it says, on a pendulum that swings far (NEES over 60 runs)`, () => {
    let nees = 0;
    let count = 0;
    for (let run = 0; run < 60; run++) {
      const source = random(`swing ${run}`);
      const truth = Float64Array.of(1 + 0.3 * source.normal(), 0.3 * source.normal());
      const filter = make({ initial: { angle: 0.3, rate: 0.3 }, noise: { angle: 0, rate: 0.2 } }).start(pendulum, Float64Array.of(1, 0));
      const h = 0.01;
      for (let step = 1; step <= 300; step++) {
        // The truth by Euler–Maruyama, with steps thirty times shorter than the filter's.
        const push = -4 * Math.sin(truth[0]!) - 0.2 * truth[1]!;
        truth[0]! += h * truth[1]! + (h * h * push) / 2;
        truth[1]! += h * push + 0.2 * Math.sqrt(h) * source.normal();
        if (step % 30 !== 0) continue;
        filter.advance(step * h, none);
        filter.update("height", Math.sin(truth[0]!) + 0.05 * source.normal(), 0.05);
        const { x, covariance: p } = filter.state();
        const [e, f] = [truth[0]! - x[0]!, truth[1]! - x[1]!];
        const determinant = p[0]! * p[3]! - p[1]! * p[2]!;
        nees += (p[3]! * e * e - 2 * p[1]! * e * f + p[0]! * f * f) / determinant;
        count++;
      }
    }
    // Two states: expected 2, with standard error 2/√600 = 0.08 if the 600 values were independent.
    assert.ok(Math.abs(nees / count - 2) < 0.5, `mean NEES ${nees / count}`);
  });

  test(`${name}: goes on from its stored state with the same bits`, () => {
    const options = { gate: 3 };
    const first = make(options).start(pendulum, Float64Array.of(1, 0));
    for (const t of [0.3, 0.5, 1.1]) {
      first.advance(t, none);
      first.update("height", 0.7, 0.1);
    }
    const stored = first.state();
    const second = make(options).start(pendulum, stored.x, stored);
    for (const filter of [first, second]) {
      filter.advance(1.7, none);
      filter.update("angle", 0.2, 0.1);
    }
    assert.deepEqual(second.state(), first.state());
  });

  test(`${name}: a wild value is refused and changes nothing; after enough of them the filter gives in`, () => {
    const filter = make({ gate: 4, patience: 3, noise: { x: 0.01 } }).start(lag, Float64Array.of(0));
    filter.advance(1, Float64Array.of(0));
    const before = filter.state();
    for (const refused of [1, 2]) {
      const seen = filter.update("x", 50, 0.1);
      assert.deepEqual([seen.accepted, seen.refused], [false, refused]);
      assert.ok(seen.standardised > 4);
    }
    assert.deepEqual({ ...filter.state(), refused: {} }, { ...before, refused: {} });
    assert.equal(filter.update("x", 50, 0.1).accepted, true);
    close(filter.state().x[0]!, 50, 0.01, "state");
    const missing = filter.update("x", Number.NaN, 0.1);
    assert.deepEqual([missing.accepted, Number.isFinite(filter.state().x[0]!)], [false, true]);
  });

  test(`${name}: when the integration fails it says why and stays where it was`, () => {
    const bursting = handSystem({ states: ["x"], rhs: (x) => [x[0]! ** 2], jacobian: (x) => [[2 * x[0]!]] });
    const filter = make().start(bursting, Float64Array.of(1));
    filter.advance(0.5, none);
    const before = filter.state();
    assert.notEqual(filter.advance(3, none).kind, "success");
    assert.deepEqual(filter.state(), before);
    assert.equal(filter.advance(0.6, none).kind, "success");
  });

  test(`${name}: an algebraic state follows the differential ones as if it had been put into their equation`, () => {
    const implicit = handSystem({
      states: ["x", "z"],
      rhs: (x) => [-x[1]!, x[1]! + 0.1 * x[1]! ** 3 - x[0]!],
      jacobian: (x) => [
        [0, -1],
        [-1, 1 + 0.3 * x[1]! ** 2],
      ],
      mass: [1, 0],
    });
    // z + 0.1·z³ = x  ⇔  x' = −z; in z itself: (1 + 0.3·z²)·z' = −z.
    const explicit = handSystem({
      states: ["x"],
      rhs: (x) => [-solved(x[0]!)],
      jacobian: (x) => [[-1 / (1 + 0.3 * solved(x[0]!) ** 2)]],
      outputs: { z: { value: (x) => solved(x[0]!), slope: (x) => [1 / (1 + 0.3 * solved(x[0]!) ** 2)] } },
    });
    const options = { noise: { x: 0.1 }, initial: { x: 0.2 }, rtol: 1e-9 };
    const [a, b] = [make(options).start(implicit, Float64Array.of(2, 0)), make(options).start(explicit, Float64Array.of(2))];
    close(a.observe("z").value, solved(2), name === "ekf" ? 1e-12 : 0.01, "made consistent at the start");
    for (const [t, z] of [
      [0.4, 1.1],
      [1, 0.8],
    ] as const) {
      a.advance(t, none);
      b.advance(t, none);
      a.update("z", z, 0.05);
      b.update("z", z, 0.05);
    }
    close(a.state().x[0]!, b.state().x[0]!, 1e-6, "state");
    close(a.state().covariance[0]!, b.state().covariance[0]!, 1e-5, "variance");
    close(a.observe("z").sigma, b.observe("z").sigma, 1e-5, "spread of z");
    close(a.state().x[1]!, solved(a.state().x[0]!), 1e-10, "algebraic state");
  });

  test(`${name}: an estimate does not go below the lower limit of its state`, () => {
    const positive = handSystem({ states: ["x"], rhs: (x) => [-x[0]!], jacobian: () => [[-1]], lower: [0] });
    const filter = make({ initial: { x: 1 }, gate: Infinity }).start(positive, Float64Array.of(0.1));
    filter.update("x", -3, 0.1);
    assert.equal(filter.state().x[0], 0);
  });

  test(`${name}: refuses unknown names, wrong lengths, the past and impossible options by code`, () => {
    const filter = make().start(lag, Float64Array.of(0), { time: 5 });
    const refused = (run: () => unknown, code: Parameters<typeof isGreyboxError>[1]) =>
      assert.throws(run, (error) => isGreyboxError(error, code));
    refused(() => filter.update("y", 1, 1), "filter/name");
    refused(() => filter.update("x", 1, 0), "filter/sigma");
    refused(() => filter.advance(4, Float64Array.of(0)), "filter/backward");
    refused(() => filter.advance(6, none), "filter/shape");
    refused(() => make().start(lag, none), "filter/shape");
    refused(() => make({ noise: { y: 1 } }).start(lag, Float64Array.of(0)), "filter/name");
    refused(() => make({ gate: 0 }), "filter/option");
    refused(() => make({ noise: { x: -1 } }), "filter/option");
  });
}

/** The root of z + 0.1·z³ = x. */
function solved(x: number): number {
  let z = x;
  for (let turn = 0; turn < 50; turn++) z -= (z + 0.1 * z ** 3 - x) / (1 + 0.3 * z * z);
  return z;
}

test("without derivatives the EKF is refused and the UKF gives the same as with them", () => {
  const bare = { ...pendulum, differentiable: false };
  assert.throws(
    () => ekf().start(bare, Float64Array.of(1, 0)),
    (error) => isGreyboxError(error, "filter/not-differentiable"),
  );
  const [without, withThem] = [bare, pendulum].map((system) => {
    const filter = ukf().start(system, Float64Array.of(1, 0));
    filter.advance(1, none);
    filter.update("height", 0.3, 0.05);
    return filter.state();
  });
  for (const i of [0, 1]) close(without!.x[i]!, withThem!.x[i]!, 1e-6, "state");
});
