/** Cases P: real values of another operation than the one that is meant. */
import assert from "node:assert/strict";
import { type Reason, status } from "../../../src/core/index.ts";
import {
  bareView,
  clean,
  contextDoubts,
  doubtInside,
  doubtOutside,
  loopContext,
  precedence,
  ruleDefaults,
  type Series,
  seriesOf,
  spansOfState,
  spansWithin,
  type View,
  validationSpans,
  withoutMethod,
} from "../../../src/historian/index.ts";
import { steadyState } from "../../../src/historian/windows/steady/steady-state.ts";
import { claimedBy, course, instrument, moment, requireHandling, streamOf, sum } from "./plant.ts";
import { compared, type PlantCase, type Verdict, watched } from "./registry.ts";

/** A tag with a few values, each from a time on. */
function state(tag: string, steps: readonly (readonly [number, number])[], until: number): Series {
  return seriesOf(
    tag,
    {
      time: [...steps.map(([t]) => t), until],
      value: [...steps.map(([, v]) => v), steps.at(-1)![1]],
      status: Array.from({ length: steps.length + 1 }, () => status.good),
    },
    { stepped: true },
  );
}

/** Which points a context doubts, that it can be taken off, and that the raw points stay. */
function judged(raw: Series, view: View, method: string, why: Reason, isWrong: (time: number) => boolean): Verdict {
  const claimed = claimedBy(view, why);
  assert.equal(claimedBy(withoutMethod(view, method), why).includes(1), false);
  return compared(
    Uint8Array.from(raw.time, (t) => (isWrong(t) ? 1 : 0)),
    claimed,
  );
}

