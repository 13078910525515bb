/** The logarithm of the likelihood with all its constants: what information criteria and other tools compare. */
import type { Objective } from "../objective/objective.ts";
import { sigmas } from "../search/problem.ts";

const logTwoPi = Math.log(2 * Math.PI);

/**
 * ln of the density of all measured values at the last evaluated point, priors not counted. σ that are estimated are at their most likely
 * values. A point with weight w counts as w points.
 */
export function logLikelihoodOf({ plan, groups, sums }: Objective): number {
  const sigma = sigmas(groups, sums, new Float64Array(groups.length));
  const own = new Set(plan.windows.flatMap(({ tags }) => tags.flatMap((tag) => (tag.noise === undefined ? [] : [tag.group]))));
  let total = 0;
  for (const [g, { count }] of groups.entries()) {
    if (own.has(g)) total -= sums[g]! / 2;
    else if (count > 0) total -= sums[g]! / (2 * sigma[g]! * sigma[g]!) + count * (Math.log(sigma[g]!) + logTwoPi / 2);
  }
  for (const { tags } of plan.windows) {
    for (const tag of tags) {
      if (tag.noise !== undefined || tag.sigma === undefined) continue;
      let weight = 0;
      for (let i = 0; i < tag.weight.length; i++) weight += tag.weight[i]!;
      total -= weight * Math.log(tag.sigma);
    }
  }
  return total;
}
