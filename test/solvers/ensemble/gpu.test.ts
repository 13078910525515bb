/** Ensembles in single precision, by the kernels that a GPU is given, interpreted: agreement with the processor, refusals, members handed over. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gpu } from "greybox/compute";
import { isGreyboxError, random, signal } from "greybox/core";
import { defineModel } from "greybox/models";
import { type SimulateEnsembleOptions, simulateEnsemble, streamEnsemble } from "greybox/solvers";
import type { AnySource, System } from "../../../src/core/index.ts";
import { emitWgsl, interpret } from "../../../src/kernel/index.ts";
import { memberKernel } from "../../../src/solvers/ensemble/gpu/gpu-code.ts";
import { type MemberShape, savedPlaces, status, steering } from "../../../src/solvers/ensemble/gpu/member-program.ts";
import { type Interpreted, interpretedGpu } from "./interpreted-gpu.ts";

const predators = defineModel({
  name: "predators",
  time: "1",
  parameters: { a: { value: 1.5, unit: "1" }, b: { value: 1, unit: "1" }, c: { value: 3, unit: "1" }, d: { value: 1, unit: "1" } },
  states: { x: { unit: "1", initial: 1 }, y: { unit: "1", initial: 1 } },
  derivatives: { x: "a*x - b*x*y", y: "-c*y + d*x*y" },
  outputs: { total: { unit: "1", is: "x + y" } },
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
const driven = defineModel({
  name: "driven",
  time: "1",
  parameters: { a: { value: 2, unit: "1" }, w: { value: 1, unit: "1" } },
  inputs: { u: "1", v: "1" },
  states: { x: { unit: "1", initial: "a" } },
  derivatives: { x: "-a*(x - u) + 0.3*sin(w*t) + v*exp(-x^2)" },
  outputs: { twice: { unit: "1", is: "2*x + u + v" } },
});
const bursting = defineModel({
  name: "bursting",
  time: "1",
  parameters: { k: { value: 1, unit: "1" } },
  states: { x: { unit: "1", initial: 1 } },
  derivatives: { x: "k*x^2" },
});
const pot = defineModel({
  name: "pot",
  time: "1",
  parameters: { k: { value: 1, unit: "1" } },
  states: { x: { unit: "1", initial: 1 } },
  derivatives: { x: "-k*x" },
  events: { half: { when: "x - 0.5", direction: "falling", terminal: true } },
});

const spread = (count: number, low: number, high: number, seed: number): Float64Array => {
  const draw = random(seed);
  return Float64Array.from({ length: count }, () => low + (high - low) * draw.uniform());
};
const shapeOf = (system: System, p: readonly string[], u: readonly string[] = [], moving = false): MemberShape => ({
  p: p.map((name) => system.parameters.indexOf(name)),
  u: u.map((name) => system.inputs.indexOf(name)),
  moving,
});
/** With both methods for the parameters and inputs that members have of their own. */
function place(model: AnySource, shape: MemberShape, options?: { fallback?: boolean; check?: number; fixed?: boolean }): Interpreted {
  const made = [false, true].flatMap((fixed) => [memberKernel(model.system(), "tsit5", shape, fixed)!.kernel]);
  return interpretedGpu([...made, memberKernel(model.system(), "rodas3", shape, false)!.kernel], options);
}
const refused = async (run: () => Promise<unknown>, code: string): Promise<void> => {
  await assert.rejects(run, (error) => isGreyboxError(error) && error.code === code);
};

test("members agree with the processor at the tolerance asked for, whatever is read and however often", async () => {
  const a = spread(5, 1.2, 1.8, 1);
  const options = { span: [0, 10], at: [0, 1.3, 5, 10], observe: ["total", "y"], parameters: { a, c: 2.8 } } as const;
  const compute = place(predators, shapeOf(predators.system(), ["a"]), { check: 2 });
  for (const rtol of [1e-3, 1e-5]) {
    const single = await simulateEnsemble(predators, { ...options, compute, rtol });
    const double = await simulateEnsemble(predators, { ...options, rtol: 1e-10 });
    assert.deepEqual(single.counts, { success: 5 });
    assert.deepEqual([...single.reached], [4, 4, 4, 4, 4]);
    let worst = 0;
    for (const [i, value] of double.values.entries()) worst = Math.max(worst, Math.abs(single.values[i]! - value) / Math.abs(value));
    assert.ok(worst < 200 * rtol, `${worst} at ${rtol}`);
    assert.ok(worst > 1e-3 * rtol, "the tolerance counts");
    assert.equal(single.gpu?.checked.members, 2);
    assert.ok(single.gpu.checked.largest <= 1.5 * worst && single.gpu.checked.largest > 0);
    assert.match(single.reason, /^5 tsit5 on the GPU; single precision, rtol 0\.\d+, an interpreter; 2 members checked: within/);
  }
});

