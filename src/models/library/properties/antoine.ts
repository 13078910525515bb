/**
 * Vapour pressure of a pure substance by Antoine's equation, log10(p/bar) = A − B/(T + C).
 *
 * Assumes: saturation, one volatile substance.
 * Valid: the range of temperatures of each set of constants, given in `antoineConstants`; the output `inside` is 0 beyond.
 *
 * @see C. Antoine, "Tensions des vapeurs; nouvelle relation entre les tensions et les températures", C. R. Acad. Sci. 107 (1888) 681–684.
 * @see P. J. Linstrom & W. G. Mallard (eds.), *NIST Chemistry WebBook*, NIST Standard Reference Database 69, webbook.nist.gov: constants.
 */
import { defineModel } from "../../define/define-model.ts";
import { constantsOf } from "../settings.ts";
import { type AntoineConstants, antoineConstants } from "./antoine-constants.ts";

/**
 * Vapour pressure `p` in Pa and its slope, by temperature `T` in K.
 *
 * @param substance  one of those in `antoineConstants`
 * @throws GreyboxError `model/invalid` for another substance
 *
 * @example
 * antoine("water").definition.parameters.C.unit; // => "K"
 */
export function antoine(substance: keyof typeof antoineConstants) {
  const { A, B, C, range, source } = constantsOf<AntoineConstants, keyof typeof antoineConstants>("antoine", antoineConstants, substance);
  return defineModel({
    name: `antoine-${substance}`,
    time: "s",
    description: `Vapour pressure of ${substance}, ${range[0]} to ${range[1]} K`,
    parameters: {
      A: { value: A, unit: "1", bounds: [2, 7], physical: [0, 20], description: "constant A", source },
      B: { value: B, unit: "K", bounds: [300, 4000], physical: [0, 1e4], description: "constant B", source },
      C: { value: C, unit: "K", bounds: [-250, 50], physical: [-300, 300], description: "constant C", source },
      Tmin: { value: range[0], unit: "K", physical: [0, 5000], description: "lowest temperature of the constants", source },
      Tmax: { value: range[1], unit: "K", physical: [0, 5000], description: "highest temperature of the constants", source },
      bar: { value: 1e5, unit: "Pa", physical: [99999, 100001], description: "pressure unit of the constants", source: "definition" },
    },
    inputs: { T: "K" },
    states: {},
    algebraic: { p: { unit: "Pa", is: "10^(A - B/(T + C))*bar", description: "vapour pressure" } },
    derivatives: {},
    outputs: {
      slope: { unit: "Pa/K", is: "p*log(10)*B/(T + C)^2", description: "of the vapour pressure by temperature" },
      inside: { unit: "1", is: "if(T >= Tmin and T <= Tmax, 1, 0)", description: "1 where the constants are valid" },
    },
  });
}
