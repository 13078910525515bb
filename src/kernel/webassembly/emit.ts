/**
 * Kernels as WebAssembly: straight-line code at full speed from its first runs, whatever its length.
 *
 * A module imports its memory and, from the host's `Math`, the functions it has no code of its own for; it exports one function a kernel,
 * called with the kernel's scalars, then the byte addresses of all its arrays, work arrays included.
 */
import { binary } from "../arithmetic.ts";
import { checkKernel } from "../check.ts";
import type { BinaryOperation, Kernel, Statement, Test, UnaryOperation, Value } from "../kernel.ts";
import { type Bytes, bytes } from "./bytes.ts";
import { type Code, code, instruction, isCall, type Surroundings, type Type, typeCode } from "./code.ts";
import { writeExp, writeLog, writePow } from "./mathematics.ts";

type Operation = UnaryOperation | BinaryOperation;

/** Operations that are written where they are used, without the host. */
const inlined = ["exp", "log"] as const;

/** Name of the imported module that holds `memory`, and of the one that holds the functions of `Math`. */
export const imported = { memory: "kernel", mathematics: "Math" } as const;

/**
 * A WebAssembly module of some kernels.
 *
 * @throws GreyboxError as `emitJavaScript`
 */
export function emitWebAssembly(kernels: readonly Kernel[]): Uint8Array {
  for (const kernel of kernels) checkKernel(kernel);
  const needed = new Set<Operation>();
  for (const { body } of kernels) for (const statement of body) collectCalls(statement, needed);
  for (const operation of inlined) needed.delete(operation);
  const called = [...needed];
  const arity = (operation: Operation): number => (Object.hasOwn(binary, operation) ? 2 : 1);

  // Functions are numbered: imports, then our own pow where it is needed, then kernels.
  const host = new Map(called.map((operation, i) => [operation, i]));
  const ownPow = needed.has("pow") ? called.length : undefined;
  const firstKernel = called.length + (ownPow === undefined ? 0 : 1);

  const signatures: (readonly [Type[], Type[]])[] = [
    [["f64"], ["f64"]],
    [["f64", "f64"], ["f64"]],
    ...kernels.map((kernel): [Type[], Type[]] => [parametersOf(kernel), []]),
  ];
  const bodies = [
    ...(ownPow === undefined ? [] : [writePowFunction(host.get("pow")!)]),
    ...kernels.map((kernel) => writeKernel(kernel, host, ownPow)),
  ];

  const module = bytes();
  for (const byte of [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]) module.byte(byte);
  section(module, 1, signatures, (out, [parameters, results]) => {
    out.byte(0x60);
    for (const types of [parameters, results]) {
      out.unsigned(types.length);
      for (const type of types) out.byte(typeCode[type]);
    }
  });
  section(module, 2, [undefined, ...called], (out, operation) => {
    out.text(operation === undefined ? imported.memory : imported.mathematics);
    out.text(operation ?? "memory");
    if (operation === undefined) {
      out.byte(0x02);
      out.byte(0x00);
      out.unsigned(1);
    } else {
      out.byte(0x00);
      out.unsigned(arity(operation) - 1);
    }
  });
  section(module, 3, [...(ownPow === undefined ? [] : [1]), ...kernels.map((_, i) => 2 + i)], (out, type) => out.unsigned(type));
  section(module, 7, [...kernels.entries()], (out, [i, { name }]) => {
    out.text(name);
    out.byte(0x00);
    out.unsigned(firstKernel + i);
  });
  section(module, 10, bodies, (out, body) => {
    out.unsigned(body.length);
    out.append(body);
  });
  return module.view().slice();
}

/** Appends a section: its number, its length, and a list of entries. */
function section<T>(module: Bytes, id: number, entries: readonly T[], write: (out: Bytes, entry: T) => void): void {
  const content = bytes();
  content.unsigned(entries.length);
  for (const entry of entries) write(content, entry);
  module.byte(id);
  module.unsigned(content.length);
  module.append(content);
}

