/** The shipped check of derivatives: silent where they are right, and it finds what is wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { random, type System } from "greybox/core";
import { checkDerivatives, derivativeDefaults } from "greybox/solvers";
import { writtenCases } from "./hybrid/written-cases.ts";
import { hires, orego } from "./problems.ts";

function pointOf(system: System): { x: Float64Array; u: Float64Array; p: Float64Array } {
  const draw = random(system.name);
  return {
    x: system.nominal.map((size) => size * (0.5 + draw.uniform())),
    u: Float64Array.from(system.inputs, () => 1 + draw.uniform()),
    p: system.p,
  };
}

test("right derivatives pass, of every function of every system", () => {
  for (const system of [...writtenCases.map((each) => each.system), hires(), orego()]) {
    for (const { of, error } of checkDerivatives(system, pointOf(system))) {
      assert.ok(error < derivativeDefaults.tolerance, `${system.name}, ${of}: ${error}`);
    }
  }
});

test("a wrong tangent, a wrong Jacobian and a place missing from the sparsity are found and named", () => {
  const system = hires();
  const wrongTangent: System = {
    ...system,
    rhs: {
      ...system.rhs,
      tangent(t, x, u, p, along, out) {
        system.rhs.tangent(t, x, u, p, along, out);
        out[3]! *= 1.001;
      },
    },
  };
  const [worst] = checkDerivatives(wrongTangent, pointOf(system));
  assert.equal(worst!.of, "rhs");
  assert.equal(worst!.entry, 3);
  const jacobian = system.jacobian!;
  const lost = {
    ...jacobian,
    size: jacobian.size - 1,
    sparsity: { rows: jacobian.sparsity.rows.slice(0, -1), columns: jacobian.sparsity.columns.slice(0, -1) },
  };
  const missing = checkDerivatives({ ...system, jacobian: lost }, pointOf(system)).find(({ of }) => of === "jacobian against rhs");
  assert.ok(missing && missing.exact === 0 && missing.error === 1);
});

test("a system without derivatives is refused", () => {
  assert.throws(() => checkDerivatives({ ...hires(), differentiable: false }, pointOf(hires())), { code: "solver/not-differentiable" });
});
