/** Problems of PEtab-SciML: a network in the equations, in the starts and in what is observed, against the same sums written by hand. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { calibrate, logLikelihood, readPetab } from "../../src/calibration/index.ts";
import { readArrays } from "../../src/calibration/petab/hdf5.ts";
import { isGreyboxError } from "../../src/core/index.ts";

let scratch = "";
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), "greybox-petab-sciml-"));
});
after(() => rm(scratch, { recursive: true, force: true }));

/** Written by h5py 3: weight (2, 2) and bias (2) of layer "first", weight (1, 2) of layer "last" in single precision. */
const arrays = gunzipSync(
  Buffer.from(
    "H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwpuyKPyYfIJUJoRSndA6RVMMHFGsJwEVFwQaj66upAgV1eQ6v9oAO4QqLM4GEbBSAQero4BIDoCyoel" +
      "pxNMqOoKEosSc1NLUouKUdOlA5n2MjKwQsxghPE1IDQTRABmPS6aGehSkEpBBXto2nVgMOFmMPnPDJFnBYqC5JmYIAZyQH3GzAhL6gpoLqoY0HjAlZ8jWKCu" +
      "YyMuP2cIj+bn0fyMyM+wWmcGG6q6vNQSlHzsQaP06yEILVfY8Zc3Fuyo5qVlFhWDXJiTCKaoUN5gd98GEQj/ghh+dT+koe6VI8XWB/YQ+st+VOcfsJ81EwR2" +
      "QumT+0FiQOn9oyl4FIyCUTAKRsEoGLog2M/fBdSSgLXDDVhQ+03o7fpRgB0Q6u94iKO2c0fByM5nH9hQ8xl6/2MUkJfPJkiMjiuMjitg9ts/iKGqK0/NTM8A" +
      "9tiTMhOLqdFvh+RvJni6m8COmr/R+++wemAHmjry+u/DrZxkgofPDUn86mHhrcA8mvaRAea4NSQnMDJiH7cmf5xagQN7y6ZjkIcH6jg+I1p4MOIMH3kGSJNY" +
      "gUGcg0G8noFQ+BhwYK+RBnYcn2A9Kjdaj47Wo5jj8xZy2OtRao3Po7eTX0iNxgU5AADdzgkZ2B8AAA==",
    "base64",
  ),
);

/** dA/dt = −r·A: r is what a network says. */
const sbml = `<?xml version="1.0"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="decay">
<listOfParameters><parameter id="A" value="1" constant="false"/><parameter id="r" value="9" constant="true"/></listOfParameters>
<listOfRules><rateRule variable="A"><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><cn>-1</cn><ci>r</ci><ci>A</ci></apply></math></rateRule></listOfRules>
</model></sbml>`;

const network = `nn_model_id: net
inputs: [{input_id: x}]
layers:
- {layer_id: first, layer_type: Linear, args: {in_features: 2, out_features: 2, bias: true}}
- {layer_id: last, layer_type: Linear, args: {in_features: 2, out_features: 1, bias: false}}
forward:
- {name: x, op: placeholder, target: x, args: [], kwargs: {}}
- {name: first, op: call_module, target: first, args: [x], kwargs: {}}
- {name: tanh, op: call_method, target: tanh, args: [first], kwargs: {}}
- {name: last, op: call_module, target: last, args: [tanh], kwargs: {}}
- {name: out, op: output, target: output, args: [last], kwargs: {}}
`;

const files = {
  "model.xml": sbml,
  "net.yaml": network,
  "problem.yaml":
    "format_version: 2.0.0\nparameter_files: [parameters.tsv]\nmodel_files: {decay: {location: model.xml, language: sbml}}\n" +
    "measurement_files: [measurements.tsv]\nobservable_files: [observables.tsv]\nmapping_files: [mapping.tsv]\n" +
    "extensions: {sciml: {array_files: [net.hdf5], hybridization_files: [hybridization.tsv], neural_nets: {net: {location: net.yaml, format: YAML}}}}\n",
  "parameters.tsv":
    "parameterId\tlowerBound\tupperBound\tnominalValue\testimate\tpriorDistribution\tpriorParameters\nsecond\t0\t2\t0.7\ttrue\t\t\n" +
    "weights\t-inf\tinf\tarray\ttrue\tnormal\t0;1\nheld\t-inf\tinf\tarray\tfalse\t\t\n",
  "mapping.tsv":
    "petabEntityId\tmodelEntityId\nin1\tnet.inputs[0][0]\nsecond\tnet.inputs[0][1]\nout1\tnet.outputs[0][0]\nweights\tnet.parameters\nheld\tnet.parameters[last].weight\n",
  "hybridization.tsv": "targetId\ttargetValue\nin1\t1 + 0*time\nr\tout1\n",
  "observables.tsv": "observableId\tobservableFormula\tnoiseFormula\ny\tA\t0.1\n",
  "measurements.tsv": "observableId\texperimentId\ttime\tmeasurement\ny\t\t1\t0.4\ny\t\t2\t0.3\n",
};

