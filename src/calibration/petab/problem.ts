/** A problem of PEtab as a question: conditions become windows, observables become outputs, parameters keep their scales and bounds. */
import { basename, dirname, join } from "node:path";
import { type AnySource, GreyboxError, type ModelDefinition, signal } from "../../core/index.ts";
import { modelFromDefinition } from "../../models/index.ts";
import type { Prior } from "../question/prior.ts";
import type { Question } from "../question/question.ts";
import type { Settled } from "../settling/settled.ts";
import { assignmentsOf, overridesOf } from "./conditions.ts";
import { definitionOf } from "./definition.ts";
import { type Experiments, experimentsOf } from "./experiments.ts";
import { nameOf } from "./names.ts";
import { variantsOf } from "./observables.ts";
import { ownModel } from "./own-model.ts";
import { isEstimated, parameterOf, priorOf } from "./parameters.ts";
import { readSbml, type SbmlModel } from "./sbml.ts";
import { hybridOf, type SciMl } from "./sciml.ts";
import { startName, withStart } from "./start-time.ts";
import { type Row, readTables, readText, type Table } from "./tables.ts";
import { type ConditionInputs, type Run, runKey, runsOf, settledOf, windowOf } from "./windows.ts";

/** What a PEtab problem asks. Pass it to `calibrate`, with starts, seed and whatever else is wanted beside. */
export interface PetabQuestion extends Pick<Question, "model" | "windows" | "estimate" | "likelihood" | "priors" | "settled"> {
  /** What a reader should know: what was left out, and where a fit starts from other values than the table says. */
  readonly remarks: readonly string[];
}

export interface PetabOptions {
  /** Stands for the model that the problem names, or that it does not name. */
  readonly model?: AnySource | undefined;
}

/**
 * Reads a problem of PEtab, version 1 or 2, with a model in the core of SBML: compartments, species, parameters, reactions, rules, functions,
 * initial assignments, piecewise equations, and events; and with the feed-forward networks of PEtab-SciML.
 *
 * The model may also be one of this language: passed as `model`, or as the JSON of its definition in a model file whose language is
 * `greybox`. Its inputs are constants that conditions give values to, and units are left out.
 *
 * Parameters are searched on the logarithm where PEtab says log or log10. Preequilibration becomes `settled`, measurements at `inf` are
 * compared with where a run comes to rest. What cannot be read is refused by name: algebraic rules, events with delays that depend on states,
 * sizes that a rule gives under a concentration, several models, other model languages. See `docs/petab.md`.
 *
 * @param path  of the YAML file
 * @throws GreyboxError `calibration/petab` with file, line and reason
 *
 * @see L. Schmiester et al., "PEtab – interoperable specification of parameter estimation problems in systems biology", PLoS Comput. Biol. 17 (2021) e1008646.
 */
