/** Plants whose records were compressed: what is true of them, and one record that is fitted as it is and with the historian simulated. */
import { bootstrap, type Calibrated, calibrate, evaluate, type Question } from "greybox/calibration";
import { task } from "greybox/compute";
import { type AnySource, type Random, random, type Signal, signal } from "greybox/core";
import { seriesOf, swingingDoor, type Window, windowFromTable } from "greybox/historian";
import { defineModel } from "greybox/models";

export interface Plant {
  readonly name: string;
  readonly model: AnySource;
  /** True values of what is estimated. */
  readonly truth: Readonly<Record<string, number>>;
  /** Where the search starts. */
  readonly guess: Readonly<Record<string, number>>;
  readonly sigma: Readonly<Record<string, number>>;
  /** Time between two values at the source, and length of the record. */
  readonly every: number;
  readonly duration: number;
  readonly door: "aperture" | "parallel";
  inputs(draw: Random): Readonly<Record<string, Signal>>;
}

/** Eight steps about a level. */
function steps(duration: number, level: number, least: number, most: number, draw: Random): Signal {
  const times = Float64Array.from({ length: 9 }, (_, i) => (i * duration) / 8);
  return signal(
    times,
    Array.from(times, (_, i) => level + (i % 2 === 0 ? 1 : -1) * (least + (most - least) * draw.uniform())),
    "hold",
  );
}

/** The system of the published table: K = 2, τ = 120 s, two hours at one second, a door as Bristol wrote it. */
const lag: Plant = {
  name: "first-order lag",
  model: defineModel({
    name: "lag",
    time: "s",
    parameters: { tau: { value: 120, unit: "s", bounds: [1, 2000], scale: "log" }, K: { value: 2, unit: "1", bounds: [0.1, 20] } },
    inputs: { u: "1" },
    states: { y: { unit: "1", initial: 0 } },
    derivatives: { y: "(K*u - y)/tau" },
  }),
  truth: { tau: 120, K: 2 },
  guess: { tau: 90, K: 1.5 },
  sigma: { y: 0.04 },
  every: 1,
  duration: 7200,
  door: "parallel",
  inputs: (draw) => ({ u: steps(7200, 0, 0.4, 1, draw) }),
};

const reactor: Plant = {
  name: "stirred tank with reaction",
  model: defineModel({
    name: "stirred-tank",
    time: "min",
    parameters: {
      k350: { value: 0.2, unit: "1/min", bounds: [0.01, 5], scale: "log" },
      UA: { value: 0.15, unit: "1/min", bounds: [0.01, 2], scale: "log" },
      D: { value: 0.1, unit: "1/min" },
      cIn: { value: 1, unit: "mol/L" },
      TIn: { value: 330, unit: "K" },
      E: { value: 6000, unit: "K" },
      T0: { value: 350, unit: "K" },
      h: { value: 60, unit: "K*L/mol" },
    },
    inputs: { Tj: "K" },
    states: { c: { unit: "mol/L", initial: 0.4 }, T: { unit: "K", initial: 345 } },
    algebraic: { r: { unit: "mol/L/min", is: "k350*exp(E/T0 - E/T)*c" } },
    derivatives: { c: "D*(cIn - c) - r", T: "D*(TIn - T) + h*r + UA*(Tj - T)" },
  }),
  truth: { k350: 0.2, UA: 0.15 },
  guess: { k350: 0.15, UA: 0.2 },
  sigma: { T: 0.2 },
  every: 0.1,
  duration: 360,
  door: "aperture",
  inputs: (draw) => ({ Tj: steps(360, 340, 4, 8, draw) }),
};

const twoTanks: Plant = {
  name: "two tanks in a row, two tags",
  model: defineModel({
    name: "two-tanks",
    time: "s",
    parameters: {
      K: { value: 2, unit: "1", bounds: [0.1, 20] },
      tau1: { value: 100, unit: "s", bounds: [1, 2000], scale: "log" },
      tau2: { value: 60, unit: "s", bounds: [1, 2000], scale: "log" },
    },
    inputs: { u: "1" },
    states: { y1: { unit: "1", initial: 0 }, y2: { unit: "1", initial: 0 } },
    derivatives: { y1: "(K*u - y1)/tau1", y2: "(y1 - y2)/tau2" },
  }),
  truth: { K: 2, tau1: 100, tau2: 60 },
  guess: { K: 1.5, tau1: 70, tau2: 90 },
  sigma: { y1: 0.05, y2: 0.03 },
  every: 2,
  duration: 7200,
  door: "aperture",
  inputs: (draw) => ({ u: steps(7200, 0, 0.4, 1, draw) }),
};

export const plants = { lag, reactor, twoTanks } as const;

export interface CompressedInput {
  readonly plant: keyof typeof plants;
  readonly seed: number;
  /** Compression deviation in σ. */
  readonly deviation: number;
  /** `archived`, or the step of a grid on which values were interpolated. */
  readonly points: "archived" | number;
  /** Whether σ at the source is told. */
  readonly told: boolean;
  /** Draws a round; 0: only the fit. */
  readonly draws: number;
  /** The deviation that is said, over the true one. Default 1. */
  readonly said?: number;
}

