/**
 * A plant of three units, a feed heater, a stirred reactor and its jacket, with two PID loops: feed temperature by heating power, reactor
 * temperature by coolant flow.
 *
 * Assumes what its parts assume; ideal measurements. Reactor, jacket and controllers are those of the library.
 */
import { compose, defineModel } from "greybox/models";
import { exothermicCstr, jacket, pid } from "greybox/models/library";

const heater = defineModel({
  name: "heater",
  time: "s",
  parameters: {
    V: { value: 0.05, unit: "m^3", bounds: [1e-3, 10] },
    rhoCp: { value: 2.39e5, unit: "J/m^3/K" },
  },
  inputs: { q: "m^3/s", TIn: "K", Q: "W" },
  states: { T: { unit: "K", initial: 330, min: 0 } },
  derivatives: { T: "q/V*(TIn - T) + Q/(V*rhoCp)" },
});

const feedControl = pid({ measured: "K", output: "W", time: "s", Kc: 4000, tauI: 40, tauD: 3, limits: [0, 1e5] });
const reactorControl = pid({ measured: "K", output: "m^3/s", time: "s", Kc: -2e-5, tauI: 60, tauD: 5, limits: [0, 2e-3] });

/** Feed `q` with concentration `cIn` and temperature `TIn`; coolant of `TcIn`; setpoints of both loops. */
export const plant = compose("plant", {
  description: "Feed heater, cooled reactor, two temperature loops",
  parts: { heater, reactor: exothermicCstr.with({ parameters: { UA: 4000 } }), jacket, feedControl, reactorControl },
  inputs: { q: "m^3/s", cIn: "mol/m^3", TIn: "K", TcIn: "K", feedSetpoint: "K", reactorSetpoint: "K" },
  connect: {
    "heater.q": "q",
    "heater.TIn": "TIn",
    "heater.Q": "feedControl.output",
    "reactor.q": "q",
    "reactor.cAF": "cIn",
    "reactor.TF": "heater.T",
    "reactor.Tc": "jacket.Tj",
    "jacket.q": "reactorControl.output",
    "jacket.TIn": "TcIn",
    "jacket.T": "reactor.T",
    "jacket.UA": "reactor.UA",
    "feedControl.measured": "heater.T",
    "feedControl.setpoint": "feedSetpoint",
    "feedControl.auto": "1",
    "feedControl.manual": "0 W",
    "reactorControl.measured": "reactor.T",
    "reactorControl.setpoint": "reactorSetpoint",
    "reactorControl.auto": "1",
    "reactorControl.manual": "0 m^3/s",
  },
  outputs: { cA: { unit: "mol/m^3", is: "reactor.cA" } },
});
