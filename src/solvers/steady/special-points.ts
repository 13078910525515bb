/** Points of a branch where something happens to its stability, located between the steps of the walk. */
import { bracketedRoot } from "../root.ts";
import type { Walker } from "./curve.ts";
import type { CurvePoint } from "./follow.ts";
import type { Stability } from "./stability.ts";

/**
 * What happens there. `fold`: the branch turns back, two steady states meet and vanish. `hopf`: a pair of complex eigenvalues crosses the
 * imaginary axis, and oscillations set in. `crossing`: a real eigenvalue crosses zero without a turn, where branches cross, such as washout
 * and growth of a fermenter. `singular`: the algebraic equations cannot be solved for their states.
 */
export type SpecialKind = "fold" | "hopf" | "crossing" | "singular";

export interface SpecialPoint {
  readonly kind: SpecialKind;
  /** (x, λ). */
  readonly z: Float64Array;
  /** Where in the branch: after this point. */
  readonly after: number;
  /** Imaginary part of the eigenvalue that crosses, in 1/time; 0 unless `hopf`. */
  readonly frequency: number;
}

const specialDefaults = {
  /** Width of the bracket, as a share of the step: the varied quantity at a fold is then exact to round-off, elsewhere to 1e-12 of the step. */
  tolerance: 1e-12,
  /** How far beside a crossing points are looked for, as a share of the step. */
  beside: 1e-6,
  /** A real part that is not smaller than this share of those beside it has not crossed zero but jumped. */
  jump: 1e-3,
} as const;

/**
 * @param stabilityAt  eigenvalues at a point of the curve; undefined where they are not asked for
 */
export function specialPoints(
  walker: Walker,
  points: readonly CurvePoint[],
  stability: readonly (Stability | undefined)[],
  stabilityAt: ((z: Float64Array) => Stability | undefined) | undefined,
): SpecialPoint[] {
  const found: SpecialPoint[] = [];
  for (let i = 0; i + 1 < points.length; i++) {
    found.push(
      ...between(walker, points[i]!, points[i + 1]!, stability[i], stability[i + 1], stabilityAt).map((one) => ({ ...one, after: i })),
    );
  }
  return found;
}

type Located = Omit<SpecialPoint, "after"> & { readonly s: number };

function between(
  walker: Walker,
  before: CurvePoint,
  after: CurvePoint,
  first: Stability | undefined,
  last: Stability | undefined,
  stabilityAt: ((z: Float64Array) => Stability | undefined) | undefined,
): Omit<SpecialPoint, "after">[] {
  const n = before.z.length - 1;
  const { units } = walker.curve;
  // The plane of the last point cuts the curve at this distance along the tangent.
  let reach = 0;
  for (let i = 0; i <= n; i++) reach += (before.tangent[i]! * (after.z[i]! - before.z[i]!)) / units[i]!;
  const z = new Float64Array(n + 1);
  const tangent = new Float64Array(n + 1);
  const moveTo = (s: number): boolean => {
    for (let i = 0; i <= n; i++) {
      const share = s / reach;
      z[i] = before.z[i]! + share * (after.z[i]! - before.z[i]!);
    }
    return walker.correct(z, before.tangent) > 0;
  };
  const root = (value: () => number, low: number, high: number): number =>
    bracketedRoot((s) => (moveTo(s) ? value() : Number.NaN), 0, reach, low, high, specialDefaults.tolerance * reach);
  /** Where branches cross, the matrix that leads onto the curve is singular: the middle of the points beside it is taken. */
  const moveClose = (s: number): boolean => {
    if (moveTo(s)) return true;
    if (!moveTo(s - specialDefaults.beside * reach)) return false;
    const behind = z.slice();
    if (!moveTo(s + specialDefaults.beside * reach)) return false;
    for (let i = 0; i <= n; i++) z[i] = (z[i]! + behind[i]!) / 2;
    return true;
  };
  const located: Located[] = [];

  const [slopeBefore, slopeAfter] = [before.tangent[n]!, after.tangent[n]!];
  if (slopeBefore * slopeAfter < 0) {
    const s = root(() => (walker.tangent(z, before.tangent, tangent) ? tangent[n]! : Number.NaN), slopeBefore, slopeAfter);
    if (moveClose(s)) located.push({ kind: "fold", z: z.slice(), frequency: 0, s });
  }
  if (!first || !last || !stabilityAt) return located;

  const growing = ({ real }: Stability): number => real.reduce((count, re) => count + (re > 0 ? 1 : 0), 0);
  const [from, to] = [growing(first), growing(last)];
  for (let k = Math.min(from, to); k < Math.max(from, to); k++) {
    // The (k + 1)-th largest real part is a continuous function along the branch, whichever eigenvalue it belongs to.
    const [low, high] = [first.real[k]!, last.real[k]!];
    const s = root(() => stabilityAt(z)?.real[k] ?? Number.NaN, low, high);
    if (!moveClose(s)) continue;
    const there = stabilityAt(z);
    if (!there) {
      located.push({ kind: "singular", z: z.slice(), frequency: 0, s });
      continue;
    }
    const frequency = Math.abs(there.imaginary[k]!);
    const size = Math.max(Math.abs(low), Math.abs(high), frequency);
    if (Math.abs(there.real[k]!) > specialDefaults.jump * size) located.push({ kind: "singular", z: z.slice(), frequency: 0, s });
    else if (frequency > 0 && frequency > 1e-6 * size) {
      if (!located.some((one) => one.kind === "hopf" && Math.abs(one.s - s) < 1e-6 * reach)) {
        located.push({ kind: "hopf", z: z.slice(), frequency, s });
      }
    } else if (!located.some((one) => one.kind === "fold")) located.push({ kind: "crossing", z: z.slice(), frequency: 0, s });
  }
  return located.sort((one, other) => one.s - other.s).map(({ kind, z: at, frequency }) => ({ kind, z: at, frequency }));
}
