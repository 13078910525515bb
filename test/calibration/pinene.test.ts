/** The isomerisation of alpha-pinene: measured data with a published answer. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { calibrate } from "../../src/calibration/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

const folder = process.env["GREYBOX_DATA"] ?? "../shared/data";
const file = `${folder}/cops_kinetics/pinene.csv`;
const skip = existsSync(file) ? false : `${file} is absent`;

const rate = { value: 1e-4, unit: "1/min", bounds: [1e-6, 1e-2], scale: "log" } as const;
const pinene = defineModel({
  name: "alpha-pinene",
  time: "min",
  parameters: { p1: rate, p2: rate, p3: rate, p4: rate, p5: rate },
  states: {
    y1: { unit: "1", initial: 100 },
    y2: { unit: "1", initial: 0, nominal: 10 },
    y3: { unit: "1", initial: 0, nominal: 10 },
    y4: { unit: "1", initial: 0, nominal: 10 },
    y5: { unit: "1", initial: 0, nominal: 10 },
  },
  derivatives: {
    y1: "-(p1 + p2)*y1",
    y2: "p1*y1",
    y3: "p2*y1 - (p3 + p4)*y3 + p5*y5",
    y4: "p3*y3",
    y5: "p4*y3 - p5*y5",
  },
});

test("alpha-pinene reaches the published sum of squares from most starts over two decades", { skip }, async () => {
  const [, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const rows = lines.map((line) => line.split(",").map(Number));
  const time = rows.map(([t]) => t!);
  const columns = Object.fromEntries(
    [1, 2, 3, 4, 5].map((k) => [
      `y${k}`,
      measured(
        time,
        rows.map((row) => row[k]!),
        { sigma: 1 },
      ),
    ]),
  );
  const fit = await calibrate({
    model: pinene,
    windows: [window("Fuguitt and Hawkins", "min", columns)],
    estimate: ["p1", "p2", "p3", "p4", "p5"],
    starts: 20,
    seed: 1,
  });
  const published = 19.872166933983415;
  const reached = fit.starts.filter(({ cost }) => cost !== undefined && Math.abs(2 * cost - published) < 1e-5);
  // One or two fall into a minimum at the bound of p2, with a sum of squares of 3e4.
  assert.ok(reached.length >= 18, `${reached.length} of 20`);
  const theta = [5.925848768860714e-5, 2.963402111169491e-5, 2.0472841311693878e-5, 0.0002744679046152152, 3.997948826244253e-5];
  for (const [j, rate] of theta.entries()) {
    const { value, identifiable } = fit.parameters[`p${j + 1}` as "p1"];
    assert.ok(identifiable && Math.abs(value / rate - 1) < 1e-6, `p${j + 1} = ${value}`);
  }
});
