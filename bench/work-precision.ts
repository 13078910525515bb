/**
 * Time against error of one trajectory: Greybox, CVODE in C, SciPy, CasADi, diffrax and odex on eight models, all on right-hand sides and
 * Jacobians generated from the same kernels, each in a process of its own that stays up and times itself.
 *
 * Nobody pays for starting, compiling or preparing a solver; everybody pays for the output at the samples. Absolute tolerances are rtol/100 of
 * the nominal sizes for all.
 */
import type { Bench, Result } from "./harness.ts";
import { type Comparison, compare } from "./peers/compare.ts";
import { casadi, cvode, diffrax, greybox, odex, scipy } from "./peers/tools.ts";
import { trajectoryProblems } from "./problems/trajectories.ts";

/** Problems may be chosen by name: `GREYBOX_PROBLEMS=rober,hires`. */
const chosen = process.env["GREYBOX_PROBLEMS"]?.split(",");

export const workPrecision: Bench = {
  name: "work-precision",
  about: "One trajectory: times at equal error of Greybox and its peers on eight models.",
  async run(): Promise<Result & Pick<Comparison, "series">> {
    const comparison = await compare({
      problems: trajectoryProblems.filter(({ name }) => chosen?.includes(name) ?? true),
      tools: [greybox, cvode, scipy, casadi, diffrax, odex],
      methods: (tool, problem) => tool.methods(problem),
      tolerances: [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10],
      targets: [1e-4, 1e-6, 1e-8],
      rounds: 5,
      budget: 0.006,
      reference: { method: "rodas5p", rtol: 1e-13 },
      confirmedBy: { tool: "CVODE", method: (problem) => cvode.methods(problem).at(-1)!, rtol: 1e-13 },
    });
    return {
      about: this.about,
      error: "root mean square over samples and states, each state by its largest size, against Rodas5P at rtol 1e-13",
      ...comparison,
    };
  },
};
