/** Values alone: what steps do at conditions and events when no derivatives are asked for, and what is told about events. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { defineModel } from "greybox/models";
import { simulate, solve } from "greybox/solvers";
import type { HybridCase } from "./hybrid-case.ts";
import { hybridSystems } from "./systems.ts";

const questionOf = (each: HybridCase) => ({ span: each.span, samples: Float64Array.from(each.samples), inputs: each.inputs ?? [] });

for (const each of hybridSystems.filter(({ system }) => system.switches)) {
  test(`${each.name}: the usual tolerance is kept across conditions`, () => {
    const n = each.system.states.length;
    const method = each.system.mass ? "rodas5p" : "tsit5";
    const fine = solve(each.system, questionOf(each), { rtol: 1e-11, method });
    const usual = solve(each.system, questionOf(each), { rtol: 1e-6, method });
    for (const [i, value] of usual.states.entries()) {
      const error = Math.abs(value - fine.states[i]!) / (1 + Math.abs(fine.states[i]!));
      assert.ok(error < 2e-6, `${each.system.states[i % n]} in row ${Math.floor(i / n)}: ${error.toExponential(1)}`);
    }
  });

  test(`${each.name}: derivatives asked for or not, the same events happen at the same times`, () => {
    const options = { rtol: 1e-9, method: each.system.mass ? "rodas5p" : "tsit5" } as const;
    const dp = new Float64Array(each.system.active.length).fill(1);
    const plain = solve(each.system, questionOf(each), options);
    const differentiated = solve(each.system, { ...questionOf(each), directions: { count: 1, dp } }, options);
    assert.deepEqual(
      plain.events.map(({ event }) => event),
      differentiated.events.map(({ event }) => event),
    );
    for (const [i, { time }] of plain.events.entries()) assert.ok(Math.abs(time - differentiated.events[i]!.time) < 1e-6);
  });
}

test("a trajectory tells by name how the time of an event depends on what was asked for", () => {
  const filling = defineModel({
    name: "filling",
    time: "min",
    parameters: { q: { value: 2, unit: "L/min" }, full: { value: 10, unit: "L" } },
    states: { V: { unit: "L", initial: 4 } },
    derivatives: { V: "q" },
    events: { full: { when: "V - full", direction: "rising", terminal: true } },
  });
  const [event] = simulate(filling, { span: [0, 10], sensitivities: ["q", "full", "V(0)"] }).events;
  // t = (full − V(0))/q
  assert.ok(Math.abs(event!.time - 3) < 1e-12 && event!.event === "full");
  for (const [name, expected] of [
    ["q", -1.5],
    ["full", 0.5],
    ["V(0)", -0.5],
  ] as const)
    assert.ok(Math.abs(event!.sensitivities![name] - expected) < 1e-12, name);
  assert.equal(simulate(filling, { span: [0, 10] }).events[0]!.sensitivities, undefined);
});
