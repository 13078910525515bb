/** `greybox check --gradients`: right derivatives, one that is wrong, and what it asks for. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { defineModel } from "greybox";
import { checkGradients } from "../../src/cli/gradients.ts";
import { run } from "../../src/cli/run.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "greybox-"));
  await writeFile(
    join(folder, "tank.ts"),
    `import { defineModel } from "greybox";
export const tank = defineModel({
  name: "tank", time: "s",
  parameters: { k: { value: 0.5, unit: "1/s" }, top: { value: 2, unit: "m" } },
  inputs: { feed: "m/s" },
  states: { h: { unit: "m", initial: "0.5*top" } },
  derivatives: { h: "feed - k*h" },
  events: { spill: { when: "h - top", direction: "rising", then: { h: "0.5*h" } } },
});`,
  );
});
after(() => rm(folder, { recursive: true }));

async function greybox(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text), interactive: false });
  return { code, out: out.join(""), err: err.join(""), json: () => JSON.parse(out.join("")) };
}

test("derivatives of a model, of its events and of a run through one are confirmed", async () => {
  const args = ["check", join(folder, "tank.ts"), "--gradients", "--input", "feed=1.5", "--span", "0:3"];
  const { code, out } = await greybox(...args);
  assert.equal(code, 0, out);
  assert.match(out, /ok {2}the derivatives of tank are those of its functions/);
  const { ok, models } = (await greybox(...args, "--json")).json();
  assert.equal(ok, true);
  const of = models[0].rows.map((row: { of: string }) => row.of).sort();
  assert.deepEqual(of, ["initial", "jacobian", "jacobian against rhs", "observe", "rhs", "run by k", "run by top", "then spill", "when"]);
});

test("an input without a value is asked for, with exit code 2", async () => {
  const { code, err } = await greybox("check", join(folder, "tank.ts"), "--gradients");
  assert.equal(code, 2);
  assert.match(err, /feed/);
});

test("a wrong derivative is found, named and not ok", () => {
  const model = defineModel({
    name: "decay",
    time: "s",
    parameters: { k: { value: 1, unit: "1/s" } },
    states: { x: { unit: "1", initial: 1 } },
    derivatives: { x: "-k*x" },
  });
  const broken: typeof model = {
    ...model,
    system(request) {
      const system = model.system(request);
      const tangent: typeof system.rhs.tangent = (t, x, u, p, along, out) => {
        system.rhs.tangent(t, x, u, p, along, out);
        for (let k = 0; k < along.count; k++) out[k]! *= 1.001;
      };
      return { ...system, rhs: { ...system.rhs, tangent } };
    },
  };
  const options = { inputs: {}, parameters: {}, span: undefined };
  assert.equal(checkGradients(model, options).ok, true);
  const { ok, rows } = checkGradients(broken, options);
  assert.equal(ok, false);
  assert.equal(rows.find((row) => row.of === "rhs")?.ok, false);
  assert.equal(rows.find((row) => row.of === "observe")?.ok, true);
});
