/** An expression as LaTeX, for documents that people review. Products are written without a sign, quotients as fractions. */
import type { Expression, FunctionName } from "./expression.ts";
import { printedName } from "./symbol.ts";

/**
 * The LaTeX of an expression, without delimiters.
 *
 * @example
 * toLatex(parseExpression("k0*exp(-EoverR/T)")); // => "k_{0} \\, \\exp\\left(-\\frac{\\mathrm{EoverR}}{T}\\right)"
 */
export function toLatex(expression: Expression): string {
  return write(expression, 0);
}

const level = { or: 1, and: 2, compare: 3, add: 4, mul: 5, neg: 6, pow: 7, leaf: 8 } as const;

function write(expression: Expression, atLeast: number): string {
  const [text, binding] = written(expression);
  return binding < atLeast ? `\\left(${text}\\right)` : text;
}

const relations = { lt: "<", le: "\\le", gt: ">", ge: "\\ge", eq: "=", ne: "\\ne" } as const;

/** The text, and how tightly it holds together. */
function written(expression: Expression): readonly [text: string, binding: number] {
  switch (expression.op) {
    case "number":
      return [
        number(expression.value, expression.unit),
        expression.value < 0 ? level.add : expression.unit === undefined ? level.leaf : level.mul,
      ];
    case "name":
      return [nameToLatex(expression.name), level.leaf];
    case "neg":
      return [`-${write(expression.of, level.mul)}`, level.add];
    case "not":
      return [`\\lnot ${write(expression.of, level.neg)}`, level.neg];
    case "add":
      return [`${write(expression.left, level.add)} + ${write(expression.right, level.add + 1)}`, level.add];
    case "sub":
      return [`${write(expression.left, level.add)} - ${write(expression.right, level.add + 1)}`, level.add];
    case "mul":
      return product(expression.left, expression.right);
    case "div":
      return quotient(expression.left, expression.right);
    case "pow":
      return [`{${write(expression.left, level.leaf)}}^{${write(expression.right, 0)}}`, level.pow];
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne":
      return [`${write(expression.left, level.add)} ${relations[expression.op]} ${write(expression.right, level.add)}`, level.compare];
    case "and":
      return [`${write(expression.left, level.and)} \\land ${write(expression.right, level.and + 1)}`, level.and];
    case "or":
      return [`${write(expression.left, level.or)} \\lor ${write(expression.right, level.or + 1)}`, level.or];
    case "if": {
      const { test, yes, no } = expression;
      return [
        `\\begin{cases} ${write(yes, 0)} & \\text{if } ${write(test, 0)} \\\\ ${write(no, 0)} & \\text{otherwise} \\end{cases}`,
        level.leaf,
      ];
    }
    case "call":
      return call(expression.name, expression.of);
    case "lookup":
      return [
        `${nameToLatex(expression.table)}\\left(${expression.of.map((argument) => write(argument, 0)).join(", ")}\\right)`,
        level.leaf,
      ];
    case "delay":
      return [
        expression.of.op === "name"
          ? `${nameToLatex(expression.of.name)}\\left(t - ${write(expression.by, level.add + 1)}\\right)`
          : `\\left.\\left(${write(expression.of, 0)}\\right)\\right|_{t - ${write(expression.by, level.add + 1)}}`,
        level.leaf,
      ];
    default:
      return expression satisfies never;
  }
}

/** A sign at the start of a product stays without brackets, and then binds as loosely as in a sum; digits are kept apart by a dot. */
function product(left: Expression, right: Expression): readonly [string, number] {
  const [first, binding] = written(left);
  const leads = first.startsWith("-") && (left.op === "neg" || left.op === "number" || left.op === "div");
  const second = write(right, level.mul);
  const sign = /^\d/.test(second) ? "\\cdot" : "\\,";
  return leads || binding >= level.mul
    ? [`${first} ${sign} ${second}`, leads ? level.add : level.mul]
    : [`\\left(${first}\\right) ${sign} ${second}`, level.mul];
}

/** The sign of a numerator stands before the fraction. */
function quotient(left: Expression, right: Expression): readonly [string, number] {
  const [sign, numerator] = left.op === "neg" ? (["-", left.of] as const) : (["", left] as const);
  return [`${sign}\\frac{${write(numerator, 0)}}{${write(right, 0)}}`, sign === "" ? level.mul : level.add];
}

function call(name: FunctionName, of: readonly Expression[]): readonly [string, number] {
  const inside = of.map((argument) => write(argument, 0)).join(", ");
  switch (name) {
    case "sqrt":
      return [`\\sqrt{${inside}}`, level.leaf];
    case "abs":
      return [`\\left|${inside}\\right|`, level.leaf];
    case "floor":
      return [`\\left\\lfloor ${inside} \\right\\rfloor`, level.leaf];
    case "ceil":
      return [`\\left\\lceil ${inside} \\right\\rceil`, level.leaf];
    case "log":
      return [`\\ln\\left(${inside}\\right)`, level.leaf];
    case "log10":
      return [`\\log_{10}\\left(${inside}\\right)`, level.leaf];
    case "asin":
    case "acos":
    case "atan":
      return [`\\arc${name.slice(1)}\\left(${inside}\\right)`, level.leaf];
    case "atan2":
    case "toAbsolute":
    case "toGauge":
    case "toActual":
    case "toNormal":
    case "sign":
      return [`\\operatorname{${name}}\\left(${inside}\\right)`, level.leaf];
    default:
      return [`\\${name}\\left(${inside}\\right)`, level.leaf];
  }
}

function number(value: number, unit: string | undefined): string {
  const [digits = "", exponent] = String(value).split("e");
  const text = exponent === undefined ? digits : `${digits === "1" ? "" : `${digits} \\cdot `}10^{${Number(exponent)}}`;
  return unit === undefined ? text : `${text}\\,\\mathrm{${unit.replace(/\^(-?[\d.]+)/g, "^{$1}").replaceAll("*", "\\,")}}`;
}

/** `k0` → k_{0}, `rho_in` → \rho_{in}, `r1.T` → T with the part as index, `EoverR` upright. */
export function nameToLatex(name: string): string {
  const { letter, word, index: below } = printedName(name);
  const symbol = letter === undefined ? `\\mathrm{${escaped(word)}}` : letter.length > 1 ? `\\${letter}` : letter;
  const index = below.map((text) => (/^\d+$/.test(text) ? text : `\\mathrm{${escaped(text)}}`));
  return index.length > 0 ? `${symbol}_{${index.join(",")}}` : symbol;
}

const escaped = (text: string): string => text.replaceAll("_", "\\_");
