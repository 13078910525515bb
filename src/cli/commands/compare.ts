/** `greybox compare`: two fits side by side. */
import { writeFile } from "node:fs/promises";
import { compareFits, comparisonPage } from "../../calibration/index.ts";
import { readFit } from "../calibration/beyond.ts";
import { plain } from "../calibration/data.ts";
import { comparisonText } from "../calibration/text.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";

interface Options {
  readonly report?: string;
}

/** Exit code 1 when the fits have nothing in common. */
export async function compareCommand(former: string, later: string, { report }: Options, { io, json }: Shared): Promise<ExitCode> {
  const [before, after] = await Promise.all([readFit(former), readFit(later)]);
  const comparison = compareFits(before, after);
  const common = comparison.estimates.length > 0;
  if (report !== undefined) await writeFile(report, comparisonPage(before, after, comparison), "utf8");
  const files = [report].filter((file) => file !== undefined);
  if (json) io.out(`${JSON.stringify({ ok: common, ...(plain(comparison) as object), files })}\n`);
  else {
    const nothing = common ? "" : "The fits have no estimate in common.\n";
    io.out(`${nothing}${comparisonText(comparison)}${files.length > 0 ? `\nWritten: ${files.join(", ")}\n` : ""}`);
  }
  return common ? exit.ok : exit.no;
}
