/** Explicit Runge–Kutta steps from a tableau. Methods are data (one file each); stepping is written once, here. */
import type { Directions } from "../core/index.ts";
import type { Settings } from "./check.ts";
import { cruiseOf } from "./generated/cruise.ts";
import { explicitAttempt } from "./generated/explicit-attempt.ts";
import { type ExplicitForm, explicitForm, type Form } from "./generated/explicit-form.ts";
import type { ExplicitMethod } from "./methods/method.ts";
import { combine, denseDegree, firstBadRate, type Iterate, rowsOf, type Stepper } from "./stepper.ts";
import type { Cruise } from "./walk.ts";

export function explicitStepper(method: ExplicitMethod, iterate: Iterate, form: Form = "written", settings?: Settings): Stepper {
  const { system, inputs, x, xNext, error } = iterate;
  const n = x.length;
  const stages = method.b.length;
  const last = stages - 1;
  const a = [...method.a, ...(method.extra?.a ?? [])].map((row) => Float64Array.from(row));
  const bError = Float64Array.from(method.bError);
  const c = Float64Array.of(...method.c, ...(method.extra?.c ?? []));
  const degree = method.dense[0]!.length;
  const dense = Array.from({ length: degree }, (_, power) => Float64Array.from(method.dense, (row) => row[power]!));
  const zeros = new Float64Array(n);
  const { nominal } = system;

  const works = new Map<string, Work>();
  let { generated, k, kRows, states, size, K, KRows, along } = workOf(method, iterate, form);
  let known = false;
  let tangentsKnown = false;
  /** Stages known of the last attempt and of its derivative, and when that began. */
  let [computed, differentiated, begun] = [stages, stages, 0];

  /** Stages that only the interpolant needs. */
  function complete(h: number): void {
    for (; computed < c.length; computed++) {
      const time = begun + c[computed]! * h;
      combine(states[computed]!, x, h, a[computed]!, computed, k, n);
      inputs.at(time);
      system.rhs.evaluate(time, states[computed]!, inputs.u, iterate.p, kRows[computed]!);
      iterate.statistics.rhs++;
    }
  }

  function completeTangents(h: number): void {
    complete(h);
    for (; differentiated < c.length; differentiated++) {
      const time = begun + c[differentiated]! * h;
      const { dx } = along[differentiated]!;
      combine(dx, iterate.s, h, a[differentiated]!, differentiated, K, size);
      inputs.at(time);
      system.rhs.tangent(time, states[differentiated]!, inputs.u, iterate.p, along[differentiated]!, KRows[differentiated]!);
      iterate.statistics.tangents++;
    }
  }

  const cruises = new Map<string, Cruise | undefined>();
  let cruise: Cruise | undefined;

  function makeCruise(settings: Settings): Cruise | undefined {
    return cruiseOf({
      name: method.name,
      iterate,
      settings,
      writer: (shape) => explicitAttempt(method, system, shape),
      count({ attempts, differentiated }) {
        iterate.statistics.rhs += attempts * last;
        iterate.statistics.tangents += differentiated * last;
      },
      enter(first, firstTangents, t) {
        findRates(t);
        for (let i = 0; i < n; i++) first[i] = k[i]!;
        if (size === 0) return;
        findTangentRates(t);
        for (let i = 0; i < size; i++) firstTangents[i] = K[i]!;
      },
      leave(first, firstTangents) {
        for (let i = 0; i < n; i++) k[i] = first[i]!;
        for (let i = 0; i < size; i++) K[i] = firstTangents[i]!;
      },
    });
  }

  /** The first stage, where it is not known from the step before. */
  function findRates(t: number): void {
    if (known) return;
    inputs.at(t);
    system.rhs.evaluate(t, x, inputs.u, iterate.p, kRows[0]!);
    iterate.statistics.rhs++;
    known = true;
  }

  function findTangentRates(t: number): void {
    if (tangentsKnown) return;
    inputs.at(t);
    system.rhs.tangent(t, x, inputs.u, iterate.p, along[0]!, KRows[0]!);
    iterate.statistics.tangents++;
    tangentsKnown = true;
  }

  return {
    method,
    degree,

    resize() {
      tangentsKnown = false;
      const key = `${iterate.count},${iterate.inputs.everMoving()}`;
      let work = works.get(key);
      if (!work) {
        work = workOf(method, iterate, form);
        works.set(key, work);
      }
      known = false;
      ({ generated, k, kRows, states, size, K, KRows, along } = work);
      if (settings && !cruises.has(key)) cruises.set(key, makeCruise(settings));
      cruise = cruises.get(key);
    },

    cruise: () => cruise,

    restart() {
      known = false;
      tangentsKnown = false;
      generated?.restart();
    },

    attempt(t, h) {
      const { rhs } = system;
      const { p, statistics } = iterate;
      const { u } = inputs;
      computed = stages;
      differentiated = stages;
      begun = t;
      findRates(t);
      statistics.rhs += last;
      if (generated) {
        generated.attempt(t, h);
        return true;
      }
      for (let i = 1; i < stages; i++) {
        const time = t + c[i]! * h;
        const state = states[i]!;
        combine(state, x, h, a[i]!, i, k, n);
        inputs.at(time);
        rhs.evaluate(time, state, u, p, kRows[i]!);
      }
      combine(error, zeros, h, bError, stages, k, n);
      return true;
    },

    differentiate(t, h) {
      const { rhs } = system;
      const { p, s, statistics } = iterate;
      const { u } = inputs;
      findTangentRates(t);
      statistics.tangents += last;
      if (generated) {
        generated.differentiate(t, h);
        return;
      }
      for (let i = 1; i < stages; i++) {
        const time = t + c[i]! * h;
        combine(along[i]!.dx, s, h, a[i]!, i, K, size);
        inputs.at(time);
        rhs.tangent(time, states[i]!, u, p, along[i]!, KRows[i]!);
      }
    },

    tangentError(h, out) {
      if (generated) {
        generated.tangentError(out);
        return;
      }
      out.fill(0);
      combine(out, out, h, bError, stages, K, size);
    },

    advance() {
      const { s, sNext } = iterate;
      // Locals, because the arrays of this stepper change with the number of directions, which the engine would look up at every element.
      const [rates, tangentRates, length] = [k, K, size];
      const from = last * n;
      for (let i = 0; i < n; i++) {
        x[i] = xNext[i]!;
        rates[i] = rates[from + i]!;
      }
      const tangentsFrom = last * length;
      for (let i = 0; i < length; i++) {
        s[i] = sNext[i]!;
        tangentRates[i] = tangentRates[tangentsFrom + i]!;
      }
    },

    polynomial(h, out) {
      if (generated) generated.polynomial(h, out);
      else {
        complete(h);
        interpolant(out, x, h, dense, k, n, c.length);
      }
    },

    tangentPolynomial(h, out) {
      if (generated) generated.tangentPolynomial(h, out);
      else {
        completeTangents(h);
        interpolant(out, iterate.s, h, dense, K, size, c.length);
      }
    },

    interior: () => ({ states, stages: kRows }),
    blame: (t, h) => firstBadRate(iterate, states.slice(0, stages), c, t, h),

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

/** What the steps of one number of directions are made with: a generated form, where there is one, and arrays. */
interface Work {
  readonly generated: ExplicitForm | undefined;
  readonly k: Float64Array;
  readonly kRows: Float64Array[];
  readonly states: Float64Array[];
  readonly size: number;
  readonly K: Float64Array;
  readonly KRows: Float64Array[];
  readonly along: readonly Directions[];
}

function workOf(method: ExplicitMethod, iterate: Iterate, form: Form): Work {
  const { x, xNext, count, s, sNext, dp, du } = iterate;
  const [n, size] = [x.length, s.length];
  const stages = method.b.length;
  const last = stages - 1;
  const all = method.dense.length;
  const generated = form === "written" || method.extra ? undefined : explicitForm(method, iterate, form);
  const k = generated?.k ?? new Float64Array(all * n);
  const states = rowsOf(generated?.states ?? new Float64Array(all * n), all, n);
  states[0] = x;
  states[last] = xNext;
  const K = generated?.K ?? new Float64Array(all * size);
  const [dt, dx] = [new Float64Array(count), new Float64Array(size)];
  const along = states.map((_, i): Directions => ({ count, dt, du, dp, dx: i === 0 ? s : i === last ? sNext : dx }));
  return { generated, k, kRows: rowsOf(k, all, n), states, size, K, KRows: rowsOf(K, all, size), along };
}

/** Coefficients of 1, θ … θᵈ; for d = 4 all powers in one pass over the stages. */
function interpolant(
  out: Float64Array,
  base: Float64Array,
  h: number,
  dense: Float64Array[],
  k: Float64Array,
  size: number,
  stages: number,
) {
  if (dense.length !== denseDegree) {
    for (let i = 0; i < size; i++) out[i] = base[i]!;
    for (let power = 1; power <= dense.length; power++) {
      const weights = dense[power - 1]!;
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let j = 0; j < stages; j++) sum += weights[j]! * k[j * size + i]!;
        out[power * size + i] = h * sum;
      }
    }
    return;
  }
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
