/**
 * Chooses some of many candidates so that what is known then is most: greedily, then by exchange until no single exchange helps.
 *
 * @see V. V. Fedorov, *Theory of Optimal Experiments*, Academic Press 1972, chapter 3; A. C. Atkinson, A. N. Donev, R. D. Tobias, *Optimum
 *   Experimental Designs, with SAS*, Oxford 2007, chapter 12.
 */
import type { Judge } from "./criterion.ts";

/** Something that can be measured: rows of derivatives over their errors, row-major, shape (k, q). */
export interface Candidate {
  readonly rows: Float64Array;
  readonly cost: number;
}

export interface Choice {
  /** Places among the candidates; one can be there several times where that is allowed. */
  readonly chosen: readonly number[];
  /** What is known with them. */
  readonly information: Float64Array;
  readonly value: number;
}

export interface ChoiceRules {
  readonly count: number;
  readonly budget: number;
  /** False where two candidates exclude one another; a candidate with itself: whether it can be taken twice. */
  readonly compatible: (a: number, b: number) => boolean;
}

/** An exchange that gains less is none. */
const gain = 1e-12;
const sweeps = 50;

/** @param known  information that is there already, shape (q, q) */
export function choose(
  candidates: readonly Candidate[],
  known: Float64Array,
  rules: ChoiceRules,
  judge: Judge,
  first: readonly number[] = [],
): Choice {
  const q = Math.round(Math.sqrt(known.length));
  const information = known.slice();
  const trial = known.slice();
  const chosen: number[] = [];
  const put = (into: Float64Array, place: number, sign: number): void => addRows(into, candidates[place]!.rows, q, sign);
  let cost = 0;
  for (const place of first) {
    chosen.push(place);
    cost += candidates[place]!.cost;
    put(information, place, 1);
  }
  const allowed = (place: number, without: number): boolean => chosen.every((other, i) => i === without || rules.compatible(place, other));
  let value = judge.of(information);
  while (chosen.length < rules.count) {
    let [best, bestGain, bestValue] = [-1, 0, value];
    for (const [place, candidate] of candidates.entries()) {
      if (cost + candidate.cost > rules.budget || !allowed(place, -1)) continue;
      trial.set(information);
      put(trial, place, 1);
      const now = judge.of(trial);
      const perCost = (value - now) / (Number.isFinite(rules.budget) ? candidate.cost : 1);
      if (best < 0 || perCost > bestGain) [best, bestGain, bestValue] = [place, perCost, now];
    }
    if (best < 0) break;
    chosen.push(best);
    cost += candidates[best]!.cost;
    put(information, best, 1);
    value = bestValue;
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let improved = false;
    for (let i = 0; i < chosen.length; i++) {
      const old = chosen[i]!;
      const rest = information.slice();
      put(rest, old, -1);
      let [best, bestValue] = [old, value];
      for (const [place, candidate] of candidates.entries()) {
        if (place === old || cost - candidates[old]!.cost + candidate.cost > rules.budget || !allowed(place, i)) continue;
        trial.set(rest);
        put(trial, place, 1);
        const now = judge.of(trial);
        if (now < bestValue - gain) [best, bestValue] = [place, now];
      }
      if (best === old) continue;
      chosen[i] = best;
      cost += candidates[best]!.cost - candidates[old]!.cost;
      information.set(
        informationOf(
          chosen.map((place) => candidates[place]!),
          known,
        ),
      );
      value = judge.of(information);
      improved = true;
    }
    if (!improved) break;
  }
  return { chosen, information, value };
}

/** Information of some candidates on top of what is known. */
export function informationOf(candidates: readonly Candidate[], known: Float64Array): Float64Array {
  const out = known.slice();
  const q = Math.round(Math.sqrt(known.length));
  for (const { rows } of candidates) addRows(out, rows, q, 1);
  return out;
}

function addRows(into: Float64Array, rows: Float64Array, q: number, sign: number): void {
  for (let at = 0; at < rows.length; at += q) {
    for (let i = 0; i < q; i++) {
      const a = sign * rows[at + i]!;
      if (a !== 0) for (let j = 0; j < q; j++) into[i * q + j]! += a * rows[at + j]!;
    }
  }
}
