/**
 * Lotka–Volterra over a long horizon from random starts anywhere within wide bounds: how many find the parameters, by single runs and by
 * multiple shooting. `GREYBOX_STARTS` (100) sets their number.
 */
import { calibrate, type Question } from "greybox/calibration";
import { type Bench, quantile, type Result, type Row } from "./harness.ts";
import { type Case, cases, names, predation } from "./problems/predation.ts";

const ways = [
  { name: "single runs", more: {} },
  { name: "multiple shooting", more: { shooting: { nodes: "auto" } } },
] as const;
/** A start has found the least cost, and the parameters with it, when its parameters are so near to the best ones. */
const near = 1e-3;

export const longHorizon: Bench = {
  name: "long-horizon",
  about: "Lotka–Volterra over ten cycles from random starts: share that finds the parameters, by single runs and by multiple shooting.",
  async run(): Promise<Result> {
    const starts = Number(process.env["GREYBOX_STARTS"] ?? 100);
    const rows: Row[] = [];
    const remarks: string[] = [];
    const ratios: Record<string, number> = {};
    for (const one of cases) {
      const found = [];
      for (const { name, more } of ways) found.push({ name, ...(await searched(one, starts, more)) });
      const best = found.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a)).fits[0]!;
      const shares = found.map(({ name, fits, milliseconds }) => {
        const good = fits.filter(({ values }) => values.every((value, i) => Math.abs(value / best.values[i]! - 1) < near));
        rows.push({
          name: `${one.name}: ${name}`,
          rounds: starts,
          milliseconds: milliseconds / starts,
          quartiles: [milliseconds / starts, milliseconds / starts],
          error: Math.max(0, ...good.flatMap(({ values }) => values.map((value, i) => Math.abs(value / best.values[i]! - 1)))),
          counts: {
            found: good.length,
            evaluations: quantile(
              fits.map(({ evaluations }) => evaluations),
              0.5,
            ),
          },
        });
        return { success: good.length / starts, milliseconds };
      });
      remarks.push(
        `${one.name}: ${shares.map(({ success }, i) => `${ways[i]!.name} ${Math.round(100 * success)} %`).join(", ")}; parameters ${best.values.map((value) => value.toPrecision(6)).join(", ")}.`,
      );
      const each = shares.map(({ success, milliseconds }) => milliseconds / Math.max(success, 1 / starts));
      ratios[`time for each success, single runs over multiple shooting: ${one.name}`] = each[0]! / each[1]!;
    }
    return {
      about: this.about,
      error: "largest relative difference of a parameter from the best start, among starts counted as found",
      rows,
      ratios,
      remarks,
    };
  },
};

async function searched({ window, starts: free }: Case, starts: number, more: Partial<Pick<Question, "shooting">>) {
  const initial = { x: { estimate: true, value: 3, bounds: [0.1, 10] }, y: { estimate: true, value: 3, bounds: [0.1, 10] } } as const;
  const from = performance.now();
  const fit = await calibrate({
    model: predation,
    windows: [window],
    estimate: names,
    ...(free ? { initial } : {}),
    starts,
    seed: 1,
    giveUp: false,
    ...more,
  });
  const fits = fit.starts.map(({ parameters, evaluations }) => ({
    values: names.map((name) => parameters[name] ?? Number.NaN),
    evaluations,
  }));
  return { milliseconds: performance.now() - from, logLikelihood: fit.logLikelihood ?? -Infinity, fits };
}
