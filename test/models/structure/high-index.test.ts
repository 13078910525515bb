/** Matching, blocks and differentiation counts against exhaustive search and textbook cases; index reduction against the model it must equal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isGreyboxError } from "../../../src/core/index.ts";
import { evaluateExpression } from "../../../src/models/graph/evaluate.ts";
import { checkDefinition, defineModel, modelFromDefinition, parseExpression, reduceIndex, structureOf } from "../../../src/models/index.ts";
import { components } from "../../../src/models/structure/components.ts";
import { alongTime } from "../../../src/models/structure/differentiate.ts";
import { dulmageMendelsohn, largestMatching } from "../../../src/models/structure/matching.ts";
import { differentiations } from "../../../src/models/structure/pantelides.ts";
import { simulate } from "../../../src/solvers/index.ts";

const bipartite = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([rows, columns]) =>
    fc.tuple(
      fc.array(fc.subarray(Array.from({ length: columns }, (_, i) => i)), { minLength: rows, maxLength: rows }),
      fc.constant(columns),
    ),
  );

/** Largest number of rows that can be served, by trying everything. */
function exhaustive(rows: readonly (readonly number[])[], taken: ReadonlySet<number> = new Set()): number {
  const [first, ...rest] = rows;
  if (first === undefined) return 0;
  const served = first.filter((column) => !taken.has(column)).map((column) => 1 + exhaustive(rest, new Set([...taken, column])));
  return Math.max(exhaustive(rest, taken), ...served);
}

test("a matching is one, and none is larger", () => {
  fc.assert(
    fc.property(bipartite, ([rows, columns]) => {
      const { ofRow, ofColumn, size } = largestMatching(rows, columns);
      for (const [row, column] of ofRow.entries()) {
        if (column >= 0) assert.ok(rows[row]!.includes(column) && ofColumn[column] === row);
      }
      assert.equal(ofRow.filter((column) => column >= 0).length, size);
      assert.equal(size, exhaustive(rows));
    }),
    { seed: 71, numRuns: 500 },
  );
});

test("the overdetermined part has too few columns, the underdetermined one too few rows, and both account for all that is left over", () => {
  fc.assert(
    fc.property(bipartite, ([rows, columns]) => {
      const matching = largestMatching(rows, columns);
      const { overRows, overColumns, underColumns, underRows } = dulmageMendelsohn(rows, columns, matching);
      assert.equal(overRows.length - overColumns.length, rows.length - matching.size);
      assert.equal(underColumns.length - underRows.length, columns - matching.size);
      assert.ok(!overColumns.some((column) => underColumns.includes(column)));
    }),
    { seed: 72, numRuns: 500 },
  );
});

test("components are the sets that can reach each other, each after what it depends on", () => {
  const graphs = fc
    .integer({ min: 1, max: 7 })
    .chain((n) => fc.array(fc.subarray(Array.from({ length: n }, (_, i) => i)), { minLength: n, maxLength: n }));
  fc.assert(
    fc.property(graphs, (dependsOn) => {
      const reach = dependsOn.map((_, root) => {
        const found = new Set([root]);
        for (const node of found) for (const other of dependsOn[node]!) found.add(other);
        return found;
      });
      const known = new Set<number>();
      for (const component of components(dependsOn)) {
        for (const a of component)
          for (const b of dependsOn.keys()) assert.equal(component.includes(b), reach[a]!.has(b) && reach[b]!.has(a));
        for (const node of component) known.add(node);
        for (const node of component) for (const other of dependsOn[node]!) assert.ok(known.has(other));
      }
      assert.equal(known.size, dependsOn.length);
    }),
    { seed: 73, numRuns: 300 },
  );
  const chain = Array.from({ length: 20_000 }, (_, i) => (i > 0 ? [i - 1] : []));
  assert.equal(components(chain).length, chain.length);
});

