/** Explicit Runge–Kutta steps from a tableau. Methods are data (one file each); stepping is written once, here. */
import type { Directions } from "../core/index.ts";
import type { ExplicitMethod } from "./methods/method.ts";
import { combine, denseDegree, firstBadRate, type Iterate, rowsOf, type Stepper } from "./stepper.ts";

export function explicitStepper(method: ExplicitMethod, iterate: Iterate): Stepper {
  const { system, inputs, x, xNext, error } = iterate;
  const n = x.length;
  const stages = method.b.length;
  const last = stages - 1;
  const a = method.a.map((row) => Float64Array.from(row));
  const bError = Float64Array.from(method.bError);
  const c = Float64Array.from(method.c);
  const dense = Array.from({ length: denseDegree }, (_, power) => Float64Array.from(method.dense, (row) => row[power]!));
  const k = new Float64Array(stages * n);
  const kRows = rowsOf(k, stages, n);
  const states = rowsOf(new Float64Array(stages * n), stages, n);
  states[0] = x;
  states[last] = xNext;
  const zeros = new Float64Array(n);
  const { nominal } = system;

  const works = new WeakMap<Float64Array, TangentWork>();
  let { size, K, KRows, along } = tangentWork(iterate, states, last);
  let known = false;
  let tangentsKnown = false;

  return {
    method,

    resize() {
      tangentsKnown = false;
      let work = works.get(iterate.s);
      if (!work) {
        work = tangentWork(iterate, states, last);
        works.set(iterate.s, work);
      }
      ({ size, K, KRows, along } = work);
    },

    restart() {
      known = false;
      tangentsKnown = false;
    },

    attempt(t, h) {
      const { rhs } = system;
      const { p, statistics } = iterate;
      const { u } = inputs;
      if (!known) {
        inputs.at(t);
        rhs.evaluate(t, x, u, p, kRows[0]!);
        statistics.rhs++;
        known = true;
      }
      for (let i = 1; i < stages; i++) {
        const time = t + c[i]! * h;
        const state = states[i]!;
        combine(state, x, h, a[i]!, i, k, n);
        inputs.at(time);
        rhs.evaluate(time, state, u, p, kRows[i]!);
      }
      statistics.rhs += last;
      combine(error, zeros, h, bError, stages, k, n);
      return true;
    },

    differentiate(t, h) {
      const { rhs } = system;
      const { p, s, statistics } = iterate;
      const { u } = inputs;
      if (!tangentsKnown) {
        inputs.at(t);
        rhs.tangent(t, x, u, p, along[0]!, KRows[0]!);
        statistics.tangents++;
        tangentsKnown = true;
      }
      for (let i = 1; i < stages; i++) {
        const time = t + c[i]! * h;
        combine(along[i]!.dx, s, h, a[i]!, i, K, size);
        inputs.at(time);
        rhs.tangent(time, states[i]!, u, p, along[i]!, KRows[i]!);
      }
      statistics.tangents += last;
    },

    tangentError(h, out) {
      out.fill(0);
      combine(out, out, h, bError, stages, K, size);
    },

    advance() {
      const { s, sNext } = iterate;
      const from = last * n;
      for (let i = 0; i < n; i++) {
        x[i] = xNext[i]!;
        k[i] = k[from + i]!;
      }
      const tangentsFrom = last * size;
      for (let i = 0; i < size; i++) {
        s[i] = sNext[i]!;
        K[i] = K[tangentsFrom + i]!;
      }
    },

    polynomial: (h, out) => interpolant(out, x, h, dense, k, n, stages),
    tangentPolynomial: (h, out) => interpolant(out, iterate.s, h, dense, K, size, stages),

    blame: (t, h) => firstBadRate(iterate, states, c, t, h),

    stiffness(h) {
      // The last two stages are at the same time: the ratio of their differences is |λ| of the mode that separates them.
      const [before, after] = [states[last - 1]!, xNext];
      const [kBefore, kAfter] = [(last - 1) * n, last * n];
      let [rise, run] = [0, 0];
      for (let i = 0; i < n; i++) {
        rise += ((k[kAfter + i]! - k[kBefore + i]!) / nominal[i]!) ** 2;
        run += ((after[i]! - before[i]!) / nominal[i]!) ** 2;
      }
      return run > 0 ? h * Math.sqrt(rise / run) : 0;
    },
  };
}

/** Arrays for one number of directions. */
interface TangentWork {
  readonly size: number;
  readonly K: Float64Array;
  readonly KRows: Float64Array[];
  readonly along: readonly Directions[];
}

function tangentWork({ system, count, s, sNext, dp }: Iterate, states: readonly Float64Array[], last: number): TangentWork {
  const size = s.length;
  const K = new Float64Array(states.length * size);
  const [dt, du, dx] = [new Float64Array(count), new Float64Array(count * system.inputs.length), new Float64Array(size)];
  const along = states.map((_, i): Directions => ({ count, dt, du, dp, dx: i === 0 ? s : i === last ? sNext : dx }));
  return { size, K, KRows: rowsOf(K, states.length, size), along };
}

/** Coefficients of 1, θ … θ⁴, all powers in one pass over the stages. */
function interpolant(
  out: Float64Array,
  base: Float64Array,
  h: number,
  dense: Float64Array[],
  k: Float64Array,
  size: number,
  stages: number,
) {
  const [linear, square, cube, fourth] = dense as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < size; i++) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let j = 0; j < stages; j++) {
      const value = k[j * size + i]!;
      a += linear[j]! * value;
      b += square[j]! * value;
      c += cube[j]! * value;
      d += fourth[j]! * value;
    }
    out[i] = base[i]!;
    out[size + i] = h * a;
    out[2 * size + i] = h * b;
    out[3 * size + i] = h * c;
    out[4 * size + i] = h * d;
  }
}
