/** Derivatives where the right-hand side jumps: conditions inside equations, against closed forms and differences. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { simulate } from "../../src/solvers/index.ts";

const methods = ["tsit5", "rodas5p"] as const;

const twoSpeeds = defineModel({
  name: "two speeds",
  time: "s",
  parameters: { b: { value: 2, unit: "1/s" }, c: { value: 0.5, unit: "1/s" }, limit: { value: 1, unit: "1" } },
  states: { x: { unit: "1", initial: 0 } },
  derivatives: { x: "if(x < limit, b, c)" },
});

for (const method of methods) {
  test(`${method}: where the rate jumps, the derivative jumps with it, as the closed form says`, () => {
    // x = bt up to the limit at τ = 1/b, then 1 + c(t − τ): ∂x/∂b = c/b², ∂x/∂c = t − τ, ∂x/∂limit = 1 − c/b.
    const run = simulate(twoSpeeds, { span: [0, 3], sensitivities: ["b", "c", "limit", "x(0)"], method, rtol: 1e-9 });
    const near = (by: "b" | "c" | "limit" | "x(0)", expected: number) => {
      const got = run.sensitivity("x", by).at(-1)!;
      assert.ok(Math.abs(got - expected) < 1e-7, `${by}: ${got} is not ${expected}`);
    };
    assert.equal(run.outcome.kind, "success");
    assert.ok(Math.abs(run.at(3).x - 2.25) < 1e-8);
    near("b", 0.5 / 4);
    near("c", 2.5);
    near("limit", 1 - 0.5 / 2);
    near("x(0)", 0.5 / 2);
  });
}

const thermostat = defineModel({
  name: "relay with an oscillator",
  time: "s",
  parameters: {
    w: { value: 2, unit: "1/s" },
    a: { value: 1.5, unit: "1/s" },
    k: { value: 0.3, unit: "1/s" },
    T0: { value: 0.2, unit: "1" },
  },
  inputs: { u: "1" },
  states: { y: { unit: "1", initial: 1 }, v: { unit: "1", initial: 0 }, T: { unit: "1", initial: 0.5 } },
  derivatives: { y: "w*v", v: "-w*y", T: "if(y > T0 and u > 0.5, a, -k)*(1 + 0.2*y) - k*T" },
});

for (const method of methods) {
  test(`${method}: many crossings that depend on parameters, beside steps of an input, agree with differences`, () => {
    const inputs = { u: signal([0, 2.5, 4.1, 9], [1, 0, 1, 1]) };
    const at = [1, 3, 6, 9];
    const options = { span: [0, 9] as const, inputs, at, method, rtol: 1e-11, atol: 1e-13 };
    const parameters = { w: 2, a: 1.5, k: 0.3, T0: 0.2 };
    const run = simulate(thermostat, { ...options, sensitivities: ["w", "a", "k", "T0"] });
    assert.equal(run.outcome.kind, "success");
    for (const name of ["w", "a", "k", "T0"] as const) {
      // Richardson's extrapolation of central differences of runs that differentiate as well, and so step up to each crossing.
      const difference = (change: number) => {
        const end = (by: number) =>
          simulate(thermostat, { ...options, parameters: { [name]: parameters[name] + by }, sensitivities: ["a"] }).column("T");
        const [up, down] = [end(change), end(-change)];
        return at.map((_, i) => (up[i]! - down[i]!) / (2 * change));
      };
      const [coarse, fine] = [difference(2e-4), difference(1e-4)];
      const exact = run.sensitivity("T", name);
      for (const i of at.keys()) {
        const expected = (4 * fine[i]! - coarse[i]!) / 3;
        assert.ok(
          Math.abs(exact[i]! - expected) < 2e-6 * Math.max(1, Math.abs(expected)),
          `∂T/∂${name} at ${at[i]}: ${exact[i]} is not ${expected}`,
        );
      }
    }
  });
}

test("a kink without a jump leaves the derivative as it is", () => {
  const ramp = defineModel({
    name: "ramp",
    time: "s",
    parameters: { slope: { value: 2, unit: "1/s" }, t1: { value: 1, unit: "s" } },
    states: { x: { unit: "1", initial: 0 } },
    derivatives: { x: "if(t > t1, slope*(t - t1)/t1, 0)" },
  });
  const run = simulate(ramp, { span: [0, 3], sensitivities: ["slope"], rtol: 1e-10 });
  assert.ok(Math.abs(run.sensitivity("x", "slope").at(-1)! - 2) < 1e-8);
});

test("a solution that would slide along a condition is told by name, where derivatives are asked for", () => {
  const slide = defineModel({
    name: "slide",
    time: "s",
    parameters: { a: { value: 1, unit: "1/s" } },
    states: { x: { unit: "1", initial: 0.5 } },
    derivatives: { x: "if(x > 0, -a, a)" },
  });
  const run = simulate(slide, { span: [0, 2], sensitivities: ["a"] });
  assert.deepEqual({ ...run.outcome, at: 0 }, { kind: "chatter", at: 0, event: "x > 0", count: 1 });
  assert.ok(Math.abs((run.outcome as { at: number }).at - 0.5) < 1e-6);
});
