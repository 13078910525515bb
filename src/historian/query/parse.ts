/**
 * Reads a pattern query.
 *
 * query     = sequence { "or" sequence }
 * sequence  = both [ ("before" | "after") both [ "by" [limit] duration ] ]
 * both      = term { ("and" | "while") term }
 * term      = "not" term | "(" query ")" [lasts] | name predicate [lasts]
 * lasts     = "for" [limit] duration
 * limit     = "more than" | "less than" | "at least" | "at most" | "over" | "under"
 * predicate = ( ">" | "<" | … ) number [unit] | "exceeds" number [unit]
 *           | "is" ["not"] ( "above" | "below" number [unit] | "between" number [unit] "and" number [unit]
 *                          | "good" | "bad" | "uncertain" | "missing" | number [unit] | state )
 *           | ( "rises" | "falls" | "changes" ) "by" [limit] number [unit] "within" duration
 *           | "stays" ( "within" number [unit] "for" duration | "above" | "below" | "between" … )
 */
import { nearestNames, parseUnit } from "../../core/index.ts";
import { secondsOf } from "../duration.ts";
import type { Comparison, Pattern, Predicate, Quantity } from "./pattern.ts";
import { queryError, type Token, tokensOf } from "./tokens.ts";

const joiners = ["and", "while", "or", "before", "after", "by", "for", "within", "not"];
const predicates = ["is", "rises", "falls", "changes", "stays", "exceeds", ">", ">=", "<", "<=", "=", "!="];
const keywords = new Set([
  ...joiners,
  ...predicates,
  "above",
  "below",
  "between",
  "more",
  "less",
  "than",
  "at",
  "least",
  "most",
  "over",
  "under",
]);
const comparisons: Readonly<Record<string, Comparison>> = {
  ">": ">",
  ">=": ">=",
  "≥": ">=",
  "<": "<",
  "<=": "<=",
  "≤": "<=",
  "=": "=",
  "!=": "!=",
  "≠": "!=",
};
const deepest = 50;

/**
 * @throws GreyboxError `historian/query` with the place, what is expected there and the nearest word
 *
 * @example
 * parsePattern("T rises by more than 5 K within 10 min while FIC101.MODE is automatic").kind; // => "and"
 */
