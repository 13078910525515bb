/**
 * From a record of quiet operation to parameters worth having: what the record leaves open, which experiment tells most of it, and what really comes of it.
 *
 * The plant is the model with other parameters and noise. The proposal knows only the fit of the quiet record. It is compared with a step of the same size as an
 * engineer would try it, measured as often.
 */
import { join } from "node:path";
import { calibrate, diagnose, nextExperiment, signal } from "greybox";
import { identifiabilityOf } from "greybox/calibration";
import { type Figures, runExample } from "../example.ts";
import { experiment, horizon, truth, usual } from "./data.ts";
import { reactor } from "./model.ts";

const estimate = ["k350", "E", "UA", "dH"] as const;

await runExample({
  name: "next-experiment",
  async run({ out }): Promise<Figures> {
    const quiet = experiment("quiet", usual, [4, 8, 12]);
    const question = { model: reactor, windows: [quiet], estimate, starts: 4, seed: 1 };
    const fit = await calibrate(question);
    console.log("After the quiet record:");
    for (const name of estimate)
      console.log(
        `  ${name} ${fit.parameters[name].value.toPrecision(4)} ± ${(fit.parameters[name].standardError ?? Number.NaN).toPrecision(2)}`,
      );
    console.log(identifiabilityOf(question).meaning.join("\n"));

    const next = nextExperiment(question, fit, {
      horizon,
      count: 4,
      // The quiet record leaves much open: what is proposed must be good, and safe, for all that it allows.
      draws: 10,
      limits: { T: [315, 350] },
      online: { T: 0.5 },
      inputs: {
        ...usual,
        Tc: { bounds: [285, 315], moves: 6, most: 15, from: 300 },
        q: { bounds: [60, 140], moves: 6, most: 40, from: 100 },
      },
    });
    console.log(next.meaning.join("\n"));
    const samples = next.samples.map(({ time }) => time ?? 0);
    const proposed = experiment("proposed", { ...usual, ...next.inputs }, samples);
    const step = signal([0, 4, horizon], [300, 315, 315]);
    const tried = experiment("step", { ...usual, Tc: step }, [3, 6, 9, 12]);
    const after = { ...question, windows: [quiet, proposed] };
    const better = await calibrate(after);
    const other = await calibrate({ ...question, windows: [quiet, tried] });
    await better.report(join(out, "after.html"));
    const objections = diagnose(after, better).verdict;
    console.log(objections.length === 0 ? "The residuals hold nothing against the fit." : objections.join("\n"));

    const typical = (errors: readonly (number | undefined)[]): number =>
      Math.exp(
        errors.reduce<number>((sum, error, i) => sum + Math.log((error ?? Number.NaN) / Math.abs(truth[estimate[i]!])), 0) /
          estimate.length,
      );
    const ofFit = (one: typeof fit): number => typical(estimate.map((name) => one.parameters[name].standardError));
    const figures = {
      "typical standard error, quiet record": ofFit(fit),
      "with a step": ofFit(other),
      "with the proposal": ofFit(better),
      "with the proposal, as predicted": typical(estimate.map((name) => next.errors[name]?.after)),
      "largest error of a parameter, in standard errors": Math.max(
        ...estimate.map(
          (name) => Math.abs(better.parameters[name].value - truth[name]) / (better.parameters[name].standardError ?? Number.NaN),
        ),
      ),
      "hottest, K": Math.max(...(proposed.measured["T"]?.value ?? [])),
    };
    for (const [name, value] of Object.entries(figures)) console.log(`${name}: ${value.toPrecision(3)}`);
    return figures;
  },
});
