/** `greybox steady` on the reactor of the documentation, which has one steady state or three. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../src/cli/run.ts";

let folder = "";
let file = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "greybox-cli-steady-"));
  file = join(folder, "reactor.ts");
  await writeFile(
    file,
    `import { defineModel } from "greybox";
export const reactor = defineModel({
  name: "cstr", time: "min",
  parameters: { k0: { value: 7.2e10, unit: "1/min" }, EoverR: { value: 8750, unit: "K" }, V: { value: 100, unit: "L" }, dH: { value: -5e4, unit: "J/mol" },
    rhoCp: { value: 239, unit: "J/L/K" }, UA: { value: 5e4, unit: "J/min/K" } },
  inputs: { q: "L/min", cF: "mol/L", TF: "K", Tc: "K" },
  states: { cA: { unit: "mol/L", initial: 0.5, min: 0 }, T: { unit: "K", initial: 350 } },
  algebraic: { k: { unit: "1/min", is: "k0 * exp(-EoverR/T)" } },
  derivatives: { cA: "q/V*(cF - cA) - k*cA", T: "q/V*(TF - T) - dH/rhoCp*k*cA + UA/(V*rhoCp)*(Tc - T)" },
});
`,
  );
});
after(() => rm(folder, { recursive: true, force: true }));

const inputs = ["--input", "q=100", "--input", "cF=1", "--input", "TF=350"];

async function cli(...words: string[]): Promise<{ readonly code: number; readonly out: string }> {
  let out = "";
  const code = await run(words, { out: (text) => (out += text), err: () => {}, interactive: false });
  return { code, out };
}

test("all steady states at given inputs, with their stability", async () => {
  const { code, out } = await cli("steady", file, ...inputs, "--input", "Tc=302", "--json");
  assert.equal(code, 0, out);
  const { states } = JSON.parse(out) as { states: { values: { T: number }; stable: boolean }[] };
  assert.deepEqual(states.map(({ values }) => values.T.toFixed(1)).sort(), ["328.7", "343.5", "373.6"]);
  assert.equal(states.find(({ values }) => Math.abs(values.T - 343.5) < 1)?.stable, false);
});

test("the curve over an input, with its turning points, as a table and as JSON", async () => {
  const words = ["steady", file, ...inputs, "--vary", "Tc", "--range", "280:320"];
  const table = await cli(...words);
  assert.match(table.out, /fold at Tc = 298\.0/);
  assert.match(table.out, /unstable/);
  const { special } = JSON.parse((await cli(...words, "--json")).out) as { special: { kind: string; at: number }[] };
  assert.deepEqual(
    special.map(({ kind, at }) => `${kind} ${at.toFixed(2)}`),
    ["fold 298.08", "fold 303.23", "hopf 306.22"],
  );
});

test("a name that is neither parameter nor input is refused with the nearest", async () => {
  const { code, out } = await cli("steady", file, ...inputs, "--vary", "TC", "--range", "280:320", "--json");
  assert.equal(code, 2);
  assert.match(out, /Tc/);
});
