/** Work on one tag that benches of the historian share out over threads. */
import { task } from "greybox/compute";
import { clean, ruleDefaults, type Series } from "greybox/historian";

/** One pass of all rules over a tag: how many points have a reason. */
export function flagged(series: Series): number {
  const { view } = clean(series, ruleDefaults);
  let count = 0;
  for (const reasons of view.reasons) if (reasons !== 0) count++;
  return count;
}
export const flaggedTask = task<Series, number>(import.meta.url, "flagged");
