/** A problem of PEtab as a question: conditions become windows, observables become outputs, parameters keep their scales and bounds. */
import { basename, dirname, join } from "node:path";
import { GreyboxError, type ModelDefinition, type ParameterDefinition, signal } from "../../core/index.ts";
import type { Measured, Window } from "../../historian/index.ts";
import { modelFromDefinition } from "../../models/index.ts";
import type { Likelihood } from "../likelihood/likelihood.ts";
import type { Prior } from "../question/prior.ts";
import type { Question } from "../question/question.ts";
import { readSbml, type SbmlModel } from "./sbml.ts";
import { numberOf, type Row, readTable, readText, type Table } from "./tables.ts";

/** What a PEtab problem asks. Pass it to `calibrate`, with starts, seed and whatever else is wanted beside. */
export type PetabQuestion = Pick<Question, "model" | "windows" | "estimate" | "likelihood" | "priors">;

/**
 * Reads a problem of PEtab, version 1, with a model in the core of SBML.
 *
 * Parameters are searched on the logarithm where PEtab says log or log10. Measurements at the end of time, preequilibration, events and several
 * models are refused by name.
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
  const problems = yaml?.["problems"];
  if (!Array.isArray(problems) || problems.length !== 1)
    return refuse(`it has ${Array.isArray(problems) ? problems.length : "no"} problems; one is read at a time`);
  const problem = problems[0] as Record<string, readonly string[] | undefined>;
  const folder = dirname(path);
  const one = (key: string): string => {
    const files = problem[key];
    return files?.length === 1 ? join(folder, files[0]!) : refuse(`it names ${files?.length ?? 0} files as ${key}; one is read`);
  };
  const parameterFile = [yaml?.["parameter_file"]].flat()[0];
  if (typeof parameterFile !== "string") return refuse("it names no parameter_file");
  const parameters = await readTable(join(folder, parameterFile), ["parameterId", "parameterScale", "nominalValue", "estimate"]);
  const conditions = await readTable(one("condition_files"), ["conditionId"]);
  const measurements = await readTable(one("measurement_files"), ["observableId", "simulationConditionId", "measurement", "time"]);
  const observables = await readTable(one("observable_files"), ["observableId", "observableFormula", "noiseFormula"]);
  const sbmlFile = one("sbml_files");
  const sbml = await readSbml(basename(sbmlFile), await readText(sbmlFile), nameOf);
  return assemble(sbml, parameters, conditions, measurements, observables);
}

/** Names that mean something else in the language of models. */
const taken = new Set(
  "t e pi i if and or not exp log log10 sqrt sin cos tan asin acos atan atan2 sinh cosh tanh abs sign min max floor ceil lookup delay ddz d2dz2".split(
    " ",
  ),
);

function nameOf(id: string): string {
  const name = id.replace(/^_+/, (dashes) => `u${dashes.length}`);
  return taken.has(name) ? `${name}_` : name;
}

