/**
 * The step of a trust-region method: least of the linearised problem within a radius and within bounds.
 *
 *   min ½‖R·p + c‖²  subject to  ‖D·p‖ ≤ Δ,  low ≤ p ≤ high
 */
import { svd } from "../../core/index.ts";

export interface StepProblem {
  /** q */
  readonly size: number;
  /** Row-major upper triangle, shape (q+1, q+1): R in its first q columns, c in the last. */
  readonly triangle: Float64Array;
  /** D > 0, shape (q). */
  readonly scale: Float64Array;
  readonly radius: number;
  /** Room to the bounds: low ≤ 0 ≤ high, shape (q). */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface Step {
  /** Shape (q). */
  readonly p: Float64Array;
  /** How much ½‖R·p + c‖² falls, by the linear model; > 0 unless nothing can be gained. */
  readonly predicted: number;
  /** ‖D·p‖ */
  readonly length: number;
}

/** Directions with a smaller singular value, relative to the largest, hold rounding errors only: no step is made along them. */
const noise = 1e-14;

/**
 * Gradient-active bounds are held; the free part is solved exactly through the singular values of R·D⁻¹; the first bound that the step
 * would cross is then held at its limit, and so on. Never worse than the projected steepest descent, so progress is certain.
 *
 * @see J. J. Moré, "The Levenberg–Marquardt algorithm: implementation and theory", Lecture Notes in Mathematics 630 (1978) 105–116,
 *   for the scaling and the root of the secular equation.
 */
export function boundedStep(problem: StepProblem): Step {
  const { size: q, triangle, low, high } = problem;
  const gradient = gradientOf(triangle, q);
  const held = new Uint8Array(q);
  for (let j = 0; j < q; j++) {
    if ((gradient[j]! > 0 && low[j]! >= 0) || (gradient[j]! < 0 && high[j]! <= 0) || low[j]! >= high[j]!) held[j] = 1;
  }
  const p = new Float64Array(q);
  for (let turn = 0; turn <= q; turn++) {
    solveFree(problem, held, p);
    const crossed = firstCrossing(problem, held, p);
    if (crossed < 0) break;
    held[crossed] = 1;
    p[crossed] = p[crossed]! < 0 ? low[crossed]! : high[crossed]!;
  }
  const full = described(problem, p);
  const descent = described(problem, projectedDescent(problem, gradient));
  const sound = full.predicted >= descent.predicted && full.length <= 1.5 * problem.radius;
  return sound ? full : descent;
}

/** Rᵀc: the gradient of the cost. */
export function gradientOf(triangle: Float64Array, q: number): Float64Array {
  const gradient = new Float64Array(q);
  for (let i = 0; i < q; i++) {
    const c = triangle[i * (q + 1) + q]!;
    for (let j = i; j < q; j++) gradient[j]! += triangle[i * (q + 1) + j]! * c;
  }
  return gradient;
}

/** Writes the free components of p; the held ones stay. */
function solveFree({ size: q, triangle, scale, radius }: StepProblem, held: Uint8Array, p: Float64Array): void {
  const free: number[] = [];
  let used = 0;
  for (let j = 0; j < q; j++) {
    if (held[j] === 0) free.push(j);
    else used += (scale[j]! * p[j]!) ** 2;
  }
  const f = free.length;
  if (f === 0) return;
  const a = new Float64Array(q * f);
  const b = new Float64Array(q);
  for (let i = 0; i < q; i++) {
    const row = i * (q + 1);
    b[i] = triangle[row + q]!;
    for (let j = i; j < q; j++) if (held[j] === 1) b[i]! += triangle[row + j]! * p[j]!;
    for (let k = 0; k < f; k++) a[i * f + k] = triangle[row + free[k]!]! / scale[free[k]!]!;
  }
  const { values, left, right } = svd(a, q, f);
  const projected = new Float64Array(f);
  for (let k = 0; k < f; k++) {
    for (let i = 0; i < q; i++) projected[k]! += left[i * f + k]! * b[i]!;
  }
  const left2 = radius * radius - used;
  const damping = dampingFor(values, projected, Math.sqrt(Math.max(left2, 0.01 * radius * radius)));
  for (let k = 0; k < f; k++) {
    let y = 0;
    for (let i = 0; i < f; i++) y -= right[k * f + i]! * component(values, projected, i, damping);
    p[free[k]!] = y / scale[free[k]!]!;
  }
}

/** Length of the step along singular direction i. */
function component(values: Float64Array, projected: Float64Array, i: number, damping: number): number {
  const s = values[i]!;
  return s > noise * values[0]! ? (s * projected[i]!) / (s * s + damping) : 0;
}

/** The damping λ ≥ 0 for which the step has length `radius`; 0 where the undamped step fits. Newton on 1/‖y‖, safeguarded. */
function dampingFor(values: Float64Array, projected: Float64Array, radius: number): number {
  const length = (damping: number): number => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += component(values, projected, i, damping) ** 2;
    return Math.sqrt(sum);
  };
  if (length(0) <= radius * 1.1) return 0;
  let low = 0;
  let high = 0;
  for (let i = 0; i < values.length; i++) high += (values[i]! * projected[i]!) ** 2;
  high = Math.sqrt(high) / radius;
  let damping = Math.min(high, 1e-3 * values[0]! * values[0]!);
  for (let turn = 0; turn < 50; turn++) {
    const now = length(damping);
    if (Math.abs(now - radius) <= 0.1 * radius) return damping;
    if (now > radius) low = damping;
    else high = damping;
    let slope = 0;
    for (let i = 0; i < values.length; i++) {
      const s = values[i]!;
      if (s > noise * values[0]!) slope += (s * projected[i]!) ** 2 / (s * s + damping) ** 3;
    }
    const next = damping + ((now - radius) / radius) * ((now * now) / slope);
    damping = next > low && next < high ? next : Math.max(Math.sqrt(low * high), 1e-3 * high);
  }
  return damping;
}

