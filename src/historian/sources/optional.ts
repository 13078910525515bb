/** Packages that are used only by those who need them: loaded when asked for, missed by name. */
import { GreyboxError } from "../../core/index.ts";

/**
 * The module of an optional package.
 *
 * @param load  the import itself, so that bundlers see it
 * @throws GreyboxError `historian/optional-package`
 */
export async function optionalPackage<T>(name: string, purpose: string, load: () => Promise<unknown>, install = name): Promise<T> {
  try {
    return (await load()) as T;
  } catch (cause) {
    const missing = (cause as { readonly code?: string }).code;
    if (missing !== "ERR_MODULE_NOT_FOUND" && missing !== "MODULE_NOT_FOUND") throw cause;
    throw new GreyboxError("historian/optional-package", { package: name, purpose, install }, { cause });
  }
}
