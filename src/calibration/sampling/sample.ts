/** Draws from the posterior of a calibration: what is known of the parameters after the data, of any shape. */
import { type AnySource, GreyboxError, type ParameterOf } from "../../core/index.ts";
import { provenanceOf } from "../answer.ts";
import type { Calibrated } from "../calibrated.ts";
import { computeOf } from "../checkpoint/checkpoint.ts";
import { objectiveOf } from "../objective/objective.ts";
import { asked } from "../question/asked.ts";
import type { Question } from "../question/question.ts";
import { toSearch } from "../question/unknown.ts";
import { prepare } from "../starts/start.ts";
import { type ChainInput, runChainTask } from "./chain.ts";
import { effectiveSize, splitRHat } from "./diagnostics.ts";

export interface SampleOptions {
  readonly chains?: number | undefined;
  /** Of each chain, after its warm-up. */
  readonly draws?: number | undefined;
  readonly warmup?: number | undefined;
  readonly seed?: number | undefined;
}

export const sampleDefaults = { chains: 4, draws: 500, warmup: 300, seed: 0 } as const;

/** From where on a verdict objects. */
const trusted = { rHat: 1.01, effective: 400 } as const;

export interface SampledQuantity {
  readonly name: string;
  readonly unit: string;
  /** Chain after chain. Shape (chains · draws), in `unit`. */
  readonly draws: Float64Array;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly median: number;
  /** Split R̂: near 1 where chains agree. */
  readonly rHat: number;
  /** Effective number of independent draws. */
  readonly effective: number;
  /** Value below which a share of the draws lies. */
  quantile(share: number): number;
}

export interface Sample {
  readonly quantities: Readonly<Record<string, SampledQuantity>>;
  readonly chains: number;
  /** Draws whose path came upon a cliff of the density: a sign that some of it was not visited. */
  readonly diverged: number;
  readonly evaluations: number;
  /** One sentence for each reason not to trust the draws; empty when there is none. */
  readonly verdict: readonly string[];
}

/**
 * Draws from the posterior by the no-U-turn sampler on exact gradients. Priors are those of the question; what has none is uniform in its search
 * coordinate (the logarithm, for parameters on a log scale) between its bounds. σ that are estimated are integrated out.
 *
 * @param question  the question that the fit answered
 * @throws GreyboxError as {@link calibrate}; `calibration/profile` where the model cannot be evaluated at the fit; `calibration/option`
 *
 * @example
 * const tank = defineModel({
 *   name: "tank", time: "min",
 *   parameters: { k: { value: 0.2, unit: "1/min", bounds: [0.01, 1], scale: "log" } },
 *   states: { T: { unit: "K", initial: 360 } },
 *   derivatives: { T: "-k*(T - 300 K)" },
 * });
 * const record = windowFromTable(tank, { time: [2, 5, 10], measured: { T: [349.2, 336.3, 322.1] }, sigma: { T: 0.3 } });
 * const question = { model: tank, windows: [record], estimate: ["k"] } as const;
 * const { quantities } = await sample(question, await calibrate(question), { seed: 1 });
 * quantities.k.mean.toFixed(3); // => "0.100"
 * quantities.k.rHat < 1.02; // => true
 */
export async function sample<const M extends AnySource, const E extends ParameterOf<M> = never>(
  question: Question<M, E>,
  fit: Calibrated,
  options: SampleOptions = {},
): Promise<Sample> {
  const settings = { ...sampleDefaults, ...options };
  const {
    chains = sampleDefaults.chains,
    draws = sampleDefaults.draws,
    warmup = sampleDefaults.warmup,
    seed = sampleDefaults.seed,
  } = settings;
  for (const [option, value, least] of [
    ["chains", chains, 1],
    ["draws", draws, 4],
    ["warmup", warmup, 0],
  ] as const) {
    if (!(Number.isInteger(value) && value >= least))
      throw new GreyboxError("calibration/option", { option, value, rule: `a whole number of ${least} or more` });
  }
  const { plan, system } = asked(question);
  const objective = objectiveOf(plan, system);
  prepare(objective);
  const best = Float64Array.from(plan.unknowns, (unknown) => toSearch(unknown, fit.parameters[unknown.name]?.value ?? unknown.start));
  if (!objective.evaluate(best, true)) throw new GreyboxError("calibration/profile", { model: question.model.name });
  const inputs = Array.from({ length: chains }, (_, chain): ChainInput => ({ chain, seed, best, warmup, draws }));
  await using compute = await computeOf(question, () => provenanceOf(question, plan));
  const found = await compute.map(runChainTask, inputs, { shared: plan, signal: question.signal });
  const q = plan.unknowns.length;
  const quantities = Object.fromEntries(
    plan.unknowns.map(({ name, unit }, j) => [
      name,
      quantity(
        name,
        unit,
        found.map(({ values }) => Float64Array.from({ length: draws }, (_, i) => values[i * q + j]!)),
      ),
    ]),
  );
  const diverged = found.reduce((sum, one) => sum + one.diverged, 0);
  return {
    quantities,
    chains,
    diverged,
    evaluations: found.reduce((sum, one) => sum + one.evaluations, 0),
    verdict: verdictOf(quantities, diverged),
  };
}

function quantity(name: string, unit: string, chains: readonly Float64Array[]): SampledQuantity {
  const draws = Float64Array.from(chains.flatMap((chain) => Array.from(chain)));
  const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
  const sorted = draws.toSorted();
  const quantile = (share: number): number => {
    const place = Math.min(Math.max(share, 0), 1) * (sorted.length - 1);
    const low = Math.floor(place);
    const next = sorted[Math.min(low + 1, sorted.length - 1)]!;
    return sorted[low]! + (place - low) * (next - sorted[low]!);
  };
  const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (draws.length - 1);
  return {
    name,
    unit,
    draws,
    mean,
    standardDeviation: Math.sqrt(variance),
    median: quantile(0.5),
    rHat: splitRHat(chains),
    effective: effectiveSize(chains),
    quantile,
  };
}

function verdictOf(quantities: Readonly<Record<string, SampledQuantity>>, diverged: number): string[] {
  const said: string[] = [];
  for (const { name, rHat, effective } of Object.values(quantities)) {
    if (!(rHat <= trusted.rHat)) said.push(`Chains disagree on ${name}: R̂ is ${rHat.toFixed(3)}. Draw more, or look for a second minimum.`);
    else if (effective < trusted.effective)
      said.push(`The draws of ${name} are worth ${Math.round(effective)} independent ones: ends of intervals are rough.`);
  }
  if (diverged > 0)
    said.push(`${diverged} paths met a cliff of the density: some of it may not have been visited. Bounds or a prior may help.`);
  return said;
}
