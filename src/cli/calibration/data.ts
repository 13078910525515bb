/** A fit, and what was found out beyond it, as one JSON document for machines. */
import { type Calibrated, compareFits, type ReportOptions, type Sample } from "../../calibration/index.ts";

/** Columns of numbers are lists; what is not finite is null. */
export function calibrationData(
  fit: Calibrated,
  { profiles, sample, bootstrap, diagnosis, identifiability, former }: ReportOptions,
): object {
  const { parameters, tags, verdict, termination, cost, logLikelihood } = fit;
  return {
    ok: termination.ok,
    parameters,
    tags,
    verdict,
    termination,
    cost,
    logLikelihood,
    ...(profiles && { profiles: plain(profiles) }),
    ...(sample && { posterior: posteriorOf(sample, fit.level) }),
    ...(bootstrap && { bootstrap: plain(bootstrap) }),
    ...(identifiability && { identifiability }),
    ...(diagnosis && { diagnosis: plain({ ...diagnosis, series: undefined }) }),
    ...(former && { comparison: plain(compareFits(former, fit)) }),
  };
}

function posteriorOf({ quantities, diverged, verdict }: Sample, level: number) {
  const tail = (1 - level) / 2;
  const named = Object.values(quantities).map(({ draws: _, quantile, ...rest }) => ({
    ...rest,
    interval: [quantile(tail), quantile(1 - tail)],
  }));
  return { quantities: named, diverged, verdict };
}

/** Typed arrays would be objects in JSON. */
export function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}
