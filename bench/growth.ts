/** Growth with the number of states: a tubular reactor of two states a cell, from its text to its first step, and each step after. */
import { signal } from "greybox";
import { createSolver, type MethodName } from "greybox/solvers";
import { type Bench, type Contestant, interleave, type Result } from "./harness.ts";
import { tubularReactorOf } from "./problems/gallery/tubular-reactor.ts";

const sizes = [100, 200, 500, 1000, 2000];
const methods = ["rodas5p", "bdf"] as const satisfies readonly MethodName[];
const span = [0, 400] as const;
const samples = Float64Array.of(400);
const inputs = [1000, 340, 330].map((value) => signal([0, 400], [value, value]));

export const growth: Bench = {
  name: "growth",
  about: "A tubular reactor in 100 to 2 000 cells: one run at rtol 1e-5, time for each step, and from text to the first step.",
  async run(): Promise<Result> {
    const contestants = sizes.flatMap((cells) => [...runs(cells), started(cells)]);
    const { rows } = await interleave(contestants, { rounds: 5, warmup: 2 });
    const perStep = (cells: number, method: string): number => {
      const row = rows.find(({ name }) => name === `${cells} cells, ${method}`)!;
      return row.milliseconds / row.counts.steps!;
    };
    const ratios = Object.fromEntries(
      methods.flatMap((method) =>
        sizes
          .slice(1)
          .map((cells) => [
            `${method}, a step and state at ${cells} cells over 100 cells`,
            (perStep(cells, method) / perStep(100, method)) * (100 / cells),
          ]),
      ),
    );
    const remarks = sizes.map((cells) => {
      const each = methods.map((method) => `${method} ${(1000 * perStep(cells, method)).toFixed(0)} µs`);
      return `${cells} cells, ${2 * cells} states: ${each.join(", ")} a step.`;
    });
    return {
      about: this.about,
      error: "largest relative difference of the states at the end from rodas5p at rtol 1e-8",
      rows,
      ratios,
      remarks,
    };
  },
};

function runs(cells: number): Contestant[] {
  const system = tubularReactorOf(cells).system();
  const precise = createSolver(system, { method: "rodas5p", rtol: 1e-8 }).solve({ span, inputs, samples }).states;
  return methods.map((method) => {
    const solver = createSolver(system, { method, rtol: 1e-5 });
    return {
      name: `${cells} cells, ${method}`,
      run() {
        const start = performance.now();
        const { states, statistics } = solver.solve({ span, inputs, samples });
        const milliseconds = performance.now() - start;
        let error = 0;
        for (const [i, value] of states.entries())
          error = Math.max(error, Math.abs(value - precise[i]!) / Math.max(Math.abs(precise[i]!), 1e-3));
        const { steps, rejected, rhs, factorisations } = statistics;
        return { milliseconds, error, counts: { steps: steps + rejected, rhs, factorisations } };
      },
    };
  });
}

function started(cells: number): Contestant {
  return {
    name: `${cells} cells, text to first step`,
    run() {
      const start = performance.now();
      const solver = createSolver(tubularReactorOf(cells).system(), { method: "rodas5p", rtol: 1e-5, maxSteps: 1 });
      solver.solve({ span, inputs, samples });
      return { milliseconds: performance.now() - start, error: 0 };
    },
  };
}
