/** Where the search for the size of errors at a source begins: where simulated histories have as many points as the record, or are as rough. */
import { random } from "../../core/index.ts";
import { historyOf } from "./history.ts";
import { type ArchiveFamily, rawAt } from "./member.ts";
import { type Signs, signsOf } from "./signs.ts";

/** Of the root mean square of the residuals. */
const range = { least: 1 / 30, most: 5 } as const;
const [histories, halvings] = [4, 9];

/** σ of each archived tag; the given one where there is one. `x` can be evaluated. */
export function firstGuess(family: ArchiveFamily, x: Float64Array, seen: Signs): Float64Array {
  const { tags } = family.archive;
  const sigma = Float64Array.from(tags, (tag, t) => tag.sigma ?? Math.exp(seen[t]![1]!));
  for (const [t, tag] of tags.entries()) {
    if (tag.sigma !== undefined) continue;
    const middle = Math.exp(seen[t]![1]!);
    let [low, high] = [Math.log(range.least * middle), Math.log(range.most * middle)];
    for (let turn = 0; turn < halvings; turn++) {
      sigma[t] = Math.exp((low + high) / 2);
      if (signAt(family, x, sigma, t) < seen[t]![0]!) low = Math.log(sigma[t]!);
      else high = Math.log(sigma[t]!);
    }
  }
  return sigma;
}

/** Mean of the first sign of a tag. */
function signAt(family: ArchiveFamily, x: Float64Array, sigma: Float64Array, tag: number): number {
  const raw = rawAt(family, x)!;
  let sum = 0;
  for (let member = 0; member < histories; member++) {
    const draw = random(family.seed).fork("archive").fork(member);
    const { plan, archived } = historyOf(family.plan, raw, family.archive, sigma, family.bases, draw);
    const nothing = plan.windows.map(({ tags }) => tags.map(({ value }) => value));
    sum += signsOf({ plan, computed: nothing }, family.archive, archived)[tag]![0]!;
  }
  return sum / histories;
}
