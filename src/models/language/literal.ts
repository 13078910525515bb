/**
 * Numbers, and the unit literal that may follow one: `420 K`, `60 s/min`, `3 m^2/s`.
 *
 * The rule: a number, blanks, then any unit; after it, without blanks, `/` or `*` with further units from the list in `words.ts`, each
 * with a power if need be. A name that the model declares ends the literal before the `/` or `*`, so `420 K/T` is 420 K divided by T.
 */
import type { Refuse } from "./refuse.ts";
import { implicitProduct } from "./refused.ts";
import { type Cursor, patterns, type Token } from "./token.ts";
import { unitObjection } from "./unit-text.ts";
import { isUnitWord } from "./words.ts";

export type Declared = (name: string) => boolean;

/** Reads on after `digits`, which the cursor has just passed. */
export function readNumber(digits: string, cursor: Cursor, declared: Declared, refuse: Refuse): Token | undefined {
  const { text } = cursor;
  const column = cursor.at - digits.length + 1;
  const value = Number(digits);
  const vanished = value === 0 && /[1-9]/.test(digits.replace(/[eE].*/, ""));
  if (!Number.isFinite(value) || vanished) {
    return refuse("model/number", column, { text: digits.length > 40 ? `${digits.slice(0, 40)}…` : digits });
  }
  const glued = cursor.take(patterns.name);
  if (glued !== undefined) return implicitProduct(refuse, cursor.at - glued.length + 1, { number: digits }, glued);
  if (text[cursor.at] === ".") {
    return refuse("model/syntax", cursor.at + 1, { what: `"${digits}" is followed by another point`, remedy: "Write one number." });
  }

  const afterNumber = cursor.at;
  cursor.take(patterns.blank);
  const first = cursor.take(patterns.unitWord);
  if (first === undefined || first === "and" || first === "or") {
    cursor.at = afterNumber;
    return { kind: "number", column, value, unit: undefined };
  }
  const unitColumn = cursor.at - first.length + 1;
  if (isCallOrPath(cursor)) return implicitProduct(refuse, unitColumn, { number: digits }, first);
  if (declared(first)) return refuse("model/unit-or-name", unitColumn, { literal: `${digits} ${first}`, number: digits, name: first });
  const unit = first + (cursor.take(patterns.unitPower) ?? "") + furtherUnits(cursor, declared);
  if (unitObjection(unit) !== undefined) {
    const shown = unit.length > 40 ? `${unit.slice(0, 40)}…` : unit;
    return refuse("model/unit-unknown", unitColumn, { unit: shown, literal: `${digits} ${shown}`, number: digits });
  }
  return { kind: "number", column, value, unit };
}

function furtherUnits(cursor: Cursor, declared: Declared): string {
  let units = "";
  for (;;) {
    const joint = cursor.at;
    const sign = cursor.text[joint];
    if (sign !== "/" && sign !== "*") return units;
    cursor.at += 1;
    const word = cursor.take(patterns.unitWord);
    if (word === undefined || !isUnitWord(word) || declared(word) || isCallOrPath(cursor)) {
      cursor.at = joint;
      return units;
    }
    units += sign + word + (cursor.take(patterns.unitPower) ?? "");
  }
}

/** The word before the cursor is a function or a dotted name: no unit. */
function isCallOrPath({ text, at }: Cursor): boolean {
  return text[at] === "(" || text[at] === ".";
}
