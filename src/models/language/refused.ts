/** What the language does not have, each with the name people know it by and what to write instead. */

import type { Refuse } from "./refuse.ts";

export interface Refused {
  readonly found: string;
  readonly what: string;
  readonly remedy: string;
}

const useWords = "Combine conditions with and, or, not inside if(condition, a, b).";

/** Tried in this order, before any token is read. */
export const refusedSequences: readonly { readonly text: string; readonly what: string; readonly remedy: string }[] = [
  { text: "**", what: '"**" is not an operator here', remedy: "Write ^ for a power." },
  { text: "++", what: '"++" is not an operator here', remedy: "Write one +." },
  { text: "&&", what: '"&&" is not an operator here', remedy: useWords },
  { text: "||", what: '"||" is not an operator here', remedy: useWords },
  {
    text: "=>",
    what: "function definitions are not part of the language",
    remedy: "Write the formula where it is used, or make it an algebraic quantity.",
  },
  { text: "//", what: "comments are not part of an equation", remedy: "Put the comment into the model file, beside the equation." },
  { text: "/*", what: "comments are not part of an equation", remedy: "Put the comment into the model file, beside the equation." },
];

const byCharacter: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  "=": [
    '"=" assigns; an equation is only its right-hand side',
    "Leave out the part up to =, or compare with == inside if(condition, a, b).",
  ],
  "!": ["factorials are not part of the language", "Write out the product; for a condition use not, for inequality !=."],
  "%": ["% is not an operator here", 'Write "5 percent" for a quantity, or divide by "100 percent".'],
  ".": [
    "property access is not part of the language",
    "A decimal number needs a digit beside its point; a dotted name is written without blanks.",
  ],
  "[": [
    "matrices and indexing are not part of the language",
    "Write one equation for each quantity; a numbered name is one such as T[3], without blanks.",
  ],
  "]": ["matrices and indexing are not part of the language", "Write one equation for each quantity."],
  "{": ["objects are not part of the language", "Group with ( and )."],
  "}": ["objects are not part of the language", "Group with ( and )."],
  ":": ["ranges are not part of the language", "Write if(condition, a, b) for a choice."],
  "?": ['"?" is not an operator here', "Write if(condition, a, b)."],
  ";": ["an equation is one expression", "Write one equation for each quantity."],
  '"': ["texts are not part of the language", "Write names without quotation marks."],
  "'": ["texts and transposition are not part of the language", "Write names without quotation marks."],
  "`": ["texts are not part of the language", "Write names without quotation marks."],
  "&": ['"&" is not an operator here', useWords],
  "|": ['"|" is not an operator here', useWords],
  "~": ['"~" is not an operator here', useWords],
  "#": ["comments are not part of an equation", "Put the comment into the model file, beside the equation."],
  "−": ['this minus sign is U+2212, not "-"', "Type the minus of the keyboard."],
  "·": ['"·" is not an operator here', "Write * for a product."],
  "×": ['"×" is not an operator here', "Write * for a product."],
  "°": ['"°" is not part of a unit literal', "Write degC, degF or deg."],
  "²": ["superscripts are not part of the language", "Write ^2."],
  "³": ["superscripts are not part of the language", "Write ^3."],
  "\u00a0": ["this blank is U+00A0, a no-break space", "Type an ordinary blank."],
};

/** Why the character of `text` at `index` starts nothing that the language has. */
export function refusedCharacter(text: string, index: number): Refused {
  const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  const found = /[\p{C}\p{Z}\p{M}]/u.test(character) ? code : character;
  if (Object.hasOwn(byCharacter, character)) {
    const [what, remedy] = byCharacter[character]!;
    return { found, what, remedy };
  }
  return {
    found,
    what: /[\x20-\x7e]/.test(character)
      ? `"${character}" has no meaning here`
      : `the character ${code}${found === code ? "" : ` ("${character}")`} is not part of the language`,
    remedy: "Names are made of the letters A to Z, digits and _; they can look alike in other alphabets.",
  };
}

/** Refuses two operands without an operator between them. `column` is that of the second. */
export function implicitProduct(
  refuse: Refuse,
  column: number,
  before: { readonly number: string; readonly unit?: string | undefined } | { readonly name: string },
  after: string,
): undefined {
  const isBare = "number" in before && before.unit === undefined;
  const left = "number" in before ? `${before.number}${before.unit === undefined ? "" : ` ${before.unit}`}` : before.name;
  return refuse("model/refused", column, {
    found: `${left} ${after}`,
    what: `"${left}" and "${after}" have no operator between them`,
    remedy: `Write * for a product${isBare && /^[A-Za-z]/.test(after) ? '; a unit is set off from its number by a blank, as in "420 K"' : ""}.`,
  });
}
