/** Five rate constants from forty numbers: one calibration from twenty random starts, and what each of them found. */
import { join } from "node:path";
import { calibrate, threads, windowFromTable } from "greybox";
import { type Figures, runExample } from "../example.ts";
import { measured, time } from "./data.ts";
import { pinene } from "./model.ts";

/** Least sum of squares as COPS 3.0 gives it. */
const published = 19.8721;
const randomStarts = 20;

await runExample({
  name: "alpha-pinene",
  async run({ out }): Promise<Figures> {
    await using pool = threads();
    const window = windowFromTable(pinene, { time, measured, name: "189.5 °C" });
    const question = {
      model: pinene,
      windows: [window],
      estimate: ["t1", "t2", "t3", "t4", "t5"],
      noise: "common",
      seed: 1947,
      compute: pool,
    } as const;
    await calibrate({ ...question, starts: 2 }); // Starts the threads, so that the time below is that of the search.
    const begin = performance.now();
    const fit = await calibrate({ ...question, starts: 1 + randomStarts }); // Start 0 is the model's own values.
    const perStart = (performance.now() - begin) / (1 + randomStarts);
    await fit.report(join(out, "fit.html"));

    const points = Object.values(fit.tags).reduce((sum, tag) => sum + tag.points, 0);
    const best = Object.values(fit.tags).reduce((sum, tag) => sum + tag.points * tag.rmse ** 2, 0);
    // With one unknown noise level the cost of a start exceeds the best one's by n/2·ln(SSE/SSE_best).
    const sums = fit.starts
      .filter(({ start }) => start > 0)
      .map(({ cost = Infinity }) => best * Math.exp((2 * (cost - fit.cost)) / points));
    const reached = sums.filter((sum) => sum < 19.8725).length;

    console.log(`sum of squares      ${best.toFixed(5)}   published ${published}`);
    console.log(`random starts       ${reached} of ${randomStarts} reach it, ${perStart.toFixed(1)} ms a start`);
    for (const [name, { value, standardError = Number.NaN, unit }] of Object.entries(fit.parameters)) {
      console.log(`${name.padEnd(20)}${value.toExponential(4)} ± ${standardError.toExponential(1)} ${unit}`);
    }
    console.log(fit.verdict.length > 0 ? fit.verdict.join("\n") : "The data fixes all five.");
    console.log(`Report: ${join(out, "fit.html")}`);
    const { t1, t2, t3, t4, t5 } = fit.parameters;
    return { sumOfSquares: best, startsThatReachIt: reached, t1: t1.value, t2: t2.value, t3: t3.value, t4: t4.value, t5: t5.value };
  },
});
