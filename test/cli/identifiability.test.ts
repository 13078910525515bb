/** `greybox check --identifiability`: what data could fix, before there is any. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../src/cli/run.ts";

let file = "";
before(async () => {
  const folder = await mkdtemp(join(tmpdir(), "greybox-"));
  file = join(folder, "drug.ts");
  await writeFile(
    file,
    `import { defineModel } from "greybox";
export const drug = defineModel({
  name: "drug", time: "h",
  parameters: { k: { value: 0.3, unit: "1/h", bounds: [0, 1] }, dose: { value: 100, unit: "mg" }, V: { value: 20, unit: "L", bounds: [1, 100] } },
  inputs: { T: "1" },
  states: { m: { unit: "mg", initial: "dose" } },
  derivatives: { m: "-k*T*m" },
  outputs: { c: { unit: "mg/L", is: "m/V" } },
});`,
  );
});
after(() => rm(join(file, ".."), { recursive: true }));

async function check(...args: readonly string[]) {
  const out: string[] = [];
  const code = await run(["check", file, "--identifiability", ...args], {
    out: (text) => out.push(text),
    err: (text) => out.push(text),
    interactive: false,
  });
  return { code, out: out.join("") };
}

test("by default the outputs are measured and parameters with bounds are looked for", async () => {
  const { code, out } = await check();
  assert.equal(code, 0, out);
  assert.match(out, /c fixes k and V/);
});

test("what cannot be fixed is said with what would help, and the command says no", async () => {
  const { code, out } = await check("--estimate", "k,dose,V");
  assert.equal(code, 1, out);
  assert.match(out, /dose and V cannot be told apart: only dose\/V is fixed/);
  assert.match(out, /To measure m as well would fix all/);
  const open = JSON.parse((await check("--unknown-initial", "m", "--measured", "c", "--json")).out);
  assert.deepEqual(open.models[0].unidentifiable, ["V", "m(0)"]);
  assert.equal((await check("--constant", "T")).code, 0);
});

test("a name that is not there is wrong use", async () => {
  const { code, out } = await check("--measured", "q");
  assert.equal(code, 2, out);
  assert.match(out, /has no observable "q"/);
});
