/** What a run reports: rows at the samples asked for, or at its own steps; and the polynomials between, where they are kept. */
import { type DenseRecorder, denseRecorder, type Interpolant, nodalInterpolant, polynomialInterpolant } from "./dense-output.ts";
import { denseDegree, evaluatePolynomial, type Iterate, type Stepper } from "./stepper.ts";
import type { Rows } from "./walk.ts";

/** Rows so far, without spare room. The arrays belong to whoever fetches them. */
export interface Reported {
  readonly times: Float64Array;
  readonly states: Float64Array;
  readonly inputs: Float64Array;
  readonly tangents: Float64Array | undefined;
  readonly inputTangents: Float64Array | undefined;
}

export interface Output {
  /** Starts a run for the iterate's number of directions. */
  start(samples: Float64Array | undefined, keepDense: boolean): void;
  /** False where the rows are the steps themselves. */
  samplesGiven(): boolean;
  dense(): DenseRecorder | undefined;
  /** Interpolants of the step in hand, shape (degree + 1, n) and (degree + 1, q·n). Valid after `prepare`. */
  readonly polynomial: Float64Array;
  tangentPolynomial(): Float64Array;
  /** The start of the run, or the far side of a jump: x and s of the iterate as they stand. */
  point(t: number): void;
  /** Fetches the interpolants of the step in hand from its stepper. */
  prepare(stepper: Stepper, h: number): void;
  /** True when interpolants are needed to report a step that ends at `end`. */
  within(end: number): boolean;
  /** See {@link Rows}. */
  waiting: Rows["waiting"];
  take: Rows["take"];
  /** Reports the step from t to t + h as far as `end`. `whole`: end is its end, and xNext, sNext hold there. */
  step(t: number, h: number, end: number, whole: boolean, piece: number): void;
  /** Reports a step of a method with an interpolant of its own, valid during the call only. xNext holds at its end. */
  freeStep(t: number, end: number, piece: number, interpolant: Interpolant): void;
  finish(): Reported;
}

const firstRoom = 64;

export function outputOf(iterate: Iterate): Output {
  const { x, xNext, inputs } = iterate;
  const n = x.length;
  const r = inputs.u.length;
  const nothing = new Float64Array(0);
  /** Arrays by degree, kept because a run may change methods. */
  const polynomials: Float64Array[] = [];
  const tangentPolynomials: Float64Array[] = [];
  let polynomial: Float64Array = nothing;
  let tangentPolynomial: Float64Array = nothing;
  const state = new Float64Array(n);

  let size = 0;
  let samples: Float64Array | undefined;
  let dense: DenseRecorder | undefined;
  let next = 0;
  let room = 0;
  let rows = 0;
  let [times, states, inputRows, tangents, inputTangents] = [nothing, nothing, nothing, nothing, nothing];
  /** Derivatives of the inputs, where delayed values have some. */
  let moved = 0;

  function useDegree(degree: number): void {
    polynomials[degree] ??= new Float64Array((degree + 1) * n);
    if (tangentPolynomials[degree]?.length !== (degree + 1) * size) tangentPolynomials[degree] = new Float64Array((degree + 1) * size);
    polynomial = polynomials[degree]!;
    tangentPolynomial = tangentPolynomials[degree]!;
  }

  function makeRoom(wanted: number): void {
    const grown = (old: Float64Array, width: number): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(wanted * width);
      larger.set(old.subarray(0, rows * width));
      return larger;
    };
    [times, states, inputRows, tangents] = [grown(times, 1), grown(states, n), grown(inputRows, r), grown(tangents, size)];
    inputTangents = grown(inputTangents, moved);
    room = wanted;
  }

  /** Opens a row and returns its number. */
  function open(t: number): number {
    if (rows === room) makeRoom(2 * room);
    times[rows] = t;
    if (r > 0) {
      inputs.at(t);
      for (let i = 0; i < r; i++) inputRows[rows * r + i] = inputs.u[i]!;
      for (let i = 0; i < moved; i++) inputTangents[rows * moved + i] = iterate.du[i]!;
    }
    return rows++;
  }

  function add(t: number, x: Float64Array, s: Float64Array): void {
    const row = open(t);
    for (let i = 0; i < n; i++) states[row * n + i] = x[i]!;
    for (let i = 0; i < size; i++) tangents[row * size + i] = s[i]!;
  }

  function addInside(t: number, theta: number): void {
    const row = open(t);
    evaluatePolynomial(polynomial, 0, n, theta, states, row * n);
    if (size > 0) evaluatePolynomial(tangentPolynomial, 0, size, theta, tangents, row * size);
  }

  return {
    get polynomial() {
      return polynomial;
    },
    tangentPolynomial: () => tangentPolynomial,
    samplesGiven: () => samples !== undefined,
    dense: () => dense,

    start(wanted, keepDense) {
      size = iterate.s.length;
      moved = iterate.past ? iterate.du.length : 0;
      samples = wanted;
      dense = keepDense ? denseRecorder() : undefined;
      [next, rows] = [0, 0];
      [times, states, inputRows, tangents, inputTangents] = [nothing, nothing, nothing, nothing, nothing];
      makeRoom(Math.max(wanted?.length ?? firstRoom, 1));
    },

    point(t) {
      if (!samples) {
        add(t, x, iterate.s);
        return;
      }
      for (; next < samples.length && samples[next]! <= t; next++) add(samples[next]!, x, iterate.s);
    },

    prepare(stepper, h) {
      useDegree(stepper.degree ?? denseDegree);
      stepper.polynomial(h, polynomial);
      if (size > 0) stepper.tangentPolynomial(h, tangentPolynomial);
    },

    waiting(end, out) {
      let count = 0;
      for (let i = next; samples && i < samples.length && samples[i]! <= end && count < out.length; i++) out[count++] = samples[i]!;
      return count;
    },

    take(count, at, newStates, newTangents) {
      if (rows + count > room) makeRoom(Math.max(2 * room, rows + count));
      states.set(newStates.subarray(0, count * n), rows * n);
      if (size > 0) tangents.set(newTangents.subarray(0, count * size), rows * size);
      for (let i = 0; i < count; i++) open(at[i]!);
      if (samples) next += count;
    },

    within: (end) => dense !== undefined || (samples !== undefined && next < samples.length && samples[next]! < end),

    step(t, h, end, whole, piece) {
      if (dense) {
        const tangents = size > 0 ? polynomialInterpolant(tangentPolynomial, size) : undefined;
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

    finish() {
      const trimmed = (values: Float64Array, width: number): Float64Array =>
        values.length === rows * width ? values : values.slice(0, rows * width);
      return {
        times: trimmed(times, 1),
        states: trimmed(states, n),
        inputs: trimmed(inputRows, r),
        tangents: size > 0 ? trimmed(tangents, size) : undefined,
        inputTangents: moved > 0 ? trimmed(inputTangents, moved) : undefined,
      };
    },
  };
}
