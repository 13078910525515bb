/**
 * Chooses some of many candidates so that what is known then is most: greedily, then by exchange until no single exchange helps.
 *
 * @see V. V. Fedorov, *Theory of Optimal Experiments*, Academic Press 1972, chapter 3; A. C. Atkinson, A. N. Donev, R. D. Tobias, *Optimum
 *   Experimental Designs, with SAS*, Oxford 2007, chapter 12.
 */
import type { Judge } from "./criterion.ts";

/** Something that can be measured: for each reading the derivatives over its error, shape (draws, q), one row for each set of parameter values. */
export interface Candidate {
  readonly rows: readonly Float64Array[];
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

/** @param known  information that is there already, shape (draws, q, q) */
export function choose(
  candidates: readonly Candidate[],
  known: Float64Array,
  rules: ChoiceRules,
  judge: Judge,
  first: readonly number[] = [],
): Choice {
  const information = known.slice();
  const trial = known.slice();
  const chosen: number[] = [];
  const put = (into: Float64Array, place: number, sign: number): void => addRows(into, candidates[place]!.rows, sign);
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
export function informationOf(candidates: readonly Pick<Candidate, "rows">[], known: Float64Array): Float64Array {
  const out = known.slice();
  for (const { rows } of candidates) addRows(out, rows, 1);
  return out;
}

/** @param weight  1: the readings count once, −1: they are taken away */
export function addRows(into: Float64Array, rows: readonly Float64Array[], weight: number): void {
  for (const row of rows) {
    const q = into.length / row.length;
    for (let draw = 0; draw * q < row.length; draw++) {
      const [from, to] = [draw * q, draw * q * q];
      for (let i = 0; i < q; i++) {
        const a = weight * row[from + i]!;
        if (a !== 0) for (let j = 0; j < q; j++) into[to + i * q + j]! += a * row[from + j]!;
      }
    }
  }
}
