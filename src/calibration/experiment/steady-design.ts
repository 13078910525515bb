/** The next experiments with a steady state or a regression: points, each with inputs of its own. */
import { GreyboxError, type Signal, signal } from "../../core/index.ts";
import { addRows } from "./choose.ts";
import type { Designed, Ready } from "./ready.ts";
import { chooseSamples, type Location, type Space } from "./samples.ts";

/** Levels of each input in the grid of steady states, by the number of inputs. */
const levelsFor = [1, 121, 27, 11, 7, 5] as const;

export function steadyDesign(ready: Ready): Designed {
  const { free, given, options, known, judge, costs, sensors } = ready;
  const levels = levelsFor[free.length] ?? 3;
  const signalsFor = (locations: readonly Location[]): Record<string, Signal> => {
    const places = Float64Array.from({ length: Math.max(locations.length, 2) }, (_, i) => i);
    const column = (value: (i: number) => number): Signal =>
      signal(
        places,
        Array.from(places, (i) => value(Math.min(i, locations.length - 1))),
        "hold",
      );
    return {
      ...Object.fromEntries(
        Object.entries(given).map(([name, value]) => [
          name,
          column((i) => (typeof value === "number" ? value : value.values[Math.min(i, value.values.length - 1)]!)),
        ]),
      ),
      ...Object.fromEntries(free.map(({ name }, k) => [name, column((i) => locations[i]![k]!)])),
    };
  };
  const space: Space = {
    grid: product(free.map(({ lower, upper }) => Array.from({ length: levels }, (_, i) => lower + ((upper - lower) * i) / (levels - 1)))),
    lower: free.map(({ lower }) => lower),
    upper: free.map(({ upper }) => upper),
    step: free.map(({ lower, upper }) => (upper - lower) / (levels - 1)),
    rows: (locations) => ready.rows(signalsFor(locations), Float64Array.from(locations.keys())),
  };
  const rules = { count: ready.count, budget: ready.budget, sensors: ready.offline, costs, together: options.together ?? false, apart: 0 };
  const design = chooseSamples(space, rules, known, judge);
  if (!design)
    throw new GreyboxError("calibration/next-experiment", {
      model: ready.model.name,
      why: "it has no steady state at some of these inputs",
    });
  const all = ready.offline;
  const inputsAt = (location: Location): Record<string, number> => ({
    ...Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (typeof value === "number" ? [[name, value]] : []))),
    ...Object.fromEntries(free.map(({ name }, k) => [name, location[k]!])),
  });
  return {
    design,
    base: known,
    inputs: {},
    informationFor(other) {
      const found = other.rows(signalsFor(design.samples.map(({ location }) => location)), Float64Array.from(design.samples.keys()));
      if (!found) return undefined;
      const information = other.known.slice();
      for (const [i, { sensor }] of design.samples.entries()) {
        for (const [s, list] of found.entries())
          if (sensor === undefined ? all.includes(s) : sensor === s) addRows(information, [list[i]!], 1);
      }
      return information;
    },
    used: [...new Set(design.samples.flatMap(({ sensor }) => (sensor === undefined ? all : [sensor])))].sort((a, b) => a - b),
    samples: design.samples.flatMap(({ sensor, location }) =>
      (sensor === undefined ? all : [sensor]).map((s) => ({ tag: sensors[s]!, time: undefined, inputs: inputsAt(location) })),
    ),
    cost: design.samples.reduce(
      (sum, { sensor }) => sum + (sensor === undefined ? all.reduce((total, s) => total + costs[s]!, 0) : costs[sensor]!),
      0,
    ),
  };
}

function product(columns: readonly (readonly number[])[]): number[][] {
  return columns.reduce<number[][]>((rows, column) => rows.flatMap((row) => column.map((value) => [...row, value])), [[]]);
}
