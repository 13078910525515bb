/** The table of parameters: values, bounds, scales and priors. */
import { GreyboxError, type ParameterDefinition } from "../../core/index.ts";
import type { Prior } from "../question/prior.ts";
import { numberOf, type Row, type Table } from "./tables.ts";

/** How far outside its bounds a nominal value may be to count as rounded, relative to the bound. */
const rounding = 1e-6;

/** Ratio of bounds from which a parameter without scale is searched on its logarithm. */
const decades = 100;

export const isEstimated = (row: Row): boolean => /^(1(\.0*)?|true)$/i.test(row.get("estimate") ?? "");

/**
 * @param remark  takes what a reader should know
 * @throws GreyboxError `calibration/petab`
 */
export function parameterOf(id: string, row: Row, table: Table, remark: (text: string) => void): ParameterDefinition {
  const refuse = (why: string): never => {
    throw new GreyboxError("calibration/petab", { file: table.file, line: row.line, why });
  };
  // PEtab 2 leaves the scale to the tool: the logarithm where bounds lie decades apart.
  const [least, most] = [Number(row.get("lowerBound")), Number(row.get("upperBound"))];
  const parameterScale = row.get("parameterScale") ?? (least > 0 && most / least >= decades ? "log10" : "lin");
  if (!["lin", "log", "log10"].includes(parameterScale)) refuse(`parameterScale is "${parameterScale}", not lin, log or log10`);
  const scale = parameterScale === "lin" ? "linear" : "log";
  if (!isEstimated(row)) return { value: numberOf(table, row, "nominalValue"), unit: "1" };
  const bound = (column: string, none: number): number => (row.get(column) === undefined ? none : numberOf(table, row, column));
  const given = [bound("lowerBound", scale === "log" ? 0 : -Infinity), bound("upperBound", Infinity)] as const;
  const [lower, upper] = given;
  if (!(lower <= upper)) refuse(`the bounds of "${id}" are ${lower} and ${upper}`);
  const nominal = row.get("nominalValue") === undefined ? middle(given, scale) : numberOf(table, row, "nominalValue");
  const nearest = Math.min(Math.max(nominal, lower), upper);
  const rounded = Math.abs(nearest - nominal) <= rounding * Math.abs(nearest) || (scale === "log" && !(nominal > 0));
  const value = rounded ? nearest : nominal;
  const bounds = [Math.min(lower, value), Math.max(upper, value)] as const;
  if (nearest !== nominal)
    remark(
      rounded
        ? `"${id}" starts from ${value}: its nominal value ${nominal} is not within its bounds`
        : `a bound of "${id}" is moved to its nominal value ${nominal}, which is not within ${lower} … ${upper}`,
    );
  if (scale === "log" && !(value > 0)) refuse(`"${id}" is ${value} on a logarithmic scale`);
  const finite = Number.isFinite(lower) && Number.isFinite(upper);
  if (!finite && (Number.isFinite(upper) || (Number.isFinite(lower) && (scale === "linear" || lower > 0))))
    remark(`"${id}" is searched without bounds, of which one is infinite`);
  return { value, unit: "1", scale, ...(finite ? { bounds } : {}) };
}

/** Where an estimated parameter without nominal value starts. */
function middle([lower, upper]: readonly [number, number], scale: "linear" | "log"): number {
  if (!Number.isFinite(lower) || !Number.isFinite(upper)) return Number.isFinite(lower) && lower > 0 ? lower : 1;
  return scale === "log" && lower > 0 ? Math.sqrt(lower * upper) : (lower + upper) / 2;
}

/** A prior that counts in the objective; undefined: flat. */
export function priorOf(row: Row, table: Table): Prior | undefined {
  const type = row.get("objectivePriorType") ?? row.get("priorDistribution");
  if (type === undefined || type === "uniform" || type === "parameterScaleUniform") return undefined;
  const parameters = row.get("objectivePriorParameters") ?? row.get("priorParameters") ?? "";
  const [a, b] = parameters.split(";").map(Number) as [number, number];
  const scale = row.get("parameterScale") ?? "lin";
  const unit = scale === "log10" ? Math.LN10 : 1;
  const refuse = (why: string): never => {
    throw new GreyboxError("calibration/petab", { file: table.file, line: row.line, why });
  };
  if (!(Number.isFinite(a) && b > 0)) refuse(`the prior "${type}" with parameters "${parameters}" needs two numbers, the second above 0`);
  switch (type) {
    case "normal":
      return { normal: [a, b] };
    case "laplace":
      return { laplace: [a, b] };
    // A density in v with the factor 1/v has its centre, in ln v, at μ − σ².
    case "logNormal":
    case "log-normal":
      return { logNormal: [Math.exp(a - b * b), b] };
    case "parameterScaleNormal":
      return scale === "lin" ? { normal: [a, b] } : { logNormal: [Math.exp(a * unit), b * unit] };
    case "parameterScaleLaplace":
      return scale === "lin" ? { laplace: [a, b] } : { logLaplace: [Math.exp(a * unit), b * unit] };
    default:
      return refuse(`the prior "${type}" is not read; normal, laplace, logNormal and those on the scale of the parameter are`);
  }
}
