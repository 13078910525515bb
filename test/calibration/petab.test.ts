/** PEtab problems as others publish them, against the values that others computed; and what is refused. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { calibrate, logLikelihood, readPetab } from "../../src/calibration/index.ts";
import { isGreyboxError, random } from "../../src/core/index.ts";

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

const math = (text: string): string => `<math xmlns="http://www.w3.org/1998/Math/MathML">${text}</math>`;

/** The model with one event, which gives `variable` a value. */
const withEvent = (trigger: string, variable: string, value: string): string =>
  sbml.replace(
    "</listOfReactions>",
    `</listOfReactions><listOfEvents><event id="e" useValuesFromTriggerTime="true">${trigger}<listOfEventAssignments><eventAssignment variable="${variable}">${math(value)}</eventAssignment></listOfEventAssignments></event></listOfEvents>`,
  );

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
  const rest = A(3) / 2 + 0.3 * A(3) * 2;
  const size = 0.1 + 0.05 * (A(3) / 2);
  const laplace = -Math.abs(Math.log10(rest)) / size - Math.log(2 * size) - Math.log(Math.LN10);
  const expected = normal(B(1), 3.1, 0.1) + normal(B(1), 3, 0.1) + normal(B(3) / 10, 8, 0.2) + laplace;
  assert.ok(Math.abs(found - expected) < 1e-7, `${found} is not ${expected}`);
  assert.deepEqual(question.priors, { k: { logNormal: [10 ** -0.2, Math.LN10] } });
  assert.deepEqual(question.estimate, ["k", "start"]);
});

const normal = (y: number, m: number, s: number): number => -0.5 * ((y - m) / s) ** 2 - Math.log(s) - 0.5 * Math.log(2 * Math.PI);
const near = (found: number | undefined, expected: number): void =>
  assert.ok(found !== undefined && Math.abs(found - expected) < 1e-6, `${found} is not ${expected}`);
const likely = async (changes: Readonly<Record<string, string>>): Promise<number | undefined> =>
  logLikelihood({ ...(await readPetab(await written(changes))), solver: { rtol: 1e-11 } }).logLikelihood;

/** The state A alone, measured at t = 2 in both conditions. */
const alone = {
  "observables.tsv": "observableId\tobservableFormula\tnoiseFormula\nyA\tA\tsd\n",
  "measurements.tsv": "observableId\tsimulationConditionId\tmeasurement\ttime\nyA\tlow\t0.5\t2\nyA\thigh\t1.5\t2\n",
};

test("an event happens when its trigger becomes true; a delayed one later; one that is true at the start, if it says so, at once", async () => {
  const at = (time: string): string =>
    `<apply><geq/><csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol><cn>${time}</cn></apply>`;
  const half = "<apply><divide/><ci>A</ci><cn>2</cn></apply>";
  const trigger = (text: string, initial: boolean): string =>
    `<trigger initialValue="${initial}" persistent="true">${math(text)}</trigger>`;
  const A = (start: number, t: number): number => start * Math.exp(-0.3 * t);
  const expected = (factor: number): number => normal(factor * A(1, 2), 0.5, 0.1) + normal(factor * A(3, 2), 1.5, 0.1);
  near(await likely({ ...alone, "model.xml": withEvent(trigger(at("1"), true), "A", half) }), expected(0.5));
  near(await likely({ ...alone, "model.xml": withEvent(trigger(at("0"), true), "A", half) }), expected(1));
  near(await likely({ ...alone, "model.xml": withEvent(trigger(at("0"), false), "A", half) }), expected(0.5));
  // Set off at 0.5 and delayed by 1: A is 0.4 from t = 1.5 on.
  const delayed = `${trigger(at("0.5"), true)}<delay>${math("<cn>1</cn>")}</delay>`;
  const late = normal(A(0.4, 0.5), 0.5, 0.1) + normal(A(0.4, 0.5), 1.5, 0.1);
  near(await likely({ ...alone, "model.xml": withEvent(delayed, "A", "<cn>0.4</cn>") }), late);
  // The first of two conditions that both must hold decides nothing.
  const both = `<apply><and/>${at("1")}<apply><lt/><ci>A</ci><cn>1.7</cn></apply></apply>`;
  const crossing = Math.log(3 / 1.7) / 0.3;
  const joint = normal(A(1, 2) / 2, 0.5, 0.1) + normal(crossing < 2 ? (1.7 / 2) * Math.exp(-0.3 * (2 - crossing)) : A(3, 2), 1.5, 0.1);
  near(await likely({ ...alone, "model.xml": withEvent(trigger(both, true), "A", half) }), joint);
});

