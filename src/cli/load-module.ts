/**
 * Loads the files a modeler writes, TypeScript as it is: no build step.
 *
 * `import { … } from "greybox"` in such a file finds the package this command belongs to, also in a folder where none is installed.
 */
import { existsSync } from "node:fs";
import { register } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { GreyboxError, isGreyboxError } from "../core/index.ts";

export type Loaded = Readonly<Record<string, unknown>>;

/**
 * @param role  what the file is to the command, for the message
 * @throws GreyboxError `cli/file-missing`, `cli/file-failed`; what the file itself throws as a GreyboxError passes through
 */
export async function loadModule(path: string, role: string): Promise<Loaded> {
  const absolute = resolve(path);
  if (!existsSync(absolute)) throw new GreyboxError("cli/file-missing", { path, role });
  await readTypeScript();
  try {
    return (await import(pathToFileURL(absolute).href)) as Loaded;
  } catch (error) {
    if (isGreyboxError(error)) throw error;
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new GreyboxError("cli/file-failed", { path, why }, { cause: error });
  }
}

let ready: Promise<void> | undefined;

/** Once in a process: hooks that read TypeScript, unless this very file is read by such hooks, and that find this package. */
function readTypeScript(): Promise<void> {
  ready ??= (async () => {
    const fromSource = import.meta.url.endsWith(".ts");
    if (!fromSource) {
      const { register: registerTsx } = await import("tsx/esm/api");
      registerTsx();
    }
    register(new URL(`./find-package.${fromSource ? "ts" : "js"}`, import.meta.url));
  })();
  return ready;
}
