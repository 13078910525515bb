import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnySource, convert } from "../../src/core/index.ts";
import { bind } from "../../src/historian/index.ts";
import { failsWith } from "./scratch.ts";
import { tank } from "./tank.ts";

const untyped: AnySource = tank;

test("units are converted once, at this border: value, noise and compression", () => {
  const { tags, constants, time } = bind(tank, {
    q: { tag: "FIC101", unit: "m^3/h" },
    Tc: { constant: 20, unit: "degC" },
    T: { tag: "TI101", unit: "degF", sigma: 0.9, compression: 1.8 },
  });
  const [q, T] = tags;
  assert.equal(time, "min");
  assert.ok(Math.abs(q!.factor * 6 + q!.shift - 100) < 1e-12);
  for (const f of [-40, 32, 212]) assert.ok(Math.abs(T!.factor * f + T!.shift - convert(f, "degF", "K")) < 1e-10);
  assert.ok(Math.abs(T!.sigma! - 0.5) < 1e-12 && Math.abs(T!.compression! - 1) < 1e-12);
  assert.deepEqual(constants, { Tc: 293.15 });
  assert.deepEqual(
    tags.map(({ role }) => role),
    ["input", "measured"],
  );
});

test("sign and scale act on the archived value, before its unit", () => {
  const [q] = bind(tank, { q: { tag: "FIC101", unit: "L/min", sign: -1, scale: 0.1 } }).tags;
  assert.equal(q!.factor * -50 + q!.shift, 5);
  const [T] = bind(tank, { T: { tag: "TI101", unit: "degC", sign: -1, sigma: 0.5, scale: 2 } }).tags;
  assert.equal(T!.factor * -10 + T!.shift, 293.15);
  assert.equal(T!.sigma, 1);
});

test("every kind of observable can be bound", () => {
  const { tags } = bind(tank, { cA: { tag: "a", unit: "kmol/m^3" }, k: { tag: "b", unit: "1/h" }, conversion: { tag: "c", unit: "%" } });
  assert.deepEqual(
    tags.map(({ name, modelUnit }) => [name, modelUnit]),
    [
      ["cA", "mol/L"],
      ["k", "1/min"],
      ["conversion", "1"],
    ],
  );
  assert.ok(Math.abs(tags[2]!.factor - 0.01) < 1e-15);
});

test("names are checked by the compiler", () => {
  // @ts-expect-error cB is not a name of the tank
  const unknownName = () => bind(tank, { cB: { tag: "x", unit: "mol/L" } });
  assert.throws(unknownName, failsWith("historian/bind-name", '"cB"', 'Nearest: "cA"'));
  // @ts-expect-error an input has no sigma
  const noisyInput = () => bind(tank, { q: { tag: "x", unit: "L/min", sigma: 1 } });
  assert.throws(noisyInput, failsWith("historian/bind-value", "sigma", "measured quantity"));
  // @ts-expect-error a state is not held
  const heldState = () => bind(tank, { T: { tag: "x", unit: "K", hold: "linear" } });
  assert.throws(heldState, failsWith("historian/bind-value", "hold"));
  // @ts-expect-error a unit is needed
  const unitless = () => bind(tank, { T: { tag: "x" } });
  assert.throws(unitless, failsWith("historian/bind-value", "unit"));
});

test("without types, the same mistakes are refused by name", () => {
  assert.throws(() => bind(untyped, { Q: { tag: "x", unit: "L/min" } }), failsWith("historian/bind-name", 'Nearest: "q"'));
  assert.throws(
    () => bind(untyped, { nothing: { tag: "x", unit: "L/min" } }),
    failsWith("historian/bind-name", "Inputs: q and Tc", "conversion"),
  );
  assert.throws(() => bind(untyped, { toString: { tag: "x", unit: "1" } }), failsWith("historian/bind-name", "toString"));
  assert.throws(() => bind(untyped, { T: { constant: 1, unit: "K" } }), failsWith("historian/bind-value", "input only"));
});

test("a unit that does not fit is refused with both units", () => {
  assert.throws(
    () => bind(untyped, { q: { tag: "FIC101", unit: "kg/h" } }),
    failsWith("historian/bind-unit", '"q" is in L/min', '"FIC101" in kg/h', "kg s^-1"),
  );
  assert.throws(() => bind(untyped, { q: { tag: "FIC101", unit: "furlong/blink" } }), failsWith("historian/bind-unit", "is not a unit"));
});

for (const [field, value] of [
  ["sign", 0],
  ["scale", 0],
  ["scale", Number.NaN],
  ["sigma", 0],
  ["sigma", -1],
  ["compression", -1],
  ["range", [2, 1]],
  ["tag", ""],
] as const) {
  test(`${field} cannot be ${JSON.stringify(value)}`, () => {
    assert.throws(() => bind(untyped, { T: { tag: "x", unit: "K", [field]: value } }), failsWith("historian/bind-value", `\`${field}\``));
  });
}