test("preequilibration keeps what the condition does not set, and measurements at inf are compared with rest", async () => {
  // A → rest with a source: dA/dt = supply − k/2·A in a compartment of 2 L.
  const source = sbml
    .replace('<listOfProducts><speciesReference species="B" stoichiometry="3"/></listOfProducts>', "")
    .replace('<parameter id="half"', '<parameter id="supply" value="0.6" constant="true"/><parameter id="half"')
    .replace(
      "</listOfReactions>",
      `<reaction id="fed" reversible="false"><listOfProducts><speciesReference species="A" stoichiometry="2"/></listOfProducts><kineticLaw>${math("<ci>supply</ci>")}</kineticLaw></reaction></listOfReactions>`,
    );
  const changes = {
    ...alone,
    "model.xml": source,
    "conditions.tsv": "conditionId\tsupply\tA\nbefore\t0.3\t5\nlow\t0.9\tNaN\nhigh\t0.9\tstart\n",
    "measurements.tsv":
      "observableId\tpreequilibrationConditionId\tsimulationConditionId\tmeasurement\ttime\n" +
      "yA\tbefore\tlow\t1.1\t0\nyA\tbefore\tlow\t1.9\t2\nyA\tbefore\tlow\t3.1\tinf\nyA\tbefore\thigh\t3\t0\nyA\t\tlow\t1\t0\n",
  };
  const question = await readPetab(await written(changes));
  assert.deepEqual(
    question.windows.map(({ name }) => name),
    ["low", "high", "low after nothing"],
  );
  assert.deepEqual(Object.keys(question.settled ?? {}), ["low", "high"]);
  const rest = (supply: number): number => supply / 0.3;
  const expected =
    normal(rest(0.3), 1.1, 0.1) +
    normal(rest(0.9) + (rest(0.3) - rest(0.9)) * Math.exp(-0.6), 1.9, 0.1) +
    normal(rest(0.9), 3.1, 0.1) +
    normal(3, 3, 0.1) +
    // Without a condition before, NaN leaves A to the model: A0 of it.
    normal(1, 1, 0.1);
  near(logLikelihood({ ...question, solver: { rtol: 1e-11 } }).logLikelihood, expected);
});

test("sizes that change, factors and amounts computed count as SBML says", async () => {
  // V grows by 1 L in each unit of time: [A]·V = 2·A0·exp(−k/2·…) with the rate k/2·[A]·V of an amount.
  const growing = sbml
    .replace('<compartment id="cell" size="2" constant="true"/>', '<compartment id="cell" size="2" constant="false"/>')
    .replace("<listOfRules>", `<listOfRules><rateRule variable="cell">${math("<cn>1</cn>")}</rateRule>`);
  const A = (start: number): number => (2 * start * Math.exp(-0.6)) / 4;
  near(await likely({ ...alone, "model.xml": growing }), normal(A(1), 0.5, 0.1) + normal(A(3), 1.5, 0.1));
  // A size that doubles at t = 1 halves the concentration; the rate k/2·[A]·V makes the same of it as before.
  const time = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>';
  const trigger = `<trigger initialValue="true" persistent="true">${math(`<apply><geq/>${time}<cn>1</cn></apply>`)}</trigger>`;
  const doubled = withEvent(trigger, "cell", "<cn>4</cn>").replace('size="2" constant="true"', 'size="2" constant="false"');
  const B = (start: number): number => (start * Math.exp(-0.6)) / 2;
  near(await likely({ ...alone, "model.xml": doubled }), normal(B(1), 0.5, 0.1) + normal(B(3), 1.5, 0.1));
});

test("version 2: periods of experiments, formulas in conditions, placeholders by name, starts at another time than 0", async () => {
  const two = {
    "problem.yaml":
      "format_version: 2.0.0\nparameter_files: [parameters.tsv]\nmodel_files:\n  small: {location: model.xml, language: sbml}\n" +
      "condition_files: [conditions.tsv]\nexperiment_files: [experiments.tsv]\nmeasurement_files: [measurements.tsv]\nobservable_files: [observables.tsv]\n",
    "parameters.tsv":
      "parameterId\tlowerBound\tupperBound\tnominalValue\testimate\nrate\t0.001\t1000\t0.6\ttrue\nstart\t0\t10\t3\ttrue\nsd\t\t\t0.1\tfalse\n",
    "conditions.tsv":
      "conditionId\ttargetId\ttargetValue\nfirst\tA\tstart + 0.5\nfirst\tk\trate\nlater\tA\tA/2 + 1\nlater\tk\t2*k_late\nthird\tA\tA + 1\n".replaceAll(
        "k_late",
        "0.4",
      ),
    "experiments.tsv": "experimentId\ttime\tconditionId\ne\t5\tfirst\ne\t6\tlater\ne\t7\tthird\n",
    "measurements.tsv":
      "observableId\texperimentId\ttime\tmeasurement\tnoiseParameters\nyA\te\t5\t3.4\tsd\nyA\te\t6\t2.4\tsd\nyA\te\t8\t2.2\tsd\n",
    "observables.tsv": "observableId\tobservableFormula\tnoiseFormula\tnoisePlaceholders\nyA\tA + 0.01*time\t2*own_sd\town_sd\n",
  };
  const question = await readPetab(await written(two));
  const before = 3.5 * Math.exp(-0.3);
  const after = before / 2 + 1;
  const end = (after * Math.exp(-0.4) + 1) * Math.exp(-0.4);
  const expected = normal(3.55, 3.4, 0.2) + normal(after + 0.06, 2.4, 0.2) + normal(end + 0.08, 2.2, 0.2);
  near(logLikelihood({ ...question, solver: { rtol: 1e-11 } }).logLikelihood, expected);
  assert.match(question.remarks.join(), /where a period begins are those right after it/);
});

