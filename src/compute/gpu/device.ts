/** Opens a GPU: buffers of single-precision numbers, shaders over them, and what the adapter is called. Knows no models and no kernels. */
import { GreyboxError } from "../../core/index.ts";
import { mapForReading, usage, visibleToCompute, type WebGpu, type WebGpuBuffer, type WebGpuDevice } from "./webgpu.ts";

export interface GpuDevice {
  /** As the driver calls it. */
  readonly adapter: string;
  /** The adapter is a program on this processor: for tests, not for speed. */
  readonly software: boolean;
  readonly limits: {
    /** Bytes of one storage buffer at most. */
    readonly storage: number;
    /** Bytes of the uniform buffer at most. */
    readonly uniform: number;
    readonly workgroups: number;
  };
  /**
   * Compiles a compute shader with binding 0 a uniform buffer and, from binding 1 on, one storage buffer for each entry of `writes`.
   *
   * @param writes  whether the shader writes to each of the storage buffers
   * @throws GreyboxError `compute/shader` with what the driver says
   */
  program(code: string, entry: string, writes: readonly boolean[]): Promise<GpuProgram>;
  buffer(kind: "uniform" | "storage", bytes: number): GpuBuffer;
  /** Reads numbers from the start of a buffer, when what was submitted before is done. */
  read(buffer: GpuBuffer, count: number): Promise<Float32Array>;
  close(): void;
}

export interface GpuProgram {
  /** Submits one dispatch. */
  run(buffers: readonly GpuBuffer[], workgroups: number): void;
}

export interface GpuBuffer extends Disposable {
  readonly bytes: number;
  write(data: Float32Array | Uint32Array): void;
}

/** What the driver object is kept in: the process is aborted when it is collected while anything of it is in use. */
const kept: WebGpu[] = [];

/** @throws GreyboxError `compute/no-gpu` */
export async function openDevice(): Promise<GpuDevice> {
  const gpu = await load();
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new GreyboxError("compute/no-gpu", { why: "the package webgpu finds no adapter" });
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const { vendor, architecture, description, device: model } = adapter.info;
  let device: WebGpuDevice;
  try {
    device = await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  } catch (error) {
    throw new GreyboxError("compute/no-gpu", { why: `the adapter gives no device: ${(error as Error).message}` }, { cause: error });
  }
  const name = [description || model, vendor, architecture].filter(Boolean).join(", ");
  return deviceOf(device, name === "" ? "an adapter without a name" : name);
}

let opening: Promise<WebGpu> | undefined;

function load(): Promise<WebGpu> {
  opening ??= loadOnce();
  return opening;
}

async function loadOnce(): Promise<WebGpu> {
  // A variable, so that types of a package that may be absent are not looked for.
  const name = "webgpu";
  let create: (flags: readonly string[]) => WebGpu;
  try {
    ({ create } = (await import(name)) as { create: typeof create });
  } catch (error) {
    throw new GreyboxError("compute/no-gpu", { why: "the optional package webgpu is not installed, or does not load" }, { cause: error });
  }
  const gpu = create([]);
  kept.push(gpu);
  return gpu;
}

function deviceOf(device: WebGpuDevice, adapter: string): GpuDevice {
  const { maxStorageBufferBindingSize, maxBufferSize, maxUniformBufferBindingSize, maxComputeWorkgroupsPerDimension } = device.limits;
  const raw = new WeakMap<GpuBuffer, WebGpuBuffer>();
  let lost: string | undefined;
  device.lost.then(({ message }) => {
    lost = message;
  });
  const allocated = (bytes: number, kind: number): WebGpuBuffer =>
    device.createBuffer({ size: Math.max(16, 16 * Math.ceil(bytes / 16)), usage: kind });
  let staging: WebGpuBuffer | undefined;

  return {
    adapter,
    software: /swiftshader|llvmpipe|lavapipe/i.test(adapter),
    limits: {
      storage: Math.min(maxStorageBufferBindingSize, maxBufferSize),
      uniform: maxUniformBufferBindingSize,
      workgroups: maxComputeWorkgroupsPerDimension,
    },

    async program(code, entry, writes) {
      device.pushErrorScope("validation");
      const type = (binding: number): string => (binding === 0 ? "uniform" : writes[binding - 1] ? "storage" : "read-only-storage");
      const group = device.createBindGroupLayout({
        entries: Array.from({ length: 1 + writes.length }, (_, binding) => ({
          binding,
          visibility: visibleToCompute,
          buffer: { type: type(binding) },
        })),
      });
      const layout = device.createPipelineLayout({ bindGroupLayouts: [group] });
      let problem: string | undefined;
      let pipeline: object = {};
      try {
        const compute = { module: device.createShaderModule({ code }), entryPoint: entry };
        pipeline = await device.createComputePipelineAsync({ layout, compute });
      } catch (error) {
        problem = (error as Error).message;
      }
      // What the scope has caught is about the text; what the pipeline says is about the scope.
      problem = (await device.popErrorScope())?.message ?? problem;
      if (problem !== undefined) throw new GreyboxError("compute/shader", { shader: entry, adapter, why: problem });
      return {
        run(buffers, workgroups) {
          const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer: raw.get(buffer)! } }));
          const encoder = device.createCommandEncoder();
          const pass = encoder.beginComputePass();
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, device.createBindGroup({ layout: group, entries }));
          pass.dispatchWorkgroups(workgroups);
          pass.end();
          device.queue.submit([encoder.finish()]);
        },
      };
    },

    buffer(kind, bytes) {
      const own = allocated(bytes, usage[kind] | usage.copyTarget | usage.copySource);
      const buffer: GpuBuffer = {
        bytes,
        write: (data) => device.queue.writeBuffer(own, 0, data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
        [Symbol.dispose]: () => own.destroy(),
      };
      raw.set(buffer, own);
      return buffer;
    },

    async read(buffer, count) {
      const bytes = 4 * count;
      if (!staging || staging.size < bytes) {
        staging?.destroy();
        staging = allocated(bytes, usage.mapRead | usage.copyTarget);
      }
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(raw.get(buffer)!, 0, staging, 0, bytes);
      device.queue.submit([encoder.finish()]);
      try {
        await staging.mapAsync(mapForReading, 0, bytes);
      } catch (error) {
        throw new GreyboxError("compute/gpu-lost", { adapter, why: lost ?? (error as Error).message }, { cause: error });
      }
      const numbers = new Float32Array(staging.getMappedRange(0, bytes).slice(0));
      staging.unmap();
      return numbers;
    },

    close() {
      staging?.destroy();
      device.destroy();
    },
  };
}
