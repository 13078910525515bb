/** What a bootstrap draws from: what a fit computed, the errors it believes in, and the residuals it left. */
import { GreyboxError } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import type { Objective } from "../objective/objective.ts";
import type { Question } from "../question/question.ts";
import { startSource } from "../question/start-choice.ts";
import { blockLength, spreadResiduals } from "./blocks.ts";
import type { TagBase } from "./errors.ts";
import type { Family, MeasuredStart } from "./member.ts";

/** @param sigma  of each noise group */
export function basesOf({ plan, computed, errors, values }: Objective, sigma: Float64Array): TagBase[][] {
  return plan.windows.map((window, w) =>
    window.tags.map((tag, k): TagBase => {
      const noise = tag.noise === undefined ? undefined : plan.noises[tag.noise]!;
      const memory = noise?.correlationTime;
      return {
        computed: Float64Array.from(computed[w]![k]!),
        sizes: tag.weight.map((weight, i) => (errors[w]![k]?.sizes[i] ?? tag.sigma ?? sigma[tag.group]!) / Math.sqrt(weight)),
        times: Float64Array.from(tag.at, (at) => window.samples[at]!),
        memory: typeof memory === "object" ? values[memory.unknown]! : (memory ?? 0),
      };
    }),
  );
}

/** A record of fewer points draws from all windows together. */
const few = 12;

/** @throws GreyboxError `calibration/bootstrap` where values are limits, of which no residual is known */
export function residualsOf({ plan, errors }: Objective, bases: readonly (readonly TagBase[])[]): NonNullable<Family["residuals"]> {
  const points = plan.windows.flatMap(({ tags }) => tags).reduce((sum, { value }) => sum + value.length, 0);
  const found = plan.windows.map((window, w) =>
    window.tags.map((tag, k) => {
      if (tag.side?.some((side) => side !== 0)) {
        throw new GreyboxError("calibration/bootstrap", {
          kind: "residual",
          why: `values of ${tag.tag} in window "${window.name}" are limits, of which no residual is known`,
          instead: 'Use `kind: "parametric"`.',
        });
      }
      const { computed, sizes, memory } = bases[w]![k]!;
      const own = errors[w]![k];
      const scale = tag.noise === undefined ? "linear" : plan.noises[tag.noise]!.scale;
      const base = scale === "log" ? Math.log : scale === "log10" ? Math.log10 : undefined;
      const raw = tag.value.map((value, i) => {
        // With a memory, the part of an error that the one before does not foretell.
        if (own && memory > 0) return -own.deviations[i]! * Math.sqrt(tag.weight[i]!);
        return (base ? base(value) - base(computed[i]!) : value - computed[i]!) / sizes[i]!;
      });
      return spreadResiduals(raw, points, plan.unknowns.length);
    }),
  );
  return plan.windows.map((window, w) =>
    window.tags.map((tag, k) => {
      const own = found[w]![k]!;
      if (own.length >= few) return { of: own, block: blockLength(own) };
      const all = plan.windows.flatMap((other, o) => other.tags.flatMap((one, l) => (one.tag === tag.tag ? [...found[o]![l]!] : [])));
      return { of: Float64Array.from(all), block: 1 };
    }),
  );
}

/** States that start as what was measured, and follow when that is drawn again. `question` has its instruments built in. */
export function measuredStarts({ plan, system }: Objective, question: Question, windows: readonly Window[]): MeasuredStart[] {
  return Object.entries(question.initial ?? {}).flatMap(([name, choice]): MeasuredStart[] => {
    if (choice === undefined || (typeof choice === "object" && "estimate" in choice)) return [];
    const source = startSource(choice, name, plan.definition);
    if (!source) return [];
    const state = system.states.indexOf(name);
    return plan.windows.flatMap(({ tags, samples }, w): MeasuredStart[] => {
      const tag = tags.findIndex((one) => one.tag === source.observable);
      const wanted = (plan.starts[w]!.values[state]! - source.shift) / source.factor;
      if (tag < 0 || !windows[w]) return [];
      // The first good value: found again by what it is, since points without a weight are not in the plan.
      const { value, at } = tags[tag]!;
      const point = value.findIndex((one) => Math.abs(one - wanted) <= 1e-12 * Math.abs(wanted) || one === wanted);
      return point < 0 || samples[at[point]!] === undefined
        ? []
        : [{ window: w, state, tag, point, factor: source.factor, shift: source.shift }];
    });
  });
}
