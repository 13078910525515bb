import assert from "node:assert/strict";
import { test } from "node:test";
import { conversion, convert, describeDimension, GreyboxError, parseUnit, sameDimension } from "../../src/core/index.ts";

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`);

/** Exact by definition of the units (SI brochure, 9th ed., and NIST SP 811, appendix B). */
const exact: readonly (readonly [number, string, string, number])[] = [
  [20, "degC", "K", 293.15],
  [212, "degF", "degC", 100],
  [-40, "degC", "degF", -40],
  [1, "bar", "Pa", 1e5],
  [1, "psi", "Pa", 6894.75729316836],
  [1, "m^3/h", "L/min", 1000 / 60],
  [1, "kJ/kmol", "J/mol", 1],
  [50, "%", "1", 0.5],
  [1, "ppm", "1", 1e-6],
  [1, "cP", "Pa s", 1e-3],
  [60, "rpm", "1/s", 1],
  [1, "kmol/m^3", "mol/L", 1],
  [1, "J/(mol*K)", "J/mol/degC", 1],
  [3.6, "km/h", "m/s", 1],
  [1, "t/d", "kg/day", 1000],
  [1, "W/m^2/K", "kJ/(h m^2 K)", 3.6],
];

for (const [value, from, to, expected] of exact) {
  test(`${value} ${from} is ${expected} ${to}, and back`, () => {
    const got = convert(value, from, to);
    assert.ok(Math.abs(got - expected) <= 2e-9 * Math.max(1, Math.abs(expected)), `${got}`);
    near(convert(got, to, from), value);
  });
}

test("a temperature inside a compound unit is a difference: no offset", () => {
  assert.deepEqual(conversion("J/degC", "J/K"), { factor: 1, shift: 0 });
});

test("equal dimensions are told from different ones", () => {
  assert.ok(sameDimension(parseUnit("J"), parseUnit("N m")));
  assert.ok(sameDimension(parseUnit("Pa"), parseUnit("kg/(m*s^2)")));
  assert.ok(!sameDimension(parseUnit("Pa"), parseUnit("J")));
  assert.equal(describeDimension(parseUnit("W/m^2/K").dimension), "kg s^-3 K^-1");
  assert.equal(describeDimension(parseUnit("mol/mol").dimension), "1");
});

test("an unknown unit and an impossible conversion say what to do", () => {
  assert.throws(
    () => parseUnit("foo/s"),
    (error) => error instanceof GreyboxError && error.code === "unit/unknown" && error.message.includes('"foo/s"'),
  );
  assert.throws(
    () => convert(1, "kg", "m"),
    (error) => error instanceof GreyboxError && error.code === "unit/incompatible" && error.message.includes("[kg]"),
  );
});
