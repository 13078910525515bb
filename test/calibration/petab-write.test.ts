/** Questions written as problems of PEtab and read again: the likelihood of both is the same. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { logLikelihood, type Question, readPetab, writePetab } from "../../src/calibration/index.ts";
import { isGreyboxError, signal } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

let scratch = "";
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), "greybox-petab-write-"));
});
after(() => rm(scratch, { recursive: true, force: true }));

const tank = defineModel({
  name: "warm tank",
  time: "h",
  parameters: {
    k: { value: 0.7, unit: "1/h", bounds: [0.01, 10], scale: "log" },
    loss: { value: 0.2, unit: "1/h", bounds: [0, 2] },
    twice: { value: 1.4, unit: "1/h" },
    T0: { value: 300, unit: "K" },
    "hot.spot": { value: 5, unit: "K" },
  },
  inputs: { F: "mol/L/h", "jacket.T": "K" },
  states: {
    c: { unit: "mol/L", initial: 1 },
    T: { unit: "K", initial: "T0 + hot.spot" },
  },
  algebraic: { r: { unit: "mol/L/h", is: "if(c > 0.2 mol/L, k*c, min(twice, k)*c)" } },
  derivatives: { c: "F - r", T: "loss*(jacket.T - T) + 3 L*K/mol*r" },
  events: { full: { when: "c - 3 mol/L", direction: "rising", then: { c: "c/2" } } },
  outputs: { double: { unit: "mol/L", is: "2*c" }, size: { unit: "K", is: "0.2 K + 0.001*abs(T)" } },
});

const varied = { F: signal([0, 1, 2.5], [2, 0.3, 0.3]), "jacket.T": signal([0, 1, 2.5], [300, 320, 310], "linear") };
const still = { F: signal([0, 3], [0.5, 0.5]), "jacket.T": signal([0, 3], [305, 305]) };
const question: Question = {
  model: tank,
  windows: [
    window("day 1", "h", { c: measured([0, 0.5, 1, 2.5], [1, 1.5, 1.9, 0.9], { sigma: 0.1 }), T: measured([1, 2], [304, 309]) }, varied),
    window("day 2", "h", { double: measured([1, 2, 3], [1.6, 1.5, 1.4]), T: measured([1, 2, Infinity], [306, 306, 309]) }, still),
  ],
  estimate: ["k"],
  perWindow: { loss: true },
  ties: { twice: { to: "k", factor: 2 } },
  initial: { c: { estimate: true, value: 1.1, bounds: [0.1, 4] } },
  priors: { k: { logNormal: [0.5, 0.4] }, "loss in day 1": { normal: [0.2, 0.1] } },
  likelihood: { T: { kind: "laplace", sigma: { observable: "size" } }, double: { scale: "log" }, c: { proportional: 0.05 } },
  solver: { rtol: 1e-10 },
};

const both = async (asked: Question): Promise<readonly [number, number]> => {
  const { path } = await writePetab(asked, join(scratch, String(Math.abs(JSON.stringify(asked.windows).length))));
  const again = await readPetab(path);
  return [logLikelihood(asked).logLikelihood!, logLikelihood({ ...again, solver: { rtol: 1e-10 } }).logLikelihood!];
};

test("what is written and read again has the same likelihood: inputs in time, events, local values, starts, ties, likelihoods", async () => {
  const [own, again] = await both(question);
  assert.ok(Math.abs(own - again) < 1e-6 * Math.abs(own), `${own} became ${again}`);
  const back = await readPetab(join(scratch, String(JSON.stringify(question.windows).length), "problem.yaml"));
  assert.deepEqual(
    back.estimate,
    ["k", "loss_in_day_1", "loss_in_day_2", "c_0_in_day_1", "c_0_in_day_2", "sigma_of_double"],
    back.estimate.join(),
  );
  assert.deepEqual(back.priors?.["loss_in_day_1"], { normal: [0.2, 0.1] });
});

test("σ that a fit finds by itself becomes a parameter at its estimate; rests become preequilibration", async () => {
  const { perWindow: _, initial: __, priors: ___, likelihood: ____, ...plain } = question;
  const rested = { ...plain, estimate: ["k", "loss"], settled: { "day 2": { inputs: { F: 0.3 }, restart: ["c"] } } };
  const [own, again] = await both(rested);
  assert.ok(Math.abs(own - again) < 1e-5 * Math.abs(own), `${own} became ${again}`);
  const table = await readFile(join(scratch, String(JSON.stringify(question.windows).length), "measurements.tsv"), "utf8");
  assert.match(table, /condition_day_2_before\tcondition_day_2\t/);
});

test("problems that were read can be written", {
  skip: !existsSync(join(process.env["GREYBOX_DATA"] ?? "../shared/data", "petab")),
}, async () => {
  const boehm = join(process.env["GREYBOX_DATA"] ?? "../shared/data", "petab/Boehm_JProteomeRes2014/Boehm_JProteomeRes2014.yaml");
  const { model, windows, estimate, likelihood } = await readPetab(boehm);
  const [own, again] = await both({ model, windows, estimate, likelihood: likelihood!, solver: { rtol: 1e-10 } });
  assert.ok(Math.abs(own - again) < 1e-6, `${own} became ${again}`);
});

for (const [what, changes, reason] of [
  ["Student's t", { likelihood: { T: { kind: "student" } } }, /errors of "T" are of the kind "student"/],
  ["a dead band", { likelihood: { T: { sigma: 1, deadBand: 0.5 } } }, /dead band/],
  ["correlated errors", { likelihood: { T: { sigma: 1, correlationTime: 0.5 } } }, /correlated/],
  ["a population", { perWindow: { loss: { pool: { sd: 0.1 } } } }, /drawn from a population/],
] as const) {
  test(`refused by name: ${what}`, async () => {
    const { windows, ...rest } = question;
    const finite = windows.map((one) => ({ ...one, measured: { T: { ...one.measured["T"]!, ...measured([1, 2], [304, 306]) } } }));
    await assert.rejects(
      writePetab({ ...rest, priors: {}, windows: finite, ...changes } as unknown as Question, join(scratch, "refused")),
      (error) => isGreyboxError(error) && error.code === "calibration/petab-write" && reason.test(error.message),
    );
  });
}

test("the tables may stand beside a model of this language, passed or as JSON: the likelihood is the same", async () => {
  const plain: Question = {
    model: tank,
    windows: [
      window("day", "h", { c: measured([0.5, 1, 2], [1, 1.2, 1.3], { sigma: 0.1 }), T: measured([1, 2], [304, 309], { sigma: 1 }) }, still),
    ],
    estimate: ["k", "loss"],
  };
  const { path } = await writePetab(plain, join(scratch, "own"));
  const expected = logLikelihood(plain).logLikelihood!;
  const near = (question: Question, what: string): void => {
    const found = logLikelihood(question).logLikelihood!;
    assert.ok(Math.abs(found - expected) < 1e-7 * Math.abs(expected), `${what}: ${found} is not ${expected}`);
  };
  near(await readPetab(path, { model: tank }), "passed");
  const yaml = await readFile(path, "utf8");
  await writeFile(join(scratch, "own", "model.json"), JSON.stringify(tank.definition));
  await writeFile(path, yaml.replace("sbml_files: [model.xml]", "model_files: { tank: { location: model.json, language: greybox } }"));
  near(await readPetab(path), "JSON");
  await writeFile(join(scratch, "own", "model.json"), "{}");
  await assert.rejects(readPetab(path), { code: "calibration/petab", message: /model\.json.*it is not the definition of a model/ });
  const implicit = defineModel({
    name: "flash",
    time: "h",
    states: { n: { unit: "mol", initial: 1 } },
    algebraic: { z: { unit: "1", guess: 1, zero: "z^2 - n/1 mol" } },
    derivatives: { n: "-z*1 mol/h" },
  });
  await assert.rejects(readPetab(path, { model: implicit }), {
    code: "calibration/petab",
    message: /"flash" has an implicit equation for z/,
  });
});
