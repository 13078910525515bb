/**
 * Fits to records that a historian compressed: bias and coverage of 95 % intervals as they are, and with the historian simulated
 * (`bootstrap` of kind `archive`). `GREYBOX_RUNS` records for each line (60).
 */
import { threads } from "greybox/compute";
import { type Bench, quantile, type Result, type Row } from "./harness.ts";
import { type CompressedInput, type CompressedRun, type Estimated, plants, runCompressedTask } from "./problems/compressed.ts";

const runs = Number(process.env["GREYBOX_RUNS"] ?? 60);
const draws = 40;

type Case = Omit<CompressedInput, "seed">;

const asTheyAre: Case[] = [0, 1, 2, 4, 8].flatMap((deviation) =>
  ([1, 60, "archived"] as const).map((points): Case => ({ plant: "lag", deviation, points, told: true, draws: 0 })),
);
const cured: Case[] = [
  ...[1, 2, 4, 8].map((deviation): Case => ({ plant: "lag", deviation, points: "archived", told: false, draws })),
  ...[2, 4].flatMap((deviation) => ([1, 60] as const).map((points): Case => ({ plant: "lag", deviation, points, told: true, draws }))),
  ...(["reactor", "twoTanks"] as const).flatMap((plant) =>
    [1, 2, 4].map((deviation): Case => ({ plant, deviation, points: "archived", told: false, draws })),
  ),
  ...[0.8, 1.25].map((said): Case => ({ plant: "lag", deviation: 4, points: "archived", told: false, draws, said })),
];

export const compression: Bench = {
  name: "compression",
  about: `Records that were compressed: bias and coverage of 95 % intervals over ${runs} records a line, as they are and with the historian simulated (${draws} histories a round).`,
  async run(): Promise<Result> {
    await using pool = threads();
    const rows: Row[] = [];
    const remarks: string[] = [];
    for (const one of [...asTheyAre, ...cured]) {
      const inputs = Array.from({ length: runs }, (_, seed) => ({ ...one, seed: seed + 1 }));
      const found = await pool.map(runCompressedTask, inputs);
      const times = found.map(({ milliseconds }) => milliseconds);
      const worst = worstBias(one, found);
      rows.push({
        name: nameOf(one),
        rounds: runs,
        milliseconds: quantile(times, 0.5),
        quartiles: [quantile(times, 0.25), quantile(times, 0.75)],
        error: worst,
        counts: {},
      });
      remarks.push(...linesOf(one, found));
    }
    return { about: this.about, error: "largest relative bias of a parameter", rows, ratios: {}, remarks };
  },
};

function nameOf({ plant, deviation, points, told, draws: simulated, said = 1 }: Case): string {
  const what = points === "archived" ? points : `every ${points} s`;
  const how =
    simulated === 0
      ? "as it is"
      : `cured, σ ${told ? "told" : "not told"}${said === 1 ? "" : `, deviation said to be ${said} of what it is`}`;
  return `${plants[plant].name}, ${deviation} σ, ${what}, ${how}`;
}

function estimatesOf({ draws: simulated }: Case, run: CompressedRun): Readonly<Record<string, Estimated>> {
  return simulated === 0 ? run.fit : run.cured;
}

function worstBias(one: Case, found: readonly CompressedRun[]): number {
  const names = Object.keys(plants[one.plant].truth);
  return Math.max(...names.map((name) => Math.abs(mean(errorsOf(one, found, name)))));
}

function errorsOf(one: Case, found: readonly CompressedRun[], name: string): number[] {
  return found.flatMap((run) => estimatesOf(one, run)[name]?.error ?? []);
}

function linesOf(one: Case, found: readonly CompressedRun[]): string[] {
  const refused = found.reduce((sum, run) => sum + run.refused, 0);
  const percent = (x: number): string => `${(100 * x).toFixed(2).padStart(6)} %`;
  return Object.keys(plants[one.plant].truth).map((name) => {
    const all = found.flatMap((run) => estimatesOf(one, run)[name] ?? []);
    const errors = errorsOf(one, found, name);
    const inside = all.filter((estimate) => estimate.inside).length / all.length;
    const claimed = mean(all.map((estimate) => estimate.claimed));
    const ratio = mean(found.map((run) => run.ratio));
    return (
      `${nameOf(one)}: ${name.padEnd(5)} ratio ${ratio.toFixed(1).padStart(6)}, bias ${percent(mean(errors))} ± ${percent(deviation(errors) / Math.sqrt(errors.length))}, ` +
      `sd ${percent(deviation(errors))}, claimed ${percent(claimed)}, coverage ${inside.toFixed(2)} ± ${Math.sqrt((inside * (1 - inside)) / all.length).toFixed(2)}${refused > 0 ? `, ${refused} refused` : ""}`
    );
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
