/** Control loops in manual, tracking or at the end of their output: stretches in which the controller does not do what its law says. */
import { clean, goodOf } from "../cleaning/clean.ts";
import { ruleDefaults } from "../cleaning/rules.ts";
import type { Series } from "../series.ts";
import { type ContextSpan, spansOfState } from "./context.ts";

export interface Loop {
  /** Mode of the controller, with the numbers that mean automatic (or cascade). */
  readonly mode?: { readonly tag: Series; readonly automatic: readonly number[] } | undefined;
  /** Output, with its limits. */
  readonly output?: { readonly tag: Series; readonly limits: readonly [number, number] } | undefined;
}

/** Distance from a limit of the output that counts as at it, as a share of the travel. */
const atLimit = 0.005;

/** Stretches in manual, and stretches at a limit of the output. Excitation in manual is the best there is for identification; keep both apart. */
export function loopContext({ mode, output }: Loop): { readonly manual: readonly ContextSpan[]; readonly limited: readonly ContextSpan[] } {
  const manual = mode ? spansOfState(mode.tag).filter(({ value }) => !mode.automatic.includes(value)) : [];
  const limited: ContextSpan[] = [];
  if (output) {
    const [low, high] = output.limits;
    const near = atLimit * (high - low);
    const { view, order } = clean(output.tag, { ...ruleDefaults, saturation: false }, { stepped: true });
    let open: { from: number; value: number } | undefined;
    for (const place of goodOf(view, order)) {
      const [t, value] = [view.time[place]!, view.value[place]!];
      const end = value <= low + near ? low : value >= high - near ? high : undefined;
      if (open && end !== open.value) {
        limited.push({ ...open, to: t });
        open = undefined;
      }
      if (end !== undefined && !open) open = { from: t, value: end };
    }
    if (open) limited.push({ ...open, to: Infinity });
  }
  return { manual, limited };
}