export async function readPetab(path: string, options: PetabOptions = {}): Promise<PetabQuestion> {
  const { parse: parseYaml } = await import("yaml");
  const file = basename(path);
  const parse = (text: string, of = file): unknown => {
    try {
      return parseYaml(text);
    } catch (error) {
      const why = error instanceof Error ? error.message.split("\n")[0]!.replace(/:$/, "") : "it is no YAML";
      throw new GreyboxError("calibration/petab", { file: of, line: undefined, why });
    }
  };
  const refuse = (why: string): never => {
    throw new GreyboxError("calibration/petab", { file, line: undefined, why });
  };
  const read = parse(await readText(path));
  const yaml = (typeof read === "object" && read !== null ? read : {}) as Record<string, unknown>;
  const version = String(yaml["format_version"] ?? "1");
  if (!/^[12](\.|$)/.test(version)) return refuse(`it is of version ${version}; versions 1 and 2 are read`);
  const problems = yaml["problems"] ?? [yaml];
  if (!Array.isArray(problems) || problems.length !== 1)
    return refuse(`it has ${Array.isArray(problems) ? problems.length : "no"} problems; one is read at a time`);
  const extensions = (yaml["extensions"] ?? {}) as Record<string, unknown>;
  const foreign = Object.keys(extensions).find((name) => name !== "sciml");
  if (foreign !== undefined) return refuse(`it uses the extension "${foreign}"; "sciml" is read`);
  const problem = (problems[0] ?? {}) as Record<string, unknown>;
  const folder = dirname(path);
  const paths = (of: unknown): string[] => [of].flat().flatMap((name) => (typeof name === "string" ? [join(folder, name)] : []));
  const needed = (key: string, of: Record<string, unknown> = problem): string[] => {
    const found = paths(of[key]);
    return found.length > 0 ? found : refuse(`it names no ${key}`);
  };
  const plain = options.model ? ownModel(file, options.model) : await readModel(folder, modelFile(problem, refuse));
  const parameterFiles = yaml["parameter_files"] === undefined ? needed("parameter_file", yaml) : needed("parameter_files", yaml);
  const [observableFiles, measurementFiles] = [needed("observable_files"), needed("measurement_files")];
  const [table, observables, measurements] = await Promise.all([
    readTables(parameterFiles, ["parameterId", "estimate"]),
    readTables(observableFiles, ["observableId", "observableFormula", "noiseFormula"]),
    readTables(measurementFiles, ["observableId", "measurement", "time", ...(version.startsWith("1") ? ["simulationConditionId"] : [])]),
  ]);
  const sciml = extensions["sciml"] as SciMl | undefined;
  const {
    sbml,
    parameters,
    conditions: further,
  } = sciml
    ? await hybridOf(folder, sciml, needed("mapping_files"), { sbml: plain, parameters: table }, parse)
    : { sbml: plain, parameters: table, conditions: [] };
  // Problems of PEtab-SciML may have the tables of version 1 in a file of version 2.
  if (measurements.columns.includes("simulationConditionId")) {
    const conditions = await readTables(needed("condition_files"), ["conditionId"]);
    const runs = runsOf(measurements);
    checkConditions(runs, conditions, measurements);
    const experiments = { runs, assignments: assignmentsOf(conditions), events: [] };
    return assemble({ sbml, parameters, observables, measurements, experiments, file: conditions.file, runKey });
  }
  const [conditionFiles, experimentFiles] = [paths(problem["condition_files"]), paths(problem["experiment_files"])];
  const columns = ["conditionId", "targetId", "targetValue"];
  const given = conditionFiles.length === 0 ? { file: "conditions", columns, rows: [] } : await readTables(conditionFiles, columns);
  const conditions: Table = { ...given, rows: [...given.rows, ...further] };
  const periods = experimentFiles.length === 0 ? undefined : await readTables(experimentFiles, ["experimentId", "time"]);
  const experiments = experimentsOf(measurements, conditions, periods, (id) => sbml.states.has(id));
  const key = (row: Row): string => row.get("experimentId") ?? "";
  return assemble({ sbml, parameters, observables, measurements, experiments, file: conditions.file, runKey: key });
}

interface ModelFile {
  readonly name: string;
  readonly language: "sbml" | "greybox";
}

/** The one model file of a problem. */
function modelFile(problem: Record<string, unknown>, refuse: (why: string) => never): ModelFile {
  const models = Object.values((problem["model_files"] ?? {}) as Record<string, { location?: string; language?: string }>);
  const files = [problem["sbml_files"] ?? []]
    .flat()
    .flatMap((name): ModelFile[] => (typeof name === "string" ? [{ name, language: "sbml" }] : []));
  for (const { location, language } of models) {
    if (language !== "sbml" && language !== "greybox")
      return refuse(`its model is in the language "${language}"; "sbml" and "greybox" are read`);
    if (location !== undefined) files.push({ name: location, language });
  }
  if (files.length !== 1)
    return refuse(
      files.length === 0 ? "it names no sbml_files; pass a model of your own as `model`" : `it names ${files.length} models; one is read`,
    );
  return files[0]!;
}

async function readModel(folder: string, { name, language }: ModelFile): Promise<SbmlModel> {
  const text = await readText(join(folder, name));
  if (language === "sbml") return readSbml(basename(name), text, nameOf);
  const refuse = (why: string, cause?: unknown): never => {
    throw new GreyboxError("calibration/petab", { file: basename(name), line: undefined, why }, { cause });
  };
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    return refuse("it is no JSON", error);
  }
  if (typeof definition !== "object" || definition === null || !("derivatives" in definition))
    return refuse("it is not the definition of a model");
  // What else is wrong with it, the model itself says.
  return ownModel(basename(name), modelFromDefinition(definition as ModelDefinition));
}

