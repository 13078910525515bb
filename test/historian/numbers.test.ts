import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { numberAt } from "../../src/historian/files/numbers.ts";

const read = (text: string, decimal = ".", thousands = ""): number => {
  const bytes = Buffer.from(`x${text}x`);
  return numberAt(bytes, 1, bytes.length - 1, {
    decimal: decimal.charCodeAt(0),
    thousands: thousands === "" ? 0 : thousands.charCodeAt(0),
  });
};
const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 25 }).map((list) => list.join(""));

test("every finite double is read back from its shortest text, bit for bit", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      assert.ok(Object.is(read(Object.is(x, -0) ? "-0" : String(x)), x));
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test("any decimal text gives the double that the language itself reads", () => {
  const exponent = fc.oneof(
    fc.constant(""),
    fc.integer({ min: -320, max: 300 }).map((e) => `e${e}`),
    fc.integer({ min: 0, max: 40 }).map((e) => `E+0${e}`),
  );
  fc.assert(
    fc.property(fc.constantFrom("", "-", "+"), digits, digits, exponent, (sign, whole, fraction, power) => {
      for (const text of [
        `${sign}${whole}.${fraction}${power}`,
        `${sign}${whole}${power}`,
        `${sign}.${fraction}${power}`,
        `${sign}${whole}.${power}`,
      ]) {
        const expected = Number(text);
        if (Number.isFinite(expected)) assert.ok(Object.is(read(text), expected), text);
        else assert.ok(Number.isNaN(read(text)), text);
      }
    }),
    { numRuns: 1000, seed: 2 },
  );
});

test("a decimal comma reads as the point does", () => {
  assert.equal(read("-12,5e-1", ","), -1.25);
  assert.equal(read("1.234,56", ",", "."), 1234.56);
  assert.equal(read("1 234 567", ".", " "), 1234567);
});

test("what is not one number is not a number", () => {
  for (const text of [
    "",
    "-",
    "+",
    ".",
    "e5",
    "1e",
    "1e+",
    "1.2.3",
    "1,5",
    "0x10",
    "NaN",
    "Infinity",
    "1 2",
    "12a",
    "--1",
    "1-",
    "1e5.5",
    "１",
  ]) {
    assert.ok(Number.isNaN(read(text)), text);
  }
});

test("signs between thousands must stand between groups of three", () => {
  for (const text of ["12.34,5", ".123", "1234.567", "1.23", "1..234", "1.234.5"]) assert.ok(Number.isNaN(read(text, ",", ".")), text);
});
