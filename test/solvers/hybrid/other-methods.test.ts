/** Every method that takes hybrid systems agrees with the one that is compared with differences. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reachedEnd } from "greybox/core";
import { solve } from "greybox/solvers";
import { directionsOf } from "./differences.ts";
import { hybridSystems } from "./systems.ts";

for (const each of hybridSystems.filter(({ name }) => name !== "a thousand resets")) {
  const { system } = each;
  test(`${each.name}: values, events and derivatives of the other methods`, () => {
    const samples = Float64Array.from(each.samples);
    const problem = { span: each.span, samples, inputs: each.inputs ?? [], directions: directionsOf(each) };
    const expected = solve(system, problem, { rtol: 1e-9, method: "rodas5p" });
    const size = Math.max(...expected.tangents!.map(Math.abs));
    for (const method of system.mass ? (["bdf"] as const) : (["vern7", "bdf"] as const)) {
      const { outcome, events, states, tangents } = solve(system, problem, { rtol: 1e-8, method });
      assert.ok(reachedEnd(outcome), `${method}: ${JSON.stringify(outcome)}`);
      assert.deepEqual(
        events.map(({ event }) => event),
        expected.events.map(({ event }) => event),
      );
      for (const [i, value] of states.entries()) assert.ok(Math.abs(value - expected.states[i]!) < 2e-5 * (1 + Math.abs(value)), method);
      const worst = Math.max(...tangents!.map((value, i) => Math.abs(value - expected.tangents![i]!) / size));
      assert.ok(worst < 2e-4, `${method}: ${worst.toExponential(1)}`);
    }
  });
}
