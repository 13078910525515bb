/**
 * How a bench is run and kept: interleaved rounds, medians, an error beside each time, and where it all happened.
 *
 * Rounds are interleaved, so that a slow minute of the machine hits every contestant alike. A time without an error is not a result.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** One round of one contestant. */
export interface Round {
  readonly milliseconds: number;
  /** Distance from the right answer; what it is measured in is said by the bench. */
  readonly error: number;
  /** Whatever else counts: evaluations, cost, bytes. Must not change between rounds by more than rounding. */
  readonly counts?: Readonly<Record<string, number>>;
}

export interface Contestant {
  readonly name: string;
  run(): Round | Promise<Round>;
}

export interface Row {
  readonly name: string;
  readonly rounds: number;
  /** Median, lower and upper quartile over the rounds. */
  readonly milliseconds: number;
  readonly quartiles: readonly [number, number];
  /** Worst over the rounds. */
  readonly error: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** What a bench answers: a table, and the sentences that compare its rows. */
export interface Result {
  readonly about: string;
  /** What `error` means here. */
  readonly error: string;
  readonly rows: readonly Row[];
  /** Such as `{ "SciPy LSODA over Greybox": 61.2 }`: medians of the ratios of each round. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly remarks: readonly string[];
}

export interface Bench {
  readonly name: string;
  readonly about: string;
  run(): Promise<Result>;
}

/** Every contestant runs once a round, in an order that turns; the first `warmup` rounds are not counted. */
export async function interleave(
  contestants: readonly Contestant[],
  options: { readonly rounds: number; readonly warmup: number },
): Promise<{ readonly rows: Row[]; readonly times: readonly (readonly number[])[] }> {
  const kept = contestants.map((): Round[] => []);
  for (let round = -options.warmup; round < options.rounds; round++) {
    for (let place = 0; place < contestants.length; place++) {
      const i = (place + Math.max(round, 0)) % contestants.length;
      const result = await contestants[i]!.run();
      if (round >= 0) kept[i]!.push(result);
    }
  }
  const rows = contestants.map(({ name }, i) => rowOf(name, kept[i]!));
  return { rows, times: kept.map((rounds) => rounds.map((round) => round.milliseconds)) };
}

function rowOf(name: string, rounds: readonly Round[]): Row {
  const times = rounds.map((round) => round.milliseconds);
  return {
    name,
    rounds: rounds.length,
    milliseconds: quantile(times, 0.5),
    quartiles: [quantile(times, 0.25), quantile(times, 0.75)],
    error: Math.max(...rounds.map((round) => round.error)),
    counts: rounds.at(-1)?.counts ?? {},
  };
}

/** Median over the rounds of how much longer `slow` took than `fast` in the same round. */
export function medianRatio(slow: readonly number[], fast: readonly number[]): number {
  return quantile(
    slow.map((time, i) => time / fast[i]!),
    0.5,
  );
}

/** The p-quantile by linear interpolation. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const next = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return sorted[below]! + (place - below) * (next - sorted[below]!);
}

/** What the numbers belong to. Printed with every table and stored in every result. */
export function provenance() {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: loadavg()[0]!,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    commit: git("rev-parse", "--short", "HEAD"),
    dirty: git("status", "--porcelain", "--", ":/", ":!/bench/results") !== "",
  };
}

/** The table that a person reads. */
export function tableOf(result: Result): string {
  const lines = [["", "median ms", "quartiles", "rounds", "error", ""]];
  for (const row of result.rows) {
    const counts = Object.entries(row.counts).map(([name, count]) => `${name} ${count}`);
    const [low, high] = row.quartiles;
    lines.push([
      row.name,
      row.milliseconds.toFixed(3),
      `${low.toFixed(3)} … ${high.toFixed(3)}`,
      String(row.rounds),
      row.error.toExponential(1),
      counts.join(", "),
    ]);
  }
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const table = lines.map((line) =>
    line
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  ")
      .trimEnd(),
  );
  const ratios = Object.entries(result.ratios).map(([what, ratio]) => `${what}: ${ratio.toPrecision(3)}×`);
  return [result.about, `(error: ${result.error})`, "", ...table, "", ...ratios, ...result.remarks].join("\n");
}

/** Writes `bench/results/<bench>/<date>-<commit>.json` and says where. */
export function store(name: string, result: Result, where: ReturnType<typeof provenance>): string {
  const path = fileURLToPath(new URL(`results/${name}/${where.date}-${where.commit}.json`, import.meta.url));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ ...where, ...result }, null, 2)}\n`);
  return path;
}
