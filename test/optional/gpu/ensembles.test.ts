/**
 * Ensembles on a real device of WebGPU, or on SwiftShader, a GPU in software (Debian: chromium-common and libvulkan1): agreement with the processor.
 * Skipped, with the reason, where there is none.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import { gpu } from "greybox/compute";
import { isGreyboxError, random, signal } from "greybox/core";
import { defineModel } from "greybox/models";
import { simulateEnsemble } from "greybox/solvers";
import { hires } from "../../../bench/problems/gallery/hires.ts";
import { pollu } from "../../../bench/problems/gallery/pollu.ts";
import { vanDeVusse } from "../../../bench/problems/van-de-vusse.ts";
import type { AnySource } from "../../../src/core/index.ts";

const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";
if (process.env["VK_ICD_FILENAMES"] === undefined && existsSync(swiftShader)) process.env["VK_ICD_FILENAMES"] = swiftShader;

const place = gpu();
after(() => place[Symbol.asyncDispose]());
let absent: string | undefined;
try {
  const { adapter, software } = await place.open();
  console.log(`# on ${adapter}${software ? ", which is no GPU but a program" : ""}`);
} catch (error) {
  if (!isGreyboxError(error)) throw error;
  absent = error.message;
  console.log(`# skipped: ${absent}`);
}
const skip = absent ?? false;

const predators = defineModel({
  name: "predators",
  time: "1",
  parameters: { a: { value: 1.5, unit: "1" }, b: { value: 1, unit: "1" }, c: { value: 3, unit: "1" }, d: { value: 1, unit: "1" } },
  states: { x: { unit: "1", initial: 1, min: 0 }, y: { unit: "1", initial: 1, min: 0 } },
  derivatives: { x: "a*x - b*x*y", y: "-c*y + d*x*y" },
});
const tank = defineModel({
  name: "tank",
  time: "min",
  parameters: {
    k0: { value: 7.2e10, unit: "1/min" },
    EoverR: { value: 8750, unit: "K" },
    UA: { value: 5e4, unit: "J/min/K" },
    V: { value: 100, unit: "L" },
  },
  inputs: { q: "L/min", cF: "mol/L", TF: "K", Tc: "K" },
  states: { cA: { unit: "mol/L", initial: 0.5, min: 0 }, T: { unit: "K", initial: 350 } },
  algebraic: { k: { unit: "1/min", is: "k0*exp(-EoverR/T)" } },
  derivatives: { cA: "q/V*(cF - cA) - k*cA", T: "q/V*(TF - T) + 209.205 K*L/mol*k*cA + UA/(V*239 J/L/K)*(Tc - T)" },
});
const robertson = defineModel({
  name: "robertson",
  time: "1",
  parameters: { k1: { value: 0.04, unit: "1" }, k2: { value: 3e7, unit: "1" }, k3: { value: 1e4, unit: "1" } },
  states: {
    x: { unit: "1", initial: 1, nominal: 1 },
    y: { unit: "1", initial: 0, nominal: 1e-4 },
    z: { unit: "1", initial: 0, nominal: 1 },
  },
  derivatives: { x: "-k1*x + k3*y*z", y: "k1*x - k3*y*z - k2*y^2", z: "k2*y^2" },
});

interface Case {
  readonly model: AnySource;
  readonly span: readonly [number, number];
  readonly at: readonly number[];
  /** How far parameters are spread. */
  readonly share: number;
  readonly inputs?: object;
  readonly way: RegExp;
  /** Errors allowed, in relative tolerances: of the order of those in double precision. */
  readonly slack: number;
}

const cases: readonly Case[] = [
  { model: predators, span: [0, 20], at: [0, 5, 20], share: 0.2, way: /tsit5 on the GPU/, slack: 600 },
  {
    model: tank,
    span: [0, 10],
    at: [1, 3, 10],
    share: 0.01,
    inputs: { q: 100, cF: 1, TF: 350, Tc: signal([0, 2, 10], [300, 297, 300]) },
    way: /tsit5 on the GPU/,
    slack: 200,
  },
  { model: vanDeVusse, span: [0, 1], at: [0.1, 1], share: 0.01, way: /on the GPU/, slack: 20 },
  { model: robertson, span: [0, 1e4], at: [1, 100, 1e4], share: 0.2, way: /rodas3 on the GPU/, slack: 20 },
  { model: hires, span: [0, 321], at: [5, 321], share: 0.2, way: /rodas3 on the GPU/, slack: 60 },
  { model: pollu, span: [0, 60], at: [60], share: 0.02, way: /rodas3 on the GPU/, slack: 20 },
];
const members = 100;

for (const { model, span, at, share, inputs = {}, way, slack } of cases) {
  test(`${model.name} agrees with the processor within the tolerance`, { skip }, async () => {
    const system = model.system();
    const draw = random(model.name);
    const parameters = Float64Array.from(
      { length: members * system.p.length },
      (_, i) => system.p[i % system.p.length]! * (1 + share * (2 * draw.uniform() - 1)),
    );
    const options = { span, at, parameters, inputs } as object;
    const double = await simulateEnsemble(model, { ...options, rtol: 1e-10, method: "rodas5p" } as never);
    for (const rtol of [1e-3, 1e-4, 1e-5]) {
      const single = await simulateEnsemble(model, { ...options, rtol, compute: place } as never);
      assert.deepEqual(single.counts, { success: members });
      assert.match(single.reason, way);
      assert.equal(single.gpu?.handedOver, 0);
      let worst = 0;
      for (const [i, value] of double.values.entries()) {
        const size = Math.max(Math.abs(value), 0.01 * system.nominal[i % system.nominal.length]!);
        worst = Math.max(worst, Math.abs(single.values[i]! - value) / size);
      }
      assert.ok(worst < slack * rtol, `${worst / rtol} times the tolerance ${rtol}`);
      assert.ok(single.gpu.checked.members === 8 && single.gpu.checked.largest < slack * rtol, single.reason);
    }
  });
}

test("Robertson's problem beyond what single precision can tell apart is solved by the processor", { skip }, async () => {
  const options = { span: [0, 1e11], parameters: { k1: Float64Array.of(0.04, 0.05) }, rtol: 1e-3 } as const;
  const single = await simulateEnsemble(robertson, { ...options, compute: place });
  assert.equal(single.gpu?.handedOver, 2);
  assert.deepEqual(single.values, (await simulateEnsemble(robertson, options)).values);
});

test("blocks and the order of members change no bit; steps of one length are taken as asked", { skip }, async () => {
  const draw = random("blocks");
  const a = Float64Array.from({ length: 1000 }, () => 1 + draw.uniform());
  const run = (values: Float64Array, more: object) =>
    simulateEnsemble(predators, { span: [0, 5], at: [2, 5], parameters: { a: values }, compute: place, ...more });
  const whole = await run(a, {});
  assert.deepEqual((await run(a, { block: 77 })).values, whole.values);
  assert.deepEqual((await run(a.slice().reverse(), {})).column("x").reverse(), whole.column("x"));
  const fixed = await run(a, { step: 0.02 });
  assert.ok(fixed.steps.every((steps) => steps === 250));
  assert.ok(fixed.gpu!.checked.largest < 1e-4);
});
