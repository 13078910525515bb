/** How well each tag is met. */
import type { FitOfTag } from "../calibrated.ts";
import type { Objective } from "../objective/objective.ts";
import { defaults } from "../question/question.ts";
import type { TagPlan } from "../question/windows.ts";

/** How the residuals of a tag behave, beside what {@link FitOfTag} tells. */
export interface TagResiduals extends FitOfTag {
  /** Root mean square of weighted residuals over σ: about 1 where model, data and σ agree. */
  readonly ratio: number;
  /** Correlation of neighbouring residuals, −1 … 1. */
  readonly neighbours: number;
  /** Deviation of the historian's compression, in `unit`; 0 where none is known. */
  readonly compression: number;
  /** The computed value farthest beyond what the model declares possible of a state, and that limit. */
  readonly impossible: { readonly value: number; readonly limit: number } | undefined;
  /** True when an estimated σ is as small as the integration error that the tolerance allows. */
  readonly unresolved: boolean;
}

/** @param sigma  of each noise group */
export function fitOfTags(objective: Objective, sigma: Float64Array): Record<string, TagResiduals> {
  const { plan, computed } = objective;
  const units = observableUnits(objective);
  const rtol = plan.solver.rtol ?? defaults.rtol;
  const columns = new Map<string, { tag: TagPlan; computed: Float64Array; errors: Objective["errors"][number][number] }[]>();
  for (const [w, window] of plan.windows.entries()) {
    for (const [k, tag] of window.tags.entries()) {
      const list = columns.get(tag.tag) ?? [];
      list.push({ tag, computed: computed[w]![k]!, errors: objective.errors[w]![k] });
      columns.set(tag.tag, list);
    }
  }
  return Object.fromEntries(
    [...columns].flatMap(([name, list]): [string, TagResiduals][] => {
      let [points, sum, squares, ratios, weights, products, sizes] = [0, 0, 0, 0, 0, 0, 0];
      let [noise, lone] = [0, 0];
      for (const { tag, computed: values, errors } of list) {
        const logarithmic = tag.noise !== undefined && plan.noises[tag.noise]!.scale !== "linear";
        let before = 0;
        for (let i = 0; i < tag.value.length; i++) {
          if (tag.side && tag.side[i] !== 0) continue;
          const measured = tag.value[i]!;
          const residual = measured - values[i]!;
          const own = errors ? errors.sizes[i]! * (logarithmic ? Math.abs(values[i]!) : 1) : (tag.sigma ?? sigma[tag.group]!);
          // What the errors are believed to share with their neighbours is taken off.
          const alone = errors ? errors.deviations[i]! * own : residual;
          points++;
          sum += residual;
          squares += residual * residual;
          sizes += measured * measured;
          ratios += tag.weight[i]! * (alone / own) ** 2;
          weights += tag.weight[i]!;
          if (i > 0) products += alone * before;
          lone += alone * alone;
          before = alone;
          noise += own * own;
        }
      }
      // What is known to lie within limits only has no residuals.
      if (points === 0) return [];
      return [
        [
          name,
          {
            unit: units[name] ?? "1",
            points,
            rmse: Math.sqrt(squares / points),
            bias: sum / points,
            sigma: Math.sqrt(noise / points),
            sigmaEstimated: list.some(({ tag }) => isEstimated(tag, plan.noises)),
            ratio: Math.sqrt(ratios / weights),
            compression: Math.max(...list.map(({ tag }) => tag.compression)),
            neighbours: lone > 0 ? products / lone : 0,
            impossible: beyond(
              plan.definition.states[name],
              list.map(({ computed: values }) => values),
            ),
            unresolved:
              list.some(({ tag }) => tag.sigma === undefined && tag.noise === undefined) && Math.sqrt(squares) < rtol * Math.sqrt(sizes),
          },
        ],
      ];
    }),
  );
}

/** Rounding and integration errors, as a share of the limits or of the largest value, are not beyond. */
const rounding = 1e-6;

function beyond(
  state: { readonly min?: number | undefined; readonly max?: number | undefined } | undefined,
  columns: readonly Float64Array[],
): TagResiduals["impossible"] {
  const { min = -Infinity, max = Infinity } = state ?? {};
  let [least, most] = [Infinity, -Infinity];
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      least = Math.min(least, column[i]!);
      most = Math.max(most, column[i]!);
    }
  }
  const size = Math.max(Math.abs(least), Math.abs(most));
  if (least < min - rounding * size) return { value: least, limit: min };
  return most > max + rounding * size ? { value: most, limit: max } : undefined;
}

function isEstimated({ sigma, noise }: TagPlan, noises: Objective["plan"]["noises"]): boolean {
  return noise === undefined ? sigma === undefined : typeof noises[noise]!.sigma === "object";
}

/** Units of everything that can be measured, by name. */
export function observableUnits({ plan }: Objective): Record<string, string> {
  const { states, algebraic, outputs } = plan.definition;
  return Object.fromEntries([states, algebraic, outputs].flatMap((kind) => Object.entries(kind).map(([name, { unit }]) => [name, unit])));
}
