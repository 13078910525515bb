/** `greybox check`: every model of a file, with its structure, or with all of its mistakes at once; its derivatives where asked. */
import { isGreyboxError } from "../../core/index.ts";
import { modelFromDefinition } from "../../models/index.ts";
import { checkGradients, gradientText } from "../gradients.ts";
import { checkIdentifiability, type IdentifiabilityOptions, identifiabilityText } from "../identifiability.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { chooseModel, loadStudy } from "../study.ts";
import { numbersOf, spanOf } from "../values.ts";
import { verdictOf, verdictText } from "../verdict.ts";

export interface CheckOptions extends IdentifiabilityOptions {
  readonly model?: string;
  readonly gradients?: boolean;
  readonly identifiability?: boolean;
  readonly input?: readonly string[];
  readonly parameter?: readonly string[];
  readonly span?: string;
}

export async function check(file: string, options: CheckOptions, { io, json }: Shared): Promise<ExitCode> {
  try {
    const study = await loadStudy([file]);
    const chosen = options.model === undefined ? new Set(study.models.values()) : [chooseModel(study, options.model)];
    if (study.models.size === 0) chooseModel(study, undefined);
    if (options.gradients) {
      const point = {
        inputs: numbersOf("--input", options.input ?? []),
        parameters: numbersOf("--parameter", options.parameter ?? []),
        span: options.span === undefined ? undefined : spanOf("--span", options.span),
      };
      const checks = Array.from(chosen, (model) => checkGradients(model, point));
      const ok = checks.every((one) => one.ok);
      io.out(json ? `${JSON.stringify({ ok, models: checks })}\n` : checks.map(gradientText).join("\n"));
      return ok ? exit.ok : exit.no;
    }
    if (options.identifiability) {
      const checks = Array.from(chosen, (model) => checkIdentifiability(modelFromDefinition(model.definition), options));
      const ok = checks.every((one) => one.ok);
      io.out(json ? `${JSON.stringify({ ok, models: checks })}\n` : checks.map(identifiabilityText).join("\n"));
      return ok ? exit.ok : exit.no;
    }
    const verdicts = Array.from(chosen, (model) => verdictOf(modelFromDefinition(model.definition)));
    if (json) io.out(`${JSON.stringify({ ok: true, models: verdicts })}\n`);
    else for (const verdict of verdicts) io.out(`${verdictText(verdict)}\n`);
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
