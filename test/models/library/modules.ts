/** Every module of the library with an operating point, for tests that treat all alike. */
import type { Model } from "../../../src/models/index.ts";
import * as library from "../../../src/models/library/index.ts";

interface Case {
  readonly model: Model;
  /** Away from kinks and limits, in the units of the model. */
  readonly inputs: Readonly<Record<string, number>>;
}

/** Modules by the name they are exported under. Those whose size can be chosen are small here. */
export const modules: Readonly<Record<string, Case>> = {
  isothermalCstr: { model: library.isothermalCstr, inputs: { q: 1e-3, cAF: 1000 } },
  exothermicCstr: { model: library.exothermicCstr, inputs: { q: 1 / 600, cAF: 1000, TF: 350, Tc: 300 } },
  plugFlowReactor: { model: library.plugFlowReactor({ cells: 4 }), inputs: { q: 1e-3, cAF: 1000, TF: 350, Tc: 340 } },
  batchReactor: { model: library.batchReactor, inputs: { T: 355 } },
  fedBatchReactor: { model: library.fedBatchReactor, inputs: { q: 1e-4, cBF: 2000 } },
  monodChemostat: { model: library.monodChemostat, inputs: { D: 0.5, SF: 10 } },
  haldaneChemostat: { model: library.haldaneChemostat, inputs: { D: 0.3, SF: 4 } },
  fedBatchFermenter: { model: library.fedBatchFermenter, inputs: { F: 0.1, SF: 300 } },
  openTank: { model: library.openTank, inputs: { qIn: 2e-3 } },
  closedTank: { model: library.closedTank, inputs: { qIn: 5e-3, pOut: 1.01325e5 } },
  overflowTank: { model: library.overflowTank.with({ parameters: { crest: 0.8 } }), inputs: { qIn: 0.1, qDraw: 0.02 } },
  counterCurrentExchanger: {
    model: library.counterCurrentExchanger({ cells: 3 }),
    inputs: { qh: 1e-3, ThIn: 360, qc: 2e-3, TcIn: 290 },
  },
  coCurrentExchanger: { model: library.coCurrentExchanger({ cells: 3 }), inputs: { qh: 1e-3, ThIn: 360, qc: 2e-3, TcIn: 290 } },
  jacket: { model: library.jacket, inputs: { q: 1e-3, TIn: 290, T: 350 } },
  evaporator: {
    model: library.evaporator,
    inputs: { F1: 10, X1: 5, T1: 313.15, F2: 2, F3: 50, P100: 194.7, F200: 208, T200: 298.15 },
  },
  dryer: { model: library.dryer, inputs: {} },
  flashDrum: { model: library.flashDrum, inputs: { F: 10, z1: 0.4, z2: 0.35, T: 375, P: 101325 } },
  distillationTray: { model: library.distillationTray, inputs: { LIn: 45, xIn: 0.6, VIn: 53, yIn: 0.5 } },
  distillationColumn: {
    model: library.distillationColumn({ stages: 6, feed: 3 }),
    inputs: { LT: 45, VB: 53, F: 16, zF: 0.5, qF: 0.9 },
  },
  absorber: { model: library.absorber({ stages: 3 }), inputs: { L: 10, xIn: 0.001, G: 9, yIn: 0.03 } },
  mixer: { model: library.mixer, inputs: { q1: 1e-3, c1: 100, T1: 300, q2: 3e-3, c2: 200, T2: 340 } },
  splitter: { model: library.splitter, inputs: { q: 1e-3, c: 100, T: 300, share: 0.3 } },
  linearValve: { model: library.linearValve, inputs: { opening: 0.5, p1: 5e5, p2: 4e5 } },
  equalPercentageValve: { model: library.equalPercentageValve, inputs: { opening: 0.5, p1: 5e5, p2: 4e5 } },
  quickOpeningValve: { model: library.quickOpeningValve, inputs: { opening: 0.5, p1: 5e5, p2: 4e5 } },
  gasValve: { model: library.gasValve, inputs: { opening: 0.5, p1: 5e5, p2: 4e5, T1: 300 } },
  centrifugalPump: { model: library.centrifugalPump, inputs: { q: 0.015, speed: 0.9 } },
  pipeDelay: { model: library.pipeDelay({ cells: 3 }), inputs: { q: 1e-3, y0: 300 } },
  pipePressureDrop: { model: library.pipePressureDrop, inputs: { q: 0.01 } },
  laminarFriction: { model: library.laminarFriction, inputs: { Re: 1000 } },
  colebrookFriction: { model: library.colebrookFriction, inputs: { Re: 1e5 } },
  haalandFriction: { model: library.haalandFriction, inputs: { Re: 1e5 } },
  firstOrderSensor: { model: library.firstOrderSensor(), inputs: { actual: 320 } },
  pi: {
    model: library.pi({ measured: "K", output: "m^3/s", time: "s", Kc: -1e-4, tauI: 100, limits: [0, 1e-2] }),
    inputs: { measured: 351, setpoint: 350, auto: 1, manual: 1e-3 },
  },
  pid: {
    model: library.pid({ measured: "K", output: "m^3/s", time: "s", Kc: -1e-4, tauI: 100, tauD: 10, limits: [0, 1e-2] }),
    inputs: { measured: 351, setpoint: 350, auto: 1, manual: 1e-3 },
  },
  arrhenius: { model: library.arrhenius, inputs: { T: 320 } },
  langmuirHinshelwood: { model: library.langmuirHinshelwood, inputs: { pA: 2e5, pB: 1e5 } },
  antoine: { model: library.antoine("water"), inputs: { T: 360 } },
  shomate: { model: library.shomate("steam"), inputs: { T: 700 } },
};

/** Functions that are models or give one: what the library exports but tables, defaults and types. */
export const exportedModules: readonly string[] = Object.keys(library).filter(
  (name) => !name.endsWith("Defaults") && !name.endsWith("Constants"),
);
