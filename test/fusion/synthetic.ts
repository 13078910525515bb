/** A small world with known truth: a first-order lag written by hand, a fit of it that is exact, and windows from a plant that does more. */
import type { Calibrated } from "../../src/calibration/calibrated.ts";
import { type ModelDefinition, random, type Signal, type System, type SystemSource, signal } from "../../src/core/index.ts";
import type { Measured, Window } from "../../src/historian/window.ts";

const definition: ModelDefinition = {
  name: "lag",
  time: "min",
  parameters: { K: { value: 2, unit: "1" }, tau: { value: 5, unit: "min" } },
  inputs: { u: "1", v: "1" },
  states: { x: { unit: "K", initial: 0, nominal: 1 } },
  algebraic: {},
  derivatives: { x: "(K*u - x)/tau" },
  events: {},
  outputs: { twice: { unit: "K", is: "2*x" } },
};

/** dx/dt = (K·u − x)/τ, and `twice` = 2·x; the input v does not act. */
export const lag: SystemSource<"K" | "tau", "u" | "v", "x", never, "twice"> = {
  name: "lag",
  definition,
  system({ active = [] } = {}): System {
    const indices = active.map((name) => ["K", "tau"].indexOf(name));
    const slope = (k: number, dp: Float64Array, parameter: number) =>
      indices.includes(parameter) ? dp[k * indices.length + indices.indexOf(parameter)]! : 0;
    return {
      name: "lag",
      time: "min",
      states: ["x"],
      inputs: ["u", "v"],
      parameters: ["K", "tau"],
      active: Int32Array.from(indices),
      p: Float64Array.of(2, 5),
      nominal: Float64Array.of(1),
      lower: Float64Array.of(-Infinity),
      initial: { size: 1, evaluate: (_t, _x, _u, _p, out) => put(out, 0), tangent: (_t, _x, _u, _p, _along, out) => put(out, 0) },
      rhs: {
        size: 1,
        evaluate: (_t, x, u, p, out) => put(out, (p[0]! * u[0]! - x[0]!) / p[1]!),
        tangent(_t, x, u, p, { count, dx, du, dp }, out) {
          for (let k = 0; k < count; k++) {
            const [dK, dtau] = [slope(k, dp, 0), slope(k, dp, 1)];
            out[k] = (dK * u[0]! + p[0]! * du[2 * k]! - dx[k]!) / p[1]! - ((p[0]! * u[0]! - x[0]!) / p[1]! ** 2) * dtau;
          }
        },
      },
      observables: ["x", "twice"],
      observe: {
        size: 2,
        evaluate(_t, x, _u, _p, out) {
          out[0] = x[0]!;
          out[1] = 2 * x[0]!;
        },
        tangent(_t, _x, _u, _p, { count, dx }, out) {
          for (let k = 0; k < count; k++) {
            out[2 * k] = dx[k]!;
            out[2 * k + 1] = 2 * dx[k]!;
          }
        },
      },
      differentiable: true,
    };
  },
};

function put(out: Float64Array, value: number): void {
  out.fill(value);
}

export function exactFit(data = "other data"): Calibrated<typeof lag, "K" | "tau"> {
  const estimate = (value: number, unit: string, standardError: number) => ({
    value,
    unit,
    standardError,
    interval: [value - 2 * standardError, value + 2 * standardError] as const,
    atBound: undefined,
    identifiable: true,
    physical: true,
  });
  return {
    model: lag,
    parameters: { K: estimate(2, "1", 0.01), tau: estimate(5, "min", 0.05) },
    local: {},
    initial: {},
    start: {},
    names: ["K", "tau"],
    covariance: Float64Array.of(1e-4, 0, 0, 25e-4),
    correlation: Float64Array.of(1, 0, 0, 1),
    cost: 1,
    logLikelihood: undefined,
    termination: { kind: "cost", ok: true },
    loose: [],
    verdict: [],
    tags: {},
    starts: [],
    residuals: [],
    level: 0.95,
    report: async () => {},
    provenance: { model: "lag", data, question: "", seed: 0, version: "0" },
  };
}

export interface PlantOptions {
  readonly name?: string;
  readonly seed?: number;
  readonly points?: number;
  readonly noise?: number;
  readonly epoch?: number;
  /** What the plant adds to the lag. */
  readonly extra?: (u: number, v: number, x: number, t: number) => number;
  /** Scale of the input v. */
  readonly reach?: number;
}

/** One window of plant data: x is the lag's exact answer to steps of u every 7 min, plus what the mechanism does not know, plus noise. */
export function plantWindow(options: PlantOptions = {}): Window {
  const { name = "w", seed = 1, points = 400, noise = 0.05, epoch = 0, extra = () => 0, reach = 1 } = options;
  const source = random(seed);
  const duration = points;
  const steps = Math.ceil(duration / 7) + 1;
  const times = Float64Array.from({ length: steps }, (_, i) => 7 * i);
  const u = signal(
    times,
    times.map(() => source.uniform() * 2 - 1),
  );
  const v = signal(
    times,
    times.map(() => reach * (source.uniform() * 2 - 1)),
  );
  const time = Float64Array.from({ length: points - 1 }, (_, i) => i + 1);
  const exact = lagAnswer(u, time);
  const value = exact.map((x, i) => {
    const [at, step] = [time[i]!, Math.floor(time[i]! / 7)];
    return x + extra(u.values[step]!, v.values[step]!, x, at) + noise * source.normal();
  });
  return {
    name,
    time: "min",
    epoch,
    duration,
    inputs: { u, v },
    inputStatus: {},
    measured: { x: measured(time, value, noise) },
    excluded: {},
  };
}

export function measured(time: Float64Array, value: Float64Array, sigma: number | undefined, reported?: Float64Array): Measured {
  const count = time.length;
  return {
    time,
    value,
    status: new Uint32Array(count),
    reasons: new Uint32Array(count),
    weight: new Float64Array(count).fill(1),
    sigma,
    compression: 0,
    ...(reported && { reported }),
  };
}

/** x(t) for K = 2, τ = 5, x(0) = 0: exponentials between the steps. */
function lagAnswer(u: Signal, time: Float64Array): Float64Array {
  const ends = [0];
  for (const [i, value] of u.values.entries()) ends.push(2 * value + (ends[i]! - 2 * value) * Math.exp(-7 / 5));
  return time.map((t) => {
    const step = Math.floor(t / 7);
    return 2 * u.values[step]! + (ends[step]! - 2 * u.values[step]!) * Math.exp(-(t - 7 * step) / 5);
  });
}