test("without a tolerance asked for, it is one that single precision can keep", async () => {
  const compute = place(predators, shapeOf(predators.system(), ["a"]));
  const { gpu: how } = await simulateEnsemble(predators, { span: [0, 1], parameters: { a: Float64Array.of(1.5) }, compute });
  assert.equal(how?.rtol, 1e-4);
  assert.equal(how.precision, "single");
});

test("inputs may hold, step and ramp, be shared or each member's own number; time may stand in the equations", async () => {
  const v = spread(4, 0, 1, 3);
  const [a, x] = [spread(4, 1, 3, 4), spread(4, -1, 1, 5)];
  for (const interpolation of ["hold", "linear"] as const) {
    const u = signal([0, 2.2, 10], [0, 1, 0.5], interpolation);
    const options = {
      span: [0, 10],
      at: [0, 2.2, 4, 10],
      parameters: { a },
      initial: { x },
      inputs: { u, v },
      observe: ["twice", "x"],
    } as const;
    const compute = place(driven, shapeOf(driven.system(), ["a"], ["v"], interpolation === "linear"));
    const single = await simulateEnsemble(driven, { ...options, compute, rtol: 1e-5 });
    const double = await simulateEnsemble(driven, { ...options, rtol: 1e-9 });
    for (const [i, value] of double.values.entries())
      assert.ok(Math.abs(single.values[i]! - value) < 2e-4, `${i}: ${single.values[i]} ${value}`);
  }
});

test("stiff members go on with a stiff method, in which elimination keeps three digits", async () => {
  const k1 = spread(3, 0.03, 0.05, 7);
  const compute = place(robertson, shapeOf(robertson.system(), ["k1"]));
  const options = { span: [0, 1e4], at: [1, 1e4], parameters: { k1 } } as const;
  const single = await simulateEnsemble(robertson, { ...options, compute });
  assert.match(single.reason, /^3 rodas3 on the GPU/);
  const double = await simulateEnsemble(robertson, { ...options, rtol: 1e-10 });
  for (const [i, value] of double.values.entries()) {
    assert.ok(Math.abs(single.values[i]! - value) < 1e-3 * Math.abs(value) + 1e-6, `${i}: ${single.values[i]} ${value}`);
  }
});

test("members that single precision cannot follow are handed over, and get the answer of the processor", async () => {
  const compute = place(robertson, shapeOf(robertson.system(), ["k1"]));
  const options = { span: [0, 1e11], parameters: { k1: Float64Array.of(0.04) }, rtol: 1e-3 } as const;
  const single = await simulateEnsemble(robertson, { ...options, compute });
  assert.equal(single.gpu?.handedOver, 1);
  assert.equal(single.way(0), "rodas5p in lanes");
  assert.deepEqual(single.values, (await simulateEnsemble(robertson, options)).values);

  const k = Float64Array.of(0.1, 2, 0.2, 1e-41);
  const burst = place(bursting, shapeOf(bursting.system(), ["k"]));
  const some = await simulateEnsemble(bursting, { span: [0, 1], at: [0.2, 1], parameters: { k }, compute: burst });
  assert.deepEqual(some.counts, { success: 3, "step-too-small": 1 });
  assert.equal(some.gpu?.handedOver, 2);
  assert.equal(some.way(1), "one by one");
  assert.deepEqual([...some.reached], [2, 1, 2, 2]);
  assert.ok(Math.abs(some.value(0, "x")! - 1 / 0.9) < 1e-4);
  assert.equal(some.value(1, "x"), undefined);
});

