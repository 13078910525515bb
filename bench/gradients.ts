/** What a gradient by a thousand weights costs: the way back against forward directions. */
import { defineOpenModel, mlp, substitute } from "greybox/models";
import { createAdjointSolver, createSolver } from "greybox/solvers";
import { type Bench, type Contestant, interleave, medianRatio, type Round } from "./harness.ts";

const fermenter = defineOpenModel({
  name: "fermenter",
  time: "h",
  states: {
    X: { unit: "g/L", initial: 0.5, min: 0, max: 20 },
    S: { unit: "g/L", initial: 15, min: 0, max: 20 },
    P: { unit: "g/L", initial: 0, min: 0, max: 10, nominal: 1 },
  },
  unknown: { mu: { unit: "1/h", of: ["X", "S", "P"], sign: "positive", nominal: 0.2 } },
  derivatives: { X: "mu*X*S/(S + 0.1 g/L)", S: "-2*mu*X*S/(S + 0.1 g/L)", P: "0.3*mu*X" },
});
const model = substitute(fermenter, { mu: mlp([24, 32], { seed: 3 }) });
const weights = model.system().parameters.filter((name) => /\.[Wb]\d/.test(name));
const problem = { span: [0, 20] as const, samples: Float64Array.from({ length: 21 }, (_, i) => i) };
const rtol = 1e-6;
const repeats = 3;

type Gradient = () => Float64Array;

function backwards(method: "tsit5" | "rodas5p"): Gradient {
  const solver = createAdjointSolver(model.system({ active: weights }), { method, rtol });
  return () => {
    const run = solver.solve(problem);
    return run.gradient({ states: run.states.map(() => 1) })!.p;
  };
}

/** By the first q weights. */
function forwards(method: "tsit5" | "rodas5p", q: number): Gradient {
  const solver = createSolver(model.system({ active: weights.slice(0, q) }), { method, rtol, derivativeSlack: Infinity });
  const dp = Float64Array.from({ length: q * q }, (_, i) => (i % (q + 1) === 0 ? 1 : 0));
  return () => {
    const { tangents } = solver.solve({ ...problem, directions: { count: q, dp } });
    const sum = new Float64Array(q);
    for (const [i, value] of tangents!.entries()) sum[Math.floor(i / 3) % q]! += value;
    return sum;
  };
}

export const gradients: Bench = {
  name: "gradients",
  about: `a gradient by ${weights.length} weights of a network in a model: one walk backwards against forward directions`,
  async run() {
    const rows = [];
    const ratios: Record<string, number> = {};
    for (const method of ["tsit5", "rodas5p"] as const) {
      const plain = createSolver(model.system(), { method, rtol, form: "written" });
      const reference = backwards(method)();
      const size = Math.max(...reference.map(Math.abs));
      const contestant = (name: string, run: Gradient): Contestant => ({
        name: `${method}: ${name}`,
        run(): Round {
          const start = performance.now();
          let answer = run();
          for (let i = 1; i < repeats; i++) answer = run();
          const milliseconds = (performance.now() - start) / repeats;
          const error = answer.reduce((worst, value, k) => Math.max(worst, Math.abs(value - reference[k]!) / size), 0);
          return { milliseconds, error };
        },
      });
      const contestants = [
        contestant("run without derivatives", () => {
          plain.solve(problem);
          return new Float64Array(0);
        }),
        contestant(`run and gradient by ${weights.length} weights`, backwards(method)),
        ...[5, 20, 100].map((q) => contestant(`forward by ${q} weights`, forwards(method, q))),
      ];
      const measured = await interleave(contestants, { rounds: 7, warmup: 3 });
      rows.push(...measured.rows);
      for (const [i, { name }] of contestants.entries()) {
        if (i > 0) ratios[`${name}, over a run without derivatives`] = medianRatio(measured.times[i]!, measured.times[0]!);
      }
    }
    return {
      about: gradients.about,
      error: "largest difference from the walk backwards, over the largest entry of the gradient",
      rows,
      ratios,
      remarks: [],
    };
  },
};
