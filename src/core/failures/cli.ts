/** What callers can do wrong with `cli`. One entry a code; every code is explained in `docs/errors.md`. */
import { type Kind, kind, listed } from "../failure.ts";

export const cliFailures = {
  "cli/usage": kind<{ why: string }>(
    (d) => `${d.why.replace(/^error: /, "").replace(/\.?$/, ".")}`,
    () => "See `greybox --help`, or `--help` after the command.",
  ),
  "cli/file-missing": kind<{ path: string; role: string }>(
    (d) => `There is no ${d.role} "${d.path}".`,
    () => "Check the path; it is taken from the folder in which the command runs.",
  ),
  "cli/file-failed": kind<{ path: string; why: string }>(
    (d) => `"${d.path}" cannot be loaded: ${d.why.replace(/\.$/, "")}.`,
    () => "Correct the file; `--debug` shows where it failed.",
  ),
  "cli/no-model": kind<{ path: string; exports: readonly string[] }>(
    (d) => `"${d.path}" exports no model; it exports ${listed(d.exports)}.`,
    () => "Export one: `export const reactor = defineModel({ … })`.",
  ),
  "cli/choose-model": kind<{ path: string; models: readonly string[] }>(
    (d) => `"${d.path}" exports several models: ${listed(d.models)}.`,
    (d) => `Choose with \`--model ${d.models[0]}\`.`,
  ),
  "cli/unknown-model": kind<{ path: string; model: string; models: readonly string[] }>(
    (d) => `"${d.path}" exports no model called "${d.model}".`,
    (d) => `It has ${listed(d.models)}.`,
  ),
  "cli/option": kind<{ option: string; value: string; expected: string }>(
    (d) => `\`${d.option} ${d.value}\` cannot be read; expected ${d.expected}.`,
    () => "See `--help` after the command.",
  ),
  "cli/needs": kind<{ command: string; what: string; how: string }>(
    (d) => `\`greybox ${d.command}\` needs ${d.what}.`,
    (d) => d.how,
  ),
} as const satisfies Record<string, Kind<never>>;
