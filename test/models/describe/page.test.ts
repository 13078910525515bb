/** The page of a model: well-formed, complete, self-contained, the same for the same model, and safe whatever the names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeModel, sizeOfModel } from "../../../src/models/describe/index.ts";
import { partsOf } from "../../../src/models/describe/parts.ts";
import { family, renamed, repeated } from "../../../src/models/describe/repeated.ts";
import { array, compose, defineModel, modelFromDefinition, printExpression } from "../../../src/models/index.ts";
import { everything, hires, models, pollu } from "../fixtures.ts";
import { elements, readMarkup } from "./markup.ts";

const cell = defineModel({
  name: "cell",
  time: "s",
  parameters: { tau: { value: 2, unit: "s", bounds: [1, 10], physical: [0, 100], source: "drawing 17" } },
  inputs: { before: "K" },
  states: { T: { unit: "K", initial: 300, description: "temperature of the cell" } },
  derivatives: { T: "(before - T)/tau" },
});
const row = compose("row", {
  parts: { cells: array(40, cell) },
  inputs: { feed: "K" },
  connect: { "cells[1].before": "feed", "cells[i].before": "cells[i-1].T" },
});

test("pages of all kinds of models are well-formed, and every link leads somewhere", () => {
  for (const definition of [...models, cell.definition, row.definition]) {
    const page = describeModel(modelFromDefinition(definition));
    const all = [...elements(readMarkup(page))];
    const ids = all.flatMap(({ attributes }) => attributes["id"] ?? []);
    assert.equal(new Set(ids).size, ids.length, definition.name);
    const targets = all.flatMap(({ attributes }) => attributes["href"] ?? []);
    for (const target of targets) assert.ok(target.startsWith("#") && ids.includes(target.slice(1)), `${definition.name}: ${target}`);
    assert.equal(page, describeModel(modelFromDefinition(definition)));
  }
});

test("a page needs nothing from outside and runs nothing", () => {
  const page = describeModel(cell);
  assert.doesNotMatch(page, /<script|<link|<img|src=|url\(|@import|https?:|\bon[a-z]+=/);
});

test("everything that is declared is on the page", () => {
  const page = describeModel(modelFromDefinition(everything));
  const text = [...elements(readMarkup(page))].map((element) => element.text).join(" ");
  for (const part of ["parameters", "inputs", "states", "algebraic", "outputs", "events"] as const)
    for (const name of Object.keys(everything[part])) assert.ok(text.includes(name), `${part}.${name}`);
  const own = describeModel(cell);
  for (const said of ["temperature of the cell", "drawing 17", "1 … 10", "0 … 100", "0: ordinary differential equations", cell.hash])
    assert.ok(own.includes(said), said);
});

test("forty cells are one equation with a running index, beside the one at the inlet", () => {
  const page = describeModel(row);
  const equations = [...elements(readMarkup(page))].filter(({ attributes }) => attributes["class"] === "equation");
  assert.ok(equations.length <= 3, `${equations.length} equations`);
  assert.match(page, /<i>i<\/i>&nbsp;= 2&nbsp;…&nbsp;40/);
  assert.match(page, /cells\[1\]\.T<\/code> … <code>cells\[40\]\.T<\/code> \(40\)/);
  assert.ok(page.length < 60_000, `${page.length} characters`);
});

test("names that go with a quantity are no part; members of a row are one", () => {
  const unit = "1";
  const { definition } = modelFromDefinition({
    name: "m",
    time: "s",
    states: { "a.x": { unit, initial: { value: 1 } }, "a.y": { unit, initial: 0 }, z: { unit, initial: { value: 2 } } },
    algebraic: { "row[1].p": { unit, is: "z" }, "row[2].p": { unit, is: "z" } },
    derivatives: { "a.x": "0/(1 s)", "a.y": "0/(1 s)", z: "0/(1 s)" },
  });
  const part = partsOf(definition);
  assert.deepEqual(["a.x", "a.x.initial", "z", "z.initial", "row[2].p"].map(part), ["a", "a", "", "", "row[𝑖]"]);
});

test("what is told once stands for exactly the equations that it replaces", () => {
  const all = [...row.equations.derivatives, ...row.equations.algebraic].map(([name, expression]) => ({ name, expression }));
  const told = repeated(all);
  assert.ok(told.length < 6);
  const found = told.flatMap(({ name, expression, range, names }) => {
    if (range === undefined) return [`${name} = ${printExpression(expression)}`];
    const at = (own: string, i: number): string =>
      own.replace(/\[𝑖([+-]\d+)?\]/gu, (_, offset: string | undefined) => `[${i + Number(offset ?? 0)}]`);
    const written = names.map((_, k) => {
      const i = range[0] + k;
      return `${at(name, i)} = ${printExpression(renamed(expression, (used) => at(used, i)))}`;
    });
    assert.equal(range[1] - range[0] + 1, names.length);
    return written;
  });
  assert.deepEqual(found.sort(), all.map(({ name, expression }) => `${name} = ${printExpression(expression)}`).sort());
  assert.equal(family("cells[3].T[2]"), "cells[𝑖].T[𝑖]");
});

test("text from strangers is shown, not obeyed", () => {
  const evil = "<script>alert(1)</script>\" onload='x' &amp;";
  const page = describeModel(
    modelFromDefinition({
      ...cell.definition,
      name: evil,
      description: evil,
      states: { T: { unit: "K", initial: 300, description: evil } },
      parameters: { tau: { ...cell.definition.parameters["tau"]!, source: evil, description: evil } },
    }),
  );
  const all = [...elements(readMarkup(page))];
  assert.ok(all.every(({ name }) => name !== "script"));
  // Twice as a title, above and below the drawing, and with its state and its parameter.
  assert.equal(all.filter(({ text }) => text.includes("<script>alert(1)</script>")).length, 7);
});

test("sizes count operations as written and once shared, and the states that occur", () => {
  // (before − T)/tau: five nodes with its symbols; nothing is shared.
  assert.deepEqual(sizeOfModel(cell), { states: 1, written: 5, shared: 5, occurrences: 1 });
  const robust = [hires, pollu].map((definition) => sizeOfModel(modelFromDefinition(definition)));
  for (const { written, shared } of robust) assert.ok(shared < written);
  // Every reaction rate of POLLU is used in up to six balances, and is one product.
  assert.equal(robust[1]!.states, 20);
});
