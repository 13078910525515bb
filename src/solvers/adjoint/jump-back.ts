/**
 * Everything that changes derivatives beside steps, backwards: algebraic states made consistent, events, conditions that change sides.
 * Each is the transpose of what `consistent.ts`, `jump.ts` and `switching.ts` do to derivatives.
 */
import { type Directions, factorLU, type Gradient, type SystemEvents, solveLU } from "../../core/index.ts";
import type { Consistency } from "../consistent.ts";
import { jacobianOf } from "../jacobian.ts";
import type { Iterate } from "../stepper.ts";

export interface JumpBack {
  /** All of them: the iterate stands at the point in question, its inputs in the stretch in question; `state` holds weights after and receives weights before. */
  consistent(t: number, state: Float64Array, into: Gradient): boolean;
  instant(): void;
  event(t: number, event: number, moves: boolean, state: Float64Array, into: Gradient): void;
  afterEvent(t: number, state: Float64Array, into: Gradient): boolean;
  condition(t: number, condition: number, jump: Float64Array, state: Float64Array, into: Gradient): void;
}

export function jumpBack(iterate: Iterate, consistency: Consistency): JumpBack {
  const { system, inputs, x } = iterate;
  const { mass, events, switches } = system;
  const n = x.length;
  const algebraic = mass?.includes(0) ?? false;
  const jacobian = algebraic ? jacobianOf(iterate) : undefined;
  const matrix = new Float64Array(algebraic ? n * n : 0);
  const pivots = new Int32Array(n);
  const f = new Float64Array(n);
  const weights = new Float64Array(n);
  const dump = new Float64Array(n);
  const alongTime: Directions = {
    count: 1,
    dt: Float64Array.of(1),
    dx: new Float64Array(n),
    du: inputs.slope,
    dp: new Float64Array(system.active.length),
  };
  const rate = alongTime.dx;
  /** Weight of the shift of the instant. */
  let ofShift = 0;

  /** Adds `weight` times the derivative of one crossing function. */
  function pullCrossing(
    { when }: Pick<SystemEvents, "when">,
    i: number,
    t: number,
    weight: number,
    state: Float64Array,
    into: Gradient,
  ): void {
    if (weight === 0) return;
    const one = new Float64Array(when.size);
    one[i] = weight;
    inputs.at(t);
    when.pullback!(t, x, inputs.u, iterate.p, one, { x: state, u: into.u, p: into.p });
  }

  function consistent(t: number, state: Float64Array, into: Gradient): boolean {
    if (!jacobian || !mass || !state.some((weight) => weight !== 0)) return true;
    inputs.at(t);
    system.rhs.evaluate(t, x, inputs.u, iterate.p, f);
    jacobian.evaluate(t, x, f);
    matrix.fill(0);
    const { values, sparsity } = jacobian;
    for (let z = 0; z < values.length; z++) {
      const row = sparsity ? sparsity.rows[z]! : Math.floor(z / n);
      if (mass[row] === 0) matrix[(sparsity ? sparsity.columns[z]! : z % n) * n + row] = values[z]!;
    }
    for (let i = 0; i < n; i++) if (mass[i] !== 0) matrix[i * n + i] = 1;
    if (!factorLU(matrix, n, pivots)) return false;
    solveLU(matrix, n, pivots, state, 0);
    for (let i = 0; i < n; i++) weights[i] = mass[i] === 0 ? -state[i]! : 0;
    dump.fill(0);
    system.rhs.pullback!(t, x, inputs.u, iterate.p, weights, { x: dump, u: into.u, p: into.p });
    for (let i = 0; i < n; i++) if (mass[i] === 0) state[i] = 0;
    return true;
  }

  return {
    consistent,

    instant() {
      ofShift = 0;
    },

    afterEvent(t, state, into) {
      if (!consistent(t, state, into)) return false;
      consistency.rate(t, rate);
      for (let i = 0; i < n; i++) ofShift -= rate[i]! * state[i]!;
      return true;
    },

    event(t, event, moves, state, into) {
      const then = events!.then[event]!;
      consistency.rate(t, rate);
      inputs.at(t);
      then.tangent(t, x, inputs.u, iterate.p, alongTime, f);
      for (let i = 0; i < n; i++) ofShift += f[i]! * state[i]!;
      weights.set(state);
      state.fill(0);
      then.pullback!(t, x, inputs.u, iterate.p, weights, { x: state, u: into.u, p: into.p });
      if (!moves) return;
      const rates = new Float64Array(events!.when.size);
      events!.when.tangent(t, x, inputs.u, iterate.p, alongTime, rates);
      pullCrossing(events!, event, t, -ofShift / rates[event]!, state, into);
      ofShift = 0;
    },

    condition(t, condition, jump, state, into) {
      let weight = 0;
      for (let i = 0; i < n; i++) weight += jump[i]! * state[i]!;
      pullCrossing(switches!, condition, t, weight, state, into);
    },
  };
}
