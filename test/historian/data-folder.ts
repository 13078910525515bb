/** Where measured plant data lies, when it is there: it is not part of the repository. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** Folder of a data set, or undefined. Looks in `GREYBOX_DATA`, then beside the repository. */
export function dataFolder(name: string): string | undefined {
  const folder = join(process.env["GREYBOX_DATA"] ?? resolve(import.meta.dirname, "../../../shared/data"), name);
  return existsSync(folder) ? folder : undefined;
}

/** Options of a test that needs a data set: run, or skipped with the reason. */
export function needs(name: string): { readonly skip: string | false } {
  return { skip: dataFolder(name) === undefined && `the data set "${name}" is not here (set GREYBOX_DATA)` };
}
