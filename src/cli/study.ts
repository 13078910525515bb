/**
 * A study: what belongs together about one plant and model, as the named exports of one TypeScript file (or two).
 *
 * `model` (or several models), `binding`, `historian`, `prepare`, `estimate`, `initial`, `calibration`, `fleet`, `residual`, `sensor`: each command takes what it
 * needs, and its own options go before. A mapping (JSON) can stand for `historian` and `binding`.
 */
import type { Question } from "../calibration/index.ts";
import { type AnySource, GreyboxError } from "../core/index.ts";
import type { Residual } from "../fusion/index.ts";
import { type Binding, bindMapping, type FileOptions, type Mapping, type PrepareOptions, readMapping } from "../historian/index.ts";
import type { SensorOptions } from "../sensors/index.ts";
import { type Loaded, loadModule } from "./load-module.ts";

export interface Study {
  /** Of the first file. */
  readonly path: string;
  readonly models: ReadonlyMap<string, AnySource>;
  readonly binding: Binding | undefined;
  /** Path of the plant data, or that with how it is written. */
  readonly historian: (FileOptions & { readonly file?: string | undefined }) | undefined;
  readonly prepare: PrepareOptions | undefined;
  readonly estimate: readonly string[] | undefined;
  /** As `calibrate` takes it. */
  readonly initial: Readonly<Record<string, never>> | undefined;
  /** Whatever else `calibrate` takes: likelihoods, priors, instruments … */
  readonly calibration: Partial<Question> | undefined;
  /** What is particular to each asset of a fleet: exports as above, by name of the asset. */
  readonly fleet: Readonly<Record<string, Loaded>> | undefined;
  readonly residual: Residual | undefined;
  readonly sensor: Partial<SensorOptions> | undefined;
}

/** Loads the files in order; what a later one exports goes before. */
export async function loadStudy(paths: readonly (string | undefined)[]): Promise<Study> {
  const given = paths.filter((path) => path !== undefined);
  let merged: Loaded = {};
  let mapped: { readonly path: string; readonly mapping: Mapping } | undefined;
  for (const path of given) {
    if (isMapping(path)) {
      mapped = { path, mapping: await readMapping(path) };
      merged = { ...merged, historian: mapped.mapping.historian };
    } else if (/\.ya?ml$/i.test(path)) {
      // A problem of PEtab: the model of it.
      const { readPetab } = await import("../calibration/index.ts");
      merged = { ...merged, model: (await readPetab(path)).model };
    } else merged = { ...merged, ...(await loadModule(path, "file")) };
  }
  const models = new Map(Object.entries(merged).filter((entry): entry is [string, AnySource] => isModel(entry[1])));
  const study = { path: given[0] ?? "", models, ...partsOf(merged) };
  return mapped?.mapping.binding && models.size > 0 ? { ...study, binding: bindingOfMapping(mapped, models) } : study;
}

/** The study of one asset of a fleet: what is particular to it goes before what all share, option by option. */
export function studyOfAsset(study: Study, asset: string): Study {
  const parts = partsOf(study.fleet?.[asset] ?? {});
  const own = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
  const both = {
    calibration: study.calibration && { ...study.calibration, ...parts.calibration },
    prepare: study.prepare && { ...study.prepare, ...parts.prepare },
  };
  return { ...study, ...own, ...Object.fromEntries(Object.entries(both).filter(([, value]) => value !== undefined)) };
}

/** What these are is checked by the stages they are for; here only that they are there. */
function partsOf(exports: Loaded): Omit<Study, "path" | "models"> {
  const historian = exports["historian"];
  return {
    binding: objectOr(exports["binding"]) as Binding | undefined,
    historian: typeof historian === "string" ? { file: historian } : (objectOr(historian) as Study["historian"]),
    prepare: objectOr(exports["prepare"]) as PrepareOptions | undefined,
    estimate: Array.isArray(exports["estimate"]) ? exports["estimate"].map(String) : undefined,
    initial: objectOr(exports["initial"]) as Study["initial"],
    calibration: objectOr(exports["calibration"]) as Study["calibration"],
    fleet: objectOr(exports["fleet"]) as Study["fleet"],
    residual: objectOr(exports["residual"]) as Residual | undefined,
    sensor: objectOr(exports["sensor"]) as Partial<SensorOptions> | undefined,
  };
}

/** A mapping goes before what a study exports. */
function bindingOfMapping({ path, mapping }: { readonly path: string; readonly mapping: Mapping }, models: Study["models"]): Binding {
  return bindMapping(chooseModel({ path, models, binding: undefined }, mapping.model), mapping, path);
}

/** Mappings are JSON; everything else is a module. */
export function isMapping(path: string): boolean {
  return path.endsWith(".json");
}

/**
 * The model that is meant: by name of the export or of the model; else the one that `binding` is for; else the only one.
 *
 * @throws GreyboxError `cli/no-model`, `cli/unknown-model`, `cli/choose-model`
 */
export function chooseModel({ path, models, binding }: Pick<Study, "path" | "models" | "binding">, wanted: string | undefined): AnySource {
  const names = [...models.keys()];
  if (models.size === 0) throw new GreyboxError("cli/no-model", { path, exports: names });
  const called = (name: string): AnySource | undefined => models.get(name) ?? [...models.values()].find((model) => model.name === name);
  if (wanted !== undefined) {
    const found = called(wanted);
    if (!found) throw new GreyboxError("cli/unknown-model", { path, model: wanted, models: names });
    return found;
  }
  const bound = binding && called(binding.model);
  const distinct = new Set(models.values());
  const [only] = distinct;
  if (bound) return bound;
  if (only && distinct.size === 1) return only;
  throw new GreyboxError("cli/choose-model", { path, models: names });
}

function isModel(value: unknown): value is AnySource {
  return typeof value === "object" && value !== null && "definition" in value && "system" in value && typeof value.system === "function";
}

function objectOr(value: unknown): object | undefined {
  return typeof value === "object" && value !== null ? value : undefined;
}
