/** The next experiment as a run: its samples, the moves of its inputs, its sensors. */
import { GreyboxError, type Signal, signal } from "../../core/index.ts";
import { type Candidate, choose } from "./choose.ts";
import { experimentDefaults } from "./design.ts";
import { bestMoves, type Levels } from "./moves.ts";
import type { Designed, Ready } from "./ready.ts";
import { chooseSamples, type Location, type SampleDesign, type Space } from "./samples.ts";

/** Cells of the grid of a run, and of what inputs are judged by before samples are chosen. */
const cells = { run: 150, rough: 40 } as const;
/** How often samples and inputs are chosen in turn. */
const turns = 3;

export function runDesign(ready: Ready): Designed {
  const { options, horizon, free, known, judge, costs, sensors } = ready;
  const grid = (count: number): Float64Array => Float64Array.from({ length: count + 1 }, (_, i) => (i / count) * horizon);
  const times =
    options.every !== undefined ? reading(horizon, options.every) : options.times ? Float64Array.from(options.times).sort() : undefined;
  if (times && (times.length === 0 || times[0]! < 0 || times[times.length - 1]! > horizon * (1 + 1e-9))) {
    throw new GreyboxError("calibration/option", {
      option: options.every !== undefined ? "every" : "times",
      value: String(times),
      rule: "times within the horizon",
    });
  }
  const apart = options.apart ?? (times ? 0 : experimentDefaults.apart * horizon);
  const distinct = times !== undefined && options.apart === undefined ? Number.MIN_VALUE : apart;
  const rules = { count: ready.count, budget: ready.budget, costs, together: options.together ?? false, apart: distinct };

  const spaceOf = (levels: Levels): Space => ({
    grid: Array.from(times ?? grid(cells.run), (time) => [time]),
    lower: [0],
    upper: [horizon],
    step: [times ? 0 : horizon / cells.run],
    rows: (locations) => rowsOfRun(ready, signalsOf(ready, levels), locations),
  });
  const designOf = (levels: Levels): SampleDesign | undefined =>
    options.every === undefined
      ? chooseSamples(spaceOf(levels), rules, known, judge)
      : chooseSensors(ready, signalsOf(ready, levels), times!);

  let levels: Levels = free.map(({ moves, lower, upper }) => new Float64Array(moves).fill((lower + upper) / 2));
  let design = free.length === 0 ? designOf(levels) : undefined;
  if (free.length > 0) {
    const share = options.every !== undefined ? 1 : Math.min(ready.count, 4 * ready.names.length) / (cells.rough * sensors.length);
    const rough = times ?? grid(cells.rough).subarray(1);
    levels = bestMoves(free, (trial) => roughValue(ready, signalsOf(ready, trial), rough, share), options.seed ?? 0);
    for (let turn = 0; turn < turns; turn++) {
      const now = designOf(levels);
      if (!now || (design && !(now.value < design.value - 1e-6))) break;
      design = now;
      if (options.every !== undefined && design.samples.length === sensors.length) break;
      const fixed = design;
      levels = bestMoves(free, (trial) => valueWith(ready, signalsOf(ready, trial), fixed, times), options.seed ?? 0, [levels]);
    }
    design = designOf(levels) ?? design;
  }
  if (!design)
    throw new GreyboxError("calibration/next-experiment", {
      model: ready.model.name,
      why: "its model cannot be run over the horizon with these inputs",
    });
  const byTime = [...design.samples].sort((a, b) => a.location[0]! - b.location[0]! || (a.sensor ?? 0) - (b.sensor ?? 0));
  const ordered = { ...design, samples: byTime };
  const used = [...new Set(byTime.flatMap(({ sensor }) => (sensor === undefined ? [...sensors.keys()] : [sensor])))].sort((a, b) => a - b);
  const samples = byTime.flatMap(({ sensor, location }) =>
    (sensor === undefined ? [...sensors.keys()] : [sensor]).map((s) => ({ tag: sensors[s]!, time: location[0]!, inputs: undefined })),
  );
  return {
    design: ordered,
    inputs: signalsOf(ready, levels),
    used,
    samples: options.every === undefined ? samples : [],
    cost: byTime.reduce((sum, { sensor }) => sum + (sensor === undefined ? costs.reduce((a, b) => a + b, 0) : costs[sensor]!), 0),
  };
}

