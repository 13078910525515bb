/** What every one-step method promises. A new method is tested by one line that calls this; a new promise is tested on all of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { System } from "greybox/core";
import { inputTrack } from "../../src/solvers/input-track.ts";
import type { Method } from "../../src/solvers/methods/method.ts";
import { evaluatePolynomial, type Iterate, noStatistics, type Stepper } from "../../src/solvers/stepper.ts";
import { written } from "./hyperdual.ts";

export type MakeStepper = (iterate: Iterate) => Stepper;

/** An iterate at x, with one direction for each active parameter. */
export function iterateAt(system: System, x: readonly number[]): Iterate {
  const [n, a] = [x.length, system.active.length];
  const inputs = inputTrack(system);
  inputs.layOut([], 0, 1e9);
  inputs.enter(0);
  const dp = Float64Array.from({ length: a * a }, (_, i) => (i % (a + 1) === 0 ? 1 : 0));
  const [xNext, error] = [new Float64Array(n), new Float64Array(n)];
  const [s, sNext] = [new Float64Array(a * n), new Float64Array(a * n)];
  return {
    system,
    inputs,
    p: system.p,
    x: Float64Array.from(x),
    xNext,
    error,
    count: a,
    dp,
    du: new Float64Array(0),
    onset: new Float64Array(a),
    scale: new Float64Array(a).fill(1),
    s,
    sNext,
    statistics: noStatistics(),
  };
}

/** dx/dt = −k(1 + t)x²: non-linear, depends on time, x = 1/(1 + k(t + t²/2)). */
const smooth = written({
  states: ["x"],
  parameters: { k: 1 },
  initial: () => [1],
  rhs: (t, [x], _u, [k]) => [k!.times(t.plus(1)).times(x!).times(x!).times(-1)],
});

/** Solution and its derivative by k at t = 1. */
const exact = { x: 0.4, s: -0.24 };

/** x, s and the interpolants after `steps` equal steps over [0, 1]. */
function walk(make: MakeStepper, system: System, start: readonly number[], steps: number) {
  const iterate = iterateAt(system, start);
  const stepper = make(iterate);
  stepper.resize();
  stepper.restart();
  const h = 1 / steps;
  const polynomial = new Float64Array(5 * start.length);
  for (let i = 0; i < steps; i++) {
    stepper.attempt(i * h, h);
    stepper.differentiate(i * h, h);
    stepper.polynomial(h, polynomial);
    stepper.advance();
  }
  return { x: iterate.x.slice(), s: iterate.s.slice(), error: iterate.error.slice(), polynomial };
}

