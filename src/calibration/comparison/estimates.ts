/** What became of each estimate. */
import { conversion, mixes, parseUnit, sameDimension } from "../../core/index.ts";
import type { Calibrated, Estimate } from "../calibrated.ts";

export interface EstimateChange {
  readonly name: string;
  /** Of the later fit; values of the former are converted to it. */
  readonly unit: string;
  readonly before: Estimate;
  readonly after: Estimate;
  readonly difference: number;
  /** After over before, minus 1; undefined where it was 0. */
  readonly relative: number | undefined;
  /**
   * The difference over the root of the sum of both squared standard errors: what it would be worth if the fits shared no data. Of logarithms,
   * for parameters on a log scale. Undefined where one of the fits does not fix the quantity.
   */
  readonly standardErrors: number | undefined;
  /** Standard errors before and after, of what `standardErrors` compares; 0 where there is none. */
  readonly errors: readonly [number, number];
}

/** Quantities that both fits estimated, in units that agree. */
export function estimateChanges(before: Calibrated, after: Calibrated): EstimateChange[] {
  return after.names.flatMap((name): EstimateChange[] => {
    const [former, later] = [before.parameters[name], after.parameters[name]];
    if (!former || !later || !unitsAgree(former.unit, later.unit)) return [];
    const was = inUnit(former, later.unit);
    const logarithmic = after.model.definition.parameters[name]?.scale === "log" && was.value > 0 && later.value > 0;
    const errorOf = ({ value, standardError }: Estimate): number => (standardError ?? 0) / (logarithmic ? value : 1);
    const errors = [errorOf(was), errorOf(later)] as const;
    const size = Math.hypot(...errors);
    const known = was.standardError !== undefined && later.standardError !== undefined && size > 0;
    const distance = logarithmic ? Math.log(later.value / was.value) : later.value - was.value;
    return [
      {
        name,
        unit: later.unit,
        before: was,
        after: later,
        difference: later.value - was.value,
        relative: was.value === 0 ? undefined : later.value / was.value - 1,
        standardErrors: known ? distance / size : undefined,
        errors,
      },
    ];
  });
}

function unitsAgree(one: string, other: string): boolean {
  const [a, b] = [parseUnit(one), parseUnit(other)];
  return sameDimension(a, b) && !mixes(a.kind, b.kind);
}

function inUnit(estimate: Estimate, unit: string): Estimate {
  if (estimate.unit === unit) return estimate;
  const { value, standardError, interval } = estimate;
  const { factor, shift } = conversion(estimate.unit, unit);
  const to = (x: number): number => x * factor + shift;
  return {
    ...estimate,
    unit,
    value: to(value),
    standardError: standardError === undefined ? undefined : standardError * factor,
    interval: interval && [to(interval[0]), to(interval[1])],
  };
}