export function parsePattern(text: string): Pattern {
  const tokens = tokensOf(text);
  let next = 0;
  let depth = 0;
  const peek = (ahead = 0): Token => tokens[Math.min(next + ahead, tokens.length - 1)]!;
  const take = (): Token => tokens[Math.min(next++, tokens.length - 1)]!;
  const is = (...words: readonly string[]): boolean => peek().kind !== "name" && words.includes(peek().text.toLowerCase());
  const accept = (...words: readonly string[]): string | undefined => (is(...words) ? take().text.toLowerCase() : undefined);
  const fail = (expected: string, candidates: readonly string[] = []): never => {
    const { kind, text: found, at } = peek();
    throw queryError(
      text,
      at,
      kind === "end" ? "the text ends" : `${JSON.stringify(found)} is found`,
      expected,
      nearestNames(found, candidates),
    );
  };
  const expect = (...words: readonly string[]): string => accept(...words) ?? fail(words.map((word) => `"${word}"`).join(" or "), words);

  function query(): Pattern {
    if (++depth > deepest) fail("an end of the brackets");
    const parts = [sequence()];
    while (accept("or")) parts.push(sequence());
    depth--;
    return parts.length === 1 ? parts[0]! : { kind: "or", parts };
  }

  function sequence(): Pattern {
    const of = both();
    const order = accept("before", "after");
    if (order === undefined) return of;
    const other = both();
    const by = accept("by") ? timeLimit("less") : undefined;
    return { kind: "sequence", of, order: order as "before" | "after", other, by };
  }

  function both(): Pattern {
    const parts = [term()];
    while (accept("and", "while")) parts.push(term());
    return parts.length === 1 ? parts[0]! : { kind: "and", parts };
  }

  function term(): Pattern {
    if (accept("not")) {
      if (++depth > deepest) fail("a condition");
      const of = term();
      depth--;
      return { kind: "not", of };
    }
    if (accept("(")) {
      const of = query();
      expect(")");
      return lasting(of);
    }
    const name = peek();
    if (name.kind !== "name" && (name.kind !== "word" || keywords.has(name.text.toLowerCase()))) fail("the name of a tag or quantity");
    take();
    const predicate = condition();
    const to = tokens[next - 1]!.to;
    return lasting({ kind: "condition", name: name.text, at: name.at, predicate, text: text.slice(name.at, to).trim() });
  }

  function lasting(of: Pattern): Pattern {
    if (!accept("for")) return of;
    return { kind: "lasts", of, ...timeLimit("more") };
  }

  function condition(): Predicate {
    const sign = comparisons[peek().text];
    if (sign !== undefined && peek().kind === "sign") {
      take();
      return { kind: "compare", comparison: sign, limit: quantity() };
    }
    const verb = accept("is", "was", "stays", "rises", "falls", "changes", "moves", "exceeds");
    switch (verb) {
      case "exceeds":
        return { kind: "compare", comparison: ">", limit: quantity() };
      case "is":
      case "was":
        return being();
      case "stays":
        return staying();
      case undefined:
        return fail("what is said of it (is, rises, falls, changes, stays, exceeds or a comparison)", [...predicates, "was", "moves"]);
      default: {
        expect("by");
        const by = { ...sense("more"), amount: quantity() };
        expect("within");
        const direction = verb === "rises" || verb === "falls" ? verb : "changes";
        return { kind: "moves", direction, by, within: duration() };
      }
    }
  }

  function being(): Predicate {
    const not = accept("not") !== undefined;
    const plain = level();
    if (plain) return not ? opposite(plain) : plain;
    const quality = accept("good", "bad", "uncertain", "missing");
    if (quality) return { kind: "quality", quality: quality as "good", not };
    if (peek().kind === "number") return { kind: "compare", comparison: not ? "!=" : "=", limit: quantity() };
    if (peek().kind === "name" || (peek().kind === "word" && !keywords.has(peek().text.toLowerCase()))) {
      return { kind: "state", word: take().text, not };
    }
    return fail("above, below, between, good, bad, uncertain, missing, a number or a state", [
      "above",
      "below",
      "between",
      "good",
      "bad",
      "missing",
    ]);
  }

  function opposite(predicate: Predicate): Predicate {
    if (predicate.kind !== "compare") return fail("above or below after `is not`");
    return { ...predicate, comparison: predicate.comparison === ">" ? "<=" : ">=" };
  }

  function staying(): Predicate {
    if (accept("within")) {
      const within = quantity();
      expect("for");
      accept("at");
      accept("least");
      return { kind: "stays", within, for: duration() };
    }
    return level() ?? fail("within, above, below or between", ["within", "above", "below", "between"]);
  }

  function level(): Predicate | undefined {
    if (accept("above", "over")) return { kind: "compare", comparison: ">", limit: quantity() };
    if (accept("below", "under")) return { kind: "compare", comparison: "<", limit: quantity() };
    if (!accept("between")) return undefined;
    const low = quantity();
    expect("and");
    const high = quantity();
    return {
      kind: "between",
      low: low.unit === "" ? { ...low, unit: high.unit } : low,
      high: high.unit === "" ? { ...high, unit: low.unit } : high,
    };
  }

  function sense(otherwise: "more" | "less"): { sense: "more" | "less"; orEqual: boolean } {
    if (accept("more", "over")) {
      accept("than");
      return { sense: "more", orEqual: false };
    }
    if (accept("less", "under")) {
      accept("than");
      return { sense: "less", orEqual: false };
    }
    if (!accept("at")) return { sense: otherwise, orEqual: true };
    return { sense: expect("least", "most") === "least" ? "more" : "less", orEqual: true };
  }

  function timeLimit(otherwise: "more" | "less"): { sense: "more" | "less"; seconds: number } {
    const { sense: which } = sense(otherwise);
    return { sense: which, seconds: duration() };
  }

  function duration(): number {
    const { at } = peek();
    const { value, unit } = quantity();
    if (unit === "") throw queryError(text, at, `${value} without a unit of time is found`, 'a length of time such as "10 min"', []);
    try {
      return secondsOf(`${value} ${unit}`);
    } catch {
      throw queryError(text, at, `"${value} ${unit}" is found`, 'a length of time such as "10 min"', []);
    }
  }

  function quantity(): Quantity {
    const number = peek();
    if (number.kind !== "number") fail("a number");
    take();
    const unit = peek();
    const value = Number(number.text);
    if (unit.kind === "name" || unit.kind !== "word" || keywords.has(unit.text.toLowerCase())) {
      // A unit may begin with a number, such as 1/min; it is written in quotation marks then.
      if (unit.kind === "name" && unitKnown(unit.text)) return { value, unit: take().text };
      return { value, unit: "" };
    }
    if (!unitKnown(unit.text)) {
      throw queryError(
        text,
        unit.at,
        `${JSON.stringify(unit.text)} is found`,
        "a unit, or a word that goes on with the query",
        nearestNames(unit.text, [...joiners, ...commonUnits]),
      );
    }
    return { value, unit: take().text };
  }

  const pattern = query();
  if (peek().kind !== "end") fail("and, while, or, before, after, for or the end", [...joiners]);
  return pattern;
}

const commonUnits = ["K", "degC", "bar", "Pa", "kg/h", "m^3/h", "L/min", "min", "s", "h", "%", "m", "kg", "mol/L"];

function unitKnown(text: string): boolean {
  try {
    parseUnit(text);
    return true;
  } catch {
    return false;
  }
}
