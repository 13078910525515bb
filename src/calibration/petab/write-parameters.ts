/** Unknowns as rows of the table of parameters. */
import type { Prior } from "../question/prior.ts";
import type { Unknown } from "../question/unknown.ts";
import type { Writing } from "./write.ts";

export function parameterRow({ name, scale, lower, upper, start, prior }: Unknown, { id, refuse }: Writing): readonly string[] {
  const log = scale === "log";
  const bound = (value: number): string => (Number.isFinite(value) ? String(value) : value > 0 ? "inf" : "-inf");
  return [id(name), log ? "log10" : "lin", bound(lower), bound(upper), String(start), "1", ...priorCells(name, prior, log, refuse)];
}

/** Our log-normal prior is normal in the logarithm; that of PEtab is a density in the value itself. */
function priorCells(name: string, prior: Prior | undefined, log: boolean, refuse: (why: string) => never): readonly [string, string] {
  if (!prior) return ["", ""];
  if ("normal" in prior) return ["normal", prior.normal.join(";")];
  if ("laplace" in prior) return ["laplace", prior.laplace.join(";")];
  const [median, spread] = "logNormal" in prior ? prior.logNormal : prior.logLaplace;
  const kind = "logNormal" in prior ? "parameterScaleNormal" : "parameterScaleLaplace";
  if (log) return [kind, `${Math.log10(median)};${spread / Math.LN10}`];
  if ("logLaplace" in prior)
    return refuse(`the prior of "${name}" is of the kind "logLaplace", and it is not searched on a logarithmic scale`);
  return ["logNormal", `${Math.log(median) + spread * spread};${spread}`];
}
