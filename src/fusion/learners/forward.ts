/** The forward pass of a small tanh network: what serves a learned network, in plain double precision, wherever there is JavaScript. */

/** One fully connected layer, as plain data. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** Row-major, shape (inputs, outputs). */
  readonly weights: readonly number[];
  readonly offsets: readonly number[];
}

/** Layers with a tanh between them and none after the last. */
export function forward(layers: readonly Layer[], x: Float64Array, rows: number): Float64Array {
  let activity = x;
  for (const [l, { inputs, outputs, weights, offsets }] of layers.entries()) {
    const next = new Float64Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      for (let o = 0; o < outputs; o++) {
        let sum = offsets[o]!;
        for (let i = 0; i < inputs; i++) sum += activity[row * inputs + i]! * weights[i * outputs + o]!;
        next[row * outputs + o] = l < layers.length - 1 ? Math.tanh(sum) : sum;
      }
    }
    activity = next;
  }
  return activity;
}
