/** The decision page against the methods: every method has its line, and what the line says is so. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { solverDefaults } from "greybox/solvers";
import { methods } from "../../src/solvers/choose.ts";

const page = readFileSync("docs/choose-a-solver.md", "utf8");

test("every method has a line that says what it refuses", () => {
  for (const { name, order, sensitivities, events, algebraic } of Object.values(methods)) {
    const line = page.split("\n").find((text) => text.startsWith(`| \`${name}\``));
    assert.ok(line, name);
    const [, , , , orders, derivatives, happenings, constraints] = line
      .split("|")
      .map((cell) => cell.trim())
      .slice(0, 8)
      .map(String);
    assert.match(orders!, new RegExp(`\\b${order}\\b`));
    assert.equal(derivatives === "refused", !sensitivities);
    assert.equal(happenings === "refused", !events);
    assert.equal(/^(no|refused)$/.test(constraints!), !algebraic);
  }
});

test("the defaults on the page are those of the code", () => {
  assert.ok(page.includes(`\`rtol\` (default ${solverDefaults.rtol.toExponential()})`));
  assert.equal(solverDefaults.atolShare, 1 / 100);
});
