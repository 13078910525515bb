/** What every module of the library keeps to: text, declarations, derivatives, and its row in the documentation. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isGreyboxError } from "../../../src/core/index.ts";
import { modelFromDefinition } from "../../../src/models/index.ts";
import { absorber, antoine, distillationColumn, pipeDelay, shomate } from "../../../src/models/library/index.ts";
import { checkDerivatives, derivativeDefaults } from "../../../src/solvers/index.ts";
import { exportedModules, modules } from "./modules.ts";

const folder = "src/models/library";

test("every module that is exported is tested here", () => {
  assert.deepEqual(Object.keys(modules).sort(), [...exportedModules].sort());
});

test("the library has at least 25 modules", () => {
  assert.ok(exportedModules.length >= 25, `${exportedModules.length} modules`);
});

test("every module has a row in docs/library.md, and every row is a module", () => {
  const rows = [...readFileSync("docs/library.md", "utf8").matchAll(/^\| `(\w+)[`(]/gm)].map((match) => match[1] as string);
  assert.deepEqual(rows.sort(), [...exportedModules].sort());
});

for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.includes("/") && name.endsWith(".ts"),
)) {
  test(`${file} says where it comes from`, () => {
    const preface = readFileSync(join(folder, file), "utf8").split("*/")[0]!;
    assert.match(preface, /@see/);
    if (file.endsWith("-constants.ts") || file.endsWith("liquid-valve.ts") || file.includes("control/pid")) return;
    assert.match(preface, /^ \* Assumes: /m);
    assert.match(preface, /^ \* Valid: /m);
  });
}

for (const [name, { model, inputs }] of Object.entries(modules)) {
  const { definition } = model;

  test(`${name}: the parameters are described, and their values are possible`, () => {
    for (const [parameter, { value, description, physical, bounds, source }] of Object.entries(definition.parameters)) {
      assert.ok(description !== undefined && description.length > 3, `${parameter} has no description`);
      if (name === "pi" || name === "pid") continue; // its parameters are the caller's
      assert.ok(source !== undefined && source.length > 2, `${parameter} has no source`);
      assert.ok(physical !== undefined, `${parameter} has no physical limits`);
      const [low, high] = bounds ?? [value, value];
      assert.ok(physical[0] <= low && high <= physical[1], `${parameter}: bounds ${low} … ${high} outside of what is physical`);
      assert.ok(physical[0] <= value && value <= physical[1], `${parameter} = ${value} is not physical`);
    }
    assert.ok(name === "pi" || name === "pid" || definition.description !== undefined);
  });

  test(`${name}: the definition survives JSON`, () => {
    assert.equal(modelFromDefinition(JSON.parse(JSON.stringify(definition))).hash, model.hash);
  });

  test(`${name}: its derivatives are those of its functions`, () => {
    const system = model.system({ active: Object.keys(definition.parameters) });
    const u = Float64Array.from(system.inputs, (input) => inputs[input]!);
    assert.ok(u.every(Number.isFinite), "an input has no value");
    const x = new Float64Array(system.states.length);
    system.initial.evaluate(0, new Float64Array(x.length), u, system.p, x);
    for (let i = 0; i < x.length; i++) x[i] = x[i]! * (1 + 0.01 * (i + 1)) + 0.01 * system.nominal[i]!; // off the start, off kinks
    const [worst] = checkDerivatives(system, { t: 0, x, u, p: system.p }, name);
    assert.ok(worst!.error < derivativeDefaults.tolerance, JSON.stringify(worst));
  });
}

const refused = (make: () => unknown, text: RegExp): void => {
  assert.throws(make, (error) => isGreyboxError(error, "model/invalid") && text.test(error.message));
};

test("sizes that cannot be are refused by name", () => {
  refused(() => absorber({ stages: 0 }), /stages: 0 is not a whole number from 1/);
  refused(() => pipeDelay({ cells: 2.5 }), /cells: 2.5 is not a whole number/);
  refused(() => distillationColumn({ stages: 10, feed: 10 }), /feed: 10 is not a whole number from 2 to 9/);
});

test("substances without constants are refused with those there are", () => {
  // As from JavaScript, where the compiler does not look.
  refused(() => antoine("toString" as "water"), /substance: toString is not one of water, methanol/);
  refused(() => shomate("xenon" as "steam"), /substance: xenon is not one of nitrogen/);
});
