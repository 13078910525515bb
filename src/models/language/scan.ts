/**
 * Cuts an equation into tokens and refuses, with its place, all that the language does not have.
 *
 * Equations may come from people who are not trusted with code. What leaves this file is a sequence of tokens in which operands and
 * operators alternate and brackets match, so that the parser behind it never sees a text somebody wrote.
 */
import { nearestNames, parseUnit } from "../../core/index.ts";
import { type FunctionName, functions } from "./expression.ts";
import type { Refuse } from "./refuse.ts";
import { refusedCharacter, refusedSequences } from "./refused.ts";
import { isUnitWord, plannedFunctions } from "./words.ts";

export const limits = {
  /** Characters of an equation. */
  length: 10_000,
  /** Brackets inside brackets, signs and powers stacked on each other. */
  nesting: 100,
  /** Operators on the way from the result to a leaf; a sum of n terms counts n. */
  depth: 1000,
  /** Tokens of an equation. */
  tokens: 5000,
} as const;

export type Token =
  | { readonly kind: "number"; readonly column: number; readonly value: number; readonly unit: string | undefined }
  | { readonly kind: "name"; readonly column: number; readonly name: string }
  | { readonly kind: "call"; readonly column: number; readonly name: FunctionName | "if" }
  | { readonly kind: "mark"; readonly column: number; readonly text: string };

/** Declared names win over units: `420 K/T` is 420 K divided by T wherever T is declared. */
export type Declared = (name: string) => boolean;

const blank = /[ \t\r\n]*/y;
const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/y;
const unitWord = /[A-Za-z_][A-Za-z0-9_]*/y;
const unitPower = /\^-?\d+(?:\.\d+)?/y;
const operator = /<=|>=|==|!=|[-+*/^<>]/y;

