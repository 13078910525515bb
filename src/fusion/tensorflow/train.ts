/** Trains a small network by TensorFlow.js: seeded weights and batches, so that a backend gives the same result twice. */
import { type Random, random } from "../../core/index.ts";
import type { Layer } from "../learners/forward.ts";
import type { Prepared } from "../learners/prepared.ts";
import type { Tensor, Tensors, Variable } from "./tensorflow.ts";

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

/** After so many updates the event loop gets a turn. */
const breath = 50;

/** @returns the layers, and the predictions of TensorFlow.js itself for the rows, to compare with ours */
export async function train(tf: Tensors, data: Prepared, training: Training): Promise<{ layers: Layer[]; predicted: Float32Array }> {
  const { rows, columns } = data;
  const source = random(training.seed).fork("network");
  const sizes = [columns, ...training.hidden, 1];
  const weights = sizes.slice(1).map((size, l) => variable(tf, glorot(source, sizes[l]!, size), sizes[l]!, size));
  const offsets = sizes.slice(1).map((size) => variable(tf, new Float32Array(size), 1, size));
  const all = [...weights, ...offsets];
  const optimizer = tf.train.adam(training.rate);
  const output = (x: Tensor): Tensor =>
    weights.reduce((activity, w, l) => {
      const z = tf.add(tf.matMul(activity, w), offsets[l]!);
      return l < weights.length - 1 ? tf.tanh(z) : z;
    }, x);

  const size = Math.min(training.batch, rows);
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  let next = rows;
  for (let update = 0; update < training.updates; update++) {
    if (next + size > rows) {
      shuffle(order, source);
      next = 0;
    }
    const { x, y, w } = gathered(data, order.subarray(next, next + size));
    next += size;
    tf.tidy(() => {
      const [inputs, target, weight] = [tf.tensor2d(x, [size, columns]), tf.tensor2d(y, [size, 1]), tf.tensor2d(w, [size, 1])];
      const loss = () => {
        const errors = tf.mul(tf.sum(tf.mul(tf.square(tf.sub(output(inputs), target)), weight)), 1 / size);
        return weights.reduce((sum, layer) => tf.add(sum, tf.mul(tf.sum(tf.square(layer)), training.decay)), errors);
      };
      optimizer.minimize(loss, false, all);
    });
    if (update % breath === breath - 1) {
      await new Promise((resolve) => setImmediate(resolve));
      training.signal?.throwIfAborted();
    }
  }

  const last = tf.tidy(() => output(tf.tensor2d(Float32Array.from(data.x), [rows, columns])));
  const predicted = await last.data();
  const layers: Layer[] = [];
  for (const [l, w] of weights.entries()) {
    layers.push({ inputs: sizes[l]!, outputs: sizes[l + 1]!, weights: [...(await w.data())], offsets: [...(await offsets[l]!.data())] });
  }
  for (const tensor of [last, ...all, optimizer]) tensor.dispose();
  return { layers, predicted };
}

function variable(tf: Tensors, values: Float32Array, rows: number, columns: number): Variable {
  return tf.tidy(() => tf.variable(tf.tensor2d(values, [rows, columns])));
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
