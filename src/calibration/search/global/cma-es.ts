/** Evolution strategy with a covariance matrix that adapts, and restarts with populations that are by turns large and small. */
import { type Random, svd } from "../../../core/index.ts";
import type { Landscape } from "./box.ts";

export interface CmaOptions {
  /** Evaluations at most. */
  readonly evaluations: number;
}

/** What one generation leaves to the next, beside the distribution. */
export interface Fittest {
  /** Point of the unit cube. Shape (q). */
  readonly share: Float64Array;
  readonly value: number;
}

/** Width of the first distribution, as a share of the cube. */
const width = 0.3;
/** A run ends when its values differ by less: a local search is better at the rest. */
const even = 1e-2;
/** … or when its distribution is so narrow. */
const narrow = 1e-4;

/**
 * Yields the fittest so far after each generation; ends when the evaluations are used up.
 *
 * Points outside the cube are reflected into it. Points that cannot be evaluated rank last.
 *
 * @param start  mean of the first distribution; later runs begin anywhere
 * @see N. Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772, for a run and its constants; N. Hansen, "Benchmarking a
 *   BI-population CMA-ES on the BBOB-2009 function testbed", GECCO 2009, for the regime of restarts.
 */
export function* cmaEs(
  landscape: Landscape,
  start: Float64Array,
  { evaluations: most }: CmaOptions,
  draw: Random,
): Generator<Fittest, Fittest, void> {
  const n = landscape.size;
  let best: Fittest = { share: start, value: landscape.value(start) };
  const usual = 4 + Math.floor(3 * Math.log(n));
  let large = 0;
  const spent = { large: 0, small: 0 };
  for (let run = 0; landscape.evaluations() < most; run++) {
    const stream = draw.fork("run").fork(run);
    const grow = run === 0 || spent.large <= spent.small;
    if (run > 0 && grow) large++;
    const size = grow ? usual * 2 ** large : Math.floor(usual * (2 ** large / 2) ** (stream.uniform() ** 2));
    const sigma = grow || run === 0 ? width : width * 10 ** (-2 * stream.uniform());
    const mean = run === 0 ? start : Float64Array.from({ length: n }, () => stream.uniform());
    const before = landscape.evaluations();
    // A small run may take half of what the last large one took.
    const limit = grow ? most : Math.min(most, before + Math.max(spent.large / 2, 10 * size));
    for (const fittest of oneRun(landscape, mean, sigma, Math.max(size, 4), limit, stream)) {
      if (fittest.value < best.value) best = fittest;
      yield best;
    }
    spent[grow ? "large" : "small"] += landscape.evaluations() - before;
  }
  return best;
}

function* oneRun(
  landscape: Landscape,
  start: Float64Array,
  firstSigma: number,
  population: number,
  limit: number,
  draw: Random,
): Generator<Fittest, void, void> {
  const n = landscape.size;
  const parents = Math.floor(population / 2);
  const weights = Float64Array.from({ length: parents }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1));
  const total = weights.reduce((sum, one) => sum + one, 0);
  for (let i = 0; i < parents; i++) weights[i]! /= total;
  const effective = 1 / weights.reduce((sum, one) => sum + one * one, 0);
  const cSigma = (effective + 2) / (n + effective + 5);
  const damping = 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + cSigma;
  const cPath = (4 + effective / n) / (n + 4 + (2 * effective) / n);
  const cOne = 2 / ((n + 1.3) ** 2 + effective);
  const cMu = Math.min(1 - cOne, (2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective));
  const expected = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));

  const mean = Float64Array.from(start);
  let sigma = firstSigma;
  const covariance = new Float64Array(n * n);
  for (let j = 0; j < n; j++) covariance[j * n + j] = 1;
  let axes = svd(covariance, n, n);
  const pathSigma = new Float64Array(n);
  const path = new Float64Array(n);
  const history: number[] = [];
  const horizon = 10 + Math.ceil((30 * n) / population);

  for (let generation = 1; landscape.evaluations() < limit; generation++) {
    const members = Array.from({ length: population }, () => {
      const z = Float64Array.from({ length: n }, () => draw.normal());
      const step = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < n; k++) step[i]! += axes.right[i * n + k]! * Math.sqrt(axes.values[k]!) * z[k]!;
      }
      const share = step.map((one, j) => reflected(mean[j]! + sigma * one));
      return { step, share, value: landscape.value(share) };
    });
    // Sorting is stable: equals stay in the order they were drawn.
    members.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
    yield { share: members[0]!.share, value: members[0]!.value };

    const step = new Float64Array(n);
    for (let i = 0; i < parents; i++) for (let j = 0; j < n; j++) step[j]! += weights[i]! * members[i]!.step[j]!;
    for (let j = 0; j < n; j++) mean[j] = reflected(mean[j]! + sigma * step[j]!);
    const whitened = new Float64Array(n);
    for (let k = 0; k < n; k++) {
      let along = 0;
      for (let i = 0; i < n; i++) along += axes.right[i * n + k]! * step[i]!;
      along /= Math.sqrt(Math.max(axes.values[k]!, 1e-300));
      for (let i = 0; i < n; i++) whitened[i]! += axes.right[i * n + k]! * along;
    }
    let length = 0;
    for (let j = 0; j < n; j++) {
      pathSigma[j] = (1 - cSigma) * pathSigma[j]! + Math.sqrt(cSigma * (2 - cSigma) * effective) * whitened[j]!;
      length += pathSigma[j]! ** 2;
    }
    length = Math.sqrt(length);
    const moving = length / Math.sqrt(1 - (1 - cSigma) ** (2 * generation)) < (1.4 + 2 / (n + 1)) * expected ? 1 : 0;
    for (let j = 0; j < n; j++) path[j] = (1 - cPath) * path[j]! + moving * Math.sqrt(cPath * (2 - cPath) * effective) * step[j]!;
    const kept = 1 - cOne - cMu + (1 - moving) * cOne * cPath * (2 - cPath);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = kept * covariance[i * n + j]! + cOne * path[i]! * path[j]!;
        for (let k = 0; k < parents; k++) sum += cMu * weights[k]! * members[k]!.step[i]! * members[k]!.step[j]!;
        covariance[i * n + j] = covariance[j * n + i] = sum;
      }
    }
    axes = svd(covariance, n, n);
    sigma *= Math.exp(Math.min(1, (cSigma / damping) * (length / expected - 1)));

    history.push(members[0]!.value);
    if (history.length > horizon) history.shift();
    const level = history.length === horizon && Math.max(...history) - Math.min(...history) < even;
    if (level || sigma * Math.sqrt(axes.values[0]!) < narrow || axes.values[0]! > 1e14 * axes.values[n - 1]! || !(sigma < 1e3)) return;
  }
}

/** Into 0 … 1, as by mirrors at both ends. */
function reflected(value: number): number {
  const turned = Math.abs(value) % 2;
  return turned > 1 ? 2 - turned : turned;
}