test("equations of the pendulum are differentiated as often as in the paper of Pantelides", () => {
  // x, y, u, v with derivatives 4…7, and T: x' = u, y' = v, u' = T x, v' = T y − g, x² + y² = L².
  const structure = {
    equations: [
      [4, 2],
      [5, 3],
      [6, 8, 0],
      [7, 8, 1],
      [0, 1],
    ],
    derivativeOf: [4, 5, 6, 7, -1, -1, -1, -1, -1],
  };
  assert.deepEqual(differentiations(structure), [1, 1, 0, 0, 2]);
  assert.equal(differentiations({ equations: [[0], [0]], derivativeOf: [-1, -1] }), undefined);
});

test("a derivative along time is the slope of the expression along a trajectory", () => {
  const text = "exp(-a*x)*sin(y) + x^2/(1 + y^2) - sqrt(x)*log(y) + tanh(x*t) + cos(b)*cosh(y) + 2^a*tan(x/3)";
  const rates = { x: "y + t", y: "-x*a" };
  const parsed = new Map(Object.entries(rates).map(([name, rate]) => [name, parseExpression(rate)]));
  const explicit = new Map([["b", parseExpression("x*y")]]);
  const expression = parseExpression(text);
  const found = alongTime(expression, parsed, explicit, (name) => name === "a");
  assert.ok("derivative" in found);
  const at =
    (t: number, x: number, y: number) =>
    (name: string): number =>
      ({ t, x, y, a: 0.3, b: x * y })[name]!;
  const [t, x, y, h] = [0.4, 0.9, 1.3, 1e-6];
  const [dx, dy] = [y + t, -x * 0.3];
  const slope =
    (evaluateExpression(expression, at(t + h, x + h * dx, y + h * dy)) -
      evaluateExpression(expression, at(t - h, x - h * dx, y - h * dy))) /
    (2 * h);
  assert.ok(Math.abs(evaluateExpression(found.derivative, at(t, x, y)) - slope) < 1e-8);
  assert.deepEqual(
    alongTime(parseExpression("x*u"), parsed, explicit, () => false),
    { obstacle: "u" },
  );
  assert.deepEqual(
    alongTime(parseExpression("floor(x)"), parsed, explicit, () => false),
    { obstacle: "floor(…)" },
  );
});

const pendulum = {
  name: "pendulum",
  time: "s",
  parameters: { L: { value: 1, unit: "m" }, g: { value: 9.81, unit: "m/s^2" }, m: { value: 2, unit: "kg" } },
  states: {
    x: { unit: "m", initial: 0.6 },
    y: { unit: "m", initial: -0.8 },
    u: { unit: "m/s", initial: 0 },
    v: { unit: "m/s", initial: 0 },
  },
  algebraic: { force: { unit: "N", guess: 1, zero: "x^2 + y^2 - L^2" } },
  derivatives: { x: "u", y: "v", u: "-force*x/(m*L)", v: "-force*y/(m*L) - g" },
};

test("a pendulum in Cartesian coordinates is refused with its constraint, its states, its index and the first derivative", () => {
  const { problems } = checkDefinition(pendulum);
  assert.deepEqual(
    problems.map(({ code, where, equation, problem, remedy }) => [code, where, equation, problem, remedy]),
    [
      [
        "model/index",
        "algebraic.force",
        "x^2 + y^2 - L^2",
        'The implicit equation of "force" is a constraint on "x" and "y"; it determines "force" only after 2 derivatives with respect to time (structural index 3, supported is 1).',
        "`reduceIndex(definition)` differentiates it and makes 2 states algebraic. Its first derivative is 2*x*u + 2*y*v.",
      ],
    ],
  );
});

