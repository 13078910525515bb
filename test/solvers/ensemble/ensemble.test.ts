/** Ensembles against the ordinary solver, member by member, and what must not matter: order, blocks, workers, neighbours. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { threads } from "greybox/compute";
import { describeOutcome, random, signal } from "greybox/core";
import { defineModel, modelFromDefinition } from "greybox/models";
import { odeSystem, simulate, simulateEnsemble, streamEnsemble } from "greybox/solvers";
import { pollu } from "../../models/fixtures.ts";

const predators = defineModel({
  name: "predators",
  time: "1",
  parameters: { a: { value: 1.5, unit: "1" }, b: { value: 1, unit: "1" }, c: { value: 3, unit: "1" }, d: { value: 1, unit: "1" } },
  states: { x: { unit: "1", initial: 1 }, y: { unit: "1", initial: 1 } },
  derivatives: { x: "a*x - b*x*y", y: "-c*y + d*x*y" },
  outputs: { total: { unit: "1", is: "x + y" } },
});

const reactor = defineModel({
  name: "reactor",
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

const driven = defineModel({
  name: "driven",
  time: "1",
  parameters: { a: { value: 2, unit: "1" }, w: { value: 1, unit: "1" } },
  inputs: { u: "1", v: "1" },
  states: { x: { unit: "1", initial: "a" } },
  derivatives: { x: "-a*(x - u) + 0.3*sin(w*t) + v*exp(-x^2)" },
});

const spread = (count: number, low: number, high: number, seed: number): Float64Array => {
  const draw = random(seed);
  return Float64Array.from({ length: count }, () => low + (high - low) * draw.uniform());
};
const same = (a: Float64Array, b: Float64Array): void =>
  assert.ok(Buffer.compare(Buffer.from(a.buffer, a.byteOffset, a.byteLength), Buffer.from(b.buffer, b.byteOffset, b.byteLength)) === 0);

const pool = threads({ workers: 2 });
after(() => pool[Symbol.asyncDispose]());

const times = [0, 1.3, 5, 7.77, 10];

test("members agree with simulate at the tolerance asked for, by either method, between steps too", async () => {
  const count = 23;
  const [a, c] = [spread(count, 1.2, 1.8, 1), spread(count, 2.5, 3.5, 2)];
  for (const method of ["tsit5", "rodas5p"] as const) {
    for (const rtol of [1e-5, 1e-8]) {
      const ensemble = await simulateEnsemble(predators, {
        span: [0, 10],
        parameters: { a, c },
        at: times,
        observe: ["y", "total"],
        method,
        rtol,
      });
      assert.deepEqual(ensemble.counts, { success: count });
      assert.equal(ensemble.reason, `${count} ${method} in lanes`);
      let worst = 0;
      for (let member = 0; member < count; member++) {
        const exact = simulate(predators, { span: [0, 10], parameters: { a: a[member]!, c: c[member]! }, at: times, rtol: 1e-12 });
        for (const [row, total] of exact.column("total").entries()) {
          worst = Math.max(worst, Math.abs(ensemble.value(member, "total", row)! - total) / total);
        }
      }
      assert.ok(worst < 200 * rtol, `${method} at ${rtol}: ${worst}`);
      assert.ok(worst > 1e-3 * rtol, "the tolerance counts");
    }
  }
});

test("inputs may be shared or each member's own, numbers or signals, with steps and ramps", async () => {
  const count = 9;
  const u = Array.from({ length: count }, (_, i) => signal([0, 2 + i / 7, 10], [0, 1 + i / 5, i / 3], i % 2 === 0 ? "hold" : "linear"));
  const v = spread(count, 0, 1, 3);
  const [a, x] = [spread(count, 1, 3, 4), spread(count, -1, 1, 5)];
  for (const method of ["tsit5", "rodas5p"] as const) {
    const ensemble = await simulateEnsemble(driven, {
      span: [0, 10],
      parameters: { a, w: 2 },
      initial: { x },
      inputs: { u, v },
      at: times,
      method,
      rtol: 1e-8,
    });
    assert.deepEqual(ensemble.counts, { success: count });
    for (let member = 0; member < count; member++) {
      const inputs = { u: u[member]!, v: v[member]! };
      const one = simulate(driven, {
        span: [0, 10],
        parameters: { a: a[member]!, w: 2 },
        initial: { x: x[member]! },
        inputs,
        at: times,
        rtol: 1e-10,
      });
      for (const [row, value] of one.column("x").entries()) {
        assert.ok(Math.abs(ensemble.value(member, "x", row)! - value) < 2e-7, `${method}, member ${member}, row ${row}`);
      }
    }
  }
});

test("the order of members, the size of blocks and the number of workers change no bit", async () => {
  const count = 101;
  const [k0, UA] = [spread(count, 6.5e10, 7.8e10, 6), spread(count, 4e4, 6e4, 7)];
  const inputs = { q: 100, cF: 1, TF: 350, Tc: signal([0, 3, 6, 10], [300, 295, 305, 300]) };
  const options = { span: [0, 10], inputs, at: [2.5, 10], observe: ["T", "cA", "k"] } as const;
  const plain = await simulateEnsemble(reactor, { ...options, parameters: { k0, UA } });
  assert.deepEqual(plain.counts, { success: count });
  const backwards = await simulateEnsemble(reactor, { ...options, parameters: { k0: k0.toReversed(), UA: UA.toReversed() }, block: 17 });
  for (let member = 0; member < count; member++) {
    const width = 6;
    const other = count - 1 - member;
    same(plain.values.slice(member * width, (member + 1) * width), backwards.values.slice(other * width, (other + 1) * width));
  }
  for (const compute of [pool, threads({ workers: 1 })]) {
    const elsewhere = await simulateEnsemble(reactor, { ...options, parameters: { k0, UA }, compute, block: 13 });
    same(plain.values, elsewhere.values);
    assert.deepEqual(elsewhere.steps, plain.steps);
    if (compute !== pool) await compute[Symbol.asyncDispose]();
  }
  const alone = await simulateEnsemble(reactor, { ...options, parameters: { k0: k0.slice(50, 51), UA: UA.slice(50, 51) } });
  same(plain.values.slice(50 * 6, 51 * 6), alone.values);
});

test("stiff members go on with the stiff method, whatever their neighbours do, and give the same bits as alone", async () => {
  const k2 = Float64Array.of(3e7, 1, 2e7, 10, 1e7, 3e7, 2);
  const options = { span: [0, 1e3], at: [1, 1e3] } as const;
  const ensemble = await simulateEnsemble(robertson, { ...options, parameters: { k2 } });
  assert.deepEqual(ensemble.counts, { success: 7 });
  assert.match(ensemble.reason, /tsit5 in lanes|rodas5p in lanes/);
  assert.equal(ensemble.way(0), "rodas5p in lanes");
  for (const member of k2.keys()) {
    const exact = simulate(robertson, { ...options, parameters: { k2: k2[member]! }, rtol: 1e-11, method: "rodas5p" });
    for (const name of ["x", "y", "z"] as const) {
      const [got, wanted] = [ensemble.value(member, name)!, exact.column(name)[1]!];
      assert.ok(Math.abs(got - wanted) < 1e-4 * Math.abs(wanted), `${name} of ${member}: ${got} ${wanted}`);
    }
    assert.ok(Math.abs(ensemble.value(member, "x")! + ensemble.value(member, "y")! + ensemble.value(member, "z")! - 1) < 1e-12);
    const alone = await simulateEnsemble(robertson, { ...options, parameters: { k2: k2.slice(member, member + 1) } });
    same(ensemble.values.slice(6 * member, 6 * member + 6), alone.values);
  }
});

const explosive = defineModel({
  name: "explosive",
  time: "1",
  parameters: { a: { value: 1, unit: "1" } },
  states: { x: { unit: "1", initial: 1 } },
  derivatives: { x: "a*x^2 + 0*sqrt(3 - x)" },
});

test("a member that fails says when and why, and touches no other", async () => {
  const a = Float64Array.of(0.1, 5, 0.2, -1, 0.15, 9, 0.3);
  const mixed = await simulateEnsemble(explosive, { span: [0, 1], parameters: { a }, at: [0.05, 0.5, 1] });
  assert.equal(mixed.counts.success, 5);
  for (const member of a.keys()) {
    const alone = await simulateEnsemble(explosive, { span: [0, 1], parameters: { a: a.slice(member, member + 1) }, at: [0.05, 0.5, 1] });
    assert.deepEqual(mixed.outcome(member), alone.outcome(0));
    assert.deepEqual(mixed.value(member, "x", 2), alone.value(0, "x", 2));
  }
  const outcome = mixed.outcome(1);
  assert.ok(outcome.kind === "non-finite" || outcome.kind === "step-too-small", describeOutcome(outcome));
  assert.equal(mixed.way(1), "one by one");
  assert.equal(mixed.reached[1], 1);
  assert.equal(mixed.value(1, "x", 2), undefined);
  assert.ok(Math.abs(mixed.value(0, "x")! - 1 / 0.9) < 1e-6);
});

test("budgets of steps are outcomes of the members that spend them", async () => {
  const ensemble = await simulateEnsemble(predators, {
    span: [0, 30],
    parameters: { a: spread(5, 1, 2, 8) },
    maxSteps: 40,
    method: "tsit5",
  });
  for (let member = 0; member < 5; member++) {
    const outcome = ensemble.outcome(member);
    assert.equal(outcome.kind, "max-steps");
    assert.equal(ensemble.tries[member], 40);
    assert.ok(outcome.kind === "max-steps" && outcome.at > 0 && outcome.at < 30);
  }
});

const ball = defineModel({
  name: "ball",
  time: "s",
  parameters: { e: { value: 0.8, unit: "1" }, g: { value: 9.81, unit: "m/s^2" } },
  states: { h: { unit: "m", initial: 1 }, v: { unit: "m/s", initial: 0 } },
  derivatives: { h: "v", v: "-g" },
  events: { bounce: { when: "h", direction: "falling", then: { h: "0 m", v: "-e*v" } } },
});

test("what lanes cannot do is done by the ordinary solver, with its bits, and said", async () => {
  const e = Float64Array.of(0.7, 0.8, 0.9);
  const ensemble = await simulateEnsemble(ball, { span: [0, 1], parameters: { e } });
  assert.equal(ensemble.reason, "3 one by one: it has events");
  for (const member of e.keys()) {
    const one = simulate(ball, { span: [0, 1], parameters: { e: e[member]! }, at: [1] });
    assert.ok(Math.abs(ensemble.value(member, "h")! - one.column("h")[0]!) < 1e-9);
  }
  const written = odeSystem({
    name: "decay",
    states: ["x"],
    parameters: { k: 2 },
    initial: { x: 1 },
    rhs(_t, x, _u, p, out) {
      out[0] = -p[0]! * x[0]!;
    },
  });
  const decay = await simulateEnsemble(written, { span: [0, 1], parameters: { k: Float64Array.of(1, 2) } });
  assert.ok(Math.abs(decay.value(1, "x")! - Math.exp(-2)) < 1e-6);
  assert.match(decay.reason, /written by hand/);
  await assert.rejects(simulateEnsemble(written, { span: [0, 1], members: 2, compute: pool }), { code: "solver/not-portable" });
});

test("derivatives of all members are those of simulate", async () => {
  const a = spread(4, 1, 2, 9);
  const ensemble = await simulateEnsemble(predators, {
    span: [0, 5],
    parameters: { a },
    at: [2, 5],
    observe: ["x", "total"],
    sensitivities: ["a", "x(0)"],
  });
  for (const member of a.keys()) {
    const one = simulate(predators, { span: [0, 5], parameters: { a: a[member]! }, at: [2, 5], sensitivities: ["a", "x(0)"], rtol: 1e-9 });
    for (const by of ["a", "x(0)"] as const) {
      for (const name of ["x", "total"] as const) {
        const wanted = one.sensitivity(name, by)[1]!;
        assert.ok(Math.abs(ensemble.sensitivity(member, name, by)! - wanted) < 1e-4 * (1 + Math.abs(wanted)), `${name} by ${by}`);
      }
    }
  }
});

test("a stream gives the bits of the whole, batch by batch, and asks for no more than it can use", async () => {
  const a = spread(60, 1.2, 1.8, 10);
  const whole = await simulateEnsemble(predators, { span: [0, 10], parameters: { a }, at: times });
  for (const compute of [undefined, pool]) {
    let asked = 0;
    const batches = function* () {
      for (let i = 0; i < 60; i += 20) {
        asked++;
        yield { parameters: { a: a.slice(i, i + 20) } };
      }
    };
    let [members, taken] = [0, 0];
    for await (const part of streamEnsemble(predators, { span: [0, 10], at: times, batches: batches(), compute })) {
      taken++;
      assert.ok(asked <= taken + (compute?.workers ?? 1));
      assert.equal(part.first, members);
      same(whole.values.slice(members * 10, (members + part.members) * 10), Float64Array.from(part.values));
      members += part.members;
    }
    assert.equal(members, 60);
  }
});

test("what the caller got wrong is refused before the first member", async () => {
  const short = { parameters: { a: Float64Array.of(1, 2), c: Float64Array.of(1, 2, 3) } };
  await assert.rejects(simulateEnsemble(predators, { span: [0, 1], ...short }), { code: "solver/shape" });
  await assert.rejects(simulateEnsemble(predators, { span: [1, 0], members: 2 }), { code: "solver/span" });
  await assert.rejects(simulateEnsemble(predators, { span: [0, 1], parameters: { a: Float64Array.of(1, Number.NaN) } }), {
    code: "solver/non-finite",
  });
  await assert.rejects(simulateEnsemble(predators, { span: [0, 1], parameters: { q: 1 } as never }), { code: "solver/unknown-name" });
  await assert.rejects(simulateEnsemble(predators, { span: [0, 1], parameters: new Float64Array(7) }), { code: "solver/shape" });
  await assert.rejects(simulateEnsemble(predators, { span: [0, 1], observe: ["z"] as never }), { code: "solver/unknown-name" });
  await assert.rejects(simulateEnsemble(predators, { span: [0, 1], block: 0 }), { code: "solver/option" });
  await assert.rejects(simulateEnsemble(driven, { span: [0, 9], inputs: { u: 1 } }), { code: "solver/missing-input" });
  await assert.rejects(simulateEnsemble(driven, { span: [0, 9], inputs: { u: 1, v: [signal([0, 3], [1, 1])] } }), {
    code: "solver/input-span",
  });
});

const delayed = defineModel({
  name: "delayed",
  time: "s",
  parameters: { tau: { value: 1, unit: "s" }, k: { value: 1, unit: "1/s" } },
  states: { x: { unit: "1", initial: 1 } },
  derivatives: { x: "-k*delay(x, tau)" },
  outputs: { past: { unit: "1", is: "delay(x, tau)" } },
});

test("delays and methods without lanes go one by one, with their derivatives, and it is said", async () => {
  const tau = Float64Array.of(1, 0.8);
  const options = { span: [0, 2], at: [1.5, 2], observe: ["x", "past"], sensitivities: ["tau"] } as const;
  const ensemble = await simulateEnsemble(delayed, { ...options, parameters: { tau } });
  for (const member of tau.keys()) {
    const one = simulate(delayed, { span: [0, 2], at: [1.5, 2], parameters: { tau: tau[member]! }, sensitivities: ["tau"] });
    for (const name of ["x", "past"] as const) {
      assert.ok(Math.abs(ensemble.value(member, name)! - one.column(name)[1]!) < 1e-6);
      assert.ok(Math.abs(ensemble.sensitivity(member, name, "tau")! - one.sensitivity(name, "tau")[1]!) < 1e-5);
    }
  }
  assert.match((await simulateEnsemble(delayed, { span: [0, 2], parameters: { tau } })).reason, /it has delays/);
  assert.match(
    (await simulateEnsemble(predators, { span: [0, 1], members: 2, method: "odex" })).reason,
    /2 one by one: there are no lanes of odex/,
  );
});

test("members that swing about the edge of stability are seen to be stiff", async () => {
  const pollution = modelFromDefinition(pollu);
  const { outcome, reason, way } = await simulateEnsemble(pollution, { span: [0, 60], members: 4, rtol: 1e-4 });
  for (let member = 0; member < 4; member++) {
    assert.equal(outcome(member).kind, "success");
    assert.match(way(member), /rodas5p/, reason);
  }
});
