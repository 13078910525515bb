/** Our reading of units against that of mathjs, whose table it uses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { create, UnitDependencies } from "mathjs";
import { parseUnit } from "../../src/core/index.ts";

interface Theirs {
  readonly dimensions: readonly number[];
  readonly value: number | null;
  readonly units: readonly {
    readonly unit: { readonly value: unknown; readonly offset: unknown };
    readonly prefix: { readonly value: number };
    readonly power: number;
  }[];
}
const { Unit } = create(UnitDependencies as NonNullable<typeof UnitDependencies>) as unknown as {
  readonly Unit: {
    parse(text: string): Theirs;
    readonly UNITS: Record<string, { readonly value: unknown; readonly prefixes: Record<string, unknown> }>;
  };
};

const names = Object.entries(Unit.UNITS)
  .filter(([, { value }]) => Number.isFinite(Number(value)))
  .flatMap(([name, { prefixes }]) => Object.keys(prefixes).map((prefix) => prefix + name));

function agrees(text: string): void {
  const theirs = Unit.parse(text);
  const ours = parseUnit(text);
  const scale = theirs.units.reduce(
    (product, { unit, prefix, power }) => product * (Number(unit.value) * Number(prefix.value)) ** power,
    1,
  );
  const multiple = theirs.value === null ? 1 : Number.parseFloat(text);
  assert.ok(Math.abs(ours.scale / (scale * multiple) - 1) < 1e-14, `${text}: ${ours.scale} is not ${scale * multiple}`);
  const expected = theirs.dimensions.filter((_, i) => i !== 7); // plane angle counts as dimensionless
  assert.deepEqual(
    ours.dimension.map((x) => x + 0),
    [...expected, ...Array(ours.dimension.length - expected.length).fill(0)].map((x: number) => x + 0),
    text,
  );
  const [only] = theirs.units;
  assert.equal(ours.offset, theirs.units.length === 1 && only?.power === 1 ? Number(only.unit.offset) : 0, text);
}

test(`every unit of mathjs with every prefix means the same (${names.length} names)`, () => {
  for (const name of names) agrees(name);
});

/** A unit after a divisor and a blank: mathjs multiplies by it, we refuse. */
const twoWays = /\/\s*[^\s*/()]+(?:\s*\^\s*\S+)?\s+[^\s*/)^]/;

test("products, quotients, powers, brackets and numbers in front mean the same", () => {
  const word = fc.tuple(fc.constantFrom(...names), fc.constantFrom("", "^2", "^-1", "^0.5", " ^ 3")).map(([name, power]) => name + power);
  const joined = fc
    .tuple(word, fc.array(fc.tuple(fc.constantFrom(" ", "*", "/", " / ", " * "), word), { maxLength: 4 }))
    .map(([first, rest]) => first + rest.map((pair) => pair.join("")).join(""));
  const bracketed = fc.tuple(joined, fc.constantFrom("/", "*"), joined).map(([a, sign, b]) => `${a}${sign}(${b})`);
  const text = fc.tuple(fc.constantFrom("", "1 ", "100 ", "2.5e-3 "), fc.oneof(joined, bracketed)).map((pair) => pair.join(""));
  fc.assert(
    fc.property(
      text.filter((unit) => !twoWays.test(unit)),
      (unit) => agrees(unit),
    ),
    { numRuns: 2000, seed: 20261122 },
  );
});

test("what is not a unit is refused, whatever it is", () => {
  for (const text of [
    "",
    " ",
    "kg/",
    "/s",
    "(kg",
    "kg)",
    "kg**2",
    "2 3 m",
    "kg^",
    "m^(1/2)",
    "constructor",
    "__proto__",
    "toString",
    "kg;s",
    "m^0",
    "J/mol()",
    "5",
  ]) {
    assert.throws(() => parseUnit(text), /unit\/unknown/, JSON.stringify(text));
  }
});
