/** The results of a laboratory that nothing speaks against, ready for comparison. */
import { clean, goodOf } from "../cleaning/clean.ts";
import { ruleDefaults } from "../cleaning/rules.ts";
import { gathered, type Series } from "../series.ts";
import type { Trend } from "../suspicion/trend.ts";

/** The usable results by time. Neither spikes nor flat lines are looked for: results are few, and each is looked at by itself. */
export function resultsOf(series: Series): Trend {
  const { view, order, grain } = clean(series, ruleDefaults, { stepped: true });
  const good = goodOf(view, order);
  return { tag: series.tag, info: series.info, time: gathered(view.time, good), value: gathered(view.value, good), grain };
}
