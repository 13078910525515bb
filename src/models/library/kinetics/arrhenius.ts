/**
 * Rate constant of a first-order reaction by temperature, after Arrhenius, about a reference temperature.
 *
 * Assumes: one mechanism, activation energy independent of temperature.
 * Valid: the range of temperatures the constants were measured in; some 100 K about the reference. Written about a reference temperature,
 * because a pre-exponential factor and an activation energy cannot be told apart by data.
 *
 * @see S. Arrhenius, "Über die Reaktionsgeschwindigkeit bei der Inversion von Rohrzucker durch Säuren", Z. Phys. Chem. 4 (1889) 226–248.
 * @see F. Daniels & E. H. Johnston, "The thermal decomposition of gaseous nitrogen pentoxide", J. Am. Chem. Soc. 43 (1921) 53–71, whose
 *   rate constants at 25 and 65 °C give the values here.
 */
import { defineModel } from "../../define/define-model.ts";

const source = "Daniels & Johnston 1921, N2O5";

/** Arrhenius's law: `k` in 1/s at temperature `T` in K. */
export const arrhenius = defineModel({
  name: "arrhenius",
  time: "s",
  description: "Rate constant by temperature",
  parameters: {
    kRef: {
      value: 3.46e-5,
      unit: "1/s",
      bounds: [1e-12, 1e6],
      physical: [0, 1e13],
      scale: "log",
      description: "rate constant at Tref",
      source,
    },
    Ea: { value: 103670, unit: "J/mol", bounds: [1e4, 4e5], physical: [0, 1e6], description: "activation energy", source },
    Tref: { value: 298.15, unit: "K", physical: [1, 5000], description: "reference temperature", source },
    R: { value: 8.314462618, unit: "J/mol/K", physical: [8.31, 8.32], description: "gas constant", source: "CODATA 2018" },
  },
  inputs: { T: "K" },
  states: {},
  algebraic: { k: { unit: "1/s", is: "kRef*exp(-Ea/R*(1/T - 1/Tref))", description: "rate constant" } },
  derivatives: {},
  outputs: {
    k0: { unit: "1/s", is: "kRef*exp(Ea/(R*Tref))", description: "pre-exponential factor" },
    halfLife: { unit: "s", is: "log(2)/k" },
  },
});
