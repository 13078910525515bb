/** The 27 nonlinear regression problems of NIST's Statistical Reference Datasets, from both published starts, as anybody would ask. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { digits, formulas, nistProblem } from "../../bench/problems/nist.ts";
import { calibrate, type Question } from "../../src/calibration/index.ts";

const folder = `${process.env["GREYBOX_DATA"] ?? "../shared/data"}/nist_strd`;
const skip = existsSync(folder) ? false : `${folder} is absent`;

/** Residuals of Lanczos1 are 1e-13 of the values: rounding leaves three digits of its standard errors. */
const digitsOfErrors = (name: string): number => (name === "Lanczos1" ? 2.5 : 9);

for (const name of Object.keys(formulas)) {
  test(`NIST ${name}: certified values and standard errors from both starts`, { skip }, async () => {
    const { starts, model, window, estimate, certified, standardDeviation, sumOfSquares } = nistProblem(folder, name);
    for (const start of starts) {
      const question: Question = { model: model(start), windows: [window], estimate };
      const fit = await calibrate(question);
      assert.ok(fit.termination.ok, fit.termination.kind);
      for (const [j, expected] of certified.entries()) {
        const { value, standardError = 0 } = fit.parameters[estimate[j]!]!;
        assert.ok(digits(value, expected) >= 9, `${name} b${j + 1} = ${value}, certified ${expected}`);
        const error = standardDeviation[j]!;
        assert.ok(digits(standardError, error) >= digitsOfErrors(name), `${name} b${j + 1} ± ${standardError}, certified ${error}`);
      }
      const { rmse, points } = fit.tags["y"]!;
      if (name !== "Lanczos1") assert.ok(digits(rmse ** 2 * points, sumOfSquares) >= 9, `sum of squares ${rmse ** 2 * points}`);
    }
  });
}
