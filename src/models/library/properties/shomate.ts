/**
 * Heat capacity, enthalpy and entropy of an ideal gas by Shomate's equation.
 *
 * Assumes: ideal gas at 1 bar.
 * Valid: the range of temperatures of each set of constants, given in `shomateConstants`; the output `inside` is 0 beyond.
 *
 * @see P. J. Linstrom & W. G. Mallard (eds.), *NIST Chemistry WebBook*, NIST Standard Reference Database 69, webbook.nist.gov: form and
 *   constants, which are those of M. W. Chase, *NIST-JANAF Thermochemical Tables*, 4th ed. (1998).
 */
import { defineModel } from "../../define/define-model.ts";
import { constantsOf } from "../settings.ts";
import { type ShomateConstants, shomateConstants, shomateSource as source } from "./shomate-constants.ts";

/**
 * Heat capacity `cp` in J/mol/K, enthalpy `h` above that at 298.15 K in J/mol, enthalpy `hf` above that of the elements at 298.15 K, and
 * entropy `s` at 1 bar in J/mol/K, by temperature `T` in K.
 *
 * @param substance  one of those in `shomateConstants`
 * @throws GreyboxError `model/invalid` for another substance
 *
 * @example
 * shomate("nitrogen").definition.inputs; // => { T: "K" }
 */
export function shomate(substance: keyof typeof shomateConstants) {
  const { A, B, C, D, E, F, G, H, range } = constantsOf<ShomateConstants, keyof typeof shomateConstants>(
    "shomate",
    shomateConstants,
    substance,
  );
  return defineModel({
    name: `shomate-${substance}`,
    time: "s",
    description: `Heat capacity, enthalpy and entropy of ${substance} as an ideal gas, ${range[0]} to ${range[1]} K`,
    parameters: {
      A: { value: A, unit: "J/mol/K", bounds: [-100, 200], physical: [-1e3, 1e3], description: "constant A", source },
      B: { value: B, unit: "J/mol/K", bounds: [-300, 300], physical: [-1e3, 1e3], description: "constant B, by T/1000 K", source },
      C: { value: C, unit: "J/mol/K", bounds: [-300, 300], physical: [-1e3, 1e3], description: "constant C, by (T/1000 K)²", source },
      D: { value: D, unit: "J/mol/K", bounds: [-100, 100], physical: [-1e3, 1e3], description: "constant D, by (T/1000 K)³", source },
      E: { value: E, unit: "J/mol/K", bounds: [-100, 100], physical: [-1e3, 1e3], description: "constant E, by (1000 K/T)²", source },
      F: { value: 1000 * F, unit: "J/mol", bounds: [-1e6, 1e6], physical: [-1e7, 1e7], description: "constant F", source },
      G: { value: G, unit: "J/mol/K", bounds: [0, 500], physical: [-1e3, 1e3], description: "constant G", source },
      H: {
        value: 1000 * H,
        unit: "J/mol",
        bounds: [-1e6, 1e6],
        physical: [-1e7, 1e7],
        description: "enthalpy of formation, 298.15 K",
        source,
      },
      Tmin: { value: range[0], unit: "K", physical: [0, 6000], description: "lowest temperature of the constants", source },
      Tmax: { value: range[1], unit: "K", physical: [0, 6000], description: "highest temperature of the constants", source },
      scale: { value: 1000, unit: "K", physical: [999.9, 1000.1], description: "temperature unit of the constants", source: "definition" },
    },
    inputs: { T: "K" },
    states: {},
    algebraic: {
      x: { unit: "1", is: "T/scale", description: "temperature in thousands of kelvin" },
      hf: {
        unit: "J/mol",
        is: "scale*(A*x + B*x^2/2 + C*x^3/3 + D*x^4/4 - E/x) + F",
        description: "enthalpy above that of the elements at 298.15 K",
      },
    },
    derivatives: {},
    outputs: {
      cp: { unit: "J/mol/K", is: "A + B*x + C*x^2 + D*x^3 + E/x^2", description: "heat capacity" },
      h: { unit: "J/mol", is: "hf - H", description: "enthalpy above that at 298.15 K" },
      s: { unit: "J/mol/K", is: "A*log(x) + B*x + C*x^2/2 + D*x^3/3 - E/(2*x^2) + G", description: "entropy at 1 bar" },
      inside: { unit: "1", is: "if(T >= Tmin and T <= Tmax, 1, 0)", description: "1 where the constants are valid" },
    },
  });
}
