/** Formulas of PEtab tables as text in the language of models: their own operators, functions and ways to say "if". */
import { numberText } from "./names.ts";

/** Why a formula cannot be read. */
export interface Unread {
  readonly why: string;
}

export const isUnread = (found: string | Unread): found is Unread => typeof found === "object";

/** A part of a formula: its text, and whether it is a condition. */
interface Part {
  readonly text: string;
  readonly truth: boolean;
  /** A sum, which needs brackets wherever it is not a term. */
  readonly loose?: boolean;
  /** A product, which needs brackets behind a sign of multiplication. */
  readonly product?: boolean;
}

interface Token {
  readonly kind: "number" | "name" | "mark" | "end";
  readonly text: string;
}

const tokenPattern = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|<=|>=|==|!=|&&|\|\||[-+*/^()<>,!&|]))/y;

/** Calls, with their arguments as text, as text. */
const calls: Readonly<Record<string, (...of: readonly string[]) => string>> = {
  ln: (x) => `log(${x})`,
  log: (x, base) => (base === undefined ? `log(${x})` : `(log(${x})/log(${base}))`),
  log2: (x) => `(log(${x})/${Math.LN2})`,
  log1p: (x) => `log(1 + ${x})`,
  expm1: (x) => `(exp(${x}) - 1)`,
  pow: (x, y) => `((${x})^(${y}))`,
  power: (x, y) => `((${x})^(${y}))`,
  square: (x) => `((${x})^2)`,
  cot: (x) => `(1/tan(${x}))`,
  sec: (x) => `(1/cos(${x}))`,
  csc: (x) => `(1/sin(${x}))`,
  arccot: (x) => `atan(1/(${x}))`,
  arcsec: (x) => `acos(1/(${x}))`,
  arccsc: (x) => `asin(1/(${x}))`,
  coth: (x) => `(1/tanh(${x}))`,
  sech: (x) => `(1/cosh(${x}))`,
  csch: (x) => `(1/sinh(${x}))`,
  asinh: (x) => `log((${x}) + sqrt((${x})^2 + 1))`,
  acosh: (x) => `log((${x}) + sqrt((${x})^2 - 1))`,
  atanh: (x) => `(0.5*log((1 + (${x}))/(1 - (${x}))))`,
  acoth: (x) => `(0.5*log(((${x}) + 1)/((${x}) - 1)))`,
  asech: (x) => `log(1/(${x}) + sqrt(1/(${x})^2 - 1))`,
  acsch: (x) => `log(1/(${x}) + sqrt(1/(${x})^2 + 1))`,
};
const same = "exp log10 sqrt sin cos tan asin acos atan sinh cosh tanh abs sign min max floor ceil".split(" ");
const renamed: Readonly<Record<string, string>> = {
  arcsin: "asin",
  arccos: "acos",
  arctan: "atan",
  arcsinh: "asinh",
  arccosh: "acosh",
  arctanh: "atanh",
  arccoth: "acoth",
  arcsech: "asech",
  arccsch: "acsch",
  Abs: "abs",
  ceiling: "ceil",
  Min: "min",
  Max: "max",
  Piecewise: "piecewise",
};

/**
 * @param name  what a symbol is called in the model; `time` is `t`
 *
 * @example
 * formulaText("scale*log2(A) + piecewise(1, time > 5, 0)", (id) => id); // => "scale*(log(A)/0.6931471805599453) + if((t > 5), 1, 0)"
 */
