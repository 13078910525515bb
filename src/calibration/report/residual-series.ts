/** What reports draw of the data: measured and computed values of each observable in each window, thinned, with the inputs beside them. */
import { valueAt } from "../../core/index.ts";
import type { ResidualSeries } from "../calibrated.ts";
import type { Objective } from "../objective/objective.ts";
import { observableUnits } from "../verdict/tags.ts";

/** Points of a series kept for reports. */
const drawn = 2000;

/** @param sigma  of each noise group */
export function residualSeries(objective: Objective, sigma: Float64Array): ResidualSeries[] {
  const { plan, system } = objective;
  const units = observableUnits(objective);
  return plan.windows.flatMap(({ name, samples, end, tags, inputs }, w) =>
    tags.map(({ tag, at, value, group, sigma: given, side }, k): ResidualSeries => {
      const every = Math.max(1, Math.ceil(value.length / drawn));
      const length = Math.ceil(value.length / every);
      const picked = (of: (i: number) => number): Float64Array => Float64Array.from({ length }, (_, place) => of(place * every));
      const computed = objective.computed[w]![k]!;
      const errors = objective.errors[w]![k];
      const size = given ?? sigma[group]!;
      // Values measured at rest are drawn at the end of the window.
      const time = picked((i) => Math.min(samples[at[i]!]!, end));
      return {
        window: name,
        tag,
        unit: units[tag] ?? "1",
        time,
        measured: picked((i) => value[i]!),
        computed: picked((i) => computed[i]!),
        standardised: picked((i) => (errors ? -errors.deviations[i]! : (value[i]! - computed[i]!) / size)),
        inputs: Object.fromEntries(system.inputs.map((input, i) => [input, time.map((t) => valueAt(inputs[i]!, t))])),
        limits: side?.some((one) => one !== 0) ? Int8Array.from({ length }, (_, place) => side[place * every]!) : undefined,
        every,
      };
    }),
  );
}
