/** What a run reports: rows at the samples asked for, or at its own steps; and the polynomials between, where they are kept. */
import { type DenseRecorder, denseRecorder, type Interpolant, nodalInterpolant, polynomialInterpolant } from "./dense-output.ts";
import { growingRows, type Rows } from "./rows.ts";
import { denseDegree, evaluatePolynomial, type Iterate, type Stepper } from "./stepper.ts";

export interface Output {
  readonly times: Rows;
  readonly states: Rows;
  readonly inputs: Rows;
  readonly tangents: Rows | undefined;
  readonly dense: DenseRecorder | undefined;
  /** False where the rows are the steps themselves. */
  readonly samplesGiven: boolean;
  /** Interpolants of the step in hand, shape (5, n) and (5, q·n). Valid after `prepare`. */
  readonly polynomial: Float64Array;
  readonly tangentPolynomial: Float64Array;
  /** The start of the run, or the far side of a jump: x and s of the iterate as they stand. */
  point(t: number): void;
  /** Fetches the interpolants of the step in hand from its stepper. */
  prepare(stepper: Stepper, h: number): void;
  /** True when a sample lies strictly inside (t, end). */
  within(end: number): boolean;
  /** Reports the step from t to t + h as far as `end`. `whole`: end is its end, and xNext, sNext hold there. */
  step(t: number, h: number, end: number, whole: boolean, piece: number): void;
  /** Reports a step of a method with an interpolant of its own, valid during the call only. xNext holds at its end. */
  freeStep(t: number, end: number, piece: number, interpolant: Interpolant): void;
}

export function outputOf(iterate: Iterate, samples: Float64Array | undefined, keepDense: boolean): Output {
  const { x, xNext, inputs, count } = iterate;
  const n = x.length;
  const size = count * n;
  const expected = samples?.length ?? 64;
  const times = growingRows(1, expected);
  const states = growingRows(n, expected);
  const inputRows = growingRows(inputs.u.length, expected);
  const tangents = count > 0 ? growingRows(size, expected) : undefined;
  const dense = keepDense ? denseRecorder() : undefined;
  const polynomial = new Float64Array((denseDegree + 1) * n);
  const tangentPolynomial = new Float64Array((denseDegree + 1) * size);
  const time = new Float64Array(1);
  const state = new Float64Array(n);
  const tangent = new Float64Array(size);
  let next = 0;

  function add(t: number, x: Float64Array, s: Float64Array): void {
    time[0] = t;
    times.add(time);
    states.add(x);
    inputs.at(t);
    inputRows.add(inputs.u);
    tangents?.add(s);
  }

  function addInside(t: number, theta: number): void {
    evaluatePolynomial(polynomial, 0, n, theta, state, 0);
    if (tangents) evaluatePolynomial(tangentPolynomial, 0, size, theta, tangent, 0);
    add(t, state, tangent);
  }

  return {
    times,
    states,
    inputs: inputRows,
    tangents,
    dense,
    samplesGiven: samples !== undefined,
    polynomial,
    tangentPolynomial,

    point(t) {
      if (!samples) {
        add(t, x, iterate.s);
        return;
      }
      for (; next < samples.length && samples[next]! <= t; next++) add(samples[next]!, x, iterate.s);
    },

    prepare(stepper, h) {
      stepper.polynomial(h, polynomial);
      if (count > 0) stepper.tangentPolynomial(h, tangentPolynomial);
    },

    within: (end) => samples !== undefined && next < samples.length && samples[next]! < end,

    step(t, h, end, whole, piece) {
      if (dense) {
        const tangents = count > 0 ? polynomialInterpolant(tangentPolynomial, size) : undefined;
        dense.push(t, h, end, piece, polynomialInterpolant(polynomial, n), tangents);
      }
      if (!samples) {
        if (whole) add(end, xNext, iterate.sNext);
        else addInside(end, (end - t) / h);
        return;
      }
      for (; next < samples.length && samples[next]! <= end; next++) {
        const at = samples[next]!;
        if (whole && at === end) add(at, xNext, iterate.sNext);
        else addInside(at, (at - t) / h);
      }
    },

    freeStep(t, end, piece, interpolant) {
      dense?.push(t, end - t, end, piece, nodalInterpolant(interpolant, n), undefined);
      if (!samples) {
        add(end, xNext, iterate.sNext);
        return;
      }
      for (; next < samples.length && samples[next]! <= end; next++) {
        const at = samples[next]!;
        if (at < end) interpolant((at - t) / (end - t), state);
        add(at, at < end ? state : xNext, iterate.sNext);
      }
    },
  };
}
