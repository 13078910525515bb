/**
 * Text of an equation → {@link Expression}.
 *
 * The scanner refuses what the language does not have; mathjs then decides precedence. It is given `v3*f5(v7)` in place of what was
 * written, every operand named after its token, so it can neither reach nor mean anything else, and each leaf knows its place.
 */
import { parse as parseMathematics } from "#mathjs";
import { GreyboxError, nearestNames } from "../../core/index.ts";
import { type Expression, functions, variadic } from "./expression.ts";
import { type Problem, problem, type Report } from "./problem.ts";
import type { Refuse } from "./refuse.ts";
import { scan } from "./scan.ts";
import type { Table } from "./table.ts";
import { limits, type Token } from "./token.ts";
import { isSpecialFunction } from "./words.ts";

/** What an equation may refer to, and how it is called in messages. */
export interface Context {
  /** Path in the definition, such as `derivatives.T`. Default: "equation". */
  readonly where?: string | undefined;
  /** Names that may be used besides time `t`. Absent: any. */
  readonly names?: ReadonlySet<string> | undefined;
  /** Why a name that exists may not be used here, such as an output in an equation. */
  readonly barred?: ReadonlyMap<string, string> | undefined;
  /** Tables that `lookup` may read. Absent: any, without their data. */
  readonly tables?: ReadonlyMap<string, Table | undefined> | undefined;
}

/**
 * Reads one equation.
 *
 * @param text  such as `"q/V*(cF - cA) - k0*exp(-EoverR/T)*cA"`
 * @throws GreyboxError `model/expression` with every mistake found, each with column and remedy
 *
 * @example
 * parseExpression("-k*cA").op; // => "mul"
 */
export function parseExpression(text: string, context: Context = {}): Expression {
  const problems: Problem[] = [];
  const expression = readExpression(text, context, (found) => problems.push(found));
  if (expression === undefined || problems.length > 0) throw new GreyboxError("model/expression", { text, problems });
  return expression;
}

/** As {@link parseExpression}, for callers that collect the mistakes of many equations. Undefined when there is no expression at all. */
export function readExpression(text: string, context: Context, report: Report): Expression | undefined {
  const where = context.where ?? "equation";
  const refuse: Refuse = (code, column, details) => {
    report(problem(code, { where, equation: text, column }, details));
    return undefined;
  };
  const { names, barred, tables } = context;
  const declared = (name: string): boolean => names?.has(name) ?? false;
  const tokens = scan(text, declared, refuse);
  if (!tokens) return undefined;
  if (names) {
    const seen = new Set<string>(["t"]);
    for (const [i, token] of tokens.entries()) {
      if (token.kind !== "name" || isTableName(tokens, i) || seen.has(token.name) || names.has(token.name)) continue;
      seen.add(token.name);
      const why = barred?.get(token.name);
      if (why !== undefined) refuse("model/not-here", token.column, { name: token.name, why });
      else refuse("model/undeclared", token.column, { name: token.name, nearest: nearestNames(token.name, names) });
    }
  }
  return convert(parseMathematics(aliased(tokens)) as unknown as MathNode, { tokens, tables, refuse }, 1);
}

/** True for the token right behind `lookup(`. */
function isTableName(tokens: readonly Token[], i: number): boolean {
  const called = tokens[i - 2];
  return called?.kind === "call" && called.name === "lookup";
}

/** What converting the syntax tree of one equation needs. */
interface Reading {
  readonly tokens: readonly Token[];
  readonly tables: Context["tables"];
  readonly refuse: Refuse;
}

/** The equation with each operand called after the index of its token. */
function aliased(tokens: readonly Token[]): string {
  const text = (token: Token, i: number): string => {
    if (token.kind !== "mark") return token.kind === "call" ? `f${i}` : `v${i}`;
    return /^[a-z]/.test(token.text) ? ` ${token.text} ` : token.text;
  };
  return tokens.map(text).join("");
}

/** The part of a mathjs node that is read here. */
type MathNode =
  | { readonly type: "SymbolNode"; readonly name: string }
  | { readonly type: "FunctionNode"; readonly fn: { readonly name: string }; readonly args: readonly MathNode[] }
  | { readonly type: "OperatorNode"; readonly fn: string; readonly args: readonly MathNode[] }
  | { readonly type: "ParenthesisNode"; readonly content: MathNode }
  | { readonly type: "RelationalNode"; readonly params: readonly MathNode[] };

