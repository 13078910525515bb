/** A module hook: `greybox` means this package, wherever the file that says so lies. An installed one goes first. */
import type { ResolveHook } from "node:module";

export const resolve: ResolveHook = async (specifier, context, next) => {
  if (specifier !== "greybox" && !specifier.startsWith("greybox/")) return next(specifier, context);
  try {
    return await next(specifier, context);
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    if (!missing) throw error;
    return next(specifier, { ...context, parentURL: import.meta.url });
  }
};
