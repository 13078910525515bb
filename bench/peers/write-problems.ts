/** The problems as files that peers read: `problems.c` with right-hand sides and Jacobians, `generated.py`, and `problems.json`. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { System } from "greybox/core";
import { type TrajectoryProblem, trajectoryProblems } from "../problems/trajectories.ts";
import { toC, toPython } from "./text.ts";

/** One problem in numbers, in the order of the system's names. */
export interface Laid {
  readonly system: System;
  readonly u: Float64Array;
  readonly p: Float64Array;
  readonly x0: Float64Array;
  /** Directions: the parameters of `estimate`, one each. Shape (q, q), ones on the diagonal; (q, n). */
  readonly dp: Float64Array;
  readonly dx0: Float64Array;
  readonly samples: Float64Array;
}

export function layOut(problem: TrajectoryProblem): Laid {
  const system = problem.model.system({ active: [...problem.estimate] });
  const u = Float64Array.from(system.inputs, (name) => problem.inputs[name]!);
  const p = Float64Array.from(system.parameters, (name, i) => problem.parameters[name] ?? system.p[i]!);
  const n = system.states.length;
  const q = problem.estimate.length;
  const x0 = new Float64Array(n);
  system.initial.evaluate(0, x0, u, p, x0);
  const dp = new Float64Array(q * q);
  for (let k = 0; k < q; k++) dp[k * q + k] = 1;
  const dx0 = new Float64Array(q * n);
  const still = { count: q, dt: new Float64Array(q), dx: new Float64Array(q * n), du: new Float64Array(q * u.length), dp };
  if (q > 0) system.initial.tangent(0, x0, u, p, still, dx0);
  return { system, u, p, x0, dp, dx0, samples: problem.samples };
}

/** Writes the files into a new folder and gives its path. */
export function writeProblems(problems: readonly TrajectoryProblem[] = trajectoryProblems): string {
  const folder = mkdtempSync(join(tmpdir(), "greybox-peers-"));
  const parts = problems.map((problem) => ({ problem, ...layOut(problem) }));
  const table = parts.map(({ problem, ...laid }) => `  ${row(problem, laid)},`);
  const c = ["#include <math.h>", '#include "problems.h"', "", ...parts.map(({ problem, ...laid }) => inC(problem, laid))];
  c.push("const problem problems[] = {", ...table, "};", `const int problem_count = ${problems.length};`, "");
  writeFileSync(join(folder, "problems.c"), c.join("\n"));
  const python = parts.flatMap(({ problem: { name }, system }) => [
    toPython(system.kernels!.rhs(), `rhs_${name}`, system.states.length),
    toPython(system.kernels!.jacobian(), `jacobian_${name}`, system.jacobian!.size),
  ]);
  writeFileSync(join(folder, "generated.py"), `"""Generated from the models' kernels."""\n\n${python.join("\n\n")}`);
  writeFileSync(join(folder, "problems.json"), JSON.stringify(parts.map(({ problem, ...laid }) => plain(problem, laid))));
  return folder;
}

function inC({ name, estimate }: TrajectoryProblem, { system, x0, u, p, dp, dx0, samples }: Laid): string {
  const { rows, columns } = system.jacobian!.sparsity;
  const kernels = system.kernels!;
  return [
    toC(kernels.rhs(), `rhs_${name}`),
    toC(kernels.jacobian(), `jacobian_${name}`),
    ...(estimate.length > 0 ? [toC(kernels.tangent(), `tangent_${name}`)] : []),
    array("int", `rows_${name}`, rows),
    array("int", `columns_${name}`, columns),
    ...Object.entries({ x0, u, p, dp, dx0, nominal: system.nominal, times: samples, size: sizes(p, system) }).map(([what, values]) =>
      array("double", `${what}_${name}`, values),
    ),
  ].join("\n");
}

/** Sizes of the parameters that are differentiated, which set the tolerances of sensitivities. */
const sizes = (p: Float64Array, system: System) => Float64Array.from(system.active, (index) => Math.abs(p[index]!));

function array(type: "int" | "double", name: string, values: ArrayLike<number>): string {
  return `static const ${type} ${name}[] = {${values.length > 0 ? Array.from(values).join(",") : "0"}};`;
}

function bandOf({ rows, columns }: { readonly rows: Int32Array; readonly columns: Int32Array }) {
  const below = Array.from(rows, (row, i) => row - columns[i]!);
  return { lower: Math.max(0, ...below), upper: Math.max(0, ...below.map((distance) => -distance)) };
}

function row({ name, estimate }: TrajectoryProblem, { system, samples, p, u }: Laid): string {
  const { sparsity } = system.jacobian!;
  const { lower, upper } = bandOf(sparsity);
  const [n, q] = [system.states.length, estimate.length];
  const sizes = [n, u.length, p.length, samples.length, sparsity.rows.length, lower, upper];
  const arrays = ["rows", "columns", "x0", "nominal", "u", "p", "times", "rhs", "jacobian"].map((what) => `${what}_${name}`);
  const sensitivities = q > 0 ? [q, `dp_${name}`, `dx0_${name}`, `size_${name}`, `tangent_${name}`] : [0, 0, 0, 0, 0];
  return `{${[`"${name}"`, ...sizes, ...arrays, ...sensitivities].join(", ")}}`;
}

function plain({ name, stiff, estimate }: TrajectoryProblem, { system, x0, u, p, samples }: Laid) {
  const { rows, columns } = system.jacobian!.sparsity;
  const lists = { x0, u, p, samples, nominal: system.nominal, rows, columns, active: system.active };
  const asLists = Object.fromEntries(Object.entries(lists).map(([what, values]) => [what, Array.from(values)]));
  return { name, stiff, estimate, states: system.states, parameters: system.parameters, ...bandOf(system.jacobian!.sparsity), ...asLists };
}
