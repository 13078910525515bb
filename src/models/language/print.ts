/** An expression as mathematics, with no more brackets than it needs. Reading the text again gives the same expression. */
import type { Expression } from "./expression.ts";

/** How tightly an operator binds; a part is bracketed where it binds less tightly than its place asks for. */
const binding = { or: 1, and: 2, compare: 3, add: 4, mul: 5, neg: 6, pow: 7, leaf: 8 } as const;

const marks = {
  add: { text: " + ", level: binding.add },
  sub: { text: " - ", level: binding.add },
  mul: { text: "*", level: binding.mul },
  div: { text: "/", level: binding.mul },
  pow: { text: "^", level: binding.pow },
  lt: { text: " < ", level: binding.compare },
  le: { text: " <= ", level: binding.compare },
  gt: { text: " > ", level: binding.compare },
  ge: { text: " >= ", level: binding.compare },
  eq: { text: " == ", level: binding.compare },
  ne: { text: " != ", level: binding.compare },
  and: { text: " and ", level: binding.and },
  or: { text: " or ", level: binding.or },
} as const;

/**
 * The text of an expression.
 *
 * @example
 * printExpression(parseExpression("((a*b)) + (c)^2")); // => "a*b + c^2"
 */
export function printExpression(expression: Expression): string {
  return print(expression, 0);
}

function print(expression: Expression, atLeast: number): string {
  const text = bare(expression);
  return bindingOf(expression) < atLeast ? `(${text})` : text;
}

function bindingOf(expression: Expression): number {
  switch (expression.op) {
    case "number":
      if (expression.value < 0 || Object.is(expression.value, -0)) return binding.neg;
      return expression.unit === undefined ? binding.leaf : binding.neg;
    case "name":
    case "if":
    case "call":
    case "lookup":
    case "delay":
      return binding.leaf;
    case "neg":
    case "not":
      return binding.neg;
    default:
      return marks[expression.op].level;
  }
}

function bare(expression: Expression): string {
  switch (expression.op) {
    case "number":
      return `${printNumber(expression.value)}${expression.unit === undefined ? "" : ` ${expression.unit}`}`;
    case "name":
      return expression.name;
    case "neg":
      return `-${print(expression.of, signed(expression.of) ? binding.leaf : binding.neg)}`;
    case "not":
      return `not ${print(expression.of, binding.neg)}`;
    case "if":
      return `if(${print(expression.test, 0)}, ${print(expression.yes, 0)}, ${print(expression.no, 0)})`;
    case "lookup":
      return `lookup(${[expression.table, ...expression.of.map((argument) => print(argument, 0))].join(", ")})`;
    case "delay":
      return `delay(${print(expression.of, 0)}, ${print(expression.by, 0)})`;
    case "call":
      return `${expression.name}(${expression.of.map((argument) => print(argument, 0)).join(", ")})`;
    default: {
      const { text, level } = marks[expression.op];
      const { left, right } = expression;
      if (expression.op === "pow") return `${print(left, binding.leaf)}^${print(right, signed(right) ? binding.leaf : binding.pow)}`;
      // Comparisons do not chain, so both sides bind more tightly; a sign after an operator is bracketed for the eye.
      const atLeft = level === binding.compare ? level + 1 : level;
      // Blanks keep what follows a unit literal from being read as part of it.
      const sign = level === binding.mul && endsInUnit(left) ? ` ${text} ` : text;
      return `${print(left, atLeft)}${sign}${print(right, signed(right) ? binding.leaf : level + 1)}`;
    }
  }
}

/** True where the text of a product ends in a unit literal without brackets. */
function endsInUnit(expression: Expression): boolean {
  if (expression.op === "number") return expression.unit !== undefined;
  if (expression.op === "neg") return endsInUnit(expression.of);
  return (expression.op === "mul" || expression.op === "div") && endsInUnit(expression.right);
}

/** True where the text starts with a minus. */
function signed(expression: Expression): boolean {
  return expression.op === "neg" || (expression.op === "number" && (expression.value < 0 || Object.is(expression.value, -0)));
}

function printNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
