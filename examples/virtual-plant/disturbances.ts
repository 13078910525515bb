/** What the surroundings do to the virtual plant: campaigns, set-points, weather and the feed tank. One value a minute, held through it. */
import { type Random, random } from "greybox/core";
import { truth } from "./truth.ts";

/** Columns with one entry a minute. */
export interface Disturbances {
  /** Feed flow [L/min], concentration of A in it [mol/L], its temperature [K]. */
  readonly q: Float64Array;
  readonly cF: Float64Array;
  readonly TF: Float64Array;
  /** Set-point of the temperature [K]. */
  readonly setPoint: Float64Array;
  /** Temperature of the coolant [K]. */
  readonly TCoolant: Float64Array;
}

/** Everything that disturbs the plant over some days. Equal seeds give equal bits. */
export function disturbances(days: number, seed: number): Disturbances {
  const minutes = Math.round(days * 1440);
  const from = (label: string) => random(seed).fork(label);
  const throughput = levels(minutes, from("throughput"), { shortest: 480, longest: 1440, lowest: 0.74, highest: 1.26 });
  const grade = levels(minutes, from("grade"), { shortest: 720, longest: 2160, lowest: 3.7, highest: 4.3 });
  const setPoint = levels(minutes, from("set-point"), { shortest: 360, longest: 1080, lowest: 338, highest: 351 });
  const flowNoise = wander(minutes, from("flow"), 0.5, 15);
  const feedNoise = wander(minutes, from("feed"), 0.03, 180);
  const weather = wander(minutes, from("weather"), 1.2, 600);
  const cooling = wander(minutes, from("coolant"), 0.6, 240);
  const daily = Float64Array.from({ length: minutes }, (_, i) => Math.sin((2 * Math.PI * (i - 540)) / 1440));
  return {
    q: throughput.map((level, i) => truth.designFlow * level + flowNoise[i]!),
    cF: grade.map((level, i) => level + feedNoise[i]!),
    TF: weather.map((deviation, i) => 300 + 2.5 * daily[i]! + deviation),
    setPoint,
    TCoolant: cooling.map((deviation, i) => 288 + 1.5 * daily[i]! + deviation),
  };
}

/** Piecewise constant: a new level after a random stay. Stays in minutes. */
function levels(
  minutes: number,
  draw: Random,
  range: { readonly shortest: number; readonly longest: number; readonly lowest: number; readonly highest: number },
): Float64Array {
  const column = new Float64Array(minutes);
  let next = 0;
  let level = 0;
  for (let i = 0; i < minutes; i++) {
    if (i >= next) {
      next = i + range.shortest + draw.integer(range.longest - range.shortest);
      level = range.lowest + draw.uniform() * (range.highest - range.lowest);
    }
    column[i] = level;
  }
  return column;
}

/** A first-order random walk around 0 with the given standard deviation and time constant [min] (Ornstein–Uhlenbeck, exact update). */
function wander(minutes: number, draw: Random, sigma: number, timeConstant: number): Float64Array {
  const keep = Math.exp(-1 / timeConstant);
  const kick = sigma * Math.sqrt(1 - keep * keep);
  const column = new Float64Array(minutes);
  let x = sigma * draw.normal();
  for (let i = 0; i < minutes; i++) {
    column[i] = x;
    x = keep * x + kick * draw.normal();
  }
  return column;
}
