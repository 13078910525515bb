/** What kept values show of the size of errors at their source: how many there are, how rough they are, how far from the fit. */
import type { Objective } from "../objective/objective.ts";
import type { Archive } from "./columns.ts";

/**
 * By archived tag: the logarithm of the number of archived points (of the roughness, where values were interpolated), and that of the root
 * mean square of the residuals.
 */
export type Signs = readonly Float64Array[];

/**
 * @param problem  evaluated at the fit
 * @param archived  number of archived points by tag
 */
export function signsOf(
  { plan, computed }: Pick<Objective, "plan" | "computed">,
  { tags, columns }: Archive,
  archived: Float64Array,
): Signs {
  return tags.map(({ points }, t) => {
    let [squares, bends, count, inner] = [0, 0, 0, 0];
    for (const { window, column, tag } of columns) {
      if (tag !== t) continue;
      const { value } = plan.windows[window]!.tags[column]!;
      const model = computed[window]![column]!;
      count += value.length;
      for (let i = 0; i < value.length; i++) squares += (value[i]! - model[i]!) ** 2;
      for (let i = 2; i < value.length; i++, inner++) bends += (value[i]! - 2 * value[i - 1]! + value[i - 2]!) ** 2;
    }
    return Float64Array.of(
      points === "archived" ? Math.log(archived[t]!) : 0.5 * Math.log(bends / inner + Number.MIN_VALUE),
      0.5 * Math.log(squares / count + Number.MIN_VALUE),
    );
  });
}

/** Number of points of each archived tag in a plan whose values are the archived points. */
export function archivedIn(plan: Objective["plan"], { tags, columns }: Archive): Float64Array {
  const out = new Float64Array(tags.length);
  for (const { window, column, tag } of columns) out[tag]! += plan.windows[window]!.tags[column]!.value.length;
  return out;
}
