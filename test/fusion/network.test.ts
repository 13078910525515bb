/** The network: learned by TensorFlow.js, served without it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { isGreyboxError, random } from "../../src/core/index.ts";
import { type Backend, type NetworkState, network, restoreLearned, ridge } from "../../src/fusion/index.ts";
import { forward } from "../../src/fusion/learners/forward.ts";
import { prepare } from "../../src/fusion/learners/prepared.ts";
import { adam } from "../../src/fusion/tensorflow/adam.ts";
import { withTensorFlow } from "../../src/fusion/tensorflow/tensorflow.ts";
import { train } from "../../src/fusion/tensorflow/train.ts";
import { matrix } from "./learner-conformance.ts";

const source = random(12);
const rows = Array.from({ length: 200 }, () => [source.normal(), source.normal()]);
const features = matrix(rows);
const target = Float64Array.from(rows, ([a, b]) => a! * b!);
const rms = (predicted: Float64Array) =>
  Math.sqrt(predicted.reduce((sum, value, i) => sum + (value - target[i]!) ** 2, 0) / predicted.length);

for (const backend of ["wasm", "cpu"] as const satisfies readonly Backend[]) {
  test(`on the ${backend} backend our forward pass agrees with TensorFlow.js to single precision`, async () => {
    const data = prepare("network", features, target, { seed: 1 });
    const training = { hidden: [5, 3], updates: 20, batch: 64, rate: 0.01, decay: 1e-4, seed: 1 };
    const { layers, predicted } = await withTensorFlow(backend, (tf) => train(tf, data, training));
    const ours = forward(layers, data.x, data.rows);
    for (const [i, value] of predicted.entries()) assert.ok(Math.abs(value - ours[i]!) < 2e-6, `${value} against ${ours[i]}`);
  });
}

test("it learns a product, which no linear learner can, and says which backend learned it", async () => {
  const learned = await network({ epochs: 400, rate: 0.02, backend: "wasm" }).learn(features, target, { seed: 4 });
  const linear = await ridge().learn(features, target, { seed: 4 });
  assert.ok(rms(learned.predict(features)) < 0.2 * rms(linear.predict(features)), `${rms(learned.predict(features))}`);
  assert.equal((learned.state as NetworkState).backend, "wasm");
});

test("two networks learned at the same time are the same as one after the other", async () => {
  const learn = (backend: Backend, seed: number) => network({ epochs: 60, backend }).learn(features, target, { seed });
  const together = await Promise.all([learn("wasm", 1), learn("cpu", 2), learn("wasm", 3)]);
  const alone = [await learn("wasm", 1), await learn("cpu", 2), await learn("wasm", 3)];
  for (const [i, learned] of alone.entries()) assert.deepEqual(together[i]!.state, learned.state);
});

test("a backend that is not installed is named, with what to install", async () => {
  await assert.rejects(network({ backend: "node-gpu" }).learn(features, target, { seed: 1 }), (error) => {
    return (
      isGreyboxError(error, "learner/no-tensorflow") &&
      error.message.includes("@tensorflow/tfjs-node-gpu") &&
      error.message.includes("npm install")
    );
  });
});

test("loading TensorFlow.js leaves no listener on the process and prints nothing", () => {
  const script = `
    import { withTensorFlow } from "./src/fusion/tensorflow/tensorflow.ts";
    await withTensorFlow("wasm", async () => {});
    await withTensorFlow("cpu", async (tf) => { await tf.matMul(tf.tensor2d(new Float32Array(1), [1, 1]), tf.tensor2d(new Float32Array(1), [1, 1])).data(); });
    console.log(process.listenerCount("uncaughtException") + process.listenerCount("unhandledRejection"));`;
  const printed = execFileSync(
    process.execPath,
    ["--conditions=greybox-source", "--import", "tsx", "--input-type=module", "--eval", script],
    {
      encoding: "utf8",
      stdio: "pipe",
    },
  );
  assert.equal(printed, "0\n");
});

test("a learned network is served without TensorFlow.js being loaded", async () => {
  const { state } = await network({ epochs: 2, backend: "cpu" }).learn(features, target, { seed: 1 });
  const script = `
    import { restoreLearned } from "./src/fusion/index.ts";
    const learned = restoreLearned("network", ${JSON.stringify(state)});
    const loaded = Object.keys((await import("node:module")).default._cache).filter((file) => file.includes("@tensorflow"));
    console.log(loaded.length, ...learned.predict({ rows: 1, columns: 2, data: Float64Array.of(0.5, -1) }));`;
  const printed = execFileSync(
    process.execPath,
    ["--conditions=greybox-source", "--import", "tsx", "--input-type=module", "--eval", script],
    {
      encoding: "utf8",
    },
  );
  assert.equal(printed, `0 ${restoreLearned("network", state).predict(matrix([[0.5, -1]]))[0]}\n`);
});

test("a learning that is cancelled stops", async () => {
  const abort = new AbortController();
  const learning = network({ epochs: 100000, backend: "cpu" }).learn(features, target, { seed: 1, signal: abort.signal });
  abort.abort();
  await assert.rejects(learning, { name: "AbortError" });
});

test("the first step of Adam is the rate against the sign of each slope, and its rest is the minimum", () => {
  const step = adam(3, 0.1);
  const weights = Float32Array.of(1, -2, 0);
  step(weights, Float32Array.of(5, -1e-3, 0), 0);
  for (const [i, expected] of [0.9, -1.9, 0].entries()) assert.ok(Math.abs(weights[i]! - expected) < 1e-5, `${weights[i]}`);

  // (w − 3)² + ½·w² is smallest at w = 2.
  const walk = adam(1, 0.05);
  const w = Float32Array.of(0);
  for (let i = 0; i < 2000; i++) walk(w, Float32Array.of(2 * (w[0]! - 3)), 0.5);
  assert.ok(Math.abs(w[0]! - 2) < 1e-3, `${w[0]}`);
});

test("rows that fit into one batch are handed to TensorFlow.js once, and nothing stays there", async () => {
  const data = prepare("network", features, target, { seed: 1 });
  const training = { hidden: [5], updates: 30, batch: 256, rate: 0.01, decay: 1e-4, seed: 1 };
  await withTensorFlow("cpu", async (tf) => {
    const before = tf.memory().numTensors;
    const shapes: string[] = [];
    const counting = {
      ...tf,
      tensor2d(values: Float32Array, shape: [number, number]) {
        shapes.push(shape.join());
        return tf.tensor2d(values, shape);
      },
    };
    await train(counting, data, training);
    // Once to learn from, once to predict at the end.
    assert.equal(shapes.filter((shape) => shape === "200,2").length, 2);
    assert.equal(shapes.filter((shape) => shape === "200,1").length, 1);
    assert.equal(tf.memory().numTensors, before);
    await train(tf, data, { ...training, batch: 64 });
    assert.equal(tf.memory().numTensors, before);
  });
});
