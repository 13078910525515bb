/**
 * A mapping: how a record is written and which tag is which quantity, as a JSON file. Data is imported by it alone, without code.
 *
 * It holds what a study exports as `historian` and what `bind` takes; every field is checked, so that a misspelt one is refused and not
 * overlooked.
 */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type AnySource, GreyboxError } from "../../core/index.ts";
import { type Binding, bind, type TagsOf } from "../bind.ts";
import type { FileOptions } from "../files/options.ts";
import { type Historian, openHistorian } from "../open.ts";
import { checkMapping } from "./check.ts";

export interface Mapping {
  /** Where the data is, relative to the mapping, and how it is written. */
  readonly historian: FileOptions & { readonly file?: string | undefined };
  /** Name of the model that the binding is for. */
  readonly model?: string | undefined;
  /** Which tag is which quantity of the model: what `bind` takes. */
  readonly binding?: Readonly<Record<string, unknown>> | undefined;
  /** What is to be looked at before the mapping is used. Readers pass over it. */
  readonly review?: readonly ReviewNote[] | undefined;
}

/** A choice that a person has to make or confirm. */
export interface ReviewNote {
  /** Quantity or tag. */
  readonly about: string;
  readonly note: string;
}

/**
 * A mapping from the text of its file.
 *
 * @param path  for messages
 * @throws GreyboxError `historian/mapping`
 *
 * @example
 * mappingOf('{ "historian": { "file": "plant.csv", "zone": "UTC" } }', "plant.json").historian.zone; // => "UTC"
 */
export function mappingOf(text: string, path: string): Mapping {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GreyboxError("historian/mapping", { path, place: "the file", value: why, expected: "JSON" }, { cause });
  }
  return checkMapping(value, path);
}

/** @throws GreyboxError `historian/file-missing`, `historian/mapping` */
export async function readMapping(path: string): Promise<Mapping> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new GreyboxError("historian/file-missing", { path }, { cause });
  }
  const { historian, ...rest } = mappingOf(text, path);
  const { file } = historian;
  return { ...rest, historian: file === undefined || isAddress(file) ? historian : { ...historian, file: resolve(dirname(path), file) } };
}

/** Of a server, not of a file: a scheme of more than one letter, for `C:` is a drive. */
const isAddress = (file: string): boolean => /^[a-z][a-z0-9+.-]+:/i.test(file);

/**
 * Opens the data that a mapping file names.
 *
 * @param file  in place of the one named there: another record written alike
 * @throws GreyboxError `historian/mapping`, and those of `openHistorian`
 */
export async function openMapping(path: string, file?: string): Promise<Historian> {
  const {
    historian: { file: named, ...options },
  } = await readMapping(path);
  const from = file ?? named;
  if (from === undefined)
    throw new GreyboxError("historian/mapping", { path, place: "historian.file", value: "missing", expected: "a path" });
  return openHistorian(from, options);
}

/**
 * The binding of a mapping.
 *
 * @throws GreyboxError those of `bind`; `historian/mapping` where it has none
 */
export function bindMapping<M extends AnySource>(model: M, { binding }: Mapping, path: string): Binding<M> {
  if (binding === undefined)
    throw new GreyboxError("historian/mapping", {
      path,
      place: "binding",
      value: "missing",
      expected: "the tags of the model's quantities",
    });
  // `bind` checks what the compiler could not see.
  return bind(model, binding as TagsOf<M>);
}
