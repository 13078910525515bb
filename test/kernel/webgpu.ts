/** Runs shaders made from kernels through the optional package `webgpu`, for tests. */
import { emitWgsl, type Kernel } from "../../src/kernel/index.ts";

/** The part of WebGPU that is used; its types are in a package that is not installed here. */
export interface Device {
  createShaderModule(source: { code: string }): object;
  createComputePipelineAsync(description: object): Promise<{ getBindGroupLayout(index: number): object }>;
  createBuffer(description: { size: number; usage: number }): Buffer_;
  createBindGroup(description: object): object;
  createCommandEncoder(): {
    beginComputePass(): {
      setPipeline(pipeline: object): void;
      setBindGroup(index: number, group: object): void;
      dispatchWorkgroups(count: number): void;
      end(): void;
    };
    copyBufferToBuffer(from: Buffer_, fromOffset: number, to: Buffer_, toOffset: number, size: number): void;
    finish(): object;
  };
  readonly queue: { writeBuffer(buffer: Buffer_, offset: number, data: ArrayBuffer): void; submit(commands: object[]): void };
  destroy(): void;
}

interface Buffer_ {
  readonly size: number;
  mapAsync(mode: number): Promise<void>;
  getMappedRange(): ArrayBuffer;
}

const usage = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128 } as const;

/** A device, or why there is none. */
export async function openDevice(): Promise<Device | string> {
  const name = "webgpu";
  try {
    const { create } = (await import(name)) as {
      create(flags: string[]): { requestAdapter(): Promise<{ requestDevice(): Promise<Device> } | null> };
    };
    const gpu = create([]);
    // The object must stay reachable as long as anything of it is used, or the process is aborted.
    Reflect.set(globalThis, "keptForTests", gpu);
    const adapter = await gpu.requestAdapter();
    return adapter === null ? "the package webgpu finds no adapter" : await adapter.requestDevice();
  } catch {
    return "the optional package webgpu is not installed";
  }
}

/** Results of each member. `inputs` holds, for every array but the last, one row a member. */
export async function runOnDevice(
  device: Device,
  kernel: Kernel,
  members: number,
  scalars: readonly number[],
  inputs: readonly (readonly Float64Array[])[],
  size: number,
): Promise<number[][]> {
  const code = emitWgsl(kernel);
  const compute = { module: device.createShaderModule({ code }), entryPoint: `${kernel.name}_` };
  const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute });
  const call = new DataView(new ArrayBuffer(16 * Math.ceil((1 + scalars.length) / 4)));
  call.setUint32(0, members, true);
  for (const [i, { type }] of kernel.scalars.entries()) {
    if (type === "integer") call.setUint32(4 + 4 * i, scalars[i]!, true);
    else call.setFloat32(4 + 4 * i, scalars[i]!, true);
  }
  const buffer = (data: ArrayBuffer, kind: number): Buffer_ => {
    const made = device.createBuffer({ size: Math.max(16, data.byteLength), usage: kind | usage.copyTarget | usage.copySource });
    device.queue.writeBuffer(made, 0, data);
    return made;
  };
  const interleaved = (rows: readonly Float64Array[]): ArrayBuffer => {
    const length = rows[0]!.length;
    return Float32Array.from({ length: length * members }, (_, k) => rows[k % members]![Math.floor(k / members)]!).buffer as ArrayBuffer;
  };
  const out = buffer(new ArrayBuffer(4 * size * members), usage.storage);
  const buffers = [
    buffer(call.buffer as ArrayBuffer, usage.uniform),
    ...inputs.map((rows) => buffer(interleaved(rows), usage.storage)),
    out,
  ];
  // The layout that WebGPU derives has only the bindings that the shader uses.
  const body = code.slice(code.indexOf("@compute"));
  const names = ["call_.", ...kernel.arrays.filter(({ role }) => role !== "work").map(({ name }) => `${name}_[`)];
  const entries = buffers.flatMap((resource, binding) =>
    body.includes(names[binding]!) ? [{ binding, resource: { buffer: resource } }] : [],
  );
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(Math.ceil(members / 64));
  pass.end();
  const read = device.createBuffer({ size: out.size, usage: usage.mapRead | usage.copyTarget });
  encoder.copyBufferToBuffer(out, 0, read, 0, out.size);
  device.queue.submit([encoder.finish()]);
  await read.mapAsync(1);
  const numbers = new Float32Array(read.getMappedRange());
  return Array.from({ length: members }, (_, member) => Array.from({ length: size }, (_, i) => numbers[i * members + member]!));
}
