/** Values and tests as infix text with no more brackets than needed. What differs between languages is asked of a dialect. */
import type { BinaryOperation, Place, Test, UnaryOperation, Value } from "./kernel.ts";

/** How a language writes what is not an infix operator. */
export interface Dialect {
  number(value: number): string;
  local(local: number): string;
  scalar(name: string): string;
  load(array: string, at: Place): string;
  /** A function of the language; operands are written already. */
  call(operation: UnaryOperation | BinaryOperation, operands: readonly string[]): string;
  select(test: string, yes: string, no: string): string;
  readonly comparisons: { readonly eq: string; readonly ne: string };
}

/** How tightly operators bind, loosest first. Calls, names and numbers bind tightest. */
export const level = { any: 0, select: 1, or: 2, and: 3, compare: 4, add: 5, mul: 6, unary: 7 } as const;

const infix = {
  add: { sign: "+", own: level.add, right: level.mul },
  sub: { sign: "-", own: level.add, right: level.mul },
  mul: { sign: "*", own: level.mul, right: level.unary },
  div: { sign: "/", own: level.mul, right: level.unary },
} as const;

const relations = { lt: "<", le: "<=", gt: ">", ge: ">=" } as const;

const bracketed = (text: string, own: number, outer: number): string => (own < outer ? `(${text})` : text);

/** Text of a value, bracketed if it binds less tightly than its place asks for. */
export function writeValue(value: Value, outer: number, dialect: Dialect): string {
  switch (value.op) {
    case "number": {
      const text = dialect.number(value.value);
      return bracketed(text, text.startsWith("-") ? level.unary : level.unary + 1, outer);
    }
    case "local":
      return dialect.local(value.local);
    case "scalar":
      return dialect.scalar(value.name);
    case "load":
      return dialect.load(value.array, value.at);
    case "select": {
      const [yes, no] = [writeValue(value.yes, level.select, dialect), writeValue(value.no, level.select, dialect)];
      return bracketed(dialect.select(writeTest(value.test, level.or, dialect), yes, no), level.select, outer);
    }
    case "neg": {
      const of = writeValue(value.of, level.unary, dialect);
      return bracketed(of.startsWith("-") ? `-(${of})` : `-${of}`, level.unary, outer);
    }
    case "add":
    case "sub":
    case "mul":
    case "div": {
      const { sign, own, right } = infix[value.op];
      return bracketed(`${writeValue(value.left, own, dialect)} ${sign} ${writeValue(value.right, right, dialect)}`, own, outer);
    }
    default: {
      const operands = "of" in value ? [value.of] : [value.left, value.right];
      return dialect.call(
        value.op,
        operands.map((operand) => writeValue(operand, level.any, dialect)),
      );
    }
  }
}

export function writeTest(test: Test, outer: number, dialect: Dialect): string {
  switch (test.op) {
    case "not":
      return `!(${writeTest(test.of, level.any, dialect)})`;
    // Each side of the other is bracketed: WGSL does not let && and || mix.
    case "and":
    case "or": {
      const [own, sign] = test.op === "and" ? [level.and, "&&"] : [level.or, "||"];
      const side = (part: Test): string => writeTest(part, part.op === test.op ? own : level.compare, dialect);
      return bracketed(`${side(test.left)} ${sign} ${side(test.right)}`, own, outer);
    }
    default: {
      const sign = test.op === "eq" || test.op === "ne" ? dialect.comparisons[test.op] : relations[test.op];
      const [left, right] = [writeValue(test.left, level.add, dialect), writeValue(test.right, level.add, dialect)];
      return bracketed(`${left} ${sign} ${right}`, level.compare, outer);
    }
  }
}

/** What a reader calls a local, made harmless, and its number, which makes it unique and never a reserved word. */
export function localName(hint: string | undefined, local: number): string {
  const letters = (hint ?? "").replace(/[^A-Za-z0-9]+/g, "").slice(0, 40);
  return `${/^[A-Za-z]/.test(letters) ? letters : `v${letters}`}_${local}`;
}

/** A comment to the end of the line, which it cannot end early: control characters and all kinds of line ends become blanks. */
export function commentText(comment: string | undefined): string {
  if (comment === undefined) return "";
  const harmless = comment.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\s]+/g, " ").replaceAll("*/", "* /");
  return ` // ${harmless.length > 200 ? `${harmless.slice(0, 200)}…` : harmless}`;
}
