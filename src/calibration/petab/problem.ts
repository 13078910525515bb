/** A problem of PEtab as a question: conditions become windows, observables become outputs, parameters keep their scales and bounds. */
import { basename, dirname, join } from "node:path";
import { GreyboxError } from "../../core/index.ts";
import { modelFromDefinition } from "../../models/index.ts";
import type { Prior } from "../question/prior.ts";
import type { Question } from "../question/question.ts";
import type { Settled } from "../settling/settled.ts";
import { type Assignment, assignmentsOf, overridesOf } from "./conditions.ts";
import { definitionOf } from "./definition.ts";
import { nameOf } from "./names.ts";
import { variantsOf } from "./observables.ts";
import { isEstimated, parameterOf, priorOf } from "./parameters.ts";
import { readSbml, type SbmlModel } from "./sbml.ts";
import { readTables, readText, type Table } from "./tables.ts";
import { type ConditionInputs, runKey, runsOf, settledOf, windowOf } from "./windows.ts";

/** What a PEtab problem asks. Pass it to `calibrate`, with starts, seed and whatever else is wanted beside. */
export interface PetabQuestion extends Pick<Question, "model" | "windows" | "estimate" | "likelihood" | "priors" | "settled"> {
  /** What a reader should know: what was left out, and where a fit starts from other values than the table says. */
  readonly remarks: readonly string[];
}

/**
 * Reads a problem of PEtab, version 1, with a model in the core of SBML: compartments, species, parameters, reactions, rules, functions,
 * initial assignments, piecewise equations, and events.
 *
 * Parameters are searched on the logarithm where PEtab says log or log10. Preequilibration becomes `settled`, measurements at `inf` are
 * compared with where a run comes to rest. What cannot be read is refused by name: algebraic rules, events with delays that depend on states,
 * compartments whose size changes by events or rules while concentrations are counted in them, several models, other model languages.
 *
 * @param path  of the YAML file
 * @throws GreyboxError `calibration/petab` with file, line and reason
 *
 * @see L. Schmiester et al., "PEtab – interoperable specification of parameter estimation problems in systems biology", PLoS Comput. Biol. 17 (2021) e1008646.
 */
export async function readPetab(path: string): Promise<PetabQuestion> {
  const { parse } = await import("yaml");
  const file = basename(path);
  const refuse = (why: string): never => {
    throw new GreyboxError("calibration/petab", { file, line: undefined, why });
  };
  const yaml = parse(await readText(path)) as Record<string, unknown> | null;
  const version = String(yaml?.["format_version"] ?? "1");
  if (!version.startsWith("1")) return refuse(`it is of version ${version}; version 1 is read`);
  const problems = yaml?.["problems"];
  if (!Array.isArray(problems) || problems.length !== 1)
    return refuse(`it has ${Array.isArray(problems) ? problems.length : "no"} problems; one is read at a time`);
  const problem = problems[0] as Record<string, unknown>;
  const folder = dirname(path);
  const paths = (of: unknown): string[] => [of].flat().flatMap((name) => (typeof name === "string" ? [join(folder, name)] : []));
  const files = (key: string): string[] => {
    const found = paths(problem[key]);
    return found.length > 0 ? found : refuse(`it names no ${key}`);
  };
  const parameterFiles = paths(yaml?.["parameter_file"]);
  if (parameterFiles.length === 0) return refuse("it names no parameter_file");
  const [sbmlFile, ...more] = files("sbml_files");
  if (more.length > 0) return refuse(`it names ${more.length + 1} files as sbml_files; one is read`);
  const sbml = await readSbml(basename(sbmlFile!), await readText(sbmlFile!), nameOf);
  const [parameters, conditions, measurements, observables] = await Promise.all([
    readTables(parameterFiles, ["parameterId", "estimate"]),
    readTables(files("condition_files"), ["conditionId"]),
    readTables(files("measurement_files"), ["observableId", "simulationConditionId", "measurement", "time"]),
    readTables(files("observable_files"), ["observableId", "observableFormula", "noiseFormula"]),
  ]);
  return assemble(sbml, parameters, conditions, measurements, observables);
}

function assemble(sbml: SbmlModel, parameters: Table, conditions: Table, measurements: Table, observables: Table): PetabQuestion {
  const remarks: string[] = [];
  const rows = new Map(parameters.rows.map((row) => [row.get("parameterId") ?? "", row]));
  const runs = runsOf(measurements);
  const used = [...new Set([...runs.values()].flatMap(({ condition, before }) => [...(before === undefined ? [] : [before]), condition]))];
  checkConditions(used, conditions, measurements);
  const assignments: readonly Assignment[] = assignmentsOf(conditions);
  const overrides = overridesOf(conditions.file, assignments, used, (id) => rows.has(id) || sbml.parameters.has(id));
  const inputs: ConditionInputs = Object.assign({}, ...[...overrides.values()].map(({ inputs: own }) => own));
  const known = new Map([...rows].map(([id, row]) => [id, parameterOf(id, row, parameters, (text) => remarks.push(text))]));
  const { definition, names } = definitionOf(sbml, known, overrides, Object.keys(inputs));
  const { outputs, tags, likelihood } = variantsOf(measurements, observables, runKey, (name) => names.has(name));

  const settled: Record<string, Settled> = {};
  for (const run of runs.values()) {
    const restarted = [...overrides].flatMap(([id, { says }]) => (sbml.states.has(id) && says.has(run.condition) ? [nameOf(id)] : []));
    const one = settledOf(run, inputs, restarted);
    if (one) settled[run.name] = one;
  }
  if (parameters.rows.some((row) => row.get("initializationPriorType") !== undefined))
    remarks.push("priors for drawing starts are left out: starts are spread over the bounds");
  const estimated = parameters.rows.filter(isEstimated);
  return {
    model: modelFromDefinition({ ...definition, outputs }),
    windows: [...runs].map(([key, run]) => windowOf(key, run, inputs, measurements, tags)),
    estimate: estimated.map((row) => nameOf(row.get("parameterId")!)),
    likelihood,
    priors: Object.fromEntries(
      estimated.flatMap((row): [string, Prior][] => {
        const prior = priorOf(row, parameters);
        return prior ? [[nameOf(row.get("parameterId")!), prior]] : [];
      }),
    ),
    ...(Object.keys(settled).length > 0 && { settled }),
    remarks,
  };
}

function checkConditions(used: readonly string[], conditions: Table, measurements: Table): void {
  const known = new Set(conditions.rows.map((row) => row.get("conditionId") ?? ""));
  for (const id of used) {
    if (known.has(id)) continue;
    throw new GreyboxError("calibration/petab", {
      file: measurements.file,
      line: measurements.rows.find((row) => [row.get("simulationConditionId"), row.get("preequilibrationConditionId")].includes(id))?.line,
      why: `condition "${id}" is not in ${conditions.file}`,
    });
  }
}
