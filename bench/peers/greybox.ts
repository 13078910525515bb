/** Greybox's side of the protocol: see `cvode.c`. Methods are those of `createSolver`; a method followed by "+" has forward sensitivities. */
import { createInterface } from "node:readline";
import { signal } from "greybox/core";
import { createSolver, type Problem, type SolveOptions } from "greybox/solvers";
import { trajectoryProblems } from "../problems/trajectories.ts";
import { timed } from "./timed.ts";
import { layOut } from "./write-problems.ts";

const made = new Map<string, () => ReturnType<ReturnType<typeof createSolver>["solve"]>>();
const warmUpSeconds = 0.3;

function runOf(name: string, method: string, rtol: number) {
  const found = trajectoryProblems.find((problem) => problem.name === name);
  if (!found) throw new Error(`no problem ${name}`);
  const { system, u, p, dp, samples } = layOut(found);
  const options = { rtol, method: method.replace("+", "") } as SolveOptions; // A name may be one of a method that this version does not have.
  const solver = createSolver(system, options);
  const end = samples.at(-1)!;
  const problem: Problem = {
    span: [0, end],
    p,
    samples,
    inputs: Array.from(u, (value) => signal([0, end], [value, value])),
    directions: method.endsWith("+") ? { count: found.estimate.length, dp } : undefined,
  };
  return () => solver.solve(problem);
}

console.log(`Greybox on Node ${process.version}`);
for await (const line of createInterface({ input: process.stdin })) {
  const [name, method, rtol, budget, print] = line.split(" ") as [string, string, string, string, string];
  try {
    const key = `${name} ${method} ${rtol}`;
    let run = made.get(key);
    if (!run) {
      run = runOf(name, method, Number(rtol));
      timed(run, Math.min(warmUpSeconds, 30 * Number(budget)));
      made.set(key, run);
    }
    const { seconds, runs, last } = timed(run, Number(budget));
    const { outcome, statistics, states, tangents } = last;
    if (outcome.kind !== "success") console.log(`failed ${outcome.kind}`);
    else console.log([seconds, runs, statistics.steps, ...(print === "1" ? (tangents ?? states) : [])].join(" "));
  } catch (error) {
    console.log(`failed ${error instanceof Error && "code" in error ? error.code : error}`);
  }
}
