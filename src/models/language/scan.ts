/**
 * Cuts an equation into tokens and refuses, with its place, all that the language does not have.
 *
 * Equations may come from people who are not trusted with code. What leaves this file is a sequence of tokens in which operands and
 * operators alternate and brackets match, so that the parser behind it never sees a text somebody wrote.
 */
import { nearestNames } from "../../core/index.ts";
import { type FunctionName, functions } from "./expression.ts";
import { type Declared, readNumber } from "./literal.ts";
import type { Refuse } from "./refuse.ts";
import { implicitProduct, refusedCharacter, refusedSequences } from "./refused.ts";
import { type Cursor, cursorOver, limits, patterns, type Token } from "./token.ts";
import { isSpecialFunction, type SpecialFunction, specialFunctions } from "./words.ts";

/** What has been read so far, and what may come next. */
interface Reading {
  readonly cursor: Cursor;
  readonly declared: Declared;
  readonly refuse: Refuse;
  readonly tokens: Token[];
  /** Open brackets, innermost last; `stacked` as it was around them. */
  readonly open: { readonly column: number; readonly call: boolean; readonly stacked: number }[];
  /** Signs and powers that wait for their operand; each is a level of nesting, as a bracket is. */
  stacked: number;
  wantsOperand: boolean;
}

/** The tokens of `text`, or undefined when it was refused. */
export function scan(text: string, declared: Declared, refuse: Refuse): readonly Token[] | undefined {
  if (text.length > limits.length) return refuse("model/too-large", 1, { what: "characters", count: text.length, limit: limits.length });
  const cursor = cursorOver(text);
  const reading: Reading = { cursor, declared, refuse, tokens: [], open: [], stacked: 0, wantsOperand: true };
  for (;;) {
    cursor.take(patterns.blank);
    if (cursor.at >= text.length) return finished(reading);
    if (!readToken(reading)) return undefined;
    const { tokens, open, stacked } = reading;
    const column = tokens.at(-1)?.column ?? 1;
    if (tokens.length > limits.tokens)
      return refuse("model/too-large", column, { what: "symbols", count: tokens.length, limit: limits.tokens });
    const nesting = open.reduce((sum, bracket) => sum + 1 + bracket.stacked, stacked);
    if (nesting > limits.nesting)
      return refuse("model/too-large", column, { what: "levels of nesting", count: nesting, limit: limits.nesting });
  }
}

function finished({ cursor, tokens, open, wantsOperand, refuse }: Reading): readonly Token[] | undefined {
  const unclosed = open.at(-1);
  if (tokens.length === 0) {
    return refuse("model/syntax", 1, {
      what: "the equation is empty",
      remedy: "Write an expression; 0 for a quantity that stays as it is.",
    });
  }
  if (wantsOperand) {
    return refuse("model/syntax", cursor.text.length, {
      what: "the equation ends in the middle",
      remedy: "Write a number, a name or a bracket after the last symbol.",
    });
  }
  if (unclosed) return refuse("model/syntax", unclosed.column, { what: '"(" is not closed', remedy: 'Close it with ")".' });
  return tokens;
}

/** Reads one token, or for a function its name and bracket; undefined when it was refused. */
function readToken(reading: Reading): true | undefined {
  const { cursor, refuse } = reading;
  const start = cursor.at;
  const sequence = refusedSequences.find(({ text }) => cursor.text.startsWith(text, start));
  if (sequence) return refuse("model/refused", start + 1, { found: sequence.text, what: sequence.what, remedy: sequence.remedy });
  const digits = cursor.take(patterns.number);
  if (digits !== undefined) return operand(reading, digits, () => readNumber(digits, cursor, reading.declared, refuse));
  const word = cursor.take(patterns.name);
  if (word !== undefined) return readWord(reading, word, start + 1);
  const character = cursor.text[start];
  if (character === "(") return opened(reading, start, false);
  if (character === ")" || character === ",") return closed(reading, character, start);
  const symbol = cursor.take(patterns.operator);
  if (symbol !== undefined) return operator(reading, symbol, start + 1);
  return refuse("model/refused", start + 1, refusedCharacter(cursor.text, start));
}

