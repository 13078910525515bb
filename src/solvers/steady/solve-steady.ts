/**
 * Steady states: where nothing changes any more. Newton's method first, pseudo-transient continuation where that does not get there, and
 * a homotopy where neither does.
 */
import type { Directions, Outcome, System } from "../../core/index.ts";
import { jacobianOf } from "../jacobian.ts";
import { linearSolver } from "../linear/choose-linear.ts";
import type { ProblemDirections } from "../problem.ts";
import type { Statistics } from "../stepper.ts";
import { atRest } from "./at-rest.ts";
import { steadyOnTheWay } from "./homotopy.ts";
import { isRegular } from "./regular.ts";
import { steadyIterate } from "./steady-iterate.ts";

export interface SteadyProblem {
  /** Where to start from, shape (n); absent: the system's initial state. Which of several steady states is found depends on it. */
  readonly x0?: Float64Array | undefined;
  readonly p?: Float64Array | undefined;
  /** Values of the inputs, shape (r). */
  readonly u?: Float64Array | undefined;
  /** Time at which the equations are read, where they depend on it. Default 0. */
  readonly time?: number | undefined;
  /** Directions to differentiate the steady state along; `dx0` does not apply. */
  readonly directions?: Pick<ProblemDirections, "count" | "dp"> | undefined;
}

export interface SteadySolution {
  /** `success`, or `inconsistent` with the equation that is missed by the most, relative to the size of its state. */
  readonly outcome: Outcome;
  readonly x: Float64Array;
  /** dx/dt that is left, shape (n). */
  readonly residual: Float64Array;
  /** ∂x along each direction, by the implicit function theorem, shape (q, n). Undefined unless found, and where the Jacobian is singular. */
  readonly tangents?: Float64Array | undefined;
  readonly method: "newton" | "pseudo-transient" | "homotopy";
  /** States that rest below their lower limit. */
  readonly below: readonly number[];
  readonly statistics: Readonly<Statistics>;
}

export const steadyDefaults = {
  maxNewton: 30,
  maxPseudoTransient: 500,
  /** Newton step, relative to the size of the states, below which the state is steady. */
  step: 1e-10,
  leastDamping: 1e-4,
  /** First pseudo-time step: this share of the shortest time in which a state would change by its own size. */
  firstPseudoStep: 0.1,
  /** Growth of the pseudo-time step after which a step that changes nothing says that the state is steady, however singular the Jacobian. */
  settled: 1e9,
  /** How far below its limit a state may rest by round-off, relative to its size. */
  below: 1e-9,
} as const;

/**
 * Finds a steady state near the starting point.
 *
 * Newton's method with natural damping is quick near a steady state, stable or not. Where it stalls, pseudo-transient continuation
 * follows the course of time with ever longer implicit steps, which leads to a stable steady state of the basin it starts in. Where that
 * does not settle either, a walk along f(x) = (1 − λ)·f(start) goes round the turning points that both are stopped by.
 *
 * @throws GreyboxError `solver/shape`, `solver/non-finite`, `solver/not-differentiable`
 *
 * @see P. Deuflhard, *Newton Methods for Nonlinear Problems*, Springer 2004, §3.3 (natural monotonicity).
 * @see C. T. Kelley, D. E. Keyes, "Convergence analysis of pseudo-transient continuation", SIAM J. Numer. Anal. 35 (1998) 508–523.
 */
