/** How smooth a rate is taken to be: by generalised cross-validation, or as smooth as the errors of the data allow. */
import { type Directions, inputWidth, type System } from "../../core/index.ts";
import { type RateSolution, solveRate } from "./rate-course.ts";
import type { RateRecord } from "./record.ts";

/** By how much each parameter's worth counts more: without it, one record in some ten is followed into its noise. */
const caution = 1.4;
/** Decades of roughness that are looked through, about that of a rate that changes by its own size within a window. */
const decades = [-2, 6] as const;
const perDecade = 3;

/**
 * @see G. H. Golub, M. Heath, G. Wahba, Technometrics 21 (1979) 215–223, for the cross-validation; Y.-J. Kim, C. Gu, J. R. Statist. Soc. B 66
 *   (2004) 337–356, for its factor; V. A. Morozov, Soviet Math. Dokl. 7 (1966)
 *   414–417, for the discrepancy.
 */
export function choose(
  system: System,
  records: readonly RateRecord[],
  sizes: Float64Array,
  begin: readonly Float64Array[],
  by: "cross-validation" | "discrepancy",
): RateSolution | undefined {
  const unit = roughnessUnit(system, records, sizes, begin);
  if (unit === undefined) return undefined;
  const at = (place: number): number => unit * 10 ** place;
  const score = ({ squares, freedom, points }: RateSolution): number =>
    by === "discrepancy"
      ? Math.abs(Math.log(squares / points))
      : squares / points / (1 - Math.min((caution * freedom) / points, 0.999)) ** 2;
  let here: RateSolution | undefined = solveRate(system, records, sizes, begin, at(2));
  if (!here) return undefined;
  let best = 2;
  let [low, high] = decades as readonly [number, number] as [number, number];
  let step = 1 / perDecade;
  for (let turn = 0; turn < 3; turn++) {
    let least = Infinity;
    const around: readonly Float64Array[] = here.values;
    for (let place = low; place <= high + 1e-9; place += step) {
      const tried = solveRate(system, records, sizes, around, at(place), true);
      if (tried && score(tried) < least) [least, best] = [score(tried), place];
    }
    here = solveRate(system, records, sizes, around, at(best)) ?? here;
    [low, high, step] = [best - 2 * step, best + 2 * step, step / 3];
  }
  return here;
}

/** Roughness of a rate that changes by its own size within a window; undefined where the rate acts on no state. */
function roughnessUnit(
  system: System,
  records: readonly RateRecord[],
  sizes: Float64Array,
  begin: readonly Float64Array[],
): number | undefined {
  const n = system.states.length;
  const r = inputWidth(system);
  const { times, after } = records[0]!;
  const duration = times[times.length - 1]!;
  const along: Directions = {
    count: 1,
    dt: new Float64Array(1),
    dx: new Float64Array(n),
    du: new Float64Array(r),
    dp: new Float64Array(system.active.length),
  };
  along.du[r - 1] = 1;
  const u = new Float64Array(r);
  u.set(after.subarray(0, r - 1));
  const slope = new Float64Array(n);
  system.rhs.tangent(0, begin[0]!.slice(0, n), u, system.p, along, slope);
  let rate = Infinity;
  for (let i = 0; i < n; i++) if (slope[i] !== 0) rate = Math.min(rate, sizes[i]! / (duration * Math.abs(slope[i]!)));
  return Number.isFinite(rate) ? rate / duration ** 1.5 : undefined;
}
