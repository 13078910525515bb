/** PI and PID controllers in closed loops: textbook responses, windup, and the change between manual and automatic. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "../../../src/core/index.ts";
import { compose, defineModel } from "../../../src/models/index.ts";
import { type ControllerSettings, pi, pid } from "../../../src/models/library/control/pid.ts";
import { simulate } from "../../../src/solvers/index.ts";
import { reactor, transmitter } from "../compose/parts.ts";

/** dy/dt = (u - y)/tau. */
const lag = defineModel({
  name: "lag",
  time: "s",
  parameters: { tau: { value: 1, unit: "s" } },
  inputs: { u: "V" },
  states: { y: { unit: "V", initial: 0 } },
  derivatives: { y: "(u - y)/tau" },
});
const settings: ControllerSettings = { measured: "V", output: "V", time: "s", Kc: 3, tauI: 0.75, limits: [-100, 100] };
const loopOf = <M extends ReturnType<typeof pi> | ReturnType<typeof pid>>(controller: M) =>
  compose("loop", { parts: { c: controller as ReturnType<typeof pi>, p: lag }, connect: { "c.measured": "p.y", "p.u": "c.output" } });

test("a lag under PI control with both poles at -2 answers a step as the formula says", () => {
  // Closed loop: s² + (1 + Kc)/τ s + Kc/(τ τI) = (s + 2)² with Kc = 3, τI = 3/4; y = 1 - e^(-2t) + t e^(-2t) from the zero at -4/3.
  const run = simulate(loopOf(pi(settings)), {
    span: [0, 3],
    at: [0.25, 0.5, 1, 3],
    rtol: 1e-10,
    inputs: { "c.setpoint": 1, "c.auto": 1, "c.manual": 3 },
  });
  for (const [i, t] of [0.25, 0.5, 1, 3].entries()) {
    // The output starts at `manual`: 3 = Kc·(1 - 0) makes the integral start at 0, as in the formula.
    const expected = 1 - Math.exp(-2 * t) + t * Math.exp(-2 * t);
    assert.ok(Math.abs(run.column("p.y")[i]! - expected) < 1e-8, `at ${t}: ${run.column("p.y")[i]} against ${expected}`);
  }
});

test("the derivative is that of the measurement behind a first-order filter", () => {
  const ramp = compose("ramp", {
    parts: { c: pid({ ...settings, tauD: 2, N: 8 }) },
    inputs: { y: "V" },
    connect: { "c.measured": "y" },
  });
  const times = [0, 5];
  const run = simulate(ramp, {
    span: [0, 5],
    at: [0.1, 1, 5],
    rtol: 1e-10,
    inputs: { y: signal(times, [0, 5], "linear"), "c.setpoint": signal(times, [0, 5], "linear"), "c.auto": 1, "c.manual": 0 },
  });
  // No error on a ramp that the setpoint follows: what is left is -Kc·tauD·dy/dt·(1 - exp(-N t/tauD)).
  for (const [i, t] of [0.1, 1, 5].entries()) {
    const expected = -3 * 2 * (1 - Math.exp(-4 * t));
    assert.ok(Math.abs(run.column("c.v")[i]! - expected) < 1e-7, `at ${t}: ${run.column("c.v")[i]} against ${expected}`);
  }
});

test("at a limit the integral stays where the output left it, and the overshoot of windup does not happen", () => {
  const overshoot = (tauT: number): number => {
    const loop = loopOf(pi({ ...settings, limits: [0, 1.1], tauT }));
    const run = simulate(loop, { span: [0, 30], inputs: { "c.setpoint": 1, "c.auto": 1, "c.manual": 3 }, rtol: 1e-8 });
    assert.equal(run.outcome.kind, "success");
    assert.ok(Math.abs(run.at(30)["p.y"] - 1) < 1e-4);
    return Math.max(...run.column("p.y")) - 1;
  };
  const [tracked, wound] = [overshoot(0.75), overshoot(1e9)];
  assert.ok(tracked < 0.02, String(tracked));
  assert.ok(wound > 0.09, String(wound));
});

test("changing to automatic does not bump the output, and changing to manual holds what the operator gives", () => {
  const loop = loopOf(pi({ ...settings, tauT: 0.05 }));
  const switched = signal([0, 12, 20, 25], [0, 1, 0, 0], "hold");
  const run = simulate(loop, {
    span: [0, 25],
    at: [11.9999999, 12.0000001, 19.999, 20.001],
    rtol: 1e-9,
    inputs: { "c.setpoint": 1, "c.auto": switched, "c.manual": 0.4 },
  });
  const output = run.column("c.output");
  assert.ok(Math.abs(output[0]! - 0.4) < 1e-12);
  assert.ok(Math.abs(output[1]! - output[0]!) < 2e-6, `jumps from ${output[0]} to ${output[1]}`);
  assert.ok(Math.abs(run.column("p.y")[2]! - 1) < 1e-3);
  assert.ok(Math.abs(output[3]! - 0.4) < 1e-12);
});

test("the output starts at `manual` whatever the error, and limits hold at the start as well", () => {
  for (const manual of [-3, 0.3, 250]) {
    const run = simulate(loopOf(pi(settings)), { span: [0, 1e-9], inputs: { "c.setpoint": 7, "c.auto": 1, "c.manual": manual } });
    assert.ok(Math.abs(run.at(0)["c.output"] - Math.min(100, manual)) < 1e-12);
  }
});

test("a reactor under control of its coolant keeps its temperature against a warmer feed", () => {
  const plant = compose("cooled reactor", {
    parts: {
      r1: reactor,
      tt: transmitter,
      tc: pid({ measured: "K", output: "K", time: "min", Kc: 4, tauI: 2, tauD: 0.2, limits: [270, 340] }),
    },
    connect: { "tt.process": "r1.T", "tc.measured": "tt.reading", "r1.Tc": "tc.output" },
  });
  assert.deepEqual(plant.system().inputs, ["r1.q", "r1.cF", "r1.TF", "tc.setpoint", "tc.auto", "tc.manual"]);
  const feed = signal([0, 10, 60], [350, 355, 355], "hold");
  const run = simulate(plant, {
    span: [0, 60],
    inputs: { "r1.q": 100, "r1.cF": 1, "r1.TF": feed, "tc.setpoint": 350, "tc.auto": 1, "tc.manual": 300 },
  });
  assert.equal(run.outcome.kind, "success");
  assert.ok(Math.abs(run.at(60)["r1.T"] - 350) < 1e-3, String(run.at(60)["r1.T"]));
  assert.ok(run.at(60)["tc.output"] < run.at(9.9)["tc.output"]);
});