/** The tokens of `text`, or undefined when it was refused. */
export function scan(text: string, declared: Declared, refuse: Refuse): Token[] | undefined {
  if (text.length > limits.length) return refuse("model/too-large", 1, { what: "characters", count: text.length, limit: limits.length });
  const tokens: Token[] = [];
  /** Open brackets: the call they belong to, or a plain group; with the stacked signs and powers around them. */
  const open: { readonly column: number; readonly call: boolean; readonly stacked: number }[] = [];
  let stacked = 0;
  let wantsOperand = true;
  let at = 0;

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found) at += found.length;
    return found;
  };
  const syntax = (column: number, what: string, remedy: string) => refuse("model/syntax", column, { what, remedy });

  for (;;) {
    match(blank);
    if (at >= text.length) break;
    if (tokens.length >= limits.tokens)
      return refuse("model/too-large", at + 1, { what: "symbols", count: tokens.length + 1, limit: limits.tokens });
    const start = at;
    const column = start + 1;
    const next = text[start]!;

    const sequence = refusedSequences.find(({ text: refused }) => text.startsWith(refused, start));
    if (sequence) return refuse("model/refused", column, { found: sequence.text, what: sequence.what, remedy: sequence.remedy });

    const digits = match(number);
    if (digits !== undefined) {
      if (!wantsOperand) return implicitProduct(refuse, column, tokens.at(-1)!, digits);
      const literal = readNumber(digits, column);
      if (!literal) return undefined;
      tokens.push(literal);
      wantsOperand = false;
      continue;
    }

    const word = match(name);
    if (word !== undefined) {
      if (word === "and" || word === "or") {
        if (wantsOperand) return syntax(column, `"${word}" has nothing to its left`, "Write a condition on both sides.");
        tokens.push({ kind: "mark", column, text: word });
        wantsOperand = true;
        stacked = 0;
        continue;
      }
      if (!wantsOperand) return implicitProduct(refuse, column, tokens.at(-1)!, word);
      if (word === "not") {
        if (++stacked + nesting() > limits.nesting) return tooDeep(column);
        tokens.push({ kind: "mark", column, text: word });
        continue;
      }
      const afterWord = at;
      match(blank);
      const bracket = text[at] === "(";
      at = afterWord;
      if ((plannedFunctions as readonly string[]).includes(word)) {
        return refuse("model/refused", column, {
          found: word,
          what: `\`${word}\` is not available yet`,
          remedy: "Give its result to the model as an input.",
        });
      }
      if (Object.hasOwn(functions, word) || word === "if") {
        if (!bracket) return syntax(column, `"${word}" is a function without its arguments`, `Write ${word}(…).`);
        tokens.push({ kind: "call", column, name: word as FunctionName | "if" });
        match(blank);
        at += 1;
        open.push({ column: at, call: true, stacked });
        if (nesting() > limits.nesting) return tooDeep(column);
        tokens.push({ kind: "mark", column: at, text: "(" });
        stacked = 0;
        continue;
      }
      if (bracket) {
        if (declared(word)) return implicitProduct(refuse, at + 1, { kind: "name", column, name: word }, "(");
        return refuse("model/unknown-function", column, { name: word, nearest: nearestNames(word, [...Object.keys(functions), "if"]) });
      }
      tokens.push({ kind: "name", column, name: word });
      wantsOperand = false;
      continue;
    }

    if (next === "(") {
      if (!wantsOperand) return implicitProduct(refuse, column, tokens.at(-1)!, "(");
      at += 1;
      open.push({ column, call: false, stacked });
      if (nesting() > limits.nesting) return tooDeep(column);
      tokens.push({ kind: "mark", column, text: "(" });
      stacked = 0;
      continue;
    }
    if (next === ")" || next === ",") {
      const inside = open.at(-1);
      if (next === ")" && !inside) return syntax(column, '")" closes nothing', "Remove it, or open a bracket before.");
      if (next === "," && !inside?.call)
        return syntax(column, '"," outside a function', "Decimal numbers have a point; only arguments are separated by commas.");
      if (wantsOperand) return syntax(column, `something is missing before "${next}"`, "Write a number, a name or a bracket there.");
      at += 1;
      tokens.push({ kind: "mark", column, text: next });
      wantsOperand = next === ",";
      stacked = 0;
      if (next === ")") stacked = open.pop()!.stacked;
      continue;
    }

    const symbol = match(operator);
    if (symbol === undefined) {
      const refused = refusedCharacter(text, start);
      return refuse("model/refused", column, refused);
    }
    const prefix = wantsOperand && (symbol === "-" || symbol === "+");
    if (wantsOperand && !prefix)
      return syntax(column, `something is missing before "${symbol}"`, "Write a number, a name or a bracket there.");
    stacked = prefix || symbol === "^" ? stacked + 1 : 0;
    if (nesting() > limits.nesting) return tooDeep(column);
    tokens.push({ kind: "mark", column, text: symbol });
    wantsOperand = true;
  }

  const unclosed = open.at(-1);
  if (tokens.length === 0) return syntax(1, "the equation is empty", "Write an expression; 0 for a quantity that stays as it is.");
  if (wantsOperand)
    return syntax(text.length, "the equation ends in the middle", "Write a number, a name or a bracket after the last symbol.");
  if (unclosed) return syntax(unclosed.column, '"(" is not closed', 'Close it with ")".');
  return tokens;

  function nesting(): number {
    return open.reduce((sum, bracket) => sum + 1 + bracket.stacked, stacked);
  }
  function tooDeep(column: number) {
    return refuse("model/too-large", column, { what: "levels of nesting", count: nesting() + 1, limit: limits.nesting });
  }

  /** A number, with the unit literal that may follow it after a blank. */
  function readNumber(digits: string, column: number): Token | undefined {
    const value = Number(digits);
    if (!Number.isFinite(value) || (value === 0 && /[1-9]/.test(digits.replace(/[eE].*/, "")))) {
      return refuse("model/number", column, { text: digits.length > 40 ? `${digits.slice(0, 40)}…` : digits });
    }
    const after = at;
    if (/[A-Za-z_]/.test(text[at] ?? "")) {
      return implicitProduct(refuse, at + 1, { kind: "number", column, value, unit: undefined }, match(name)!);
    }
    if (text[at] === ".") return syntax(at + 1, `"${digits}." is followed by another point`, "Write one number.");
    const space = match(blank);
    const first = space === undefined ? undefined : match(unitWord);
    if (first === undefined || first === "and" || first === "or") {
      at = after;
      return { kind: "number", column, value, unit: undefined };
    }
    const unitColumn = at - first.length + 1;
    if (text[at] === "(" || text[at] === ".")
      return implicitProduct(refuse, unitColumn, { kind: "number", column, value, unit: undefined }, first);
    if (declared(first)) return refuse("model/unit-or-name", unitColumn, { literal: `${digits} ${first}`, number: digits, name: first });
    let unit = first + (match(unitPower) ?? "");
    for (;;) {
      const joint = at;
      const sign = text[at];
      if (sign !== "/" && sign !== "*") break;
      at += 1;
      const more = match(unitWord);
      if (more === undefined || !isUnitWord(more) || declared(more) || text[at] === "(" || text[at] === ".") {
        at = joint;
        break;
      }
      unit += sign + more + (match(unitPower) ?? "");
    }
    try {
      parseUnit(unit);
    } catch {
      return refuse("model/unit-unknown", unitColumn, { unit, literal: `${digits} ${unit}`, number: digits });
    }
    return { kind: "number", column, value, unit };
  }
}

function implicitProduct(refuse: Refuse, column: number, before: Token, after: string): undefined {
  const left = before.kind === "number" ? String(before.value) : before.kind === "name" ? before.name : ")";
  const joined = `${left}${before.kind === "number" && before.unit !== undefined ? ` ${before.unit}` : ""} ${after}`;
  const quantity = before.kind === "number" && before.unit === undefined && /^[A-Za-z]/.test(after);
  return refuse("model/refused", column, {
    found: joined,
    what: `"${joined}" has no operator between its parts`,
    remedy: `Write ${left}*${after}${quantity ? ` for a product; a unit is set off by one blank, as in "420 K"` : " for a product"}.`,
  });
}
