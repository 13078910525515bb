/** `greybox batch`: a fit for each asset of a fleet, or each window; failures are told, finished work is kept. */
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fleetOf, fleetPage } from "../../calibration/index.ts";
import { inline, threads } from "../../compute/index.ts";
import { jobsOf } from "../batch/jobs.ts";
import { summaryCsv, summaryText } from "../batch/summary.ts";
import { type BatchRow, replace, workOn } from "../batch/work.ts";
import type { QuestionOptions } from "../calibration/options.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { progressBar } from "../progress.ts";
import { countOf } from "../values.ts";

interface Options extends Omit<QuestionOptions, "checkpoint"> {
  readonly by: string;
  readonly out: string;
  /** False: `--no-pages`. */
  readonly pages: boolean;
}

/** Exit code 1 when there is an asset without a fit that converged. */
export async function batchCommand(path: string, options: Options, shared: Shared): Promise<ExitCode> {
  const { io, json } = shared;
  const { out, by, pages } = options;
  const workers = options.workers === undefined ? availableParallelism() : countOf("--workers", options.workers, 1);
  const jobs = await jobsOf(path, by, options);
  await mkdir(join(out, "checkpoints"), { recursive: true });
  const bar = await progressBar(shared, "fits");
  await using compute = workers > 1 ? threads({ workers }) : inline();
  // The first Ctrl-C ends the batch with what is done; the second ends the process.
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once("SIGINT", stop);
  const rows = new Array<BatchRow>(jobs.length);
  let [next, done] = [0, 0];
  const bench = { out, compute, signal: interrupted.signal, pages };
  const lane = async (): Promise<void> => {
    for (let at = next++; at < jobs.length; at = next++) {
      const job = jobs[at]!;
      rows[at] = await workOn(job, bench);
      bar.set(++done, jobs.length, job.name);
    }
  };
  // One more than there are threads: while one reads its data the others compute.
  await Promise.all(Array.from({ length: Math.min(workers + 1, jobs.length) }, lane)).finally(() => {
    bar.stop();
    process.off("SIGINT", stop);
  });

  const files = [join(out, "summary.csv"), join(out, "index.html")] as const;
  await replace(files[0], summaryCsv(rows));
  await replace(files[1], fleetPage(`Fits by ${by}`, rows));
  const ok = rows.every(({ member }) => member?.ok === true);
  if (json)
    io.out(`${JSON.stringify({ ok, fits: rows, fleet: fleetOf(rows.flatMap(({ member }) => (member ? [member] : []))), files })}\n`);
  else io.out(`${summaryText(rows)}\nWritten: ${files.join(", ")}\n`);
  return ok ? exit.ok : exit.no;
}