/** Takes an operand where one may stand. */
function operand(reading: Reading, text: string, read: () => Token | undefined): true | undefined {
  if (!reading.wantsOperand) return withoutOperator(reading, text);
  const token = read();
  if (!token) return undefined;
  reading.tokens.push(token);
  reading.wantsOperand = false;
  return true;
}

function withoutOperator({ cursor, tokens, refuse }: Reading, after: string): undefined {
  const before = tokens.at(-1);
  const column = cursor.at - (after === "(" ? 0 : after.length) + 1;
  if (before?.kind === "number") return implicitProduct(refuse, column, { number: String(before.value), unit: before.unit }, after);
  return implicitProduct(refuse, column, { name: before?.kind === "name" ? before.name : ")" }, after);
}

function readWord(reading: Reading, word: string, column: number): true | undefined {
  const { cursor, refuse, declared, tokens } = reading;
  if (word === "and" || word === "or") return operator(reading, word, column);
  if (!reading.wantsOperand) return withoutOperator(reading, word);
  if (word === "not") {
    reading.stacked += 1;
    tokens.push({ kind: "mark", column, text: word });
    return true;
  }
  const afterWord = cursor.at;
  cursor.take(patterns.blank);
  const bracket = cursor.text[cursor.at] === "(";
  if (Object.hasOwn(functions, word) || isSpecialFunction(word)) {
    if (!bracket)
      return refuse("model/syntax", column, { what: `"${word}" is a function and has no arguments here`, remedy: `Write ${word}(…).` });
    tokens.push({ kind: "call", column, name: word as FunctionName | SpecialFunction });
    return opened(reading, cursor.at, true);
  }
  if (bracket) {
    if (declared(word)) return implicitProduct(refuse, cursor.at + 1, { name: word }, "(");
    return refuse("model/unknown-function", column, {
      name: word,
      nearest: nearestNames(word, [...Object.keys(functions), ...specialFunctions]),
    });
  }
  cursor.at = afterWord;
  return operand(reading, word, () => ({ kind: "name", column, name: word }));
}

function opened(reading: Reading, start: number, call: boolean): true | undefined {
  if (!reading.wantsOperand) return withoutOperator(reading, "(");
  reading.cursor.at = start + 1;
  reading.open.push({ column: start + 1, call, stacked: reading.stacked });
  reading.stacked = 0;
  reading.tokens.push({ kind: "mark", column: start + 1, text: "(" });
  return true;
}

function closed(reading: Reading, mark: ")" | ",", start: number): true | undefined {
  const { open, refuse } = reading;
  const inside = open.at(-1);
  const column = start + 1;
  if (mark === "," && !inside?.call) {
    return refuse("model/syntax", column, {
      what: '"," outside a function',
      remedy: "Decimal numbers have a point; only arguments are separated by commas.",
    });
  }
  if (!inside) return refuse("model/syntax", column, { what: '")" closes nothing', remedy: "Remove it, or open a bracket before." });
  if (reading.wantsOperand) return missing(reading, mark, column);
  reading.stacked = mark === ")" ? inside.stacked : 0;
  if (mark === ")") open.pop();
  reading.wantsOperand = mark === ",";
  reading.cursor.at = column;
  reading.tokens.push({ kind: "mark", column, text: mark });
  return true;
}

function operator(reading: Reading, text: string, column: number): true | undefined {
  const sign = reading.wantsOperand && (text === "-" || text === "+");
  if (reading.wantsOperand && !sign) return missing(reading, text, column);
  reading.stacked = sign || text === "^" ? reading.stacked + 1 : 0;
  reading.wantsOperand = true;
  reading.tokens.push({ kind: "mark", column, text });
  return true;
}

function missing({ refuse }: Reading, before: string, column: number): undefined {
  return refuse("model/syntax", column, {
    what: `something is missing before "${before}"`,
    remedy: "Write a number, a name or a bracket there.",
  });
}
