/** Where the starts of a multistart lie: a seeded Latin hypercube, or a Sobol sequence, in search coordinates. */
import { type Random, random } from "../../core/index.ts";
import type { Plan } from "../question/plan.ts";
import { toSearch, type Unknown } from "../question/unknown.ts";
import type { Box } from "../search/global/box.ts";
import { sobol, sobolDimensions } from "./sobol.ts";

/**
 * Starts 1 … count−1, each of shape (q); start 0 is the given one and not among them. Each coordinate is cut into count−1 cells, and
 * each cell has one start. With a Sobol sequence all cubes are filled evenly, and more starts only add to those there are.
 *
 * @see M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21 (1979) 239–245.
 */
export function drawStarts(plan: Plan, count: number): Float64Array[] {
  const cells = count - 1;
  const starts = Array.from({ length: cells }, () => new Float64Array(plan.unknowns.length));
  for (const [j, unknown] of plan.unknowns.entries()) {
    const draw = random(plan.seed).fork("starts").fork(unknown.name);
    const shares = plan.startDesign === "sobol" && j < sobolDimensions ? sobol(j, cells, draw.integer(2 ** 32)) : hypercube(cells, draw);
    for (const [s, start] of starts.entries()) start[j] = place(unknown, plan.spread, shares[s]!);
  }
  return starts;
}

/** One coordinate of a Latin hypercube. */
function hypercube(cells: number, draw: Random): Float64Array {
  const order = shuffled(cells, draw);
  return Float64Array.from(order, (cell) => (cell + draw.uniform()) / cells);
}

/** Another point for a start that cannot be evaluated: attempt 1, 2 … of start number `start`. */
export function drawAgain(plan: Plan, start: number, attempt: number): Float64Array {
  const draw = random(plan.seed).fork("again").fork(start).fork(attempt);
  return Float64Array.from(plan.unknowns, (unknown) => place(unknown, plan.spread, draw.uniform()));
}

/** The range that a global search looks at, in search coordinates: where starts are drawn from. */
export function boxOf({ unknowns, spread }: Plan): Box {
  const side = (share: 0 | 1): Float64Array => Float64Array.from(unknowns, (unknown) => edge(unknown, spread, share));
  return { low: side(0), high: side(1) };
}

/** Sizes of errors start where they are guessed, but may be a hundred times as large or small. */
function edge(unknown: Unknown, spread: number, share: 0 | 1): number {
  if (unknown.acts.length > 0) return place(unknown, spread, share);
  const middle = toSearch(unknown, unknown.start);
  const half = unknown.scale === "log" ? Math.log(100) : 1;
  return Math.min(Math.max(middle + (share === 0 ? -half : half), toSearch(unknown, unknown.lower)), toSearch(unknown, unknown.upper));
}

/**
 * The search coordinate at `share` (0 … 1) of the range that starts are drawn from: the bounds where both are finite. Else `spread`
 * decades to both sides of the given value where it must stay positive, and `spread` nominal values where not; within the bounds.
 */
function place(unknown: Unknown, spread: number, share: number): number {
  const { scale, nominal, lower, upper, start, acts } = unknown;
  // Sizes of errors and spreads of populations follow from the rest; a wild guess of them only hides it.
  if (acts.length === 0) return toSearch(unknown, start);
  const low = toSearch(unknown, lower);
  const high = toSearch(unknown, upper);
  if (Number.isFinite(low) && Number.isFinite(high)) return low + share * (high - low);
  const offset = (2 * share - 1) * spread;
  const decades = offset * Math.LN10;
  const moved =
    scale === "log"
      ? Math.log(start) + decades
      : lower >= 0 && start > 0
        ? (start * Math.exp(decades)) / nominal
        : start / nominal + offset;
  return Math.min(Math.max(moved, low), high);
}

/** 0 … count−1 in random order. Fisher–Yates. */
function shuffled(count: number, draw: Random): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = draw.integer(i + 1);
    const kept = order[i]!;
    order[i] = order[other]!;
    order[other] = kept;
  }
  return order;
}