/** A problem in pieces, of either version. */
interface Pieces {
  readonly sbml: SbmlModel;
  readonly parameters: Table;
  readonly observables: Table;
  readonly measurements: Table;
  readonly experiments: Experiments;
  /** Where conditions are written. */
  readonly file: string;
  /** The run that a measurement belongs to. */
  readonly runKey: (row: Row) => string;
}

function assemble({ sbml, parameters, observables, measurements, experiments, file, runKey: keyOf }: Pieces): PetabQuestion {
  const remarks: string[] = [];
  const rows = new Map(parameters.rows.map((row) => [row.get("parameterId") ?? "", row]));
  const { runs, assignments, events } = experiments;
  const used = [
    ...new Set(
      [...runs.values()].flatMap(({ condition, before, changes }) => [
        ...(before === undefined ? [] : [before]),
        condition,
        ...changes.map((change) => change.condition),
      ]),
    ),
  ];
  const overrides = overridesOf(
    file,
    assignments,
    used,
    (id) => rows.has(id) || [sbml.parameters, sbml.assigned, sbml.states].some((kind) => kind.has(id)),
  );
  const inputs: ConditionInputs = Object.assign({}, ...[...overrides.values()].map(({ inputs: own }) => own));
  const times = events.map(({ at }) => at);
  const known = new Map([...rows].map(([id, row]) => [id, parameterOf(id, row, parameters, (text) => remarks.push(text))]));
  const { definition, names } = definitionOf(sbml, known, overrides, [...Object.keys(inputs), ...times], events);
  const { outputs, tags, likelihood } = variantsOf(measurements, observables, keyOf, (name) => names.has(name));
  const shifted = [...runs.values()].some(({ start }) => start !== 0);
  const model = modelFromDefinition(shifted ? withStart({ ...definition, outputs }) : { ...definition, outputs });

  const settled: Record<string, Settled> = {};
  const windows = [...runs].map(([key, run]) => {
    const restarted = [...overrides].flatMap(([id, { says }]) => (sbml.states.has(id) && says.has(run.condition) ? [nameOf(id)] : []));
    const one = settledOf(run, inputs, times, restarted);
    if (one) settled[run.name] = shifted ? { ...one, inputs: { ...one.inputs, [startName]: run.start } } : one;
    const own = measurements.rows.flatMap((row, i) => (keyOf(row) === key ? [[row, tags[i]!] as const] : []));
    if (run.changes.some(({ time }) => own.some(([row]) => Number(row.get("time")) - run.start === time)))
      remarks.push("values measured where a period begins are those right after it");
    const window = windowOf(run, own, measurements, inputs, times);
    return shifted
      ? { ...window, inputs: { ...window.inputs, [startName]: signal([0, 2 * window.duration], [run.start, run.start]) } }
      : window;
  });
  if (parameters.rows.some((row) => row.get("initializationPriorType") !== undefined))
    remarks.push("priors for drawing starts are left out: starts are spread over the bounds");
  const estimated = parameters.rows.filter(isEstimated);
  return {
    model,
    windows,
    estimate: estimated.map((row) => nameOf(row.get("parameterId")!)),
    likelihood,
    priors: Object.fromEntries(
      estimated.flatMap((row): [string, Prior][] => {
        const prior = priorOf(row, parameters);
        return prior ? [[nameOf(row.get("parameterId")!), prior]] : [];
      }),
    ),
    ...(Object.keys(settled).length > 0 && { settled }),
    remarks: [...new Set(remarks)],
  };
}

function checkConditions(runs: ReadonlyMap<string, Run>, conditions: Table, measurements: Table): void {
  const known = new Set(conditions.rows.map((row) => row.get("conditionId") ?? ""));
  for (const id of [...runs.values()].flatMap(({ before, condition }) => [before ?? condition, condition])) {
    if (known.has(id)) continue;
    throw new GreyboxError("calibration/petab", {
      file: measurements.file,
      line: measurements.rows.find((row) => [row.get("simulationConditionId"), row.get("preequilibrationConditionId")].includes(id))?.line,
      why: `condition "${id}" is not in ${conditions.file}`,
    });
  }
}
