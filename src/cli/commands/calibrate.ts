/** `greybox calibrate`: from a study and plant data to a fit with its verdict. */
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import {
  type Calibrated,
  calibrate,
  calibrationDefaults,
  fitToState,
  type Profile,
  profile,
  type Question,
  readPetab,
  type Sample,
  sample,
} from "../../calibration/index.ts";
import { inline, threads } from "../../compute/index.ts";
import { GreyboxError } from "../../core/index.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { type DataOptions, windowsOf } from "../plant-data.ts";
import { progressBar } from "../progress.ts";
import { chooseModel, loadStudy } from "../study.ts";
import { digits, table } from "../text.ts";
import { countOf, listOf, numberOf } from "../values.ts";

interface Options extends DataOptions {
  readonly model?: string;
  readonly estimate?: string;
  readonly starts?: string;
  readonly seed?: string;
  readonly level?: string;
  readonly workers?: string;
  readonly report?: string;
  readonly out?: string;
  readonly profile?: boolean;
  readonly sample?: string;
  readonly checkpoint?: string;
}

export async function calibrateCommand(path: string, options: Options, shared: Shared): Promise<ExitCode> {
  const { io, json } = shared;
  const starts = options.starts === undefined ? calibrationDefaults.starts : countOf("--starts", options.starts, 1);
  const workers = options.workers === undefined ? Math.min(starts, availableParallelism()) : countOf("--workers", options.workers, 1);
  const { rejected, ...asked } = /\.ya?ml$/i.test(path) ? await petabQuestion(path, options) : await studyQuestion(path, options);
  const bar = await progressBar(shared, "starts");
  await using compute = workers > 1 ? threads({ workers }) : inline();
  // The first Ctrl-C ends the search with what was found; the second ends the process.
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once("SIGINT", stop);
  const question: Question = {
    ...asked,
    starts,
    seed: options.seed === undefined ? undefined : numberOf("--seed", options.seed),
    level: options.level === undefined ? undefined : numberOf("--level", options.level),
    compute,
    checkpoint: options.checkpoint,
    signal: interrupted.signal,
    onProgress: ({ finished, starts: of, best }) => bar.set(finished, of, best === undefined ? "" : `best cost ${digits(best)}`),
  };
  const fit = await calibrate(question).finally(() => {
    bar.stop();
    process.off("SIGINT", stop);
  });
  const ended = fit.termination.kind !== "cancelled";
  const profiles = options.profile && ended ? await profile(question, fit) : undefined;
  const draws =
    options.sample === undefined || !ended
      ? undefined
      : await sample(question, fit, { draws: countOf("--sample", options.sample, 4), seed: question.seed });
  if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(fitToState(fit))}\n`);
  if (options.report !== undefined) await fit.report(options.report);

  const { parameters, tags, verdict, termination, cost, logLikelihood } = fit;
  const files = [options.out, options.report].filter((file) => file !== undefined);
  if (json) {
    const used = question.windows.map(({ name, duration }) => ({ name, duration }));
    const beyond = {
      ...(profiles && { profiles: profiles.map(({ values, rise, ...rest }) => ({ ...rest, values: [...values], rise: [...rise] })) }),
      ...(draws && { posterior: posteriorOf(draws) }),
    };
    io.out(
      `${JSON.stringify({ ok: termination.ok, parameters, tags, verdict, termination, cost, logLikelihood, ...beyond, windows: used, rejected, files })}\n`,
    );
  } else {
    const written = files.length > 0 ? `\nWritten: ${files.join(", ")}\n` : "";
    io.out(`${fitText(fit)}${profiles ? `\n${profileText(profiles, fit.level)}` : ""}${draws ? `\n${sampleText(draws)}` : ""}${written}`);
  }
  return termination.ok ? exit.ok : exit.no;
}

/** What a study and plant data ask, and how many stretches of data were left out. */
async function studyQuestion(
  path: string,
  options: Options,
): Promise<Pick<Question, "model" | "windows" | "estimate" | "initial"> & { rejected: number }> {
  const study = await loadStudy([path, options.binding, options.map]);
  const model = chooseModel(study, options.model);
  const estimate = options.estimate === undefined ? (study.estimate ?? []) : listOf(options.estimate);
  if (estimate.length === 0) {
    const how = "Name them with `--estimate k0,UA`, or export `estimate` from the study.";
    throw new GreyboxError("cli/needs", { command: "calibrate", what: "parameters to estimate", how });
  }
  const { windows, rejected } = await windowsOf("calibrate", options, study);
  return { model, windows, estimate, initial: study.initial, rejected: rejected.length };
}

/** A problem of PEtab holds model and data. */
async function petabQuestion(path: string, options: Options): Promise<Omit<Question, "starts"> & { rejected: number }> {
  const question = await readPetab(path);
  return { ...question, estimate: options.estimate === undefined ? question.estimate : listOf(options.estimate), rejected: 0 };
}

function profileText(profiles: readonly Profile[], level: number): string {
  const rows = profiles.map(({ name, interval: [low, high], unit, meaning }) => [
    name,
    `${low === undefined ? "open" : digits(low)} … ${high === undefined ? "open" : digits(high)}`,
    unit,
    meaning,
  ]);
  return table(["profile", `${100 * level} % interval`, "unit", ""], rows);
}

function posteriorOf({ quantities, diverged, verdict }: Sample) {
  const named = Object.values(quantities).map(({ name, unit, mean, standardDeviation, median, rHat, effective, quantile }) => ({
    name,
    unit,
    mean,
    standardDeviation,
    median,
    interval: [quantile(0.025), quantile(0.975)],
    rHat,
    effective,
  }));
  return { quantities: named, diverged, verdict };
}

function sampleText(draws: Sample): string {
  const rows = posteriorOf(draws).quantities.map(({ name, mean, standardDeviation, interval: [low, high], unit, rHat, effective }) => [
    name,
    digits(mean),
    digits(standardDeviation),
    `${digits(low)} … ${digits(high)}`,
    unit,
    `R̂ ${rHat.toFixed(3)}, worth ${Math.round(effective)}`,
  ]);
  const said = draws.verdict.map((sentence) => `- ${sentence}\n`).join("");
  return `${table(["posterior", "mean", "deviation", "95 % of draws", "unit", ""], rows)}${said}`;
}

/** A fit as a person reads it. */
function fitText({ parameters, tags, verdict, termination, starts, level }: Calibrated): string {
  const estimates = Object.entries(parameters).map(([name, { value, unit, standardError, interval, identifiable, atBound }]) => {
    const remark = !identifiable ? "not fixed by the data" : atBound ? `at its ${atBound} bound` : "";
    return [name, digits(value), digits(standardError), interval ? `${digits(interval[0])} … ${digits(interval[1])}` : "", unit, remark];
  });
  const fits = Object.entries(tags).map(([name, { rmse, bias, points, unit }]) => [name, digits(rmse), digits(bias), String(points), unit]);
  const best = starts[0]?.cost;
  const equal = starts.filter(({ cost }) => cost !== undefined && best !== undefined && cost <= best * (1 + 1e-3) + 1e-12).length;
  return [
    table(["parameter", "value", "standard error", `${100 * level} % interval`, "unit", ""], estimates),
    table(["observable", "RMSE", "bias", "points", "unit"], fits),
    `${termination.ok ? "Converged" : "Not converged"} (${termination.kind}); ${equal} of ${starts.length} starts reached the best cost.\n`,
    ...(verdict.length > 0 ? [`Before using these parameters:\n${verdict.map((sentence) => `- ${sentence}\n`).join("")}`] : []),
  ].join("\n");
}
