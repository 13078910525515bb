/** `greybox calibrate`: from a study and plant data to a fit with its verdict. */
import { writeFile } from "node:fs/promises";
import { calibrate, reportData } from "../../calibration/index.ts";
import { inline, threads } from "../../compute/index.ts";
import { beyondOf, usesProcessors } from "../calibration/beyond.ts";
import { calibrationData } from "../calibration/data.ts";
import type { CalibrateOptions } from "../calibration/options.ts";
import { askedBy } from "../calibration/question.ts";
import { calibrationText } from "../calibration/text.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { progressBar } from "../progress.ts";
import { digits } from "../text.ts";

export async function calibrateCommand(path: string, options: CalibrateOptions, shared: Shared): Promise<ExitCode> {
  const { io, json } = shared;
  const lookBeyond = await beyondOf(options);
  const { question: asked, rejected, workers, remarks } = await askedBy("calibrate", path, options, usesProcessors(options));
  for (const remark of remarks) io.err(`Note: ${remark}.\n`);
  const bar = await progressBar(shared, "starts");
  await using compute = workers > 1 ? threads({ workers }) : inline();
  // The first Ctrl-C ends the search with what was found; the second ends the process.
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once("SIGINT", stop);
  const question = {
    ...asked,
    compute,
    signal: interrupted.signal,
    onProgress: ({ finished, starts: of, best }: { finished: number; starts: number; best: number | undefined }) =>
      bar.set(finished, of, best === undefined ? "" : `best cost ${digits(best)}`),
  };
  const fit = await calibrate(question).finally(() => {
    bar.stop();
    process.off("SIGINT", stop);
  });
  const beyond = await lookBeyond(question, fit);
  const files = [options.out, options.report].filter((file) => file !== undefined);
  if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(reportData(fit, beyond))}\n`);
  if (options.report !== undefined) await fit.report(options.report, beyond);
  if (json) {
    const windows = question.windows.map(({ name, duration }) => ({ name, duration }));
    io.out(`${JSON.stringify({ ...calibrationData(fit, beyond), windows, rejected, files })}\n`);
  } else io.out(`${calibrationText(fit, beyond)}${files.length > 0 ? `\nWritten: ${files.join(", ")}\n` : ""}`);
  return fit.termination.ok ? exit.ok : exit.no;
}
