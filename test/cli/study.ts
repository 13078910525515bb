/** A folder with what a modeler would have: a study, a record of the plant, and a broken model. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { valueAt } from "../../src/core/index.ts";
import { record } from "../sensors/chain.ts";

const model = `
import { bind, defineModel, residual, ridge } from "greybox";

export const tank = defineModel({
  name: "tank",
  time: "min",
  parameters: {
    V: { value: 90, unit: "L", bounds: [50, 200] },
    rhoCp: { value: 4180, unit: "J/L/K" },
  },
  inputs: { q: "L/min", Tin: "K", Q: "W" },
  states: { T: { unit: "K", initial: 310 } },
  derivatives: { T: "q/V*(Tin - T) + Q*60 s/min/(V*rhoCp)" },
});

export const binding = bind(tank, {
  q: { tag: "FIC1", unit: "m^3/h" },
  Tin: { tag: "TI1", unit: "degC" },
  Q: { tag: "QI1", unit: "kW" },
  T: { tag: "TI2", unit: "degC", sigma: 0.2 },
});
export const historian = { file: "plant.csv" };
export const estimate = ["V"];
export const initial = { T: "measured" };
export const correction = residual({ on: "T", from: ["q", "Tin", "Q", "T"], learner: ridge() });
export { correction as residual };
`;

/** Its solution ends at t = 1/k, before the data does, whatever k the bounds allow. */
const hopeless = `
import { bind, defineModel } from "greybox";
export const explosion = defineModel({
  name: "explosion",
  time: "s",
  parameters: { k: { value: 1, unit: "1/s", bounds: [0.9, 1.1] } },
  inputs: { q: "L/min" },
  states: { x: { unit: "K", initial: 1 } },
  derivatives: { x: "k*x*x/1 K" },
});
export const binding = bind(explosion, { q: { tag: "FIC1", unit: "m^3/h" }, x: { tag: "TI2", unit: "degC", sigma: 0.2 } });
export const historian = "plant.csv";
export const estimate = ["k"];
`;

/** A day's shift of the tank of the chain, one row every two minutes, in units of the plant. */
export async function makeStudy(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "greybox-cli-"));
  const window = record("monday", 800, 5);
  const { T } = window.measured;
  const rows = Array.from(T?.time ?? [], (t, i) => {
    const [q = 0, Tin = 0, Q = 0] = ["q", "Tin", "Q"].map((name) => valueAt(window.inputs[name]!, t));
    const stamp = new Date((window.epoch + 60 * t) * 1000).toISOString();
    return [stamp, (q * 60) / 1000, Tin - 273.15, Q / 1000, (T?.value[i] ?? 0) - 273.15].join(",");
  });
  await writeFile(join(folder, "plant.csv"), `time,FIC1,TI1,QI1,TI2\n${rows.join("\n")}\n`);
  await writeFile(join(folder, "study.ts"), model);
  await writeFile(join(folder, "broken.ts"), model.replace("(Tin - T)", "(Tin - TT)").replace("Q*60 s/min", "Q"));
  await writeFile(join(folder, "two.ts"), `export { tank } from "./study.ts"; export { other } from "./other.ts";`);
  await writeFile(
    join(folder, "other.ts"),
    `import { defineModel } from "greybox"; export const other = defineModel({ name: "other", time: "s", states: { x: { unit: "1", initial: 1 } }, derivatives: { x: "x*x/1 s" } });`,
  );
  await writeFile(join(folder, "hopeless.ts"), hopeless);
  await writeFile(join(folder, "empty.ts"), "export const answer = 42;");
  await writeFile(join(folder, "syntax.ts"), "export const = 1;");
  return folder;
}
