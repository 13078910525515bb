/** `greybox map`: which tag may be which quantity of a model, from names, units and ranges; a person reviews it. */
import { writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { GreyboxError } from "../../core/index.ts";
import { type Mapping, mappingJson, mappingTypeScript, type ProposedMapping, proposeMapping, readMapping } from "../../historian/index.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { type DataOptions, declaredOf, openData } from "../plant-data.ts";
import { chooseModel, loadStudy } from "../study.ts";
import { table } from "../text.ts";

interface Options extends DataOptions {
  readonly model?: string;
  readonly out?: string;
}

export async function mapCommand(path: string | undefined, options: Options, { io, json }: Shared): Promise<ExitCode> {
  if (options.out !== undefined && !/\.(json|[cm]?ts)$/.test(options.out))
    throw new GreyboxError("cli/option", { option: "--out", value: options.out, expected: "a file ending in .json or .ts" });
  const study = path === undefined ? undefined : await loadStudy([path, options.binding]);
  const model = study && chooseModel(study, options.model);
  // Of an earlier mapping only how the record is written counts here.
  const earlier = options.map === undefined ? undefined : await readMapping(options.map);
  const reading = earlier ? { path: "", historian: earlier.historian } : study;
  await using historian = await openData("map", options, reading);
  const written = relativeTo(options.out, declaredOf("map", options, reading));
  const proposed = await proposeMapping(historian, model, written);
  if (options.out !== undefined) await writeFile(options.out, textOf(proposed, options.out, path, study?.models, model), "utf8");
  if (json) io.out(`${JSON.stringify({ ok: true, ...proposed, ...(options.out === undefined ? {} : { out: options.out }) })}\n`);
  else io.out(proposalText(proposed, options.out));
  return exit.ok;
}

/** The path of the data as it is seen from the mapping. */
function relativeTo(out: string | undefined, { file, ...rest }: Mapping["historian"]): Mapping["historian"] {
  if (file === undefined) return rest;
  const folder = out === undefined ? "." : dirname(out);
  return { file: relative(resolve(folder), resolve(file)) || file, ...rest };
}

function textOf(
  proposed: ProposedMapping,
  out: string,
  modelPath: string | undefined,
  models: ReadonlyMap<string, unknown> | undefined,
  model: unknown,
): string {
  if (out.endsWith(".json")) return mappingJson(proposed);
  const name = [...(models ?? [])].find(([, one]) => one === model)?.[0];
  if (name === undefined || modelPath === undefined) return mappingTypeScript(proposed, undefined);
  const from = relative(dirname(resolve(out)), resolve(modelPath));
  return mappingTypeScript(proposed, { name, from: from.startsWith(".") ? from : `./${from}` });
}

function proposalText({ tags, unused, mapping }: ProposedMapping, out: string | undefined): string {
  const rows = tags.map(({ quantity, modelUnit, tag, unit, evidence }) => [
    quantity,
    modelUnit,
    tag ?? "–",
    unit ?? "",
    evidence.join("; "),
  ]);
  const review = (mapping.review ?? []).map(({ about, note }) => `- ${about}: ${note}\n`);
  return [
    ...(tags.length > 0 ? [table(["quantity", "unit", "tag", "unit", "because"], rows)] : []),
    ...(review.length > 0 ? [`To be reviewed:\n${review.join("")}`] : []),
    ...(unused.length > 0 && tags.length > 0 ? [`Tags not used: ${unused.join(", ")}\n`] : []),
    ...(out === undefined ? [] : [`Written: ${out}. No unit was changed; a unit nobody states is "?".\n`]),
  ].join("\n");
}
