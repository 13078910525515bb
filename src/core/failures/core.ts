/** What callers can do wrong with `core`. One entry a code; every code is explained in `docs/errors.md`. */
import { type Kind, kind } from "../failure.ts";

export const coreFailures = {
  "signal/length": kind<{ times: number; values: number }>(
    (d) => `A signal has ${d.times} times but ${d.values} values.`,
    () => "Pass one value for each time, and at least one of each.",
  ),
  "signal/order": kind<{ index: number; time: number; previous: number }>(
    (d) => `Signal times must increase; entry ${d.index} is ${d.time} after ${d.previous}.`,
    () => "Sort the points by time and keep one value per time.",
  ),
  "signal/non-finite": kind<{ index: number; time: number; value: number }>(
    (d) => `Signal entry ${d.index} is (${d.time}, ${d.value}); both must be finite numbers.`,
    () => "Leave out points without a value; a missing value is not written as NaN.",
  ),
  "unit/unknown": kind<{ unit: string; why: string }>(
    (d) => `"${d.unit}" is not a unit: ${d.why.replace(/\.$/, "")}.`,
    () => 'Write it like "kg/h", "J/(mol*K)", "degC", "%", or "1" for a pure number.',
  ),
  "unit/incompatible": kind<{ from: string; to: string; fromDimension: string; toDimension: string }>(
    (d) => `Cannot convert "${d.from}" [${d.fromDimension}] to "${d.to}" [${d.toDimension}].`,
    () => "Give a unit of the same kind of quantity, or correct the declaration of the variable.",
  ),
  "unit/kind": kind<{ from: string; to: string; fromKind: string; toKind: string; remedy: string }>(
    (d) => `Cannot convert "${d.from}" (${d.fromKind}) to "${d.to}" (${d.toKind}) by a factor.`,
    (d) => d.remedy,
  ),
} as const satisfies Record<string, Kind<never>>;
