/** The part of WebGPU that is used here. Its own types are in an optional package, which need not be installed. */

export interface WebGpu {
  requestAdapter(options?: { readonly powerPreference?: "high-performance" }): Promise<WebGpuAdapter | null>;
}

export interface WebGpuAdapter {
  readonly info: { readonly vendor?: string; readonly architecture?: string; readonly description?: string; readonly device?: string };
  readonly limits: WebGpuLimits;
  requestDevice(description: { readonly requiredLimits: Readonly<Partial<Record<keyof WebGpuLimits, number>>> }): Promise<WebGpuDevice>;
}

export interface WebGpuLimits {
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxUniformBufferBindingSize: number;
  readonly maxComputeWorkgroupsPerDimension: number;
  readonly maxStorageBuffersPerShaderStage: number;
}

export interface WebGpuDevice {
  readonly limits: WebGpuLimits;
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  readonly queue: {
    writeBuffer(buffer: WebGpuBuffer, offset: number, data: ArrayBuffer, from: number, size: number): void;
    submit(commands: readonly object[]): void;
  };
  pushErrorScope(filter: "validation" | "out-of-memory" | "internal"): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
  createShaderModule(description: { readonly code: string }): object;
  createBindGroupLayout(description: object): object;
  createPipelineLayout(description: object): object;
  createComputePipelineAsync(description: object): Promise<object>;
  createBuffer(description: { readonly size: number; readonly usage: number }): WebGpuBuffer;
  createBindGroup(description: object): object;
  createCommandEncoder(): WebGpuEncoder;
  destroy(): void;
}

export interface WebGpuEncoder {
  beginComputePass(): {
    setPipeline(pipeline: object): void;
    setBindGroup(index: number, group: object): void;
    dispatchWorkgroups(count: number): void;
    end(): void;
  };
  copyBufferToBuffer(from: WebGpuBuffer, fromOffset: number, to: WebGpuBuffer, toOffset: number, size: number): void;
  finish(): object;
}

export interface WebGpuBuffer {
  readonly size: number;
  mapAsync(mode: number, offset: number, size: number): Promise<void>;
  getMappedRange(offset: number, size: number): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}

/** Bits of the specification. */
export const usage = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128 } as const;
export const visibleToCompute = 4;
export const mapForReading = 1;
