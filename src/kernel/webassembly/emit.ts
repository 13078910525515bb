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
import { type Code, code, isCall } from "./code.ts";
import { instruction, type Type, typeCode } from "./machine.ts";
import { writeExp, writeLog, writePow } from "./mathematics.ts";

type Operation = UnaryOperation | BinaryOperation;

/** Operations that are written where they are used, without the host. */
const inlined = ["exp", "log"] as const;

/** Name of the imported module that holds `memory`, and of the one that holds the functions of `Math`. */
export const imported = { memory: "kernel", mathematics: "Math" } as const;

export interface EmitOptions {
  /**
   * Members of an ensemble that are computed side by side. With 2, every number in memory is a pair, one for each member, and a scalar
   * number is two parameters; integers, and so loops, are shared. Default: 1.
   */
  readonly lanes?: 1 | 2 | undefined;
}

/**
 * A WebAssembly module of some kernels.
 *
 * @throws GreyboxError as `emitJavaScript`
 */
export function emitWebAssembly(kernels: readonly Kernel[], { lanes = 1 }: EmitOptions = {}): Uint8Array {
  for (const kernel of kernels) checkKernel(kernel);
  const needed = new Set<Operation>();
  for (const { body } of kernels) for (const statement of body) collectCalls(statement, needed);
  for (const operation of inlined) needed.delete(operation);
  const called = [...needed];
  const arity = (operation: Operation): number => (Object.hasOwn(binary, operation) ? 2 : 1);

  // Functions are numbered: imports, then our own pow where it is needed, for one lane and for two, then kernels.
  const host = new Map(called.map((operation, i) => [operation, i]));
  const pows = needed.has("pow") ? (lanes === 2 ? ([1, 2] as const) : ([1] as const)) : [];
  const numbers: Numbers = { host, pow: called.length, firstKernel: called.length + pows.length };

  const value: Type = lanes === 2 ? "v128" : "f64";
  const signatures: (readonly [Type[], Type[]])[] = [
    [["f64"], ["f64"]],
    [["f64", "f64"], ["f64"]],
    [[value, value], [value]],
    ...kernels.map((kernel): [Type[], Type[]] => [parametersOf(kernel, lanes), []]),
  ];
  const bodies = [
    ...pows.map((width) => writePowFunction(width, numbers)),
    ...kernels.map((kernel) => writeKernel(kernel, lanes, numbers)),
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
  section(module, 3, [...pows, ...kernels.map((_, i) => 3 + i)], (out, type) => out.unsigned(type));
  section(module, 7, [...kernels.entries()], (out, [i, { name }]) => {
    out.text(name);
    out.byte(0x00);
    out.unsigned(numbers.firstKernel + i);
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

function parametersOf(kernel: Kernel, lanes: 1 | 2): Type[] {
  const number: Type[] = lanes === 2 ? ["f64", "f64"] : ["f64"];
  return [
    ...kernel.scalars.flatMap(({ type }): Type[] => (type === "integer" ? ["i32"] : number)),
    ...kernel.arrays.map((): Type => "i32"),
  ];
}

/** Numbers of the functions of a module. */
interface Numbers {
  readonly host: ReadonlyMap<Operation, number>;
  /** Of our own pow for one lane; that for two follows. */
  readonly pow: number;
  readonly firstKernel: number;
}

/** Calls a function of doubles for every lane of the operands. */
function callEachLane(target: Code, which: number, operands: readonly Value[]): void {
  const { machine } = target;
  const named = machine.lanes === 1 ? operands : operands.map(target.let);
  for (let lane = 0; lane < machine.lanes; lane++) {
    for (const operand of named) {
      target.value(operand);
      machine.extract(lane);
    }
    target.call(which);
    if (lane === 0) machine.splat();
    else machine.replace(lane);
  }
}

/** pow is long, so it is one function; exp and log are written where they are used, which saves a call. */
function writePowFunction(lanes: 1 | 2, { host, pow }: Numbers): Bytes {
  const names: readonly string[] = ["x", "y"];
  const body = code(2, lanes, { localOf: (name) => names.indexOf(name), apply: () => undefined });
  const [x, y]: readonly [Value, Value] = [
    { op: "scalar", name: "x" },
    { op: "scalar", name: "y" },
  ];
  writePow(body, x, y, () => callEachLane(body, lanes === 1 ? host.get("pow")! : pow, [x, y]));
  return body.finish();
}

function writeKernel(kernel: Kernel, lanes: 1 | 2, { host, pow }: Numbers): Bytes {
  const types = parametersOf(kernel, lanes);
  const names = new Map<string, number>();
  const body = code(types.length, lanes, {
    localOf: (name) => names.get(name)!,
    apply(target, operation, operands) {
      if (operation === "exp") writeExp(target, target.let(operands[0]!));
      else if (operation === "log") writeLog(target, target.let(operands[0]!));
      else if (operation === "pow") {
        for (const operand of operands) target.value(operand);
        target.call(pow + lanes - 1);
      } else callEachLane(target, host.get(operation)!, operands);
    },
  });
  let next = 0;
  for (const { name, type } of kernel.scalars) {
    names.set(name, type === "number" && lanes === 2 ? joined(body, next) : next);
    next += type === "number" ? lanes : 1;
  }
  for (const { name } of kernel.arrays) names.set(name, next++);
  for (const statement of kernel.body) write(statement, body, names);
  return body.finish();
}

/** A local that holds the parameters `first` and `first + 1` side by side. */
function joined(body: Code, first: number): number {
  const local = body.declare("v128");
  body.get(first);
  body.machine.splat();
  body.get(first + 1);
  body.machine.replace(1);
  body.set(local);
  return local;
}

function write(statement: Statement, function_: Code, names: Map<string, number>): void {
  switch (statement.do) {
    case "let":
      function_.bind(statement.local, statement.value);
      return;
    case "store": {
      const offset = function_.address(statement.array, statement.at);
      function_.value(statement.value);
      function_.machine.store(offset);
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
function writeLoop({ loop, count, while: condition, body }: Statement & { do: "loop" }, function_: Code, names: Map<string, number>): void {
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
  if (condition) {
    function_.test(condition.test);
    if (condition.in === "every") function_.machine.everywhere();
    else function_.machine.somewhere();
    out.byte(instruction.notI32);
    local(instruction.branchIf, 1);
  }
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
  if (statement.do === "loop") {
    if (statement.while) collectFrom(statement.while.test, into);
    for (const inner of statement.body) collectCalls(inner, into);
  } else collectFrom(statement.value, into);
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
