/** Writes the page of a calibration to a file. */
import { writeFile } from "node:fs/promises";
import type { Calibrated } from "../calibrated.ts";
import { reportPage } from "./page.ts";

/** @param path  of the HTML file, overwritten */
export async function writeReport(path: string, fit: Calibrated): Promise<void> {
  await writeFile(path, reportPage(fit), "utf8");
}
