/** What came of it, against the truth: the one table of the main job, and the figures behind it. */
import type { Calibrated, Portrait, Prediction, Window } from "greybox";
import type { HeldOut } from "greybox/fusion";
import type { Predicted } from "greybox/sensors";
import type { Figures } from "../example.ts";
import type { PlantRecord } from "./plant.ts";
import { truth } from "./truth.ts";

/** How the sensor did live, in the held-out week. */
export interface LiveScore {
  /** Answers at the times of the samples, against the laboratory. */
  readonly lab: Agreement;
  /** All answers, against what the outlet really held. */
  readonly truth: Agreement;
  /** Shares of the answers by severity of their status. */
  readonly status: Readonly<Record<Prediction["status"]["severity"], number>>;
  /** Shares of the answers by reason for doubt, most frequent first. An answer can have several. */
  readonly reasons: readonly (readonly [string, number])[];
}

export interface Agreement {
  readonly points: number;
  /** [mol/L] */
  readonly rmse: number;
  /** Share inside the sensor's own interval. */
  readonly coverage: number;
}

/** One answer beside what it should have been. */
interface Pair {
  readonly prediction: Prediction;
  readonly expected: number;
}

/** Scores the answers to each window. `start`: of the plant's record [s since 1970 UTC]. */
export function scoreOf(
  week: readonly Predicted[],
  windows: readonly Window[],
  plant: { readonly reality: PlantRecord; readonly start: number },
): LiveScore {
  const all = week.flatMap(({ predictions }) => predictions);
  const scan = plant.reality.time[1]! - plant.reality.time[0]!;
  const sampled = windows.flatMap(({ epoch, measured: { cA } }, i) => {
    const usable = Array.from(cA?.time ?? [], (minutes, n) => ({
      at: epoch + 60 * minutes,
      expected: cA!.value[n]!,
      weight: cA!.weight[n]!,
    }));
    return usable
      .filter(({ weight }) => weight > 0)
      .flatMap(({ at, expected }): Pair[] => {
        const prediction = week[i]?.predictions.find(({ time }) => Math.abs(time - at) < 0.5);
        return prediction ? [{ prediction, expected }] : [];
      });
  });
  const share = (severity: string) => all.filter(({ status }) => status.severity === severity).length / all.length;
  return {
    lab: agreement(sampled),
    truth: agreement(
      all.map((prediction) => ({ prediction, expected: plant.reality.cOut[Math.round((prediction.time - plant.start) / scan)]! })),
    ),
    status: { good: share("good"), uncertain: share("uncertain"), bad: share("bad") },
    reasons: reasonsOf(all),
  };
}

function reasonsOf(answers: readonly Prediction[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { reasons } of answers)
    for (const code of new Set(reasons.map((reason) => reason.code))) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]): [string, number] => [code, count / answers.length]).sort(([, a], [, b]) => b - a);
}

function agreement(pairs: readonly Pair[]): Agreement {
  const answered = pairs.flatMap(({ prediction: { value, interval }, expected }) =>
    value === null ? [] : [{ value, interval, expected }],
  );
  const squares = answered.reduce((sum, { value, expected }) => sum + (value - expected) ** 2, 0);
  const inside = answered.filter(({ interval, expected }) => interval && expected >= interval[0] && expected <= interval[1]).length;
  return { points: answered.length, rmse: Math.sqrt(squares / answered.length), coverage: inside / answered.length };
}

/** Results of the chain that the table shows. */
export interface Results {
  readonly portrait: Portrait;
  readonly fit: Calibrated;
  readonly heldOut: HeldOut;
  readonly live: LiveScore;
  readonly files: readonly string[];
}

const estimated = ["kRef", "EoverR", "dH", "UA"] as const;

/** Distance of an estimate from the truth in its own standard errors. */
function deviation({ parameters }: Calibrated, name: (typeof estimated)[number]): number {
  const { value, standardError } = parameters[name]!;
  return (value - truth[name]) / (standardError ?? Number.NaN);
}

/** The table that a person reads. */
export function summary({ portrait, fit, heldOut, live, files }: Results): string {
  const line = (name: string, ...cells: string[]) => `  ${name.padEnd(36)}${cells.map((cell) => cell.padStart(12)).join("")}`;
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const mol = (rmse: number | undefined) => (rmse === undefined ? "–" : rmse.toFixed(4));
  const rivals = [
    ["persistence (last result known)", heldOut.persistence],
    ["data only (same learner)", heldOut.dataOnly],
    ["mechanism only", heldOut.mechanism],
    ["hybrid", heldOut.hybrid],
  ] as const;
  return [
    "",
    "ARCHIVE                                     points   doubts",
    ...portrait.tags.map(({ tag, points, doubts }) => {
      const found = Object.entries(doubts).map(([why, count]) => `${why} ${count}`);
      return `${line(tag, String(points))}   ${found.length > 0 ? found.join(", ") : "none"}`;
    }),
    "",
    "ESTIMATES                                 estimate  std. error       truth    distance",
    ...estimated.map((name) => {
      const { value, unit, standardError = Number.NaN } = fit.parameters[name]!;
      const distance = `${deviation(fit, name).toFixed(1)} s.e.`;
      return line(`${name} [${unit}]`, value.toPrecision(4), standardError.toPrecision(2), truth[name].toPrecision(4), distance);
    }),
    ...(fit.verdict.length > 0 ? fit.verdict : ["  The data fixes all four."]).map((sentence) => `  ${sentence.trim()}`),
    "",
    "OUTLET CONCENTRATION, HELD-OUT WEEK         values   RMSE [mol/L]",
    ...rivals.map(([name, score]) => line(name, String(score?.points ?? "–"), mol(score?.rmse))),
    line("soft sensor, live, against the lab", String(live.lab.points), mol(live.lab.rmse)),
    line("soft sensor, live, against the truth", String(live.truth.points), mol(live.truth.rmse)),
    "",
    "90 % INTERVALS                              values   contain",
    line("hybrid, laboratory values", String(heldOut.hybrid.points), percent(heldOut.coverage)),
    line("soft sensor, laboratory values", String(live.lab.points), percent(live.lab.coverage)),
    line("soft sensor, truth", String(live.truth.points), percent(live.truth.coverage)),
    "",
    "STATUS OF THE SENSOR'S ANSWERS",
    `  Good ${percent(live.status.good)}, Uncertain ${percent(live.status.uncertain)}, Bad ${percent(live.status.bad)}`,
    `  reasons for doubt: ${live.reasons.map(([code, share]) => `${code} ${(100 * share).toFixed(1)} %`).join(", ")}`,
    "",
    "FILES",
    ...files.map((file) => `  ${file}`),
  ].join("\n");
}

/** The same as numbers. */
export function figuresOf({ fit, heldOut, live }: Results): Figures {
  return {
    ...Object.fromEntries(estimated.map((name) => [`${name}: standard errors from the truth`, Math.abs(deviation(fit, name))])),
    "held out: persistence": heldOut.persistence.rmse,
    "held out: data only": heldOut.dataOnly?.rmse ?? Number.NaN,
    "held out: mechanism": heldOut.mechanism.rmse,
    "held out: hybrid": heldOut.hybrid.rmse,
    "held out: hybrid over mechanism": heldOut.hybrid.rmse / heldOut.mechanism.rmse,
    "held out: hybrid over data only": heldOut.hybrid.rmse / (heldOut.dataOnly?.rmse ?? Number.NaN),
    "coverage: hybrid": heldOut.coverage,
    "coverage: sensor": live.lab.coverage,
    "sensor: RMSE against the truth": live.truth.rmse,
    "sensor: share Good": live.status.good,
  };
}
