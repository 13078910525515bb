/** Which unknowns are differentiated along in which window: what is left out has derivatives that are exactly 0. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { directionsOf } from "../../src/calibration/objective/directions.ts";
import { influences } from "../../src/calibration/objective/influence.ts";
import { objectiveOf, solverOf } from "../../src/calibration/objective/objective.ts";
import { windowRun } from "../../src/calibration/objective/run.ts";
import { asked } from "../../src/calibration/question/asked.ts";
import { random } from "../../src/core/index.ts";
import { windowFromTable } from "../../src/historian/index.ts";
import { defineModel } from "../../src/models/index.ts";

const positive = { unit: "1", bounds: [0.1, 10], scale: "log" } as const;

// Three experiments in one model: inputs say which reactions go on, and with which of two rates.
const network = defineModel({
  name: "network",
  time: "1",
  parameters: {
    a0: { value: 1, ...positive },
    b0: { value: 2, ...positive },
    k1: { value: 0.5, ...positive },
    k2: { value: 0.3, ...positive },
    k3: { value: 0.7, ...positive },
    fast: { value: 2, ...positive },
    share: { value: 1.5, ...positive },
    off: { value: 0, unit: "1" },
  },
  inputs: { withA: "1", withB: "1", third: "1", speed: "1" },
  states: {
    A: { unit: "1", initial: "withA*a0" },
    B: { unit: "1", initial: "withB*b0" },
    C: { unit: "1", initial: 0.1 },
    D: { unit: "1", initial: 0.2 },
  },
  algebraic: {
    r1: { unit: "1", is: "k1*A*(1 - third)" },
    r2: { unit: "1", is: "if(speed > 0.5, fast, k2)*B" },
    r3: { unit: "1", is: "off*k3*C" },
    x: { unit: "1", guess: 1, zero: "x + 0.1*x^3 - C*third*share" },
  },
  derivatives: { A: "-r1", B: "r1 - r2 + 0*D", C: "r2 - r3 - 0.2*x", D: "-k3*D" },
  outputs: { y: { unit: "1", is: "C + withA*A" }, z: { unit: "1", is: "D" } },
});

const time = [0.5, 1, 2, 3];
const window = (name: string, inputs: Record<string, number>, ...tags: readonly ("y" | "B" | "z")[]) =>
  windowFromTable(network, {
    name,
    time,
    inputs: Object.fromEntries(Object.entries(inputs).map(([input, value]) => [input, time.map(() => value)])),
    measured: Object.fromEntries(tags.map((tag) => [tag, [1, 2, 3, 4]])),
    sigma: Object.fromEntries(tags.map((tag) => [tag, 0.1])),
  });
const windows = [
  window("A alone", { withA: 1, withB: 0, third: 0, speed: 0 }, "y"),
  window("B, fast", { withA: 0, withB: 1, third: 1, speed: 1 }, "B"),
  window("D", { withA: 0, withB: 0, third: 0, speed: 0 }, "z"),
];
const estimate = ["a0", "b0", "k1", "k2", "k3", "fast", "share"] as const;
const { plan, system } = asked({ model: network, windows, estimate, initial: { D: { estimate: true, share: "all", bounds: [0.01, 5] } } });
const names = (list: Int32Array): string[] => Array.from(list, (j) => plan.unknowns[j]!.name);

test("parameters of what an experiment leaves out are not differentiated along", () => {
  const found = directionsOf(plan, system).map(names);
  // A experiment: a0, k1, k2. B, fast: b0 and fast. D: k3 and its start. Filled up to few different numbers.
  for (const [w, needed] of [
    ["a0", "k1", "k2"],
    ["b0", "fast"],
    ["k3", "D(0)"],
  ].entries()) {
    for (const name of needed) assert.ok(found[w]!.includes(name), `${name} in ${windows[w]!.name}: ${found[w]}`);
    assert.ok(found[w]!.length <= 3, String(found[w]));
  }
});

test("what is left out has derivatives that are exactly 0; what is kept is the same up to the steps, which derivatives have a say in", () => {
  const solver = solverOf(plan, system);
  const directions = directionsOf(plan, system);
  const objective = objectiveOf(plan, system);
  for (let point = 0; point < 20; point++) {
    const draw = random(3).fork(point);
    const x = Float64Array.from(objective.lower, (low, j) => low + (objective.upper[j]! - low) * draw.uniform());
    assert.ok(objective.evaluate(x, true), objective.failure()?.why ?? "");
    for (const [w] of windows.entries()) {
      const [whole, few] = [windowRun(plan, w, system), windowRun(plan, w, system, new Map(), directions[w])];
      const slopes = Float64Array.from(objective.values, (value, j) =>
        plan.unknowns[j]!.scale === "log" ? value : plan.unknowns[j]!.nominal,
      );
      const [a, b] = [whole, few].map((run) => {
        const { times, states, inputs, tangents, inputTangents, outcome } = run.solve(solver, objective.values, slopes, true);
        return {
          run,
          course: {
            outcome,
            times,
            states: states.slice(),
            inputs: inputs.slice(),
            tangents: tangents?.slice(),
            inputTangents: inputTangents?.slice(),
          },
        };
      }) as [Made, Made];
      for (let sample = 0; sample < time.length; sample++) {
        for (const { run, course } of [a, b]) run.reader.read(course, sample, run.p, run.dp);
        for (const { observable } of plan.windows[w]!.tags) {
          assert.ok(
            close(a.run.reader.y[observable]!, b.run.reader.y[observable]!),
            `${a.run.reader.y[observable]} ${b.run.reader.y[observable]}`,
          );
          const count = system.observables.length;
          for (const [k, j] of a.run.acting.entries()) {
            const own = b.run.acting.indexOf(j);
            const derivative = a.run.reader.dy[k * count + observable]!;
            const what = `${plan.unknowns[j]!.name} in ${windows[w]!.name}`;
            if (own < 0) assert.equal(derivative + 0, 0, what);
            else assert.ok(close(derivative, b.run.reader.dy[own * count + observable]!), what);
          }
        }
      }
    }
  }
});

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-5 * (1e-3 + Math.abs(a));

type Run = ReturnType<typeof windowRun>;
interface Made {
  readonly run: Run;
  readonly course: Parameters<Run["reader"]["read"]>[0];
}

const reached = (text: string, constants: Readonly<Record<string, number>>): string[] | undefined => {
  const model = defineModel({
    name: "one",
    time: "1",
    parameters: { a: { value: 1, unit: "1" }, b: { value: 1, unit: "1" }, c: { value: 1, unit: "1" } },
    inputs: { u: "1", v: "1" },
    states: { s: { unit: "1", initial: 1 } },
    derivatives: { s: "-s" },
    outputs: { y: { unit: "1", is: text } },
  });
  const found = influences(model.definition, new Map(Object.entries(constants)), ["y"]);
  return found && [...found].sort();
};

for (const [text, constants, expected] of [
  ["a*u + b*v", { u: 0 }, ["b"]],
  ["a*u + b*v", { u: 0, v: 0 }, []],
  ["a*(u - v) + b", { u: 2, v: 2 }, ["b"]],
  ["u*a/b + c", { u: 0 }, ["c"]],
  ["a^u + b", { u: 0 }, ["a", "b"]],
  ["if(u > v, a, b)*s", { u: 1, v: 0 }, ["a", "s"]],
  ["if(s > a, u*b, c)", { u: 0 }, ["a", "c", "s"]],
  ["exp(a*u)*max(b, c*u)", { u: 0 }, ["b"]],
  ["delay(s, a)*u + b", { u: 0 }, ["b"]],
  ["-(u*a) - b", {}, ["a", "b"]],
] as const) {
  test(`${text} with ${JSON.stringify(constants)} depends on ${expected.join(", ") || "nothing"}`, () => {
    assert.deepEqual(reached(text, constants), expected);
  });
}

test("a model with events keeps all directions", () => {
  const model = defineModel({
    name: "event",
    time: "1",
    parameters: { a: { value: 1, unit: "1" } },
    states: { s: { unit: "1", initial: 1 } },
    derivatives: { s: "-s" },
    events: { low: { when: "s - 0.5", then: { s: "1 + a" } } },
  });
  assert.equal(influences(model.definition, new Map(), ["s"]), undefined);
});
