/**
 * What likelihoods are good for: coverage of 90 % intervals where errors are as they are said to be, and bias where a tenth of the values is
 * grossly wrong. `GREYBOX_SEEDS` records for each line (1000).
 */
import { threads } from "greybox/compute";
import { type Bench, quantile, type Result, type Row } from "./harness.ts";
import { clean, type LikelihoodInput, type LikelihoodRun, runLikelihoodTask, spoiled } from "./problems/likelihoods.ts";

const seeds = Number(process.env["GREYBOX_SEEDS"] ?? 1000);
const block = 25;

export const likelihoods: Bench = {
  name: "likelihoods",
  about: `Coverage of 90 % intervals on clean data, and bias with 10 % gross errors, over ${seeds} records a line.`,
  async run(): Promise<Result> {
    await using pool = threads();
    const rows: Row[] = [];
    const remarks: string[] = [];
    for (const [of, cases] of [
      ["clean", clean],
      ["spoiled", spoiled],
    ] as const) {
      for (const name of Object.keys(cases)) {
        const inputs = Array.from({ length: Math.ceil(seeds / block) }, (_, b): LikelihoodInput => {
          const from = b * block + 1;
          return { of, name, seeds: [from, Math.min(from + block, seeds + 1)] };
        });
        const found = await pool.map(runLikelihoodTask, inputs);
        const times = found.map(({ milliseconds }) => milliseconds);
        rows.push({
          name: `${of === "clean" ? "clean" : "gross errors"}: ${name}`,
          rounds: seeds,
          milliseconds: quantile(times, 0.5),
          quartiles: [quantile(times, 0.25), quantile(times, 0.75)],
          error: Math.max(
            ...parametersOf(found).map((one) => (of === "clean" ? Math.abs(coverage(found, one) - 0.9) : Math.abs(bias(found, one)))),
          ),
          counts: {},
        });
        remarks.push(...parametersOf(found).map((one) => line(of, name, one, found)));
      }
    }
    return {
      about: this.about,
      error: "clean: distance of a coverage from 0.90; gross errors: relative bias; worst of the parameters",
      rows,
      ratios: {},
      remarks,
    };
  },
};

function parametersOf(found: readonly LikelihoodRun[]): string[] {
  return Object.keys(found[0]!.inside);
}

function line(of: "clean" | "spoiled", name: string, parameter: string, found: readonly LikelihoodRun[]): string {
  const errors = found.flatMap((run) => run.errors[parameter]!);
  const middle = bias(found, parameter);
  const scatter = Math.sqrt(errors.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (errors.length - 1));
  const percent = (x: number): string => `${(100 * x).toFixed(2).padStart(6)} %`;
  const share = coverage(found, parameter);
  return (
    `${of === "clean" ? "clean" : "gross errors"}: ${name}: ${parameter.padEnd(3)} bias ${percent(middle)} ± ${percent(scatter / Math.sqrt(errors.length))}, ` +
    `sd ${percent(scatter)}, coverage ${share.toFixed(3)} ± ${Math.sqrt((share * (1 - share)) / errors.length).toFixed(3)}`
  );
}

function bias(found: readonly LikelihoodRun[], parameter: string): number {
  const errors = found.flatMap((run) => run.errors[parameter]!);
  return errors.reduce((sum, one) => sum + one, 0) / errors.length;
}

function coverage(found: readonly LikelihoodRun[], parameter: string): number {
  const inside = found.reduce((sum, run) => sum + run.inside[parameter]!, 0);
  return inside / found.reduce((sum, run) => sum + run.errors[parameter]!.length, 0);
}