function assemble(sbml: SbmlModel, parameters: Table, conditions: Table, measurements: Table, observables: Table): PetabQuestion {
  const known = new Map(parameters.rows.map((row) => [row.get("parameterId") ?? "", row]));
  const used = [...new Set(measurements.rows.map((row) => row.get("simulationConditionId") ?? ""))];
  checkMeasurements(measurements);
  const rowOf = new Map(conditions.rows.map((row) => [row.get("conditionId") ?? "", row]));
  for (const id of used) {
    if (!rowOf.has(id))
      throw new GreyboxError("calibration/petab", {
        file: measurements.file,
        line: undefined,
        why: `condition "${id}" is not in ${conditions.file}`,
      });
  }
  const overrides = new Map(
    conditions.columns
      .filter((column) => column !== "conditionId" && column !== "conditionName")
      .map(
        (column) =>
          [
            column,
            overrideOf(
              column,
              used.map((id) => rowOf.get(id)!),
              conditions,
              known,
            ),
          ] as const,
      ),
  );
  const inputs = Object.assign({}, ...[...overrides.values()].map(({ inputs: own }) => own)) as Record<string, readonly number[]>;

  // What is computed once, at the start: texts of parameters and inputs only.
  const atStart = new Map<string, string>();
  const startOf = (id: string, path: readonly string[] = []): string => {
    const found = atStart.get(id);
    if (found !== undefined) return found;
    if (path.includes(id))
      throw new GreyboxError("calibration/petab", { file: sbml.id, line: undefined, why: `"${id}" starts from itself` });
    const own = overrides.get(id)?.text ?? sbml.states.get(id) ?? sbml.assigned.get(id) ?? sbml.algebraic.get(id);
    const text = own === undefined ? nameOf(id) : `(${replaced(own, (name) => startOf(idOf(name, sbml), [...path, id]))})`;
    atStart.set(id, text);
    return text;
  };
  const definition: { -readonly [K in keyof ModelDefinition]: ModelDefinition[K] } & { parameters: Record<string, ParameterDefinition> } = {
    name: sbml.id.replace(/[^A-Za-z0-9_-]/g, "-"),
    time: "1",
    parameters: {},
    inputs: Object.fromEntries(Object.keys(inputs).map((name) => [name, "1"])),
    states: {},
    algebraic: {},
    derivatives: {},
    events: {},
    outputs: {},
  };
  for (const [id, row] of known) definition.parameters[nameOf(id)] = parameterOf(id, row, parameters);
  for (const [id, value] of sbml.parameters) {
    if (!known.has(id) && !overrides.has(id)) definition.parameters[nameOf(id)] = { value: Number.isFinite(value) ? value : 0, unit: "1" };
  }
  const algebraic: Record<string, { unit: string; is: string }> = {};
  for (const [id, { text }] of overrides) if (!sbml.states.has(id)) algebraic[nameOf(id)] = { unit: "1", is: text };
  for (const id of sbml.assigned.keys()) if (!overrides.has(id)) algebraic[nameOf(id)] = { unit: "1", is: startOf(id) };
  for (const [id, text] of sbml.algebraic) if (!overrides.has(id)) algebraic[nameOf(id)] = { unit: "1", is: text };
  definition.algebraic = algebraic;
  definition.states = Object.fromEntries([...sbml.states.keys()].map((id) => [nameOf(id), { unit: "1", initial: startOf(id) }]));
  definition.derivatives = Object.fromEntries([...sbml.states.keys()].map((id) => [nameOf(id), sbml.derivatives.get(id) ?? "0"]));

  const { outputs, tags, likelihood } = variants(measurements, observables);
  definition.outputs = outputs;
  const windows = used.map((condition, w) => windowOf(condition, w, inputs, measurements, tags));
  const estimated = parameters.rows.filter((row) => row.get("estimate") === "1");
  return {
    model: modelFromDefinition(definition),
    windows,
    estimate: estimated.map((row) => nameOf(row.get("parameterId")!)),
    likelihood,
    priors: Object.fromEntries(
      estimated.flatMap((row): [string, Prior][] => {
        const prior = priorOf(row, parameters);
        return prior ? [[nameOf(row.get("parameterId")!), prior]] : [];
      }),
    ),
  };
}

/** The id that a name of the language stands for. */
function idOf(name: string, sbml: SbmlModel): string {
  for (const kind of [sbml.states, sbml.assigned, sbml.algebraic, sbml.parameters]) {
    for (const id of kind.keys()) if (nameOf(id) === name) return id;
  }
  return name;
}

