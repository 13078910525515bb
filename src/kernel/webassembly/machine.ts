/**
 * The instructions of WebAssembly that kernels need, for one double at a time and for two side by side: the same computation is written for
 * either by asking for operations by name.
 *
 * @see WebAssembly Core Specification 2.0, §5.4.
 */
import type { BinaryOperation, Comparison, UnaryOperation } from "../kernel.ts";
import type { Bytes } from "./bytes.ts";

export type Type = "i32" | "i64" | "f64" | "v128";

/** Codes of the value types. */
export const typeCode: Readonly<Record<Type, number>> = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b };

/** Instructions that do not depend on the number of lanes. */
export const instruction = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  branch: 0x0c,
  branchIf: 0x0d,
  call: 0x10,
  get: 0x20,
  set: 0x21,
  constI32: 0x41,
  notI32: 0x45,
  lessI32: 0x48,
  addI32: 0x6a,
  mulI32: 0x6c,
  empty: 0x40,
} as const;

/** Opcode for one lane, opcode for two. */
const operations = {
  neg: [0x9a, 0xed],
  abs: [0x99, 0xec],
  sqrt: [0x9f, 0xef],
  floor: [0x9c, 0x75],
  ceil: [0x9b, 0x74],
  add: [0xa0, 0xf0],
  sub: [0xa1, 0xf1],
  mul: [0xa2, 0xf2],
  div: [0xa3, 0xf3],
  min: [0xa4, 0xf4],
  max: [0xa5, 0xf5],
  eq: [0x61, 0x47],
  ne: [0x62, 0x48],
  lt: [0x63, 0x49],
  gt: [0x64, 0x4a],
  le: [0x65, 0x4b],
  ge: [0x66, 0x4c],
  not: [0x45, 0x4d],
  and: [0x71, 0x4e],
  or: [0x72, 0x50],
  select: [0x1b, 0x52],
  addBits: [0x7c, 0xce],
  subBits: [0x7d, 0xd1],
  andBits: [0x83, 0x4e],
  shiftLeft: [0x86, 0xcb],
  shiftRight: [0x87, 0xcc],
} as const satisfies Partial<Record<UnaryOperation | BinaryOperation | Comparison, unknown>> & Record<string, readonly [number, number]>;

export type Instruction = keyof typeof operations;

/** True for operations of the kernel language that are one instruction. */
export const isInstruction = (operation: string): operation is Instruction => Object.hasOwn(operations, operation);

const simd = 0xfd;
const vector = {
  load: 0x00,
  store: 0x0b,
  constant: 0x0c,
  splat: 0x14,
  extract: 0x21,
  replace: 0x22,
  allTrue: 0xc3,
  anyTrue: 0x53,
} as const;

/** Writes instructions for some number of lanes. */
export interface Machine {
  readonly lanes: 1 | 2;
  /** Of a value, and of its bits as integers. */
  readonly type: Type;
  readonly bitsType: Type;
  op(operation: Instruction): void;
  /** The same number in every lane. */
  number(value: number): void;
  /** The same integer in every lane. */
  bits(value: bigint): void;
  /** Shifts the bits on the stack. */
  shift(direction: "shiftLeft" | "shiftRight", count: number): void;
  /** A value on the stack as its bits, and back. */
  toBits(): void;
  fromBits(): void;
  load(offset: number): void;
  store(offset: number): void;
  /** A test on the stack becomes the integer 1 where it holds in every lane, else 0. */
  everywhere(): void;
  /** The same where it holds in some lane. */
  somewhere(): void;
  /** One lane of the value on the stack, as a double. */
  extract(lane: number): void;
  /** Puts the double on the stack into a lane of the value below it. */
  replace(lane: number): void;
  /** The double on the stack in every lane. */
  splat(): void;
}

export function machine(out: Bytes, lanes: 1 | 2): Machine {
  const two = lanes === 2;
  const vectorOp = (code: number): void => {
    out.byte(simd);
    out.unsigned(code);
  };
  const plain = (code: number): void => {
    if (two) vectorOp(code);
    else out.byte(code);
  };
  const memory = (offset: number): void => {
    out.unsigned(3);
    out.unsigned(offset);
  };
  const constantBits = new DataView(new ArrayBuffer(8));
  const twice = (): void => {
    vectorOp(vector.constant);
    for (let lane = 0; lane < 2; lane++) out.double(constantBits.getFloat64(0));
  };
  return {
    lanes,
    type: two ? "v128" : "f64",
    bitsType: two ? "v128" : "i64",
    op: (operation) => plain(operations[operation][two ? 1 : 0]),
    number(value) {
      constantBits.setFloat64(0, value);
      if (two) return twice();
      out.byte(0x44);
      out.double(value);
    },
    bits(value) {
      constantBits.setBigInt64(0, value);
      if (two) return twice();
      out.byte(0x42);
      out.long(value);
    },
    shift(direction, count) {
      out.byte(two ? instruction.constI32 : 0x42);
      out.signed(count);
      plain(operations[direction][two ? 1 : 0]);
    },
    toBits() {
      if (!two) out.byte(0xbd);
    },
    fromBits() {
      if (!two) out.byte(0xbf);
    },
    load(offset) {
      plain(two ? vector.load : 0x2b);
      memory(offset);
    },
    store(offset) {
      plain(two ? vector.store : 0x39);
      memory(offset);
    },
    everywhere() {
      if (two) vectorOp(vector.allTrue);
    },
    somewhere() {
      if (two) vectorOp(vector.anyTrue);
    },
    extract(lane) {
      if (!two) return;
      vectorOp(vector.extract);
      out.byte(lane);
    },
    replace(lane) {
      if (!two) return;
      vectorOp(vector.replace);
      out.byte(lane);
    },
    splat() {
      if (two) vectorOp(vector.splat);
    },
  };
}
