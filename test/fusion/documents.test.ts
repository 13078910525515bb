/** The decision pages name everything there is to choose from, and the defaults they state are those of the code. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { defaults } from "../../src/fusion/filters/filter.ts";
import { ekf, gaussianProcess, network, pls, ridge, ukf } from "../../src/fusion/index.ts";
import { gaussianProcessDefaults } from "../../src/fusion/learners/gaussian-process.ts";
import { networkDefaults } from "../../src/fusion/learners/network.ts";
import { learnerKinds } from "../../src/fusion/learners/registry.ts";

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");

test("every learner has a line in docs/choose-a-learner.md", () => {
  const names = { ridge, pls, "gaussian-process": gaussianProcess, network };
  assert.deepEqual(Object.keys(names), learnerKinds);
  for (const [kind, make] of Object.entries(names)) {
    assert.equal(make().kind, kind);
    assert.ok(page("choose-a-learner.md").includes(`| \`${make.name}()\` |`), make.name);
  }
});

test("every filter has a line in docs/choose-a-filter.md", () => {
  for (const make of [ekf, ukf]) assert.ok(page("choose-a-filter.md").includes(`| \`${make.name}()\` |`), make.name);
});

test("the defaults that the pages state are those of the code", () => {
  const filters = page("choose-a-filter.md");
  assert.ok(
    filters.includes(`more than ${defaults.gate} standard deviations`) && filters.includes(`after ${defaults.patience} such values`),
  );
  assert.ok(
    filters.includes(`${100 * defaults.noiseShare} % of its\n  nominal`) &&
      filters.includes(`${100 * defaults.initialShare} % of the nominal`),
  );
  assert.ok(page("choose-a-learner.md").includes(`it draws ${gaussianProcessDefaults.points / 1000} 000`));
  assert.ok(page("notes/0064-tensorflow.md").includes(`${networkDefaults.updates / 1000} 000 updates are the default`));
});
