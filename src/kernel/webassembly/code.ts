/** The body of one WebAssembly function: a stack machine that is fed values of the kernel language. */
import type { BinaryOperation, Comparison, Place, Test, UnaryOperation, Value } from "../kernel.ts";
import { type Bytes, bytes } from "./bytes.ts";

export type Type = "i32" | "i64" | "f64";

/** Codes of the value types. */
export const typeCode: Readonly<Record<Type, number>> = { i32: 0x7f, i64: 0x7e, f64: 0x7c };

/**
 * The instructions that are used here.
 *
 * @see WebAssembly Core Specification 1.0, §5.4.
 */
export const instruction = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  branch: 0x0c,
  branchIf: 0x0d,
  call: 0x10,
  select: 0x1b,
  get: 0x20,
  set: 0x21,
  loadF64: 0x2b,
  storeF64: 0x39,
  constI32: 0x41,
  constI64: 0x42,
  constF64: 0x44,
  notI32: 0x45,
  lessI32: 0x48,
  eqF64: 0x61,
  neF64: 0x62,
  ltF64: 0x63,
  gtF64: 0x64,
  leF64: 0x65,
  geF64: 0x66,
  addI32: 0x6a,
  mulI32: 0x6c,
  andI32: 0x71,
  orI32: 0x72,
  addI64: 0x7c,
  subI64: 0x7d,
  andI64: 0x83,
  shlI64: 0x86,
  shrI64: 0x87,
  absF64: 0x99,
  negF64: 0x9a,
  ceilF64: 0x9b,
  floorF64: 0x9c,
  sqrtF64: 0x9f,
  addF64: 0xa0,
  subF64: 0xa1,
  mulF64: 0xa2,
  divF64: 0xa3,
  minF64: 0xa4,
  maxF64: 0xa5,
  f64FromI64: 0xb9,
  i64FromBits: 0xbd,
  f64FromBits: 0xbf,
  empty: 0x40,
} as const;

const unaryInstruction: Partial<Record<UnaryOperation, number>> = {
  neg: instruction.negF64,
  abs: instruction.absF64,
  sqrt: instruction.sqrtF64,
  floor: instruction.floorF64,
  ceil: instruction.ceilF64,
};

const binaryInstruction: Partial<Record<BinaryOperation, number>> = {
  add: instruction.addF64,
  sub: instruction.subF64,
  mul: instruction.mulF64,
  div: instruction.divF64,
  min: instruction.minF64,
  max: instruction.maxF64,
};

const comparisonInstruction: Readonly<Record<Comparison, number>> = {
  lt: instruction.ltF64,
  le: instruction.leF64,
  gt: instruction.gtF64,
  ge: instruction.geF64,
  eq: instruction.eqF64,
  ne: instruction.neF64,
};

/** Operations that are calls of functions, not instructions. `sign` is neither: it is two selections. */
export const isCall = (op: UnaryOperation | BinaryOperation): boolean =>
  op !== "sign" && unaryInstruction[op as UnaryOperation] === undefined && binaryInstruction[op as BinaryOperation] === undefined;

/** What names of the kernel language are in WebAssembly. */
export interface Surroundings {
  /** Puts the value of an operation on the stack that is no instruction of WebAssembly; see {@link isCall}. */
  apply(code: Code, operation: UnaryOperation | BinaryOperation, operands: readonly Value[]): void;
  /** WebAssembly local of a scalar, loop counter or array (its address). */
  localOf(name: string): number;
}

export interface Code {
  readonly bytes: Bytes;
  /** A new local of the function. */
  declare(type: Type): number;
  /** Names a value: afterwards it is a kernel local. */
  bind(local: number, value: Value): void;
  /** Names a value nobody else has a number for. */
  let(value: Value): Value;
  /** Names what the writer leaves on the stack. */
  fromStack(write: () => void): Value;
  /** Puts a value on the stack. */
  value(value: Value): void;
  /** Puts 1 or 0 on the stack. */
  test(test: Test): void;
  /** Puts the address of a place on the stack and returns the fixed part of it, in bytes. */
  address(array: string, at: Place): number;
  /** The function with its declarations: what the code section holds. */
  finish(): Bytes;
}

