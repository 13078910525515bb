/**
 * NIST's 27 nonlinear regressions from both published starts, with the defaults of `calibrate`: correct digits of the certified parameters,
 * standard errors and sums of squares.
 */
import { existsSync } from "node:fs";
import { calibrate, type Question } from "greybox/calibration";
import type { Bench, Row } from "./harness.ts";
import { digits, formulas, nistProblem } from "./problems/nist.ts";

const folder = `${process.env["GREYBOX_DATA"] ?? "../shared/data"}/nist_strd`;

/** Digits that count: target from either start. */
const target = { Lower: 8, Average: 8, Higher: 6 } as const;

export const nist: Bench = {
  name: "nist",
  about: "NIST's 27 nonlinear regressions, both starts: correct digits of parameters, standard errors, sums of squares.",
  async run() {
    const about = `NIST StRD, nonlinear regression, defaults of calibrate; \`start 1 b\`: least digits over the parameters, \`se\`: over their standard errors, \`rss\`: of the sum of squares`;
    const error = "10^−digits of the worst parameter, worse of both starts";
    if (!existsSync(folder))
      return { about, error, rows: [], ratios: {}, remarks: [`${folder} is not here; name the folder of the data in GREYBOX_DATA.`] };
    const rows: Row[] = [];
    const missed: string[] = [];
    const least = { Lower: 11, Average: 11, Higher: 11 };
    for (const name of Object.keys(formulas)) {
      const { level, starts, window, estimate, model, certified, standardDeviation, sumOfSquares } = nistProblem(folder, name);
      const counts: Record<string, number> = {};
      let [milliseconds, worst] = [0, 11];
      for (const [place, start] of starts.entries()) {
        const question: Question = { model: model(start), windows: [window], estimate };
        const begun = performance.now();
        const { parameters, tags, starts: ends } = await calibrate(question);
        milliseconds += performance.now() - begun;
        const found = estimate.map((parameter) => parameters[parameter]!);
        const values = Math.min(...found.map(({ value }, j) => digits(value, certified[j]!)));
        const errors = Math.min(...found.map(({ standardError = 0 }, j) => digits(standardError, standardDeviation[j]!)));
        const { rmse, points } = tags["y"]!;
        counts[`start ${place + 1} b`] = Number(values.toFixed(1));
        counts["se"] = Number(Math.min(counts["se"] ?? 11, errors).toFixed(1));
        counts["rss"] = Number(Math.min(counts["rss"] ?? 11, digits(rmse ** 2 * points, sumOfSquares)).toFixed(1));
        counts[`steps ${place + 1}`] = ends[0]!.iterations;
        worst = Math.min(worst, values);
        if (values < target[level]) missed.push(`${name} from start ${place + 1} (${values.toFixed(1)} digits)`);
      }
      least[level] = Math.min(least[level], worst);
      rows.push({
        name: `${name} (${level.toLowerCase()})`,
        rounds: 1,
        milliseconds,
        quartiles: [milliseconds, milliseconds],
        error: 10 ** -worst,
        counts,
      });
    }
    const remarks = [
      missed.length === 0
        ? "Targets are met from both starts: 8 digits at lower and average, 6 at higher difficulty."
        : `Below the target: ${missed.join(", ")}.`,
      `Least digits of a parameter: lower ${least.Lower.toFixed(1)}, average ${least.Average.toFixed(1)}, higher ${least.Higher.toFixed(1)}; certified values have 11.`,
      "Lanczos1 has residuals of 1e-13 of its values: double precision has three digits of its standard errors and sum of squares.",
    ];
    return { about, error, rows, ratios: {}, remarks };
  },
};
