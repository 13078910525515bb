/**
 * Reads the text of a unit into its parts, such as "kJ/(mol*K)" into kJ¹ mol⁻¹ K⁻¹.
 *
 * The table of units and prefixes is that of mathjs, and so is the grammar, but for one thing: "J/mol K", which mathjs takes for J*K/mol and
 * most people for J/(mol*K), is refused.
 */
import { prefixTable, unitTable } from "#mathjs";

/** What a unit is of, where quantities of one dimension must not be mixed: pressures by their zero, fractions by what they are fractions of. */
export type UnitKind = "gauge pressure" | "mole fraction" | "mass fraction" | "volume fraction";

/** One unit of the table. */
export interface UnitEntry {
  /** SI = (value + offset) · scale. */
  readonly scale: number;
  readonly offset: number;
  /** Exponents of kilogram, metre, second, ampere, kelvin, candela, mole, bit and normal cubic metre. */
  readonly dimension: readonly number[];
  /** What it is of, where its dimension does not say it. */
  readonly kind?: UnitKind;
  readonly prefixes: ReadonlyMap<string, number>;
}

export interface UnitPart {
  /** As written, prefix included. */
  readonly name: string;
  readonly entry: UnitEntry;
  /** Factor of the prefix. */
  readonly prefix: number;
  readonly power: number;
}

export interface UnitText {
  /** The number in front; undefined without one. */
  readonly multiple: number | undefined;
  readonly parts: readonly UnitPart[];
}

const sets = new Map(prefixTable.map(([name, prefixes]) => [name, new Map(prefixes)]));
const bare: ReadonlyMap<string, number> = new Map([["", 1]]);
const entries = new Map<string, UnitEntry>(
  unitTable.map(([name, [scale, offset, set, dimension]]) => [
    name,
    { scale, offset, dimension: [...dimension, 0], prefixes: sets.get(set) ?? bare },
  ]),
);
const none = [0, 0, 0, 0, 0, 0, 0, 0, 0];

/** Names engineers write that the table lacks. All are plain multiples and take no prefix. */
const additional: readonly (readonly [name: string, scale: number, like: string | undefined])[] = [
  ["percent", 0.01, undefined],
  ["ppm", 1e-6, undefined],
  ["ppb", 1e-9, undefined],
  ["rpm", 1 / 60, "Hz"],
  ["d", 86400, "s"],
];
for (const [name, scale, like] of additional) {
  entries.set(name, { scale, offset: 0, dimension: like === undefined ? none : entries.get(like)!.dimension, prefixes: bare });
}
entries.set("cP", { scale: 0.001, offset: 0, dimension: [1, -1, -1, 0, 0, 0, 0, 0, 0], prefixes: bare });

/** Gauge pressure counts from the air outside, which no table knows; the same units with an "a" are ordinary, absolute ones. */
for (const name of ["bar", "Pa", "psi"]) {
  const entry = entries.get(name)!;
  entries.set(`${name}g`, { ...entry, kind: "gauge pressure" });
  entries.set(`${name}a`, entry);
}

/**
 * Gas as if it were at a reference state, a quantity of its own: Nm³ at 0 °C and Sm³ at 15 °C, both at 1.01325 bar (ISO 2533, ISO 13443;
 * DIN 1343). By the law of ideal gases a standard cubic metre is 273.15/288.15 of a normal one.
 */
const normalVolume = [0, 0, 0, 0, 0, 0, 0, 0, 1];
for (const [name, scale] of [
  ["Nm3", 1],
  ["Sm3", 273.15 / 288.15],
  ["NL", 1e-3],
  ["SL", (273.15 / 288.15) * 1e-3],
] as const) {
  entries.set(name, { scale, offset: 0, dimension: normalVolume, prefixes: bare });
}

for (const [name, kind] of [
  ["molpercent", "mole fraction"],
  ["wtpercent", "mass fraction"],
  ["volpercent", "volume fraction"],
] as const) {
  entries.set(name, { scale: 0.01, offset: 0, dimension: none, kind, prefixes: bare });
}

