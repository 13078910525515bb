/** The next experiment as a run: its samples, the moves of its inputs, its sensors. */
import { GreyboxError, type Signal, signal } from "../../core/index.ts";
import { addRows, type Candidate, choose } from "./choose.ts";
import { experimentDefaults } from "./design.ts";
import { bestMoves, type Levels } from "./moves.ts";
import { type Designed, type Ready, reading } from "./ready.ts";
import { chooseSamples, type Location, type SampleDesign, type Space } from "./samples.ts";

/** Cells of the grid of a run, and of what inputs are judged by before samples are chosen. */
const cells = { run: 150, rough: 40 } as const;
/** How often samples and inputs are chosen in turn. */
const turns = 3;

export function runDesign(ready: Ready): Designed {
  const { options, horizon, free, judge, costs, sensors, offline } = ready;
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
  const rules = { count: ready.count, budget: ready.budget, sensors: offline, costs, together: options.together ?? false, apart: distinct };

  const spaceOf = (levels: Levels): Space => ({
    grid: Array.from(times ?? grid(cells.run), (time) => [time]),
    lower: [0],
    upper: [horizon],
    step: [times ? 0 : horizon / cells.run],
    rows: (locations) => rowsOfRun(ready, signalsOf(ready, levels), locations),
  });
  const designOf = (levels: Levels): SampleDesign | undefined => {
    const signals = signalsOf(ready, levels);
    const base = baseOf(ready, signals);
    if (!base) return undefined;
    return options.every === undefined ? chooseSamples(spaceOf(levels), rules, base, judge) : chooseSensors(ready, signals, times!, base);
  };

  const valueWith = (signals: Readonly<Record<string, Signal>>, { samples }: SampleDesign): number => {
    const information = informationWith(ready, signals, samples, times);
    return information ? judge.of(information) : Infinity;
  };

  let levels: Levels = free.map(({ moves, lower, upper }) => new Float64Array(moves).fill((lower + upper) / 2));
  let design = free.length === 0 ? designOf(levels) : undefined;
  if (free.length > 0) {
    const share = options.every !== undefined ? 1 : Math.min(ready.count, 4 * ready.names.length) / (cells.rough * offline.length);
    const rough = times ?? grid(cells.rough).subarray(1);
    levels = bestMoves(free, (trial) => roughValue(ready, signalsOf(ready, trial), rough, share), options.seed ?? 0);
    for (let turn = 0; turn < turns; turn++) {
      const now = designOf(levels);
      if (!now || (design && !(now.value < design.value - 1e-6))) break;
      design = now;
      if (options.every !== undefined && design.samples.length === offline.length) break;
      const fixed = design;
      levels = bestMoves(free, (trial) => valueWith(signalsOf(ready, trial), fixed), options.seed ?? 0, [levels]);
    }
    design = designOf(levels) ?? design;
  }
  if (!design)
    throw new GreyboxError("calibration/next-experiment", {
      model: ready.model.name,
      why: "its model cannot be run over the horizon with these inputs, or leaves the limits",
    });
  const byTime = [...design.samples].sort((a, b) => a.location[0]! - b.location[0]! || (a.sensor ?? 0) - (b.sensor ?? 0));
  const ordered = { ...design, samples: byTime };
  const used = [...new Set(byTime.flatMap(({ sensor }) => (sensor === undefined ? offline : [sensor])))].sort((a, b) => a - b);
  const samples = byTime.flatMap(({ sensor, location }) =>
    (sensor === undefined ? offline : [sensor]).map((s) => ({ tag: sensors[s]!, time: location[0]!, inputs: undefined })),
  );
  return {
    design: ordered,
    // With it the design was made, and the model could be run.
    base: baseOf(ready, signalsOf(ready, levels)) ?? ready.known,
    inputs: signalsOf(ready, levels),
    informationFor: (other) => informationWith(other, signalsOf(ready, levels), byTime, times),
    used,
    samples: options.every === undefined ? samples : [],
    cost: byTime.reduce(
      (sum, { sensor }) => sum + (sensor === undefined ? offline.reduce((total, s) => total + costs[s]!, 0) : costs[sensor]!),
      0,
    ),
  };
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

/** What is known, and what sensors will tell that are read anyway. */
function baseOf({ known, online, rows }: Ready, signals: Readonly<Record<string, Signal>>): Float64Array | undefined {
  if (online.length === 0) return known;
  const out = known.slice();
  for (const { sensor, times } of online) {
    const found = rows(signals, times);
    if (!found) return undefined;
    addRows(out, found[sensor]!, 1);
  }
  return out;
}

/** What all sensors at all times tell, each value counting as a share of one. */
function roughValue(ready: Ready, signals: Readonly<Record<string, Signal>>, times: Float64Array, share: number): number {
  const information = baseOf(ready, signals)?.slice();
  const found = ready.rows(signals, times);
  if (!found || !information) return Infinity;
  for (const s of ready.offline) addRows(information, found[s]!, share);
  return ready.judge.of(information);
}

/** What is known with chosen samples, of other inputs or with other parameter values. */
function informationWith(
  ready: Ready,
  signals: Readonly<Record<string, Signal>>,
  samples: SampleDesign["samples"],
  times: Float64Array | undefined,
): Float64Array | undefined {
  const whole = times !== undefined && samples[0]?.location.length === 0;
  const found = rowsOfRun(ready, signals, whole ? Array.from(times, (time) => [time]) : samples.map(({ location }) => location));
  const information = baseOf(ready, signals)?.slice();
  if (!found || !information) return undefined;
  for (const [i, { sensor }] of samples.entries()) {
    if (whole) addRows(information, found[sensor!]!, 1);
    else
      for (const [s, list] of found.entries())
        if (sensor === undefined ? ready.offline.includes(s) : sensor === s) addRows(information, [list[i]!], 1);
  }
  return information;
}

/** Sensors that are read at all times: each is one candidate. */
function chooseSensors(
  ready: Ready,
  signals: Readonly<Record<string, Signal>>,
  times: Float64Array,
  base: Float64Array,
): SampleDesign | undefined {
  const found = ready.rows(signals, times);
  if (!found) return undefined;
  const candidates = ready.offline.map((s): Candidate => ({ rows: found[s]!, cost: ready.costs[s]! }));
  const rules = { count: Math.min(ready.count, candidates.length), budget: ready.budget, compatible: (a: number, b: number) => a !== b };
  const { chosen, information, value } = choose(candidates, base, rules, ready.judge);
  return {
    samples: chosen.map((place) => ({ sensor: ready.offline[place]!, location: [], rows: candidates[place]!.rows })),
    information,
    value,
  };
}
