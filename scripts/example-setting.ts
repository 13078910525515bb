/** What docstring examples may take as given: the reactor of the documentation, a record of it, a fit and what follows from it. */
import {
  bind,
  calibrate,
  defineModel,
  fuse,
  openHistorian,
  prepare,
  residual,
  ridge,
  signal,
  simulate,
  softSensor,
  windowFromTable,
} from "greybox";
import { random } from "greybox/core";
import { memorySource, seriesOf } from "greybox/historian";

const reactor = defineModel({
  name: "cstr",
  time: "min",
  parameters: {
    k0: { value: 7.2e10, unit: "1/min", bounds: [1e9, 1e13], scale: "log" },
    EoverR: { value: 8750, unit: "K", bounds: [6000, 12000] },
    V: { value: 100, unit: "L" },
    dH: { value: -5e4, unit: "J/mol" },
    rhoCp: { value: 239, unit: "J/L/K" },
    UA: { value: 5e4, unit: "J/min/K", bounds: [1e4, 2e5] },
  },
  inputs: { q: "L/min", cF: "mol/L", TF: "K", Tc: "K" },
  states: { cA: { unit: "mol/L", initial: 0.5, min: 0 }, T: { unit: "K", initial: 350 } },
  algebraic: { k: { unit: "1/min", is: "k0 * exp(-EoverR/T)" } },
  derivatives: { cA: "q/V*(cF - cA) - k*cA", T: "q/V*(TF - T) - dH/rhoCp*k*cA + UA/(V*rhoCp)*(Tc - T)" },
  outputs: { conversion: { unit: "1", is: "1 - cA/cF" } },
});
const decay = defineModel({
  name: "decay",
  time: "s",
  parameters: { k: { value: 1, unit: "1/s" } },
  states: { x: { unit: "1", initial: 1 } },
  derivatives: { x: "-k*x" },
});

const noise = random("documentation");
const minutes = Array.from({ length: 241 }, (_, i) => i);
const coolant = minutes.map((t) => (t % 60 < 30 ? 300 : 296));
const run = simulate(reactor, { span: [0, 240], inputs: { q: 100, cF: 1, TF: 350, Tc: signal(minutes, coolant) } });
const measured = minutes.map((t) => run.at(t).T + 0.3 * noise.normal());
const window = windowFromTable(reactor, {
  name: "morning",
  time: minutes,
  inputs: { q: 100, cF: 1, TF: 350, Tc: signal(minutes, coolant) },
  measured: { T: measured },
  sigma: { T: 0.3 },
});
const windows = [window];
const fit = await calibrate({ model: reactor, windows, estimate: ["UA"] });
const hybrid = await fuse(fit, residual({ on: "T", from: ["Tc"], learner: ridge() }), { windows });

const epoch = Date.UTC(2026, 2, 1) / 1000;
const column = (tag: string, value: readonly number[]) => seriesOf(tag, { time: minutes.map((t) => epoch + 60 * t), value });
const constant = (value: number) => minutes.map(() => value);
const series = column(
  "TI101.PV",
  measured.map((T) => T - 273.15),
);
const plant = await openHistorian(
  memorySource({
    name: "archive",
    series: new Map(
      [
        column("FIC101.PV", constant(6)),
        column("AI101.PV", constant(1)),
        column("TI100.PV", constant(76.85)),
        column(
          "TIC102.PV",
          coolant.map((T) => T - 273.15),
        ),
        series,
      ].map((one) => [one.info.tag, one]),
    ),
  }),
);
const tags = bind(reactor, {
  q: { tag: "FIC101.PV", unit: "m^3/h" },
  cF: { tag: "AI101.PV", unit: "mol/L" },
  TF: { tag: "TI100.PV", unit: "degC" },
  Tc: { tag: "TIC102.PV", unit: "degC" },
  T: { tag: "TI101.PV", unit: "degC", sigma: 0.3 },
});
const prepared = await prepare(plant, tags);
const sensor = softSensor(hybrid, { estimate: "T" });

export const setting = { reactor, decay, run, window, windows, fit, hybrid, epoch, series, plant, tags, prepared, sensor };