function parametersOf(kernel: Kernel): Type[] {
  return [...kernel.scalars.map(({ type }): Type => (type === "integer" ? "i32" : "f64")), ...kernel.arrays.map((): Type => "i32")];
}

function callFunction(target: Code, which: number, operands: readonly Value[]): void {
  for (const operand of operands) target.value(operand);
  target.bytes.byte(instruction.call);
  target.bytes.unsigned(which);
}

/** pow is long, so it is one function; exp and log are written where they are used, which saves a call. */
function writePowFunction(host: number): Bytes {
  const names: readonly string[] = ["x", "y"];
  const body = code(2, { localOf: (name) => names.indexOf(name), apply: (target, _, operands) => callFunction(target, host, operands) });
  writePow(body, { op: "scalar", name: "x" }, { op: "scalar", name: "y" }, host);
  return body.finish();
}

function writeKernel(kernel: Kernel, host: ReadonlyMap<Operation, number>, ownPow: number | undefined): Bytes {
  const names = new Map([...kernel.scalars, ...kernel.arrays].map(({ name }, i) => [name, i]));
  const surroundings: Surroundings = {
    localOf: (name) => names.get(name)!,
    apply(target, operation, operands) {
      if (operation === "exp") writeExp(target, target.let(operands[0]!));
      else if (operation === "log") writeLog(target, target.let(operands[0]!));
      else callFunction(target, operation === "pow" ? ownPow! : host.get(operation)!, operands);
    },
  };
  const body = code(names.size, surroundings);
  for (const statement of kernel.body) write(statement, body, names);
  return body.finish();
}

function write(statement: Statement, function_: Code, names: Map<string, number>): void {
  const { bytes: out } = function_;
  switch (statement.do) {
    case "let":
      function_.bind(statement.local, statement.value);
      return;
    case "store": {
      const offset = function_.address(statement.array, statement.at);
      function_.value(statement.value);
      out.byte(instruction.storeF64);
      out.unsigned(3);
      out.unsigned(offset);
      return;
    }
    case "loop":
      writeLoop(statement, function_, names);
      return;
    default:
      statement satisfies never;
  }
}

/** i = 0; while (i < count) { body; i = i + 1 } */
function writeLoop({ loop, count, body }: Statement & { do: "loop" }, function_: Code, names: Map<string, number>): void {
  const { bytes: out } = function_;
  const counter = function_.declare("i32");
  const constant = (value: number): void => {
    out.byte(instruction.constI32);
    out.signed(value);
  };
  const local = (what: number, which: number): void => {
    out.byte(what);
    out.unsigned(which);
  };
  names.set(loop, counter);
  constant(0);
  local(instruction.set, counter);
  out.byte(instruction.block);
  out.byte(instruction.empty);
  out.byte(instruction.loop);
  out.byte(instruction.empty);
  local(instruction.get, counter);
  if (typeof count === "number") constant(count);
  else local(instruction.get, names.get(count)!);
  out.byte(instruction.lessI32);
  out.byte(instruction.notI32);
  local(instruction.branchIf, 1);
  for (const inner of body) write(inner, function_, names);
  local(instruction.get, counter);
  constant(1);
  out.byte(instruction.addI32);
  local(instruction.set, counter);
  local(instruction.branch, 0);
  out.byte(instruction.end);
  out.byte(instruction.end);
  names.delete(loop);
}

function collectCalls(statement: Statement, into: Set<Operation>): void {
  if (statement.do === "loop") for (const inner of statement.body) collectCalls(inner, into);
  else collectFrom(statement.value, into);
}

function collectFrom(value: Value | Test, into: Set<Operation>): void {
  if ("of" in value) {
    if (value.op !== "not" && isCall(value.op)) into.add(value.op);
    collectFrom(value.of, into);
  } else if ("left" in value) {
    if (Object.hasOwn(binary, value.op) && isCall(value.op as BinaryOperation)) into.add(value.op as BinaryOperation);
    collectFrom(value.left, into);
    collectFrom(value.right, into);
  } else if (value.op === "select") {
    collectFrom(value.test, into);
    collectFrom(value.yes, into);
    collectFrom(value.no, into);
  }
}