test("the pendulum of reduced index swings as the one in polar coordinates, and keeps its length", () => {
  const reduced = modelFromDefinition(reduceIndex(pendulum));
  const structure = structureOf(reduced);
  assert.deepEqual([structure.index, structure.counts.states, structure.counts.implicit], [1, 2, 3]);
  const polar = defineModel({
    name: "polar",
    time: "s",
    states: { angle: { unit: "1", initial: Math.atan2(0.6, 0.8) }, speed: { unit: "1/s", initial: 0 } },
    derivatives: { angle: "speed", speed: "-9.81 m/s^2 / 1 m * sin(angle)" },
  });
  const tight = { rtol: 1e-9, span: [0, 4] as const };
  const run = simulate(reduced, { ...tight, inputs: {} });
  const reference = simulate(polar, tight);
  assert.equal(run.outcome.kind, "success");
  for (const t of [0.5, 1, 1.7, 2.9, 4]) {
    const { x, y } = run.at(t) as Record<string, number>;
    assert.ok(Math.abs(x! - Math.sin(reference.at(t).angle)) < 1e-6, `x at ${t}`);
    assert.ok(Math.abs(x! ** 2 + y! ** 2 - 1) < 1e-6, `length at ${t}`);
  }
});

test("a tank kept full by its outflow is of index 2, and its reduction gives the outflow", () => {
  const definition = {
    name: "full",
    time: "min",
    parameters: { A: { value: 2, unit: "m^2" }, full: { value: 3, unit: "m" } },
    inputs: { qin: "m^3/min" },
    states: { h: { unit: "m", initial: 3 } },
    algebraic: { qout: { unit: "m^3/min", guess: 1, zero: "h - full" } },
    derivatives: { h: "(qin - qout)/A" },
  };
  assert.equal(checkDefinition(definition).problems[0]?.code, "model/index");
  const run = simulate(modelFromDefinition(reduceIndex(definition)), { span: [0, 1], inputs: { qin: 7 } });
  assert.ok(Math.abs((run.at(1) as Record<string, number>)["qout"]! - 7) < 1e-9);
  const following = {
    ...definition,
    inputs: { qin: "m^3/min", wanted: "m" },
    algebraic: { qout: { unit: "m^3/min", guess: 1, zero: "h - wanted" } },
  };
  assert.throws(
    () => reduceIndex(following),
    (error) => isGreyboxError(error, "model/index-reduction") && error.details.obstacle === "wanted",
  );
});

test("blocks come in an order in which they can be computed, with what is coupled told apart from what is not", () => {
  const guess = { unit: "1", guess: 1 };
  const model = modelFromDefinition({
    name: "blocks",
    time: "1",
    inputs: { u: "1" },
    states: { x: { unit: "1", initial: 1 } },
    algebraic: {
      last: { unit: "1", is: "a + alone" },
      a: { ...guess, zero: "b - a^2 + x" },
      b: { ...guess, zero: "a - middle" },
      middle: { unit: "1", is: "b*u" },
      alone: { ...guess, zero: "alone^3 - first" },
      first: { unit: "1", is: "x + u" },
    },
    derivatives: { x: "-last" },
  });
  const { index, blocks, counts, freedom, text } = structureOf(model);
  assert.equal(index, 1);
  assert.deepEqual([counts.equations, counts.unknowns, freedom], [7, 7, { initial: 1, inputs: 1, parameters: 0 }]);
  const of = (name: string) => blocks.findIndex(({ unknowns }) => unknowns.includes(name));
  assert.deepEqual([...(blocks[of("a")]?.unknowns ?? [])].sort(), ["a", "b", "middle"]);
  assert.equal(blocks[of("a")]?.kind, "coupled");
  assert.deepEqual(blocks[of("alone")], { kind: "implicit", unknowns: ["alone"], equations: ["algebraic.alone"] });
  assert.ok(of("first") < of("alone") && of("alone") < of("last") && of("a") < of("last"));
  assert.equal(blocks.at(-1)?.unknowns[0], "dx/dt");
  assert.ok(text.includes("Structural index 1.") && text.some((sentence) => sentence.includes("the largest of 3")));
});