/** A text with its names replaced. */
const replaced = (text: string, change: (name: string) => string): string =>
  text.replace(/[A-Za-z_]\w*(?!\w*\s*\()/g, (name, at: number) =>
    /[\d.]/.test(text[at - 1] ?? "") || taken.has(name) ? name : change(name),
  );

function checkMeasurements(table: Table): void {
  for (const row of table.rows) {
    const refuse = (why: string): never => {
      throw new GreyboxError("calibration/petab", { file: table.file, line: row.line, why });
    };
    if (row.get("preequilibrationConditionId") !== undefined) refuse("preequilibration is not read");
    if (!Number.isFinite(numberOf(table, row, "time"))) refuse("measurements at the end of time are not read");
  }
}

interface Override {
  /** What the symbol is, as text of parameters and inputs. */
  readonly text: string;
  /** Values by condition. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
}

/** A column of conditions: a number, a parameter, or either by condition, which inputs tell apart. */
function overrideOf(id: string, rows: readonly Row[], table: Table, known: ReadonlyMap<string, Row>): Override {
  const cells = rows.map((row) => row.get(id));
  const name = nameOf(id);
  for (const [i, cell] of cells.entries()) {
    if (cell === undefined)
      throw new GreyboxError("calibration/petab", { file: table.file, line: rows[i]!.line, why: `column ${id} is empty` });
    if (Number.isNaN(Number(cell)) && !known.has(cell))
      throw new GreyboxError("calibration/petab", {
        file: table.file,
        line: rows[i]!.line,
        why: `"${cell}" is neither a number nor a parameter`,
      });
  }
  if (cells.every((cell) => cell === cells[0]))
    return { text: Number.isNaN(Number(cells[0])) ? nameOf(cells[0]!) : `(${cells[0]})`, inputs: {} };
  const chosen = [...new Set(cells.filter((cell) => Number.isNaN(Number(cell))))] as string[];
  const inputs: Record<string, readonly number[]> = {
    [`${name}_value`]: cells.map((cell) => (Number.isNaN(Number(cell)) ? 0 : Number(cell))),
  };
  for (const parameter of chosen) inputs[`${name}_is_${nameOf(parameter)}`] = cells.map((cell) => (cell === parameter ? 1 : 0));
  const parts = chosen.map((parameter) => `${name}_is_${nameOf(parameter)}*${nameOf(parameter)}`);
  return { text: `(${[`${name}_value`, ...parts].join(" + ")})`, inputs };
}

function parameterOf(id: string, row: Row, table: Table): ParameterDefinition {
  const value = numberOf(table, row, "nominalValue");
  const scale = row.get("parameterScale") === "lin" ? "linear" : "log";
  if (row.get("estimate") !== "1") return { value, unit: "1" };
  const bounds = [numberOf(table, row, "lowerBound"), numberOf(table, row, "upperBound")] as const;
  if (scale === "log" && !(value > 0))
    throw new GreyboxError("calibration/petab", { file: table.file, line: row.line, why: `"${id}" is ${value} on a logarithmic scale` });
  const finite = bounds.every(Number.isFinite);
  // A nominal value a little outside its bounds is rounding of the table.
  return { value: finite ? Math.min(Math.max(value, bounds[0]), bounds[1]) : value, unit: "1", scale, ...(finite ? { bounds } : {}) };
}

function priorOf(row: Row, table: Table): Prior | undefined {
  const type = row.get("objectivePriorType");
  if (type === undefined || type === "uniform" || type === "parameterScaleUniform") return undefined;
  const [a, b] = (row.get("objectivePriorParameters") ?? "").split(";").map(Number) as [number, number];
  const scale = row.get("parameterScale");
  const unit = scale === "log10" ? Math.LN10 : 1;
  const refuse = (): never => {
    throw new GreyboxError("calibration/petab", {
      file: table.file,
      line: row.line,
      why: `the prior "${type}" on scale "${scale}" is not read`,
    });
  };
  switch (type) {
    case "normal":
      return { normal: [a, b] };
    case "laplace":
      return { laplace: [a, b] };
    // A density in v with the factor 1/v has its centre, in ln v, at μ − σ².
    case "logNormal":
      return { logNormal: [Math.exp(a - b * b), b] };
    case "parameterScaleNormal":
      return scale === "lin" ? { normal: [a, b] } : { logNormal: [Math.exp(a * unit), b * unit] };
    case "parameterScaleLaplace":
      return scale === "lin" ? { laplace: [a, b] } : refuse();
    default:
      return refuse();
  }
}

/** A tag for each observable, and for each choice of its placeholders and each repetition at one time. */
interface Variants {
  readonly outputs: Record<string, { unit: string; is: string }>;
  readonly likelihood: Record<string, Likelihood>;
  /** Tag of each measurement, in the order of the table. */
  readonly tags: readonly string[];
}

function variants(measurements: Table, observables: Table): Variants {
  const outputs: Record<string, { unit: string; is: string }> = {};
  const likelihood: Record<string, Likelihood> = {};
  const rows = new Map(observables.rows.map((row) => [row.get("observableId") ?? "", row]));
  const names = new Map<string, string>();
  const seen = new Map<string, number>();
  const counts = new Map<string, number>();
  const tags = measurements.rows.map((row) => {
    const id = row.get("observableId") ?? "";
    const observable = rows.get(id);
    if (!observable)
      throw new GreyboxError("calibration/petab", {
        file: measurements.file,
        line: row.line,
        why: `observable "${id}" is not in ${observables.file}`,
      });
    const choice = [row.get("observableParameters") ?? "", row.get("noiseParameters") ?? ""];
    const place = [id, ...choice, row.get("simulationConditionId"), row.get("time")].join("|");
    const repetition = seen.get(place) ?? 0;
    seen.set(place, repetition + 1);
    const key = [id, ...choice, repetition].join("|");
    const known = names.get(key);
    if (known !== undefined) return known;
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    const tag = count === 1 ? nameOf(id) : `${nameOf(id)}_${count}`;
    names.set(key, tag);
    const filled = (formula: string): string => formulaText(formula, id, choice[0]!, choice[1]!);
    outputs[tag] = { unit: "1", is: filled(observable.get("observableFormula") ?? "0") };
    const noise = filled(observable.get("noiseFormula") ?? "1");
    const transformation = observable.get("observableTransformation") ?? "lin";
    const constant = Number(noise.replace(/^\((.*)\)$/, "$1"));
    if (Number.isNaN(constant)) outputs[`${tag}_sigma`] = { unit: "1", is: noise };
    likelihood[tag] = {
      kind: observable.get("noiseDistribution") === "laplace" ? "laplace" : "gaussian",
      scale: transformation === "lin" ? "linear" : (transformation as "log" | "log10"),
      sigma: Number.isNaN(constant) ? { observable: `${tag}_sigma` } : constant,
    };
    return tag;
  });
  return { outputs, likelihood, tags };
}

/** A formula of PEtab in the language of models, its placeholders filled. */
function formulaText(formula: string, observable: string, observableParameters: string, noiseParameters: string): string {
  const lists = { observableParameter: observableParameters.split(";"), noiseParameter: noiseParameters.split(";") };
  const filled = formula
    .replaceAll("**", "^")
    .replace(/\b(observableParameter|noiseParameter)(\d+)_(\w+)/g, (whole, kind: keyof typeof lists, index: string, id: string) => {
      const value = id === observable ? lists[kind][Number(index) - 1]?.trim() : undefined;
      return value === undefined || value === "" ? whole : `(${Number.isNaN(Number(value)) ? nameOf(value) : value})`;
    });
  return replaced(filled.replace(/\bln\s*\(/g, "log("), (name) => (name === "time" ? "t" : nameOf(name)));
}

function windowOf(
  condition: string,
  w: number,
  inputs: Readonly<Record<string, readonly number[]>>,
  table: Table,
  tags: readonly string[],
): Window {
  const points = new Map<string, { time: number; value: number }[]>();
  for (const [i, row] of table.rows.entries()) {
    if (row.get("simulationConditionId") !== condition) continue;
    const list = points.get(tags[i]!) ?? [];
    list.push({ time: numberOf(table, row, "time"), value: numberOf(table, row, "measurement") });
    points.set(tags[i]!, list);
  }
  const end = Math.max(...[...points.values()].flatMap((list) => list.map(({ time }) => time)), 0) || 1;
  const measured = Object.fromEntries(
    [...points].map(([tag, list]): [string, Measured] => {
      const sorted = list.toSorted((a, b) => a.time - b.time);
      const k = sorted.length;
      return [
        tag,
        {
          time: Float64Array.from(sorted, ({ time }) => time),
          value: Float64Array.from(sorted, ({ value }) => value),
          status: new Uint32Array(k),
          reasons: new Uint32Array(k),
          weight: new Float64Array(k).fill(1),
          sigma: undefined,
          compression: 0,
        },
      ];
    }),
  );
  return {
    name: condition,
    time: "1",
    epoch: 0,
    duration: end,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, signal([0, end], [values[w]!, values[w]!])])),
    inputStatus: {},
    measured,
    excluded: {},
  };
}
