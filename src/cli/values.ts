/** Reads what is written after options: numbers, spans, lists, assignments. */
import { GreyboxError } from "../core/index.ts";

/** A finite number. @throws GreyboxError `cli/option` */
export function numberOf(option: string, text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new GreyboxError("cli/option", { option, value: text, expected: "a number" });
  return value;
}

/** A whole number of at least `least`. */
export function countOf(option: string, text: string, least: number): number {
  const value = numberOf(option, text);
  if (!Number.isInteger(value) || value < least) {
    throw new GreyboxError("cli/option", { option, value: text, expected: `a whole number, at least ${least}` });
  }
  return value;
}

/** "0:10". */
export function spanOf(option: string, text: string): readonly [number, number] {
  const parts = text.split(":");
  if (parts.length !== 2)
    throw new GreyboxError("cli/option", { option, value: text, expected: "two numbers with a colon between them, such as 0:10" });
  return [numberOf(option, parts[0] ?? ""), numberOf(option, parts[1] ?? "")];
}

/** "a,b, c". */
export function listOf(text: string): readonly string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** "q=100" as name and text. */
export function assignmentOf(option: string, text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new GreyboxError("cli/option", { option, value: text, expected: "a name, an equals sign and a value, such as q=100" });
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** Several "name=number". */
export function numbersOf(option: string, texts: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [name, value] = assignmentOf(option, text);
      return [name, numberOf(option, value)];
    }),
  );
}
