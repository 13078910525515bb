/** The npm package odex by itself, on right-hand sides generated from the models. Protocol: see `cvode.c`. */
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { trajectoryProblems } from "../problems/trajectories.ts";
import { timed } from "./timed.ts";
import { layOut } from "./write-problems.ts";

interface Odex {
  denseOutput: boolean;
  maxSteps: number;
  absoluteTolerance: number | number[];
  relativeTolerance: number | number[];
  /** Without an observer it only integrates; with `grid`, the observer is called at equal distances. */
  solve(
    f: (t: number, x: number[]) => number[],
    from: number,
    x0: number[],
    to: number,
    observe: (step: number, before: number, t: number, x: number[], interpolate: (i: number, t: number) => number) => boolean | undefined,
  ): { readonly outcome: number; readonly nAccept: number };
}

const require = createRequire(import.meta.url);
const { Solver } = require("odex") as { readonly Solver: new (n: number) => Odex };
const { version } = require("odex/package.json") as { readonly version: string };

function runOf(name: string, rtol: number) {
  const found = trajectoryProblems.find((problem) => problem.name === name)!;
  const { system, u, p, x0, samples } = layOut(found);
  const n = x0.length;
  const solver = new Solver(n);
  solver.denseOutput = true;
  solver.maxSteps = 10_000;
  // The package asks for tolerances of all components in the same way.
  solver.relativeTolerance = Array.from(x0, () => rtol);
  solver.absoluteTolerance = Array.from(system.nominal, (size) => 1e-2 * rtol * size);
  const [x, rate] = [new Float64Array(n), new Float64Array(n)];
  const values = new Float64Array(samples.length * n);
  const rhs = (t: number, state: number[]): number[] => {
    x.set(state);
    system.rhs.evaluate(t, x, u, p, rate);
    // Without this the package never returns: its step control compares with NaN.
    if (!rate.every(Number.isFinite)) throw new Error("rates that are not finite");
    return Array.from(rate);
  };
  return () => {
    let next = 0;
    const { outcome, nAccept } = solver.solve(rhs, 0, Array.from(x0), samples.at(-1)!, (_step, _before, t, state, interpolate) => {
      for (; next < samples.length && samples[next]! <= t; next++) {
        const at = samples[next]!;
        for (let i = 0; i < n; i++) values[next * n + i] = at === t ? state[i]! : interpolate(i, at);
      }
      return undefined;
    });
    if (outcome !== 0 || next < samples.length) throw new Error(`outcome ${outcome}, ${next} of ${samples.length} samples`);
    return { steps: nAccept, values };
  };
}

const made = new Map<string, ReturnType<typeof runOf>>();
console.log(`odex ${version} on Node ${process.version}`);
for await (const line of createInterface({ input: process.stdin })) {
  const [name, method, rtol, budget, print] = line.split(" ") as [string, string, string, string, string];
  try {
    const key = `${name} ${method} ${rtol}`;
    let run = made.get(key);
    if (!run) {
      run = runOf(name, Number(rtol));
      timed(run, Math.min(0.3, 30 * Number(budget)));
      made.set(key, run);
    }
    const { seconds, runs, last } = timed(run, Number(budget));
    console.log([seconds, runs, last.steps, ...(print === "1" ? last.values : [])].join(" "));
  } catch (error) {
    console.log(`failed ${error}`);
  }
}
