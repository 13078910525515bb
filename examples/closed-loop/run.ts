/** Data from under a controller: how far each way of fitting is off, over some records of the same plant. */
import { join } from "node:path";
import { type Figures, runExample } from "../example.ts";
import { record, truth } from "./data.ts";
import { fitted, type Way } from "./fits.ts";

const ways: readonly Way[] = ["residuals are noise", "errors are correlated", "the loop is simulated", "the disturbance is followed"];
const seeds = [1, 2, 3, 4, 5, 6];

await runExample({
  name: "closed-loop",
  async run({ out }): Promise<Figures> {
    const figures: Record<string, number> = {};
    console.log(`mean error over ${seeds.length} records        tau [%]   gain [%]`);
    for (const way of ways) {
      let [tau, gain] = [0, 0];
      for (const seed of seeds) {
        const fit = await fitted(way, record(seed));
        tau += (100 * (fit.parameters.tau!.value / truth.tau - 1)) / seeds.length;
        gain += (100 * (fit.parameters.gain!.value / truth.gain - 1)) / seeds.length;
        if (seed === 1) await fit.report(join(out, `${way.replaceAll(" ", "-")}.html`));
      }
      figures[`${way}: tau`] = tau;
      figures[`${way}: gain`] = gain;
      console.log(`${way.padEnd(34)}${tau.toFixed(1).padStart(9)}${gain.toFixed(1).padStart(11)}`);
    }
    console.log(`\nReports: ${out}`);
    return figures;
  },
});
