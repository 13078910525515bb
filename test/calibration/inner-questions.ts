/** Questions with unknowns that have a closed form. */
import type { Question } from "../../src/calibration/index.ts";
import { random } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

const chain = defineModel({
  name: "chain",
  time: "h",
  parameters: {
    k1: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" },
    k2: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" },
    sd: { value: 1, unit: "mol/L", bounds: [1e-4, 1e4], scale: "log" },
    gain: { value: 1, unit: "1" },
    zero: { value: 0, unit: "mol/L" },
    factor: { value: 1, unit: "1", scale: "log" },
  },
  states: { a: { unit: "mol/L", initial: 4 }, b: { unit: "mol/L", initial: 0.1, nominal: 1 } },
  derivatives: { a: "-k1*a", b: "k1*a - k2*b" },
  outputs: {
    noise: { unit: "mol/L", is: "sd" },
    reading: { unit: "mol/L", is: "gain*b + zero" },
    relative: { unit: "mol/L", is: "factor*a" },
  },
});

const time = Array.from({ length: 24 }, (_, i) => 0.3 * (i + 1));
const a = (t: number): number => 4 * Math.exp(-0.8 * t);
const b = (t: number): number => 0.1 * Math.exp(-0.3 * t) + (4 * 0.8 * (Math.exp(-0.3 * t) - Math.exp(-0.8 * t))) / 0.5;
function points(of: (t: number) => number, sd: number, seed: number, relative = false) {
  const draw = random(seed);
  return measured(
    time,
    time.map((t) => (relative ? of(t) * Math.exp(sd * draw.normal()) : of(t) + sd * draw.normal())),
    { weight: Float64Array.from(time, (_, i) => (i % 3 === 0 ? 0.5 : 1)) },
  );
}
const data = window("run", "h", {
  a: points(a, 0.1, 1, true),
  b: points(b, 0.05, 2),
  reading: points((t) => 1.7 * b(t) - 0.4, 0.03, 3),
  relative: points((t) => 2.5 * a(t), 0.05, 4, true),
});
export const only = (...tags: string[]) => ({ ...data, measured: Object.fromEntries(tags.map((tag) => [tag, data.measured[tag]!])) });
export const model = chain as unknown as Question["model"];
export const rates = ["k1", "k2"];

export const questions: Readonly<Record<string, Question>> = {
  "sizes of errors, linear and on a log scale": {
    model,
    windows: [only("a", "b")],
    estimate: rates,
    likelihood: { a: { scale: "log", sigma: { estimate: true } }, b: { sigma: { estimate: true, value: 2 } } },
  },
  "one size for two tags, as a parameter that an output names": {
    model,
    windows: [only("a", "b")],
    estimate: [...rates, "sd"],
    likelihood: { a: { sigma: { observable: "noise" } }, b: { sigma: { observable: "noise" } } },
  },
  "gain and offset of a reading of unknown σ": { model, windows: [only("reading")], estimate: [...rates, "gain", "zero"] },
  "gain and offset of a reading of given σ beside a tag": {
    model,
    windows: [
      {
        ...only("a", "reading"),
        measured: { a: { ...data.measured["a"]!, sigma: 0.1 }, reading: { ...data.measured["reading"]!, sigma: 0.03 } },
      },
    ],
    estimate: [...rates, "gain", "zero"],
  },
  "a gain, its errors of an estimated size": {
    model,
    windows: [only("b", "reading")],
    estimate: [...rates, "gain"],
    likelihood: { reading: { sigma: { estimate: true } }, b: { sigma: 0.05 } },
  },
  "a gain of given errors": {
    model,
    windows: [only("b", "reading")],
    estimate: [...rates, "gain"],
    likelihood: { reading: { sigma: 0.1 }, b: { sigma: 0.05 } },
  },
  "an offset alone": { model, windows: [only("a", "reading")], estimate: ["k1", "zero"] },
  "a gain with relative errors": {
    model,
    windows: [only("b", "relative")],
    estimate: [...rates, "factor"],
    likelihood: { relative: { scale: "log10", sigma: { estimate: true } } },
  },
};