/** Fractions by what stands above and below their line. */
const fractionOf: readonly (readonly [place: number, power: number, kind: UnitKind])[] = [
  [6, 1, "mole fraction"],
  [0, 1, "mass fraction"],
  [1, 3, "volume fraction"],
  [8, 1, "mole fraction"],
];

/** The kind of a unit: its own where it is a single one, that of a fraction such as mol/mol, else none. */
export function kindOf(parts: readonly UnitPart[]): UnitKind | undefined {
  const [first, second] = parts;
  if (parts.length === 1 && first?.power === 1) return first.entry.kind;
  if (parts.length !== 2 || first!.power <= 0 || second!.power !== -first!.power) return undefined;
  const dimension = first!.entry.dimension.map((exponent) => exponent * first!.power);
  if (!dimension.every((exponent, i) => exponent === second!.entry.dimension[i]! * first!.power)) return undefined;
  return fractionOf.find(([place, power]) => dimension.every((exponent, i) => exponent === (i === place ? power : 0)))?.[2];
}

/** The unit of a name with or without prefix. The name as a whole goes before a prefix and a shorter name. */
function unitNamed(name: string): Omit<UnitPart, "power"> | undefined {
  const whole = entries.get(name);
  if (whole) return { name, entry: whole, prefix: 1 };
  for (let split = 1; split < name.length; split++) {
    const entry = entries.get(name.slice(split));
    const prefix = entry?.prefixes.get(name.slice(0, split));
    if (entry && prefix !== undefined) return { name, entry, prefix };
  }
  return undefined;
}

/**
 * Parts of a unit.
 *
 * @returns the parts, or what is wrong as a sentence without its full stop
 *
 * @example
 * (readUnitText("kg m^2/s") as UnitText).parts.map(({ name, power }) => `${name}^${power}`); // => ["kg^1", "m^2", "s^-1"]
 */
export function readUnitText(text: string): UnitText | string {
  const tokens = text.match(/\d*\.?\d+(?:[eE][+-]?\d+)?|[\p{L}$_][\p{L}\d$_]*|\^\s*[+-]?\d*\.?\d+|[*/()]|\S/gu) ?? [];
  const parts: UnitPart[] = [];
  const signs = [1];
  let sign = 1;
  let multiple: number | undefined;
  let divided = false;
  let place = 0;
  if (/^[\d.]/.test(tokens[0] ?? "")) multiple = Number(tokens[place++]);
  for (let expectUnit = multiple === undefined; place < tokens.length; place++) {
    const token = tokens[place]!;
    if (token === "*" || token === "/") {
      if (expectUnit) return `"${token}" stands where a unit is expected`;
      sign = token === "/" ? -1 : 1;
      divided = false;
      expectUnit = true;
    } else if (token === "(") {
      signs.push(signs.at(-1)! * sign);
      sign = 1;
      expectUnit = true;
    } else if (token === ")") {
      if (expectUnit || signs.length === 1) return `")" stands where ${expectUnit ? "a unit is expected" : "nothing was opened"}`;
      signs.pop();
      sign = 1;
    } else {
      const unit = unitNamed(token);
      if (!unit) return /^[\p{L}$_]/u.test(token) ? `Unit "${token}" not found` : `"${token}" is not expected there`;
      const before = tokens[place - 1];
      if (divided && !expectUnit && before !== "(") return `"${text}" can be read in two ways; write "/(… * ${token})" or "* ${token}"`;
      divided = sign < 0;
      const next = tokens[place + 1];
      const power = next?.startsWith("^") ? Number(next.slice(1)) : 1;
      if (next?.startsWith("^")) place++;
      if (power === 0) return `"${token}" has the power 0`;
      parts.push({ ...unit, power: signs.at(-1)! * sign * power });
      expectUnit = false;
      sign = 1;
    }
    if (place === tokens.length - 1 && expectUnit) return "it ends where a unit is expected";
  }
  if (signs.length > 1) return `")" is missing`;
  if (parts.length === 0) return "it contains no unit";
  return { multiple, parts };
}