/** Of one estimate: relative errors, relative standard errors, and whether the 95 % intervals contain the truth. */
export interface Estimated {
  readonly error: number;
  readonly claimed: number;
  readonly inside: boolean;
}

export interface CompressedRun {
  /** Values at the source over values that were kept. */
  readonly ratio: number;
  readonly fit: Readonly<Record<string, Estimated>>;
  /** With the historian simulated; refused estimates are not in it. */
  readonly cured: Readonly<Record<string, Estimated>>;
  readonly refused: number;
  readonly why: readonly string[];
  readonly milliseconds: number;
}

export async function runCompressed({ plant, seed, deviation, points, told, draws, said = 1 }: CompressedInput): Promise<CompressedRun> {
  const { model, truth, guess, sigma, every, door, inputs } = plants[plant];
  const draw = random(`${plant} ${seed}`);
  const signals = inputs(draw.fork("inputs"));
  const { window, ratio } = record(plants[plant], signals, deviation, points, draw);
  const names = Object.keys(truth);
  const archive = Object.fromEntries(
    Object.entries(sigma).map(([tag, size]) => [
      tag,
      {
        compression: said * deviation * size,
        every,
        door,
        points: points === "archived" ? points : "interpolated",
        ...(told ? { sigma: size } : {}),
      },
    ]),
  );
  const started = defaultsReplaced(model, guess);
  const question = { model: started, windows: [window], estimate: names, archive, solver: { rtol: 1e-6 } } as unknown as Question;
  const begin = performance.now();
  const fit = (await calibrate(question)) as Calibrated;
  const estimates = Object.fromEntries(
    names.map((name): [string, Estimated] => {
      const { value, interval, standardError } = fit.parameters[name]!;
      return [name, estimated(value, standardError ?? Number.NaN, interval, truth[name]!)];
    }),
  );
  const none = { ratio, fit: estimates, cured: {}, refused: 0, why: [], milliseconds: performance.now() - begin };
  if (draws === 0) return none;
  const { quantities, verdict } = await bootstrap(question, fit, { kind: "archive", draws, seed });
  const cured = names.flatMap((name): [string, Estimated][] => {
    const one = quantities[name];
    return one?.interval ? [[name, estimated(one.unbiased, one.standardDeviation, one.interval, truth[name]!)]] : [];
  });
  return {
    ...none,
    cured: Object.fromEntries(cured),
    refused: verdict.length > 0 ? 1 : 0,
    why: verdict,
    milliseconds: performance.now() - begin,
  };
}

export const runCompressedTask = task<CompressedInput, CompressedRun>(import.meta.url, "runCompressed");

function estimated(value: number, error: number, interval: readonly [number, number] | undefined, truth: number): Estimated {
  return {
    error: value / truth - 1,
    claimed: error / truth,
    inside: interval !== undefined && interval[0] <= truth && truth <= interval[1],
  };
}

function defaultsReplaced(model: AnySource, values: Readonly<Record<string, number>>): AnySource {
  return (model as AnySource & { with(change: { parameters: Readonly<Record<string, number>> }): AnySource }).with({ parameters: values });
}

function record(
  { model, sigma, every, duration, door }: Plant,
  signals: Readonly<Record<string, Signal>>,
  deviation: number,
  points: "archived" | number,
  draw: Random,
): { window: Window; ratio: number } {
  const time = Float64Array.from({ length: Math.round(duration / every) + 1 }, (_, i) => i * every);
  const empty = windowFromTable(model, { time, inputs: signals as never, measured: {} as never });
  const { columns } = evaluate(model, empty, { at: time, solver: { rtol: 1e-8 } });
  const measured: Record<string, Window["measured"][string]> = {};
  let kept = 0;
  for (const [tag, size] of Object.entries(sigma)) {
    const noise = draw.fork(tag);
    const value = (columns as Readonly<Record<string, Float64Array>>)[tag]!.map((one) => one + size * noise.normal());
    const series = seriesOf(tag, { time, value });
    const archived = deviation > 0 ? swingingDoor(series, { deviation: deviation * size, door }) : series;
    kept += archived.time.length;
    const read = points === "archived" ? archived : interpolated(archived.time, archived.value, points, duration);
    const count = read.time.length;
    measured[tag] = {
      time: read.time,
      value: read.value,
      status: new Uint32Array(count),
      reasons: new Uint32Array(count),
      weight: new Float64Array(count).fill(1),
      sigma: undefined,
      compression: deviation * size,
    };
  }
  return { window: { ...empty, measured }, ratio: (time.length * Object.keys(sigma).length) / kept };
}

function interpolated(
  times: Float64Array,
  values: Float64Array,
  step: number,
  duration: number,
): { time: Float64Array; value: Float64Array } {
  const lines = signal(times, values, "linear");
  const time = Float64Array.from({ length: Math.floor(duration / step) + 1 }, (_, i) => i * step);
  let k = 0;
  const value = time.map((t) => {
    while (k < times.length - 2 && lines.times[k + 1]! <= t) k++;
    const share = (t - times[k]!) / (times[k + 1]! - times[k]!);
    return values[k]! + share * (values[k + 1]! - values[k]!);
  });
  return { time, value };
}
