/**
 * Time against error of forward sensitivities: Greybox against CVODES in C, whose sensitivity equations are generated from the same kernels.
 *
 * Everybody reports the sensitivities at the samples; errors are those of the sensitivities. CVODES appears with both of its correctors, each
 * with the errors of sensitivities left alone and controlled.
 */
import type { Bench, Result } from "./harness.ts";
import { type Comparison, compare } from "./peers/compare.ts";
import { amici, cvode, greybox } from "./peers/tools.ts";
import { layOut } from "./peers/write-problems.ts";
import { type TrajectoryProblem, trajectoryProblems } from "./problems/trajectories.ts";

const chosen = process.env["GREYBOX_PROBLEMS"]?.split(",");
/** Of a state's nominal size, for the whole of a parameter: what is nowhere larger is zero but for rounding. */
const negligible = 1e-9;

export const sensitivities: Bench = {
  name: "sensitivities",
  about: "One trajectory with forward sensitivities of 3 to 6 parameters: times at equal error of Greybox and its peers on six models.",
  async run(): Promise<Result & Pick<Comparison, "series">> {
    const comparison = await compare({
      problems: trajectoryProblems.filter(({ name, estimate }) => estimate.length > 0 && (chosen?.includes(name) ?? true)),
      tools: [greybox, cvode, amici],
      methods: (tool, problem) => tool.sensitivities(problem),
      tolerances: [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10],
      targets: [1e-3, 1e-4, 1e-6],
      rounds: 5,
      budget: 0.008,
      least,
      reference: { method: "rodas5p+", rtol: 1e-12 },
      confirmedBy: { tool: "CVODE", method: () => "staggered-controlled", rtol: 1e-12 },
    });
    return {
      about: this.about,
      error: "root mean square over samples, parameters and states, each sensitivity by its largest size, against Rodas5P at rtol 1e-12",
      ...comparison,
    };
  },
};

function least(problem: TrajectoryProblem): Float64Array {
  const { system, p } = layOut(problem);
  const columns = Array.from(system.active).flatMap((k) => Array.from(system.nominal, (size) => (negligible * size) / Math.abs(p[k]!)));
  return Float64Array.from(columns);
}
