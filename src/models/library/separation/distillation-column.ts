/**
 * Binary distillation column with reboiler, trays and total condenser: Skogestad's "column A" for any number of stages.
 *
 * Assumes: constant relative volatility, constant molar overflow, equilibrium on each stage, perfect mixing, no vapour hold-up, constant
 * pressure, liquid flow linear in hold-up. Distillate and bottoms keep the levels of condenser and reboiler by proportional control.
 * Valid: mixtures close to ideal, hydraulics near the nominal flows.
 *
 * @see S. Skogestad & M. Morari, "Understanding the dynamic behavior of distillation columns", Ind. Eng. Chem. Res. 27 (1988) 1848–1862.
 * @see S. Skogestad, "Dynamics and control of distillation columns: a tutorial introduction", Trans. IChemE A 75 (1997) 539–562: 41 stages,
 *   feed on stage 21, α = 1.5, F = 1 kmol/min, zF = 0.5, L = 2.70629, V = 3.20629 kmol/min give xD = 0.99 and xB = 0.01.
 */
import { defineModel } from "../../define/define-model.ts";
import { joined, numbered, numberedOnly } from "../numbered.ts";
import { requireCount } from "../settings.ts";

export const distillationColumnDefaults = { stages: 41, feed: 21 } as const;

const source = "Skogestad 1997, column A";
/** 1 kmol/min in mol/s. */
const flow = 1000 / 60;

/**
 * Column with stages from the reboiler, 1, to the total condenser, `stages`; mole fractions of the light component `x[1]` …, hold-ups
 * `M[1]` … in mol, flows in mol/s, time in s.
 *
 * @param settings.stages  with reboiler and condenser
 * @param settings.feed  number of the stage that is fed
 * @throws GreyboxError `model/invalid` for counts that cannot be
 *
 * @example
 * distillationColumn({ stages: 4, feed: 2 }).system().states.slice(0, 4); // => ["x[1]", "x[2]", "x[3]", "x[4]"]
 */
export function distillationColumn({
  stages = distillationColumnDefaults.stages,
  feed = distillationColumnDefaults.feed,
}: {
  readonly stages?: number;
  readonly feed?: number;
} = {}) {
  requireCount("distillation-column", "stages", stages, 3);
  requireCount("distillation-column", "feed", feed, 2, stages - 1);
  const top = stages;
  /** Liquid that leaves stage i downwards. */
  const liquid = (i: number): string => (i === top ? "LT" : `L[${i}]`);
  /** Vapour that leaves stage i upwards: above the feed with the vapour of the feed. */
  const vapour = (i: number): string => (i < feed ? "VB" : "VT");
  const equilibrium = (i: number): string => `y[${i}]`;
  const isTray = (i: number): boolean => i > 1 && i < top;
  const fed = (i: number, what: string): string => (i === feed ? ` + ${what}` : "");

  const holdUp = (i: number): string => {
    if (i === top) return `${vapour(top - 1)} - LT - D`;
    if (i === 1) return `${liquid(2)} - VB - B`;
    const vapourGain = i === feed ? " + VB - VT" : "";
    return `${liquid(i + 1)} - ${liquid(i)}${vapourGain}${fed(i, "F")}`;
  };
  // M·dx/dt = Σ in·(x_in − x) + Σ vapour in·(y_in − x) − vapour out·(y − x), so that changes of hold-up do not change x.
  const composition = (i: number): string => {
    if (i === top) return `${vapour(top - 1)}*(${equilibrium(top - 1)} - x[${top}])/M[${top}]`;
    const above = `${liquid(i + 1)}*(x[${i + 1}] - x[${i}])`;
    if (i === 1) return `(${above} - VB*(y[1] - x[1]))/M[1]`;
    const below = `${vapour(i - 1)}*(y[${i - 1}] - x[${i}]) - ${vapour(i)}*(y[${i}] - x[${i}])`;
    return `(${above} + ${below}${fed(i, `F*(zF - x[${i}])`)})/M[${i}]`;
  };

  const trays = Array.from({ length: top }, (_, k) => k + 1).filter(isTray);
  return defineModel({
    name: "distillation-column",
    time: "s",
    description: `Binary distillation column with ${stages} stages, fed on stage ${feed}`,
    parameters: {
      alpha: { value: 1.5, unit: "1", bounds: [1.01, 20], physical: [1, 1e3], description: "relative volatility", source },
      M0: { value: 500, unit: "mol", bounds: [1, 1e6], physical: [0, 1e8], description: "nominal hold-up of each stage", source },
      tau: { value: 3.78, unit: "s", bounds: [0.1, 100], physical: [0, 1e4], description: "hold-up by liquid flow", source },
      LAbove: {
        value: 2.70629 * flow,
        unit: "mol/s",
        bounds: [0, 1e5],
        physical: [0, 1e7],
        description: "liquid at M0, above the feed",
        source,
      },
      LBelow: {
        value: 3.70629 * flow,
        unit: "mol/s",
        bounds: [0, 1e5],
        physical: [0, 1e7],
        description: "liquid at M0, feed and below",
        source,
      },
      DNominal: { value: 0.5 * flow, unit: "mol/s", bounds: [0, 1e5], physical: [0, 1e7], description: "distillate at M0", source },
      BNominal: { value: 0.5 * flow, unit: "mol/s", bounds: [0, 1e5], physical: [0, 1e7], description: "bottoms at M0", source },
      Kc: { value: 1 / 6, unit: "1/s", bounds: [0, 10], physical: [0, 1e3], description: "gain of both level controls", source },
    },
    inputs: { LT: "mol/s", VB: "mol/s", F: "mol/s", zF: "1", qF: "1" },
    states: joined(
      numbered("x", top, (i) => ({ unit: "1", initial: i / (top + 1), min: 0, max: 1, nominal: 0.1 })),
      numbered("M", top, () => ({ unit: "mol", initial: "M0", min: 0, nominal: 500 })),
    ),
    algebraic: joined(
      joined(
        {
          VT: { unit: "mol/s", is: "VB + (1 - qF)*F", description: "vapour above the feed" },
          D: { unit: "mol/s", is: `DNominal + Kc*(M[${top}] - M0)`, description: "distillate" },
          B: { unit: "mol/s", is: "BNominal + Kc*(M[1] - M0)", description: "bottoms" },
        },
        numbered("y", top - 1, (i) => ({ unit: "1", is: `alpha*x[${i}]/(1 + (alpha - 1)*x[${i}])` })),
      ),
      numberedOnly("L", trays, (i) => ({ unit: "mol/s", is: `${i > feed ? "LAbove" : "LBelow"} + (M[${i}] - M0)/tau` })),
    ),
    derivatives: joined(numbered("x", top, composition), numbered("M", top, holdUp)),
    outputs: {
      xD: { unit: "1", is: `x[${top}]`, description: "light component in the distillate" },
      xB: { unit: "1", is: "x[1]", description: "light component in the bottoms" },
    },
  });
}
