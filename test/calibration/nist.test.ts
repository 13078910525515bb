/** The 27 nonlinear regression problems of NIST's Statistical Reference Datasets, from both published starts. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { calibrate } from "../../src/calibration/index.ts";
import { formulas, nistProblem } from "./nist.ts";

const folder = `${process.env["GREYBOX_DATA"] ?? "../shared/data"}/nist_strd`;
const skip = existsSync(folder) ? false : `${folder} is absent`;

/**
 * The file at hand gives b1 of Roszman1 as 1.20196866396E-0; NIST certifies 2.0196866396E-01, which alone reproduces the certified
 * sum of squares.
 */
const misprints: Readonly<Record<string, number>> = { "Roszman1 b1": 0.20196866396 };

/** Residuals of Lanczos1 are 1e-13 of the values: rounding leaves three digits of its standard errors. */
const digitsOfErrors = (name: string): number => (name === "Lanczos1" ? 2.5 : 7);

function digits(value: number, certified: number): number {
  return Math.min(11, -Math.log10(Math.abs(value / certified - 1)));
}

for (const name of Object.keys(formulas)) {
  test(`NIST ${name}: certified values and standard errors from both starts`, { skip }, async () => {
    const problem = nistProblem(folder, name);
    for (const start of problem.starts) {
      const fit = await calibrate({
        model: problem.model(start),
        windows: [problem.window],
        estimate: problem.certified.map((_, j) => `b${j + 1}`),
        search: { cost: 1e-18, maxIterations: 2000 },
      });
      assert.ok(fit.termination.ok, fit.termination.kind);
      for (const [j, certified] of problem.certified.entries()) {
        const { value, standardError } = fit.parameters[`b${j + 1}`]!;
        const parameter = `${name} b${j + 1}`;
        assert.ok(digits(value, misprints[parameter] ?? certified) >= 7.5, `${parameter} = ${value}, certified ${certified}`);
        const error = problem.standardDeviation[j]!;
        assert.ok(digits(standardError ?? 0, error) >= digitsOfErrors(name), `${parameter} ± ${standardError}, certified ${error}`);
      }
      const { rmse, points } = fit.tags["y"]!;
      if (name !== "Lanczos1") assert.ok(digits(rmse ** 2 * points, problem.sumOfSquares) >= 7, `sum of squares ${rmse ** 2 * points}`);
    }
  });
}
