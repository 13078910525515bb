/** Rosenbrock steps from a table of coefficients. Methods are data (one file each); stepping is written once, here. */
import type { Directions } from "../core/index.ts";
import type { Settings } from "./check.ts";
import { cruiseOf } from "./generated/cruise.ts";
import { rosenbrockAttempt } from "./generated/rosenbrock-attempt.ts";
import { rosenbrockLoop } from "./generated/rosenbrock-loop.ts";
import { type Jacobian, jacobianOf } from "./jacobian.ts";
import { linearSolver } from "./linear/choose-linear.ts";
import type { LinearSolver } from "./linear/linear-solver.ts";
import type { RosenbrockMethod } from "./methods/method.ts";
import { interpolant, type TangentWork, tangentWork, timeIncrement } from "./rosenbrock-work.ts";
import { combine, firstBadRate, type Iterate, rowsOf, type Stepper } from "./stepper.ts";
import type { Cruise } from "./walk.ts";

/** Spacing, as a fraction of the step, of the difference that gives ∂f/∂t where nothing better does. */
const plainTimeIncrement = 1e-7;
/** States above which stages are a loop instead of being written out. */
const loopFrom = 12;

/** @param settings  those of a solver that generates code; absent: steps are taken one by one */
export function rosenbrockStepper(method: RosenbrockMethod, iterate: Iterate, settings?: Settings): Stepper {
  const { system, inputs, x, xNext, error } = iterate;
  const n = x.length;
  const stages = method.c.length;
  const { gamma, cumulativeFrom } = method;
  const a = method.a.map((row) => Float64Array.from(row));
  const C = method.C.map((row) => Float64Array.from(row));
  const c = Float64Array.from(method.c);
  const d = Float64Array.from(method.d);
  const dense = method.dense.map((row) => Float64Array.from(row));
  const mass = system.mass ?? new Uint8Array(n).fill(1);
  const algebraic = mass.includes(0);
  const k = new Float64Array(stages * n);
  const kRows = rowsOf(k, stages, n);
  const states = rowsOf(new Float64Array(stages * n), stages, n);
  states[0] = x;
  const f = new Float64Array(n);
  const ft = new Float64Array(n);
  const scratch = new Float64Array(n);
  const alongTime: Directions = {
    count: 1,
    dt: Float64Array.of(1),
    dx: new Float64Array(n),
    du: inputs.slope,
    dp: new Float64Array(system.active.length),
  };
  const jacobian: Jacobian = jacobianOf(iterate);
  const linear: LinearSolver = linearSolver(system);
  const nonZeros = jacobian.values.length;
  let known = false;
  let timeDependent = false;

  const cruises = new Map<string, Cruise | undefined>();
  let cruise: Cruise | undefined;
  const works = new WeakMap<Float64Array, TangentWork>();
  let { size, K, KRows, start, along, dJ, dft, near, far } = tangentWork(iterate, stages, nonZeros);

  /** What all attempts from one point share. */
  function evaluateAt(t: number): void {
    const { statistics, p } = iterate;
    inputs.at(t);
    system.rhs.evaluate(t, x, inputs.u, p, f);
    statistics.rhs++;
    jacobian.evaluate(t, x, f);
    timeDependent = inputs.moving() || system.autonomous !== true;
    if (timeDependent && system.differentiable) {
      system.rhs.tangent(t, x, inputs.u, p, alongTime, ft);
      statistics.tangents++;
    }
    known = true;
  }

  function differenceInTime(t: number, h: number): void {
    const step = plainTimeIncrement * h;
    const actual = t + step - t;
    inputs.at(t + actual);
    system.rhs.evaluate(t + actual, x, inputs.u, iterate.p, scratch);
    iterate.statistics.rhs++;
    for (let i = 0; i < n; i++) ft[i] = actual > 0 ? (scratch[i]! - f[i]!) / actual : 0;
  }

  return {
    method,

    resize() {
      let work = works.get(iterate.s);
      if (!work) {
        work = tangentWork(iterate, stages, nonZeros);
        works.set(iterate.s, work);
      }
      ({ size, K, KRows, start, along, dJ, dft, near, far } = work);
      const key = `${iterate.count},${inputs.everMoving()}`;
      if (settings && !cruises.has(key)) cruises.set(key, makeCruise(settings));
      cruise = cruises.get(key);
    },

    cruise: () => cruise,

    restart() {
      known = false;
    },

    attempt(t, h) {
      if (!known) evaluateAt(t);
      if (timeDependent && !system.differentiable) differenceInTime(t, h);
      const { statistics, p } = iterate;
      const { u } = inputs;
      const reciprocal = 1 / h;
      statistics.factorisations++;
      if (!linear.factor(jacobian.values, reciprocal / gamma)) return false;
      for (let i = 0; i < stages; i++) {
        const ki = kRows[i]!;
        if (i === 0) {
          for (let j = 0; j < n; j++) ki[j] = f[j]!;
        } else {
          const time = t + c[i]! * h;
          const state = states[i]!;
          if (i < cumulativeFrom) {
            combine(state, x, 1, a[i]!, i, k, n);
          } else {
            const [before, kBefore] = [states[i - 1]!, kRows[i - 1]!];
            for (let j = 0; j < n; j++) state[j] = before[j]! + kBefore[j]!;
          }
          inputs.at(time);
          system.rhs.evaluate(time, state, u, p, ki);
          addHistory(ki, reciprocal, C[i]!, i, k, 1);
        }
        if (timeDependent) for (let j = 0; j < n; j++) ki[j]! += h * d[i]! * ft[j]!;
        linear.solve(ki, 1);
      }
      statistics.rhs += stages - 1;
      const [lastState, lastK] = [states[stages - 1]!, kRows[stages - 1]!];
      for (let j = 0; j < n; j++) {
        error[j] = lastK[j]!;
        xNext[j] = lastState[j]! + lastK[j]!;
      }
      return true;
    },

    differentiate(t, h) {
      const { statistics, p, s, sNext, count } = iterate;
      const { u } = inputs;
      const { rhs } = system;
      const { dx } = along;
      const reciprocal = 1 / h;
      inputs.at(t);
      system.jacobian!.tangent(t, x, u, p, start, dJ);
      rhs.tangent(t, x, u, p, start, KRows[0]!);
      statistics.tangents += 2;
      if (timeDependent) differentiateTimeDerivative(t, h);
      for (let i = 0; i < stages; i++) {
        const Ki = KRows[i]!;
        if (i > 0) {
          const time = t + c[i]! * h;
          if (i < cumulativeFrom) combine(dx, s, 1, a[i]!, i, K, size);
          else for (let j = 0, before = (i - 1) * size; j < size; j++) dx[j]! += K[before + j]!;
          inputs.at(time);
          rhs.tangent(time, states[i]!, u, p, along, Ki);
          statistics.tangents++;
          addHistory(Ki, reciprocal, C[i]!, i, K, count);
        }
        if (timeDependent && d[i] !== 0) for (let j = 0; j < size; j++) Ki[j]! += h * d[i]! * dft[j]!;
        linear.solveChanged(Ki, count, dJ, kRows[i]!);
      }
      const last = (stages - 1) * size;
      for (let j = 0; j < size; j++) sNext[j] = dx[j]! + K[last + j]!;
    },

    tangentError: (_h, out) => out.set(KRows[stages - 1]!),

    advance() {
      const { s, sNext } = iterate;
      for (let i = 0; i < n; i++) x[i] = xNext[i]!;
      for (let i = 0; i < size; i++) s[i] = sNext[i]!;
      known = false;
    },

    polynomial: (_h, out) => interpolant(out, x, xNext, dense, k, n, stages),
    tangentPolynomial: (_h, out) => interpolant(out, iterate.s, iterate.sNext, dense, K, size, stages),
    interior: () => ({ states, stages: kRows, jacobian: jacobian.values }),
    blame: (t, h) => firstBadRate(iterate, states, c, t, h),
    stiffness: () => 0,
  };

  function makeCruise(settings: Settings): Cruise | undefined {
    return cruiseOf({
      name: method.name,
      iterate,
      settings,
      writer: (shape) =>
        (shape.n <= loopFrom ? rosenbrockAttempt(method, system, shape) : undefined) ??
        rosenbrockLoop(method, system, shape) ??
        rosenbrockAttempt(method, system, shape),
      count({ attempts, points, differentiated }) {
        const { statistics } = iterate;
        const drifting = inputs.moving() || system.autonomous !== true;
        statistics.rhs += attempts * (stages - 1) + points;
        statistics.jacobians += points;
        statistics.factorisations += attempts;
        statistics.tangents += differentiated * (stages + (drifting ? 3 : 1)) + (drifting ? points : 0);
        known = false;
      },
    });
  }

  /** Derivative of ∂f/∂t along each direction: a three-point difference, along time, of the directional derivatives. */
  function differentiateTimeDerivative(t: number, h: number): void {
    const step = t + timeIncrement * h - t;
    const here = KRows[0]!;
    inputs.at(t + step);
    system.rhs.tangent(t + step, x, inputs.u, iterate.p, start, near);
    inputs.at(t + 2 * step);
    system.rhs.tangent(t + 2 * step, x, inputs.u, iterate.p, start, far);
    iterate.statistics.tangents += 2;
    const scale = step > 0 ? 1 / (2 * step) : 0;
    for (let j = 0; j < size; j++) dft[j] = scale * (4 * near[j]! - 3 * here[j]! - far[j]!);
  }

  /** k ← k + M·Σⱼ (Cⱼ/h)·Uⱼ, for `vectors` vectors in a row. */
  function addHistory(
    ki: Float64Array,
    reciprocal: number,
    weights: Float64Array,
    terms: number,
    rows: Float64Array,
    vectors: number,
  ): void {
    const length = vectors * n;
    if (!algebraic) {
      combine(ki, ki, reciprocal, weights, terms, rows, length);
      return;
    }
    for (let i = 0; i < n; i++) {
      if (mass[i] === 0) continue;
      for (let at = i; at < length; at += n) {
        let sum = 0;
        for (let j = 0; j < terms; j++) sum += weights[j]! * rows[j * length + at]!;
        ki[at]! += reciprocal * sum;
      }
    }
  }
}
