/** The table of observables, and what measurements fill its placeholders with: outputs of the model and their likelihoods. */
import { GreyboxError } from "../../core/index.ts";
import type { Likelihood } from "../likelihood/likelihood.ts";
import { formulaText, isUnread } from "./formula.ts";
import { nameOf, numberText } from "./names.ts";
import type { Row, Table } from "./tables.ts";

/** A tag for each observable, and for each choice of its placeholders and each repetition at one time. */
export interface Variants {
  readonly outputs: Record<string, { unit: string; is: string }>;
  readonly likelihood: Record<string, Likelihood>;
  /** Tag of each measurement, in the order of the table. */
  readonly tags: readonly string[];
}

/**
 * @param run  what a measurement belongs to: equal for those that one simulation gives
 * @param taken  names that the model uses
 */
export function variantsOf(measurements: Table, observables: Table, run: (row: Row) => string, taken: (name: string) => boolean): Variants {
  const outputs: Record<string, { unit: string; is: string }> = {};
  const likelihood: Record<string, Likelihood> = {};
  const rows = new Map(observables.rows.map((row) => [row.get("observableId") ?? "", row]));
  const names = new Map<string, string>();
  const seen = new Map<string, number>();
  const counts = new Map<string, number>();
  const tags = measurements.rows.map((row) => {
    const id = row.get("observableId") ?? "";
    const observable = rows.get(id);
    if (!observable) return refuse(measurements, row, `observable "${id}" is not in ${observables.file}`);
    const choice = [row.get("observableParameters") ?? "", row.get("noiseParameters") ?? ""] as const;
    const place = [id, ...choice, run(row), row.get("time")].join("|");
    const repetition = seen.get(place) ?? 0;
    seen.set(place, repetition + 1);
    const key = [id, ...choice, repetition].join("|");
    const known = names.get(key);
    if (known !== undefined) return known;
    const tag = freeName(nameOf(id), (counts.get(id) ?? 0) + 1, (name) => taken(name) || name in outputs || `${name}_sigma` in outputs);
    counts.set(id, (counts.get(id) ?? 0) + 1);
    names.set(key, tag);
    const fill = placeholders(id, choice, observable);
    outputs[tag] = { unit: "1", is: filled(observable, observables, "observableFormula", fill) };
    const noise = filled(observable, observables, "noiseFormula", fill, outputs[tag].is);
    const constant = Number(noise.replace(/^\((.*)\)$/, "$1"));
    if (Number.isNaN(constant)) outputs[`${tag}_sigma`] = { unit: "1", is: noise };
    likelihood[tag] = { ...errorsOf(observable, observables), sigma: Number.isNaN(constant) ? { observable: `${tag}_sigma` } : constant };
    return tag;
  });
  return { outputs, likelihood, tags };
}

function freeName(name: string, count: number, used: (name: string) => boolean): string {
  const first = count === 1 ? name : `${name}_${count}`;
  if (!used(first)) return first;
  for (let k = 1; ; k++) if (!used(`${first}_y${k}`)) return `${first}_y${k}`;
}

/** What each placeholder of an observable stands for. PEtab 2 names them in columns; PEtab 1 numbers them. */
function placeholders(id: string, [ofObservable, ofNoise]: readonly [string, string], observable: Row): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [kind, values] of [
    ["observable", ofObservable],
    ["noise", ofNoise],
  ] as const) {
    const own = observable.get(`${kind}Placeholders`)?.split(";");
    if (values === "") continue;
    for (const [k, value] of values.split(";").entries()) found.set(own?.[k]?.trim() ?? `${kind}Parameter${k + 1}_${id}`, value.trim());
  }
  return found;
}

const placeholder = /^(observable|noise)Parameter\d+_/;

function filled(observable: Row, table: Table, column: string, fill: ReadonlyMap<string, string>, own?: string): string {
  const formula = observable.get(column) ?? (column === "noiseFormula" ? "1" : "0");
  const id = observable.get("observableId") ?? "";
  const text = formulaText(formula, (name) => {
    const value = fill.get(name);
    if (value !== undefined) return Number.isNaN(Number(value)) ? nameOf(value) : numberText(Number(value));
    if (placeholder.test(name) && name.endsWith(`_${id}`)) refuse(table, observable, `no measurement says what "${name}" is`);
    // The size of errors may depend on the observable itself.
    return own !== undefined && name === id ? `(${own})` : nameOf(name);
  });
  return isUnread(text) ? refuse(table, observable, `"${formula}" cannot be read: ${text.why}`) : text;
}

function errorsOf(observable: Row, table: Table): Pick<Likelihood, "kind" | "scale"> {
  const distribution = observable.get("noiseDistribution") ?? "normal";
  const transformation = observable.get("observableTransformation") ?? (distribution.startsWith("log-") ? "log" : "lin");
  const kind = distribution.endsWith("normal") ? "gaussian" : distribution.endsWith("laplace") ? "laplace" : undefined;
  if (!kind) return refuse(table, observable, `the distribution of errors "${distribution}" is not read`);
  if (!["lin", "log", "log10"].includes(transformation)) refuse(table, observable, `the transformation "${transformation}" is not read`);
  return { kind, scale: transformation === "lin" ? "linear" : (transformation as "log" | "log10") };
}

function refuse(table: Table, row: Row, why: string): never {
  throw new GreyboxError("calibration/petab", { file: table.file, line: row.line, why });
}
