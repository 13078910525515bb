/** The words of a query, each with its place in the text. */
import { GreyboxError } from "../../core/index.ts";

export interface Token {
  readonly kind: "word" | "name" | "number" | "sign" | "end";
  readonly text: string;
  readonly at: number;
  /** Where it ends. */
  readonly to: number;
}

const longest = 2000;

/** Names may hold dots, colons, slashes and dashes, as tags do; anything else stands in quotation marks. */
const wordPattern = /[\p{L}_%°µ][\p{L}\p{N}_.:/\\\-^*°µ%]*/uy;
const numberPattern = /[+\-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const signPattern = /(?:>=|<=|!=|≥|≤|≠|>|<|=|\(|\))/y;
const quotedPattern = /"([^"]+)"|'([^']+)'/y;

/** @throws GreyboxError `historian/query` */
export function tokensOf(text: string): Token[] {
  if (text.length > longest) throw queryError(text, longest, "the query goes on", `an end after ${longest} characters`, []);
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  while (at < text.length) {
    if (/\s|,/.test(text[at]!)) {
      at++;
      continue;
    }
    const quoted = match(quotedPattern);
    const found = quoted ?? match(numberPattern) ?? match(wordPattern) ?? match(signPattern);
    if (!found) throw queryError(text, at, `${JSON.stringify(text[at])} is found`, "a name, a number or a comparison", []);
    const [whole] = found;
    const kind = quoted ? "name" : /^[+\-−.\d]/.test(whole) ? "number" : /^[(><=!≥≤≠)]/.test(whole) ? "sign" : "word";
    const bare = quoted ? (quoted[1] ?? quoted[2])! : whole.replace(/[.:]+$/, "") || whole;
    tokens.push({ kind, text: kind === "number" ? whole.replace("−", "-") : bare, at, to: at + whole.length });
    at += whole.length;
  }
  return [...tokens, { kind: "end", text: "", at: text.length, to: text.length }];
}

export function queryError(
  text: string,
  at: number,
  found: string,
  expected: string,
  nearest: readonly string[],
): GreyboxError<"historian/query"> {
  return new GreyboxError("historian/query", { text, at, found, expected, nearest });
}
