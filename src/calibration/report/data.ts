/** A fit as plain JSON data: its state, and beside it what else a report shows. */
import { toPlain } from "../../core/index.ts";
import type { Calibrated } from "../calibrated.ts";
import { compareFits } from "../comparison/compare.ts";
import type { Sample } from "../sampling/sample.ts";
import type { ReportOptions } from "./options.ts";

/** Plain JSON data. Everything of a fit but its functions; the model as its definition. What is in it: docs/reports.md. */
export interface FitState {
  readonly format: "greybox/fit/1";
  readonly fit: unknown;
}

/**
 * @param options  `residuals: false` leaves out the series that reports draw, which are most of the bytes
 */
export function fitToState(fit: Calibrated, options: { readonly residuals?: boolean | undefined } = {}): FitState {
  const { model, report: _, residuals, ...rest } = fit;
  return {
    format: "greybox/fit/1",
    fit: toPlain({ ...rest, residuals: options.residuals === false ? [] : residuals, model: model.definition }),
  };
}

export interface ReportData extends FitState {
  /** Whatever of it was passed. */
  readonly beyond: unknown;
}

/** The state of a fit with what was found out beyond it. `fitFromState` reads it, too. */
export function reportData(
  fit: Calibrated,
  { profiles, sample, bootstrap, diagnosis, identifiability, former }: ReportOptions,
): ReportData {
  return {
    ...fitToState(fit),
    beyond: toPlain({
      profiles,
      sample: sample && withoutFunctions(sample),
      bootstrap,
      diagnosis,
      identifiability,
      comparison: former && compareFits(former, fit),
    }),
  };
}

function withoutFunctions(sample: Sample) {
  const quantities = Object.entries(sample.quantities).map(([name, { quantile: _, ...rest }]) => [name, rest]);
  return { ...sample, quantities: Object.fromEntries(quantities) };
}
