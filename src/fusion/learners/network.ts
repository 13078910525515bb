/**
 * A small neural network, learned by TensorFlow.js where it is installed and served by our own forward pass everywhere.
 *
 * For bent relations of several features with plenty of rows. Its training is single precision: the same backend gives the same network
 * twice, another backend a slightly different one.
 */
import { GreyboxError } from "../../core/index.ts";
import type { Learned, Learner } from "../learner.ts";
import type { Backend } from "../tensorflow/tensorflow.ts";
import { forward, type Layer } from "./forward.ts";
import { prepare, type Scaling, scaled } from "./prepared.ts";

export interface NetworkOptions {
  /** Neurons of each hidden layer. Default [8, 8]. */
  readonly hidden?: readonly number[] | undefined;
  /** Passes over the rows. Default: as many as make `networkDefaults.updates` updates. */
  readonly epochs?: number | undefined;
  /** Rows of one update. */
  readonly batch?: number | undefined;
  /** Learning rate of Adam. */
  readonly rate?: number | undefined;
  /** Penalty on squared weights. */
  readonly decay?: number | undefined;
  /** Which TensorFlow.js learns. Default "auto": the fastest that is installed. */
  readonly backend?: Backend | "auto" | undefined;
}

export interface NetworkState extends Scaling {
  readonly layers: readonly Layer[];
  /** The TensorFlow.js backend that learned it. */
  readonly backend: Backend;
}

export const networkDefaults = { hidden: [8, 8], updates: 1000, batch: 256, rate: 0.01, decay: 1e-4, backend: "auto" } as const;

/**
 * A network learner: tanh layers, squared error, Adam.
 *
 * @throws GreyboxError `learner/option`; when it learns, `learner/no-tensorflow` where no TensorFlow.js is installed
 */
export function network(options: NetworkOptions = {}): Learner {
  const { hidden, batch, rate, decay, backend } = { ...networkDefaults, ...defined(options) };
  const whole = (option: string, value: number) =>
    Number.isInteger(value) && value >= 1 ? value : refuse(option, value, "a whole number ≥ 1");
  if (hidden.length === 0) refuse("hidden", hidden, "at least one layer");
  for (const size of hidden) whole("hidden", size);
  whole("batch", batch);
  if (options.epochs !== undefined) whole("epochs", options.epochs);
  if (!(rate > 0 && rate < 1)) refuse("rate", rate, "between 0 and 1");
  if (!(decay >= 0 && decay < Infinity)) refuse("decay", decay, "a finite number ≥ 0");
  return {
    kind: "network",
    options: defined(options),
    async learn(features, target, context) {
      const data = prepare("network", features, target, context);
      const perEpoch = Math.max(1, Math.floor(data.rows / Math.min(batch, data.rows)));
      const updates = options.epochs === undefined ? networkDefaults.updates : options.epochs * perEpoch;
      const [{ withTensorFlow }, { train }] = await Promise.all([import("../tensorflow/tensorflow.ts"), import("../tensorflow/train.ts")]);
      return withTensorFlow(backend, async (tf, used) => {
        const { layers } = await train(tf, data, { hidden, updates, batch, rate, decay, seed: context.seed, signal: context.signal });
        return restoreNetwork({ ...data.scaling, layers, backend: used });
      });
    },
  };
}

export function restoreNetwork(state: NetworkState): Learned {
  return {
    kind: "network",
    state,
    predict(features) {
      const out = forward(state.layers, scaled(features, state), features.rows);
      return out.map((value) => state.targetMean + state.targetScale * value);
    },
  };
}

/** Without the options that were left undefined, so that they do not hide defaults. */
function defined(options: NetworkOptions): { readonly [K in keyof NetworkOptions]: NonNullable<NetworkOptions[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never; // only keys of the options, only defined
}

function refuse(option: string, value: unknown, needed: string): never {
  throw new GreyboxError("learner/option", { learner: "network", option, value, needed });
}
