/** Steps of variable order from past points at their own times: one formula, one factorisation for as many steps as it serves. */
import type { Directions } from "../../core/index.ts";
import { type Jacobian, jacobianOf } from "../jacobian.ts";
import { linearSolver } from "../linear/choose-linear.ts";
import type { MultistepMethod } from "../methods/method.ts";
import { firstStep } from "../step-control.ts";
import { firstBadRate, type Iterate, type Stepper } from "../stepper.ts";
import { interpolantWeights, leadingSum, predictorWeights } from "./formula.ts";
import { orderControl } from "./order-control.ts";
import { combinePast, type Past, pastOf } from "./past.ts";

export const multistepDefaults = {
  /** Newton iterations of a step. */
  iterations: 5,
  /** Share of the error that is allowed which the iteration may leave. */
  newton: 0.02,
  /** Ratio of successive corrections above which the iteration is given up. */
  slowest: 0.7,
  /** Change of the leading coefficient, relative, up to which factors serve on. */
  drift: 0.3,
  /** Steps that a Jacobian serves at most. */
  age: 40,
  /** Changes of an algebraic state below this share of its nominal size are rounding: its equation may hold numbers far larger than itself. */
  rounding: 64 * Number.EPSILON,
} as const;

/** Tolerances: those of the step control, which the iteration must stay below. */
export interface Tolerances {
  readonly atol: Float64Array;
  readonly rtol: number;
}

export function multistepStepper(method: MultistepMethod, iterate: Iterate, { atol, rtol }: Tolerances): Stepper {
  const { system, inputs, x, xNext, error } = iterate;
  const n = x.length;
  const top = method.order;
  const width = top + 1;
  const mass = Float64Array.from({ length: n }, (_, i) => system.mass?.[i] ?? 1);
  const rounding = Float64Array.from(system.nominal, (nominal, i) => (mass[i] === 0 ? multistepDefaults.rounding * nominal : 0));
  const jacobian: Jacobian = jacobianOf(iterate);
  const linear = linearSolver(system);
  const past = pastOf(top + 1, n);
  const times = new Float64Array(top + 1);
  const [value, slope] = [new Float64Array(width), new Float64Array(width)];
  const lagrange = new Float64Array(width * width);
  const [predicted, rate, f, rates] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const weights = new Float64Array(n);
  const order = orderControl(method, iterate, past, times, atol, rtol);

  const works = new WeakMap<Float64Array, Work>();
  let work = workOf(iterate, top);
  /** Points known; 0 after a restart. */
  let points = 0;
  /** Leading coefficient that was factored, or 0; steps since; the speed of convergence seen with it. */
  let [factored, age, speed] = [0, 0, 1];
  let [leading, constant] = [0, 0];

  /** The first point, with its rate in the place of a second one. */
  function begin(t: number): void {
    inputs.at(t);
    system.rhs.evaluate(t, x, inputs.u, iterate.p, rates);
    iterate.statistics.rhs++;
    for (let i = 0; i < n; i++) rates[i]! *= mass[i]!;
    past.start(x);
    times[0] = t;
    points = 1;
    if (iterate.count === 0) return;
    const { s, count, dp } = iterate;
    system.rhs.tangent(t, x, inputs.u, iterate.p, { ...work.along, count, dx: s, dp }, work.rates);
    iterate.statistics.tangents++;
    for (let i = 0; i < work.rates.length; i++) work.rates[i]! *= mass[i % n]!;
    work.past.start(s);
  }

  /** A point before the first, on the tangent: gives the first step a slope. */
  function extendBack(t: number, h: number): void {
    times[1] = t - h;
    lineBack(past, rates, h);
    if (iterate.count > 0) lineBack(work.past, work.rates, h);
  }

  function factor(t: number, h: number, at: Float64Array): boolean {
    inputs.at(t + h);
    if (!system.jacobian && !system.differentiable) {
      system.rhs.evaluate(t + h, at, inputs.u, iterate.p, f);
      iterate.statistics.rhs++;
    }
    jacobian.evaluate(t + h, at, f);
    iterate.statistics.factorisations++;
    const regular = linear.factor(jacobian.values, leading);
    factored = regular ? leading : 0;
    age = 0;
    speed = 1;
    return regular;
  }

  /** Newton's iteration from the predictor. */
  function correct(t: number, h: number): boolean {
    const { iterations, newton, slowest } = multistepDefaults;
    const scale = 2 / (1 + leading / factored);
    for (let i = 0; i < n; i++) xNext[i] = predicted[i]!;
    let before = 0;
    for (let turn = 0; turn < iterations; turn++) {
      system.rhs.evaluate(t + h, xNext, inputs.u, iterate.p, f);
      iterate.statistics.rhs++;
      for (let i = 0; i < n; i++) f[i]! -= mass[i]! * (rate[i]! + leading * (xNext[i]! - predicted[i]!));
      linear.solve(f, 1);
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const change = scale * f[i]!;
        xNext[i]! += change;
        sum += (change * weights[i]!) ** 2;
      }
      const size = Math.sqrt(sum / n);
      if (!(size < Infinity)) return false;
      if (turn > 0) {
        const ratio = size / before;
        if (ratio > slowest && size * constant > newton) return false;
        speed = Math.max(0.1 * speed, ratio);
      }
      const remaining = speed < 1 ? (speed / (1 - speed)) * size : turn > 0 ? size : 10 * size;
      if (remaining * constant <= newton) return true;
      before = size;
    }
    return false;
  }

  return {
    method,
    degree: top,

    control: {
      limit: (t, span) => (points === 0 ? firstStep(iterate, t, span, atol, rtol, 2) : Infinity),
      next: (accepted) => order.next(accepted, points),
      again: (rejected) => order.again(rejected, points),
    },

    resize() {
      let known = works.get(iterate.s);
      if (!known) {
        known = workOf(iterate, top);
        works.set(iterate.s, known);
      }
      work = known;
    },

    restart() {
      points = 0;
      factored = 0;
      order.restart();
    },

    attempt(t, h) {
      if (points === 0) begin(t);
      if (points === 1) extendBack(t, h);
      const k = order.choose(t, h);
      leading = ((1 - method.kappa[k]!) * leadingSum(k)) / h;
      constant = order.constant();
      predictorWeights(times, k, t, h, value, slope);
      combinePast(past, k, value, slope, 1 / h, predicted, rate);
      for (let i = 0; i < n; i++) {
        weights[i] = 1 / (Math.max(atol[i]!, rounding[i]!) + rtol * Math.max(Math.abs(x[i]!), Math.abs(predicted[i]!)));
      }
      inputs.at(t + h);
      const { drift, age: oldest } = multistepDefaults;
      const serves = factored > 0 && Math.abs(leading / factored - 1) <= drift && age < oldest;
      if (!serves && !factor(t, h, predicted)) return false;
      if (!correct(t, h) && (age === 0 || !factor(t, h, predicted) || !correct(t, h))) return false;
      // An algebraic state has no rate at the first point: its change says nothing of the error there.
      for (let i = 0; i < n; i++) {
        const correction = xNext[i]! - predicted[i]!;
        error[i] = (points === 1 && mass[i] === 0) || Math.abs(correction) < rounding[i]! ? 0 : constant * correction;
      }
      return true;
    },

    differentiate(t, h) {
      const { count, sNext, dp, p, statistics } = iterate;
      const k = order.order();
      const { predicted: dPredicted, rate: dRate, change, along } = work;
      combinePast(work.past, k, value, slope, 1 / h, dPredicted, dRate);
      // The derivative is that of the equation solved, so the matrix is that of the point reached.
      const regular = factor(t, h, xNext);
      inputs.at(t + h);
      system.rhs.tangent(t + h, xNext, inputs.u, p, { ...along, count, dx: dPredicted, dp }, change);
      statistics.tangents++;
      for (let i = 0; i < change.length; i++) change[i]! -= mass[i % n]! * dRate[i]!;
      if (regular) linear.solve(change, count);
      else change.fill(Number.NaN);
      for (let i = 0; i < change.length; i++) sNext[i] = dPredicted[i]! + change[i]!;
    },

    tangentError(_h, out) {
      const first = points === 1;
      for (let i = 0; i < out.length; i++) out[i] = first && mass[i % n] === 0 ? 0 : constant * work.change[i]!;
    },

    advance() {
      const [t, h] = [times[0]!, order.length()];
      const { s, sNext } = iterate;
      for (let i = 0; i < n; i++) x[i] = xNext[i]!;
      for (let i = 0; i < s.length; i++) s[i] = sNext[i]!;
      past.push(xNext);
      if (iterate.count > 0) work.past.push(sNext);
      for (let j = top; j > 0; j--) times[j] = times[j - 1]!;
      times[0] = t + h;
      points = Math.min(points + 1, top + 1);
      age++;
    },

    polynomial(h, out) {
      interpolantWeights(times, order.order(), times[0]!, h, width, lagrange);
      interpolate(out, xNext, past.rows, order.order(), lagrange, width);
    },

    tangentPolynomial(h, out) {
      interpolantWeights(times, order.order(), times[0]!, h, width, lagrange);
      interpolate(out, iterate.sNext, work.past.rows, order.order(), lagrange, width);
    },

    blame: (t, h) => firstBadRate(iterate, [x, predicted, xNext], Float64Array.of(0, 1, 1), t, h),
    stiffness: () => 0,
  };
}

