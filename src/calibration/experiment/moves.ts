/** What inputs should do: levels within bounds and move limits, found from several starts by a search that looks along single levels and tails. */
import { random } from "../../core/index.ts";

export interface FreeInput {
  readonly name: string;
  readonly lower: number;
  readonly upper: number;
  readonly moves: number;
  /** Largest step between neighbours; Infinity: any. */
  readonly most: number;
  /** Level before; undefined: any. */
  readonly from: number | undefined;
}

/** Levels by input. */
export type Levels = readonly Float64Array[];

/** Steps, as shares of the range: halved from the first to below the last. */
const steps = { first: 0.5, last: 1e-3 } as const;
/** Random patterns among the starts, and starts that are searched to the end. */
const tries = { patterns: 8, finished: 2 } as const;
/** Gains that count. */
const gain = 1e-10;

/** Levels that are as near to the given ones as bounds and limits let them be, from the first to the last. */
function feasible(levels: Levels, inputs: readonly FreeInput[]): Float64Array[] {
  return levels.map((column, k) => {
    const { lower, upper, most, from } = inputs[k]!;
    let before = from;
    return column.map((level) => {
      const low = before === undefined ? lower : Math.max(lower, before - most);
      const high = before === undefined ? upper : Math.min(upper, before + most);
      // Outside the bounds before: back to them as fast as it may.
      before = low > high ? (low > upper ? low : high) : Math.min(Math.max(level, low), high);
      return before;
    });
  });
}

/** @param value  smaller is better; Infinity where the model cannot be run */
export function bestMoves(
  inputs: readonly FreeInput[],
  value: (levels: Levels) => number,
  seed: number,
  starts: readonly Levels[] = [],
): Levels {
  const patterns = starts.length > 0 ? starts : [...patternsOf(inputs, seed)];
  const ranked = patterns
    .map((levels) => feasible(levels, inputs))
    .map((levels) => ({ levels, value: value(levels) }))
    .sort((a, b) => a.value - b.value);
  const finished = ranked.slice(0, tries.finished).map((start) => searched(start, inputs, value));
  return finished.reduce((a, b) => (b.value < a.value ? b : a)).levels;
}

interface Found {
  readonly levels: Float64Array[];
  readonly value: number;
}

function searched(start: Found, inputs: readonly FreeInput[], value: (levels: Levels) => number): Found {
  let best = start;
  const attempt = (change: (column: Float64Array, k: number) => Float64Array): boolean => {
    const levels = feasible(best.levels.map(change), inputs);
    if (levels.every((column, k) => column.every((level, i) => level === best.levels[k]![i]))) return false;
    const now = value(levels);
    if (!(now < best.value - gain)) return false;
    best = { levels, value: now };
    return true;
  };
  for (let step = steps.first; step > steps.last; step /= 2) {
    for (let improved = true; improved; ) {
      improved = false;
      for (const [k, { lower, upper, moves }] of inputs.entries()) {
        for (let i = 0; i < moves; i++) {
          for (const by of [step * (upper - lower), -step * (upper - lower)]) {
            const one = attempt((column, c) => column.map((level, at) => (c === k && at === i ? level + by : level)));
            const tail = attempt((column, c) => column.map((level, at) => (c === k && at >= i ? level + by : level)));
            improved ||= one || tail;
          }
        }
      }
    }
  }
  return best;
}

/** Constant, steps, waves and random switching between the bounds. */
function* patternsOf(inputs: readonly FreeInput[], seed: number): Generator<Levels> {
  const rng = random(`moves/${seed}`);
  const each = (level: (i: number, input: FreeInput) => number): Levels =>
    inputs.map((input) =>
      Float64Array.from({ length: input.moves }, (_, i) => input.lower + level(i, input) * (input.upper - input.lower)),
    );
  // As it was before, where that is known.
  yield each((_, { from, lower, upper }) => (from === undefined || upper === lower ? 0.5 : (from - lower) / (upper - lower)));
  yield each(() => 0.5);
  yield each(() => 1);
  yield each((i, { moves }) => (i < moves / 2 ? 0 : 1));
  yield each((i, { moves }) => (i < moves / 2 ? 1 : 0));
  yield each((i) => i % 2);
  yield each((i) => Math.floor(i / 2) % 2);
  for (let k = 0; k < tries.patterns; k++) yield each(() => rng.integer(2));
}
