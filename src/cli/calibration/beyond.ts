/** What is found out beyond the fit: profiles, posterior, bootstrap, diagnosis, and what changed. */
import { readFile } from "node:fs/promises";
import {
  type BootstrapOptions,
  bootstrap,
  type Calibrated,
  diagnose,
  fitFromState,
  type Identifiability,
  identifiabilityOf,
  profile,
  type Question,
  type ReportOptions,
  sample,
} from "../../calibration/index.ts";
import { GreyboxError, isGreyboxError } from "../../core/index.ts";
import { countOf } from "../values.ts";
import type { BeyondOptions } from "./options.ts";

/** Reads the options, and the former fit, before hours are spent. */
export async function beyondOf(options: BeyondOptions): Promise<(question: Question, fit: Calibrated) => Promise<ReportOptions>> {
  const draws = options.sample === undefined ? undefined : countOf("--sample", options.sample, 4);
  const refits = options.bootstrap === undefined ? undefined : countOf("--bootstrap", options.bootstrap, 10);
  const kind = kindOf(options.bootstrapKind);
  const former = options.former === undefined ? undefined : await readFit(options.former);
  return async (question, fit) => {
    // What a cancelled search has found is not worth the time.
    if (fit.termination.kind === "cancelled") return { former };
    const { seed } = question;
    return {
      profiles: options.profile ? await profile(question, fit) : undefined,
      sample: draws === undefined ? undefined : await sample(question, fit, { draws, seed }),
      bootstrap: refits === undefined ? undefined : await bootstrap(question, fit, { kind, draws: refits, seed }),
      diagnosis: options.diagnose ? diagnose(question, fit) : undefined,
      identifiability: options.diagnose ? structureOf(question) : undefined,
      former,
    };
  };
}

/** Undefined for models that cannot be looked at in this way. */
function structureOf(question: Question): Identifiability | undefined {
  try {
    return identifiabilityOf(question);
  } catch (error) {
    if (isGreyboxError(error) && error.code === "calibration/identifiability") return undefined;
    throw error;
  }
}

/** Whether any of it can use several processors. */
export function usesProcessors({ profile, sample, bootstrap }: BeyondOptions): boolean {
  return profile === true || sample !== undefined || bootstrap !== undefined;
}

const kinds = ["parametric", "residual", "archive"] as const satisfies readonly NonNullable<BootstrapOptions["kind"]>[];

function kindOf(text: string | undefined): BootstrapOptions["kind"] {
  if (text === undefined) return undefined;
  const found = kinds.find((kind) => kind === text);
  if (!found) throw new GreyboxError("cli/option", { option: "--bootstrap-kind", value: text, expected: `one of ${kinds.join(", ")}` });
  return found;
}

/** @throws GreyboxError `cli/file-missing`, `calibration/stored` */
export async function readFit(path: string): Promise<Calibrated> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new GreyboxError("cli/file-missing", { path, role: "fit" });
    throw error;
  }
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch {
    state = undefined;
  }
  return fitFromState(state);
}