test("no bit depends on how members are put together", async () => {
  const a = spread(7, 1.2, 1.8, 9);
  const system = predators.system();
  const run = (block: number | undefined, values: Float64Array) =>
    simulateEnsemble(predators, {
      span: [0, 3],
      at: [1, 3],
      parameters: { a: values },
      compute: place(predators, shapeOf(system, ["a"])),
      ...(block === undefined ? {} : { block }),
    });
  const whole = await run(undefined, a);
  const parts = await run(2, a);
  const turned = await run(undefined, a.slice().reverse());
  assert.deepEqual(parts.values, whole.values);
  assert.deepEqual(parts.tries, whole.tries);
  assert.deepEqual(turned.column("x").reverse(), whole.column("x"));

  const streamed: number[] = [];
  const batches = [{ parameters: { a: a.slice(0, 3) } }, { parameters: { a: a.slice(3) } }];
  const compute = place(predators, shapeOf(system, ["a"]));
  for await (const { values } of streamEnsemble(predators, { span: [0, 3], at: [1, 3], batches, compute })) streamed.push(...values);
  assert.deepEqual(streamed, [...whole.values]);
});

test("a kernel that is called again goes on where it stopped, to the last bit", () => {
  const system = predators.system();
  for (const method of ["tsit5", "rodas3"] as const) {
    const { kernel, shared } = memberKernel(system, method, shapeOf(system, []), false)!;
    const run = interpret(kernel, Math.fround);
    const given: Record<string, number> = { p0: 1.5, p1: 1, p2: 3, p3: 1, atol0: 1e-6, atol1: 1e-6 };
    const solve = (count: number): Float64Array => {
      const saved = new Float64Array(savedPlaces(2).length);
      saved.set([1, 1]);
      for (let fresh = 1; saved[2 + steering.status] === status.running; fresh = 0) {
        const scalars = [0, 5, 1e-4, 5, 1e4, fresh, 0].map(Math.fround);
        run(count, ...scalars, ...shared.map((name) => Math.fround(given[name]!)), new Float64Array(0), saved);
      }
      assert.equal(saved[2 + steering.status], status.reached);
      return saved;
    };
    assert.deepEqual(solve(1), solve(1000));
    assert.ok(solve(7)[2 + steering.tries]! > 20);
  }
});

test("ten thousand small steps add up: what rounding takes is kept", async () => {
  const still = defineModel({
    name: "ramp",
    time: "1",
    parameters: { k: { value: 0.1, unit: "1" } },
    states: { x: { unit: "1", initial: 100 } },
    derivatives: { x: "k + 0*x" },
  });
  const compute = place(still, shapeOf(still.system(), ["k"]));
  const ramp = await simulateEnsemble(still, { span: [0, 1], parameters: { k: Float64Array.of(0.1) }, compute, step: 1e-4 });
  assert.equal(ramp.steps[0], 10_000);
  // A sum that forgets would stand still: each step is below half of the distance of neighbours, 7.6e-6.
  assert.ok(Math.abs(ramp.value(0, "x")! - 100.1) < 8e-6, `${ramp.value(0, "x")}`);
  assert.match(ramp.reason, /steps of 0\.0001/);
});

test("steps of one length converge with order five", async () => {
  const compute = place(predators, shapeOf(predators.system(), ["a"]));
  const options = { span: [0, 2], parameters: { a: Float64Array.of(1.5) } } as const;
  const exact = (await simulateEnsemble(predators, { ...options, rtol: 1e-11 })).value(0, "x")!;
  const errors: number[] = [];
  for (const step of [0.25, 0.125]) {
    const { steps, value } = await simulateEnsemble(predators, { ...options, compute, step });
    assert.equal(steps[0], 2 / step);
    errors.push(Math.abs(value(0, "x")! - exact));
  }
  const order = Math.log2(errors[0]! / errors[1]!);
  assert.ok(order > 4.5 && order < 5.8, `${order}`);
});

