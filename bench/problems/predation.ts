/**
 * Lotka–Volterra over some ten cycles, where a run from poor values soon has nothing to do with the data.
 *
 * Parameters, horizon, number of samples and bounds of the first case are those of the published benchmark, in which no global optimiser
 * found the parameters over the long horizon: V. Dixit, C. Rackauckas, "Lotka–Volterra parameter estimation benchmarks", SciMLBenchmarks.
 */
import { random } from "greybox/core";
import { type Window, windowFromTable } from "greybox/historian";
import { defineModel } from "greybox/models";
import { simulate } from "greybox/solvers";

export const truth = { a: 1.5, b: 1, c: 3, d: 1 };
export const names = ["a", "b", "c", "d"] as const;

const wide = { value: 5, unit: "1", bounds: [0, 10] } as const;
export const predation = defineModel({
  name: "lotka-volterra",
  time: "1",
  parameters: { a: wide, b: wide, c: wide, d: wide },
  states: { x: { unit: "1", initial: 1, min: 0 }, y: { unit: "1", initial: 1, min: 0 } },
  derivatives: { x: "a*x - b*x*y", y: "-c*y + d*x*y" },
});

export interface Case {
  readonly name: string;
  readonly window: Window;
  /** Whether both populations at the start are estimated too. */
  readonly starts: boolean;
}

const horizon = 30;

function caseOf(name: string, samples: number, sigma: number, tags: readonly ("x" | "y")[], starts = false): Case {
  const time = Array.from({ length: samples }, (_, i) => (horizon * (i + 1)) / samples);
  const run = simulate(predation, { span: [0, horizon], at: time, parameters: truth, rtol: 1e-10, atol: 1e-12 });
  const draw = random(name);
  const column = (tag: "x" | "y") => Array.from(run.column(tag), (value) => value + sigma * draw.normal());
  const measured = Object.fromEntries(tags.map((tag) => [tag, column(tag)])) as { x: number[]; y?: number[] };
  return { name, window: windowFromTable(predation, { name, time, measured }), starts };
}

export const cases: readonly Case[] = [
  caseOf("3000 samples without errors, as published", 3000, 0, ["x", "y"]),
  caseOf("300 samples, errors of σ 0.3", 300, 0.3, ["x", "y"]),
  caseOf("300 samples of prey only, σ 0.1", 300, 0.1, ["x"]),
  caseOf("600 samples, start unknown too", 600, 0, ["x", "y"], true),
];
