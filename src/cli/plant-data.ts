/** Opens the plant data that a command is given: its own options first, then what the study says. */
import { dirname, resolve } from "node:path";
import { GreyboxError } from "../core/index.ts";
import {
  type Binding,
  type FileOptions,
  type Historian,
  isAddress,
  openHistorian,
  type Prepared,
  type PrepareOptions,
  prepare,
} from "../historian/index.ts";
import type { Study } from "./study.ts";

export interface DataOptions {
  readonly data?: string;
  readonly binding?: string;
  readonly map?: string;
  readonly zone?: string;
  readonly decimal?: string;
  readonly delimiter?: string;
  readonly time?: string;
  readonly elapsed?: string;
  readonly from?: string;
  readonly to?: string;
}

/** @throws GreyboxError `cli/needs`, `cli/option`, and those of `openHistorian` */
export async function openData(
  command: string,
  options: DataOptions,
  study: Pick<Study, "historian" | "path"> | undefined,
): Promise<Historian> {
  const { file, ...declared } = declaredOf(command, options, study);
  return openHistorian(file, declared);
}

/** Path of the data and how it is written. */
export function declaredOf(
  command: string,
  options: DataOptions,
  study: Pick<Study, "historian" | "path"> | undefined,
): FileOptions & { readonly file: string } {
  const { file: named, ...declared } = study?.historian ?? {};
  const besideStudy = named === undefined || isAddress(named) ? named : resolve(dirname(study?.path ?? ""), named);
  const file = options.data ?? besideStudy;
  if (file === undefined) {
    throw new GreyboxError("cli/needs", {
      command,
      what: "plant data",
      how: "Give `--data plant.csv` or `--map mapping.json`, or export `historian` from the study.",
    });
  }
  return { file, ...declared, ...fileOptions(options) };
}

/** What the options say of how a file is written. */
export function fileOptions({ zone, decimal, delimiter, time, elapsed }: DataOptions): FileOptions {
  const column = time;
  if (decimal !== undefined && decimal !== "." && decimal !== ",") {
    throw new GreyboxError("cli/option", { option: "--decimal", value: decimal, expected: ". or ," });
  }
  const separator = delimiter === "tab" ? "\t" : delimiter;
  if (separator !== undefined && !isDelimiter(separator)) {
    throw new GreyboxError("cli/option", { option: "--delimiter", value: separator, expected: "one of , ; | tab spaces" });
  }
  return {
    ...(zone === undefined ? {} : { zone }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(separator === undefined ? {} : { delimiter: separator }),
    ...(elapsed !== undefined ? { time: { elapsed, column } } : column !== undefined ? { time: column } : {}),
  };
}

function isDelimiter(text: string): text is NonNullable<FileOptions["delimiter"]> {
  return [",", ";", "\t", "|", "spaces"].includes(text);
}

/** Windows of the data, as the study says. */
export async function windowsOf(command: string, options: DataOptions, study: Study): Promise<Prepared> {
  await using historian = await openData(command, options, study);
  return prepare(historian, bindingOf(command, study), { ...study.prepare, ...rangeOf(options) });
}

export function bindingOf(command: string, { binding }: Pick<Study, "binding">): Binding {
  if (binding) return binding;
  const how = "Export it: `export const binding = bind(model, { … })`, from the study or from the file given as `--binding`.";
  throw new GreyboxError("cli/needs", { command, what: "a `binding` of tags to the model", how });
}

/** `--from` and `--to`: numbers are seconds. */
export function rangeOf({ from, to }: DataOptions): Pick<PrepareOptions, "from" | "to"> {
  const moment = (text: string): number | string => (/^-?[\d.]+(e\d+)?$/i.test(text) ? Number(text) : text);
  return { ...(from === undefined ? {} : { from: moment(from) }), ...(to === undefined ? {} : { to: moment(to) }) };
}
