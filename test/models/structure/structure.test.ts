/** Order and structural index: against an exhaustive search on small random structures, and on textbook cases. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkDefinition, type Expression, namesIn } from "../../../src/models/index.ts";
import { structuralDefect } from "../../../src/models/structure/index-one.ts";
import { dependencyOrder } from "../../../src/models/structure/order.ts";

const sumOf = (names: readonly string[]): Expression =>
  names.reduce<Expression>((left, name) => ({ op: "add", left, right: { op: "name", name } }), { op: "number", value: 1 });

/** Which names each of n quantities depends on. */
const structure = fc
  .integer({ min: 1, max: 6 })
  .chain((n) => fc.array(fc.subarray(Array.from({ length: n }, (_, i): string => `v${i}`)), { minLength: n, maxLength: n }))
  .map((uses) => new Map<string, Expression>(uses.map((names, i) => [`v${i}`, sumOf(names)])));

test("explicit quantities are ordered after what they depend on, or a cycle is named that is one", () => {
  let cyclic = 0;
  fc.assert(
    fc.property(structure, (equations) => {
      const result = dependencyOrder(equations);
      if (result.kind === "ordered") {
        const before = new Set<string>();
        for (const [name, expression] of result.equations) {
          for (const used of namesIn(expression)) assert.ok(before.has(used), `${name} needs ${used}`);
          before.add(name);
        }
        assert.equal(before.size, equations.size);
        return;
      }
      cyclic += 1;
      for (const cycle of result.cycles) {
        for (const [i, name] of cycle.entries()) assert.ok(namesIn(equations.get(name)!).has(cycle[(i + 1) % cycle.length]!));
      }
    }),
    { seed: 61, numRuns: 500 },
  );
  assert.ok(cyclic > 50 && cyclic < 500);
});

function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((p) => Array.from({ length: n }, (_, at) => [...p.slice(0, at), n - 1, ...p.slice(at)]));
}

test("a structure is singular exactly when no assignment of quantities to equations exists", () => {
  let singular = 0;
  fc.assert(
    fc.property(structure, (implicit) => {
      const names = [...implicit.keys()];
      const uses = names.map((name) => namesIn(implicit.get(name)!));
      const solvable = permutations(names.length).some((p) => p.every((quantity, equation) => uses[equation]!.has(names[quantity]!)));
      const defect = structuralDefect(new Map(), implicit);
      assert.equal(defect === undefined, solvable);
      if (!defect) return;
      singular += 1;
      // Hall's condition is broken by the equations named, and what they contain is what is listed.
      const contained = new Set(defect.equations.flatMap((name) => [...namesIn(implicit.get(name)!)]));
      assert.deepEqual(new Set(defect.contained), contained);
      assert.ok(contained.size < defect.equations.length && defect.undetermined.length > 0);
      assert.ok(defect.undetermined.every((name) => !contained.has(name)));
    }),
    { seed: 62, numRuns: 500 },
  );
  assert.ok(singular > 50 && singular < 450);
});

const implicitModel = (algebraic: object) =>
  checkDefinition({
    name: "m",
    time: "1",
    inputs: { u: "1" },
    states: { x: { unit: "1", initial: 1 }, y: { unit: "1", initial: 0 } },
    algebraic,
    derivatives: { x: "y", y: "-x" },
  }).problems;

test("an implicit quantity may be reached through explicit ones, and in another's equation", () => {
  const guess = { unit: "1", guess: 1 };
  assert.deepEqual(implicitModel({ a: { ...guess, zero: "b - x" }, b: { ...guess, zero: "a - y" } }), []);
  assert.deepEqual(implicitModel({ a: { ...guess, zero: "f - x" }, f: { unit: "1", is: "g^2" }, g: { unit: "1", is: "a + u" } }), []);
});

test("a constraint between states alone, as that of a pendulum, is refused with what is left undetermined", () => {
  const [problem, ...others] = implicitModel({ lambda: { unit: "1", guess: 1, zero: "x^2 + y^2 - 1" } });
  assert.deepEqual(
    [problem?.code, problem?.where, problem?.equation, others.length],
    ["model/singular", "algebraic.lambda", "x^2 + y^2 - 1", 0],
  );
  assert.equal(problem?.problem, 'The implicit equation of "lambda" contains no implicit quantity, so nothing determines "lambda".');
  const guess = { unit: "1", guess: 1 };
  const [two] = implicitModel({ a: { ...guess, zero: "a - x" }, b: { ...guess, zero: "a + y" }, c: { ...guess, zero: "c + b" } });
  assert.equal(two?.problem, 'The implicit equations of "a" and "b" contain only "a", so nothing determines "b" and "c".');
});
