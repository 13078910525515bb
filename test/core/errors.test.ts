/** The catalogue of failures against its documentation, in both directions. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { describeOutcome, failures, GreyboxError, isGreyboxError } from "../../src/core/index.ts";

const documented = [...readFileSync("docs/errors.md", "utf8").matchAll(/^\| `([a-z-]+\/[a-z-]+)` \|/gm)].map((match) => match[1] as string);

test("every code is documented, and every documented code exists", () => {
  assert.deepEqual(documented.toSorted(), Object.keys(failures).toSorted());
  assert.equal(new Set(documented).size, documented.length);
});

test("every code is raised somewhere in the source", () => {
  const source = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith(join("core", "failures")))
    .map((file) => readFileSync(join("src", file), "utf8"))
    .join("\n");
  assert.deepEqual(
    Object.keys(failures).filter((code) => !source.includes(`"${code}"`)),
    [],
  );
});

test("an error carries code, value and remedy in one line", () => {
  const error = new GreyboxError("signal/length", { times: 2, values: 1 });
  assert.equal(error.message, "A signal has 2 times but 1 values. Pass one value for each time, and at least one of each. [signal/length]");
  assert.deepEqual(error.details, { times: 2, values: 1 });
  assert.ok(isGreyboxError(error, "signal/length") && !isGreyboxError(error, "signal/order") && !isGreyboxError(new Error("x")));
});

test("an outcome reads as a sentence with time and state", () => {
  assert.match(describeOutcome({ kind: "non-finite", at: 3.5, state: "T" }), /"T".*t = 3\.5/);
});