test("a first step, a longest one and an abort are heard", async () => {
  const compute = place(predators, shapeOf(predators.system(), ["a"]));
  const options = { span: [0, 2], parameters: { a: Float64Array.of(1.5) }, compute } as const;
  const plain = await simulateEnsemble(predators, options);
  const slow = await simulateEnsemble(predators, { ...options, firstStep: 1e-6 });
  assert.ok(slow.steps[0]! > plain.steps[0]! + 3);
  assert.ok((await simulateEnsemble(predators, { ...options, maxStep: 0.01 })).steps[0]! >= 200);
  const before = compute.dispatches.length;
  await assert.rejects(() => simulateEnsemble(predators, { ...options, signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(compute.dispatches.length, before);
});

test("what a GPU cannot take is refused by name, or goes to the processor by choice", async () => {
  const system = predators.system();
  const ask = (more: Partial<SimulateEnsembleOptions<typeof predators>>, compute = place(predators, shapeOf(system, ["a"]))) =>
    simulateEnsemble(predators, { span: [0, 1], parameters: { a: Float64Array.of(1, 2) }, compute, ...more });
  await refused(() => ask({ rtol: 1e-6 }), "solver/gpu-precision");
  await refused(() => ask({ parameters: { a: 1e39 } }), "solver/gpu-precision");
  await refused(() => ask({ method: "rodas5p" }), "solver/unsupported");
  await refused(() => ask({ sensitivities: ["a"] }), "solver/unsupported");
  await refused(() => ask({ step: 0 }), "solver/option");
  await refused(() => simulateEnsemble(predators, { span: [0, 1], step: 0.1 }), "solver/unsupported");
  await refused(() => simulateEnsemble(pot, { span: [0, 1], compute: interpretedGpu([]) }), "solver/unsupported");
  const signals = [signal([0, 1], [0, 1]), signal([0, 1], [1, 1])];
  const own = { span: [0, 1], inputs: { u: signals, v: 1 } } as const;
  await refused(() => simulateEnsemble(driven, { ...own, compute: interpretedGpu([]) }), "solver/unsupported");
  await refused(
    () => simulateEnsemble(driven, { span: [0, 1], inputs: { u: 0 }, compute: interpretedGpu([]) } as never),
    "solver/missing-input",
  );

  const aside = interpretedGpu([], { fallback: true });
  const events = await simulateEnsemble(pot, { span: [0, 1], compute: aside });
  assert.deepEqual(events.counts, { terminated: 1 });
  assert.match(events.reason, /it has events/);
  assert.equal(events.gpu, undefined);
  assert.equal((await simulateEnsemble(driven, { ...own, compute: aside })).members, 2);
});

test("a model whose step is too long says how long, and how much is taken", async () => {
  const names = Array.from({ length: 40 }, (_, i) => `x${i}`);
  const terms = (i: number): string => names.map((name, j) => `sin(${i + j}*${name})`).join(" + ");
  const crowd = defineModel({
    name: "crowd",
    time: "1",
    states: Object.fromEntries(names.map((name) => [name, { unit: "1", initial: 1 }])),
    derivatives: Object.fromEntries(names.map((name, i) => [name, `-${name} + ${terms(100 * i)}`])),
  });
  const options = { span: [0, 0.01], initial: { x0: Float64Array.of(1, 2) } } as const;
  await assert.rejects(
    () => simulateEnsemble(crowd, { ...options, compute: interpretedGpu([]) }),
    (error) => isGreyboxError(error) && error.code === "solver/gpu-kernel-size" && /too long for a GPU: \d+ operations/.test(error.message),
  );
  const { reason } = await simulateEnsemble(crowd, { ...options, compute: interpretedGpu([], { fallback: true }) });
  assert.doesNotMatch(reason, /on the GPU/);
});

test("the text of a shader has everything of its own under numbered or closed names, and no number that WGSL lacks", () => {
  const system = driven.system();
  for (const method of ["tsit5", "rodas3"] as const) {
    const { kernel } = memberKernel(system, method, shapeOf(system, ["a"], ["v"], true), false)!;
    const text = emitWgsl(kernel);
    assert.match(text, /fn members_\(@builtin\(global_invocation_id\)/);
    assert.match(text, /for \(var i_ = 0u; i_ < call_\.count_; i_\+\+\) \{\n {4}if \(!\(control_\[\d+u\] == 0f\)\) \{/);
    assert.doesNotMatch(text, /NaN|Infinity|undefined/);
    assert.match(text, /@binding\(1\) var<storage, read> own_/);
    assert.match(text, /@binding\(2\) var<storage, read_write> saved_/);
  }
});

test("a GPU that is not there says so by name, and a closed one too", async () => {
  const closed = gpu();
  await closed[Symbol.asyncDispose]();
  await refused(() => closed.open(), "compute/no-gpu");
});
