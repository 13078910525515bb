/** How a failure is told: a sentence, a remedy, a code; a stack only where it was asked for. */
import { explain, isGreyboxError } from "../core/index.ts";
import { type ExitCode, exit, type Shared } from "./io.ts";

/** Faults of the moment, not of the caller. */
const transient = new Set([
  "EADDRINUSE",
  "EAGAIN",
  "EBUSY",
  "ECONNREFUSED",
  "ECONNRESET",
  "EMFILE",
  "ENFILE",
  "ETIMEDOUT",
  "ETXTBSY",
  "historian/store-locked",
]);

/** Prints an error and gives the exit code for it. */
export function tellFailure(error: unknown, { io, json }: Shared, debug: boolean): ExitCode {
  const told = describe(error);
  if (json) io.out(`${JSON.stringify({ ok: false, error: told })}\n`);
  else io.err(`${told.problem}${told.remedy === "" ? "" : `\n${told.remedy}`}${told.code === "" ? "" : `\n[${told.code}]`}\n`);
  if (debug && error instanceof Error) io.err(`${error.stack}\n${error.cause instanceof Error ? `Caused by ${error.cause.stack}\n` : ""}`);
  if (isTransient(error)) return exit.retry;
  return isGreyboxError(error) ? exit.usage : exit.no;
}

interface Told {
  readonly code: string;
  readonly problem: string;
  readonly remedy: string;
  readonly details?: unknown;
}

function describe(error: unknown): Told {
  if (isGreyboxError(error)) return { ...explain(error), details: error.details };
  const problem = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (code !== undefined) return { code, problem, remedy: isTransient(error) ? "Try again in a while." : "" };
  return { code: "", problem, remedy: "This should not happen; `--debug` shows where it did." };
}

function isTransient(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (transient.has(codeOf(at) ?? "")) return true;
  return false;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