/** The free component that leaves its bounds first on the way along p; −1 when none does. */
function firstCrossing({ size: q, low, high }: StepProblem, held: Uint8Array, p: Float64Array): number {
  let first = -1;
  let share = 1;
  for (let j = 0; j < q; j++) {
    if (held[j] === 1) continue;
    const room = p[j]! < 0 ? low[j]! : high[j]!;
    if (Math.abs(p[j]!) <= Math.abs(room)) continue;
    const reached = room / p[j]!;
    if (reached < share || first < 0) {
      share = reached;
      first = j;
    }
  }
  return first;
}

/** Along −D⁻²·gradient to the least of the model within radius and bounds, components stopping at their bounds. */
function projectedDescent(problem: StepProblem, gradient: Float64Array): Float64Array {
  const { size: q, triangle, scale, radius, low, high } = problem;
  const direction = new Float64Array(q);
  for (let j = 0; j < q; j++) {
    const d = -gradient[j]! / (scale[j]! * scale[j]!);
    direction[j] = (d < 0 && low[j]! >= 0) || (d > 0 && high[j]! <= 0) ? 0 : d;
  }
  const curvature = squaredImage(triangle, q, direction);
  let slope = 0;
  let length = 0;
  for (let j = 0; j < q; j++) {
    slope -= gradient[j]! * direction[j]!;
    length += (scale[j]! * direction[j]!) ** 2;
  }
  if (length === 0) return direction;
  const t = Math.min(curvature > 0 ? slope / curvature : Infinity, radius / Math.sqrt(length));
  for (let j = 0; j < q; j++) direction[j] = Math.min(Math.max(t * direction[j]!, low[j]!), high[j]!);
  return direction;
}

function described({ size: q, triangle, scale }: StepProblem, p: Float64Array): Step {
  const gradient = gradientOf(triangle, q);
  let along = 0;
  let length = 0;
  for (let j = 0; j < q; j++) {
    along += gradient[j]! * p[j]!;
    length += (scale[j]! * p[j]!) ** 2;
  }
  return { p, predicted: -along - squaredImage(triangle, q, p) / 2, length: Math.sqrt(length) };
}

/** ‖R·p‖² */
function squaredImage(triangle: Float64Array, q: number, p: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < q; i++) {
    let image = 0;
    for (let j = i; j < q; j++) image += triangle[i * (q + 1) + j]! * p[j]!;
    sum += image * image;
  }
  return sum;
}
