/** A question as a problem of PEtab, with its model as SBML: what other tools of the same trade can read. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GreyboxError } from "../../core/index.ts";
import { givenStart, objectiveOf } from "../objective/objective.ts";
import { asked } from "../question/asked.ts";
import { withInstruments } from "../question/instruments.ts";
import type { Plan } from "../question/plan.ts";
import type { Question } from "../question/question.ts";
import { plainUnknown, type Unknown } from "../question/unknown.ts";
import { sigmas } from "../search/problem.ts";
import { NotInSbml } from "./mathml-text.ts";
import { additionsOf, conditionRows } from "./write-conditions.ts";
import { idsOf } from "./write-ids.ts";
import { measurementRows, observableRows } from "./write-measurements.ts";
import { parameterRow } from "./write-parameters.ts";
import { sbmlOf } from "./write-sbml.ts";

export interface WrittenPetab {
  /** Of the YAML file. */
  readonly path: string;
  /** What the files say otherwise than the question. */
  readonly remarks: readonly string[];
}

/** What the parts of a problem are written from. */
export interface Writing {
  readonly question: Question;
  readonly plan: Plan;
  /** What a name of the model or of an unknown is called in the files. */
  readonly id: (name: string) => string;
  /** Names of the observables of the system. */
  readonly observables: readonly string[];
  /** What σ of a noise group is called where the question leaves it to the fit. */
  readonly sigmaNames: ReadonlyMap<number, string>;
  readonly refuse: (why: string) => never;
  readonly remark: (text: string) => void;
}

/**
 * Writes a question as a problem of PEtab, version 1: the model as SBML, windows as conditions, unknowns as parameters, tags as observables.
 * The folder is made; files in it are replaced. Values of the model are the nominal ones; a standard deviation that a fit would estimate by
 * its closed form becomes a parameter, whose nominal value is that estimate, so that the likelihood is the same.
 *
 * Refused by name is what PEtab cannot say: Student's t and Huber's density, dead bands, correlated errors, limits, populations, corrections
 * by measured values, steady windows; and models with tables, implicit equations or events that end a run.
 *
 * @returns the path of the YAML file, and what a reader of the files should know
 * @throws GreyboxError `calibration/petab-write`, and `calibration/…` for what is wrong with the question
 *
 * @see {@link readPetab}
 */
export async function writePetab(question: Question, folder: string): Promise<WrittenPetab> {
  const remarks: string[] = [];
  const { model, plan, system } = asked(question, true);
  const refuse = (why: string): never => {
    throw new GreyboxError("calibration/petab-write", { model: question.model.name, why });
  };
  if (plan.steady && system.states.length > 0) refuse("its windows are steady states, which are measured at no time");
  if (plan.innovations.length > 0) refuse("its runs are corrected by measured values");
  if (plan.pools.length > 0) refuse("some of its parameters are drawn from a population");
  const objective = objectiveOf(plan, system);
  if (!objective.evaluate(givenStart(plan), false)) refuse(`it cannot be evaluated at its own values: ${objective.failure()?.why ?? ""}`);
  const sigma = sigmas(objective.groups, objective.sums, new Float64Array(objective.groups.length));
  const { question: instrumented } = withInstruments(question);
  const { parameters, inputs, states, algebraic, outputs } = model.definition;
  const own = [parameters, inputs, states, algebraic, outputs].flatMap((kind) => Object.keys(kind));
  const id = idsOf([...own, ...plan.unknowns.map(({ name }) => name)]);
  const sigmaNames = new Map<number, string>();
  for (const { group, noise, sigma: given, tag } of plan.windows.flatMap(({ tags }) => tags)) {
    if (noise === undefined && given === undefined && !sigmaNames.has(group)) sigmaNames.set(group, `sigma of ${tag}`);
  }
  const writing: Writing = {
    question: instrumented,
    plan,
    id,
    observables: system.observables,
    sigmaNames,
    refuse,
    remark: (text) => remarks.push(text),
  };

  const additions = additionsOf(writing);
  const files: Record<string, string> = { "model.xml": sbmlText(writing, model, additions) };
  files["conditions.tsv"] = table(conditionRows(writing, additions));
  files["observables.tsv"] = table(observableRows(writing));
  files["measurements.tsv"] = table(measurementRows(writing));
  files["parameters.tsv"] = table([
    "parameterId parameterScale lowerBound upperBound nominalValue estimate objectivePriorType objectivePriorParameters".split(" "),
    ...[...plan.unknowns, ...[...sigmaNames].map(([group, name]) => sizeUnknown(name, sigma[group]!))].map((unknown) =>
      parameterRow(unknown, writing),
    ),
  ]);
  files["problem.yaml"] =
    "format_version: 1\nparameter_file: parameters.tsv\nproblems:\n- sbml_files: [model.xml]\n  condition_files: [conditions.tsv]\n" +
    "  measurement_files: [measurements.tsv]\n  observable_files: [observables.tsv]\n";
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return { path: join(folder, "problem.yaml"), remarks: [...new Set(remarks)] };
}

function sbmlText({ id, refuse }: Writing, model: Parameters<typeof sbmlOf>[0], additions: Parameters<typeof sbmlOf>[2]): string {
  try {
    return sbmlOf(model, id, additions);
  } catch (error) {
    if (error instanceof NotInSbml) return refuse(error.message);
    throw error;
  }
}

/** What a fit finds by itself, as an unknown. */
function sizeUnknown(name: string, found: number): Unknown {
  const value = found > 0 ? found : 1;
  return { ...plainUnknown, name, unit: "1", scale: "log", nominal: value, start: value, lower: value / 1e4, upper: value * 1e4 };
}

const table = (rows: readonly (readonly string[])[]): string => `${rows.map((row) => row.join("\t")).join("\n")}\n`;
