/**
 * Absorber (or stripper) with equilibrium stages, counter-current, for one dilute solute.
 *
 * Assumes: dilute, so that both flows are constant; linear equilibrium y = m·x; isothermal; hold-up of liquid only.
 * Valid: mole fractions of the solute up to some 5 %. At steady state it is Kremser's equation:
 * (yIn − yOut)/(yIn − m·xIn) = (A^(N+1) − A)/(A^(N+1) − 1) with A = L/(m·G).
 *
 * @see A. Kremser, "Theoretical analysis of absorption process", Natl. Pet. News 22(21) (1930) 43–49.
 * @see R. E. Treybal, *Mass-Transfer Operations*, 3rd ed., McGraw-Hill 1980, ch. 8.
 */
import { defineModel } from "../../define/define-model.ts";
import { numbered } from "../numbered.ts";
import { requireCount } from "../settings.ts";

export const absorberDefaults = { stages: 6 } as const;

/**
 * Absorber; `x[1]` … from the top, where the liquid enters, to the bottom, where the gas does; mole fractions, mol/s, s.
 *
 * @param settings.stages  number of equilibrium stages
 * @throws GreyboxError `model/invalid` for a count that is not one
 *
 * @example
 * absorber({ stages: 2 }).system().states; // => ["x[1]", "x[2]"]
 */
export function absorber({ stages = absorberDefaults.stages }: { readonly stages?: number } = {}) {
  requireCount("absorber", "stages", stages);
  const liquidFrom = (i: number): string => (i === 1 ? "xIn" : `x[${i - 1}]`);
  const gasFrom = (i: number): string => (i === stages ? "yIn" : `m*x[${i + 1}]`);
  return defineModel({
    name: "absorber",
    time: "s",
    description: `Absorber with ${stages} equilibrium stages`,
    parameters: {
      m: {
        value: 0.8,
        unit: "1",
        bounds: [1e-3, 1e3],
        physical: [0, 1e6],
        scale: "log",
        description: "equilibrium, y by x",
        source: "example",
      },
      M: { value: 100, unit: "mol", bounds: [0.1, 1e6], physical: [0, 1e8], description: "liquid on a stage", source: "example" },
    },
    inputs: { L: "mol/s", xIn: "1", G: "mol/s", yIn: "1" },
    states: numbered("x", stages, () => ({ unit: "1", initial: "xIn", min: 0, nominal: 0.01 })),
    derivatives: numbered("x", stages, (i) => `(L*(${liquidFrom(i)} - x[${i}]) + G*(${gasFrom(i)} - m*x[${i}]))/M`),
    outputs: {
      xOut: { unit: "1", is: `x[${stages}]`, description: "solute in the liquid that leaves" },
      yOut: { unit: "1", is: "m*x[1]", description: "solute in the gas that leaves" },
    },
  });
}
