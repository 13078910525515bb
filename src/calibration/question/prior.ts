/** What is believed of a quantity before the data is seen. */
import { GreyboxError } from "../../core/index.ts";

/**
 * `normal`: [mean, standard deviation] in the unit of the quantity. `logNormal`: [median, standard deviation of the natural logarithm].
 * `laplace`: [centre, scale], pulls to the centre; `logLaplace`: [median, scale of the natural logarithm]. A flat prior is a bound.
 */
export type Prior =
  | { readonly normal: readonly [number, number] }
  | { readonly logNormal: readonly [number, number] }
  | { readonly laplace: readonly [number, number] }
  | { readonly logLaplace: readonly [number, number] };

/** Distance from the prior's centre in its own scale, and how the distance grows with the quantity. */
export function standing(prior: Prior, value: number): { readonly z: number; readonly slope: number; readonly linear: boolean } {
  if ("logNormal" in prior) {
    const [median, spread] = prior.logNormal;
    return { z: Math.log(value / median) / spread, slope: 1 / (value * spread), linear: false };
  }
  if ("logLaplace" in prior) {
    const [median, spread] = prior.logLaplace;
    return { z: Math.log(value / median) / spread, slope: 1 / (value * spread), linear: true };
  }
  const [centre, scale] = "normal" in prior ? prior.normal : prior.laplace;
  return { z: (value - centre) / scale, slope: 1 / scale, linear: "laplace" in prior };
}

/** @throws GreyboxError `calibration/prior` */
export function checkPrior(name: string, prior: Prior, lower: number): Prior {
  const [kind, numbers] = Object.entries(prior)[0] as [string, readonly [number, number]];
  const [centre, scale] = numbers;
  const wrong = (why: string): GreyboxError =>
    new GreyboxError("calibration/prior", { name, prior: `${kind}: [${numbers.join(", ")}]`, why });
  if (!(scale > 0 && scale < Infinity)) throw wrong("its second number is not above 0");
  if (!Number.isFinite(centre)) throw wrong("its first number is not finite");
  const logarithmic = kind === "logNormal" || kind === "logLaplace";
  if (logarithmic && !(centre > 0)) throw wrong("a log-normal quantity has a median above 0");
  if (logarithmic && lower < 0) throw wrong("a log-normal quantity needs a lower bound of 0 or more");
  return prior;
}
