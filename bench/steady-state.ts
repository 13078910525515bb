/**
 * How often the methods that find steady states err: samples of a steady record that are called transient (type I), and samples of a transient
 * that are called steady (type II), for noise with and without a memory and for transients of several kinds.
 */
import { random } from "greybox/core";
import { type SteadyOptions, seriesOf, steadyDefaults, steadyState } from "greybox/historian";
import type { Bench, Round } from "./harness.ts";
import { interleave } from "./harness.ts";

const points = 20_000;
const seeds = 5;
const window = 20;
/** Transients are looked for in this stretch of the record. */
const [begin, end] = [10_000, 10_400] as const;

function noise(seed: number, rho: number): Float64Array {
  const dice = random(`steady bench ${seed}`);
  const x = new Float64Array(points);
  let v = dice.normal();
  for (let i = 0; i < points; i++) {
    v = rho * v + Math.sqrt(1 - rho * rho) * dice.normal();
    x[i] = v;
  }
  return x;
}

const transients: Readonly<Record<string, (i: number) => number>> = {
  "ramp 1 σ in 20": (i) => 0.05 * i,
  "ramp 1 σ in 10": (i) => 0.1 * i,
  "ramp 1 σ in 5": (i) => 0.2 * i,
  "wave ±3 σ, period 4 windows": (i) => 3 * Math.sin((2 * Math.PI * i) / (4 * window)),
  "wave ±3 σ, period 1 window": (i) => 3 * Math.sin((2 * Math.PI * i) / window),
};

/** Share of the samples in a part of the record with the given verdict. */
function share(of: (seed: number) => Float64Array, options: SteadyOptions, verdict: 0 | 1, from: number, to: number): number {
  let [hits, all] = [0, 0];
  for (let seed = 0; seed < seeds; seed++) {
    const value = of(seed);
    const time = Float64Array.from(value.keys());
    const { time: at, steady } = steadyState(seriesOf("x", { time, value, status: new Uint32Array(points) }), options);
    at.forEach((t, i) => {
      if (t < from || t >= to) return;
      all++;
      if (steady[i] === verdict) hits++;
    });
  }
  return all > 0 ? hits / all : 0;
}

function contestant(method: "ratio" | "means" | "slope", sides: "past" | "both"): { name: string; run(): Round } {
  const options: SteadyOptions = { method, sides, window };
  return {
    name: `${method}, ${sides === "both" ? "both sides" : "past only"}`,
    run() {
      const started = performance.now();
      const counts: Record<string, number> = {};
      for (const rho of [0, 0.5, 0.8, 0.9])
        counts[`% wrong, ρ = ${rho}`] = percent(share((seed) => noise(seed, rho), options, 0, 2500, points - 2500));
      for (const [name, course] of Object.entries(transients)) {
        const moved = (seed: number): Float64Array =>
          noise(seed, 0).map((v, i) => v + course(Math.max(0, Math.min(end - begin, i - begin))));
        counts[`% missed, ${name}`] = percent(share(moved, options, 1, begin + window, end - window));
      }
      const asked = 100 * steadyDefaults.significance;
      return { milliseconds: performance.now() - started, error: Math.abs(counts["% wrong, ρ = 0"]! - asked), counts };
    },
  };
}

const percent = (x: number): number => Math.round(1000 * x) / 10;

export const steadyStates: Bench = {
  name: "steady-state",
  about: "Errors of the methods that find steady states",
  async run() {
    const { rows } = await interleave(
      (["ratio", "means", "slope"] as const).flatMap((method) => [contestant(method, "past"), contestant(method, "both")]),
      { rounds: 1, warmup: 0 },
    );
    return {
      about: `Shares of samples, ${seeds} records of ${points} points each; windows of ${window} samples; ${100 * steadyDefaults.significance} % asked for`,
      error: "percent of a steady record called transient, less what was asked for",
      rows,
      ratios: {},
      remarks: [
        "Transients begin and end within the record; their first and last window are left out.",
        "A wave as long as a window is invisible to means over windows; the ratio sees it.",
      ],
    };
  },
};
