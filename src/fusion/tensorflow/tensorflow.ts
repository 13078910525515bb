/**
 * The one way to TensorFlow.js: finds which of its packages is installed, makes it quiet, and says which it is.
 *
 * All of them are optional; nothing is loaded before a network is learned. TensorFlow.js keeps its backend in global state, so whoever
 * computes with it takes turns.
 */
import { GreyboxError } from "../../core/index.ts";

export type Backend = "node-gpu" | "node" | "wasm" | "cpu";

/** The part of TensorFlow.js that is used here. Its own types are not named: they would be missing wherever the package is. */
export interface Tensors {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  enableProdMode(): void;
  tensor2d(values: Float32Array, shape: [number, number]): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor | number): Tensor;
  square(a: Tensor): Tensor;
  tanh(a: Tensor): Tensor;
  sum(a: Tensor): Tensor;
  tidy<T>(run: () => T): T;
  memory(): { readonly numTensors: number };
  /** Of a scalar, with respect to each of its arguments. */
  grads(loss: (...arguments_: Tensor[]) => Tensor): (arguments_: readonly Tensor[]) => Tensor[];
}

export interface Tensor {
  data(): Promise<Float32Array>;
  /** Waits for the backend. */
  dataSync(): Float32Array;
  dispose(): void;
}

interface Route {
  /** The last one is imported for its values, the others for what they register. */
  readonly packages: readonly string[];
  readonly name: string;
}

/** Fastest first. `tfjs-layers` is there because it registers the gradients, which `tfjs-core` alone does not have in Node. */
const routes: Readonly<Record<Backend, Route>> = {
  "node-gpu": { packages: ["@tensorflow/tfjs-node-gpu"], name: "tensorflow" },
  node: { packages: ["@tensorflow/tfjs-node"], name: "tensorflow" },
  wasm: { packages: ["@tensorflow/tfjs-layers", "@tensorflow/tfjs-backend-wasm", "@tensorflow/tfjs-core"], name: "wasm" },
  cpu: { packages: ["@tensorflow/tfjs-layers", "@tensorflow/tfjs-backend-cpu", "@tensorflow/tfjs-core"], name: "cpu" },
};

export const backends = Object.keys(routes) as readonly Backend[];

/**
 * Runs something with TensorFlow.js, alone.
 *
 * @param wanted  one backend, or "auto" for the first that is installed
 * @throws GreyboxError `learner/no-tensorflow` when it is not
 */
export async function withTensorFlow<T>(wanted: Backend | "auto", run: (tf: Tensors, backend: Backend) => Promise<T>): Promise<T> {
  const mine = turn.then(async () => {
    const { tf, backend } = await find(wanted);
    return run(tf, backend);
  });
  turn = mine.then(
    () => {},
    () => {},
  );
  return mine;
}

/** The end of whatever computes with TensorFlow.js now. */
let turn: Promise<void> = Promise.resolve();

async function find(wanted: Backend | "auto"): Promise<{ tf: Tensors; backend: Backend }> {
  const candidates = wanted === "auto" ? backends : [wanted];
  for (const backend of candidates) {
    const tf = await open(routes[backend]);
    if (tf) return { tf, backend };
  }
  throw new GreyboxError("learner/no-tensorflow", {
    backend: wanted,
    tried: candidates.map((backend) => routes[backend].packages.at(-2) ?? routes[backend].packages[0]!),
  });
}

/** Undefined where a package is not installed, or its native library does not load. */
async function open({ packages, name }: Route): Promise<Tensors | undefined> {
  const restore = await beforeLoading();
  try {
    let last: unknown;
    for (const specifier of packages) last = await import(specifier);
    // CommonJS packages come as `default`; the border where untyped packages become the interface above.
    const tf = ((last as { default?: unknown }).default ?? last) as Tensors;
    tf.enableProdMode();
    const usable = await tf.setBackend(name);
    await tf.ready();
    return usable ? tf : undefined;
  } catch {
    return undefined;
  } finally {
    restore();
  }
}

/**
 * Two faults of the packages are mended: tfjs-node calls functions that Node 24 no longer has, and the WebAssembly backend listens for
 * uncaught exceptions of the whole process and rethrows them, with its source as the message.
 *
 * @returns what to call when loading is over
 */
async function beforeLoading(): Promise<() => void> {
  const util = (await import("node:util")).default as unknown as Record<string, unknown>;
  util["isNullOrUndefined"] ??= (value: unknown) => value === null || value === undefined;
  util["isArray"] ??= Array.isArray;
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => process.listeners(event as "uncaughtException"));
  return () => {
    for (const [i, event] of events.entries()) {
      for (const listener of process.listeners(event as "uncaughtException")) {
        const emscripten = /ExitStatus|throw reason/.test(String(listener));
        if (!before[i]!.includes(listener) && emscripten) process.removeListener(event, listener);
      }
    }
  };
}
