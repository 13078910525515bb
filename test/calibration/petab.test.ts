/** PEtab problems as others publish them, against the values that others computed; and what is refused. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { calibrate, logLikelihood, readPetab } from "../../src/calibration/index.ts";
import { isGreyboxError } from "../../src/core/index.ts";

const folder = join(process.env["GREYBOX_DATA"] ?? "../shared/data", "petab");
const skip = existsSync(folder) ? false : `${folder} is not here; name the folder of the data in GREYBOX_DATA`;

/** At the nominal parameters: from the published simulations, and where AMICI states one, within 2e-3 of its number. */
const problems = [
  ["Boehm_JProteomeRes2014/Boehm_JProteomeRes2014.yaml", -138.2219997, -138.221997],
  ["Crauste_CellSystems2017/Crauste_CellSystems2017.yaml", -190.9639776, -190.965219],
  ["Bruno_JExpBot2016/Bruno_JExpBot2016.yaml", 46.6881815, 46.688177],
  ["Perelson_Science1996/Perelson_Science1996.yaml", -432.0385498, undefined],
  ["Bertozzi_PNAS2020/problem.yaml", -158.8642674, undefined],
] as const;

for (const [path, published, amici] of problems) {
  test(`${path}: the likelihood at the nominal parameters`, { skip }, async () => {
    const question = await readPetab(join(folder, path));
    const found = logLikelihood({ ...question, solver: { rtol: 1e-9 } }).logLikelihood!;
    assert.ok(Math.abs(found - published) < 1e-5, `${found} is not ${published}`);
    if (amici !== undefined) assert.ok(Math.abs(found - amici) < 2e-3);
  });
}

test("Boehm: among random starts over ten decades some come to the published optimum, others to known local ones", { skip }, async () => {
  const question = await readPetab(join(folder, problems[0][0]));
  const fit = await calibrate({ ...question, starts: 18, seed: 3, giveUp: false, search: { maxIterations: 100 } });
  assert.ok(fit.logLikelihood! >= problems[0][1] - 1e-3, String(fit.logLikelihood));
  const good = fit.starts.filter(({ start, cost }) => start > 0 && cost !== undefined && cost - fit.cost < 0.1).length;
  assert.ok(good >= 1, `${good} of 17`);
});

let scratch = "";
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), "greybox-petab-"));
});
after(() => rm(scratch, { recursive: true, force: true }));

/** dA/dt = −k·[A]·V in a compartment of 2 L, with a function, a rule, a piecewise rate and a reaction that is observed. */
const sbml = `<?xml version="1.0"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="small">
<listOfFunctionDefinitions><functionDefinition id="twice"><math xmlns="http://www.w3.org/1998/Math/MathML"><lambda><bvar><ci>z</ci></bvar><apply><times/><cn>2</cn><ci>z</ci></apply></lambda></math></functionDefinition></listOfFunctionDefinitions>
<listOfCompartments><compartment id="cell" size="2" constant="true"/></listOfCompartments>
<listOfSpecies><species id="A" compartment="cell" initialConcentration="1" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/>
<species id="B" compartment="cell" initialAmount="0" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/></listOfSpecies>
<listOfParameters><parameter id="k" value="9" constant="true"/><parameter id="A0" value="1" constant="true"/><parameter id="half" constant="false"/></listOfParameters>
<listOfInitialAssignments><initialAssignment symbol="A"><math xmlns="http://www.w3.org/1998/Math/MathML"><ci>A0</ci></math></initialAssignment></listOfInitialAssignments>
<listOfRules><assignmentRule variable="half"><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><divide/><apply><ci>twice</ci><ci>A</ci></apply><cn type="integer">4</cn></apply></math></assignmentRule></listOfRules>
<listOfReactions><reaction id="v" reversible="false"><listOfReactants><speciesReference species="A" stoichiometry="1"/></listOfReactants><listOfProducts><speciesReference species="B" stoichiometry="3"/></listOfProducts>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><piecewise><piece><apply><times/><ci>scale</ci><ci>k</ci><ci>A</ci><ci>cell</ci></apply><apply><geq/><csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol><cn>0</cn></apply></piece><otherwise><cn>0</cn></otherwise></piecewise></math>
<listOfLocalParameters><localParameter id="scale" value="0.5"/></listOfLocalParameters></kineticLaw></reaction></listOfReactions></model></sbml>`;

