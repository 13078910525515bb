/** Tables in equations: exact properties of the interpolants, generated code against the reference, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { instantiate, instantiateWebAssembly } from "../../../src/kernel/index.ts";
import { checkDefinition, defineModel, describeProblem, modelFromDefinition, modelKernels } from "../../../src/models/index.ts";
import { piecesOf, readTable, type Table } from "../../../src/models/language/table.ts";
import { simulate } from "../../../src/solvers/index.ts";
import { apart, ridders } from "../differences.ts";

const table = (x: readonly number[], values: readonly number[], more: Partial<Table> = {}): Table => ({
  name: "f",
  x,
  y: undefined,
  values: values.map((value) => [value]),
  method: "monotone",
  outside: "hold",
  unit: { x: "1", y: undefined, value: "1" },
  ...more,
});

const points = fc
  .array(fc.tuple(fc.double({ min: 0.01, max: 5, noNaN: true }), fc.double({ min: -10, max: 10, noNaN: true })), {
    minLength: 2,
    maxLength: 12,
  })
  .map((steps) => {
    let at = -3;
    const x = steps.map(([width]) => (at += width));
    return table(
      x,
      steps.map(([, value]) => value),
    );
  });

test("a monotone table goes through its points, has a continuous slope, and stays between neighbours", () => {
  fc.assert(
    fc.property(points, fc.double({ min: 0, max: 1, noNaN: true }), (f, share) => {
      const pieces = piecesOf(f);
      for (const [i, [c0, c1, c2, c3]] of pieces.entries()) {
        const h = f.x[i + 1]! - f.x[i]!;
        const [left, right] = [f.values[i]![0]!, f.values[i + 1]![0]!];
        const scale = 1 + Math.abs(left) + Math.abs(right);
        assert.equal(c0, left);
        assert.ok(Math.abs(c0 + h * (c1 + h * (c2 + h * c3)) - right) < 1e-12 * scale);
        const next = pieces[i + 1];
        if (next) assert.ok(Math.abs(c1 + h * (2 * c2 + 3 * h * c3) - next[1]) < 1e-9 * (scale / h));
        const value = readTable(f, [f.x[i]! + share * h]);
        assert.ok(value >= Math.min(left, right) - 1e-12 * scale && value <= Math.max(left, right) + 1e-12 * scale);
      }
    }),
    { seed: 81, numRuns: 500 },
  );
});

test("a monotone table is exact on straight lines and of third order or better on smooth monotone curves", () => {
  const line = table([0, 1, 3, 3.5], [2, 5, 11, 12.5]);
  assert.ok([0.3, 2.2, 3.4].every((x) => Math.abs(readTable(line, [x]) - (2 + 3 * x)) < 1e-14));
  const worst = (n: number): number => {
    const x = Array.from({ length: n + 1 }, (_, i) => i / n);
    const f = table(x, x.map(Math.exp));
    return Math.max(...Array.from({ length: 997 }, (_, i) => Math.abs(readTable(f, [i / 996]) - Math.exp(i / 996))));
  };
  assert.ok(Math.log2(worst(20) / worst(40)) > 2.7, `order ${Math.log2(worst(20) / worst(40))}`);
});

const definition = {
  name: "tables",
  time: "s",
  tables: {
    cp: { unit: { x: "K", value: "J/K" }, x: [280, 300, 310, 350], values: [10, 14, 13, 20], method: "monotone" },
    line: { unit: { x: "K", value: "J/K" }, x: [280, 300, 310, 350], values: [10, 14, 13, 20], outside: "extend" },
    far: { unit: { x: "K", value: "J/K" }, x: [280, 300, 350], values: [10, 14, 20], method: "monotone", outside: "extend" },
    map: {
      unit: { x: "K", y: "bar", value: "J/K" },
      x: [280, 300, 350],
      y: [1, 2],
      values: [
        [1, 2],
        [3, 5],
        [4, 9],
      ],
    },
    wide: {
      unit: { x: "K", y: "bar", value: "J/K" },
      x: [280, 350],
      y: [1, 2],
      values: [
        [1, 2],
        [3, 5],
      ],
      outside: "extend",
    },
    hard: { unit: { x: "K", value: "J/K" }, x: [200, 400], values: [1, 3], outside: "refuse" },
  },
  parameters: { tau: { value: 2, unit: "s" } },
  inputs: { p: "bar" },
  states: { T: { unit: "K", initial: 305 } },
  algebraic: {
    a: { unit: "J/K", is: "lookup(cp, T)" },
    b: { unit: "J/K", is: "lookup(line, T)" },
    c: { unit: "J/K", is: "lookup(far, T)" },
    d: { unit: "J/K", is: "lookup(map, T, p)" },
    e: { unit: "J/K", is: "lookup(wide, T, p)" },
    f: { unit: "J/K", is: "lookup(hard, T)" },
  },
  derivatives: { T: "-T/tau * (a + b + c + d + e + f)/(1 J/K)" },
} as const;

test("tables in generated JavaScript and WebAssembly agree with the reference, within the data and beyond, and have exact derivatives", () => {
  const model = modelFromDefinition(definition);
  const system = model.system();
  const tables = new Map(["a", "b", "c", "d", "e", "f"].map((name) => [name, model.equations.algebraic.get(name)!]));
  const out = new Float64Array(system.observables.length);
  const slope = new Float64Array(out.length);
  const u = Float64Array.of(1.3);
  const along = { count: 1, dt: new Float64Array(1), dx: Float64Array.of(1), du: new Float64Array(1), dp: new Float64Array(0) };
  const reference = (name: string, T: number): number => {
    const found = tables.get(name)!;
    assert.equal(found.op, "lookup");
    return readTable((found as { data: Table }).data, [T, u[0]!]);
  };
  for (const T of [230, 279, 280, 281, 299.5, 300, 305, 310, 333, 350, 377]) {
    system.observe.evaluate(0, Float64Array.of(T), u, system.p, out);
    system.observe.tangent(0, Float64Array.of(T), u, system.p, along, slope);
    for (const name of tables.keys()) {
      const i = system.observables.indexOf(name);
      assert.ok(apart(out[i]!, reference(name, T)) < 1e-14, `${name} at ${T}: ${out[i]} is not ${reference(name, T)}`);
      if ([280, 300, 310, 350].includes(T)) continue;
      const { value, error } = ridders((x) => reference(name, x), T, 0.2);
      assert.ok(Math.abs(slope[i]! - value) < 1e-9 + 10 * error, `slope of ${name} at ${T}: ${slope[i]} is not ${value}`);
    }
  }
  const { rhs } = modelKernels(model);
  const [javascript, webassembly] = [instantiate(rhs), instantiateWebAssembly(rhs)];
  for (const T of [150, 279, 305, 420]) {
    const [left, right] = [new Float64Array(1), new Float64Array(1)];
    javascript(0, Float64Array.of(T), u, system.p, left);
    webassembly(0, Float64Array.of(T), u, system.p, right);
    assert.ok(Object.is(left[0], right[0]));
    assert.equal(Number.isNaN(left[0]), T < 200 || T > 400);
  }
});

test("a run that leaves a table that refuses ends there, and says so", () => {
  const leaving = modelFromDefinition({
    name: "leaving",
    time: "s",
    tables: { f: { unit: { x: "1", value: "1/s" }, x: [0, 2], values: [1, 1], outside: "refuse" } },
    states: { x: { unit: "1", initial: 1 } },
    derivatives: { x: "lookup(f, x)" },
  });
  const { outcome } = simulate(leaving, { span: [0, 5], inputs: {} });
  assert.equal(outcome.kind, "non-finite");
  assert.ok("at" in outcome && Math.abs(outcome.at - 1) < 1e-3);
});

test("a table is found by name and travels with the model", () => {
  const model = modelFromDefinition(definition);
  assert.equal(modelFromDefinition(JSON.parse(JSON.stringify(model.definition))).hash, model.hash);
  const typed = defineModel({
    name: "typed",
    time: "s",
    tables: { cp: { unit: { x: "K", value: "1/s" }, x: [280, 300], values: [1, 2] } },
    states: { T: { unit: "K", initial: 290 } },
    derivatives: { T: "-lookup(cp, T)*T" },
  });
  assert.deepEqual(typed.system().states, ["T"]);
});

test("what is wrong with a table or its use is told with the table, the argument and the units", () => {
  const told = (tables: object, T: string): string[] =>
    checkDefinition({
      name: "m",
      time: "s",
      tables,
      states: { x: { unit: "degC", initial: 20 }, p: { unit: "1", initial: 1 } },
      derivatives: { x: T, p: "0" },
    }).problems.map(describeProblem);
  const cp = { unit: { x: "K", value: "K/s" }, x: [1, 2], values: [3, 4] };
  const first = (tables: object, T = "lookup(cp, 3 K)"): string => {
    const [only, ...others] = told(tables, T);
    assert.deepEqual(others, []);
    return only ?? "";
  };
  assert.equal(first({ cp }), "");
  assert.match(first({ cp }, "lookup(cpp, 3 K)"), /column 8: There is no table "cpp"\. Did you mean "cp"\?/);
  assert.match(first({ cp }, "lookup(cp, 3 K, p)"), /table "cp" is read at one value, x; two are given/);
  assert.match(
    first({ cp }, "lookup(cp, x)"),
    /"x" of table "cp" is in K; the equation gives degC \[K\]\. The two scales start at different zeros/,
  );
  assert.match(first({ cp }, "lookup(cp, 3)"), /gives the bare number 3\. Write "3 K"/);
  assert.match(first({ cp }, "cp*3"), /"cp" cannot be used here: it is a table, which is read by lookup/);
  assert.match(first({ cp: { ...cp, x: [2, 1] } }), /`x` does not increase from 2 to 1/);
  assert.match(first({ cp: { ...cp, values: [3] } }), /`values` has 1 entries for 2 values of x/);
  assert.match(first({ cp: { ...cp, y: [1, 2] } }), /`y` is given, but not `unit\.y`/);
  assert.match(first({ cp: { ...cp, values: [[1], [2]] } }), /`values` has rows, but there is no `y`/);
  assert.match(first({ cp: { ...cp, values: [1, Number.NaN] } }), /Expected finite numbers, or rows of them/);
  assert.match(first({ cp: { ...cp, unit: { x: "Kx", value: "K/s" } } }), /"Kx" is not a unit/);
  assert.match(
    first({ cp: { ...cp, x: Array.from({ length: 2001 }, (_, i) => i), values: Array(2001).fill(1) } }),
    /2001 values, 2000 are allowed/,
  );
  assert.match(first({ cp, p: cp }), /"p" is declared already under `states`|"p" is declared already/);
});

test("a delay is read and checked, and becomes one more input of every function", () => {
  const raw = {
    name: "late",
    time: "min",
    parameters: { tau: { value: 3, unit: "min" }, k: { value: 1, unit: "1/min" } },
    inputs: { u: "1" },
    states: { x: { unit: "1", initial: 0 } },
    algebraic: { a: { unit: "1", is: "2*x + delay(u, 1 min)" }, z: { unit: "1", guess: 0, zero: "z - x" } },
    derivatives: { x: "k*(delay(u, 2*tau) - x)" },
  };
  assert.deepEqual(checkDefinition(raw).problems, []);
  const { delays, inputs, rhs, kernels } = modelFromDefinition(raw).system({ active: ["tau"] });
  assert.deepEqual([inputs, delays!.names], [["u"], ["delay(u, 1 min)", "delay(u, 2*tau)"]]);
  assert.equal(kernels, undefined);
  const [x, u, p, out] = [Float64Array.of(2, 0), Float64Array.of(7, 8, 9), Float64Array.of(3, 1), new Float64Array(2)];
  rhs.evaluate(0, x, u, p, out);
  assert.equal(out[0], 9 - 2);
  delays!.lag.evaluate(0, x, u, p, out);
  assert.deepEqual([...out], [1, 6]);
  const along = { count: 1, dt: new Float64Array(1), dx: new Float64Array(2), du: Float64Array.of(0, 0, 1), dp: new Float64Array(1) };
  rhs.tangent(0, x, u, p, along, out);
  assert.equal(out[0], 1);

  const problemOf = (x: string): string =>
    checkDefinition({ ...raw, derivatives: { x } })
      .problems.map(describeProblem)
      .join("\n");
  assert.match(problemOf("k*delay(z, tau)"), /"z" is solved for at each instant, and its past is not kept/);
  assert.match(problemOf("k*delay(a + z, tau)"), /"z" is solved for at each instant/);
  assert.match(problemOf("delay(k, tau)*x"), /k has no past: there is neither an input nor a state in it/);
  assert.match(problemOf("k*delay(x, tau*x)"), /its time depends on "x", which is not a parameter/);
  assert.match(problemOf("k*delay(x, tau*a)"), /its time depends on "x", which is not a parameter/);
  assert.match(problemOf("k*delay(x, 3 s)"), /The time of a delay is in min \[s\]; the equation gives s\. Divide 3 s by 60 s\/min/);
});

test("what is made of delayed values is delayed as its parts are", () => {
  const system = (x: string) =>
    modelFromDefinition({
      name: "late",
      time: "min",
      parameters: { tau: { value: 3, unit: "min" }, k: { value: 1, unit: "1/min" } },
      inputs: { u: "1" },
      states: { x: { unit: "1", initial: 0 } },
      algebraic: { a: { unit: "1", is: "2*x + delay(u, 1 min)" } },
      derivatives: { x },
    }).system();
  const { delays, rhs } = system("k*delay(a^2 + t/(1 min), tau) - k*delay(x, tau)");
  // The delay of `a` at no lag comes first, because the equation of `a` does.
  assert.deepEqual(delays!.names, ["delay(u, 1 min)", "delay(x, tau)", "delay(u, tau + 1 min)"]);
  const [u, out] = [Float64Array.of(0, 11, 5, 7), new Float64Array(1)];
  rhs.evaluate(10, new Float64Array(1), u, Float64Array.of(3, 1), out);
  assert.equal(out[0], (2 * 5 + 7) ** 2 + (10 - 3) - 5);
  assert.deepEqual(system("k*delay(delay(x, tau), 2*tau)").delays!.names, ["delay(u, 1 min)", "delay(x, 2*tau + tau)"]);
});
