/** The body of one WebAssembly function: a stack machine that is fed values of the kernel language. */
import type { BinaryOperation, Place, Test, UnaryOperation, Value } from "../kernel.ts";
import { type Bytes, bytes } from "./bytes.ts";
import { instruction, isInstruction, type Machine, machine, type Type, typeCode } from "./machine.ts";

/** Operations that are calls of functions, not instructions. `sign` is neither: it is two selections. */
export const isCall = (operation: UnaryOperation | BinaryOperation): boolean => operation !== "sign" && !isInstruction(operation);

/** What names of the kernel language are in WebAssembly. */
export interface Surroundings {
  /** Puts the value of an operation on the stack that is no instruction of WebAssembly; see {@link isCall}. */
  apply(code: Code, operation: UnaryOperation | BinaryOperation, operands: readonly Value[]): void;
  /** WebAssembly local of a scalar, loop counter or array (its address). */
  localOf(name: string): number;
}

export interface Code {
  readonly bytes: Bytes;
  readonly machine: Machine;
  /** A new local of the function. */
  declare(type: Type): number;
  get(local: number): void;
  set(local: number): void;
  /** Names a value: afterwards it is a kernel local. */
  bind(local: number, value: Value): void;
  /** Names a value nobody else has a number for. */
  let(value: Value): Value;
  /** Names what the writer leaves on the stack. */
  fromStack(write: () => void): Value;
  /** Puts a value on the stack. */
  value(value: Value): void;
  /** Puts a truth value on the stack: 1 or 0 for one lane, masks for more. */
  test(test: Test): void;
  /** Puts the address of a place on the stack and returns the fixed part of it, in bytes. */
  address(array: string, at: Place): number;
  call(function_: number): void;
  /** The function with its declarations: what the code section holds. */
  finish(): Bytes;
}

/**
 * Begins a function.
 *
 * @param parameters  number of its parameters, which are its first locals
 * @param lanes  members computed side by side: 1, or 2 with their numbers interleaved in memory
 */
export function code(parameters: number, lanes: 1 | 2, { apply, localOf }: Surroundings): Code {
  const out = bytes();
  const chip = machine(out, lanes);
  const types: Type[] = [];
  const locals = new Map<number, number>();
  let own = -1;

  const declare = (type: Type): number => parameters + types.push(type) - 1;
  const get = (local: number): void => {
    out.byte(instruction.get);
    out.unsigned(local);
  };
  const set = (local: number): void => {
    out.byte(instruction.set);
    out.unsigned(local);
  };

  const address = (array: string, { offset, strides = [] }: Place): number => {
    get(localOf(array));
    for (const { loop, by } of strides) {
      get(localOf(loop));
      out.byte(instruction.constI32);
      out.signed(8 * lanes * by);
      out.byte(instruction.mulI32);
      out.byte(instruction.addI32);
    }
    return 8 * lanes * offset;
  };

  /** x > 0 ? 1 : x < 0 ? −1 : x, which keeps the sign of zero and NaN. */
  const sign = (of: Value): void => {
    const x = result.let(of);
    const below: Value = { op: "select", test: { op: "lt", left: x, right: zero }, yes: { op: "number", value: -1 }, no: x };
    value({ op: "select", test: { op: "gt", left: x, right: zero }, yes: { op: "number", value: 1 }, no: below });
  };

  const value = (v: Value): void => {
    switch (v.op) {
      case "number":
        chip.number(v.value);
        return;
      case "local":
        get(locals.get(v.local)!);
        return;
      case "scalar":
        get(localOf(v.name));
        return;
      case "load":
        chip.load(address(v.array, v.at));
        return;
      case "select":
        value(v.yes);
        value(v.no);
        test(v.test);
        chip.op("select");
        return;
      case "sign":
        sign(v.of);
        return;
      default: {
        const operands = "of" in v ? [v.of] : [v.left, v.right];
        if (isInstruction(v.op)) {
          for (const operand of operands) value(operand);
          chip.op(v.op);
        } else {
          apply(result, v.op, operands);
        }
      }
    }
  };

  const test = (t: Test): void => {
    switch (t.op) {
      case "not":
        test(t.of);
        break;
      case "and":
      case "or":
        test(t.left);
        test(t.right);
        break;
      default:
        value(t.left);
        value(t.right);
    }
    chip.op(t.op);
  };

  const keep = (local: number): void => {
    const place = declare(chip.type);
    locals.set(local, place);
    set(place);
  };
  const fromStack = (write: () => void): Value => {
    write();
    const local = own--;
    keep(local);
    return { op: "local", local };
  };

  const result: Code = {
    bytes: out,
    machine: chip,
    declare,
    get,
    set,
    bind(local, v) {
      value(v);
      keep(local);
    },
    fromStack,
    let: (v) => fromStack(() => value(v)),
    value,
    test,
    address,
    call(function_) {
      out.byte(instruction.call);
      out.unsigned(function_);
    },
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

const zero: Value = { op: "number", value: 0 };
