/** What a study, plant data and options ask; or a problem of PEtab, which holds model and data. */
import { availableParallelism } from "node:os";
import { calibrationDefaults, type Question, readPetab } from "../../calibration/index.ts";
import { GreyboxError } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import { windowsOf } from "../plant-data.ts";
import { chooseModel, loadStudy, type Study, studyOfAsset } from "../study.ts";
import { countOf, listOf, numberOf } from "../values.ts";
import type { QuestionOptions } from "./options.ts";

export interface Asked {
  readonly question: Question;
  /** Stretches of data that were left out. */
  readonly rejected: number;
  readonly workers: number;
  /** What a reader of the problem should know. */
  readonly remarks: readonly string[];
}

/**
 * @param more  whether there is work for all processors beside the starts
 */
export async function askedBy(command: string, path: string, options: QuestionOptions, more: boolean): Promise<Asked> {
  // Options first: what is wrong with them is said before data is read.
  const said = named(options);
  const wanted = options.starts === undefined ? undefined : countOf("--starts", options.starts, 1);
  const threads = options.workers === undefined ? undefined : countOf("--workers", options.workers, 1);
  const {
    rejected,
    remarks = [],
    ...asked
  } = /\.ya?ml$/i.test(path) ? await petabQuestion(path, options) : await studyQuestion(command, path, options);
  const starts = wanted ?? asked.starts ?? calibrationDefaults.starts + (asked.guesses?.length ?? 0);
  const usual = more ? availableParallelism() : Math.min(starts, availableParallelism());
  return {
    question: { ...asked, ...searchOf(options, asked), starts, ...said },
    rejected,
    workers: threads ?? usual,
    remarks,
  };
}

/** What options say goes before what a study says. */
export function named({ seed, level, checkpoint, shooting }: QuestionOptions): Partial<Question> {
  return {
    ...(seed !== undefined && { seed: numberOf("--seed", seed) }),
    ...(level !== undefined && { level: numberOf("--level", level) }),
    ...(checkpoint !== undefined && { checkpoint }),
    ...(shooting !== undefined && {
      shooting: { nodes: shooting === true || shooting === "auto" ? "auto" : countOf("--shooting", shooting, 1) },
    }),
  };
}

/** Which methods and second looks there are is for the search to say. */
export function searchOf({ method, again }: QuestionOptions, { search }: Pick<Question, "search">): Partial<Question> {
  const said = { ...(method !== undefined && { method }), ...(again !== undefined && { again }) };
  return Object.keys(said).length === 0 ? {} : { search: { ...search, ...said } as NonNullable<Question["search"]> };
}

type Loaded = Question & { readonly rejected: number; readonly remarks?: readonly string[] };

async function studyQuestion(command: string, path: string, options: QuestionOptions): Promise<Loaded> {
  const study = await loadStudy([path, options.binding, options.map]);
  const asked = unknownsOf(command, study, options);
  if (study.fleet && options.data === undefined) return { ...asked, ...(await windowsOfFleet(command, study, options)) };
  const { windows, rejected } = await windowsOf(command, options, study);
  return { ...asked, windows, rejected: rejected.length };
}

/** The windows of all assets, each called after its asset. One fit to all of them needs all of them: what cannot be read is an error. */
async function windowsOfFleet(
  command: string,
  study: Study,
  options: QuestionOptions,
): Promise<Pick<Question, "windows" | "assets"> & { readonly rejected: number }> {
  const [windows, assets]: [Window[], Record<string, string>] = [[], {}];
  let rejected = 0;
  for (const asset of Object.keys(study.fleet ?? {})) {
    const prepared = await windowsOf(command, options, studyOfAsset(study, asset));
    rejected += prepared.rejected.length;
    for (const window of prepared.windows) {
      const name = `${asset} ${window.name}`;
      windows.push({ ...window, name });
      assets[name] = asset;
    }
  }
  return { windows, assets, rejected };
}

/** All that a study asks, but for the data. */
export function unknownsOf(command: string, study: Study, options: QuestionOptions): Omit<Question, "windows"> {
  const model = chooseModel(study, options.model);
  const estimate = options.estimate === undefined ? (study.estimate ?? []) : listOf(options.estimate);
  const others = Object.keys({ ...study.calibration?.perWindow, ...study.initial }).length;
  if (estimate.length === 0 && others === 0) {
    const how = "Name them with `--estimate k0,UA`, or export `estimate` from the study.";
    throw new GreyboxError("cli/needs", { command, what: "parameters to estimate", how });
  }
  return { ...study.calibration, model, estimate, initial: study.initial };
}

async function petabQuestion(path: string, options: QuestionOptions): Promise<Loaded> {
  const question = await readPetab(path);
  return { ...question, estimate: options.estimate === undefined ? question.estimate : listOf(options.estimate), rejected: 0 };
}