async function written(changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const own = await mkdtemp(join(scratch, "problem-"));
  for (const [name, text] of Object.entries({ ...files, ...changes })) await writeFile(join(own, name), text);
  await writeFile(join(own, "net.hdf5"), arrays);
  return join(own, "problem.yaml");
}

/** The network on (a, b). */
const net = (a: number, b: number): number => 1.5 * Math.tanh(0.5 * a - 1.25 * b + 0.1) - 0.75 * Math.tanh(2 * a + 0.125 * b - 0.2);
const normal = (y: number, m: number): number => -0.5 * ((y - m) / 0.1) ** 2 - Math.log(0.1) - 0.5 * Math.log(2 * Math.PI);
const likely = async (changes: Readonly<Record<string, string>> = {}): Promise<number> =>
  logLikelihood({ ...(await readPetab(await written(changes))), solver: { rtol: 1e-11 } }).logLikelihood!;

test("arrays of a file of HDF5 are read as they were written", async () => {
  const path = join(scratch, "net.hdf5");
  await writeFile(path, arrays);
  const found = await readArrays(path);
  assert.deepEqual([...found.keys()].sort(), ["parameters/net/first/bias", "parameters/net/first/weight", "parameters/net/last/weight"]);
  assert.deepEqual(found.get("parameters/net/first/weight"), { shape: [2, 2], values: Float64Array.of(0.5, -1.25, 2, 0.125) });
  await writeFile(path, arrays.subarray(0, 300));
  await assert.rejects(readArrays(path), (error) => isGreyboxError(error) && error.code === "calibration/petab");
});

test("a network gives a parameter of the model, a start, or what is observed", async () => {
  const r = net(1, 0.7);
  const decayed = (start: number): number => normal(0.4, start * Math.exp(-r)) + normal(0.3, start * Math.exp(-2 * r));
  const near = (found: number, expected: number): void => assert.ok(Math.abs(found - expected) < 1e-7, `${found} is not ${expected}`);
  near(await likely(), decayed(1));
  near(await likely({ "hybridization.tsv": "targetId\ttargetValue\nin1\t1\nr\tout1\nA\t2*out1\n" }), decayed(2 * r));
  const seen = {
    "hybridization.tsv": "targetId\ttargetValue\nin1\tA\n",
    "observables.tsv": files["observables.tsv"].replace("\tA\t", "\tout1\t"),
  };
  near(await likely(seen), normal(0.4, net(Math.exp(-9), 0.7)) + normal(0.3, net(Math.exp(-18), 0.7)));
});

test("each weight is a parameter with the prior of the row that speaks of it; rows of parts come before rows of the whole", async () => {
  const question = await readPetab(await written());
  assert.equal(question.estimate.length, 1 + 6, question.estimate.join());
  assert.deepEqual(question.priors?.["net_first_weight_1_0"], { normal: [0, 1] });
  assert.equal(question.model.definition.parameters["net_last_weight_0_1"]!.value, -0.75);
  const fit = await calibrate({ ...question, search: { maxIterations: 20 } });
  assert.ok(fit.logLikelihood! > (await likely()) + 1, fit.verdict.join(" "));
});

test("what a network has beside layers and activations is refused by name", async () => {
  for (const [from, to, reason] of [
    ["target: tanh", "target: fft", /net\.yaml: network net uses "fft"/],
    ["layer_type: Linear", "layer_type: Conv2d", /layer "first" of network net is of the kind Conv2d/],
    ["in_features: 2", "in_features: 3", /takes 3 numbers and is given 2/],
  ] as const) {
    await assert.rejects(
      written({ "net.yaml": network.replace(from, to) }).then(readPetab),
      (error) => isGreyboxError(error) && error.code === "calibration/petab" && reason.test(error.message),
    );
  }
});
