/** `greybox fuse`: a fit, the data and a residual question in; a validated soft sensor out. */
import { readFile } from "node:fs/promises";
import { fitFromState } from "../../calibration/index.ts";
import { GreyboxError } from "../../core/index.ts";
import { fuse, gaussianProcess, type Learner, network, pls, type Residual, residual, ridge, validationTable } from "../../fusion/index.ts";
import { softSensor } from "../../sensors/index.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { type DataOptions, windowsOf } from "../plant-data.ts";
import { loadStudy } from "../study.ts";
import { countOf, listOf, numberOf } from "../values.ts";

interface Options extends DataOptions {
  readonly fit: string;
  readonly on?: string;
  readonly features?: string;
  readonly learner?: string;
  readonly folds?: string;
  readonly seed?: string;
  readonly estimate?: string;
  readonly out?: string;
}

export async function fuseCommand(path: string, options: Options, { io, json }: Shared): Promise<ExitCode> {
  const study = await loadStudy([path, options.binding, options.map]);
  const question = questionOf(options, study.residual);
  const fit = fitFromState(await readJson(options.fit));
  const { windows } = await windowsOf("fuse", options, study);
  const hybrid = await fuse(fit, question, {
    windows,
    seed: options.seed === undefined ? undefined : numberOf("--seed", options.seed),
    validation: { folds: options.folds === undefined ? undefined : countOf("--folds", options.folds, 2) },
  });
  const sensor = softSensor(hybrid, {
    ...study.sensor,
    binding: study.binding,
    estimate: options.estimate ?? study.sensor?.estimate ?? hybrid.on,
  });
  if (options.out !== undefined) await sensor.save(options.out);
  const { validation, confounding } = hybrid;
  if (json)
    io.out(
      `${JSON.stringify({ ok: true, sensor: sensor.name, hash: sensor.hash, validation, confounding, files: [options.out].filter(Boolean) })}\n`,
    );
  else {
    io.out(`${validationTable(validation)}\n`);
    if (confounding)
      io.out(
        `Confounding: ${Math.round(100 * confounding.index)} % of the learned part could be a change of the parameters instead (${Math.round(100 * confounding.byChance)} % by chance).\n`,
      );
    if (options.out !== undefined) io.out(`Written: ${options.out} (sensor ${sensor.name}, ${sensor.hash.slice(0, 12)})\n`);
  }
  return exit.ok;
}

const learners: Readonly<Record<string, () => Learner>> = { ridge, pls, "gaussian-process": gaussianProcess, network };

function questionOf({ on, features, learner }: Options, fromStudy: Residual | undefined): Residual {
  const make = learner === undefined ? undefined : Object.hasOwn(learners, learner) ? learners[learner] : undefined;
  if (learner !== undefined && !make)
    throw new GreyboxError("cli/option", { option: "--learner", value: learner, expected: Object.keys(learners).join(", ") });
  const question = {
    ...fromStudy,
    ...(on === undefined ? {} : { on }),
    ...(features === undefined ? {} : { from: listOf(features) }),
    learner: make?.() ?? fromStudy?.learner ?? ridge(),
  };
  if (question.on === undefined || question.from === undefined) {
    const how =
      'Export `residual` from the study: `export const correction = residual({ on: "T", from: ["q", "T"], learner: ridge() })`, or give `--on` and `--features`.';
    throw new GreyboxError("cli/needs", { command: "fuse", what: "to know what to correct, and from what", how });
  }
  return residual({ ...question, on: question.on, from: question.from });
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new GreyboxError("cli/file-missing", { path, role: "fit" }, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new GreyboxError("cli/file-failed", { path, why: "it is not JSON" }, { cause: error });
  }
}