/** Arrays for one number of directions. */
interface Work {
  readonly past: Past;
  readonly rates: Float64Array;
  readonly predicted: Float64Array;
  readonly rate: Float64Array;
  readonly change: Float64Array;
  readonly along: Pick<Directions, "dt" | "du">;
}

function workOf({ s, count, du }: Iterate, top: number): Work {
  const room = (): Float64Array => new Float64Array(s.length);
  return {
    past: pastOf(top + 1, s.length),
    rates: room(),
    predicted: room(),
    rate: room(),
    change: room(),
    along: { dt: new Float64Array(count), du },
  };
}

function lineBack({ rows }: Past, rates: Float64Array, h: number): void {
  const [first, back] = [rows[0]!, rows[1]!];
  for (let i = 0; i < first.length; i++) back[i] = first[i]! - h * rates[i]!;
}

/** Coefficients of 1, θ … of the polynomial through the new point and k past ones. */
function interpolate(
  out: Float64Array,
  next: Float64Array,
  rows: readonly Float64Array[],
  k: number,
  weights: Float64Array,
  width: number,
): void {
  const start = rows[0]!;
  const size = start.length;
  out.fill(0);
  for (let i = 0; i < size; i++) out[i] = start[i]!;
  for (let j = 1; j <= k; j++) {
    const row = j < k ? rows[j]! : next;
    for (let m = 1; m <= k; m++) {
      const [weight, place] = [weights[j * width + m]!, m * size];
      for (let i = 0; i < size; i++) out[place + i]! += weight * (row[i]! - start[i]!);
    }
  }
}
