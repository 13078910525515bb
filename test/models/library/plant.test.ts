/** Modules of the library fit together: a cooled reactor whose coolant valve is moved by a controller, and correlations in time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "../../../src/core/index.ts";
import { array, compose } from "../../../src/models/index.ts";
import { antoine, distillationTray, exothermicCstr, firstOrderSensor, jacket, linearValve, pi } from "../../../src/models/library/index.ts";
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

test("trays in a row are a section of a column: at rest liquid and vapour bring in what they take out", () => {
  const count = 5;
  const section = compose("section", {
    parts: { trays: array(count, distillationTray) },
    inputs: { L: "mol/s", x: "1", V: "mol/s", y: "1" },
    // From below: vapour rises from tray i − 1, liquid falls from tray i + 1.
    connect: {
      "trays[i].VIn": "trays[i-1].V",
      "trays[i].yIn": "trays[i-1].y",
      "trays[1].VIn": "V",
      "trays[1].yIn": "y",
      "trays[i].LIn": "trays[i+1].L",
      "trays[i].xIn": "trays[i+1].x",
      [`trays[${count}].LIn`]: "L",
      [`trays[${count}].xIn`]: "x",
    },
  });
  const inputs = { L: 45, x: 0.8, V: 50, y: 0.4 };
  const { values } = steadyState(section, { inputs }).orThrow();
  const [top, bottom] = [values[`trays[${count}].y`]!, values["trays[1].x"]!];
  close(50 * top + 45 * bottom, 45 * 0.8 + 50 * 0.4, 1e-9);
  // Each tray is on the operating line and on the equilibrium curve: the section stepped off by hand from the bottom.
  let [x, y] = [bottom, 0.4];
  for (let i = 1; i <= count; i++) {
    close(values[`trays[${i}].x`]!, x, 1e-9);
    const above = (1.5 * x) / (1 + 0.5 * x);
    x += (50 / 45) * (above - y);
    y = above;
  }
  close(x, 0.8, 1e-9);
});
