/** The Jacobian ∂f/∂x: exact where the system gives it, by unit directions where it can be differentiated, else by differences. */
import { colourColumns, type Directions, type Sparsity } from "../core/index.ts";
import type { Iterate } from "./stepper.ts";

export interface Jacobian {
  /** Values at the places of `sparsity`; all places, row-major, where that is undefined. */
  readonly values: Float64Array;
  readonly sparsity: Sparsity | undefined;
  /** @param f  the right-hand side at the same point */
  evaluate(t: number, x: Float64Array, f: Float64Array): void;
}

/** Makes the Jacobian for an iterate's system. Inputs are taken from the iterate's track, which must stand at the same time. */
export function jacobianOf(iterate: Iterate): Jacobian {
  const { system } = iterate;
  if (system.jacobian) return exact(iterate, system.jacobian);
  if (system.differentiable) return byDirections(iterate);
  return system.pattern ? byGroups(iterate, system.pattern) : byDifferences(iterate);
}

function exact(iterate: Iterate, jacobian: NonNullable<Iterate["system"]["jacobian"]>): Jacobian {
  const values = new Float64Array(jacobian.size);
  const { inputs } = iterate;
  return {
    values,
    sparsity: jacobian.sparsity,
    evaluate(t, x) {
      jacobian.evaluate(t, x, inputs.u, iterate.p, values);
      iterate.statistics.jacobians++;
    },
  };
}

function byDirections(iterate: Iterate): Jacobian {
  const { system, inputs } = iterate;
  const n = system.states.length;
  const values = new Float64Array(n * n);
  const columns = new Float64Array(n * n);
  const dx = new Float64Array(n * n);
  for (let i = 0; i < n; i++) dx[i * n + i] = 1;
  const along: Directions = {
    count: n,
    dx,
    dt: new Float64Array(n),
    du: new Float64Array(n * inputs.u.length),
    dp: new Float64Array(n * system.active.length),
  };
  return {
    values,
    sparsity: undefined,
    evaluate(t, x) {
      system.rhs.tangent(t, x, inputs.u, iterate.p, along, columns);
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) values[i * n + j] = columns[j * n + i]!;
      iterate.statistics.jacobians++;
    },
  };
}

/** Square root of the unit round-off: the relative increment of a one-sided difference. */
const increment = 2 ** -26;

function byDifferences(iterate: Iterate): Jacobian {
  const { system, inputs } = iterate;
  const n = system.states.length;
  const values = new Float64Array(n * n);
  const moved = new Float64Array(n);
  const fMoved = new Float64Array(n);
  return {
    values,
    sparsity: undefined,
    evaluate(t, x, f) {
      for (let i = 0; i < n; i++) moved[i] = x[i]!;
      for (let j = 0; j < n; j++) {
        const xj = x[j]!;
        const step = increment * Math.max(Math.abs(xj), 1e-3 * system.nominal[j]!);
        moved[j] = xj + (xj < 0 ? -step : step);
        const actual = moved[j]! - xj;
        system.rhs.evaluate(t, moved, inputs.u, iterate.p, fMoved);
        for (let i = 0; i < n; i++) values[i * n + j] = (fMoved[i]! - f[i]!) / actual;
        moved[j] = xj;
      }
      iterate.statistics.rhs += n;
      iterate.statistics.jacobians++;
    },
  };
}

/** Differences of many columns at once: those that share no row move together. */
function byGroups(iterate: Iterate, sparsity: Sparsity): Jacobian {
  const { system, inputs } = iterate;
  const { rows, columns } = sparsity;
  const n = system.states.length;
  const values = new Float64Array(rows.length);
  const colours = colourColumns(sparsity, n);
  const groups = colours.reduce((most, colour) => Math.max(most, colour + 1), 0);
  const moved = new Float64Array(n);
  const moves = new Float64Array(n);
  const fMoved = new Float64Array(n);
  return {
    values,
    sparsity,
    evaluate(t, x, f) {
      for (let j = 0; j < n; j++) {
        const size = increment * Math.max(Math.abs(x[j]!), 1e-3 * system.nominal[j]!);
        moves[j] = x[j]! + (x[j]! < 0 ? -size : size) - x[j]!;
      }
      for (let colour = 0; colour < groups; colour++) {
        for (let j = 0; j < n; j++) moved[j] = colours[j] === colour ? x[j]! + moves[j]! : x[j]!;
        system.rhs.evaluate(t, moved, inputs.u, iterate.p, fMoved);
        for (let z = 0; z < values.length; z++) {
          const [i, j] = [rows[z]!, columns[z]!];
          if (colours[j] === colour) values[z] = (fMoved[i]! - f[i]!) / moves[j]!;
        }
      }
      iterate.statistics.rhs += groups;
      iterate.statistics.jacobians++;
    },
  };
}
