/** A check that a system's exact derivatives are those of its functions: what `greybox check --gradients` runs. */
import { type Differentiable, type Directions, GreyboxError, random, type System } from "../core/index.ts";

export interface DerivativePoint {
  readonly t?: number | undefined;
  readonly x: Float64Array;
  readonly u: Float64Array;
  readonly p: Float64Array;
}

/** The entry of one function whose derivative is farthest from the difference. */
export interface DerivativeCheck {
  /** Such as "rhs", "jacobian" or "then trip". */
  readonly of: string;
  /** Index of the worst entry of the result. */
  readonly entry: number;
  readonly exact: number;
  readonly difference: number;
  /** |exact − difference| relative to the derivative, or to the size of the function where that is larger than the derivative. */
  readonly error: number;
}

export const derivativeDefaults = {
  /** Relative changes of the point; differences are extrapolated from this one and its half. */
  change: 1e-3,
  directions: 4,
  /** Errors above this are mistakes: extrapolated differences are good to about 1e-9. */
  tolerance: 1e-6,
} as const;

/**
 * Compares every derivative of a system with differences, along random directions through time, states, inputs and active parameters.
 * Choose points away from kinks (`abs`, `max`, switches), where differences mean nothing.
 *
 * @returns one result for each function, worst first
 * @throws GreyboxError `solver/not-differentiable`
 *
 * @example
 * const system = reactor.system({ active: ["k0"] });
 * const point = { x: Float64Array.of(0.5, 350), u: Float64Array.of(100, 1, 350, 300), p: system.p };
 * const [worst] = checkDerivatives(system, point);
 * worst.error < derivativeDefaults.tolerance; // => true
 */
export function checkDerivatives(system: System, at: DerivativePoint, seed: number | string = 0): readonly DerivativeCheck[] {
  if (!system.differentiable) {
    throw new GreyboxError("solver/not-differentiable", { system: system.name, why: "its equations come without exact derivatives" });
  }
  const functions: [string, Differentiable][] = [
    ["initial", system.initial],
    ["rhs", system.rhs],
    ["observe", system.observe],
  ];
  if (system.jacobian) functions.push(["jacobian", system.jacobian]);
  if (system.events) {
    functions.push(["when", system.events.when]);
    for (const [i, then] of system.events.then.entries()) functions.push([`then ${system.events.names[i]}`, then]);
  }
  const along = randomDirections(system, at, seed);
  const results = functions.map(([of, each]) => worstEntry(of, each, system, at, along));
  if (system.jacobian) results.push(jacobianAgainstRhs(system, system.jacobian, at));
  return results.sort((one, other) => other.error - one.error);
}

function randomDirections(system: System, { x, u, p }: DerivativePoint, seed: number | string): Directions {
  const draw = random(seed);
  const count = derivativeDefaults.directions;
  const changes = (size: number, scale: (i: number) => number): Float64Array =>
    Float64Array.from({ length: count * size }, (_, i) => (2 * draw.uniform() - 1) * scale(i % size));
  return {
    count,
    dt: changes(1, () => 1),
    dx: changes(x.length, (i) => Math.max(Math.abs(x[i]!), 1e-3 * system.nominal[i]!)),
    du: changes(u.length, (i) => Math.abs(u[i]!) || 1),
    dp: changes(system.active.length, (i) => Math.abs(p[system.active[i]!]!) || 1),
  };
}

function worstEntry(of: string, each: Differentiable, system: System, at: DerivativePoint, along: Directions): DerivativeCheck {
  const { size } = each;
  const exact = new Float64Array(along.count * size);
  each.tangent(at.t ?? 0, at.x, at.u, at.p, along, exact);
  let worst: DerivativeCheck = { of, entry: 0, exact: exact[0] ?? 0, difference: exact[0] ?? 0, error: 0 };
  for (let k = 0; k < along.count; k++) {
    const value = (step: number): Float64Array => evaluateAlong(each, system, at, along, k, step);
    const [differences, here] = [extrapolated(value), value(0)];
    for (let entry = 0; entry < size; entry++) {
      worst = worse(worst, { of, entry, exact: exact[k * size + entry]!, difference: differences[entry]! }, here[entry]!);
    }
  }
  return worst;
}

/** Central differences at two steps, extrapolated. */
function extrapolated(value: (step: number) => Float64Array): Float64Array {
  const central = (step: number): Float64Array => {
    const [ahead, behind] = [value(step), value(-step)];
    return ahead.map((after, i) => (after - behind[i]!) / (2 * step));
  };
  const coarse = central(derivativeDefaults.change);
  return central(derivativeDefaults.change / 2).map((fine, i) => fine + (fine - coarse[i]!) / 3);
}

function evaluateAlong(
  each: Differentiable,
  system: System,
  at: DerivativePoint,
  along: Directions,
  k: number,
  step: number,
): Float64Array {
  const moved = (values: Float64Array, by: Float64Array): Float64Array =>
    values.map((value, i) => value + step * by[k * values.length + i]!);
  const p = at.p.slice();
  for (const [j, i] of system.active.entries()) p[i]! += step * along.dp[k * system.active.length + j]!;
  const out = new Float64Array(each.size);
  each.evaluate((at.t ?? 0) + step * along.dt[k]!, moved(at.x, along.dx), moved(at.u, along.du), p, out);
  return out;
}

/** The Jacobian's values against derivatives of the right-hand side: also finds places that the sparsity lacks. */
function jacobianAgainstRhs(
  system: System,
  jacobian: NonNullable<System["jacobian"]>,
  { t = 0, x, u, p }: DerivativePoint,
): DerivativeCheck {
  const n = x.length;
  const values = new Float64Array(jacobian.size);
  jacobian.evaluate(t, x, u, p, values);
  const matrix = new Float64Array(n * n);
  for (const [z, row] of jacobian.sparsity.rows.entries()) matrix[row * n + jacobian.sparsity.columns[z]!] = values[z]!;
  const dx = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  const rest = { dt: new Float64Array(n), du: new Float64Array(n * u.length), dp: new Float64Array(n * system.active.length) };
  const columns = new Float64Array(n * n);
  system.rhs.tangent(t, x, u, p, { count: n, dx, ...rest }, columns);
  let worst: DerivativeCheck = { of: "jacobian against rhs", entry: 0, exact: matrix[0]!, difference: columns[0]!, error: 0 };
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const entry = row * n + column;
      worst = worse(worst, { of: worst.of, entry, exact: matrix[entry]!, difference: columns[column * n + row]! }, 0);
    }
  }
  return worst;
}

function worse(worst: DerivativeCheck, found: Omit<DerivativeCheck, "error">, value: number): DerivativeCheck {
  const scale = Math.max(Math.abs(found.exact), Math.abs(found.difference), Math.abs(value), Number.MIN_VALUE);
  const error = Math.abs(found.exact - found.difference) / scale;
  return error > worst.error || Number.isNaN(error) ? { ...found, error: Number.isNaN(error) ? Infinity : error } : worst;
}
