/** Cases V that show beside something else: a redundant instrument, the laboratory, a balance. */
import assert from "node:assert/strict";
import { status } from "../../../src/core/index.ts";
import { bias, drift, type Faulted, lowFlowCutOff, rescale, rootExtraction } from "../../../src/historian/faults/index.ts";
import {
  balanceDoubts,
  clean,
  compareWithReference,
  cusum,
  doubt,
  handlingOf,
  ruleDefaults,
  type Series,
  type SuspicionKind,
  type TagInfo,
} from "../../../src/historian/index.ts";
import { type CourseOptions, claimedBy, course, eventVerdict, instrument, moment, requireHandling, streamOf } from "./plant.ts";
import { type PlantCase, type Verdict, watched } from "./registry.ts";

interface Pair {
  readonly info?: Omit<TagInfo, "tag">;
  readonly course?: CourseOptions;
  readonly sigma?: number;
}

/** Two instruments at one place; the first gets a fault at a drawn time. Told of the faulty pair, and of the sound one. */
function besides(
  id: string,
  seed: number,
  { info = {}, course: options = {}, sigma = 0.3 }: Pair,
  fault: (series: Series, at: number) => Faulted,
  kind: SuspicionKind,
  whole = false,
): Verdict {
  const stream = streamOf(id, seed);
  const truth = course(stream, options);
  const sound = instrument(`${id}A`, truth, stream, { ...info, sigma });
  const reference = instrument(`${id}B`, truth, stream, { ...info, sigma });
  const at = moment(stream, sound);
  const { series, affected } = fault(sound, at);
  const untouched = watched(series, reference);
  const redundant = whole;
  const told = compareWithReference(series, reference, { redundant });
  const why = kind === "bias" || kind === "bias-step" || kind === "drift" ? "biased" : "scaleSuspect";
  // Nothing is applied until a person agrees; then what follows is doubted, and can be believed again.
  const { view } = clean(series, ruleDefaults);
  assert.equal(claimedBy(view, why).includes(1), false);
  for (const one of told.filter((suspicion) => suspicion.kind === kind)) {
    const doubted = doubt(view, one);
    requireHandling(doubted, why, { weight: 0, prediction: "uncertain" });
    const claimed = claimedBy(doubted, why);
    const agree = claimed.reduce((count, c, i) => count + (c === affected[i] ? 1 : 0), 0);
    assert.ok(whole || kind === "drift" || agree > 0.9 * claimed.length, `${agree} of ${claimed.length}`);
  }
  untouched();
  // A drift is small at first: its beginning cannot be told as closely as that of a step.
  const within = kind === "drift" ? 5000 : 300;
  return eventVerdict(
    told,
    { kind, reason: why, ...(whole ? {} : { from: at, within }) },
    compareWithReference(sound, reference, { redundant }),
  );
}

const proposal = {
  deterministic: false,
  status: "as delivered; Uncertain_SensorNotAccurate once approved",
  calibration: "as delivered; weight 0 once approved, or a new validity period",
  prediction: "as delivered; Uncertain once approved",
  by: "suspicion/reference.ts",
} as const;