const files = {
  "problem.yaml":
    "format_version: 1\nparameter_file: parameters.tsv\nproblems:\n- sbml_files: [model.xml]\n  condition_files: [conditions.tsv]\n  measurement_files: [measurements.tsv]\n  observable_files: [observables.tsv]\n",
  "model.xml": sbml,
  "parameters.tsv":
    "parameterId\tparameterScale\tlowerBound\tupperBound\tnominalValue\testimate\tobjectivePriorType\tobjectivePriorParameters\n" +
    "k\tlog10\t0.001\t1000\t0.6\t1\tparameterScaleNormal\t-0.2;1\nstart\tlin\t0\t10\t3\t1\t\t\nsd\tlin\t0\t1\t0.1\t0\t\t\nfactor\tlin\t0\t1\t10\t0\t\t\n",
  "conditions.tsv": "conditionId\tA0\nlow\t1\nhigh\tstart\n",
  "measurements.tsv":
    "observableId\tsimulationConditionId\tmeasurement\ttime\tobservableParameters\tnoiseParameters\n" +
    "product\tlow\t3.1\t2\tfactor\tsd\nproduct\tlow\t3\t2\tfactor\tsd\nproduct\thigh\t8\t2\t1\t0.2\nrest\thigh\t1\t2\t\t\n",
  "observables.tsv":
    "observableId\tobservableFormula\tnoiseFormula\tobservableTransformation\tnoiseDistribution\n" +
    "product\tB*observableParameter1_product/10\tnoiseParameter1_product\tlin\tnormal\nrest\thalf + v\t0.1 + 0.05*half\tlog10\tlaplace\n",
};

async function written(changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const own = await mkdtemp(join(scratch, "problem-"));
  for (const [name, text] of Object.entries({ ...files, ...changes })) await writeFile(join(own, name), text);
  return join(own, "problem.yaml");
}

test("conditions, placeholders, repetitions, transformations, concentrations and amounts mean what PEtab and SBML say", async () => {
  const question = await readPetab(await written());
  const found = logLikelihood({ ...question, solver: { rtol: 1e-11 } }).logLikelihood!;
  // [A] = A0·exp(−k/2·t); the amount B = 3·2·(A0 − [A]).
  const A = (start: number): number => start * Math.exp(-0.3 * 2);
  const B = (start: number): number => 6 * (start - A(start));
  const normal = (y: number, m: number, s: number): number => -0.5 * ((y - m) / s) ** 2 - Math.log(s) - 0.5 * Math.log(2 * Math.PI);
  const rest = A(3) / 2 + 0.3 * A(3) * 2;
  const size = 0.1 + 0.05 * (A(3) / 2);
  const laplace = -Math.abs(Math.log10(rest)) / size - Math.log(2 * size) - Math.log(Math.LN10);
  const expected = normal(B(1), 3.1, 0.1) + normal(B(1), 3, 0.1) + normal(B(3) / 10, 8, 0.2) + laplace;
  assert.ok(Math.abs(found - expected) < 1e-7, `${found} is not ${expected}`);
  assert.deepEqual(question.priors, { k: { logNormal: [10 ** -0.2, Math.LN10] } });
  assert.deepEqual(question.estimate, ["k", "start"]);
});

for (const [what, changes, reason] of [
  [
    "an observable that is not there",
    { "observables.tsv": files["observables.tsv"].replace("product\t", "other\t") },
    /measurements\.tsv, line 2: observable "product"/,
  ],
  [
    "preequilibration",
    {
      "measurements.tsv": files["measurements.tsv"]
        .replace("observableId\t", "observableId\tpreequilibrationConditionId\t")
        .replaceAll(/^(product|rest)\t/gm, "$1\tlow\t"),
    },
    /preequilibration is not read/,
  ],
  [
    "a measurement at the end of time",
    { "measurements.tsv": files["measurements.tsv"].replace("8\t2", "8\tinf") },
    /line 4: measurements at the end of time/,
  ],
  ["events", { "model.xml": sbml.replace("<listOfReactions>", "<listOfEvents><event/></listOfEvents><listOfReactions>") }, /events/],
  [
    "text where a number belongs",
    { "parameters.tsv": files["parameters.tsv"].replace("0.6", "many") },
    /line 2: "many" in column nominalValue/,
  ],
  ["broken XML", { "model.xml": sbml.replace("</model>", "") }, /model\.xml, line/],
  ["an operation that the language does not have", { "model.xml": sbml.replace("<times/><cn>2</cn>", "<factorial/>") }, /"factorial"/],
] as const) {
  test(`refused by name: ${what}`, async () => {
    const path = await written(changes);
    await assert.rejects(
      readPetab(path),
      (error) => isGreyboxError(error) && error.code === "calibration/petab" && reason.test(error.message),
    );
  });
}
