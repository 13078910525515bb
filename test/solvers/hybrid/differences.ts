/** Derivatives from differences only: of whole runs, and of closed forms. */
import { type Problem, type SolveOptions, solve } from "greybox/solvers";
import type { HybridCase } from "./hybrid-case.ts";

/** The derivative at 0 from central differences, extrapolated `levels` times over halved steps. */
export function richardson(at: (step: number) => ArrayLike<number>, h: number, levels: number): Float64Array {
  const central = (step: number): Float64Array => {
    const [up, down] = [at(step), at(-step)];
    return Float64Array.from(up, (value, i) => (value - down[i]!) / (2 * step));
  };
  let row = Array.from({ length: levels + 1 }, (_, level) => central(h / 2 ** level));
  for (let level = 1; level <= levels; level++) {
    const weight = 1 / (4 ** level - 1);
    row = row.slice(1).map((fine, i) => fine.map((value, j) => value + (value - row[i]![j]!) * weight));
  }
  return row[0]!;
}

/** Columns are the directions of {@link directionsOf}; each shape (samples, n). */
export function differences(each: HybridCase, problem: Problem, options: SolveOptions): Float64Array[] {
  const { system, step = 5e-4 } = each;
  const start = solve(system, { ...problem, samples: Float64Array.of(problem.span[0]) }, options).states;
  const changed = (values: Float64Array, j: number, by: number) => values.map((value, i) => (i === j ? value + by : value));
  const byParameter = Array.from(system.p, (value, j) =>
    richardson((by) => solve(system, { ...problem, p: changed(system.p, j, by) }, options).states, step * (Math.abs(value) || 1), 1),
  );
  if (each.initialValues === false) return byParameter;
  const byInitial = Array.from(start, (value, j) => {
    const x0Given = Uint8Array.from(start, (_, i) => (i === j ? 1 : 0));
    const run = (by: number) => solve(system, { ...problem, x0: changed(start, j, by), x0Given }, options).states;
    return system.mass?.[j] === 0 ? undefined : richardson(run, step * Math.abs(value) || 2 * step * system.nominal[j]!, 1);
  });
  return [...byParameter, ...byInitial.filter((column) => column !== undefined)];
}

/** Every parameter, then every initial value of a differential state. */
export function directionsOf({ system, initialValues }: HybridCase) {
  const [a, n] = [system.active.length, system.states.length];
  const differential = initialValues === false ? [] : system.states.map((_, i) => i).filter((i) => system.mass?.[i] !== 0);
  const count = a + differential.length;
  const [dp, dx0] = [new Float64Array(count * a), new Float64Array(count * n)];
  for (let k = 0; k < a; k++) dp[k * a + k] = 1;
  for (const [k, i] of differential.entries()) dx0[(a + k) * n + i] = 1;
  return { count, dp, dx0 };
}
