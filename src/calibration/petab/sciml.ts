/**
 * Problems of PEtab-SciML: networks that are written into the equations of a model, its initial values, or its observables. Weights are
 * parameters like any other.
 */
import { join } from "node:path";
import { GreyboxError, random } from "../../core/index.ts";
import { formulaText, isUnread } from "./formula.ts";
import { type NumberArray, readArrays } from "./hdf5.ts";
import { nameOf, numberText } from "./names.ts";
import { type Network, type NetworkFile, networkOf, type Weight } from "./network.ts";
import type { SbmlModel } from "./sbml.ts";
import { type Row, readTables, readText, type Table } from "./tables.ts";

/** What the YAML file says under `extensions.sciml`. */
export interface SciMl {
  readonly array_files?: readonly string[];
  readonly hybridization_files?: readonly string[];
  readonly neural_nets?: Readonly<Record<string, { readonly location: string; readonly format?: string }>>;
}

export interface Hybrid {
  readonly sbml: SbmlModel;
  readonly parameters: Table;
  /** Assignments beside those of the table of conditions: inputs of networks that differ from condition to condition. */
  readonly conditions: readonly Row[];
}

/**
 * The model with its networks, and the table of parameters with a row for each weight.
 *
 * @throws GreyboxError `calibration/petab`
 */
export async function hybridOf(
  folder: string,
  sciml: SciMl,
  mappingFiles: readonly string[],
  { sbml, parameters }: Pick<Hybrid, "sbml" | "parameters">,
  parseYaml: (text: string, file: string) => unknown,
): Promise<Hybrid> {
  const paths = (names: readonly string[] = []): string[] => names.map((name) => join(folder, name));
  const mapping = await readTables(mappingFiles, ["petabEntityId", "modelEntityId"]);
  const hybrid = await readTables(paths(sciml.hybridization_files), ["targetId", "targetValue"]);
  const arrays = new Map<string, NumberArray>();
  for (const path of paths(sciml.array_files)) for (const [name, array] of await readArrays(path)) arrays.set(name, array);
  const refuse = (file: string, why: string, line?: number): never => {
    throw new GreyboxError("calibration/petab", { file, line, why });
  };
  const assigned = new Map(
    hybrid.rows.map((row) => {
      const formula = row.get("targetValue") ?? "";
      if (formula === "array") return [row.get("targetId") ?? "", formula];
      const text = formulaText(formula, nameOf);
      return [row.get("targetId") ?? "", isUnread(text) ? refuse(hybrid.file, `"${formula}" cannot be read: ${text.why}`, row.line) : text];
    }),
  );
  const conditions: Row[] = [];
  /** Numbers of a file: the same everywhere, or a quantity that conditions set. */
  const arrayInput = (name: string): string[] => {
    const stored = [...arrays]
      .filter(([path]) => path.startsWith(`inputs/${name}/`))
      .map(([path, array]) => [path.split("/").at(-1)!, array] as const);
    const [key, first] = stored[0] ?? refuse(hybrid.file, `no file has the array "${name}"`);
    if (stored.length === 1 && key === "0") return Array.from(first.values, numberText);
    const ids = Array.from(first.values, (_, k) => `${name}_${k}`);
    for (const [condition, { values }] of stored) {
      for (const [k, id] of ids.entries()) {
        const cells: Readonly<Record<string, string>> = { conditionId: condition, targetId: id, targetValue: String(values[k]!) };
        conditions.push({ line: 0, get: (column) => cells[column] });
      }
    }
    return ids.map(nameOf);
  };
  const algebraic = new Map(sbml.algebraic);
  const rows = [...parameters.rows];
  const isInput = new Set<string>();
  for (const [id, { location, format = "YAML" }] of Object.entries(sciml.neural_nets ?? {})) {
    if (format.toUpperCase() !== "YAML") refuse(location, `network ${id} is of the format "${format}"; YAML is read`);
    const file = parseYaml(await readText(join(folder, location)), location) as NetworkFile;
    const entities = entitiesOf(id, mapping);
    for (const names of entities.inputs) for (const name of names) isInput.add(name);
    const inputs = entities.inputs.map((names) =>
      names.flatMap((name) => {
        if (assigned.get(name) === "array") return arrayInput(name);
        return assigned.has(name) ? [`(${assigned.get(name)})`] : [nameOf(name)];
      }),
    );
    const network = networkOf(id, file, inputs, (why) => refuse(location, why));
    for (const [name, text] of network.nodes) algebraic.set(name, text);
    for (const [place, name] of entities.outputs) {
      const output = network.outputs[place] ?? refuse(mapping.file, `network ${id} has no output ${place}`);
      algebraic.set(name, output);
    }
    rows.push(...weightRows(id, network, entities.parameters, parameters, arrays));
    for (const name of entities.parameters.values()) rows.splice(0, rows.length, ...rows.filter((row) => row.get("parameterId") !== name));
  }
  const [states, constants, atStart] = [new Map(sbml.states), new Map(sbml.parameters), new Map(sbml.assigned)];
  for (const [target, text] of assigned) {
    if (isInput.has(target)) continue;
    if (states.has(target)) states.set(target, text);
    else if (constants.delete(target) || atStart.delete(target)) algebraic.set(target, text);
    else refuse(hybrid.file, `"${target}" is neither an input of a network nor a quantity of the model that can be given`);
  }
  return {
    sbml: { ...sbml, states, algebraic, parameters: constants, assigned: atStart },
    parameters: { ...parameters, rows },
    conditions,
  };
}

