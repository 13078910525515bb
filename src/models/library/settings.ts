/** What the settings of modules must keep to: mistakes are told as those of a definition are. */
import { GreyboxError } from "../../core/index.ts";
import { problem } from "../language/problem.ts";

/**
 * Refuses a count that is not a whole number of at least `least` and at most `most`.
 *
 * @throws GreyboxError `model/invalid`
 */
export function requireCount(model: string, setting: string, value: number, least = 1, most = 10_000): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  refuse(model, setting, value, `a whole number from ${least} to ${most}`);
}

/**
 * The entry of a table of constants.
 *
 * @throws GreyboxError `model/invalid` for a substance that is not in the table
 */
export function constantsOf<T, K extends string>(model: string, table: Readonly<Record<K, T>>, substance: K): T {
  if (!Object.hasOwn(table, substance)) refuse(model, "substance", substance, `one of ${Object.keys(table).join(", ")}`);
  return table[substance];
}

function refuse(model: string, setting: string, value: number | string, expected: string): never {
  throw new GreyboxError("model/invalid", { model, problems: [problem("model/value", { where: setting }, { value, expected })] });
}
