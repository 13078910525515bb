/** Kernels as JavaScript, for V8 to compile and for people to read: names, one equation a line, brackets only where needed. */
import { checkKernel } from "./check.ts";
import { commentText, type Dialect, level, localName, writeTest, writeValue } from "./infix.ts";
import type { Kernel, KernelFunction, Place, Statement } from "./kernel.ts";
import { rollKernel } from "./roll/roll.ts";
import { splitKernel } from "./split.ts";

/**
 * Source of a function body that returns the kernel's function.
 *
 * What repeats in a long kernel becomes loops, and kernels too long for the optimiser become several functions called in turn. Operations keep the order they have in the kernel, so the
 * result has the bits that `interpret` gives.
 *
 * @throws GreyboxError `kernel/name`, `kernel/undeclared`, `kernel/place`, `kernel/operation` when the kernel means nothing
 */
export function emitJavaScript(kernel: Kernel): string {
  checkKernel(kernel);
  const parts = splitKernel(rollKernel(kernel));
  const operands = [...kernel.scalars, ...kernel.arrays.filter(({ role }) => role !== "work")].map(({ name }) => name).join(", ");
  const work = parts[0]!.arrays.filter(({ role }) => role === "work");
  const lines = ['"use strict";'];
  for (const { name, length } of work) lines.push(`const ${name} = new Float64Array(${length});`);
  // Functions in brackets: V8 then compiles them at once, instead of reading them once to skip them and again at the first call.
  if (parts.length === 1) {
    lines.push(`return (function ${kernel.name}(${operands}) {`, ...body(parts[0]!), "});");
  } else {
    for (const part of parts) lines.push(`const ${part.name} = (function ${part.name}(${operands}) {`, ...body(part), "});");
    lines.push(`return (function ${kernel.name}(${operands}) {`, ...parts.map(({ name }) => `  ${name}(${operands});`), "});");
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
  const names = new Map<number, string>();
  const dialect = javascript(names);
  const lines: string[] = [];
  const emit = (statement: Statement, indent: string): void => {
    switch (statement.do) {
      case "let": {
        const value = writeValue(statement.value, level.any, dialect);
        const name = localName(statement.hint, statement.local);
        names.set(statement.local, name);
        lines.push(`${indent}const ${name} = ${value};${commentText(statement.comment)}`);
        return;
      }
      case "store": {
        const value = writeValue(statement.value, level.any, dialect);
        lines.push(`${indent}${dialect.load(statement.array, statement.at)} = ${value};${commentText(statement.comment)}`);
        return;
      }
      case "loop":
        lines.push(`${indent}for (let ${statement.loop} = 0; ${statement.loop} < ${statement.count}; ${statement.loop}++) {`);
        if (statement.while) lines.push(`${indent}  if (!(${writeTest(statement.while.test, level.any, dialect)})) break;`);
        for (const inner of statement.body) emit(inner, `${indent}  `);
        lines.push(`${indent}}`);
        return;
      default:
        statement satisfies never;
    }
  };
  for (const statement of kernel.body) emit(statement, "  ");
  return lines;
}

const javascript = (names: ReadonlyMap<number, string>): Dialect => ({
  number: (value) => (Object.is(value, -0) ? "-0" : String(value)),
  local: (local) => names.get(local)!,
  scalar: (name) => name,
  load: (array, at) => `${array}[${placeText(at)}]`,
  call: (operation, operands) => `Math.${operation}(${operands.join(", ")})`,
  select: (test, yes, no) => `${test} ? ${yes} : ${no}`,
  comparisons: { eq: "===", ne: "!==" },
});

function placeText({ offset, strides = [] }: Place): string {
  const terms = strides.map(({ loop, by }) => (by === 1 ? loop : `${loop} * ${by}`));
  if (offset !== 0 || terms.length === 0) terms.push(String(offset));
  return terms.join(" + ");
}
