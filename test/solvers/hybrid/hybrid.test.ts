/** Values, derivatives and event times of every hybrid system, against differences of whole runs and, where there is one, the closed form. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reachedEnd } from "greybox/core";
import { type Solution, solve } from "greybox/solvers";
import { differences, directionsOf, richardson } from "./differences.ts";
import type { HybridCase, Numbers } from "./hybrid-case.ts";
import { hybridSystems } from "./systems.ts";

/** Agreement asked for, relative to the largest value of a derivative in the run. */
const agreement = 1e-7;

const questionOf = (each: HybridCase) => ({
  span: each.span,
  samples: Float64Array.from(each.samples),
  inputs: each.inputs ?? [],
  directions: directionsOf(each),
});

/** Compares derivatives, shape (samples, q, n), with columns of shape (samples, n) one for each of the first directions. */
function compare(each: HybridCase, method: string, { states, tangents }: Solution, expected: readonly Float64Array[], by: string): void {
  const { system, samples } = each;
  const [n, q] = [system.states.length, directionsOf(each).count];
  const size = Array.from(system.nominal, (_, i) => Math.max(...samples.map((_, row) => Math.abs(states[row * n + i]!))));
  for (const [k, column] of expected.entries()) {
    for (let i = 0; i < n; i++) {
      const exact = samples.map((_, row) => tangents![(row * q + k) * n + i]!);
      const other = samples.map((_, row) => column[row * n + i]!);
      const scale = Math.max(...exact.map(Math.abs), ...other.map(Math.abs), (0.1 * size[i]!) / Math.abs(system.p[k] || 1));
      for (const [row, value] of exact.entries()) {
        const error = value === other[row] ? 0 : Math.abs(value - other[row]!) / scale;
        const name = `${method}: ∂${system.states[i]}/∂${system.parameters[k] ?? `x0[${k - system.p.length}]`} at ${samples[row]}`;
        assert.ok(error < agreement, `${name} is ${value}, by ${by} ${other[row]} (${error.toExponential(1)})`);
      }
    }
  }
}

const named = (each: HybridCase, p: ArrayLike<number>): Numbers =>
  Object.fromEntries(each.system.parameters.map((name, i) => [name, p[i]!]));

/** A function of the parameters, differentiated by each. */
function slopes(each: HybridCase, f: (p: Numbers) => ArrayLike<number>): Float64Array[] {
  const { p } = each.system;
  return Array.from(p, (value, j) => {
    const at = (by: number) =>
      f(
        named(
          each,
          p.map((own, i) => (i === j ? own + by : own)),
        ),
      );
    return richardson(at, 2 * (each.step ?? 5e-4) * (Math.abs(value) || 1), 2);
  });
}

for (const each of hybridSystems) {
  const { system, truth, times } = each;
  for (const method of system.mass ? (["rodas5p"] as const) : (["tsit5", "rodas5p"] as const)) {
    test(`${each.name}, ${method}: derivatives by all parameters and initial values agree with differences to ${agreement}`, () => {
      const question = questionOf(each);
      const options = { rtol: each.rtol ?? 1e-11, method };
      const [n, q] = [system.states.length, question.directions.count];
      const solution = solve(system, question, options);
      const { outcome, states, events } = solution;
      assert.ok(reachedEnd(outcome), JSON.stringify(outcome));
      assert.equal(solution.times.length, each.samples.length);
      if (each.events)
        assert.deepEqual(
          events.map(({ event }) => system.events!.names[event]),
          each.events,
        );
      compare(each, method, solution, differences(each, { ...question, directions: undefined }, options), "differences");
      if (truth) {
        const of = (p: Numbers) => each.samples.flatMap((t) => truth(p, t));
        const width = truth(named(each, system.p), each.samples[0]!).length;
        const expected = of(named(each, system.p));
        for (const [row, t] of each.samples.entries()) {
          for (let i = 0; i < width; i++) {
            const [value, exact] = [states[row * n + i]!, expected[row * width + i]!];
            assert.ok(Math.abs(value - exact) < 1e-8 * Math.max(1, Math.abs(exact)), `${system.states[i]} at ${t}: ${value}, not ${exact}`);
          }
        }
        if (width === n) compare(each, method, solution, slopes(each, of), "the closed form");
      }
      if (times) {
        const expected = times(named(each, system.p));
        assert.equal(events.length, expected.length);
        for (const [i, time] of expected.entries()) assert.ok(Math.abs(events[i]!.time - time) < 1e-8, `${events[i]!.time}, not ${time}`);
        const exact = slopes(each, times);
        for (const [i, { tangents }] of events.entries()) {
          assert.equal(tangents!.length, q);
          for (const [k, column] of exact.entries()) {
            const error = Math.abs(tangents![k]! - column[i]!) / Math.max(1, Math.abs(column[i]!));
            assert.ok(error < agreement, `event ${i} by ${system.parameters[k]}: ${tangents![k]}, not ${column[i]}`);
          }
        }
      }
    });
  }
}
