/** Refuses kernels that mean nothing, by name, before code is made of them. What passes holds no text that could reach generated code. */
import { GreyboxError } from "../core/index.ts";
import { isBinary, isComparison, isUnary } from "./arithmetic.ts";
import type { Kernel, Place, Statement, Test, Value } from "./kernel.ts";

/** Words that a name must not be, because generated code uses them in another sense. */
const reserved = new Set(
  `abstract arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally
  for function if implements import in instanceof interface let new null package private protected public return static super switch this
  throw true try typeof var void while with yield Math Infinity NaN undefined Float64Array globalThis`.split(/\s+/),
);

/** Letters and digits only; the underscore is kept for locals, so a name and a local never meet. */
export const isName = (text: unknown): text is string =>
  typeof text === "string" && text.length <= 60 && /^[A-Za-z][A-Za-z0-9]*$/.test(text) && !reserved.has(text);

/**
 * Checks that every name is declared and harmless, every place whole, every operation known.
 *
 * @throws GreyboxError `kernel/name`, `kernel/undeclared`, `kernel/place`, `kernel/operation`
 */
export function checkKernel(kernel: Kernel): void {
  const scope: Scope = { kernel, scalars: new Map(), arrays: new Map(), loops: new Set(), locals: new Set(), order: [] };
  named(kernel.name, scope);
  for (const { name, type } of kernel.scalars) {
    declare(name, scope);
    scope.scalars.set(name, type);
  }
  for (const { name, role, length } of kernel.arrays) {
    declare(name, scope);
    scope.arrays.set(name, role);
    if (role === "work" && !isCount(length)) fail(scope, name, "a work array needs a length");
  }
  for (const statement of kernel.body) check(statement, scope);
}

interface Scope {
  readonly kernel: Kernel;
  readonly scalars: Map<string, string>;
  readonly arrays: Map<string, string>;
  readonly loops: Set<string>;
  readonly locals: Set<number>;
  /** The locals as they were named: what a loop names is forgotten at its end. */
  readonly order: number[];
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function named(name: string, { kernel }: Scope): void {
  if (!isName(name)) throw new GreyboxError("kernel/name", { kernel: String(kernel.name), name: String(name) });
}

function declare(name: string, scope: Scope): void {
  named(name, scope);
  if (scope.scalars.has(name) || scope.arrays.has(name) || scope.loops.has(name)) {
    throw new GreyboxError("kernel/name", { kernel: scope.kernel.name, name });
  }
}

function undeclared(scope: Scope, what: "array" | "scalar" | "loop" | "local", name: string | number): never {
  throw new GreyboxError("kernel/undeclared", { kernel: scope.kernel.name, what, name: String(name) });
}

function fail(scope: Scope, array: string, why: string): never {
  throw new GreyboxError("kernel/place", { kernel: scope.kernel.name, array, why });
}

function unknown(scope: Scope, operation: unknown): never {
  throw new GreyboxError("kernel/operation", { kernel: scope.kernel.name, operation: String(operation) });
}

function check(statement: Statement, scope: Scope): void {
  switch (statement.do) {
    case "let":
      checkValue(statement.value, scope);
      if (!isCount(statement.local) || scope.locals.has(statement.local)) undeclared(scope, "local", statement.local);
      scope.locals.add(statement.local);
      scope.order.push(statement.local);
      return;
    case "store":
      if (scope.arrays.get(statement.array) === "in") fail(scope, statement.array, "it is read only");
      checkPlace(statement.array, statement.at, scope);
      checkValue(statement.value, scope);
      return;
    case "loop": {
      const { loop, count, body } = statement;
      if (typeof count === "number" ? !isCount(count) : scope.scalars.get(count) !== "integer") undeclared(scope, "scalar", count);
      if (statement.while !== undefined) {
        checkTest(statement.while.test, scope);
        if (statement.while.in !== "every" && statement.while.in !== "some") unknown(scope, statement.while.in);
      }
      declare(loop, scope);
      scope.loops.add(loop);
      const outside = scope.order.length;
      for (const inner of body) check(inner, scope);
      scope.loops.delete(loop);
      for (const local of scope.order.splice(outside)) scope.locals.delete(local);
      return;
    }
    default:
      unknown(scope, (statement as { do: unknown }).do);
  }
}

function checkPlace(array: string, place: Place, scope: Scope): void {
  if (!scope.arrays.has(array)) undeclared(scope, "array", array);
  if (!isCount(place.offset)) fail(scope, array, `its offset ${place.offset} is not a whole number`);
  for (const { loop, by } of place.strides ?? []) {
    if (!scope.loops.has(loop)) undeclared(scope, "loop", loop);
    if (!isCount(by)) fail(scope, array, `its stride ${by} is not a whole number`);
  }
}

function checkValue(value: Value, scope: Scope): void {
  switch (value.op) {
    case "number":
      if (typeof value.value !== "number") unknown(scope, value.value);
      return;
    case "local":
      if (!scope.locals.has(value.local)) undeclared(scope, "local", value.local);
      return;
    case "scalar":
      if (scope.scalars.get(value.name) !== "number") undeclared(scope, "scalar", value.name);
      return;
    case "load":
      checkPlace(value.array, value.at, scope);
      return;
    case "select":
      checkTest(value.test, scope);
      checkValue(value.yes, scope);
      checkValue(value.no, scope);
      return;
    default:
      if (isUnary(value.op)) {
        checkValue((value as Extract<Value, { of: Value }>).of, scope);
      } else if (isBinary(value.op)) {
        const { left, right } = value as Extract<Value, { left: Value }>;
        checkValue(left, scope);
        checkValue(right, scope);
      } else unknown(scope, value.op);
  }
}

function checkTest(test: Test, scope: Scope): void {
  switch (test.op) {
    case "not":
      checkTest(test.of, scope);
      return;
    case "and":
    case "or":
      checkTest(test.left, scope);
      checkTest(test.right, scope);
      return;
    default:
      if (!isComparison(test.op)) unknown(scope, test.op);
      checkValue(test.left, scope);
      checkValue(test.right, scope);
  }
}
