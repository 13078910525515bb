/** Where to measure: samples of a run by their times, points of steady states and regressions by their inputs; first on a grid, then between. */
import { type Candidate, choose, informationOf } from "./choose.ts";
import type { Judge } from "./criterion.ts";

/** A time, or the inputs that are free. */
export type Location = readonly number[];

export interface Space {
  /** Where is looked first. */
  readonly grid: readonly Location[];
  readonly lower: Location;
  readonly upper: Location;
  /** Distance of neighbours in the grid; 0: nothing lies between. */
  readonly step: Location;
  /** Rows of each sensor at each location: by sensor, then location; undefined where the model cannot be run. */
  rows(locations: readonly Location[]): readonly (readonly Float64Array[])[] | undefined;
}

export interface SampleRules {
  readonly count: number;
  readonly budget: number;
  /** Sensors to choose from, among those that rows are given of. */
  readonly sensors: readonly number[];
  /** By sensor. */
  readonly costs: readonly number[];
  /** Every sample is read by all sensors. */
  readonly together: boolean;
  /** Least distance of two samples of a sensor, in the first coordinate. */
  readonly apart: number;
}

export interface ChosenSample {
  /** Undefined: all. */
  readonly sensor: number | undefined;
  readonly location: Location;
  readonly rows: readonly Float64Array[];
}

export interface SampleDesign {
  readonly samples: readonly ChosenSample[];
  readonly information: Float64Array;
  readonly value: number;
}

interface Option extends Candidate, ChosenSample {}

/** Refinement: each round looks at neighbours at a distance that shrinks. */
const rounds = 22;
const shrink = 0.45;

export function chooseSamples(space: Space, rules: SampleRules, known: Float64Array, judge: Judge): SampleDesign | undefined {
  const options = (locations: readonly Location[]): Option[] | undefined => {
    const rows = space.rows(locations);
    return rows && optionsOf(rows, locations, rules);
  };
  const compatible = (list: readonly Option[]) => (a: number, b: number) => {
    const [one, other] = [list[a]!, list[b]!];
    return rules.apart <= 0 || one.sensor !== other.sensor || Math.abs(one.location[0]! - other.location[0]!) >= rules.apart * (1 - 1e-9);
  };
  const onGrid = options(space.grid);
  if (!onGrid) return undefined;
  const first = choose(onGrid, known, { ...rules, compatible: compatible(onGrid) }, judge);
  let samples: Option[] = first.chosen.map((place) => onGrid[place]!);
  let { information, value } = first;
  let reach = shrink;
  for (let round = 0; round < rounds && space.step.some((step) => step > 0); round++) {
    const near = options(samples.flatMap(({ location }) => neighbours(location, space, reach)));
    if (!near) break;
    const all = [...samples, ...near];
    const better = choose(all, known, { ...rules, count: samples.length, compatible: compatible(all) }, judge, [...samples.keys()]);
    const moved = better.value < value;
    samples = better.chosen.map((place) => all[place]!);
    ({ information, value } = better);
    if (!moved) reach *= shrink;
  }
  return { samples, information, value };
}

function optionsOf(
  rows: readonly (readonly Float64Array[])[],
  locations: readonly Location[],
  { costs, sensors, together }: SampleRules,
): Option[] {
  return locations.flatMap((location, i): Option[] => {
    if (!together) return sensors.map((sensor) => ({ sensor, location, rows: [rows[sensor]![i]!], cost: costs[sensor]! }));
    return [
      { sensor: undefined, location, rows: sensors.map((sensor) => rows[sensor]![i]!), cost: costs.reduce((sum, cost) => sum + cost, 0) },
    ];
  });
}

function neighbours(location: Location, { lower, upper, step }: Space, reach: number): Location[] {
  return location.flatMap((value, i) =>
    [-1, 1].flatMap((sign) => {
      const moved = Math.min(Math.max(value + sign * reach * step[i]!, lower[i]!), upper[i]!);
      return moved === value ? [] : [location.map((other, k) => (k === i ? moved : other))];
    }),
  );
}

/** Value of the design without each of its samples. */
export function withoutEach({ samples }: SampleDesign, known: Float64Array, judge: Judge): number[] {
  return samples.map((_, i) =>
    judge.of(
      informationOf(
        samples.filter((_, k) => k !== i),
        known,
      ),
    ),
  );
}
