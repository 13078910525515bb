/** Rosenbrock steps, backwards, the derivative of the Jacobian included. Derived in `docs/notes/0036-adjoint-of-the-steps.md`. */
import type { Gradient } from "../../core/index.ts";
import type { RosenbrockMethod } from "../methods/method.ts";
import { rosenbrockStepper } from "../rosenbrock.ts";
import { timeIncrement } from "../rosenbrock-work.ts";
import { type Iterate, rowsOf } from "../stepper.ts";
import { addTo, pullRates, type StepBack } from "./step-back.ts";
import { transposedSolver } from "./transposed-solver.ts";

export function rosenbrockBack(method: RosenbrockMethod, iterate: Iterate): StepBack {
  const stepper = rosenbrockStepper(method, iterate);
  const { system, inputs, x } = iterate;
  const jacobian = system.jacobian!; // Checked before the run.
  const { rows, columns } = jacobian.sparsity;
  const n = x.length;
  const { a, C, c, d, dense, gamma, cumulativeFrom } = method;
  const last = c.length - 1;
  const mass = system.mass ?? new Uint8Array(n).fill(1);
  const linear = transposedSolver(system, jacobian);
  const start = new Float64Array(n);
  const ofEnd = new Float64Array(n);
  const ofTimeDerivative = new Float64Array(n);
  const ofJacobian = new Float64Array(jacobian.size);
  const ofStates = rowsOf(new Float64Array(c.length * n), c.length, n);
  const ofIncrements = rowsOf(new Float64Array(c.length * n), c.length, n);
  const scaled = new Float64Array(n);

  return {
    stepper,

    begin() {
      for (const values of [start, ofEnd, ofTimeDerivative, ofJacobian, ...ofStates, ...ofIncrements]) values.fill(0);
    },

    end: (weights, offset) => addTo(ofEnd, 1, weights, offset),

    inside(theta, _h, weights, offset) {
      const [one, two, three] = dense as [readonly number[], readonly number[], readonly number[]];
      addTo(start, 1 - theta, weights, offset);
      addTo(ofEnd, theta, weights, offset);
      for (let i = 0; i <= last; i++) {
        const share = theta * (1 - theta) * (one[i]! + theta * (two[i]! + theta * three[i]!));
        addTo(ofIncrements[i]!, share, weights, offset);
      }
    },

    back(t, h, state, into) {
      stepper.restart();
      if (!stepper.attempt(t, h)) return false;
      const { states, stages, jacobian: values } = stepper.interior!();
      if (!linear.factor(values!, 1 / h / gamma)) return false;
      addTo(ofStates[last]!, 1, ofEnd);
      addTo(ofIncrements[last]!, 1, ofEnd);
      for (let i = last; i >= 0; i--) {
        // From U to the right-hand side of its equation: (M/(hγ) − J)ᵀ·ρ = weights of U.
        const rho = ofIncrements[i]!;
        const increment = stages[i]!;
        linear.solve(rho);
        for (let z = 0; z < ofJacobian.length; z++) ofJacobian[z]! += rho[rows[z]!]! * increment[columns[z]!]!;
        if (d[i] !== 0) addTo(ofTimeDerivative, h * d[i]!, rho);
        for (let j = 0; j < i; j++) {
          const weight = C[i]![j]! / h;
          for (let k = 0; k < n; k++) if (mass[k] !== 0) ofIncrements[j]![k]! += weight * rho[k]!;
        }
        pullRates(iterate, t + c[i]! * h, states[i]!, rho, ofStates[i]!, into);
        if (i >= cumulativeFrom) {
          addTo(ofStates[i - 1]!, 1, ofStates[i]!);
          addTo(ofIncrements[i - 1]!, 1, ofStates[i]!);
        } else {
          addTo(start, 1, ofStates[i]!);
          for (let j = 0; j < i; j++) addTo(ofIncrements[j]!, a[i]![j]!, ofStates[i]!);
        }
      }
      inputs.at(t);
      jacobian.pullback!(t, x, inputs.u, iterate.p, ofJacobian, { x: start, u: into.u, p: into.p });
      iterate.statistics.tangents++;
      if (inputs.moving() || system.autonomous !== true) backThroughTimeDerivative(t, h, into);
      state.set(start);
      return true;
    },
  };

  /** The transpose of the three-point difference that stands for the derivative of ∂f/∂t. */
  function backThroughTimeDerivative(t: number, h: number, into: Gradient): void {
    const step = t + timeIncrement * h - t;
    if (!(step > 0)) return;
    const weights: readonly [time: number, weight: number][] = [
      [t, -3],
      [t + step, 4],
      [t + 2 * step, -1],
    ];
    for (const [time, weight] of weights) {
      for (let i = 0; i < n; i++) scaled[i] = (weight / (2 * step)) * ofTimeDerivative[i]!;
      pullRates(iterate, time, x, scaled, start, into);
    }
  }
}
