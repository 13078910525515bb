/**
 * Numbers, and the unit literal that may follow one: `420 K`, `60 s/min`, `3 m^2/s`.
 *
 * The rule: a number, blanks, then any unit; after it, without blanks, `/` or `*` with further units from the list in `words.ts`, each
 * with a power if need be. Any other name ends the literal before the `/` or `*`, so `420 K/T` is 420 K divided by T. A declared name that
 * is such a unit as well, as the level in `9.81 m/s^2*h`, is the name after `*`; after `/`, as in `5 L/h`, it is refused: blanks settle it.
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
  if (declared(first)) {
    const remedy = `Write ${digits}*${first} for the product; for the quantity, declare a parameter with that unit.`;
    return refuse("model/unit-or-name", unitColumn, { text: `${digits} ${first}`, name: first, remedy });
  }
  let unit = first + (cursor.take(patterns.unitPower) ?? "");
  for (let more = furtherUnit(cursor, declared); more !== undefined; more = furtherUnit(cursor, declared)) {
    if (declared(more.word)) {
      const text = `${digits} ${unit}${more.sign}${more.word}`;
      const remedy = `Write "${digits} ${unit} ${more.sign} ${more.word}" for the declared ${more.word}; for the unit, declare a parameter with it.`;
      return refuse("model/unit-or-name", cursor.at, { text, name: more.word, remedy });
    }
    unit += more.sign + more.word + (cursor.take(patterns.unitPower) ?? "");
  }
  if (unitObjection(unit) !== undefined) {
    const shown = unit.length > 40 ? `${unit.slice(0, 40)}…` : unit;
    return refuse("model/unit-unknown", unitColumn, { unit: shown, literal: `${digits} ${shown}`, number: digits });
  }
  return { kind: "number", column, value, unit };
}

/** `/` or `*` and a unit of the list, right at the cursor; where there is none, the cursor stays. */
function furtherUnit(cursor: Cursor, declared: Declared): { readonly sign: string; readonly word: string } | undefined {
  const joint = cursor.at;
  const sign = cursor.text[joint];
  if (sign !== "/" && sign !== "*") return undefined;
  cursor.at += 1;
  const word = cursor.take(patterns.unitWord);
  if (word !== undefined && isUnitWord(word) && !isCallOrPath(cursor) && !(sign === "*" && declared(word))) return { sign, word };
  cursor.at = joint;
  return undefined;
}

/** The word before the cursor is a function, a dotted or a numbered name: no unit. */
function isCallOrPath({ text, at }: Cursor): boolean {
  return text[at] === "(" || text[at] === "." || text[at] === "[";
}
