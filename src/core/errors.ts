/**
 * Failures that are the caller's to fix: code, value, remedy.
 *
 * Numerical outcomes (a solve that ran out of steps, a fit that stalled) are not failures: they are values, see `outcome.ts`.
 */
import type { Kind } from "./failure.ts";
import { calibrationFailures } from "./failures/calibration.ts";
import { cliFailures } from "./failures/cli.ts";
import { computeFailures } from "./failures/compute.ts";
import { coreFailures } from "./failures/core.ts";
import { fusionFailures } from "./failures/fusion.ts";
import { historianFailures } from "./failures/historian.ts";
import { kernelFailures } from "./failures/kernel.ts";
import { modelsFailures } from "./failures/models.ts";
import { sensorsFailures } from "./failures/sensors.ts";
import { serviceFailures } from "./failures/service.ts";
import { solversFailures } from "./failures/solvers.ts";

/** Every failure Greybox can raise, by code. */
export const failures = {
  ...coreFailures,
  ...kernelFailures,
  ...computeFailures,
  ...historianFailures,
  ...modelsFailures,
  ...solversFailures,
  ...calibrationFailures,
  ...fusionFailures,
  ...sensorsFailures,
  ...serviceFailures,
  ...cliFailures,
} as const;

export type FailureCode = keyof typeof failures;
export type FailureDetails<C extends FailureCode> = (typeof failures)[C] extends Kind<infer D> ? D : never;

/**
 * The one error class of Greybox. `code` is stable and documented in `docs/errors.md`; `details` holds the offending values.
 *
 * @example
 * try { signal([0, 1], [5]); } catch (error) { error.code; } // => "signal/length"
 */
export class GreyboxError<C extends FailureCode = FailureCode> extends Error {
  override readonly name = "GreyboxError";
  readonly code: C;
  readonly details: FailureDetails<C>;

  constructor(code: C, details: FailureDetails<C>, options?: ErrorOptions) {
    const { problem, remedy } = failures[code] as unknown as Kind<FailureDetails<C>>;
    super(`${problem(details)} ${remedy(details)} [${code}]`, options);
    this.code = code;
    this.details = details;
  }
}

/** An error taken apart, for screens and for JSON: what is wrong, what to do, and the code. */
export function explain<C extends FailureCode>(
  error: GreyboxError<C>,
): { readonly code: C; readonly problem: string; readonly remedy: string } {
  const { code, details } = error;
  const { problem, remedy } = failures[code] as unknown as Kind<FailureDetails<C>>;
  return { code, problem: problem(details), remedy: remedy(details) };
}

/** True when `error` is a {@link GreyboxError}, also one with the given code. Works across copies of the package. */
export function isGreyboxError<C extends FailureCode>(error: unknown, code?: C): error is GreyboxError<C> {
  return error instanceof Error && error.name === "GreyboxError" && (code === undefined || (error as GreyboxError).code === code);
}
