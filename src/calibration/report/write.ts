/** Writes what is known of a fit to a file. */
import { writeFile } from "node:fs/promises";
import type { Calibrated } from "../calibrated.ts";
import { reportData } from "./data.ts";
import type { ReportOptions } from "./options.ts";
import { reportPage } from "./page.ts";

/** @param path  overwritten: a page, or data where it ends with `.json` */
export async function writeReport(path: string, fit: Calibrated, options: ReportOptions = {}): Promise<void> {
  const text = /\.json$/i.test(path) ? `${JSON.stringify(reportData(fit, options))}\n` : reportPage(fit, options);
  await writeFile(path, text, "utf8");
}
