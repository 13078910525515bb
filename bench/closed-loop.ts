/**
 * Data from under a controller: error of each way of fitting over many records of two plants, and how often a 90 % interval holds the truth.
 * A heated tank (`examples/closed-loop`), and an exothermic reactor whose feed concentration wanders while a PI controller moves its coolant.
 */
import { type Calibrated, calibrate, defineModel, windowFromTable } from "greybox";
import { random } from "greybox/core";
import { record, truth as tankTruth } from "../examples/closed-loop/data.ts";
import { fitted } from "../examples/closed-loop/fits.ts";
import type { Bench } from "./harness.ts";
import { interleave } from "./harness.ts";

const seeds = Number(process.env["GREYBOX_SEEDS"] ?? 40);
const level = 0.9;

const parameters = {
  k: { value: 0.03, unit: "1/min", bounds: [1e-3, 1], scale: "log" },
  UA: { value: 0.12, unit: "1/min", bounds: [1e-3, 5], scale: "log" },
  EoverR: { value: 8750, unit: "K" },
  rise: { value: 100, unit: "K*L/mol" },
  q: { value: 0.1, unit: "1/min" },
  memory: { value: 30, unit: "min", bounds: [1, 1000], scale: "log" },
} as const;
const rate = { unit: "mol/L/min", is: "k*exp(EoverR*(1/350 K - 1/T))*cA" } as const;
const equations = {
  cA: "q*(1 mol/L + w - cA) - r",
  T: "q*(320 K - T) + rise*r + UA*(Tc - T)",
  w: "-w/memory",
} as const;
const reactor = defineModel({
  name: "reactor",
  time: "min",
  parameters,
  inputs: { Tc: "K" },
  states: {
    cA: { unit: "mol/L", initial: 0.7 },
    T: { unit: "K", initial: 345 },
    w: { unit: "mol/L", initial: 0, nominal: 0.1 },
  },
  algebraic: { r: rate },
  derivatives: equations,
});
const reactorTruth = { k: 0.05, UA: 0.2 } as const;

/** Ten hours of the reactor, one row a minute. */
function reactorRecord(seed: number) {
  const draw = random(seed).fork("reactor in a closed loop");
  const [time, T, Tc]: [number[], number[], number[]] = [[], [], []];
  let [cA, actual, w, sum, level] = [0.7, 345, 0, 0, 345];
  const steps = 100;
  for (let t = 0; t <= 600; t++) {
    if (t % 30 === 0) level = 345 + (draw.normal() > 0 ? 2 : -2);
    const read = actual + 0.05 * draw.normal();
    sum += level - read;
    const coolant = 330 + 2 * (level - read + sum / 20);
    time.push(t);
    T.push(read);
    Tc.push(coolant);
    for (let i = 0; i < steps; i++) {
      const r = reactorTruth.k * Math.exp(8750 * (1 / 350 - 1 / actual)) * cA;
      const dA = 0.1 * (1 + w - cA) - r;
      const dT = 0.1 * (320 - actual) + 100 * r + reactorTruth.UA * (coolant - actual);
      cA += dA / steps;
      actual += dT / steps;
      w += -w / 40 / steps + (0.012 / Math.sqrt(steps)) * draw.normal();
    }
  }
  return windowFromTable(reactor, { time, measured: { T }, inputs: { Tc }, hold: "hold" });
}

/** From the middle of what the plant does to where it settles: the start is estimated as well. */
const initial = { cA: { estimate: true, value: 0.7, bounds: [0, 1.5] }, T: { estimate: true } } as const;

const reactorWays: Readonly<Record<string, (seed: number) => Promise<Calibrated>>> = {
  "residuals are noise": (seed) =>
    calibrate({ model: reactor, windows: [reactorRecord(seed)], estimate: ["k", "UA"], initial, level, solver: { rtol: 1e-6 } }),
  "the disturbance is followed": (seed) =>
    calibrate({
      model: reactor,
      windows: [reactorRecord(seed)],
      estimate: ["k", "UA", "memory"],
      initial,
      innovations: { T: { T: true, cA: true, w: true } },
      level,
      solver: { rtol: 1e-6 },
    }),
};

const tankWays = ["residuals are noise", "errors are correlated", "the loop is simulated", "the disturbance is followed"] as const;

function contestant(name: string, truth: Readonly<Record<string, number>>, fit: (seed: number) => Promise<Calibrated>) {
  return {
    name,
    async run() {
      const started = performance.now();
      const found: Record<string, number[]> = {};
      const held: Record<string, number> = {};
      for (let seed = 1; seed <= seeds; seed++) {
        const { parameters } = await fit(seed);
        for (const [parameter, value] of Object.entries(truth)) {
          const estimate = parameters[parameter]!;
          found[parameter] = [...(found[parameter] ?? []), 100 * (estimate.value / value - 1)];
          const [low, high] = estimate.interval ?? [Number.NaN, Number.NaN];
          held[parameter] = (held[parameter] ?? 0) + Number(low <= value && value <= high);
        }
      }
      const counts: Record<string, number> = {};
      let error = 0;
      for (const [parameter, errors] of Object.entries(found)) {
        const mean = errors.reduce((sum, one) => sum + one, 0) / seeds;
        const variance = errors.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(seeds - 1, 1);
        counts[`bias of ${parameter} [%]`] = round(mean);
        counts[`± [%]`] = round(Math.max(counts[`± [%]`] ?? 0, Math.sqrt(variance / seeds)));
        counts[`90 % interval of ${parameter} holds the truth [%]`] = round((100 * held[parameter]!) / seeds);
        error = Math.max(error, Math.abs(mean));
      }
      return { milliseconds: (performance.now() - started) / seeds, error, counts };
    },
  };
}

const round = (value: number): number => Math.round(10 * value) / 10;

export const closedLoop: Bench = {
  name: "closed-loop",
  about: `Fits of ${seeds} records from closed loops of two simulated plants`,
  async run() {
    const { rows } = await interleave(
      [
        ...tankWays.map((way) => contestant(`tank: ${way}`, tankTruth, (seed) => fitted(way, record(seed), level))),
        ...Object.entries(reactorWays).map(([way, fit]) => contestant(`reactor: ${way}`, reactorTruth, fit)),
      ],
      { rounds: 1, warmup: 0 },
    );
    return {
      about: "Milliseconds are for one fit.",
      error: "largest bias of an estimate [%]",
      rows,
      ratios: {},
      remarks: ["The disturbance is unmeasured and has a memory of 40 min; set-points move every 20 to 30 min."],
    };
  },
};
