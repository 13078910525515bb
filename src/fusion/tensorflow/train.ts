/**
 * Trains a small network by TensorFlow.js: seeded weights and batches, so that a backend gives the same result twice.
 *
 * TensorFlow.js computes the gradients; the steps are taken here. Its own optimizer takes some twelve operations a step for each array of
 * weights, and for networks of this size the number of operations is what a step costs, not their arithmetic.
 */
import { type Random, random } from "../../core/index.ts";
import type { Layer } from "../learners/forward.ts";
import type { Prepared } from "../learners/prepared.ts";
import { adam } from "./adam.ts";
import type { Tensor, Tensors } from "./tensorflow.ts";

export interface Training {
  readonly hidden: readonly number[];
  readonly updates: number;
  readonly batch: number;
  readonly rate: number;
  /** Penalty on the squared weights (not the offsets), against the mean squared error of the scaled target. */
  readonly decay: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Weights or offsets of a layer, row-major, shape (rows, columns). */
interface Parameters {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
  readonly decay: number;
}

/** After so many updates the event loop gets a turn. */
const breath = 50;

/** @returns the layers, and the predictions of TensorFlow.js itself for the rows, to compare with ours */
export async function train(tf: Tensors, data: Prepared, training: Training): Promise<{ layers: Layer[]; predicted: Float32Array }> {
  const source = random(training.seed).fork("network");
  const sizes = [data.columns, ...training.hidden, 1];
  const parameters = sizes.slice(1).flatMap((outputs, l): Parameters[] => {
    const inputs = sizes[l]!;
    return [
      { rows: inputs, columns: outputs, values: glorot(source, inputs, outputs), decay: training.decay },
      { rows: 1, columns: outputs, values: new Float32Array(outputs), decay: 0 },
    ];
  });
  const steps = parameters.map(({ values }) => adam(values.length, training.rate));
  const held = () => parameters.map(({ values, rows, columns }) => tf.tensor2d(values, [rows, columns]));
  const size = Math.min(training.batch, data.rows);
  const batches = batchesOf(tf, data, size, source);

  try {
    for (let update = 0; update < training.updates; update++) {
      const gradients = tf.tidy(() => {
        const { x, y, w } = batches.next();
        const loss = (...weights: Tensor[]) => {
          const square = tf.square(tf.sub(output(tf, weights, x), y));
          return tf.mul(tf.sum(w ? tf.mul(square, w) : square), 1 / size);
        };
        return tf
          .grads(loss)(held())
          .map((gradient) => gradient.dataSync());
      });
      for (const [i, { values, decay }] of parameters.entries()) steps[i]!(values, gradients[i]!, decay);
      if (update % breath === breath - 1) {
        await new Promise((resolve) => setImmediate(resolve));
        training.signal?.throwIfAborted();
      }
    }
  } finally {
    batches.dispose();
  }

  const last = tf.tidy(() => output(tf, held(), tf.tensor2d(Float32Array.from(data.x), [data.rows, data.columns])));
  const predicted = await last.data();
  last.dispose();
  const layers = sizes.slice(1).map((outputs, l): Layer => {
    const [weights, offsets] = [parameters[2 * l]!, parameters[2 * l + 1]!];
    return { inputs: sizes[l]!, outputs, weights: [...weights.values], offsets: [...offsets.values] };
  });
  return { layers, predicted };
}

/** @param weights  weights and offsets, layer by layer */
function output(tf: Tensors, weights: readonly Tensor[], x: Tensor): Tensor {
  let activity = x;
  for (let i = 0; i < weights.length; i += 2) {
    const z = tf.add(tf.matMul(activity, weights[i]!), weights[i + 1]!);
    activity = i + 2 < weights.length ? tf.tanh(z) : z;
  }
  return activity;
}

interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
  /** Undefined where all weights are 1. */
  readonly w: Tensor | undefined;
}

/** All rows every time where they fit into one batch, and then they are handed over once; else every row once before any comes again. */
function batchesOf(tf: Tensors, data: Prepared, size: number, source: Random): { next(): Batch; dispose(): void } {
  const order = Int32Array.from({ length: data.rows }, (_, row) => row);
  const weighted = data.weight.some((weight) => weight !== 1);
  const batchOf = (rows: Int32Array): Batch => {
    const { x, y, w } = gathered(data, rows);
    return { x: tf.tensor2d(x, [size, data.columns]), y: tf.tensor2d(y, [size, 1]), w: weighted ? tf.tensor2d(w, [size, 1]) : undefined };
  };
  if (size === data.rows) {
    const all = batchOf(order);
    return {
      next: () => all,
      dispose() {
        for (const tensor of Object.values<Tensor | undefined>({ ...all })) tensor?.dispose();
      },
    };
  }
  let next = data.rows;
  return {
    next() {
      if (next + size > data.rows) {
        shuffle(order, source);
        next = 0;
      }
      next += size;
      return batchOf(order.subarray(next - size, next));
    },
    // These belong to the update that asked for them.
    dispose() {},
  };
}

/** X. Glorot & Y. Bengio, AISTATS 2010: the variance that keeps signals and gradients of a tanh layer at their size. */
function glorot(source: Random, inputs: number, outputs: number): Float32Array {
  const deviation = Math.sqrt(2 / (inputs + outputs));
  return Float32Array.from({ length: inputs * outputs }, () => deviation * source.normal());
}

function gathered({ columns, x, y, weight }: Prepared, rows: Int32Array): Record<"x" | "y" | "w", Float32Array> {
  const batch = new Float32Array(rows.length * columns);
  for (const [i, row] of rows.entries()) for (let c = 0; c < columns; c++) batch[i * columns + c] = x[row * columns + c]!;
  return { x: batch, y: Float32Array.from(rows, (row) => y[row]!), w: Float32Array.from(rows, (row) => weight[row]!) };
}

function shuffle(order: Int32Array, source: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const other = source.integer(i + 1);
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
}
