/** One job of a batch: from its question to its files. What goes wrong is an answer, and the batch goes on. */
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Calibrated,
  calibrate,
  compareFits,
  type FleetRow,
  memberOf,
  type Question,
  reportData,
  reportPage,
} from "../../calibration/index.ts";
import { type Compute, inline } from "../../compute/index.ts";
import { explain, isGreyboxError } from "../../core/index.ts";
import { readFit } from "../calibration/beyond.ts";
import type { Job } from "./jobs.ts";

export interface BatchRow extends FleetRow {
  /** `kept`: the question, the data and the model are those of the fit that was there. */
  readonly state: "fitted" | "kept" | "failed" | "not done";
  readonly code?: string | undefined;
}

export interface Bench {
  readonly out: string;
  readonly compute: Compute;
  readonly signal: AbortSignal;
  readonly pages: boolean;
}

export async function workOn(job: Job, bench: Bench): Promise<BatchRow> {
  const { name, file } = job;
  const { out, signal, pages } = bench;
  if (signal.aborted) return { name, state: "not done" };
  try {
    const former = await readFit(join(out, `${file}.json`)).catch(() => undefined);
    const fit = await fitOf(await job.question(), join(out, "checkpoints", `${file}.checkpoint`), bench);
    // Half a search is not an answer; its checkpoint knows where to go on.
    if (signal.aborted) return { name, state: "not done" };
    const member = memberOf(name, fit);
    const link = pages ? `${file}.html` : undefined;
    if (former && isSame(former, fit)) {
      if (link !== undefined && !existsSync(join(out, link))) await replace(join(out, link), reportPage(fit));
      return { name, state: "kept", member, link };
    }
    await replace(join(out, `${file}.json`), `${JSON.stringify(reportData(fit, { former }))}\n`);
    if (link !== undefined) await replace(join(out, link), reportPage(fit, { former }));
    return { name, state: "fitted", member, link, changed: former && compareFits(former, fit).meaning };
  } catch (error) {
    if (signal.aborted) return { name, state: "not done" };
    return { name, state: "failed", ...toldOf(error) };
  }
}

/**
 * A fit that was interrupted goes on, one that has ended is answered at once. What is kept of another question, or other data, is of no use:
 * then all begins anew.
 */
async function fitOf(asked: Question, checkpoint: string, { compute, signal }: Bench): Promise<Calibrated> {
  const travels = Object.keys(asked.model.definition.derivatives).length > 0;
  const question = { ...asked, compute: travels ? compute : inline(), signal };
  try {
    return await calibrate({ ...question, checkpoint });
  } catch (error) {
    if (!isGreyboxError(error) || error.code !== "calibration/checkpoint") throw error;
    await rm(checkpoint, { force: true });
    return calibrate(travels ? { ...question, checkpoint } : question);
  }
}

function isSame({ provenance: a }: Calibrated, { provenance: b }: Calibrated): boolean {
  return a.model === b.model && a.data === b.data && a.question === b.question && a.seed === b.seed && a.version === b.version;
}

function toldOf(error: unknown): { readonly failure: string; readonly code: string | undefined } {
  if (!isGreyboxError(error)) return { failure: error instanceof Error ? error.message : String(error), code: undefined };
  const { problem, remedy, code } = explain(error);
  return { failure: `${problem} ${remedy}`, code };
}

/** Whole or not at all. */
export async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, "utf8");
  await rename(`${path}.new`, path);
}
