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
    onProgress: () => {},
  });
  console.log(
    fit.cost * 2,
    fit.termination,
    fit.verdict,
    fit.starts.map((s) => [s.cost! * 2, s.evaluations, s.termination.kind].join(" ")),
  );
  console.log(fit.parameters, fit.loose, fit.tags);
  assert.ok(Math.abs(2 * fit.cost - 19.872166933983415) < 1e-6);
});
