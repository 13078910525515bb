/** The shader of a model: made, measured against what a device takes, and compiled once. */
import type { GpuDevice, GpuProgram } from "../../../compute/index.ts";
import { GreyboxError, type Kernel, type System } from "../../../core/index.ts";
import { emitWgsl, sizeOfKernel } from "../../../kernel/index.ts";
import { rodas3 } from "../../methods/rodas3.ts";
import { tsit5 } from "../../methods/tsit5.ts";
import { explicitLanes } from "../explicit-lanes.ts";
import { rosenbrockLanes } from "../rosenbrock-lanes.ts";
import { type MemberShape, memberProgram, sharedScalars } from "./member-program.ts";

export const gpuCodeDefaults = {
  /** Operations of a kernel above which drivers take long to compile it, or give up. */
  operations: 24_000,
  /** Bytes of its own that WebGPU promises to an invocation. */
  privateBytes: 8192,
  workgroup: 64,
  rosenbrock: {
    /** Operations of Jacobian and elimination. */
    operations: 8000,
    /** Wider than in double precision: half the digits are there. */
    timeIncrement: 1 / 16,
    /** Sum of squares of the multipliers: rounding errors of 6e-8 grow with their root. */
    growth: 1e4,
    /** A smaller pivot is what cancellation has left of larger numbers: three of its seven digits at this share. */
    pivotShare: 1e-4,
  },
} as const;

export type GpuMethodName = "tsit5" | "rodas3";

export interface MemberKernel {
  readonly kernel: Kernel;
  /** Of a call: how many tries fit a dispatch follows from it. */
  readonly operations: number;
  /** Members that need too many steps are looked upon as stiff. */
  readonly watchful: boolean;
  /** Names of the scalars after the fixed ones. */
  readonly shared: readonly string[];
}

/**
 * The kernel of a member, as plain data; undefined where a stiff step cannot be written.
 *
 * @throws GreyboxError `solver/gpu-kernel-size`
 */
export function memberKernel(system: System, method: GpuMethodName, shape: MemberShape, fixed: boolean): MemberKernel | undefined {
  const rhs = system.kernels!.rhs();
  const { rosenbrock, operations: most } = gpuCodeDefaults;
  if (rhs.body.some((statement) => statement.do === "loop")) return undefined;
  const size = sizeOfKernel(rhs);
  // Every stage holds the whole right-hand side; what would be far too long is not written out first.
  if (3 * size > most)
    throw new GreyboxError("solver/gpu-kernel-size", { model: system.name, what: "operations", size: 6 * size, limit: most });
  const lane = {
    n: system.states.length,
    r: system.inputs.length,
    p: system.parameters.length,
    sampled: false,
    bounded: [],
    moving: shape.moving,
  };
  const explicit = method === "tsit5";
  const step = explicit ? explicitLanes(tsit5, rhs.body, lane) : rosenbrockLanes(rodas3, system, rhs.body, lane, rosenbrock);
  if (!step) return undefined;
  const stability = explicit && !fixed ? tsit5.stability : undefined;
  const kernel = memberProgram(system, { order: explicit ? tsit5.order : rodas3.order, stability, fixed, step }, shape);
  const operations = sizeOfKernel(kernel);
  if (operations > most)
    throw new GreyboxError("solver/gpu-kernel-size", { model: system.name, what: "operations", size: operations, limit: most });
  const bytes = 4 * kernel.arrays.reduce((sum, { length = 0 }) => sum + length, 0);
  if (bytes > gpuCodeDefaults.privateBytes) {
    throw new GreyboxError("solver/gpu-kernel-size", {
      model: system.name,
      what: "bytes of private memory",
      size: bytes,
      limit: gpuCodeDefaults.privateBytes,
    });
  }
  return { kernel, operations, watchful: stability !== undefined, shared: sharedScalars(system, shape) };
}

const programs = new WeakMap<GpuDevice, Map<string, Promise<GpuProgram>>>();

/** Compiles a kernel for a device; the same text only once. */
export function gpuProgram(device: GpuDevice, { kernel }: MemberKernel): Promise<GpuProgram> {
  const known = programs.get(device) ?? new Map<string, Promise<GpuProgram>>();
  programs.set(device, known);
  const code = emitWgsl(kernel, gpuCodeDefaults.workgroup);
  const found = known.get(code) ?? device.program(code, `${kernel.name}_`, [false, true]);
  known.set(code, found);
  return found;
}