function reading(horizon: number, every: number): Float64Array {
  return Float64Array.from({ length: Math.floor(horizon / every + 1e-9) }, (_, i) => Math.min((i + 1) * every, horizon));
}

function signalsOf({ free, given, horizon }: Ready, levels: Levels): Record<string, Signal> {
  const constant = (value: number): Signal => signal([0, horizon], [value, value], "hold");
  return {
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, typeof value === "number" ? constant(value) : value])),
    ...Object.fromEntries(
      free.map(({ name, moves }, k) => {
        const column = levels[k]!;
        const times = Array.from({ length: moves + 1 }, (_, i) => (i / moves) * horizon);
        return [name, signal(times, [...column, column[moves - 1]!], "hold")];
      }),
    ),
  };
}

function rowsOfRun(
  { rows }: Ready,
  signals: Readonly<Record<string, Signal>>,
  locations: readonly Location[],
): readonly (readonly Float64Array[])[] | undefined {
  const times = Float64Array.from(new Set(locations.map(([time]) => time!))).sort();
  const found = rows(signals, times);
  const at = new Map(Array.from(times, (time, i) => [time, i]));
  return found?.map((list) => locations.map(([time]) => list[at.get(time!)!]!));
}

/** What all sensors at all times tell, each value counting as a share of one. */
function roughValue({ rows, known, judge }: Ready, signals: Readonly<Record<string, Signal>>, times: Float64Array, share: number): number {
  const found = rows(signals, times);
  if (!found) return Infinity;
  const scale = Math.sqrt(share);
  const information = known.slice();
  for (const list of found) for (const row of list) addRow(information, row, scale);
  return judge.of(information);
}

/** What chosen samples tell with other inputs. */
function valueWith(
  ready: Ready,
  signals: Readonly<Record<string, Signal>>,
  { samples }: SampleDesign,
  times: Float64Array | undefined,
): number {
  const locations =
    times && samples[0]?.location.length === 0 ? Array.from(times, (time) => [time]) : samples.map(({ location }) => location);
  const found = rowsOfRun(ready, signals, locations);
  if (!found) return Infinity;
  const information = ready.known.slice();
  if (locations.length === samples.length && samples[0]?.location.length !== 0) {
    for (const [i, { sensor }] of samples.entries()) {
      for (const [s, list] of found.entries()) if (sensor === undefined || sensor === s) addRow(information, list[i]!, 1);
    }
  } else for (const { sensor } of samples) for (const row of found[sensor!]!) addRow(information, row, 1);
  return ready.judge.of(information);
}

function addRow(information: Float64Array, row: Float64Array, scale: number): void {
  const q = row.length;
  for (let i = 0; i < q; i++) {
    const a = scale * scale * row[i]!;
    if (a !== 0) for (let j = 0; j < q; j++) information[i * q + j]! += a * row[j]!;
  }
}

/** Sensors that are read at all times: each is one candidate. */
function chooseSensors(ready: Ready, signals: Readonly<Record<string, Signal>>, times: Float64Array): SampleDesign | undefined {
  const found = ready.rows(signals, times);
  if (!found) return undefined;
  const q = ready.names.length;
  const candidates = found.map((list, s): Candidate => {
    const rows = new Float64Array(list.length * q);
    for (const [i, row] of list.entries()) rows.set(row, i * q);
    return { rows, cost: ready.costs[s]! };
  });
  const rules = { count: Math.min(ready.count, candidates.length), budget: ready.budget, compatible: (a: number, b: number) => a !== b };
  const { chosen, information, value } = choose(candidates, ready.known, rules, ready.judge);
  return { samples: chosen.map((sensor) => ({ sensor, location: [], rows: candidates[sensor]!.rows })), information, value };
}
