/** Systems written by hand for the tests of filters: right-hand side and Jacobian as plain functions. */
import type { Differentiable, Sparsity, System } from "../../src/core/index.ts";

export interface HandSystem {
  readonly states: readonly string[];
  readonly inputs?: readonly string[];
  readonly rhs: (x: Float64Array, u: Float64Array) => readonly number[];
  /** ∂f/∂x by rows; absent: not differentiable. */
  readonly jacobian?: (x: Float64Array, u: Float64Array) => readonly (readonly number[])[];
  /** ∂f/∂u by rows; absent: 0. */
  readonly control?: readonly (readonly number[])[];
  readonly mass?: readonly number[];
  readonly lower?: readonly number[];
  readonly nominal?: readonly number[];
  /** Observables beside the states: value and gradient. */
  readonly outputs?: Readonly<Record<string, { value: (x: Float64Array) => number; slope: (x: Float64Array) => readonly number[] }>>;
}

export function handSystem(hand: HandSystem): System {
  const { states, inputs = [], jacobian, control, outputs = {} } = hand;
  const [n, r] = [states.length, inputs.length];
  const others = Object.values(outputs);
  const m = n + others.length;
  return {
    name: "hand",
    time: "s",
    states,
    inputs,
    parameters: [],
    active: new Int32Array(0),
    p: new Float64Array(0),
    ...(hand.mass && { mass: Uint8Array.from(hand.mass) }),
    nominal: Float64Array.from(hand.nominal ?? states.map(() => 1)),
    lower: Float64Array.from(hand.lower ?? states.map(() => -Infinity)),
    initial: { size: n, evaluate: (_t, _x, _u, _p, out) => zero(out), tangent: (_t, _x, _u, _p, _along, out) => zero(out) },
    rhs: {
      size: n,
      evaluate: (_t, x, u, _p, out) => out.set(hand.rhs(x, u)),
      tangent(_t, x, u, _p, { count, dx, du }, out) {
        const rows = jacobian!(x, u);
        for (let k = 0; k < count; k++) {
          for (let i = 0; i < n; i++) {
            let sum = 0;
            for (let j = 0; j < n; j++) sum += rows[i]![j]! * dx[k * n + j]!;
            for (let j = 0; j < r; j++) sum += (control?.[i]?.[j] ?? 0) * du[k * r + j]!;
            out[k * n + i] = sum;
          }
        }
      },
    },
    ...(jacobian && { jacobian: { ...dense(n), ...jacobianValues(n, jacobian) } }),
    observables: [...states, ...Object.keys(outputs)],
    observe: {
      size: m,
      evaluate(_t, x, _u, _p, out) {
        out.set(x);
        for (const [j, { value }] of others.entries()) out[n + j] = value(x);
      },
      tangent(_t, x, _u, _p, { count, dx }, out) {
        for (let k = 0; k < count; k++) {
          for (let i = 0; i < n; i++) out[k * m + i] = dx[k * n + i]!;
          for (const [j, { slope }] of others.entries()) out[k * m + n + j] = slope(x).reduce((sum, h, i) => sum + h * dx[k * n + i]!, 0);
        }
      },
    },
    differentiable: jacobian !== undefined,
  };
}

function dense(n: number): { sparsity: Sparsity; size: number } {
  const places = Array.from({ length: n * n }, (_, i) => i);
  return {
    size: n * n,
    sparsity: { rows: Int32Array.from(places, (i) => Math.floor(i / n)), columns: Int32Array.from(places, (i) => i % n) },
  };
}

/** Values of the Jacobian, and its derivative along a direction of x by central differences (exact where it is constant). */
function jacobianValues(n: number, of: NonNullable<HandSystem["jacobian"]>): Pick<Differentiable, "evaluate" | "tangent"> {
  return {
    evaluate: (_t, x, u, _p, out) => out.set(of(x, u).flat()),
    tangent(_t, x, u, _p, { count, dx }, out) {
      for (let k = 0; k < count; k++) {
        const at = (step: number) =>
          of(
            x.map((value, i) => value + step * dx[k * n + i]!),
            u,
          ).flat();
        const [ahead, behind] = [at(1e-5), at(-1e-5)];
        for (let i = 0; i < n * n; i++) out[k * n * n + i] = (ahead[i]! - behind[i]!) / 2e-5;
      }
    },
  };
}

function zero(out: Float64Array): void {
  out.fill(0);
}