test("priors on the scale of a parameter, in all kinds", async () => {
  const table = (scale: string, type: string): Record<string, string> => ({
    "parameters.tsv": files["parameters.tsv"].replace("k\tlog10", `k\t${scale}`).replace("parameterScaleNormal", type),
  });
  const prior = async (scale: string, type: string): Promise<unknown> => (await readPetab(await written(table(scale, type)))).priors?.["k"];
  assert.deepEqual(await prior("lin", "parameterScaleLaplace"), { laplace: [-0.2, 1] });
  assert.deepEqual(await prior("log", "parameterScaleLaplace"), { logLaplace: [Math.exp(-0.2), 1] });
  assert.deepEqual(await prior("log10", "logNormal"), { logNormal: [Math.exp(-1.2), 1] });
  assert.equal(await prior("log10", "parameterScaleUniform"), undefined);
});

for (const [what, changes, reason] of [
  [
    "an observable that is not there",
    { "observables.tsv": files["observables.tsv"].replace("product\t", "other\t") },
    /measurements\.tsv, line 2: observable "product"/,
  ],
  [
    "an event that is delayed by what is not known beforehand",
    {
      "model.xml": withEvent(
        `<trigger initialValue="true" persistent="true">${math("<apply><lt/><ci>A</ci><cn>0.5</cn></apply>")}</trigger><delay>${math("<cn>1</cn>")}</delay>`,
        "A",
        "<cn>1</cn>",
      ),
    },
    /event e is delayed and depends on "A"/,
  ],
  [
    "an algebraic rule",
    { "model.xml": sbml.replace("<listOfRules>", `<listOfRules><algebraicRule>${math("<ci>A</ci>")}</algebraicRule>`) },
    /algebraic rules/,
  ],
  [
    "a condition that is not there",
    { "measurements.tsv": files["measurements.tsv"].replace("product\thigh", "product\thigher") },
    /measurements\.tsv, line 4: condition "higher" is not in conditions\.tsv/,
  ],
  [
    "a formula that means nothing",
    { "observables.tsv": files["observables.tsv"].replace("half + v", "half + frac(v)") },
    /observables\.tsv, line 3: "half \+ frac\(v\)" cannot be read: there is no function "frac"/,
  ],
  [
    "a placeholder that nothing fills",
    { "measurements.tsv": files["measurements.tsv"].replaceAll("\tfactor\t", "\t\t") },
    /observables\.tsv, line 2: no measurement says what "observableParameter1_product" is/,
  ],
  [
    "a prior that is not read",
    { "parameters.tsv": files["parameters.tsv"].replace("parameterScaleNormal", "logLaplace") },
    /parameters\.tsv, line 2: the prior "logLaplace" is not read/,
  ],
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

test("files that were damaged anywhere are read or refused by name, and nothing else happens", async () => {
  const chance = random("damage");
  const names = Object.keys(files) as (keyof typeof files)[];
  let refused = 0;
  for (let k = 0; k < 80; k++) {
    const name = names[k % names.length]!;
    const text = files[name];
    const at = chance.integer(text.length);
    const length = 1 + chance.integer(25);
    const damaged = [text.slice(0, at) + text.slice(at + length), text.slice(0, at + length) + text.slice(at), text.slice(0, at)][k % 3]!;
    try {
      await readPetab(await written({ [name]: damaged }));
    } catch (error) {
      assert.ok(isGreyboxError(error), `${name}, cut ${k % 3} at ${at}: ${String(error)}`);
      refused++;
    }
  }
  assert.ok(refused > 40, `${refused} of 80`);
});