export function solveSteady(given: System, problem: SteadyProblem = {}): SteadySolution {
  const system = atRest(given);
  const iterate = steadyIterate(system, problem);
  const { x, inputs, statistics } = iterate;
  const n = x.length;
  const time = problem.time ?? 0;
  const start = x.slice();
  const f = new Float64Array(n);
  const step = new Float64Array(n);
  const trial = new Float64Array(n);
  const from = new Float64Array(n);
  const jacobian = jacobianOf(iterate);
  const linear = linearSolver(system);
  const size = (i: number): number => Math.max(Math.abs(x[i]!), system.nominal[i]!);

  function evaluate(): void {
    inputs.at(time);
    system.rhs.evaluate(time, x, inputs.u, iterate.p, f);
    statistics.rhs++;
  }

  /** Solves (M/δ − J)·out = f with the factors at hand; the length of the result relative to the states. */
  function direction(out: Float64Array): number {
    out.set(f);
    linear.solve(out, 1);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (out[i]! / size(i)) ** 2;
    return Math.sqrt(sum / Math.max(n, 1));
  }

  function factor(shift: number): boolean {
    jacobian.evaluate(time, x, f);
    statistics.factorisations++;
    return linear.factor(jacobian.values, shift);
  }

  function newton(limit: number): boolean {
    evaluate();
    for (let turn = 0; turn < limit; turn++) {
      if (!factor(0) || !isRegular(jacobian, linear, n, size)) return false;
      const length = direction(step);
      if (!(length < Infinity)) return false;
      statistics.steps++;
      from.set(x);
      for (let damping = 1; ; damping /= 2) {
        for (let i = 0; i < n; i++) x[i] = from[i]! + damping * step[i]!;
        evaluate();
        if (length <= steadyDefaults.step) return true;
        if (direction(trial) <= (1 - damping / 4) * length) break;
        statistics.rejected++;
        if (damping < steadyDefaults.leastDamping) {
          x.set(from);
          evaluate();
          return false;
        }
      }
    }
    return false;
  }

  /** Rate of change relative to the states, in units of 1/time; residuals of algebraic states count as they are. */
  function rate(): number {
    let most = 0;
    for (let i = 0; i < n; i++) {
      const relative = Math.abs(f[i]!) / size(i);
      if (!(relative <= most)) most = relative;
    }
    return most;
  }

  function pseudoTransient(): boolean {
    x.set(start);
    evaluate();
    let before = rate();
    if (!(before < Infinity)) return false;
    let pseudoStep = steadyDefaults.firstPseudoStep / before;
    const settled = steadyDefaults.settled * pseudoStep;
    for (let turn = 0; turn < steadyDefaults.maxPseudoTransient; turn++) {
      from.set(x);
      if (factor(1 / pseudoStep)) {
        const length = direction(step);
        if (length < 1) {
          for (let i = 0; i < n; i++) x[i] = from[i]! + step[i]!;
          evaluate();
          const now = rate();
          if (now < Infinity) {
            statistics.steps++;
            if (now === 0) return true;
            pseudoStep *= Math.min(Math.max(before / now, 0.5), length < 0.1 ? 10 : 2);
            before = now;
            if (length <= steadyDefaults.step && pseudoStep > settled) return true;
            if (length < 1e-3 && pseudoStep * now > 10 * length && newton(8)) return true;
            continue;
          }
        }
      }
      statistics.rejected++;
      x.set(from);
      evaluate();
      pseudoStep /= 4;
      if (!(pseudoStep > 0)) return false;
    }
    return newton(steadyDefaults.maxNewton);
  }

  function homotopy(): boolean {
    const ended = x.slice();
    x.set(start);
    const [found] = steadyOnTheWay(iterate, time, 1);
    x.set(found ?? ended);
    evaluate();
    return found !== undefined && newton(steadyDefaults.maxNewton);
  }

  const method = newton(steadyDefaults.maxNewton) ? "newton" : pseudoTransient() ? "pseudo-transient" : homotopy() ? "homotopy" : undefined;
  const below = Array.from(x.keys()).filter((i) => x[i]! < system.lower[i]! - steadyDefaults.below * size(i));
  if (!method) {
    let worst = 0;
    for (let i = 0; i < n; i++) if (!(Math.abs(f[i]!) / size(i) <= Math.abs(f[worst]!) / size(worst))) worst = i;
    const outcome: Outcome = { kind: "inconsistent", at: time, equation: system.states[worst]!, residual: f[worst]! };
    return { outcome, x: x.slice(), residual: f, below, method: "homotopy", statistics };
  }
  const tangents = problem.directions && implicitTangents(problem.directions);
  return { outcome: { kind: "success" }, x: x.slice(), residual: f, tangents, below, method, statistics };

  /** J·S = −f_p. */
  function implicitTangents({ count, dp }: Pick<ProblemDirections, "count" | "dp">): Float64Array | undefined {
    const out = new Float64Array(count * n);
    const [dt, du, dx] = [new Float64Array(count), new Float64Array(count * system.inputs.length), new Float64Array(count * n)];
    const along: Directions = { count, dt, du, dx, dp };
    if (!factor(0) || !isRegular(jacobian, linear, n, size)) return undefined;
    system.rhs.tangent(time, x, inputs.u, iterate.p, along, out);
    statistics.tangents++;
    linear.solve(out, count);
    return out;
  }
}