interface Entities {
  /** Names by argument and place. */
  readonly inputs: readonly (readonly string[])[];
  readonly outputs: ReadonlyMap<number, string>;
  /** Rows of the table of parameters, by what of the network they are: "", "layer1", "layer1.weight". */
  readonly parameters: ReadonlyMap<string, string>;
}

/** What the table of mappings says of one network. */
function entitiesOf(id: string, mapping: Table): Entities {
  const inputs: string[][] = [];
  const outputs = new Map<number, string>();
  const parameters = new Map<string, string>();
  for (const row of mapping.rows) {
    const [name, entity] = [row.get("petabEntityId") ?? "", row.get("modelEntityId") ?? ""];
    if (!entity.startsWith(`${id}.`)) continue;
    const [, kind, rest = ""] = /^\w+\.(inputs|outputs|parameters)(.*)$/.exec(entity) ?? [];
    const places = [...rest.matchAll(/\[(\w+)\]/g)].map(([, place]) => place!);
    if (kind === "parameters") parameters.set([places[0] ?? "", ...rest.split(".").slice(1)].filter((part) => part !== "").join("."), name);
    else if (kind === "outputs") outputs.set(Number(places.at(-1) ?? 0), name);
    else if (kind === "inputs" && places.length > 0) {
      const argument = Number(places[0]);
      inputs[argument] = inputs[argument] ?? [];
      inputs[argument][Number(places[1] ?? 0)] = name;
    } else throw new GreyboxError("calibration/petab", { file: mapping.file, line: row.line, why: `"${entity}" is not read` });
  }
  return { inputs, outputs, parameters };
}

/** A row for each weight, after the most particular row that speaks of it. */
function weightRows(
  id: string,
  { weights }: Network,
  entities: ReadonlyMap<string, string>,
  table: Table,
  arrays: ReadonlyMap<string, NumberArray>,
): Row[] {
  const rows = new Map(table.rows.map((row) => [row.get("parameterId") ?? "", row]));
  const draw = random(`weights of ${id}`);
  const about = ({ layer, array }: Weight): Row => {
    for (const key of [`${layer}.${array}`, layer, ""]) {
      const row = rows.get(entities.get(key) ?? "");
      if (row) return row;
    }
    throw new GreyboxError("calibration/petab", {
      file: table.file,
      line: undefined,
      why: `no row speaks of the weights of network ${id}`,
    });
  };
  const general = rows.get(entities.get("") ?? "");
  return weights.map((weight): Row => {
    const row = about(weight);
    const given = Number(row.get("nominalValue") ?? Number.NaN);
    const stored = arrays.get(`parameters/${id}/${weight.layer}/${weight.array}`)?.values[weight.place];
    // Without values a search starts from small random ones.
    const spread = Math.sqrt(1 / weight.fanIn);
    const value = Number.isFinite(given) ? given : (stored ?? (weight.array === "bias" ? 0 : spread * (2 * draw.uniform() - 1)));
    const own: Readonly<Record<string, string>> = { parameterId: weight.id, parameterScale: "lin", nominalValue: String(value) };
    return { line: row.line, get: (column) => own[column] ?? row.get(column) ?? general?.get(column) };
  });
}