/**
 * Begins a function.
 *
 * @param parameters  number of its parameters, which are its first locals
 */
export function code(parameters: number, { apply, localOf }: Surroundings): Code {
  const out = bytes();
  const types: Type[] = [];
  const locals = new Map<number, number>();
  let own = -1;

  const declare = (type: Type): number => parameters + types.push(type) - 1;
  const get = (local: number): void => {
    out.byte(instruction.get);
    out.unsigned(local);
  };
  const number = (value: number): void => {
    out.byte(instruction.constF64);
    out.double(value);
  };
  const address = (array: string, { offset, strides = [] }: Place): number => {
    get(localOf(array));
    for (const { loop, by } of strides) {
      get(localOf(loop));
      out.byte(instruction.constI32);
      out.signed(8 * by);
      out.byte(instruction.mulI32);
      out.byte(instruction.addI32);
    }
    return 8 * offset;
  };

  /** x > 0 ? 1 : x < 0 ? −1 : x, which keeps the sign of zero and NaN. */
  const sign = (of: Value): void => {
    const x = declare("f64");
    value(of);
    out.byte(instruction.set);
    out.unsigned(x);
    number(1);
    number(-1);
    get(x);
    get(x);
    number(0);
    out.byte(instruction.ltF64);
    out.byte(instruction.select);
    get(x);
    number(0);
    out.byte(instruction.gtF64);
    out.byte(instruction.select);
  };

  const value = (v: Value): void => {
    switch (v.op) {
      case "number":
        number(v.value);
        return;
      case "local":
        get(locals.get(v.local)!);
        return;
      case "scalar":
        get(localOf(v.name));
        return;
      case "load": {
        const offset = address(v.array, v.at);
        out.byte(instruction.loadF64);
        out.unsigned(3);
        out.unsigned(offset);
        return;
      }
      case "select":
        value(v.yes);
        value(v.no);
        test(v.test);
        out.byte(instruction.select);
        return;
      case "sign":
        sign(v.of);
        return;
      default: {
        const operands = "of" in v ? [v.of] : [v.left, v.right];
        const single = unaryInstruction[v.op as UnaryOperation] ?? binaryInstruction[v.op as BinaryOperation];
        if (single === undefined) {
          apply(result, v.op, operands);
        } else {
          for (const operand of operands) value(operand);
          out.byte(single);
        }
      }
    }
  };

  const test = (t: Test): void => {
    switch (t.op) {
      case "not":
        test(t.of);
        out.byte(instruction.notI32);
        return;
      case "and":
      case "or":
        test(t.left);
        test(t.right);
        out.byte(t.op === "and" ? instruction.andI32 : instruction.orI32);
        return;
      default:
        value(t.left);
        value(t.right);
        out.byte(comparisonInstruction[t.op]);
    }
  };

  const keep = (local: number): void => {
    const place = declare("f64");
    locals.set(local, place);
    out.byte(instruction.set);
    out.unsigned(place);
  };
  const fromStack = (write: () => void): Value => {
    write();
    const local = own--;
    keep(local);
    return { op: "local", local };
  };

  const result: Code = {
    bytes: out,
    declare,
    bind(local, v) {
      value(v);
      keep(local);
    },
    fromStack,
    let: (v) => fromStack(() => value(v)),
    value,
    test,
    address,
    finish() {
      const whole = bytes();
      const runs: { type: Type; count: number }[] = [];
      for (const type of types) {
        const last = runs.at(-1);
        if (last?.type === type) last.count++;
        else runs.push({ type, count: 1 });
      }
      whole.unsigned(runs.length);
      for (const { type, count } of runs) {
        whole.unsigned(count);
        whole.byte(typeCode[type]);
      }
      whole.append(out);
      whole.byte(instruction.end);
      return whole;
    },
  };
  return result;
}