export const comparedCases: readonly PlantCase[] = [
  {
    ...proposal,
    id: "V9",
    title: "slow drift",
    flag: "proposal `drift`, then `biased`; CUSUM alarm",
    by: "suspicion/reference.ts, suspicion/cusum.ts",
    run(seed) {
      const size = seed % 2 === 0 ? 25 : -20;
      // The same growth, seen by CUSUM on daily differences: the alarm comes, and not before the drift begins.
      const stream = streamOf("V9 cusum", seed);
      const differences = Float64Array.from({ length: 60 }, (_, day) => stream.normal() + 0.5 * Math.max(0, day - 30) * Math.sign(size));
      const alarms = cusum(differences, 1).filter(({ since }) => since >= 27);
      assert.ok(alarms.length > 0 && alarms[0]!.since < 40 && alarms[0]!.side === Math.sign(size));
      return besides("V9", seed, {}, (series, at) => drift(series, { perDay: size, from: at }), "drift");
    },
  },
  {
    ...proposal,
    id: "V10",
    title: "a step after maintenance",
    flag: "proposal `bias-step`, then `biased`",
    run: (seed) => besides("V10", seed, {}, (series, at) => bias(series, { size: seed % 2 === 0 ? 1.2 : -1, from: at }), "bias-step"),
  },
  {
    ...proposal,
    id: "V11",
    title: "another gain after replacement",
    flag: "proposal `gain`, then `scaleSuspect`",
    run: (seed) =>
      besides(
        "V11",
        seed,
        { course: { level: 40, amplitude: 8 } },
        (series, at) => rescale(series, { factor: seed % 2 === 0 ? 1.25 : 0.8, from: at }),
        "gain",
      ),
  },
  {
    ...proposal,
    id: "V12",
    title: "another unit in the middle of the record",
    flag: "proposal `unit` with both units, then `scaleSuspect`",
    run(seed) {
      const [unit, factor, shift, level, amplitude] = (
        [
          ["degC", 1.8, 32, 80, 6],
          ["bar", 14.503773773, 0, 6, 0.8],
          ["kg/h", 0.001, 0, 800, 60],
          ["degC", 1, 273.15, 80, 6],
          ["m^3/h", 1000 / 60, 0, 20, 3],
        ] as const
      )[seed % 5]!;
      const pair = { info: { unit }, course: { level, amplitude }, sigma: amplitude / 20 };
      return besides("V12", seed, pair, (series, at) => rescale(series, { factor, shift, from: at }), "unit");
    },
  },
  {
    ...proposal,
    id: "V13",
    title: "the sign flips",
    flag: "proposal `sign`, then `scaleSuspect`",
    run: (seed) => besides("V13", seed, { course: { level: 12 } }, (series, at) => rescale(series, { factor: -1, from: at }), "sign"),
  },
  {
    ...proposal,
    id: "V14",
    title: "gauge and absolute pressure mixed up",
    flag: "proposal `pressure-reference`, then `scaleSuspect`",
    run: (seed) =>
      seed % 2 === 0
        ? besides(
            "V14",
            seed,
            { info: { unit: "bar" }, course: { level: 4, amplitude: 0.4 }, sigma: 0.03 },
            (series) => bias(series, { size: 1.01325 }),
            "pressure-reference",
            true,
          )
        : besides(
            "V14",
            seed,
            { info: { unit: "kPa" }, course: { level: 400, amplitude: 40 }, sigma: 3 },
            (series, at) => bias(series, { size: -101.3, from: at }),
            "pressure-reference",
          ),
  },
  {
    ...proposal,
    id: "V15",
    title: "a root extracted twice, or not at all; small flows cut off",
    flag: "proposal `square-root`, then `scaleSuspect`; zeros below the cut-off stay Good",
    run(seed) {
      const stream = streamOf("V15 cut", seed);
      const low = lowFlowCutOff(instrument("FI15", course(stream, { level: 8, amplitude: 4 }), stream), { below: 4 });
      const { view } = clean(low.series, ruleDefaults);
      assert.equal(
        low.affected.some((one, i) => one === 1 && handlingOf(view, i).prediction === "bad"),
        false,
      );
      const pair = { course: { level: 50, amplitude: 14 }, sigma: 0.4 };
      const power = seed % 2 === 0 ? 0.5 : 2;
      const whole = seed % 4 < 2;
      const from = (at: number) => (whole ? {} : { from: at });
      return besides(
        "V15",
        seed,
        pair,
        (series, at) => rootExtraction(series, { fullScale: 100, power, ...from(at) }),
        "square-root",
        whole,
      );
    },
  },
  {
    id: "V20",
    title: "balances do not close",
    deterministic: false,
    flag: "`imbalance`, with all that cannot be told apart from it",
    status: "Uncertain_SensorNotAccurate",
    calibration: "weight 0",
    prediction: "Uncertain",
    by: "balance/gross-errors.ts, balance/doubts.ts",
    run(seed) {
      const stream = streamOf("V20", seed);
      const { balances, streams } = network(stream);
      const names = Object.keys(streams);
      const wrong = names[seed % names.length]!;
      const sound = Object.fromEntries(names.map((name) => [name, instrument(name, streams[name]!, stream, { sigma: 1 })]));
      const at = moment(stream, sound[wrong]!);
      const { series } = bias(sound[wrong]!, { size: 4 * (stream.uniform() < 0.5 ? -1 : 1), from: at });
      const untouched = watched(series);
      const told = balanceDoubts(
        balances,
        { ...sound, [wrong]: series },
        { window: 1000, sigma: Object.fromEntries(names.map((name) => [name, 1])) },
      );
      for (const one of told) {
        const view = doubt(clean({ ...sound, [wrong]: series }[one.tags[0]!]!, ruleDefaults).view, one);
        assert.ok(view.status.includes(status.uncertainSensorNotAccurate));
        requireHandling(view, "imbalance", { weight: 0, prediction: "uncertain" });
      }
      untouched();
      // Counted in windows of the stream that is wrong.
      const last = sound[wrong]!.time.at(-1)!;
      let [hits, misses, falseAlarms] = [0, 0, 0];
      for (let start = 0; start + 1000 <= last; start += 1000) {
        const claimed = told.filter(({ from, to }) => from <= start && to >= start + 1000);
        const there = start >= at;
        if (start < at && start + 1000 > at) continue;
        if (there && claimed.some(({ tags }) => tags.includes(wrong))) hits++;
        else if (there) misses++;
        falseAlarms += claimed.filter(({ tags }) => !there || !tags.includes(wrong)).length;
      }
      return { hits, misses, falseAlarms };
    },
  },
];

/** A splitter, an exchanger, a valve and a mixer, through which a flow wanders. */
function network(stream: Parameters<typeof course>[0]) {
  const feed = course(stream, { level: 100, amplitude: 3 });
  const part = (share: number) => ({ time: feed.time, value: feed.value.map((x) => share * x) });
  return {
    balances: {
      splitter: { in: ["F1"], out: ["F2", "F3"] },
      exchanger: { in: ["F2"], out: ["F4"] },
      valve: { in: ["F3"], out: ["F5"] },
      mixer: { in: ["F4", "F5"], out: ["F6"] },
    },
    streams: { F1: part(1), F2: part(0.64), F3: part(0.36), F4: part(0.64), F5: part(0.36), F6: part(1) } as Record<
      string,
      ReturnType<typeof part>
    >,
  };
}