export const processCases: readonly PlantCase[] = [
  {
    id: "P1",
    title: "shutdown, start-up and cleaning among the data",
    deterministic: true,
    flag: "`outOfContext`",
    status: "Uncertain",
    calibration: "weight 0",
    prediction: "Uncertain",
    by: "context/context.ts",
    run(seed) {
      const stream = streamOf("P1", seed);
      const raw = instrument("TI1", course(stream), stream);
      const down = moment(stream, raw);
      const up = down + 2000 + Math.floor(100 * stream.uniform()) * 10;
      const feed = seriesOf(
        "FI1",
        { time: raw.time, value: raw.time.map((t) => (t >= down && t < up ? 0 : 20)), status: raw.status },
        { stepped: true },
      );
      const cleaning = state(
        "XS1",
        [
          [0, 0],
          [1000, 1],
          [1500, 0],
        ],
        20_000,
      );
      const untouched = watched(raw, feed, cleaning);
      const normal = spansWithin([
        { tag: feed, above: 10, settle: 900 },
        { tag: cleaning, below: 0.5 },
      ]);
      const view = doubtOutside(clean(raw, ruleDefaults).view, normal);
      requireHandling(view, "outOfContext", { weight: 0, prediction: "uncertain" });
      untouched();
      // Until the plant has settled after a start it does not count either: at the beginning of the record nobody knows.
      return judged(raw, view, "context", "outOfContext", (t) => t < 900 || (t >= down && t < up + 900) || (t >= 1000 && t < 1500));
    },
  },
  {
    id: "P2",
    title: "transients where a steady state is meant",
    deterministic: false,
    flag: "`outOfContext`",
    status: "Uncertain for a model of steady states",
    calibration: "weight 0 for a steady state; kept for a dynamic model",
    prediction: "Uncertain for a model of steady states",
    by: "windows/steady, context/context.ts",
    run(seed) {
      const stream = streamOf("P2", seed);
      const starts = [4000, 10_000, 15_000].map((t) => t + Math.floor(60 * stream.uniform()) * 10);
      const time = Array.from({ length: 2000 }, (_, i) => 10 * i);
      let level = 80;
      const goal = (t: number): number => 80 + 6 * (starts.filter((start) => t >= start).length % 2);
      const value = time.map((t) => (level += (goal(t) - level) * (1 - Math.exp(-10 / 300))));
      const raw = instrument("TI2", { time, value }, stream);
      const untouched = watched(raw);
      const { spans } = steadyState(raw, { significance: 0.01 });
      const view = doubtOutside(
        clean(raw, ruleDefaults).view,
        spans.map(({ from, to }) => ({ from, to, value: 1 })),
      );
      requireHandling(view, "outOfContext", { weight: 0, prediction: "uncertain" });
      untouched();
      // Counted in stretches: each transient while most of it goes on, and the middle of each rest.
      const claimed = claimedBy(view, "outOfContext");
      const share = (from: number, to: number): number => {
        const inside = time.flatMap((t, i) => (t >= from && t < to ? [claimed[i]!] : []));
        return inside.reduce((total, one) => total + one, 0) / inside.length;
      };
      const found = starts.filter((start) => share(start, start + 500) > 0.5).length;
      const rests = [[1000, 3500], ...starts.map((start) => [start + 2500, start + 4000] as const)].filter(
        ([from, to]) => share(from!, to!) > 0.3,
      ).length;
      return { hits: found, misses: starts.length - found, falseAlarms: rests };
    },
  },
  {
    id: "P3",
    title: "a loop in manual, or at the end of its output",
    deterministic: true,
    flag: "`manual`; spans at the limits of the output",
    status: "as delivered",
    calibration: "kept, apart: excitation in manual is the best there is",
    prediction: "as delivered, with the reason",
    by: "context/loops.ts",
    run(seed) {
      const stream = streamOf("P3", seed);
      const raw = instrument("FI3", course(stream), stream);
      const [from, to] = [moment(stream, raw), 19_000];
      const mode = state(
        "FIC3.MODE",
        [
          [0, 1],
          [from, 0],
          [to, 1],
        ],
        20_000,
      );
      const output = seriesOf("FIC3.OP", {
        time: raw.time,
        value: raw.time.map((t) => (t >= 2000 && t < 3000 ? 100 : 40 + 10 * Math.sin(t / 700))),
        status: raw.status,
      });
      const untouched = watched(raw, mode, output);
      const { manual, limited } = loopContext({ mode: { tag: mode, automatic: [1, 2] }, output: { tag: output, limits: [0, 100] } });
      assert.deepEqual(limited, [{ from: 2000, to: 3000, value: 100 }]);
      const view = doubtInside(bareView(raw), manual, contextDoubts.manual);
      requireHandling(view, "manual", { weight: 1, likelihood: "value", prediction: "good" });
      untouched();
      return judged(raw, view, "manual", "manual", (t) => t >= from && t < to);
    },
  },
  {
    id: "P4",
    title: "an analyser on validation gas",
    deterministic: true,
    flag: "`outOfContext`",
    status: "Bad_OutOfService",
    calibration: "weight 0",
    prediction: "Bad input: not used",
    by: "context/context.ts, context/analyser.ts",
    run(seed) {
      const stream = streamOf("P4", seed);
      const truth = course(stream, { level: 12, amplitude: 1 });
      const at = moment(stream, truth);
      const gas = (t: number): number | undefined => (t >= at && t < at + 300 ? 0 : t >= at + 300 && t < at + 600 ? 20.9 : undefined);
      const raw = instrument("AI4", { time: truth.time, value: truth.value.map((x, i) => gas(truth.time[i]!) ?? x) }, stream, {
        sigma: 0.05,
      });
      const contact = state(
        "AI4.CAL",
        [
          [0, 0],
          [at, 1],
          [at + 600, 0],
        ],
        20_000,
      );
      const untouched = watched(raw, contact);
      const spans = spansOfState(contact).filter(({ value }) => value === 1);
      const view = doubtInside(clean(raw, ruleDefaults).view, spans, contextDoubts.outOfService);
      requireHandling(view, "outOfContext", { weight: 0, likelihood: "none", prediction: "bad" });
      // Without a contact the plateaus tell, because the gases are known.
      const seen = validationSpans(raw, { levels: [0, 20.9], within: 0.3, lasts: [120, 900] });
      assert.deepEqual(seen, [
        { from: at, to: at + 300, value: 0 },
        { from: at + 300, to: at + 600, value: 20.9 },
      ]);
      const sound = instrument("AI4", truth, stream, { sigma: 0.05 });
      assert.deepEqual(validationSpans(sound, { levels: [0, 20.9], within: 0.3, lasts: [120, 900] }), []);
      untouched();
      return judged(raw, view, "out-of-service", "outOfContext", (t) => t >= at && t < at + 600);
    },
  },
  {
    id: "P5",
    title: "another grade, another population",
    deterministic: true,
    flag: "`outOfContext` for the other grades",
    status: "Uncertain",
    calibration: "weight 0 in the fit of one grade",
    prediction: "Uncertain outside of the grades of the model",
    by: "context/context.ts",
    run(seed) {
      const stream = streamOf("P5", seed);
      const raw = instrument("TI5", course(stream), stream);
      const grade = state(
        "GRADE",
        [
          [0, 7],
          [5000, 9],
          [9000, 7],
          [15_000, 4],
        ],
        20_000,
      );
      const untouched = watched(raw, grade);
      const strata = spansOfState(grade);
      assert.deepEqual([...new Set(strata.map(({ value }) => value))], [7, 9, 4]);
      const view = doubtOutside(
        clean(raw, ruleDefaults).view,
        strata.filter(({ value }) => value === 7),
      );
      requireHandling(view, "outOfContext", { weight: 0, prediction: "uncertain" });
      untouched();
      return judged(raw, view, "context", "outOfContext", (t) => (t >= 5000 && t < 9000) || t >= 15_000);
    },
  },
  {
    id: "P6",
    title: "an input that follows what it should explain",
    deterministic: false,
    flag: "verdict `acausal`, with the lag",
    status: "as delivered",
    calibration: "refused as an input without a delay of its own",
    prediction: "a value from the future is never an input",
    by: "suspicion/causality.ts",
    run(seed) {
      const stream = streamOf("P6", seed);
      const truth = course(stream, { slowness: 60 });
      const lag = 5 + stream.integer(20);
      const later = { time: truth.time, value: truth.value.map((_, i) => 0.6 * truth.value[Math.max(0, i - lag)]! + 20) };
      const [cause, effect] = [instrument("FI6", truth, stream, { sigma: 0.1 }), instrument("TI6", later, stream, { sigma: 0.1 })];
      const stranger = instrument("XI6", course(stream, { slowness: 60 }), stream, { sigma: 0.1 });
      const untouched = watched(cause, effect, stranger);
      const [right, wrong, none] = [precedence(cause, effect, 600), precedence(effect, cause, 600), precedence(cause, stranger, 600)];
      untouched();
      const one = (claimed: boolean, isRight: boolean): Verdict => ({
        hits: claimed && isRight ? 1 : 0,
        misses: claimed && isRight ? 0 : 1,
        falseAlarms: claimed && !isRight ? 1 : 0,
      });
      return sum(
        one(right.verdict === "causal", Math.abs(right.lag - 10 * lag) <= 10),
        one(wrong.verdict === "acausal", Math.abs(wrong.lag + 10 * lag) <= 10),
        { hits: 0, misses: 0, falseAlarms: none.verdict === "unrelated" ? 0 : 1 },
      );
    },
  },
];
