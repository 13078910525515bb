/** `greybox describe`: one HTML page about one model, for people who know the plant and do not read code. */
import { writeFile } from "node:fs/promises";
import { describeModel, modelFromDefinition } from "../../models/index.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { chooseModel, loadStudy } from "../study.ts";
import { verdictOf } from "../verdict.ts";

export async function describe(
  file: string,
  { model: wanted, out }: { readonly model?: string; readonly out?: string },
  { io, json }: Shared,
): Promise<ExitCode> {
  const model = modelFromDefinition(chooseModel(await loadStudy([file]), wanted).definition);
  const page = describeModel(model);
  if (out !== undefined) await writeFile(out, page, "utf8");
  if (json) io.out(`${JSON.stringify({ ...verdictOf(model), ...(out === undefined ? { page } : { out }) })}\n`);
  else if (out === undefined) io.out(page);
  else io.err(`${model.name} is described in ${out}.\n`);
  return exit.ok;
}
