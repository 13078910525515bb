/**
 * Reads the text of a unit into its parts, such as "kJ/(mol*K)" into kJ¹ mol⁻¹ K⁻¹.
 *
 * The table of units and prefixes is that of mathjs, and so is the grammar, but for one thing: "J/mol K", which mathjs takes for J*K/mol and
 * most people for J/(mol*K), is refused.
 */
import { prefixTable, unitTable } from "#mathjs";

/** One unit of the table. */
export interface UnitEntry {
  /** SI = (value + offset) · scale. */
  readonly scale: number;
  readonly offset: number;
  /** Exponents of kilogram, metre, second, ampere, kelvin, candela, mole and bit. */
  readonly dimension: readonly number[];
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
  unitTable.map(([name, [scale, offset, set, dimension]]) => [name, { scale, offset, dimension, prefixes: sets.get(set) ?? bare }]),
);
const none = [0, 0, 0, 0, 0, 0, 0, 0];

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
entries.set("cP", { scale: 0.001, offset: 0, dimension: [1, -1, -1, 0, 0, 0, 0, 0], prefixes: bare });

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
