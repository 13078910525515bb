/** Which law does growth follow? First its course from the balances alone, then the law, then everything together. */
import { identifyRate } from "greybox/calibration";
import { type Figures, runExample } from "../example.ts";
import { day, growthAt } from "./data.ts";
import { laws, reactor } from "./model.ts";

await runExample({
  name: "unknown-rate",
  async run(): Promise<Figures> {
    const found = await identifyRate({ model: reactor, windows: [day], laws, estimate: ["Y"], calibrated: 4, starts: 4, seed: 1 });
    const [course] = found.courses;
    const { X = [], S = [] } = course?.states ?? {};
    const off = Array.from(course?.rate ?? [], (rate, k) => Math.abs(rate - growthAt(X[k] ?? 0, S[k] ?? 0)));
    const within = off.filter((distance, k) => distance < 2 * (course?.standardError[k] ?? 0)).length / off.length;

    console.log(`growth over time    ${found.effectiveParameters.toFixed(1)} parameters' worth from ${found.points} samples`);
    console.log(`                    ${(100 * within).toFixed(0)} % of it within two standard errors of the truth`);
    for (const { law, aicc, weight, share, fit } of found.laws) {
      const estimates = Object.entries(fit?.parameters ?? {});
      const values = estimates.map(
        ([name, { value, standardError: error }]) => `${name} ${value.toPrecision(3)} ± ${error?.toPrecision(1) ?? "?"}`,
      );
      const figures = `AICc ${aicc?.toFixed(1)}, weight ${weight?.toFixed(3)}, ${(100 * share).toFixed(0)} % off the course`;
      console.log(`${law.padEnd(20)}${figures}: ${values.join(", ")}`);
    }
    console.log(found.meaning);
    const [best] = found.laws;
    const { mu = Number.NaN, K = Number.NaN, Ki = Number.NaN, Y = Number.NaN } = best?.parameters ?? {};
    return { weightOfHaldane: best?.law === "Haldane" ? (best.weight ?? 0) : 0, withinErrors: within, mu, K, Ki, Y };
  },
});
