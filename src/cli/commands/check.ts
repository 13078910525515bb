/** `greybox check`: every model of a file, with all of its mistakes at once. */
import { isGreyboxError } from "../../core/index.ts";
import { checkDefinition } from "../../models/index.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { chooseModel, loadStudy } from "../study.ts";

export async function check(file: string, options: { readonly model?: string }, { io, json }: Shared): Promise<ExitCode> {
  try {
    const study = await loadStudy([file]);
    const chosen = options.model === undefined ? new Set(study.models.values()) : [chooseModel(study, options.model)];
    if (study.models.size === 0) chooseModel(study, undefined);
    const summaries = Array.from(chosen, (model) => checkDefinition(model.definition).summary);
    if (json) io.out(`${JSON.stringify({ ok: true, models: summaries })}\n`);
    else for (const { text } of summaries) io.out(`ok  ${text}\n`);
    return exit.ok;
  } catch (error) {
    // A model that cannot be used fails while its file loads: that is the answer of this command, not wrong use of it.
    if (!isGreyboxError(error, "model/invalid")) throw error;
    const { model, problems } = error.details;
    if (json) io.out(`${JSON.stringify({ ok: false, model, problems })}\n`);
    else {
      io.err(`${error.message}\n`);
    }
    return exit.no;
  }
}
