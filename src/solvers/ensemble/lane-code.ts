/** The generated code of lanes: kernels for one bank of two lanes or for two banks interleaved, compiled once and linked where it runs. */
import type { Kernel, Place, Statement, System, Test, Value } from "../../core/index.ts";
import { compileWebAssembly, type KernelMemory, mapLeaves, mapTest, sizeOfKernel } from "../../kernel/index.ts";
import { allot } from "../generated/arena.ts";
import { rodas5p } from "../methods/rodas5p.ts";
import { tsit5 } from "../methods/tsit5.ts";
import { explicitLanes } from "./explicit-lanes.ts";
import { type LaneProgram, type LaneShape, laneProgram } from "./lane-program.ts";
import { rosenbrockLanes } from "./rosenbrock-lanes.ts";

export const laneDefaults = {
  /** Operations of a right-hand side above which members are solved one after the other. */
  operations: 2000,
  /** Operations of a whole try above which there is one bank: interleaving hides waiting, which long code does by itself. */
  interleaved: 1500,
} as const;

/** Methods that there are lanes of. */
export type LaneMethodName = "tsit5" | "rodas5p";

export interface LaneCode {
  readonly program: LaneProgram;
  readonly banks: 1 | 2;
  /** With a memory of its own, in which number `place` of lane `lane` is at `at(place, lane)`. */
  link(): {
    readonly memory: Float64Array;
    /** For both lanes of a bank. */
    prepare(bank: number): void;
    advance(count: number): void;
  };
}

/** Where a number of a lane is in the memory of all lanes. */
export const placeOf = (program: LaneProgram, place: number, lane: number): number =>
  2 * ((lane >> 1) * program.length + place) + (lane & 1);

const made = new WeakMap<object, Map<string, LaneCode | undefined>>();

/** Undefined where the system has no kernels, or such that a step of lanes cannot be made of. */
export function laneCode(system: System, method: LaneMethodName, shape: LaneShape): LaneCode | undefined {
  const { kernels } = system;
  if (!kernels) return undefined;
  const known = made.get(kernels) ?? new Map<string, LaneCode | undefined>();
  made.set(kernels, known);
  const key = [method, shape.moving, shape.sampled].join();
  if (!known.has(key)) known.set(key, generate(system, method, shape));
  return known.get(key);
}

function generate(system: System, method: LaneMethodName, shape: LaneShape): LaneCode | undefined {
  const rhs = system.kernels!.rhs();
  if (sizeOfKernel(rhs) > laneDefaults.operations || rhs.body.some((statement) => statement.do === "loop")) return undefined;
  const steps = method === "tsit5" ? explicitLanes(tsit5, rhs.body, shape) : rosenbrockLanes(rodas5p, system, rhs.body, shape);
  if (!steps) return undefined;
  const program = laneProgram(steps, shape);
  const banks = sizeOfKernel(program.advance) <= laneDefaults.interleaved ? 2 : 1;
  const advance = banks === 2 ? interleaved(program.advance, program.length) : program.advance;
  const link = compileWebAssembly([program.prepare, advance], { lanes: 2 });
  const linked = new WeakMap<KernelMemory, ReturnType<typeof link>>();
  return {
    program,
    banks,
    link() {
      const { memory, address, values } = allot(2 * banks * program.length);
      const functions = linked.get(memory) ?? link(memory);
      linked.set(memory, functions);
      const [prepare, run] = [functions.get("prepare")!, functions.get("advance")!];
      return {
        memory: values,
        prepare: (bank) => prepare(0, address + 16 * bank * program.length),
        advance: (count) => run(count, address),
      };
    },
  };
}

/** The kernel for two banks at once, statement by statement, so that one waits while the other computes. */
function interleaved(kernel: Kernel, length: number): Kernel {
  const first = Math.max(...localsOf(kernel.body)) + 1;
  return { ...kernel, body: zipped(kernel.body, first, length) };
}

function zipped(body: readonly Statement[], by: number, length: number): Statement[] {
  return body.flatMap((one): Statement[] => {
    if (one.do !== "loop") return [one, moved(one, by, length)];
    const inner = zipped(one.body, by, length);
    if (!one.while) return [{ ...one, body: inner }];
    const test: Test = { op: "and", left: one.while.test, right: mapTest(one.while.test, (value) => movedValue(value, by, length)) };
    return [{ ...one, while: { ...one.while, test }, body: inner }];
  });
}

function moved(one: Exclude<Statement, { do: "loop" }>, by: number, length: number): Statement {
  const value = movedValue(one.value, by, length);
  return one.do === "let" ? { ...one, local: one.local + by, value } : { ...one, at: movedPlace(one.at, length), value };
}

const movedPlace = (at: Place, length: number): Place => ({ ...at, offset: at.offset + length });

function movedValue(value: Value, by: number, length: number): Value {
  return mapLeaves(value, (leaf) => {
    if (leaf.op === "local") return { op: "local", local: leaf.local + by };
    return leaf.op === "load" ? { ...leaf, at: movedPlace(leaf.at, length) } : leaf;
  });
}

const localsOf = (body: readonly Statement[]): number[] =>
  body.flatMap((one) => (one.do === "let" ? [one.local] : one.do === "loop" ? localsOf(one.body) : []));