export function formulaText(formula: string, name: (id: string) => string): string | Unread {
  const tokens = tokensOf(formula);
  if ("why" in tokens) return tokens;
  let at = 0;
  const peek = (): Token => tokens[at]!;
  const takes = (...marks: readonly string[]): string | undefined => {
    const { kind, text } = peek();
    if (kind !== "mark" || !marks.includes(text)) return undefined;
    at++;
    return text;
  };
  const wrong = (why: string): never => {
    throw new Failure(why);
  };
  const value = (part: Part): string => (part.truth ? `if(${part.text}, 1, 0)` : part.text);
  const tight = (part: Part): string => (part.loose ? `(${value(part)})` : value(part));
  const bound = (part: Part): string => (part.loose || part.product ? `(${value(part)})` : value(part));
  const truth = (part: Part): string => (part.truth ? part.text : `(${bound(part)} != 0)`);

  // "and" and "or" bind alike, from the left: PEtab 2, mathematical expressions.
  const either = (): Part => {
    let left = compared();
    for (let sign = takes("&&", "||", "&", "|"); sign; sign = takes("&&", "||", "&", "|")) {
      left = { text: `(${truth(left)} ${sign[0] === "&" ? "and" : "or"} ${truth(compared())})`, truth: true };
    }
    return left;
  };
  const compared = (): Part => {
    const left = sum();
    const sign = takes("<", "<=", ">", ">=", "==", "!=");
    return sign ? { text: `(${value(left)} ${sign} ${value(sum())})`, truth: true } : left;
  };
  const sum = (): Part => {
    let left = product();
    for (let sign = takes("+", "-"); sign; sign = takes("+", "-")) {
      const right = product();
      left = { text: `${value(left)} ${sign} ${right.loose ? `(${value(right)})` : value(right)}`, truth: false, loose: true };
    }
    return left;
  };
  const product = (): Part => {
    let left = signed();
    for (let sign = takes("*", "/"); sign; sign = takes("*", "/"))
      left = { text: `${tight(left)}${sign}${bound(signed())}`, truth: false, product: true };
    return left;
  };
  const signed = (): Part => {
    const sign = takes("+", "-", "!");
    if (!sign) return power();
    if (sign === "!") return { text: `(not ${truth(signed())})`, truth: true };
    const of = signed();
    return sign === "-" ? { text: `(-${bound(of)})`, truth: false } : of;
  };
  const power = (): Part => {
    const base = operand();
    return takes("^", "**") ? { text: `(${bound(base)}^${bound(signed())})`, truth: false } : base;
  };
  const operand = (): Part => {
    const { kind, text } = peek();
    at++;
    if (kind === "number") return { text: numberText(Number(text)), truth: false };
    if (kind === "name") return takes("(") ? called(text) : symbol(text);
    if (text !== "(") return wrong(kind === "end" ? "it ends too early" : `"${text}" is not expected there`);
    const inside = either();
    if (!takes(")")) wrong("a bracket is not closed");
    return inside;
  };
  const symbol = (text: string): Part => {
    if (text === "inf" || text === "nan") return wrong(`"${text}" is no number to compute with`);
    if (text === "true" || text === "True") return { text: "(1 > 0)", truth: true };
    if (text === "false" || text === "False") return { text: "(0 > 1)", truth: true };
    if (text === "pi" || text === "e") return { text: String(text === "pi" ? Math.PI : Math.E), truth: false };
    return { text: text === "time" || text === "t" ? "t" : name(text), truth: false };
  };
  const called = (text: string): Part => {
    const of: Part[] = [];
    if (!takes(")")) {
      do of.push(either());
      while (takes(","));
      if (!takes(")")) wrong("a bracket is not closed");
    }
    const own = renamed[text] ?? text;
    if (own === "piecewise") {
      if (of.length % 2 === 0) wrong("piecewise has no value for when no condition holds");
      const pieces = Array.from({ length: (of.length - 1) / 2 }, (_, k) => [of[2 * k]!, of[2 * k + 1]!] as const);
      const inside = pieces.reduceRight((rest, [then, when]) => `if(${truth(when)}, ${value(then)}, ${rest})`, value(of.at(-1)!));
      return { text: inside, truth: false };
    }
    if (same.includes(own))
      return { text: of.length === 1 && /^m(in|ax)$/.test(own) ? value(of[0]!) : `${own}(${of.map(value).join(", ")})`, truth: false };
    const made = calls[own] ?? wrong(`there is no function "${text}"`);
    return { text: made(...of.map(value)), truth: false };
  };

  try {
    const whole = either();
    if (peek().kind !== "end") return { why: `"${peek().text}" is not expected there` };
    return value(whole);
  } catch (error) {
    if (error instanceof Failure) return { why: error.message };
    throw error;
  }
}

/** Leaves the recursion; never leaves this file. */
class Failure extends Error {}

function tokensOf(formula: string): Token[] | Unread {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  let end = 0;
  while (formula.slice(end).trim() !== "") {
    tokenPattern.lastIndex = end;
    const found = tokenPattern.exec(formula);
    if (!found) return { why: `"${formula.slice(end).trim()[0]}" means nothing` };
    const [, number, word, mark] = found;
    const words: Readonly<Record<string, string>> = { and: "&&", or: "||", not: "!" };
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (word !== undefined && words[word]) tokens.push({ kind: "mark", text: words[word] });
    else if (word !== undefined) tokens.push({ kind: "name", text: word });
    else tokens.push({ kind: "mark", text: mark! });
    end = tokenPattern.lastIndex;
  }
  return [...tokens, { kind: "end", text: "" }];
}
