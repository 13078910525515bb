/**
 * A study: what belongs together about one plant and model, as the named exports of one TypeScript file (or two).
 *
 * `model` (or several models), `binding`, `historian`, `prepare`, `estimate`, `initial`, `residual`, `sensor`: each command takes what it
 * needs, and its own options go before.
 */
import { type AnySource, GreyboxError } from "../core/index.ts";
import type { Residual } from "../fusion/index.ts";
import type { Binding, FileOptions, PrepareOptions } from "../historian/index.ts";
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
  readonly residual: Residual | undefined;
  readonly sensor: Partial<SensorOptions> | undefined;
}

/** Loads the files in order; what a later one exports goes before. */
export async function loadStudy(paths: readonly (string | undefined)[]): Promise<Study> {
  const given = paths.filter((path) => path !== undefined);
  let merged: Loaded = {};
  for (const path of given) merged = { ...merged, ...(await loadModule(path, "file")) };
  const historian = merged["historian"];
  return {
    path: given[0] ?? "",
    models: new Map(Object.entries(merged).filter((entry): entry is [string, AnySource] => isModel(entry[1]))),
    // What these are is checked by the stages they are for; here only that they are there.
    binding: objectOr(merged["binding"]) as Binding | undefined,
    historian: typeof historian === "string" ? { file: historian } : (objectOr(historian) as Study["historian"]),
    prepare: objectOr(merged["prepare"]) as PrepareOptions | undefined,
    estimate: Array.isArray(merged["estimate"]) ? merged["estimate"].map(String) : undefined,
    initial: objectOr(merged["initial"]) as Study["initial"],
    residual: objectOr(merged["residual"]) as Residual | undefined,
    sensor: objectOr(merged["sensor"]) as Partial<SensorOptions> | undefined,
  };
}

/**
 * The model that is meant: by name of the export or of the model; else the one that `binding` is for; else the only one.
 *
 * @throws GreyboxError `cli/no-model`, `cli/unknown-model`, `cli/choose-model`
 */
export function chooseModel({ path, models, binding }: Study, wanted: string | undefined): AnySource {
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
