/** Kernels as JavaScript, for V8 to compile and for people to read: names, one equation a line, brackets only where needed. */
import { checkKernel } from "./check.ts";
import type { Kernel, KernelFunction, Place, Statement, Test, Value } from "./kernel.ts";
import { splitKernel } from "./split.ts";

/**
 * Source of a function body that returns the kernel's function.
 *
 * Kernels too long for the optimiser become several functions called in turn. Operations keep the order they have in the kernel, so the
 * result has the bits that `interpret` gives.
 *
 * @throws GreyboxError `kernel/name`, `kernel/undeclared`, `kernel/place`, `kernel/operation` when the kernel means nothing
 */
export function emitJavaScript(kernel: Kernel): string {
  checkKernel(kernel);
  const parts = splitKernel(kernel);
  const operands = [...kernel.scalars, ...kernel.arrays.filter(({ role }) => role !== "work")].map(({ name }) => name).join(", ");
  const work = parts[0]!.arrays.filter(({ role }) => role === "work");
  const lines = ['"use strict";'];
  for (const { name, length } of work) lines.push(`const ${name} = new Float64Array(${length});`);
  if (parts.length === 1) {
    lines.push(`return function ${kernel.name}(${operands}) {`, ...body(parts[0]!), "};");
  } else {
    for (const part of parts) lines.push(`function ${part.name}(${operands}) {`, ...body(part), "}");
    lines.push(`return function ${kernel.name}(${operands}) {`, ...parts.map(({ name }) => `  ${name}(${operands});`), "};");
  }
  return `${lines.join("\n")}\n`;
}

/**
 * A kernel as a function that V8 compiles when it is first called. Not reentrant where the kernel has work arrays.
 *
 * @throws GreyboxError as {@link emitJavaScript}
 */
export function instantiate(kernel: Kernel): KernelFunction {
  // The one place where text becomes code: every name in it has passed `checkKernel`, everything else is a number or a fixed token.
  return new Function(emitJavaScript(kernel))() as KernelFunction;
}

function body(kernel: Kernel): string[] {
  const context: Context = { hints: new Map(), lines: [], indent: "  " };
  for (const statement of kernel.body) emit(statement, context);
  return context.lines;
}

interface Context {
  readonly hints: Map<number, string>;
  readonly lines: string[];
  indent: string;
}

function emit(statement: Statement, context: Context): void {
  const { indent, lines, hints } = context;
  switch (statement.do) {
    case "let": {
      const value = text(statement.value, level.any, hints);
      hints.set(statement.local, localName(statement.hint, statement.local));
      lines.push(`${indent}const ${hints.get(statement.local)} = ${value};${commentText(statement.comment)}`);
      return;
    }
    case "store": {
      const value = text(statement.value, level.any, hints);
      lines.push(`${indent}${statement.array}[${placeText(statement.at)}] = ${value};${commentText(statement.comment)}`);
      return;
    }
    case "loop":
      lines.push(`${indent}for (let ${statement.loop} = 0; ${statement.loop} < ${statement.count}; ${statement.loop}++) {`);
      context.indent = `${indent}  `;
      for (const inner of statement.body) emit(inner, context);
      context.indent = indent;
      lines.push(`${indent}}`);
      return;
    default:
      statement satisfies never;
  }
}

/** What a reader calls it, made harmless, and its number, which makes it unique and never a reserved word. */
function localName(hint: string | undefined, local: number): string {
  const letters = (hint ?? "").replace(/[^A-Za-z0-9]+/g, "").slice(0, 40);
  return `${/^[A-Za-z]/.test(letters) ? letters : `v${letters}`}_${local}`;
}

/** A comment cannot end early: control characters and the line ends of JavaScript become blanks. */
function commentText(comment: string | undefined): string {
  if (comment === undefined) return "";
  const harmless = comment.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\s]+/g, " ").replaceAll("*/", "* /");
  return ` // ${harmless.length > 200 ? `${harmless.slice(0, 200)}…` : harmless}`;
}

function placeText({ offset, strides = [] }: Place): string {
  const terms = strides.map(({ loop, by }) => (by === 1 ? loop : `${loop} * ${by}`));
  if (offset !== 0 || terms.length === 0) terms.push(String(offset));
  return terms.join(" + ");
}

/** How tightly JavaScript binds, loosest first. */
const level = { any: 0, select: 1, or: 2, and: 3, compare: 4, add: 5, mul: 6, unary: 7 } as const;

const infix = {
  add: { sign: "+", own: level.add, right: level.mul },
  sub: { sign: "-", own: level.add, right: level.mul },
  mul: { sign: "*", own: level.mul, right: level.unary },
  div: { sign: "/", own: level.mul, right: level.unary },
} as const;

const comparisons = { lt: "<", le: "<=", gt: ">", ge: ">=", eq: "===", ne: "!==" } as const;

const bracketed = (source: string, own: number, outer: number): string => (own < outer ? `(${source})` : source);

function text(value: Value, outer: number, hints: Map<number, string>): string {
  switch (value.op) {
    case "number":
      return bracketed(Object.is(value.value, -0) ? "-0" : String(value.value), value.value < 0 ? level.unary : 9, outer);
    case "local":
      return hints.get(value.local)!;
    case "scalar":
      return value.name;
    case "load":
      return `${value.array}[${placeText(value.at)}]`;
    case "select": {
      const [yes, no] = [text(value.yes, level.select, hints), text(value.no, level.select, hints)];
      return bracketed(`${testText(value.test, level.or, hints)} ? ${yes} : ${no}`, level.select, outer);
    }
    case "neg": {
      const of = text(value.of, level.unary, hints);
      return bracketed(of.startsWith("-") ? `-(${of})` : `-${of}`, level.unary, outer);
    }
    case "add":
    case "sub":
    case "mul":
    case "div": {
      const { sign, own, right } = infix[value.op];
      return bracketed(`${text(value.left, own, hints)} ${sign} ${text(value.right, right, hints)}`, own, outer);
    }
    case "pow":
    case "min":
    case "max":
    case "atan2":
      return `Math.${value.op}(${text(value.left, level.any, hints)}, ${text(value.right, level.any, hints)})`;
    default:
      return `Math.${value.op}(${text(value.of, level.any, hints)})`;
  }
}

function testText(test: Test, outer: number, hints: Map<number, string>): string {
  switch (test.op) {
    case "not":
      return `!(${testText(test.of, level.any, hints)})`;
    case "and":
      return bracketed(`${testText(test.left, level.and, hints)} && ${testText(test.right, level.and, hints)}`, level.and, outer);
    case "or":
      return bracketed(`${testText(test.left, level.or, hints)} || ${testText(test.right, level.or, hints)}`, level.or, outer);
    default:
      return bracketed(
        `${text(test.left, level.add, hints)} ${comparisons[test.op]} ${text(test.right, level.add, hints)}`,
        level.compare,
        outer,
      );
  }
}
