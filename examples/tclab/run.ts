/** The energy balance of the two heaters, without and with a lag of the sensors: how well each fits, and what the verdict says. */
import { join } from "node:path";
import { type Calibrated, calibrate, openHistorian, prepare } from "greybox";
import { type Figures, runExample } from "../example.ts";
import { directTags, file, laggedTags } from "./binding.ts";
import { direct, lagged } from "./model.ts";

/** RMSE [degC] of both sensors, as reached with SciPy on the same record; see README. */
const published = { direct: [1.43, 0.932], lagged: [0.416, 0.779] } as const;

await runExample({
  name: "tclab",
  needs: { folder: "tclab", file: "apm_energy_balance_mimo_600s.csv" },
  async run({ data, out }): Promise<Figures> {
    const laboratory = await openHistorian(data, file);
    // As published: every value counts alike.
    const rules = { spikes: false, frozen: false } as const;
    const { windows: forDirect } = await prepare(laboratory, directTags, { rules });
    const { windows: forLagged } = await prepare(laboratory, laggedTags, { rules });

    const plain = await calibrate({
      model: direct,
      windows: forDirect,
      estimate: ["U", "Us", "alpha1", "alpha2", "Ta"],
      initial: { T1: "measured", T2: "measured" },
      noise: "common",
    });
    const slow = await calibrate({
      model: lagged,
      windows: forLagged,
      estimate: ["U", "Us", "alpha1", "alpha2", "Ta", "tau"],
      // At the start heaters and sensors had stood together for long.
      initial: { T1: { measured: "S1" }, T2: { measured: "S2" }, S1: "measured", S2: "measured" },
      noise: "common",
    });
    await plain.report(join(out, "direct.html"));
    await slow.report(join(out, "lagged.html"));

    const figures = { T1: rmse(plain, "T1"), T2: rmse(plain, "T2"), S1: rmse(slow, "S1"), S2: rmse(slow, "S2") };
    console.log("RMSE [degC]               sensor 1   sensor 2");
    console.log(
      `energy balance            ${figures.T1.toFixed(3)}      ${figures.T2.toFixed(3)}   published ${published.direct.join("/")}`,
    );
    console.log(
      `  with lag of sensors     ${figures.S1.toFixed(3)}      ${figures.S2.toFixed(3)}   published ${published.lagged.join("/")}`,
    );
    for (const [title, fit] of [
      ["energy balance", plain],
      ["with lag of sensors", slow],
    ] as const) {
      console.log(`\n${title}`);
      for (const [name, estimate] of Object.entries(fit.parameters)) {
        const error = estimate.standardError === undefined ? "not fixed by the data" : `± ${estimate.standardError.toPrecision(2)}`;
        console.log(`  ${name.padEnd(8)}${estimate.value.toPrecision(4).padStart(10)} ${error.padEnd(12)} ${estimate.unit}`);
      }
      for (const sentence of fit.verdict) console.log(`  ! ${sentence}`);
    }
    console.log(`\nReports: ${join(out, "direct.html")}, ${join(out, "lagged.html")}`);
    const { Us } = plain.parameters;
    const { tau } = slow.parameters;
    return {
      "direct: RMSE 1": figures.T1,
      "direct: RMSE 2": figures.T2,
      "direct: Us": Us.value,
      "direct: heat-loss parameters doubted": Number(!Us.physical || !Us.identifiable),
      "lagged: RMSE 1": figures.S1,
      "lagged: RMSE 2": figures.S2,
      "lagged: Us": slow.parameters.Us.value,
      "lagged: tau": tau.value,
    };
  },
});

function rmse(fit: Calibrated, tag: string): number {
  return fit.tags[tag]?.rmse ?? Number.NaN;
}