const binary = {
  add: "add",
  subtract: "sub",
  multiply: "mul",
  divide: "div",
  pow: "pow",
  smaller: "lt",
  smallerEq: "le",
  larger: "gt",
  largerEq: "ge",
  equal: "eq",
  unequal: "ne",
  and: "and",
  or: "or",
} as const;

const tokenIndex = (alias: string): number => Number(alias.slice(1));

function convert(node: MathNode, reading: Reading, depth: number): Expression | undefined {
  const { tokens, refuse } = reading;
  if (depth > limits.depth) return refuse("model/too-large", undefined, { what: "operators in a row", count: depth, limit: limits.depth });
  const of = (child: MathNode | undefined): Expression | undefined => child && convert(child, reading, depth + 1);
  switch (node.type) {
    case "SymbolNode":
      return leaf(tokens[tokenIndex(node.name)]);
    case "ParenthesisNode":
      return convert(node.content, reading, depth);
    case "FunctionNode":
      return call(tokens[tokenIndex(node.fn.name)], node.args, of, reading);
    case "RelationalNode":
      return refuse("model/syntax", undefined, { what: "comparisons follow each other", remedy: "Join two comparisons: a < b and b < c." });
    case "OperatorNode": {
      const [first, second] = node.args;
      const left = of(first);
      if (second === undefined) return left && sign(node.fn, left);
      const right = of(second);
      return left && right && { op: binary[node.fn as keyof typeof binary], left, right };
    }
    default:
      return node satisfies never;
  }
}

function leaf(token: Token | undefined): Expression | undefined {
  if (token?.kind === "name") return { op: "name", name: token.name };
  if (token?.kind !== "number") return undefined;
  return token.unit === undefined ? { op: "number", value: token.value } : { op: "number", value: token.value, unit: token.unit };
}

function sign(operator: string, of: Expression): Expression {
  if (operator === "unaryPlus") return of;
  if (operator === "not") return { op: "not", of };
  return of.op === "number" ? { ...of, value: -of.value } : { op: "neg", of };
}

const expectedArguments = { if: "3", lookup: "2 or 3", delay: "2" } as const;

function call(
  token: Token | undefined,
  args: readonly MathNode[],
  of: (node: MathNode | undefined) => Expression | undefined,
  reading: Reading,
): Expression | undefined {
  if (token?.kind !== "call") return undefined;
  const { name, column } = token;
  const { refuse } = reading;
  const special = isSpecialFunction(name);
  const least = special ? Number.parseInt(expectedArguments[name], 10) : functions[name];
  const most = special ? Number(expectedArguments[name].at(-1)) : variadic.has(name) ? Infinity : least;
  if (args.length < least || args.length > most) {
    const expected = special ? expectedArguments[name] : `${least}${most > least ? " or more" : ""}`;
    return refuse("model/arity", column, { name, expected, actual: args.length });
  }
  if (name === "lookup") return lookup(column, args, of, reading);
  const parts = args.map(of);
  if (!parts.every((part) => part !== undefined)) return undefined;
  const [first, second, third] = parts;
  if (name === "if") return { op: "if", test: first!, yes: second!, no: third! };
  if (name === "delay") return { op: "delay", of: first!, by: second! };
  return { op: "call", name, of: parts };
}

function lookup(
  column: number,
  [first, ...others]: readonly MathNode[],
  of: (node: MathNode | undefined) => Expression | undefined,
  { tokens, tables, refuse }: Reading,
): Expression | undefined {
  const named = first?.type === "SymbolNode" ? tokens[tokenIndex(first.name)] : undefined;
  if (named?.kind !== "name") return refuse("model/table", column, { what: "the first argument is not the name of a table" });
  const { name: table } = named;
  if (tables && !tables.has(table))
    return refuse("model/unknown-table", named.column, { table, nearest: nearestNames(table, tables.keys()), tables: [...tables.keys()] });
  const data = tables?.get(table);
  const expected = data === undefined ? undefined : data.y === undefined ? 1 : 2;
  if (expected !== undefined && others.length !== expected) {
    return refuse("model/table", column, {
      what: `table "${table}" is read at ${expected === 1 ? "one value, x" : "two values, x and y"}; ${others.length === 1 ? "one is" : "two are"} given`,
    });
  }
  const parts = others.map(of);
  return parts.every((part) => part !== undefined) ? { op: "lookup", table, data, of: parts } : undefined;
}
