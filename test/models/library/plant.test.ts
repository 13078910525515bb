/** Modules of the library fit together: a cooled reactor whose coolant valve is moved by a controller, and correlations in time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "../../../src/core/index.ts";
import { compose } from "../../../src/models/index.ts";
import { antoine, exothermicCstr, firstOrderSensor, jacket, linearValve, pi } from "../../../src/models/library/index.ts";
import { simulate, steadyState } from "../../../src/solvers/index.ts";
import { close } from "./close.ts";

const plant = compose("cooled-reactor", {
  parts: {
    reactor: exothermicCstr,
    jacket: jacket.with({ parameters: { V: 0.002 } }),
    valve: linearValve,
    sensor: firstOrderSensor({ unit: "K" }).with({ parameters: { tau: 1 } }),
    control: pi({ measured: "K", output: "1", time: "s", Kc: -0.3, tauI: 120, limits: [0, 1] }),
  },
  connect: {
    "reactor.Tc": "jacket.Tj",
    "jacket.T": "reactor.T",
    "jacket.UA": "reactor.UA",
    "jacket.q": "valve.q",
    "sensor.actual": "reactor.T",
    "control.measured": "sensor.reading",
    "valve.opening": "control.output",
  },
});
const inputs = {
  "reactor.q": 0.1 / 60,
  "reactor.cAF": 1000,
  "reactor.TF": 350,
  "jacket.TIn": 290,
  "valve.p1": 3e5,
  "valve.p2": 2e5,
  "control.setpoint": 350,
  "control.auto": 1,
  "control.manual": 0.4,
};

test("a closed loop of five modules holds the unstable state of the reactor, and its heat balance closes", () => {
  const { at } = simulate(plant, { span: [0, 20_000], inputs, initial: { "reactor.T": 353 }, rtol: 1e-9 }).orThrow();
  const end = at(20_000);
  close(end["reactor.T"], 350, 1e-9);
  close(end["reactor.cA"], 500, 1e-3);
  // Heat of reaction = heat to the stream + heat to the coolant, which leaves at the temperature of the jacket.
  const coolant = 4.18e6 * end["jacket.q"] * (end["jacket.Tj"] - 290);
  close(5e4 * (0.1 / 60) * (1000 - end["reactor.cA"]), 2.39e5 * (0.1 / 60) * (end["reactor.T"] - 350) + coolant, 1e-6);
});

test("the same loop in manual leaves the state it cannot hold", () => {
  const open = { ...inputs, "control.auto": 0 };
  const { at } = simulate(plant, { span: [0, 20_000], inputs: open, initial: { "reactor.T": 353 } }).orThrow();
  assert.ok(Math.abs(at(20_000)["reactor.T"] - 350) > 10, `${at(20_000)["reactor.T"]} K`);
});

test("the rest that the loop comes to is that of the steady-state search", () => {
  const { values } = steadyState(plant, { inputs }).orThrow();
  close(values["reactor.T"], 350, 1e-10);
  close(values["sensor.reading"], 350, 1e-10);
});

test("a correlation without states follows a signal", () => {
  const T = signal([0, 100], [350, 370], "linear");
  const run = simulate(antoine("water"), { span: [0, 100], inputs: { T }, at: [0, 50, 100] });
  assert.equal(run.outcome.kind, "success");
  close(run.column("p")[1]!, steadyState(antoine("water"), { inputs: { T: 360 } }).values.p, 1e-12);
});
