/** Parameters and initial values that are expressions, initial values to be estimated, and conditions as switching functions. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDefinition, defineModel, describeProblem, modelFromDefinition } from "../../../src/models/index.ts";
import { simulate } from "../../../src/solvers/index.ts";

const tank = defineModel({
  name: "tank",
  time: "min",
  parameters: {
    D: { value: 2, unit: "m" },
    A: { unit: "m^2", is: "3.14159265358979/4*D^2" },
    k: { value: 0.1, unit: "m^2.5/min" },
    area2: { unit: "m^2", is: "2*A" },
  },
  inputs: { q: "m^3/min" },
  states: {
    h: { unit: "m", initial: { value: 1, bounds: [0.5, 3], source: "level log" } },
    M: { unit: "m^3", initial: "A*1 m" },
  },
  algebraic: { out: { unit: "m^3/min", is: "k*sqrt(h)" }, feed: { unit: "m", is: "area2/A*1 m" } },
  derivatives: { h: "(q - out)/A", M: "q - out" },
});

test("a parameter that is an expression follows the parameters it is made of, also in initial values", () => {
  assert.deepEqual(tank.system().parameters, ["D", "k", "h.initial"]);
  const wide = tank.with({ parameters: { D: 4 } });
  const start = simulate(wide, { span: [0, 1], inputs: { q: 0 } }).at(0);
  assert.ok(Math.abs(start.M - 4 * Math.PI) < 1e-12);
  assert.ok(Math.abs(start.A - 4 * Math.PI) < 1e-12);
  assert.equal(start.area2, 2 * start.A);
});

test("an initial value to be estimated is a parameter with bounds and a derivative", () => {
  const { parameters, states } = tank.definition;
  assert.deepEqual(parameters["h.initial"], { value: 1, bounds: [0.5, 3], source: "level log", unit: "m" });
  assert.equal(states["h"]?.initial, "h.initial");
  const system = tank.system({ active: ["h.initial"] });
  const slope = new Float64Array(2);
  const along = { count: 1, dt: new Float64Array(1), dx: new Float64Array(2), du: new Float64Array(1), dp: Float64Array.of(1) };
  system.initial.tangent(0, new Float64Array(2), Float64Array.of(1), system.p, along, slope);
  assert.deepEqual([...slope], [1, 0]);
  const raised = simulate(tank.with({ parameters: { "h.initial": 2 } }), { span: [0, 1], inputs: { q: 0 } });
  assert.equal(raised.at(0).h, 2);
  assert.equal(modelFromDefinition(JSON.parse(JSON.stringify(tank.definition))).hash, tank.hash);
});

test("a parameter made of states, and an initial value that depends on a state through a quantity, are told", () => {
  const told = (more: object): string[] =>
    checkDefinition({
      name: "m",
      time: "1",
      parameters: { a: { value: 1, unit: "1" }, ...more },
      states: { x: { unit: "1", initial: "b" } },
      algebraic: { b: { unit: "1", is: "c + 1" }, c: { unit: "1", is: "a" } },
      derivatives: { x: "-x" },
    }).problems.map(describeProblem);
  assert.deepEqual(told({}), []);
  assert.match(
    told({ d: { unit: "1", is: "a*x" } }).join(),
    /parameters\.d = "a\*x", column 3: "x" cannot be used here: a parameter is made of parameters only/,
  );
  const { problems } = checkDefinition({
    name: "m",
    time: "1",
    states: { x: { unit: "1", initial: "b" } },
    algebraic: { b: { unit: "1", is: "c + 1" }, c: { unit: "1", is: "2*x" } },
    derivatives: { x: "-x" },
  });
  assert.match(
    problems.map(describeProblem).join(),
    /"b" cannot be used here: initial values are made of parameters, inputs and what depends on them only/,
  );
});

test("comparisons in conditions become switching functions with exact derivatives; those that cannot change are left out", () => {
  const model = modelFromDefinition({
    name: "switched",
    time: "s",
    parameters: { limit: { value: 350, unit: "K" }, mode: { value: 1, unit: "1" } },
    inputs: { Tin: "K" },
    states: { T: { unit: "K", initial: 300 } },
    algebraic: {
      a: { unit: "1", is: "if(T > limit and not (Tin <= 280 K or mode > 0), 1, 0)" },
      b: { unit: "1", is: "if(limit < T, 2, 3) + max(a, 0.5)" },
      c: { unit: "1", is: "if(t >= 5 s, if(T > 400 K, 1, 2), 3)" },
    },
    derivatives: { T: "(a + b + c)*1 K/s" },
  });
  const { switches, p } = model.system();
  assert.deepEqual(switches?.names, ["T > limit", "Tin <= 280 K", "t >= 5 s", "T > 400 K"]);
  const [out, slope] = [new Float64Array(4), new Float64Array(4)];
  switches?.when.evaluate(7, Float64Array.of(360), Float64Array.of(300), p, out);
  assert.deepEqual([...out], [10, 20, 2, -40]);
  const along = { count: 1, dt: Float64Array.of(1), dx: Float64Array.of(3), du: Float64Array.of(5), dp: new Float64Array(0) };
  switches?.when.tangent(7, Float64Array.of(360), Float64Array.of(300), p, along, slope);
  assert.deepEqual([...slope], [3, 5, 1, 3]);
  assert.equal(tank.system().switches, undefined);
});
