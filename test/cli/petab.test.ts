/** `greybox calibrate` on a problem of PEtab, from the command line. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../src/cli/run.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "greybox-cli-petab-"));
  const files = {
    "problem.yaml":
      "parameter_file: p.tsv\nproblems:\n- sbml_files: [m.xml]\n  condition_files: [c.tsv]\n  measurement_files: [d.tsv]\n  observable_files: [o.tsv]\n",
    "m.xml":
      '<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="decay"><listOfCompartments><compartment id="c" size="1" constant="true"/></listOfCompartments><listOfSpecies><species id="A" compartment="c" initialConcentration="2"/></listOfSpecies><listOfParameters><parameter id="k" value="1" constant="true"/></listOfParameters><listOfReactions><reaction id="v"><listOfReactants><speciesReference species="A" stoichiometry="1"/></listOfReactants><kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><ci>k</ci><ci>A</ci></apply></math></kineticLaw></reaction></listOfReactions></model></sbml>',
    "p.tsv": "parameterId\tparameterScale\tlowerBound\tupperBound\tnominalValue\testimate\nk\tlog10\t0.001\t100\t0.5\t1\n",
    "c.tsv": "conditionId\nall\n",
    "d.tsv": "observableId\tsimulationConditionId\tmeasurement\ttime\na\tall\t1.21\t1\na\tall\t0.75\t2\na\tall\t0.28\t4\n",
    "o.tsv": "observableId\tobservableFormula\tnoiseFormula\na\tA\t0.05\n",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});
after(() => rm(folder, { recursive: true, force: true }));

async function cli(...words: string[]): Promise<{ readonly code: number; readonly out: string }> {
  let out = "";
  const code = await run(words, { out: (text) => (out += text), err: (text) => (out += text), interactive: false });
  return { code, out };
}

test("a PEtab problem is calibrated, with profile and posterior", async () => {
  const { code, out } = await cli("calibrate", join(folder, "problem.yaml"), "--profile", "--sample", "100", "--json");
  assert.equal(code, 0, out);
  const result = JSON.parse(out.trim().split("\n").at(-1)!);
  assert.ok(Math.abs(result.parameters.k.value - 0.494) < 0.01, out);
  assert.equal(result.profiles[0].name, "k");
  assert.ok(result.profiles[0].interval[0] < result.parameters.k.value && result.profiles[0].interval[1] > result.parameters.k.value);
  assert.ok(Math.abs(result.posterior.quantities[0].mean - result.parameters.k.value) < 0.02);
  assert.ok(Number.isFinite(result.logLikelihood));
});

test("for a person the same is a table", async () => {
  const { out } = await cli("calibrate", join(folder, "problem.yaml"), "--profile");
  assert.match(out, /k is fixed by the data on both sides/);
});

test("commands about a model take the one of a problem; what a reader should know of the tables is said", async () => {
  const { code, out } = await cli("check", join(folder, "problem.yaml"));
  assert.equal(code, 0, out);
  assert.match(out, /ok {2}decay: 1 state, 2 parameters/);
  assert.match((await cli("describe", join(folder, "problem.yaml"))).out, /<title>decay/);
  await writeFile(
    join(folder, "p.tsv"),
    "parameterId\tparameterScale\tlowerBound\tupperBound\tnominalValue\testimate\nk\tlog10\t0.001\t0.4\t0.5\t1\n",
  );
  assert.match((await cli("calibrate", join(folder, "problem.yaml"))).out, /Note: a bound of "k" is moved to its nominal value 0\.5/);
});