export function stepperConformance(method: Method, make: MakeStepper): void {
  const { name, order } = method;
  const at = (steps: number) => walk(make, smooth, [1], steps);
  const observed = (coarse: number, fine: number): number => Math.log2(Math.abs(coarse) / Math.abs(fine));

  test(`${name}: halving the step divides the error by 2^${order}`, () => {
    const rate = observed(at(12).x[0]! - exact.x, at(24).x[0]! - exact.x);
    assert.ok(rate > order - 0.35, `observed order ${rate.toFixed(2)}`);
  });

  test(`${name}: halving the step divides the error of the derivative by 2^${order}`, () => {
    const rate = observed(at(12).s[0]! - exact.s, at(24).s[0]! - exact.s);
    assert.ok(rate > order - 0.5, `observed order ${rate.toFixed(2)}`);
  });

  test(`${name}: the error estimate of a step is of order h^${order}`, () => {
    const estimate = (h: number): number => {
      const iterate = iterateAt(smooth, [1]);
      const stepper = make(iterate);
      stepper.restart();
      stepper.attempt(0, h);
      return iterate.error[0]!;
    };
    const rate = observed(estimate(0.1), estimate(0.05));
    assert.ok(rate > order - 0.5 && rate < order + 0.9, `observed ${rate.toFixed(2)}`);
  });

  test(`${name}: the interpolant is of order 4 and meets both ends of the step`, () => {
    const worst = (h: number): number => {
      const [iterate, fine] = [iterateAt(smooth, [1]), iterateAt(smooth, [1])];
      const [stepper, other] = [make(iterate), make(fine)];
      const [polynomial, value] = [new Float64Array(5), new Float64Array(1)];
      stepper.restart();
      stepper.attempt(0, h);
      stepper.polynomial(h, polynomial);
      for (const [theta, expected] of [
        [0, iterate.x[0]!],
        [1, iterate.xNext[0]!],
      ] as const) {
        evaluatePolynomial(polynomial, 0, 1, theta, value, 0);
        assert.ok(Math.abs(value[0]! - expected) < 1e-14, `at ${theta}`);
      }
      let most = 0;
      other.restart();
      for (let i = 1; i <= 40; i++) {
        other.attempt(((i - 1) * h) / 40, h / 40);
        other.advance();
        evaluatePolynomial(polynomial, 0, 1, i / 40, value, 0);
        most = Math.max(most, Math.abs(value[0]! - fine.x[0]!));
      }
      return most;
    };
    const rate = observed(worst(0.2), worst(0.1));
    assert.ok(rate > 4.5, `local order ${rate.toFixed(2)}, expected 5`);
  });

  test(`${name}: the derivative of a step is that of its arithmetic, not of the exact solution`, () => {
    const [h, dk] = [0.5, 1e-6];
    const stepped = (k: number): number => {
      const iterate = iterateAt({ ...smooth, p: Float64Array.of(k) }, [1]);
      const stepper = make(iterate);
      stepper.restart();
      stepper.attempt(0.3, h);
      return iterate.xNext[0]!;
    };
    const iterate = iterateAt(smooth, [1]);
    const stepper = make(iterate);
    stepper.resize();
    stepper.restart();
    stepper.attempt(0.3, h);
    stepper.differentiate(0.3, h);
    const difference = (stepped(1 + dk) - stepped(1 - dk)) / (2 * dk);
    // The derivative of ∂f/∂t in a Rosenbrock step is itself a difference along time, which limits this to about 1e-7.
    assert.ok(Math.abs(iterate.sNext[0]! - difference) < 2e-8, `${iterate.sNext[0]} against ${difference}`);
  });

  test(`${name}: leaves the state it was given untouched`, () => {
    const iterate = iterateAt(smooth, [1]);
    const stepper = make(iterate);
    stepper.restart();
    stepper.attempt(0, 0.1);
    assert.deepEqual(iterate.x, Float64Array.of(1));
  });

  test(`${name}: gives the same bits twice, also after an unrelated attempt`, () => {
    const iterate = iterateAt(smooth, [1]);
    const stepper = make(iterate);
    const attempt = (x: number, t: number, h: number): number => {
      iterate.x[0] = x;
      stepper.restart();
      stepper.attempt(t, h);
      return iterate.xNext[0]!;
    };
    const first = attempt(1, 0, 0.1);
    attempt(-4, 7, 0.3);
    assert.equal(attempt(1, 0, 0.1), first);
  });

  test(`${name}: keeps linear invariants to rounding`, () => {
    const exchange = written({
      states: ["a", "b", "c"],
      parameters: { k: 1 },
      initial: () => [1, 0, 0],
      rhs: (_t, [a, b, c], _u, [k]) => {
        const [there, back] = [k!.times(a!).times(b!.plus(1)), b!.times(c!.plus(0.5))];
        return [back.minus(there), there.minus(back).minus(b!), b!];
      },
    });
    const { x, s } = walk(make, exchange, [1, 0.2, 0.1], 20);
    assert.ok(Math.abs(x[0]! + x[1]! + x[2]! - 1.3) < 1e-14);
    assert.ok(Math.abs(s[0]! + s[1]! + s[2]!) < 1e-14);
  });
}
