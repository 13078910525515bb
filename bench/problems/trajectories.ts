/** What solvers are compared on: eight models with a run each, the times it is reported at, and parameters to differentiate with respect to. */
import type { SystemSource } from "greybox/core";
import { reactor, constants as reactorInputs, truth as reactorParameters } from "./cstr.ts";
import { hires } from "./gallery/hires.ts";
import { gallery } from "./gallery/index.ts";
import { pollu } from "./gallery/pollu.ts";
import { rober } from "./gallery/rober.ts";
import { lotkaVolterra } from "./lotka-volterra.ts";
import { vanDeVusse } from "./van-de-vusse.ts";

export interface TrajectoryProblem {
  /** A word of letters and underscores: it is part of names in C and Python. */
  readonly name: string;
  readonly title: string;
  readonly model: SystemSource;
  /** Where it differs from the model's own. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Constant. */
  readonly inputs: Readonly<Record<string, number>>;
  /** Increasing; the run starts at 0 and ends at the last. */
  readonly samples: Float64Array;
  /** States at the end, from the Test Set for Initial Value Problem Solvers, release 2.4, Univ. Bari 2008. */
  readonly published?: readonly number[];
  /** Explicit methods are left out where the problem is stiff. */
  readonly stiff: boolean;
  /** Parameters of sensitivities; none: not part of that comparison. */
  readonly estimate: readonly string[];
}

const even = (end: number, count: number) => Float64Array.from({ length: count }, (_, i) => (end * (i + 1)) / count);
const decades = (from: number, to: number) => Float64Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));

export const trajectoryProblems: readonly TrajectoryProblem[] = [
  {
    name: "lotka_volterra",
    title: "Lotka–Volterra, 2 states",
    model: lotkaVolterra,
    parameters: {},
    inputs: {},
    samples: even(20, 100),
    stiff: false,
    estimate: ["a", "b", "c", "d"],
  },
  {
    name: "cstr",
    title: "Exothermic CSTR, 2 states",
    model: reactor,
    parameters: reactorParameters,
    inputs: { q: reactorInputs.q, cF: reactorInputs.cF, TF: reactorInputs.TF, Tc: 304 },
    samples: even(10, 100),
    stiff: false,
    estimate: ["k0", "EoverR", "dH", "UA"],
  },
  {
    name: "rober",
    title: "ROBER, 3 states",
    model: rober,
    parameters: {},
    inputs: {},
    // The published run ends at 1e11; beyond 1e5 A sinks below its absolute tolerance, and BDF codes lose their way in noise.
    samples: decades(-5, 5),
    stiff: true,
    estimate: ["k1", "k2", "k3"],
  },
  {
    name: "van_de_vusse",
    title: "Van de Vusse reactor, 4 states",
    model: vanDeVusse,
    parameters: {},
    inputs: {},
    samples: even(0.6, 200),
    stiff: true,
    estimate: ["k10", "k30", "E1", "E3", "kw"],
  },
  {
    name: "hires",
    title: "HIRES, 8 states",
    model: hires,
    parameters: {},
    inputs: {},
    samples: even(321.8122, 50),
    published: [
      0.0007371312573325668, 0.0001442485726316185, 5.888729740967575e-5, 0.001175651343283149, 0.002386356198831331, 0.006238968252742796,
      0.002849998395185769, 0.002850001604814231,
    ],
    stiff: true,
    estimate: ["k1", "k2", "k3", "k4", "k5", "k6"],
  },
  {
    name: "pollu",
    title: "POLLU, 20 states",
    model: pollu,
    parameters: {},
    inputs: {},
    samples: even(60, 50),
    published: [
      0.05646255480022769, 0.1342484130422339, 4.139734331099427e-9, 0.005523140207484359, 2.018977262302196e-7, 1.464541863493966e-7,
      0.07784249118997964, 0.3245075353396018, 0.007494013383880406, 1.622293157301561e-8, 1.135863833257075e-8, 0.002230505975721359,
      0.000208716288279863, 1.396921016840158e-5, 0.008964884856898295, 4.352846369330103e-18, 0.006899219696263405, 0.0001007803037365946,
      1.772146513969984e-6, 5.682943292316392e-5,
    ],
    stiff: true,
    estimate: ["k1", "k2", "k3", "k12", "k14", "k25"],
  },
  {
    name: "column",
    title: "Distillation column of 40 trays, 84 states",
    ...exhibit("column"),
    parameters: {},
    samples: even(60_000, 30),
    stiff: true,
    estimate: [],
  },
  {
    name: "tubular_reactor",
    title: "Tubular reactor of 200 cells, 400 states",
    ...exhibit("tubular-reactor"),
    parameters: {},
    samples: even(400, 30),
    stiff: true,
    estimate: [],
  },
];

function exhibit(name: string) {
  const { model, inputs } = gallery[name]!;
  return { model, inputs };
}
